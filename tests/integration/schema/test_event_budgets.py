"""An event is shown with as few statements as a page, and to a hundred listeners with no more than to one.

Reading the stream itself is not counted: it takes two or three statements for a hundred events, and one for
all listeners that are at its end.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any, Final

import pytest
from graphql import GraphQLObjectType, GraphQLUnionType, get_named_type
from tests.integration.market.market_fixture import ANNA, NOVEMBER, NOW, OPERATING, acting_for, key
from tests.integration.schema.harness import SchemaHarness
from tests.integration.schema.selections import selections
from tests.integration.schema.statement_budgets import EVENT_MAX, EVENTS_MORE
from tests.sent_statements import sent_statements

from capacity.feasibility.shortfalls.watch import assess_due
from capacity.networks.model import Overlay, OverlayKind
from capacity.publication.service import PutOverlay, set_overlay
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from schema.api import build_schema
from schema.types.listeners import Listeners

pytestmark = pytest.mark.anyio

ROWS = 3
LISTENERS = 100
READS_STREAM: Final = re.compile(r"\bFROM event\b|^SELECT DISTINCT ledger_posting\.sequence\b")
BY_ANNA: Final = acting_for(ANNA)
SUBSCRIPTION: Any = build_schema()._schema.subscription_type
FOLLOWED: Final[Mapping[str, tuple[str, int]]] = {
    "availabilityChanges": ("", ROWS),
    "jobChanges": ("", ROWS),
    "marketEvents": ("", 4 * ROWS),
    "positionChanges": ('network: "fork", period: {start: "2026-11-01", end: "2026-12-01"}, ', 1),
    "settlements": ("", ROWS),
    "shortfallNotices": ("", 1),
    "tradeTape": ('network: "fork", ', ROWS),
}
"""What each subscription to changes needs, and how many events are read of it; positions change at once."""


async def fill(harness: SchemaHarness) -> None:
    """Let something happen in every stream, and a contract of Anna's be short."""
    await harness.fill(ROWS)
    fixture = harness.market_fixture
    overlay = Overlay("jx", OverlayKind.MAINTENANCE, NOVEMBER, 0)
    command = PutOverlay(network_id=fixture.network_id, overlay=overlay, idempotency_key=key())
    async with UnitOfWork(fixture.database) as uow:
        await set_overlay(command, Context(uow=uow, principal=OPERATING, at=NOW))
    assert await assess_due(fixture.database, fixture.market.networks, fixture.market.verifiers, lambda: NOW)
    await harness.relay()


def everything_read(field: str) -> str:
    """Return the selection of all that is read for any event of a subscription."""
    news = get_named_type(SUBSCRIPTION.fields[field].type)
    assert isinstance(news, GraphQLUnionType)
    members = (one for one in news.types if one.name != "ResyncRequired")
    return f"{{ {' '.join(_of_member(one) for one in members)} }}"


def _of_member(member: GraphQLObjectType) -> str:
    return f"... on {member.name} {{ __typename {' '.join(selections(member, reading=True))} }}"


def beside_events(sent: Sequence[str]) -> Iterator[str]:
    """Yield the statements that do not read a stream of events, or which of them are a party's."""
    return (one for one in sent if not READS_STREAM.search(one))


def lift_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an operation ask for everything at once: statements are counted here, not points."""
    for limit in ("QUERY_COST_MAX", "QUERY_TOKENS_MAX", "QUERY_OVERLAPS_MAX"):
        monkeypatch.setattr(f"schema.execution.limits.{limit}", 10**6)


def test_every_subscription_to_changes_has_a_budget() -> None:
    assert FOLLOWED.keys() == {name for name, field in SUBSCRIPTION.fields.items() if "after" in field.args}


async def test_an_event_is_shown_with_as_few_statements_as_a_page(
    harness: SchemaHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    lift_limits(monkeypatch)
    await fill(harness)
    dear: dict[str, list[list[str]]] = {}
    for field, (needed, count) in FOLLOWED.items():
        query = f'subscription {{ {field}({needed}after: "0") {everything_read(field)} }}'
        async with harness.subscribed(BY_ANNA, query) as following:
            for _ in range(count):
                with sent_statements() as sent:
                    assert (await following())[field]["__typename"] != "ResyncRequired"
                asked = [one[:150] for one in beside_events(sent)]
                if len(asked) > EVENTS_MORE.get(field, EVENT_MAX):
                    dear.setdefault(field, []).append(asked)
    assert dear == {}


async def test_a_hundred_listeners_cost_no_more_statements_than_one(
    harness: SchemaHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    lift_limits(monkeypatch)
    monkeypatch.setattr("schema.types.listeners.SHARED_EVENT_S", 600.0)
    await fill(harness)
    for field in FOLLOWED.keys() - {"positionChanges"}:
        one, many = [await heard(harness, field, listeners) for listeners in (1, LISTENERS)]
        assert many <= one, (field, many, one)


async def heard(harness: SchemaHarness, field: str, listeners: int) -> int:
    """Return the statements that it takes until so many listeners of one process have heard one event."""
    needed, _ = FOLLOWED[field]
    query = f'subscription {{ {field}({needed}after: "0") {everything_read(field)} }}'
    process = Listeners()
    async with AsyncExitStack() as stack:
        followings = [
            await stack.enter_async_context(harness.subscribed(BY_ANNA, query, process))
            for _ in range(listeners)
        ]
        with sent_statements() as sent:
            told = await asyncio.gather(*(following() for following in followings))
    assert all(event == told[0] for event in told)
    return len(list(beside_events(sent)))
