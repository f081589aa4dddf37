"""What subscriptions send: to each party its own events, public ones to everyone, and no others."""

import asyncio
from contextlib import AsyncExitStack
from decimal import Decimal
from typing import Any

import pytest
from benchmarks.own_feed import copy_entry
from graphql import ExecutionResult, GraphQLField, GraphQLObjectType, OperationType, get_named_type
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    NOVEMBER,
    NOW,
    OPERATING,
    OTHER_OPERATOR,
    REGULATING,
    acting_for,
    key,
)
from tests.integration.schema.harness import SchemaHarness
from tests.waiting import eventually

from linepack.access import Principal, Role
from linepack.events import log
from linepack.events.model import Stream
from linepack.ids import PartyId
from market.listings.commands import PostListing, TakeListing
from market.listings.service import post_listing, take_listing
from market.rights_transfer.model import TradeKind
from schema.api import build_schema
from schema.execution.shared_events import SharingExecutor
from schema.settlement.billing_feed import PROGRESS_ENTRIES
from schema.types.listeners import Listeners

pytestmark = pytest.mark.anyio

AVAILABILITY = """
subscription ($network: String, $after: Cursor) {
  availabilityChanges(network: $network, after: $after) {
    __typename
    ... on AvailabilityChange {
      cursor topic network { code } period { start end }
    }
    ... on ResyncRequired { cursor }
  }
}
"""
MARKET = """
subscription ($after: Cursor!) {
  marketEvents(after: $after) {
    ... on MarketEvent { cursor topic }
    ... on ListingEvent { listingState listing { remaining } }
    ... on TradeEvent { trade { quantity buyer { code } } }
    ... on ContractAcquiredEvent { contract { quantity holder { code } } }
  }
}
"""
SETTLEMENTS = """
subscription ($after: Cursor!) {
  settlements(after: $after) {
    ... on SettlementEvent {
      cursor sequence cause lines { partyCode counterpartyCode code amount { amount } }
    }
    ... on SettlementProgress { __typename cursor }
  }
}
"""
OTHER_OPERATING = acting_for(OTHER_OPERATOR, Role.OPERATOR)


RESYNC = {"__typename": "ResyncRequired", "cursor": "99"}


async def trade(harness: SchemaHarness) -> None:
    """Let Anna book ten units, list them for a month, and Bert take four."""
    market = harness.market_fixture.market
    contract = await harness.market_fixture.book(quantity=10)
    posted = await market.caller(acting_for(ANNA), NOW).run(
        post_listing,
        PostListing(
            contract_id=contract.id,
            kind=TradeKind.TRANSFER_OF_USE,
            start=NOVEMBER.start,
            end=NOVEMBER.end,
            quantity=10,
            price_per_unit_day=Decimal("0.3"),
            idempotency_key=key(),
        ),
    )
    take = TakeListing(listing_id=posted.id, quantity=4, idempotency_key=key())
    await market.caller(acting_for(BERT), NOW).run(take_listing, take)
    await harness.settle()


async def more_entries(harness: SchemaHarness, original: int, start: int, stop: int) -> None:
    """Let the feed send copies of an entry at these places."""
    async with harness.market_fixture.database.engine.begin() as connection:
        await copy_entry(connection, original, start=start, stop=stop)


async def received(harness: SchemaHarness, principal: Principal, query: str, count: int) -> list[Any]:
    """Return the next `count` events from the beginning."""
    async with harness.subscribed(principal, query, after="0") as following:
        return [next(iter((await following()).values())) for _ in range(count)]


async def test_a_trade_is_told_to_its_parties_and_the_operator_and_the_rest_to_everyone(
    harness: SchemaHarness,
) -> None:
    await trade(harness)
    everyone = ["LISTING_POSTED", "LISTING_TAKEN"]
    overseers = {"CONTRACT_ACQUIRED", "TRADE_CONCLUDED"}
    for principal, own in (
        (acting_for(ANNA), {"TRADE_CONCLUDED"}),
        (acting_for(BERT), {"CONTRACT_ACQUIRED"}),
        (OPERATING, overseers),
        (REGULATING, overseers),
    ):
        topics = [event["topic"] for event in await received(harness, principal, MARKET, 2 + len(own))]
        assert sorted(topics) == sorted([*everyone, *own]), principal
    await trade(harness)
    for principal in (acting_for(CARLA), OTHER_OPERATING):
        assert [event["topic"] for event in await received(harness, principal, MARKET, 4)] == everyone * 2


