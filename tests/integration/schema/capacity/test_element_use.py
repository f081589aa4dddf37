"""Who uses an element, through the API: own contracts by name, others summed, all for the operator."""

from typing import Any

import pytest
from tests.integration.market.listings.test_service import post
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
from tests.integration.schema.columns import rows
from tests.integration.schema.harness import SchemaHarness, statements

from capacity.rights.model import Route
from linepack.access import Principal, Role
from market.listings.commands import TakeListing
from market.listings.service import take_listing

pytestmark = pytest.mark.anyio

BY_ANNA, BY_BERT, BY_CARLA = acting_for(ANNA), acting_for(BERT), acting_for(CARLA)
USE = """query ($edge: String, $node: String, $start: GasDay!, $end: GasDay!) {
  elementUse(network: "fork", edge: $edge, node: $node, period: {start: $start, end: $end}) {
    unit cursor rightsVersion edge { code } node { code } network { code }
    stretches {
      period { start end }
      uses {
        direction capacity worst demand
        contracts {
          code quantity share route { receipt { code } delivery { code } } holder { code } contract { id }
        }
        setAside { quantity share } others { quantity share }
      }
    }
  }
}"""
WINTER_DAYS = {"start": "2026-10-20", "end": "2027-04-01"}
TO_Y = Route("a", "y")


async def used(harness: SchemaHarness, viewer: Principal, **asked: Any) -> list[dict[str, Any]]:
    answer = await harness.ask(viewer, USE, **{**WINTER_DAYS, **asked})
    stretches: list[dict[str, Any]] = answer["elementUse"]["stretches"]
    return stretches


def named(use: dict[str, Any]) -> list[tuple[str, int]]:
    return [(one["holder"]["code"], one["quantity"]) for one in use["contracts"]]


async def test_own_contracts_are_named_and_those_of_others_are_one_sum(harness: SchemaHarness) -> None:
    fixture = harness.market_fixture
    await fixture.book(ANNA, quantity=30, period=NOVEMBER)
    await fixture.book(BERT, quantity=10)
    await fixture.book(CARLA, quantity=20, route=TO_Y)

    before, november, later = await used(harness, BY_ANNA, edge="aj")

    assert before == {"period": {"start": "2026-10-20", "end": "2026-11-01"}, "uses": []}
    [use] = november["uses"]
    assert (use["direction"], use["capacity"], use["worst"], use["demand"]) == ("FORWARD", 100, 60, 60)
    assert named(use) == [("P0", 30)]
    assert use["contracts"][0]["share"] == pytest.approx(0.5)
    assert use["others"] == {"quantity": 30, "share": pytest.approx(0.5)}
    [use] = later["uses"]
    assert (use["contracts"], use["worst"], use["others"]["quantity"]) == ([], 30, 30)

    [_, to_x, _] = await used(harness, BY_ANNA, edge="jx")
    [use] = to_x["uses"]
    assert (use["worst"], use["others"]["quantity"]) == (40, 10), "what goes to y does not pass"
    for viewer in (OPERATING, REGULATING):
        [_, november, _] = await used(harness, viewer, edge="aj")
        assert named(november["uses"][0]) == [("P0", 30), ("P2", 20), ("P1", 10)]
        assert november["uses"][0]["others"] == {"quantity": 0, "share": 0}


async def test_others_are_never_told_apart_even_where_there_is_one(harness: SchemaHarness) -> None:
    contract = await harness.market_fixture.book(BERT, quantity=20)
    other_operator = acting_for(OTHER_OPERATOR, Role.OPERATOR)
    for viewer in (BY_ANNA, BY_CARLA, other_operator):
        answer = await harness.ask(viewer, USE, edge="jx", **WINTER_DAYS)
        assert "P1" not in str(answer)
        assert contract.code not in str(answer)
        use = answer["elementUse"]["stretches"][1]["uses"][0]
        assert (use["contracts"], use["others"]) == ([], {"quantity": 20, "share": 1})


async def test_what_is_summed_is_what_is_sold_less_ones_own(harness: SchemaHarness) -> None:
    """The sum shows nothing that `networkAvailability` does not show to everybody."""
    await harness.market_fixture.book(ANNA, quantity=15)
    await harness.market_fixture.book(BERT, quantity=20)
    query = """{ networkAvailability(network: "fork", kind: PATH,
      period: {start: "2026-11-01", end: "2027-04-01"}) { receiptCodes deliveryCodes sold } }"""
    found = (await harness.ask(BY_CARLA, query))["networkAvailability"]
    routes = list(zip(found["receiptCodes"], found["deliveryCodes"], strict=True))
    sold = dict(zip(routes, rows(found["sold"], 1), strict=True))
    use = (await used(harness, BY_ANNA, edge="jx", start="2026-11-01"))[0]["uses"][0]
    assert use["others"]["quantity"] == sold["a", "x"][0] + sold["b", "x"][0] - 15


