"""What a party has on each route, as lines of the ledgers add up to it, and how it hears of changes."""

import asyncio
from typing import Any

import pytest
from tests.integration.market.calls.test_service import ACCEPT_BY
from tests.integration.market.market_fixture import ANNA, BERT, CARLA, OPERATING, acting_for, key
from tests.integration.schema.harness import SchemaHarness

from capacity.rights.model import Route
from schema.api import build_schema

pytestmark = pytest.mark.anyio

BY_ANNA, BY_BERT = acting_for(ANNA), acting_for(BERT)
FIGURES = "period { start end } acquired traded released owned listed held free"
ROUTES = f"route {{ receipt {{ code }} delivery {{ code }} }} firmness positions {{ {FIGURES} }}"
WINTER = '{start: "2026-11-01", end: "2027-04-01"}'
NOVEMBER = '{start: "2026-11-01", end: "2026-12-01"}'
CHANGES = f"""
subscription ($after: Cursor) {{
  positionChanges(network: "fork", period: {WINTER}, after: $after) {{
    __typename
    ... on PositionChange {{ cursor routes {{ {ROUTES} }} contracts {{ id code }} }}
    ... on ResyncRequired {{ cursor }}
  }}
}}
"""


async def positions(
    harness: SchemaHarness, principal: Any = BY_ANNA, *, period: str = WINTER, more: str = ""
) -> Any:
    query = f'{{ positions(network: "fork", period: {period} {more}) {{ cursor routes {{ {ROUTES} }} }} }}'
    return (await harness.ask(principal, query))["positions"]


async def act(harness: SchemaHarness, principal: Any, name: str, payload: str, **given: Any) -> Any:
    answer = await harness.act(principal, name, payload, **given)
    assert not answer["__typename"].endswith("Problem"), answer
    return answer


async def post(harness: SchemaHarness, contract_id: str, **changes: Any) -> str:
    given = {
        "contractId": contract_id,
        "kind": "TRANSFER_OF_USE",
        "start": "2026-11-01",
        "end": "2026-12-01",
        "quantity": 10,
        "pricePerUnitDay": "0.3",
        "idempotencyKey": key(),
    }
    posted = await act(
        harness, BY_ANNA, "postListing", "... on PostListingPayload { listing { id } }", **given | changes
    )
    return str(posted["listing"]["id"])


async def book(harness: SchemaHarness, party: Any = ANNA, **given: Any) -> str:
    await harness.market_fixture.book(party, **given)
    newest = "{ contracts(first: 1, own: true) { edges { node { id } } } }"
    [edge] = (await harness.ask(acting_for(party), newest))["contracts"]["edges"]
    return str(edge["node"]["id"])


async def take(harness: SchemaHarness, listing: str, quantity: int) -> None:
    await act(harness, BY_BERT, "takeListing", "", listingId=listing, quantity=quantity, idempotencyKey=key())


def shown(found: Any) -> list[tuple[str, str, int, int, int, int, int, int]]:
    """Return the stretches of the one route there is, as figures."""
    [route] = found["routes"]
    names = ("acquired", "traded", "released", "listed", "held", "free")
    return [
        (one["period"]["start"], one["period"]["end"], *(one[name] for name in names))
        for one in route["positions"]
    ]


async def test_positions_add_up_over_contracts_and_stretch_by_stretch(harness: SchemaHarness) -> None:
    first = await book(harness, quantity=30)
    await book(harness, quantity=20)
    listing = await post(harness, first)
    await take(harness, listing, 4)
    await act(
        harness,
        BY_ANNA,
        "openCallToSell",
        "",
        contractId=first,
        kind="ASSIGNMENT",
        start="2026-12-01",
        end="2027-01-01",
        quantity=5,
        limitPrice="0.1",
        closesAt="2026-11-15T12:00:00Z",
        idempotencyKey=key(),
    )
    found = await positions(harness)
    assert found["routes"][0]["route"] == {"receipt": {"code": "a"}, "delivery": {"code": "x"}}
    assert found["routes"][0]["firmness"] == "FIRM"
    assert shown(found) == [
        ("2026-11-01", "2026-12-01", 50, 4, 0, 6, 6, 40),
        ("2026-12-01", "2027-01-01", 50, 0, 0, 0, 5, 45),
        ("2027-01-01", "2027-04-01", 50, 0, 0, 0, 0, 50),
    ]
    assert [one["owned"] for one in found["routes"][0]["positions"]] == [46, 50, 50]
    assert shown(await positions(harness, BY_BERT)) == [("2026-11-01", "2026-12-01", 4, 0, 0, 0, 0, 4)]