async def test_what_the_market_holds_for_others_is_not_read_for_a_party(
    harness: SchemaHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "WINDOW_POSITIONS", 3)
    monkeypatch.setattr(log, "read", None)
    await trade(harness)
    await trade(harness)
    topics = [event["topic"] for event in await received(harness, acting_for(CARLA), MARKET, 4)]
    assert topics == ["LISTING_POSTED", "LISTING_TAKEN"] * 2
    assert len(await received(harness, OPERATING, MARKET, 8)) == 8
    assert len(await received(harness, acting_for(BERT), MARKET, 6)) == 6


async def test_an_event_shows_the_things_it_is_about_as_they_are_now(harness: SchemaHarness) -> None:
    await trade(harness)
    of_anna = {event["topic"]: event for event in await received(harness, acting_for(ANNA), MARKET, 3)}
    assert of_anna["LISTING_POSTED"]["listing"] == {"remaining": 6}
    assert (of_anna["LISTING_POSTED"]["listingState"], of_anna["LISTING_TAKEN"]["listingState"]) == (
        "OPEN",
        "OPEN",
    )
    assert of_anna["TRADE_CONCLUDED"]["trade"] == {"quantity": 4, "buyer": {"code": "P1"}}
    of_bert = {event["topic"]: event for event in await received(harness, acting_for(BERT), MARKET, 3)}
    assert of_bert["CONTRACT_ACQUIRED"]["contract"] == {"quantity": 4, "holder": {"code": "P1"}}


async def test_everyone_reads_the_lines_it_is_a_side_of_and_they_balance(harness: SchemaHarness) -> None:
    await trade(harness)
    [booked, sold] = await received(harness, REGULATING, SETTLEMENTS, 2)
    assert [booked["sequence"], sold["sequence"]] == [1, 2]
    [of_anna, _] = await received(harness, acting_for(ANNA), SETTLEMENTS, 2)
    assert of_anna["lines"] == booked["lines"]
    [of_bert] = await received(harness, acting_for(BERT), SETTLEMENTS, 1)
    assert of_bert["sequence"] == 2
    assert {line["partyCode"] for line in of_bert["lines"]} == {"P0", "P1"}
    assert {line["code"] for line in of_bert["lines"]} == {"SECONDARY_PRICE"}
    for event in (booked, sold, of_anna, of_bert):
        assert sum(Decimal(line["amount"]["amount"]) for line in event["lines"]) == 0


async def test_a_booking_is_told_to_everyone_as_changed_availability_only(harness: SchemaHarness) -> None:
    await harness.market_fixture.book(quantity=10, period=NOVEMBER)
    await harness.relay()
    async with harness.subscribed(acting_for(CARLA), AVAILABILITY, network="fork", after="2") as following:
        change = (await following())["availabilityChanges"]
    assert change == {
        "__typename": "AvailabilityChange",
        "cursor": "3",
        "topic": "CONTRACT_BOOKED",
        "network": {"code": "fork"},
        "period": {"start": "2026-11-01", "end": "2026-12-01"},
    }


async def test_a_change_of_the_network_concerns_all_gas_days(harness: SchemaHarness) -> None:
    await harness.relay()
    async with harness.subscribed(acting_for(CARLA), AVAILABILITY, after="0") as following:
        change = (await following())["availabilityChanges"]
    assert (change["topic"], change["period"]) == ("NETWORK_PUBLISHED", None)


async def test_a_cursor_goes_on_where_another_connection_left_off(harness: SchemaHarness) -> None:
    for _ in range(3):
        await harness.market_fixture.book(quantity=1)
    await harness.settle()
    first = await received(harness, acting_for(ANNA), SETTLEMENTS, 2)
    async with harness.subscribed(acting_for(ANNA), SETTLEMENTS, after=first[-1]["cursor"]) as following:
        assert (await following())["settlements"]["sequence"] == 3


FOLLOWED = {
    "availabilityChanges": "",
    "jobChanges": "",
    "marketEvents": "",
    "positionChanges": 'network: "fork", period: {start: "2026-11-01", end: "2026-12-01"}, ',
    "settlements": "",
    "shortfallNotices": "",
    "tradeTape": 'network: "fork", ',
}
"""The subscriptions that take a cursor, and what else they need; the test below finds out what is missing."""


async def test_a_cursor_ahead_of_the_feed_is_told_to_resynchronise_everywhere(harness: SchemaHarness) -> None:
    await trade(harness)
    fields = {kind: root.fields for kind, root in roots().items()}
    taking = {name: {field for field in fields[name] if takes_cursor(fields[name][field])} for name in fields}
    assert taking == {"query": {"settlementEvents"}, "mutation": set(), "subscription": set(FOLLOWED)}
    for field, needed in FOLLOWED.items():
        resync = "... on ResyncRequired { __typename cursor }"
        query = f'subscription {{ {field}({needed}after: "99") {{ {resync} }} }}'
        async with harness.subscribed(acting_for(ANNA), query) as following:
            assert await following() == {field: RESYNC}
            assert await following() is None
    for reader in (acting_for(ANNA), REGULATING):
        query = '{ settlementEvents(after: "99") { ... on ResyncRequired { __typename cursor } } }'
        assert await harness.ask(reader, query) == {"settlementEvents": RESYNC}


