"""What many routes offer, in one answer: as sold, by stretches, with its price, and what comes after it."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    NOVEMBER,
    OPERATING,
    acting_for,
    key,
)
from tests.integration.schema.columns import numbers, rows
from tests.integration.schema.harness import SchemaHarness, statements

from capacity.rights.model import Route
from linepack.gasday import Period

pytestmark = pytest.mark.anyio

BY_ANNA = acting_for(ANNA)
ANSWER = """{
  unit currency cursor rightsVersion demandedLevel boundLevel network { code }
  stretches { period { start end } level notOnSale }
  receiptCodes deliveryCodes available atMost technical sold
  unitPrices { amounts total } unitPricePlaces
}"""
QUERY = f"""query ($period: PeriodInput!, $kind: RouteKind, $routes: [RouteInput!]) {{
  networkAvailability(network: "fork", period: $period, kind: $kind, routes: $routes) {ANSWER}
}}"""
FOLLOW = f"""subscription ($period: PeriodInput!, $kind: RouteKind) {{
  networkAvailability(network: "fork", period: $period, kind: $kind) {ANSWER}
}}"""
AUTUMN = {"start": "2026-10-20", "end": "2026-12-01"}


async def asked(harness: SchemaHarness, **given: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await harness.ask(BY_ANNA, QUERY, **given))["networkAvailability"]
    return found


def table(found: dict[str, Any], name: str) -> dict[tuple[str | None, str | None], list[float]]:
    """The rows of a table by route."""
    routes = zip(found["receiptCodes"], found["deliveryCodes"], strict=True)
    return dict(zip(routes, rows(found[name], len(found["stretches"])), strict=True))


async def test_all_paths_in_one_answer_with_level_and_price(harness: SchemaHarness) -> None:
    await harness.market_fixture.book(quantity=30, period=NOVEMBER)
    found = await asked(harness, period=AUTUMN, kind="PATH")

    assert found["network"] == {"code": "fork"}
    assert (found["unit"], found["currency"]) == ("KWH_PER_H", "EUR")
    assert (found["demandedLevel"], found["boundLevel"]) == ("FLOW", "FLOW")
    assert found["stretches"] == [
        {"period": {"start": "2026-10-20", "end": "2026-11-01"}, "level": "FLOW", "notOnSale": None},
        {"period": {"start": "2026-11-01", "end": "2026-12-01"}, "level": "FLOW", "notOnSale": None},
    ]
    of_paths = {("a", "x"): [80, 50], ("a", "y"): [50, 50], ("b", "x"): [60, 50], ("b", "y"): [50, 50]}
    assert table(found, "available") == table(found, "atMost") == of_paths
    assert table(found, "technical")["b", "x"] == [60, 60]
    assert table(found, "sold") == {**{path: [0, 0] for path in of_paths}, ("a", "x"): [0, 30]}
    prices = [{"amounts": ["3.00", "7.50"], "total": "10.50"}]
    assert found["unitPrices"] == prices, "0.25 a day for 12 and 30 days"
    assert numbers(found["unitPricePlaces"], "i") == [0, 0, 0, 0]


async def test_entries_and_exits_are_sold_apart_to_the_level_demanded(harness: SchemaHarness) -> None:
    await harness.act(
        OPERATING, "setPolicy", "", network="fork", firmLevel="ROBUST", interruptibleLevel="FLOW"
    )
    for kind, booking in (
        ("ENTRY", {"receipt": "a", "quantity": 70}),
        ("EXIT", {"delivery": "x", "quantity": 60}),
    ):
        await set_tariff(harness, kind)
        booked = await book(harness, booking)
        assert booked["__typename"] == "BookCapacityPayload"

    entries = table(await asked(harness, period=AUTUMN, kind="ENTRY"), "available")
    exits = table(await asked(harness, period=AUTUMN, kind="EXIT"), "available")

    for (receipt, _), [before, most] in entries.items():
        assert before >= most
        await exactly(harness, int(most), receipt=receipt)
    for (_, delivery), [before, most] in exits.items():
        assert before >= most
        await exactly(harness, int(most), delivery=delivery)


async def set_tariff(harness: SchemaHarness, kind: str) -> None:
    await harness.act(
        OPERATING,
        "setTariff",
        "... on SetTariffPayload { tariff { id } }",
        network="fork",
        kind=kind,
        firmness="FIRM",
        validFrom="2026-10-01",
        price={"flat": {"pricePerUnitDay": "1"}},
    )


async def book(harness: SchemaHarness, given: dict[str, Any], *, dry: bool = False) -> dict[str, Any]:
    once = {} if dry else {"idempotencyKey": key()}
    request = {"network": "fork", "start": "2026-11-01", "end": "2026-12-01", **given, **once}
    if not dry:
        return await harness.act(acting_for(BERT), "bookCapacity", "", **request)
    query = """query ($input: CapacityRequestInput!) {
      dryRunBookCapacity(input: $input) { __typename }
    }"""
    answer: dict[str, Any] = (await harness.ask(acting_for(BERT), query, input=request))["dryRunBookCapacity"]
    return answer


async def exactly(harness: SchemaHarness, most: int, **ends: Any) -> None:
    """Assert that a booking gets the quantity and not one unit more."""
    if most:
        assert (await book(harness, {**ends, "quantity": most}, dry=True))[
            "__typename"
        ] == "DryRunBookCapacityPayload"
    refused = await book(harness, {**ends, "quantity": most + 1}, dry=True)
    assert refused["__typename"] == "CapacityExhaustedProblem"


async def test_gas_days_that_are_over_offer_nothing(harness: SchemaHarness) -> None:
    found = await asked(
        harness,
        period={"start": "2020-01-01", "end": "2020-02-01"},
        routes=[{"receipt": "a", "delivery": "x"}],
    )
    assert [stretch["notOnSale"] for stretch in found["stretches"]] == ["TOO_LATE"]
    assert table(found, "available") == table(found, "atMost") == {("a", "x"): [0]}
    assert found["unitPrices"] == []
    assert numbers(found["unitPricePlaces"], "i") == [-1]


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"kind": "PATH", "routes": []}, "kind"),
        ({"routes": []}, "routes"),
        ({"routes": [{"receipt": "a", "delivery": "a"}]}, "routes.0"),
        ({"kind": "ENTRY"}, "kind"),
    ],
)
async def test_a_question_that_cannot_be_answered_is_refused_at_its_place(
    harness: SchemaHarness, given: dict[str, Any], place: str
) -> None:
    await harness.act(
        OPERATING,
        "setProductRules",
        "",
        network="fork",
        validFrom="2026-10-01",
        runtimes=["ANY"],
        firmness=["FIRM"],
        routeKinds=["PATH"],
    )
    with pytest.raises(AssertionError, match=place):
        await asked(harness, period=AUTUMN, **given)


async def test_the_subscription_says_what_the_query_says_and_ends_when_all_is_verified(
    harness: SchemaHarness,
) -> None:
    expected = await asked(harness, period=AUTUMN, kind="PATH")
    async with harness.subscribed(BY_ANNA, FOLLOW, period=AUTUMN, kind="PATH") as following:
        assert (await following())["networkAvailability"] == expected
        assert await following() is None


async def test_one_answer_asks_the_database_little_however_many_routes(harness: SchemaHarness) -> None:
    await asked(harness, period=AUTUMN, kind="PATH")

    async def all_paths() -> None:
        await asked(harness, period=AUTUMN, kind="PATH")

    assert await statements(all_paths) <= 8


@pytest.mark.parametrize("seed", range(3))
async def test_a_snapshot_and_the_changes_after_it_say_what_differs_later(
    harness: SchemaHarness, seed: int
) -> None:
    chance = random.Random(seed)
    fixture, horizon = harness.market_fixture, {"start": "2026-10-20", "end": "2027-04-01"}
    await harness.relay()
    before = await asked(harness, period=horizon, kind="PATH")
    for _ in range(6):
        start = date(2026, 10, 20) + timedelta(days=chance.randrange(120))
        period = Period(start, start + timedelta(days=chance.randrange(1, 40)))
        route = Route(chance.choice("ab"), chance.choice("xy"))
        await fixture.book(quantity=chance.randrange(1, 5), period=period, route=route)
    after = await asked(harness, period=horizon, kind="PATH")
    await harness.relay()

    changed: set[date] = set()
    query = """subscription ($after: Cursor!) {
      availabilityChanges(network: "fork", after: $after) {
        ... on AvailabilityChange { period { start end } }
      }
    }"""
    async with harness.subscribed(BY_ANNA, query, after=before["cursor"]) as following:
        for _ in range(6):
            period = (await following())["availabilityChanges"]["period"]
            first, end = date.fromisoformat(period["start"]), date.fromisoformat(period["end"])
            changed.update(first + timedelta(days=ahead) for ahead in range((end - first).days))

    earlier, later = by_day(before), by_day(after)
    differing = {day for day in later if later[day] != earlier[day]}
    assert differing
    assert differing <= changed


def by_day(found: dict[str, Any]) -> dict[date, list[float]]:
    """What every route offers on each gas day."""
    columns = list(zip(*table(found, "available").values(), strict=True))
    days: dict[date, list[float]] = {}
    for stretch, column in zip(found["stretches"], columns, strict=True):
        first, end = (date.fromisoformat(stretch["period"][name]) for name in ("start", "end"))
        days |= {first + timedelta(days=ahead): list(column) for ahead in range((end - first).days)}
    return days
