"""What a part of a contract costs: what it states, what it is charged and how that is worked out agree."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest
from redis.asyncio import Redis
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    DORA,
    NOVEMBER,
    NOW,
    OPERATING,
    acting_for,
    fill_market,
    key,
)
from tests.integration.schema.harness import SchemaHarness, schema_harness

from capacity.contracts.contract import Contract
from capacity.contracts.pricing.price import BlockTiers, Indexed, PriceProcedure, Tier
from capacity.rights.model import Firmness, RouteKind
from linepack.database.connections import Database
from linepack.gasday import Period
from linepack.ids import PartyId
from market.index_values.model import StatedValue
from market.index_values.service import PublishIndexValues, publish_index_values
from market.listings.commands import PostListing, TakeListing
from market.listings.service import post_listing, take_listing
from market.rights_transfer.model import TradeKind
from market.tariffs.service import SetTariff, set_tariff
from settlement.reconciliation.reconcile import reconcile

pytestmark = pytest.mark.anyio

DECEMBER = Period(date(2026, 12, 1), date(2027, 1, 1))
BOTH = Period(date(2026, 11, 1), date(2027, 1, 1))
PARTS = ((BERT, 50, NOVEMBER), (CARLA, 30, BOTH), (DORA, 50, DECEMBER))

BOOK = """query {
    contracts(first: 10) { edges { node {
        quantity cost { amount { amount } working }
        subNetwork { edges { bands { low high price { ... on SharedPrice {
            digits blocks { units price { ... on TieredPrice { tiers { upTo pricePerUnitDay } } } }
        } } } } }
        charges {
            gasMonth period { start } quantity amount { amount } working
            ref { sequence line } reverses { sequence line }
        }
    } } }
}"""


@pytest.fixture
async def harness(database: Database, redis: Redis) -> SchemaHarness:
    """A market where the first 40 units cost 1 and all further ones 2."""
    harness = schema_harness(await fill_market(database), redis)
    tiers = BlockTiers((Tier(Decimal(40), Decimal(1)), Tier(None, Decimal(2))))
    await publish(harness, tiers)
    return harness


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
async def test_every_part_is_charged_what_it_states_in_whatever_order_it_passed(
    harness: SchemaHarness, order: tuple[int, ...]
) -> None:
    """80 units cost 40 × 1 + 40 × 2 = 120 a day, 50 of them 75 and 30 of them 45.

    November has 30 days: Bert 2,250.00, Carla 1,350.00, together 3,600.00. December has 31: Carla 1,395.00,
    Dora 2,325.00, together 3,720.00.
    """
    parent = await harness.market_fixture.book(ANNA, quantity=80, period=BOTH)
    for number in order:
        await assign(harness, parent, *PARTS[number])
    await harness.settle()

    assert await charged(harness, ANNA) == {}
    assert await charged(harness, BERT) == {"2026-11-01": [("2,250.00", 50)]}
    assert await charged(harness, CARLA) == {
        "2026-11-01": [("1,350.00", 30)],
        "2026-12-01": [("1,395.00", 30)],
    }
    assert await charged(harness, DORA) == {"2026-12-01": [("2,325.00", 50)]}
    assert await differences(harness) == []


async def test_a_part_states_its_price_and_its_lines_work_it_out(harness: SchemaHarness) -> None:
    parent = await harness.market_fixture.book(ANNA, quantity=80, period=BOTH)
    for part in PARTS:
        await assign(harness, parent, *part)
    await harness.settle()

    (dora,) = (await harness.ask(acting_for(DORA), BOOK))["contracts"]["edges"]

    tiers = [{"upTo": "40", "pricePerUnitDay": "1"}, {"upTo": None, "pricePerUnitDay": "2"}]
    whole = {"units": "80", "price": {"tiers": tiers}}
    (edge,) = dora["node"]["subNetwork"]["edges"]
    assert edge["bands"] == [{"low": "0", "high": "50", "price": {"blocks": [whole], "digits": 10}}]
    (line,) = dora["node"]["charges"]
    cost = dora["node"]["cost"]
    assert Decimal(cost["amount"]["amount"]) == 2325
    assert line["working"] == [*cost["working"], "payable 2,325.00 EUR"]
    assert cost["working"] == [
        "units 0 to 40: 40 × 1 = 40",
        "units 40 to 80: 40 × 2 = 80",
        "sum = 120",
        "31 gas days (2026-12-01 to 2026-12-31) × 120 = 3,720",
        "50 of 80 units = 2,325",
    ]


async def test_what_a_contract_costs_is_null_where_it_follows_an_index(harness: SchemaHarness) -> None:
    known = StatedValue("TTF", date(2026, 5, 1), Decimal(30), "values[0]")
    command = PublishIndexValues(harness.market_fixture.network_id, (known,))
    await harness.market_fixture.market.caller(OPERATING, NOW).run(publish_index_values, command)
    await publish(harness, Indexed("TTF"))
    await harness.market_fixture.book(ANNA, quantity=80, period=BOTH)

    (anna,) = (await harness.ask(acting_for(ANNA), BOOK))["contracts"]["edges"]
    assert anna["node"]["cost"] is None


async def test_what_a_buyer_passes_on_costs_the_same_per_unit(harness: SchemaHarness) -> None:
    """Bert has 50 of 80 units in November, 75 a day; of 20 he keeps none from the 11th to the 20th.

    20 of 80 units cost 30 a day: Carla owes 300.00, Bert 75 × 20 + 45 × 10 = 1,950.00; Anna keeps 30 units in
    November, 1,350.00, and 80 in December, 3,720.00.
    """
    parent = await harness.market_fixture.book(ANNA, quantity=80, period=BOTH)
    bert = await assign(harness, parent, *PARTS[0])
    await assign(harness, bert, CARLA, 20, Period(date(2026, 11, 11), date(2026, 11, 21)))
    await harness.settle()

    assert await charged(harness, BERT) == {"2026-11-01": [("750.00", 50), ("450.00", 30), ("750.00", 50)]}
    assert await charged(harness, CARLA) == {"2026-11-01": [("300.00", 20)]}
    assert await charged(harness, ANNA) == {
        "2026-11-01": [("1,350.00", 30)],
        "2026-12-01": [("3,720.00", 80)],
    }
    assert await differences(harness) == []


async def publish(harness: SchemaHarness, price: PriceProcedure) -> None:
    tariff = SetTariff(
        network_id=harness.market_fixture.network_id,
        kind=RouteKind.PATH,
        firmness=Firmness.FIRM,
        valid_from=date(2026, 6, 1),
        price=price,
    )
    await harness.market_fixture.market.caller(OPERATING, NOW).run(set_tariff, tariff)


async def assign(
    harness: SchemaHarness, parent: Contract, buyer: PartyId, quantity: int, period: Period
) -> Contract:
    post = PostListing(
        contract_id=parent.id,
        kind=TradeKind.ASSIGNMENT,
        start=period.start,
        end=period.end,
        quantity=quantity,
        price_per_unit_day=Decimal(0),
        idempotency_key=key(),
    )
    listing = await harness.market_fixture.market.caller(acting_for(parent.holder_id), NOW).run(
        post_listing, post
    )
    take = TakeListing(listing_id=listing.id, quantity=quantity, idempotency_key=key())
    trade = await harness.market_fixture.market.caller(acting_for(buyer), NOW).run(take_listing, take)
    return await harness.market_fixture.contract(trade.child_contract_id)


async def charged(harness: SchemaHarness, party: PartyId) -> dict[str, list[tuple[str, int]]]:
    """Return a party's open charges, per gas month in time order: (last figure, quantity)."""
    found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for edge in (await harness.ask(acting_for(party), BOOK))["contracts"]["edges"]:
        lines = edge["node"]["charges"]
        taken_back = {reference(line["reverses"]) for line in lines if line["reverses"]}
        for line in sorted(lines, key=lambda line: line["period"]["start"]):
            if line["reverses"] or reference(line["ref"]) in taken_back:
                continue
            last_figure = line["working"][-1].rsplit("payable ", 1)[1].removesuffix(" EUR")
            assert Decimal(last_figure.replace(",", "")) == Decimal(line["amount"]["amount"])
            found[line["gasMonth"]].append((last_figure, line["quantity"]))
    return dict(found)


def reference(ref: dict[str, int]) -> tuple[int, int]:
    return ref["sequence"], ref["line"]


async def differences(harness: SchemaHarness) -> list[str]:
    async with harness.market_fixture.database.read() as connection:
        return [str(one) for one in await reconcile(connection)]
