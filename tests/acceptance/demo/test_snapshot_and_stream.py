"""A snapshot and what a subscription brings after its cursor are a later snapshot, over sockets that break.

Shippers trade at random with a running Linepack. Beside them clients keep availability, positions, listings,
releases and balances by what their subscriptions tell, on websockets that break off at random, in the middle
of an event too, and go on after the last cursor that they have. What is traded, and when sockets break, is
decided by the seed.
"""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, ClassVar, Final
from uuid import uuid4

import pytest
from examples.client import Client
from tests.acceptance.demo.trading import POST, ROUTE, SHIPPERS, TAKE, Data, book, command, days
from tests.acceptance.installation import Installation
from tests.waiting import eventually
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from server.demo.loading import NETWORK
from server.demo.parties import PASSWORD

pytestmark = pytest.mark.anyio

STEPS: Final = 24
PERIODS: Final = 3
TRADERS: Final = SHIPPERS[:3]
FIRST_DAYS: Final = 10
"""Of the days that nothing else is booked on, those from here on."""
LASTING_S: Final = (0.1, 0.5)
"""How long a socket lasts, at most."""
EVENTS_MAX: Final = 6
"""Events that a socket brings, at most."""
QUIET_S: Final = 0.5
"""For so long nothing more may change what is kept, once it is what there is."""
PROTOCOL: Final = Subprotocol("graphql-transport-ws")

FIGURES = "period { start end } acquired traded released owned listed held free"
ROUTES = f"routes {{ route {{ receipt {{ code }} delivery {{ code }} }} firmness positions {{ {FIGURES} }} }}"
LISTING, RELEASE = "id state quantity remaining", "id state quantity"
WITHDRAW = """mutation Withdraw($input: WithdrawListingInput!) {
  withdrawListing(input: $input) { __typename ... on Problem { code } } }"""
OFFER = """mutation Offer($input: OfferReleaseInput!) {
  offerRelease(input: $input) {
    __typename ... on ReleasePayload { release { id } } ... on Problem { code } } }"""
BID = """mutation Bid($input: PlaceBidInput!) {
  placeBid(input: $input) { __typename ... on Problem { code } } }"""
AWARD = """mutation Award($input: AwardReleaseInput!) {
  awardRelease(input: $input) { __typename ... on Problem { code } } }"""
SETTLED = """query Settled { settlementEvents(after: "0", first: 1) {
  ... on SettlementEventPage { settledThrough } } }"""


@dataclass
class Shipper:
    """A company with its connection, and the days that are traded here."""

    client: Client
    code: str
    window: Data