def takes_cursor(field: GraphQLField) -> bool:
    """Return whether a root field takes the cursor of an event stream."""
    return any(get_named_type(argument.type).name == "Cursor" for argument in field.args.values())


def roots() -> dict[str, GraphQLObjectType]:
    """Return the root types of the schema, by the kind of operation."""
    found = {kind.value: build_schema()._schema.get_root_type(kind) for kind in OperationType}
    return {kind: root for kind, root in found.items() if root is not None}


async def test_an_event_is_worked_out_once_for_all_who_see_the_same(
    harness: SchemaHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await trade(harness)
    worked_out: list[Principal | None] = []
    executed = SharingExecutor._executed

    async def noted(executor: SharingExecutor) -> ExecutionResult:
        worked_out.append(executor.context_value.principal)
        return await executed(executor)

    monkeypatch.setattr(SharingExecutor, "_executed", noted)
    process, anna, bert = Listeners(), acting_for(ANNA), acting_for(BERT)
    seen: dict[tuple[PartyId | None, str], list[Any]] = {}
    async with AsyncExitStack() as stack:
        for _ in range(5):
            for principal, after, ahead in ((anna, "0", 1), (anna, "1", 0), (bert, "1", 0)):
                following = await stack.enter_async_context(
                    harness.subscribed(principal, MARKET, process, after=after)
                )
                for _ in range(ahead + 1):
                    event = (await following())["marketEvents"]
                    seen.setdefault((principal.party_id, event["cursor"]), []).append(event)
    assert {len(events) for events in seen.values()} == {5, 10}, "Anna's second is read by both"
    assert all(event == events[0] for events in seen.values() for event in events)
    assert len(worked_out) == len(seen) == 3


async def test_what_an_event_is_about_is_shown_as_it_is_when_it_is_read_again(
    harness: SchemaHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schema.types.listeners.SHARED_EVENT_S", -1.0)
    await trade(harness)
    process, before = Listeners(), []
    for _ in range(2):
        async with harness.subscribed(acting_for(CARLA), MARKET, process, after="0") as following:
            before.append((await following())["marketEvents"]["listing"]["remaining"])
        listing = await harness.ask(
            acting_for(CARLA), '{ listings(network: "fork") { edges { node { id } } } }'
        )
        [edge] = listing["listings"]["edges"]
        take = {"listingId": edge["node"]["id"], "quantity": 1, "idempotencyKey": key()}
        await harness.act(acting_for(CARLA), "takeListing", "", **take)
    assert before == [6, 5]


async def test_without_a_cursor_only_what_happens_from_now_on_is_told(harness: SchemaHarness) -> None:
    await harness.market_fixture.book(quantity=1, period=NOVEMBER)
    await harness.relay()
    async with harness.subscribed(acting_for(CARLA), AVAILABILITY) as following:
        task = asyncio.create_task(following())
        feed = harness.services.feeds.of(Stream.CAPACITY)
        await eventually(lambda: feed._follower is not None, "listening")
        await harness.market_fixture.book(quantity=2, period=NOVEMBER)
        await harness.relay()
        assert (await task)["availabilityChanges"]["cursor"] == "4"


async def test_the_feed_by_page_tells_what_the_subscription_tells(harness: SchemaHarness) -> None:
    await trade(harness)
    query = """
    query ($after: Cursor!, $first: Int!) {
      settlementEvents(after: $after, first: $first) {
        ... on SettlementEventPage { events { cursor sequence } cursor hasMore }
        ... on ResyncRequired { __typename cursor }
      }
    }
    """

    async def page(party: PartyId, after: str, first: int = 100) -> Any:
        asked = await harness.ask(acting_for(party), query, after=after, first=first)
        return asked["settlementEvents"]

    one, two = [{"cursor": str(number), "sequence": number} for number in (1, 2)]
    assert await page(ANNA, "0", 1) == {"events": [one], "cursor": "1", "hasMore": True}
    assert await page(ANNA, "1") == {"events": [two], "cursor": "2", "hasMore": False}
    assert await page(ANNA, "2") == {"events": [], "cursor": "2", "hasMore": False}
    assert await page(BERT, "0") == {"events": [two], "cursor": "2", "hasMore": False}
    assert await page(CARLA, "0") == {"events": [], "cursor": "2", "hasMore": False}


async def test_the_feed_passes_over_what_is_for_others_and_says_how_far(harness: SchemaHarness) -> None:
    for holder in (BERT, ANNA):
        await harness.market_fixture.book(holder, quantity=1, period=NOVEMBER)
    await harness.settle()
    await more_entries(harness, 1, 3, 600)
    await more_entries(harness, 2, 601, 601)
    [first, second] = await received(harness, acting_for(ANNA), SETTLEMENTS, 2)
    assert (first["cursor"], second["cursor"]) == ("2", "601")
    async with harness.subscribed(acting_for(CARLA), SETTLEMENTS, after="0") as following:
        assert await following() == {"settlements": {"__typename": "SettlementProgress", "cursor": "601"}}
        await more_entries(harness, 1, 602, 602 + PROGRESS_ENTRIES)
        progress = (await following())["settlements"]
        assert int(progress["cursor"]) >= 601 + PROGRESS_ENTRIES
        async with harness.subscribed(acting_for(CARLA), SETTLEMENTS, after=progress["cursor"]) as again:
            await more_entries(harness, 1, 603 + PROGRESS_ENTRIES, 603 + 2 * PROGRESS_ENTRIES)
            assert (await again())["settlements"]["__typename"] == "SettlementProgress"


async def test_everything_that_can_happen_on_the_market_can_be_told(harness: SchemaHarness) -> None:
    await harness.fill(1)
    query = """
    subscription {
      marketEvents(network: "fork", after: "0") {
        ... on MarketEvent { topic recordedAt network { code } }
        ... on ListingEvent { listingState remaining listing { state } }
        ... on CallEvent { callState remaining call { state } }
        ... on OrderEvent { orderState order { state party { code } } call { state } }
        ... on ReleaseEvent { releaseState quantity release { state } }
        ... on ReleaseAwardedEvent { bidIds release { state } }
        ... on BidEvent { bidState awarded reason text bid { state } release { state } }
        ... on TradeEvent { trade { kind buyer { code } } }
        ... on ContractAcquiredEvent { contract { cause } }
      }
    }
    """
    async with harness.subscribed(OPERATING, query) as following:
        events = [(await following())["marketEvents"]]
        while events[-1]["topic"] != "RELEASE_CLOSED":
            events.append((await following())["marketEvents"])
    things = ("listing", "call", "order", "release", "bid", "trade", "contract")
    shown = {event["topic"]: {thing for thing in things if event.get(thing)} for event in events}
    assert shown == {
        "LISTING_POSTED": {"listing"},
        "LISTING_TAKEN": {"listing"},
        "TRADE_CONCLUDED": {"trade"},
        "CONTRACT_ACQUIRED": {"contract"},
        "CALL_OPENED": {"call"},
        "ORDER_PLACED": {"order", "call"},
        "RELEASE_OFFERED": {"release"},
        "BID_PLACED": {"bid", "release"},
        "RELEASE_AWARDED": {"release"},
        "RELEASE_CLOSED": {"release"},
    }
    assert {event["network"]["code"] for event in events} == {"fork"}


async def test_maintenance_changes_availability_on_its_days(harness: SchemaHarness) -> None:
    await harness.fill(1)
    query = """
    subscription {
      availabilityChanges(network: "fork", after: "0") {
        ... on AvailabilityChange { topic period { start end } }
      }
    }
    """
    async with harness.subscribed(acting_for(CARLA), query) as following:
        changes = [(await following())["availabilityChanges"] for _ in range(3)]
    assert changes[2] == {"topic": "OVERLAY_SET", "period": {"start": "2027-05-01", "end": "2027-06-01"}}


async def test_balances_are_what_the_charges_of_a_contract_add_up_to(harness: SchemaHarness) -> None:
    await trade(harness)
    contracts = await harness.ask(acting_for(ANNA), "{ contracts(own: true) { edges { node { id } } } }")
    [edge] = contracts["contracts"]["edges"]
    query = """query ($id: ID!) {
      balances(contract: $id) { gasMonth code party { code } amount { amount } }
      contract(id: $id) { charges { gasMonth amount { amount } } }
    }"""
    seen = await harness.ask(acting_for(ANNA), query, id=edge["node"]["id"])
    owed = {row["gasMonth"]: row["amount"] for row in seen["balances"] if row["party"]["code"] == "P0"}
    assert owed == {charge["gasMonth"]: charge["amount"] for charge in seen["contract"]["charges"]}
    # 10 units × 0.25 EUR × 30 gas days of November
    assert owed["2026-11-01"] == {"amount": "75.00"}
    balances = "query ($id: ID!) { balances(contract: $id) { code } }"
    with pytest.raises(AssertionError, match="no contract"):
        await harness.ask(acting_for(CARLA), balances, id=edge["node"]["id"])