async def test_positions_agree_with_what_the_contracts_say_is_free(harness: SchemaHarness) -> None:
    contract = await book(harness, quantity=30)
    await take(harness, await post(harness, contract), 7)
    await post(harness, contract, quantity=3, isFirm=False)
    query = (
        "query ($id: ID!) { contract(id: $id) { free { period { start end } quantity passedOn held free } } }"
    )
    free = (await harness.ask(BY_ANNA, query, id=contract))["contract"]["free"]
    found = shown(await positions(harness))
    assert [(one["period"]["start"], one["period"]["end"], one["free"]) for one in free] == [
        (start, end, left) for start, end, *_, left in found
    ]


async def test_positions_are_narrowed_to_a_route_gas_days_and_firmness(harness: SchemaHarness) -> None:
    await book(harness, quantity=30)
    await book(harness, quantity=20, route=Route("b", "y"))
    assert len((await positions(harness))["routes"]) == 2
    [on_b] = (await positions(harness, more='route: {receipt: "b", delivery: "y"}'))["routes"]
    assert on_b["positions"][0]["acquired"] == 20
    assert (await positions(harness, more='route: {receipt: "b"}'))["routes"] == []
    assert (await positions(harness, more="firmness: INTERRUPTIBLE"))["routes"] == []
    [on_a, _] = (await positions(harness, period=NOVEMBER))["routes"]
    assert [one["period"] for one in on_a["positions"]] == [{"start": "2026-11-01", "end": "2026-12-01"}]


async def test_nobody_has_positions_of_others(harness: SchemaHarness) -> None:
    await book(harness, quantity=30)
    for principal in (acting_for(CARLA), OPERATING):
        assert (await positions(harness, principal))["routes"] == []


async def test_changes_bring_the_whole_of_each_route_concerned_and_the_contracts(
    harness: SchemaHarness,
) -> None:
    contract = await book(harness, quantity=30)
    start = (await positions(harness))["cursor"]
    async with harness.subscribed(BY_ANNA, CHANGES, after=start) as following:
        listing = await post(harness, contract)
        await harness.relay()
        change = (await following())["positionChanges"]
        assert [one["id"] for one in change["contracts"]] == [contract]
        assert change["routes"] == (await positions(harness))["routes"]
        await take(harness, listing, 10)
        await harness.relay()
        change = (await following())["positionChanges"]
        assert change["cursor"] == (await positions(harness))["cursor"]
        assert change["routes"] == (await positions(harness))["routes"]
    async with harness.subscribed(BY_BERT, CHANGES, after=start) as following:
        change = (await following())["positionChanges"]
        assert change["routes"] == (await positions(harness, BY_BERT))["routes"]
        assert len(change["contracts"]) == 1


async def test_what_an_order_held_is_told_to_be_free_when_it_lapses(harness: SchemaHarness) -> None:
    contract = await book(harness, BERT, quantity=30)
    days = {"start": "2026-11-01", "end": "2026-12-01", "quantity": 10}
    asked = {"network": "fork", "receipt": "a", "delivery": "x", "kind": "ASSIGNMENT", "limitPrice": "0.2"}
    until = {"closesAt": "2026-10-15T12:00:00Z", "idempotencyKey": key()}
    payload = "... on CallPayload { call { id } }"
    call = (await act(harness, BY_ANNA, "openCallToBuy", payload, **asked, **days, **until))["call"]
    answer = {"callId": call["id"], "contractId": contract, "pricePerUnitDay": "0.15"}
    until = {"acceptBy": ACCEPT_BY.isoformat(), "idempotencyKey": key()}
    await act(harness, BY_BERT, "placeOrder", "", **answer, **days, **until)
    await harness.relay()
    start = await positions(harness, BY_BERT)
    assert shown(start)[0] == ("2026-11-01", "2026-12-01", 30, 0, 0, 0, 10, 20)

    async with harness.subscribed(BY_BERT, CHANGES, after=start["cursor"]) as following:
        waiting = asyncio.create_task(following())
        assert await asyncio.wait([waiting], timeout=1) == (set(), {waiting})
        assert await harness.market_fixture.market.end_overdue_holds(ACCEPT_BY) == 1
        await harness.relay()
        change = (await waiting)["positionChanges"]
    assert shown(change) == [("2026-11-01", "2027-04-01", 30, 0, 0, 0, 0, 30)]