@dataclass
class Kept(ABC):
    """What a client keeps of one part of the market, from a snapshot on."""

    shipper: Shipper
    random: Random
    state: Any = None
    cursor: str = ""

    query: ClassVar[str] = ""
    stream: ClassVar[str] = ""

    @property
    def variables(self) -> Mapping[str, object]:
        """What the query and the subscription are asked with."""
        return {"network": NETWORK}

    @abstractmethod
    def read(self, answer: Any) -> Any:
        """Return the state that a snapshot shows."""

    @abstractmethod
    async def apply(self, event: Any) -> None:
        """Change the state by an event; applied twice only where nothing was changed before it broke off."""

    async def snapshot(self) -> tuple[Any, str]:
        """Return the state as it is now, and its cursor."""
        answer = await self.shipper.client.execute(self.query, self.variables)
        [found] = answer.values()
        return self.read(found), found["cursor"]

    async def start(self) -> None:
        """Begin with how things stand."""
        self.state, self.cursor = await self.snapshot()

    async def follow(self) -> None:
        """Apply what comes, for ever, with sockets that break."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self.random.uniform(*LASTING_S)):
                    await self._follow_a_while()

    async def _follow_a_while(self) -> None:
        async with breaking_socket(self.shipper.client) as socket:
            asked = {"query": self.stream, "variables": {**self.variables, "after": self.cursor}}
            await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": asked}))
            for _ in range(self.random.randint(1, EVENTS_MAX)):
                message = json.loads(await socket.recv())
                if message["type"] == "ping":
                    continue
                assert message["type"] == "next", message
                [event] = message["payload"]["data"].values()
                assert event["__typename"] != "ResyncRequired"
                await self.apply(event)
                self.cursor = event["cursor"]


@asynccontextmanager
async def breaking_socket(client: Client) -> AsyncIterator[ClientConnection]:
    """Lend an initialised socket, whose connection is cut off afterwards without a word."""
    address = client.url.replace("http", "ws", 1) + "/graphql"
    async with connect(address, subprotocols=[PROTOCOL]) as socket:
        try:
            payload = {"Authorization": f"Bearer {client.token}"}
            await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
            assert json.loads(await socket.recv())["type"] == "connection_ack"
            yield socket
        finally:
            socket.transport.abort()


class Offers(Kept):
    """Open offers of the network."""

    thing: ClassVar[str] = ""

    def read(self, answer: Any) -> Any:
        return {edge["node"]["id"]: edge["node"] for edge in answer["edges"]}

    async def apply(self, event: Any) -> None:
        if (offer := event.get(self.thing)) is None:
            return
        if offer["state"] == "OPEN":
            self.state[offer["id"]] = offer
        else:
            self.state.pop(offer["id"], None)


class Listings(Offers):
    thing = "listing"
    query = f"""query Listings($network: String!) {{
      listings(network: $network, first: 100) {{ cursor edges {{ node {{ {LISTING} }} }} }} }}"""
    stream = f"""subscription ListingNews($network: String!, $after: Cursor) {{
      marketEvents(network: $network, after: $after) {{ __typename
        ... on MarketEvent {{ cursor }} ... on ListingEvent {{ listing {{ {LISTING} }} }} }} }}"""


class Releases(Offers):
    thing = "release"
    query = f"""query Releases($network: String!) {{
      releaseOffers(network: $network, first: 100) {{ cursor edges {{ node {{ {RELEASE} }} }} }} }}"""
    stream = f"""subscription ReleaseNews($network: String!, $after: Cursor) {{
      marketEvents(network: $network, after: $after) {{ __typename ... on MarketEvent {{ cursor }}
        ... on ReleaseEvent {{ release {{ {RELEASE} }} }}
        ... on ReleaseAwardedEvent {{ release {{ {RELEASE} }} }} }} }}"""


class Positions(Kept):
    """What the party has on each route."""

    query = f"""query Positions($network: String!, $period: PeriodInput!) {{
      positions(network: $network, period: $period) {{ cursor {ROUTES} }} }}"""
    stream = f"""subscription PositionNews($network: String!, $period: PeriodInput!, $after: Cursor) {{
      positionChanges(network: $network, period: $period, after: $after) {{
        __typename ... on PositionChange {{ cursor {ROUTES} }} }} }}"""

    @property
    def variables(self) -> Mapping[str, object]:
        return {"network": NETWORK, "period": self.shipper.window}

    def read(self, answer: Any) -> Any:
        found = {json.dumps([one["route"], one["firmness"]]): one["positions"] for one in answer["routes"]}
        return {route: positions for route, positions in found.items() if positions}

    async def apply(self, event: Any) -> None:
        concerned = {json.dumps([one["route"], one["firmness"]]) for one in event["routes"]}
        others = {route: value for route, value in self.state.items() if route not in concerned}
        self.state = others | self.read(event)


class Availability(Kept):
    """What a route offers; a change says when to ask again."""

    query = """query Available($network: String!, $route: RouteInput!, $period: PeriodInput!) {
      availability(network: $network, route: $route, period: $period) {
        cursor stretches { period { start end } available } } }"""
    stream = """subscription AvailabilityNews($network: String!, $after: Cursor) {
      availabilityChanges(network: $network, after: $after) {
        __typename ... on AvailabilityChange { cursor period { start end } } } }"""

    @property
    def variables(self) -> Mapping[str, object]:
        return {"network": NETWORK, "route": ROUTE, "period": self.shipper.window}

    def read(self, answer: Any) -> Any:
        return answer["stretches"]

    async def apply(self, event: Any) -> None:
        changed, window = event["period"], self.shipper.window
        if changed is None or (changed["start"] < window["end"] and window["start"] < changed["end"]):
            self.state, _ = await self.snapshot()


class Balances(Kept):
    """What the party owes by gas month and charge code; the lines of each entry are added to it."""

    query = """query Balances { partyBalances {
      cursor balances { party { code } gasMonth code amount { amount } } } }"""
    stream = """subscription EntryNews($after: Cursor!) { settlements(after: $after) { __typename
      ... on SettlementEvent { cursor lines { partyCode gasMonth code amount { amount } } }
      ... on SettlementProgress { cursor } } }"""

    @property
    def variables(self) -> Mapping[str, object]:
        return {}

    def read(self, answer: Any) -> Any:
        return {
            json.dumps([one["gasMonth"], one["code"]]): Decimal(one["amount"]["amount"])
            for one in answer["balances"]
        }

    async def apply(self, event: Any) -> None:
        for line in event.get("lines", ()):
            if line["partyCode"] == self.shipper.code:
                account = json.dumps([line["gasMonth"], line["code"]])
                self.state[account] = self.state.get(account, Decimal(0)) + Decimal(line["amount"]["amount"])


@dataclass
class Trading:
    """Random commands of shippers on a few periods; refusals are part of it."""

    shippers: list[Shipper]
    periods: list[Data]
    random: Random
    contracts: list[tuple[Shipper, str, Data]] = field(default_factory=list)
    listings: list[tuple[Shipper, str]] = field(default_factory=list)
    done: set[str] = field(default_factory=set)

    async def step(self) -> None:
        doing = self.random.choice([self.book, self.post, self.post, self.take, self.withdraw, self.release])
        await doing()

    async def act(self, shipper: Shipper, mutation: str, **asked: Any) -> Data:
        answer = await command(shipper.client, mutation, asked)
        if answer["__typename"].endswith("Payload"):
            self.done.add(answer["__typename"])
        return answer

    async def book(self) -> None:
        shipper, period = self.random.choice(self.shippers), self.random.choice(self.periods)
        answer = await book(shipper.client, period, self.random.randint(1_000, 9_000))
        self.done.add(answer["__typename"])
        if "contract" in answer:
            self.contracts.append((shipper, answer["contract"]["id"], period))

    def of_a_contract(self) -> tuple[Shipper, Data]:
        shipper, contract, period = self.random.choice(self.contracts)
        quantity = str(self.random.randint(100, 3_000))
        key = str(uuid4())
        return shipper, {"contractId": contract, **period, "quantity": quantity, "idempotencyKey": key}

    async def post(self) -> None:
        shipper, asked = self.of_a_contract()
        kind = self.random.choice(("ASSIGNMENT", "TRANSFER_OF_USE"))
        is_firm = self.random.random() < 0.6
        answer = await self.act(shipper, POST, kind=kind, pricePerUnitDay="0.01", isFirm=is_firm, **asked)
        if "listing" in answer:
            self.listings.append((shipper, answer["listing"]["id"]))

    async def take(self) -> None:
        if not self.listings:
            return
        seller, listing = self.random.choice(self.listings)
        buyer = self.random.choice([one for one in self.shippers if one is not seller])
        quantity = str(self.random.randint(100, 2_000))
        await self.act(buyer, TAKE, listingId=listing, quantity=quantity, idempotencyKey=str(uuid4()))

    async def withdraw(self) -> None:
        if self.listings:
            seller, listing = self.random.choice(self.listings)
            await self.act(seller, WITHDRAW, listingId=listing)

    async def release(self) -> None:
        """Offer a release to one bidder, who bids, and award it; or leave it open."""
        shipper, asked = self.of_a_contract()
        bidder = self.random.choice([one for one in self.shippers if one is not shipper])
        closes = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        asked |= {"method": "HIGHEST_RATE", "bidsCloseAt": closes, "prearrangedBidderCode": bidder.code}
        offered = await self.act(shipper, OFFER, **asked)
        if "release" in offered and self.random.random() < 0.6:
            release, days_ = offered["release"]["id"], {"start": asked["start"], "end": asked["end"]}
            bid = {"releaseId": release, **days_, "quantity": asked["quantity"], "rate": "0.01"}
            await self.act(bidder, BID, **bid, idempotencyKey=str(uuid4()))
            await self.act(shipper, AWARD, releaseId=release, idempotencyKey=str(uuid4()))


@asynccontextmanager
async def trading_shippers(url: str, window: Data) -> AsyncIterator[list[Shipper]]:
    """Lend the shippers, signed in."""
    async with AsyncExitStack() as stack:
        found = []
        for email in TRADERS:
            client = await stack.enter_async_context(Client(url))
            viewer = await client.sign_in(email, PASSWORD)
            found.append(Shipper(client, viewer["party"]["code"], window))
        yield found


async def settled(shipper: Shipper) -> None:
    """Wait until all that was traded before is settled."""
    now = datetime.now(UTC)
    reached = ""
    while not reached or datetime.fromisoformat(reached) < now:
        await asyncio.sleep(0.1)
        reached = (await shipper.client.execute(SETTLED))["settlementEvents"]["settledThrough"]


@pytest.mark.parametrize("seed", range(2))
async def test_a_snapshot_and_its_stream_are_a_later_snapshot(demo: Installation, seed: int) -> None:
    random = Random(seed)
    periods = [days(FIRST_DAYS + PERIODS * seed + number) for number in range(PERIODS)]
    window = {"start": periods[0]["start"], "end": periods[-1]["end"]}
    kinds: tuple[type[Kept], ...] = (Availability, Positions, Listings, Releases, Balances)
    async with trading_shippers(demo.url, window) as shippers:
        trading = Trading(shippers, periods, random)
        await trading.book()
        kept = [
            kind(shipper, Random(f"{seed} {kind.__name__} {shipper.code}"))
            for kind in kinds
            for shipper in shippers[:2]
        ]
        async with asyncio.TaskGroup() as group:
            tasks = []
            for number in range(STEPS):
                if number < len(kept):
                    await kept[number].start()
                    tasks.append(group.create_task(kept[number].follow()))
                await trading.step()
            await settled(shippers[0])
            later = [await one.snapshot() for one in kept]
            states = [state for state, _ in later]
            await eventually(lambda: [one.state for one in kept] == states, "the later snapshot")
            await asyncio.sleep(QUIET_S)
            assert [one.state for one in kept] == states
            for task in tasks:
                task.cancel()
    assert len(trading.done) >= 4, trading.done
