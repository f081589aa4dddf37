"""GraphQL documents and commands of the acceptance tests, the demo's shippers, and days to book on.

The tests trade on GasLib-40 on days without a booking of theirs before: `days(n)` is the n-th such period.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from examples.client import Client, Faulted

from server.demo.loading import NETWORK
from server.demo.parties import PASSWORD

Data = dict[str, Any]

SHIPPERS = tuple(
    f"trader@{name}.test" for name in ("nordwind", "alpengas", "ostsee", "rheinland", "donau", "harz")
)
ROUTE = {"receipt": "source_1", "delivery": None}
TOO_MUCH = 10**8
"""More than the route carries, and less than the credit of the demo's shippers allows for a few gas days."""
FAR = 400
"""The demo books no later than this many days ahead."""

PROBLEM = "... on Problem { code message path }"
BOOK = f"""
mutation Book($input: BookCapacityInput!) {{
  bookCapacity(input: $input) {{
    __typename
    ... on BookCapacityPayload {{ contract {{ id code quantity }} }}
    ... on CapacityExhaustedProblem {{ largestThroughout }}
    {PROBLEM}
  }}
}}
"""
QUOTE = f"""
query Quote($input: CapacityRequestInput!) {{
  dryRunBookCapacity(input: $input) {{
    __typename
    ... on CapacityExhaustedProblem {{ largestThroughout }}
    {PROBLEM}
  }}
}}
"""
POST = f"""
mutation Post($input: PostListingInput!) {{
  postListing(input: $input) {{
    __typename ... on PostListingPayload {{ listing {{ id remaining }} }} {PROBLEM}
  }}
}}
"""
TAKE = f"""
mutation Take($input: TakeListingInput!) {{
  takeListing(input: $input) {{
    __typename ... on TakeListingPayload {{ trade {{ id quantity }} }} {PROBLEM}
  }}
}}
"""
CONTRACTS = """
query Contracts($running: PeriodInput!, $after: String) {
  contracts(network: "gaslib-40", period: $running, first: 100, after: $after) {
    edges { node { id code quantity } }
    pageInfo { hasNextPage endCursor }
  }
}
"""


def days(number: int) -> Data:
    """Return the `number`-th period of three gas days that nothing else is booked on."""
    start = datetime.now(UTC).date() + timedelta(days=FAR + 10 * number)
    return {"start": str(start), "end": str(start + timedelta(days=3))}


def request(period: Data, quantity: int) -> Data:
    """Return a request for entry capacity."""
    return {"network": NETWORK, **ROUTE, **period, "quantity": str(quantity)}


async def tokens(url: str, *emails: str) -> list[str]:
    """Sign in, and return a token for each account."""
    found = []
    for email in emails:
        async with Client(url) as client:
            await client.sign_in(email, PASSWORD)
            assert client.token is not None
            found.append(client.token)
    return found


async def command(client: Client, mutation: str, asked: Data) -> Data:
    """Run a command and return its answer; where that took too long, ask again with the same key."""
    while True:
        try:
            [answer] = (await client.execute(mutation, {"input": asked})).values()
        except Faulted as fault:
            if fault.codes != ["TIMEOUT"]:
                raise
        else:
            return dict(answer)


async def book(client: Client, period: Data, quantity: int, key: str | None = None) -> Data:
    """Book, and return what was answered."""
    return await command(client, BOOK, {**request(period, quantity), "idempotencyKey": key or str(uuid4())})


async def largest(client: Client, period: Data) -> int:
    """Return the largest quantity that could be booked throughout."""
    answer = await client.execute(QUOTE, {"input": request(period, TOO_MUCH)})
    return int(answer["dryRunBookCapacity"]["largestThroughout"])


async def contracts(client: Client, period: Data) -> list[Data]:
    """Return all contracts the client may see that run in the period."""
    found: list[Data] = []
    after, is_more = None, True
    while is_more:
        page = (await client.execute(CONTRACTS, {"running": period, "after": after}))["contracts"]
        found += [edge["node"] for edge in page["edges"]]
        after, is_more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return found