async def test_a_route_of_which_nothing_is_left_comes_empty(harness: SchemaHarness) -> None:
    contract = await book(harness, quantity=10)
    listing = await post(harness, contract, end="2027-04-01")
    await take(harness, listing, 10)
    start = (await positions(harness, BY_BERT))["cursor"]
    assert start == (await positions(harness))["cursor"]
    [route] = (await positions(harness))["routes"]
    assert route["positions"][0]["owned"] == 0


async def test_many_changed_contracts_come_one_after_the_other(
    harness: SchemaHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schema.capacity.positions.CHANGED_CONTRACTS_MAX", 2)
    booked = [await book(harness, quantity=1) for _ in range(5)]
    await harness.relay()
    told: list[str] = []
    async with harness.subscribed(BY_ANNA, CHANGES, after="0") as following:
        while len(told) < 5:
            change = (await following())["positionChanges"]
            told += [one["id"] for one in change["contracts"]]
            assert len(change["contracts"]) <= 2
    assert told == booked
    assert change["cursor"] == (await positions(harness))["cursor"]


async def test_a_version_that_is_not_yet_must_start_anew(harness: SchemaHarness) -> None:
    async with harness.subscribed(BY_ANNA, CHANGES, after="99") as following:
        assert (await following())["positionChanges"] == {"__typename": "ResyncRequired", "cursor": "99"}
        assert await following() is None


async def test_contracts_of_a_network_have_the_cursor_of_position_changes(harness: SchemaHarness) -> None:
    await book(harness, quantity=30)
    listed = (await harness.ask(BY_ANNA, '{ contracts(network: "fork") { cursor } }'))["contracts"]
    assert listed["cursor"] == (await positions(harness))["cursor"]
    everywhere = (await harness.ask(BY_ANNA, "{ contracts { cursor } }"))["contracts"]
    assert everywhere["cursor"] is None


async def test_a_traded_contract_still_tells_its_routes(harness: SchemaHarness) -> None:
    contract = await book(harness, quantity=10)
    await take(harness, await post(harness, contract, end="2027-04-01"), 10)
    query = """query ($id: ID!) { contract(id: $id) {
      rights { quantity } routes { route { receipt { code } delivery { code } } quantity } } }"""
    found = (await harness.ask(BY_ANNA, query, id=contract))["contract"]
    assert found["rights"] == []
    assert found["routes"] == [
        {"route": {"receipt": {"code": "a"}, "delivery": {"code": "x"}}, "quantity": 10}
    ]
    on_route = '{ contracts(own: true, route: {receipt: "a", delivery: "x"}) { edges { node { id } } } }'
    assert len((await harness.ask(BY_ANNA, on_route))["contracts"]["edges"]) == 1
    elsewhere = '{ contracts(own: true, route: {receipt: "b", delivery: "x"}) { edges { node { id } } } }'
    assert (await harness.ask(BY_ANNA, elsewhere))["contracts"]["edges"] == []


async def test_too_many_changes_of_quantity_are_refused_with_what_to_do(
    harness: SchemaHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("capacity.contracts.positions.STEPS_MAX", 1)
    await book(harness, quantity=10)
    query = f'{{ positions(network: "fork", period: {WINTER}) {{ cursor }} }}'
    result = await build_schema().execute(query, context_value=harness.context(BY_ANNA))
    assert result.errors is not None
    assert "ask for fewer gas days" in result.errors[0].message