async def test_a_trade_that_leaves_the_sum_as_it_is_moves_rights_between_names(
    harness: SchemaHarness,
) -> None:
    fixture = harness.market_fixture
    contract = await fixture.book(ANNA, quantity=40)
    listing = await post(fixture, contract, 10)
    take = TakeListing(idempotency_key=key(), listing_id=listing.id, quantity=10)
    await fixture.market.caller(BY_BERT, NOW).run(take_listing, take)

    of_anna = (await used(harness, BY_ANNA, edge="jx"))[1:]
    of_bert = (await used(harness, BY_BERT, edge="jx"))[1:]
    of_all = (await used(harness, OPERATING, edge="jx"))[1:]

    days = listing.capacity.period
    for stretch in of_anna:
        is_sold = str(days.start) <= stretch["period"]["start"] < str(days.end)
        assert named(stretch["uses"][0]) == [("P0", 30 if is_sold else 40)]
        assert stretch["uses"][0]["others"]["quantity"] == (10 if is_sold else 0)
    assert {named(stretch["uses"][0])[0] for stretch in of_bert if named(stretch["uses"][0])} == {("P1", 10)}
    assert all(stretch["uses"][0]["worst"] == 40 for stretch in of_all)
    assert [("P0", 30), ("P1", 10)] in [named(stretch["uses"][0]) for stretch in of_all]


async def test_it_agrees_with_usage_on_every_edge_and_stretch(harness: SchemaHarness) -> None:
    fixture = harness.market_fixture
    await fixture.book(ANNA, quantity=30, period=NOVEMBER)
    await fixture.book(BERT, quantity=25, route=Route("b", "y"))
    await fixture.book(CARLA, quantity=20, route=TO_Y)
    query = """{ usage(network: "fork", period: {start: "2026-10-20", end: "2027-04-01"}) {
      edgeCodes stretches { start end } worstForward worstBackward capacityForward } }"""
    usage = (await harness.ask(BY_ANNA, query))["usage"]
    count = len(usage["stretches"])
    for place, edge in enumerate(usage["edgeCodes"]):
        for name, direction in (("worstForward", "FORWARD"), ("worstBackward", "BACKWARD")):
            worst = rows(usage[name], count)[place]
            by_day = {}
            for stretch in await used(harness, OPERATING, edge=edge):
                uses = {use["direction"]: use for use in stretch["uses"]}
                by_day[stretch["period"]["start"]] = uses.get(direction, {"worst": 0})["worst"]
                for use in stretch["uses"]:
                    assert sum(one["share"] for one in use["contracts"]) == pytest.approx(1)
            for stretch, figure in zip(usage["stretches"], worst, strict=True):
                reached = max(start for start in by_day if start <= stretch["start"])
                assert by_day[reached] == figure


async def test_a_point_is_used_by_what_is_handed_over_and_taken_back_there(harness: SchemaHarness) -> None:
    await harness.market_fixture.book(ANNA, quantity=30)
    await harness.market_fixture.book(BERT, quantity=10, route=Route("b", "x"))
    [_, winter] = await used(harness, BY_ANNA, node="x")
    [use] = winter["uses"]
    assert (use["direction"], use["worst"], named(use)) == ("LEAVING", 40, [("P0", 30)])
    assert use["others"] == {"quantity": 10, "share": pytest.approx(0.25)}
    [_, winter] = await used(harness, BY_ANNA, node="a")
    assert [one["direction"] for one in winter["uses"]] == ["ENTERING"]
    assert await used(harness, BY_ANNA, node="j") == [{"period": WINTER_DAYS, "uses": []}]


async def test_what_the_operator_sets_aside_is_shown_apart(harness: SchemaHarness) -> None:
    await harness.market_fixture.book(ANNA, quantity=30)
    await harness.act(
        OPERATING,
        "setAside",
        "",
        network="fork",
        receipt="a",
        delivery="x",
        start="2026-11-01",
        end="2026-12-01",
        quantity=20,
        reason="short-term auctions",
        idempotencyKey=key(),
    )
    november = (await used(harness, BY_ANNA, edge="jx"))[1]
    [use] = november["uses"]
    assert november["period"]["end"] == "2026-12-01"
    assert (use["worst"], use["setAside"], use["others"]["quantity"]) == (
        50,
        {"quantity": 20, "share": pytest.approx(0.4)},
        0,
    )


@pytest.mark.parametrize(
    ("asked", "place"),
    [({}, "edge"), ({"edge": "aj", "node": "a"}, "edge"), ({"edge": "x"}, "edge"), ({"node": "aj"}, "node")],
)
async def test_one_element_that_there_is_must_be_asked_for(
    harness: SchemaHarness, asked: dict[str, str], place: str
) -> None:
    with pytest.raises(AssertionError, match=f"'{place}'"):
        await used(harness, BY_ANNA, **asked)


async def test_it_asks_the_database_little_however_many_contracts(harness: SchemaHarness) -> None:
    async def asked() -> None:
        await used(harness, OPERATING, edge="jx")

    for number in range(20):
        await harness.market_fixture.book((ANNA, BERT, CARLA)[number % 3], quantity=1)
    await asked()
    assert await statements(asked) <= 8
