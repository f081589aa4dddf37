"""What subscriptions tell each viewer, from their beginning until nothing more comes."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from graphql import GraphQLError, get_named_type
from tests.integration.schema.transport.every_operation import SAMPLES
from tests.integration.schema.visibility.relations import (
    AUTHORITIES,
    INFORMED,
    SHORT_OF,
    VIEWERS,
    Relations,
    raw_id,
)
from tests.integration.schema.visibility.selections import everything_of, may_ask, root_fields
from tests.waiting import TIME_LIMIT_S

from schema.api import build_schema
from schema.types.context import RequestContext

QUIET_S: Final = 1.0
"""What comes later than this after what must come is not waited for."""
ENDS: Final = 1_000
"""More than any subscription tells here: it is read until it ends by itself."""
FOLLOWED: Final = frozenset(
    {
        "Subscription.dryRunBookCapacity",
        "Subscription.jobChanges",
        "Subscription.jobProgress",
        "Subscription.positionChanges",
        "Subscription.settlements",
        "Subscription.shortfallNotices",
    }
)
"""The subscriptions to what concerns parties, but for `marketEvents`, which has an end of its own here."""
WINTER = '{start: "2026-11-01", end: "2027-04-01"}'


@dataclass(frozen=True)
class Call:
    """A subscription with its arguments, and how many things it must tell."""

    root: str
    arguments: str
    at_least: int


def calls(made: Relations, viewer: str, entries: int) -> list[Call]:
    """Return what a viewer subscribes to; `entries` are those of the ledger that it may read."""
    jobs = [one for one in made.subjects.values() if one.kind == "Job"]
    holds_something = any(viewer in one.owners for one in made.subjects.values() if one.kind == "Contract")
    informed = sum(viewer in made.subjects[name].owners | AUTHORITIES for name in INFORMED)
    followed = [
        Call("dryRunBookCapacity", f"(input: {SHORT_OF})", ENDS),
        Call("jobChanges", '(after: "0")', sum(viewer in one.found_by for one in jobs)),
        *(Call("jobProgress", f'(id: "{one.id}")', ENDS) for one in jobs),
        Call(
            "positionChanges",
            f'(network: "fork", period: {WINTER}, after: "0")',
            int(holds_something or VIEWERS[viewer].party_id is None),
        ),
        Call("settlements", '(after: "0")', entries),
        Call("shortfallNotices", '(after: "0")', informed),
    ]
    fields = root_fields()
    return [one for one in followed if may_ask(VIEWERS[viewer], fields[f"Subscription.{one.root}"])]


async def everything_told(made: Relations, viewer: str) -> list[Any]:
    """Return all that a viewer is told by `FOLLOWED`."""
    entries = await _entries_seen(made, viewer)
    told = await asyncio.gather(*(_told(made, viewer, one) for one in calls(made, viewer, entries)))
    return list(told)


async def _told(made: Relations, viewer: str, call: Call) -> list[Any]:
    """Return what a subscription tells a viewer, and in what words it is refused."""
    field = root_fields()[f"Subscription.{call.root}"]
    selection = everything_of(get_named_type(field.type), VIEWERS[viewer])
    context = RequestContext(made.harness.services, VIEWERS[viewer], "test", "198.51.100.7")
    query = f"subscription {{ {call.root}{call.arguments} {selection} }}"
    stream: Any = await build_schema().stream(query, context_value=context)
    told: list[Any] = []
    try:
        while True:
            limit = TIME_LIMIT_S if len(told) < call.at_least else QUIET_S
            result = await asyncio.wait_for(anext(stream), limit)
            told.append([result.data, refusals(made, query, result.errors or ())])
    except StopAsyncIteration:
        return told
    except TimeoutError:
        assert len(told) >= call.at_least, f"{viewer} is told only {len(told)} things by {call}"
        return told
    finally:
        await stream.aclose()


async def _entries_seen(made: Relations, viewer: str) -> int:
    principal = VIEWERS[viewer]
    if not may_ask(principal, root_fields()["Query.settlementEvents"]):
        return 0
    query = "{ settlementEvents(first: 100) { ... on SettlementEventPage { hasMore events { cursor } } } }"
    page = (await made.harness.ask(principal, query))["settlementEvents"]
    assert not page["hasMore"]
    return len(page["events"])


def refusals(made: Relations, query: str, errors: Iterable[GraphQLError]) -> list[str]:
    """Return in what words an operation was refused; it must have been for what it asks, not for its size."""
    said = [without_asked(made, error.message) for error in errors]
    assert not any("internal" in one.lower() or "limit" in one.lower() for one in said), (query, said)
    return said


def without_asked(made: Relations, message: str) -> str:
    """Return a refusal without the ids that were asked for, which it repeats."""
    for asked in (SAMPLES["ID"], *(subject.id for subject in made.subjects.values())):
        message = message.replace(asked, "it").replace(raw_id(asked), "it")
    return message
