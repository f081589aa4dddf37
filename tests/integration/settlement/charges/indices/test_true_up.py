"""An index price through the product: booked on an estimate, passed on in parts, trued up by values."""

import asyncio
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from tests.event_positions import place_all
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    NOVEMBER,
    NOW,
    OPERATING,
    OPERATOR,
    MarketFixture,
    acting_for,
    fill_market,
    key,
)
from tests.integration.settlement.market import BILLING

from capacity.contracts.contract import Contract
from capacity.contracts.pricing.price import BlockTiers, Indexed, PriceProcedure, SeasonFactor, Sum, Tier
from capacity.rights.model import Firmness, RouteKind
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.gasday import GasDay, Period
from linepack.ids import ContractId, PartyId, TariffId, new_id
from market.index_values.model import StatedValue
from market.index_values.service import PublishIndexValues, publish_index_values
from market.listings.commands import PostListing, TakeListing
from market.listings.service import post_listing, take_listing
from market.releases.bid_evaluation import BidEvalMethod
from market.releases.commands import AwardRelease, OfferRelease, PlaceBid
from market.releases.service import award_release, offer_release, place_bid
from market.rights_transfer.model import TradeKind
from market.tariffs.model import Tariff
from market.tariffs.repository import insert
from market.tariffs.service import SetTariff, set_tariff
from settlement import consumer
from settlement.consumer import settle_batch
from settlement.ledger.model import ChargeCode
from settlement.ledger.repository import balances, open_lines
from settlement.progress.status import parked_count
from settlement.reconciliation.reconcile import reconcile

pytestmark = pytest.mark.anyio

D = Decimal
LONG_BEFORE = date(2026, 5, 1)
BOTH = Period(date(2026, 11, 1), date(2027, 1, 1))
TTF = Indexed("TTF", multiplier=D("0.01"), addend=D("0.05"))
"""At 30: 0.35 per unit and gas day."""


@pytest.fixture
async def market_fixture(database: Database) -> MarketFixture:
    return await fill_market(database)


def nov(day: int) -> GasDay:
    return date(2026, 11, day)


async def publish(market_fixture: MarketFixture, values: dict[GasDay, str], index: str = "TTF") -> None:
    stated = tuple(StatedValue(index, day, D(value), str(day)) for day, value in values.items())
    await market_fixture.market.caller(OPERATING, NOW).run(
        publish_index_values, PublishIndexValues(market_fixture.network_id, stated)
    )


async def price(market_fixture: MarketFixture, procedure: PriceProcedure) -> None:
    tariff = SetTariff(market_fixture.network_id, RouteKind.PATH, Firmness.FIRM, date(2026, 6, 1), procedure)
    await market_fixture.market.caller(OPERATING, NOW).run(set_tariff, tariff)


async def pass_on(
    market_fixture: MarketFixture,
    parent: Contract,
    buyer: PartyId,
    quantity: int,
    period: Period,
    *,
    kind: TradeKind = TradeKind.ASSIGNMENT,
) -> Contract:
    posting = PostListing(
        contract_id=parent.id,
        kind=kind,
        start=period.start,
        end=period.end,
        quantity=quantity,
        price_per_unit_day=D(0),
        idempotency_key=key(),
    )
    listing = await market_fixture.market.caller(acting_for(parent.holder_id), NOW).run(post_listing, posting)
    taking = TakeListing(listing_id=listing.id, quantity=quantity, idempotency_key=key())
    trade = await market_fixture.market.caller(acting_for(buyer), NOW).run(take_listing, taking)
    return await market_fixture.contract(trade.child_contract_id)


async def settle(market_fixture: MarketFixture) -> None:
    await place_all(market_fixture.database)
    while await settle_batch(market_fixture.database, at=NOW):
        pass
    await place_all(market_fixture.database)


async def owed(
    market_fixture: MarketFixture, code: ChargeCode = ChargeCode.RESERVATION
) -> dict[tuple[PartyId, int], Decimal]:
    """Return what each shipper owes, by month; nothing is left out but zero."""
    found: defaultdict[tuple[PartyId, int], Decimal] = defaultdict(Decimal)
    async with market_fixture.database.read() as connection:
        for one in await balances(connection, BILLING):
            if one.account.charge_code is code and one.account.party_id != OPERATOR:
                found[one.account.party_id, one.account.gas_month.month] += one.amount.amount
    return {account: amount for account, amount in found.items() if amount}


async def differences(market_fixture: MarketFixture) -> list[str]:
    async with market_fixture.database.read() as connection:
        return [str(one) for one in await reconcile(connection)]


async def workings(market_fixture: MarketFixture, contract_id: ContractId) -> list[tuple[str, ...]]:
    async with market_fixture.database.read() as connection:
        lines = await open_lines(connection, contract_id, ChargeCode.RESERVATION)
    return [one.line.working for one in lines]


async def keys(market_fixture: MarketFixture) -> list[str]:
    async with market_fixture.database.read() as connection:
        rows = await connection.execute(sa.text("SELECT idempotency_key FROM ledger_entry ORDER BY sequence"))
        return [text.partition(":")[0] for text in rows.scalars()]


async def test_a_part_was_assigned_and_the_values_arrive(market_fixture: MarketFixture) -> None:
    # Booked: 60 × 0.35 × 30 = 630.00 for November, × 31 = 651.00 for December, both by the estimate of 30.
    # Bert gets 20 of the 60 units from 16 November to the end of December: 15 and 31 days at 7.00.
    await publish(market_fixture, {LONG_BEFORE: "30"})
    await price(market_fixture, TTF)
    parent = await market_fixture.book(ANNA, quantity=60, period=BOTH)
    child = await pass_on(market_fixture, parent, BERT, 20, Period(nov(16), BOTH.end))
    await settle(market_fixture)
    assert await owed(market_fixture) == {
        (ANNA, 11): D("525.00"),
        (ANNA, 12): D("434.00"),
        (BERT, 11): D("105.00"),
        (BERT, 12): D("217.00"),
    }
    assert (
        "TTF 30 (estimate: that of 2026-05-01) × 0.01 + 0.05 = 0.35"
        in (await workings(market_fixture, child.id))[0]
    )

    # 20 November comes out at 40: 0.45, so 60 × 0.10 = 6.00 more in November, a third of it Bert's.
    await publish(market_fixture, {nov(20): "40"})
    await settle(market_fixture)
    assert await owed(market_fixture) == {
        (ANNA, 11): D("529.00"),
        (ANNA, 12): D("434.00"),
        (BERT, 11): D("107.00"),
        (BERT, 12): D("217.00"),
    }
    assert await keys(market_fixture) == ["reservation", "assignment", "assignment", "true-up", "true-up"]
    november, december = await workings(market_fixture, child.id)
    assert "TTF 40 × 0.01 + 0.05 = 0.45" in november
    assert all("TTF 40" not in step for step in december)
    assert await differences(market_fixture) == []


async def test_a_value_is_corrected_twice(market_fixture: MarketFixture) -> None:
    # One unit on one day: 0.35 by estimate, 0.45, 0.25 and 0.45 again.
    await publish(market_fixture, {LONG_BEFORE: "30"})
    await price(market_fixture, TTF)
    contract = await market_fixture.book(ANNA, quantity=1, period=Period(nov(1), nov(2)))
    await settle(market_fixture)
    for value, amount in (("40", "0.45"), ("20", "0.25"), ("40", "0.45")):
        await publish(market_fixture, {nov(1): value})
        await settle(market_fixture)
        assert await owed(market_fixture) == {(ANNA, 11): D(amount)}
    assert await workings(market_fixture, contract.id) == [
        (
            "TTF 40 × 0.01 + 0.05 = 0.45",
            "1 × 0.45 = 0.45",
            "1 gas day (2026-11-01) × 0.45 = 0.45",
            "payable 0.45 EUR",
        )
    ]
    assert await differences(market_fixture) == []


async def test_values_that_come_before_the_booking_between_and_after_passing_on(
    market_fixture: MarketFixture,
) -> None:
    # 1 November is known before, 2 November comes between booking and assignment, 3 November after a part of
    # the part was assigned again. By hand: 30 units × (0.45 + 0.55 + 0.65) = 13.50 + 16.50 + 19.50 = 49.50,
    # of which Anna keeps 10 units, Bert 12 and Carla 8: 16.50, 19.80, 13.20.
    await publish(market_fixture, {LONG_BEFORE: "30", nov(1): "40"})
    await price(market_fixture, TTF)
    days = Period(nov(1), nov(4))
    parent = await market_fixture.book(ANNA, quantity=30, period=days)
    await settle(market_fixture)
    # 1 November at 0.45 is also what 2 and 3 November are estimated at: 30 × 0.45 × 3.
    assert await owed(market_fixture) == {(ANNA, 11): D("40.50")}
    await publish(market_fixture, {nov(2): "50"})
    await settle(market_fixture)
    child = await pass_on(market_fixture, parent, BERT, 20, days)
    await settle(market_fixture)
    await pass_on(market_fixture, child, CARLA, 8, days)
    await settle(market_fixture)
    await publish(market_fixture, {nov(3): "60"})
    await settle(market_fixture)
    assert await owed(market_fixture) == {
        (ANNA, 11): D("16.50"),
        (BERT, 11): D("19.80"),
        (CARLA, 11): D("13.20"),
    }
    assert await differences(market_fixture) == []


async def test_all_of_it_in_one_round_leaves_nothing_parked(market_fixture: MarketFixture) -> None:
    await publish(market_fixture, {LONG_BEFORE: "30"})
    await price(market_fixture, TTF)
    parent = await market_fixture.book(ANNA, quantity=60, period=NOVEMBER)
    await pass_on(market_fixture, parent, BERT, 20, NOVEMBER)
    await publish(market_fixture, dict.fromkeys(NOVEMBER, "40"))
    await settle(market_fixture)
    # 0.45 × 30 = 13.50 for a unit.
    assert await owed(market_fixture) == {(ANNA, 11): D("540.00"), (BERT, 11): D("270.00")}
    async with market_fixture.database.read() as connection:
        rows = await connection.execute(sa.text("SELECT count(*) FROM settlement_failure"))
        assert rows.scalar_one() == 0
    assert await differences(market_fixture) == []


async def test_no_entry_where_nothing_changes(market_fixture: MarketFixture) -> None:
    await publish(market_fixture, {LONG_BEFORE: "30"})
    await price(market_fixture, TTF)
    await market_fixture.book(ANNA, quantity=60, period=NOVEMBER)
    await settle(market_fixture)
    await publish(market_fixture, {date(2026, 10, 31): "99", date(2026, 12, 1): "99"})
    await publish(market_fixture, {nov(1): "99"}, index="ZTP")
    await settle(market_fixture)
    assert await keys(market_fixture) == ["reservation"]
    assert await differences(market_fixture) == []


async def test_floor_cap_season_and_tiers_are_trued_up_exactly(market_fixture: MarketFixture) -> None:
    # 50 of the 80 units booked are assigned. With floor 0.20, cap 0.60 and the factor 2 of November a unit
    # costs 0.20 × 2 at 10 (0.15), 0.60 × 2 at 90 (0.95) and 0.45 × 2 at 40; the tiers 40 × 1 + 40 × 2 = 120 a
    # day. 1 November 80 × 0.4 + 120 = 152, 2 November 80 × 1.2 + 120 = 216, 3 November 80 × 0.9 + 120 = 192:
    # 560.00, of which Bert owes 50 of 80: 350.00.
    factors = tuple(D(2) if month == 11 else D(1) for month in range(1, 13))
    bounded = Indexed("TTF", D("0.01"), D("0.05"), floor_per_unit_day=D("0.20"), cap_per_unit_day=D("0.60"))
    tiers = BlockTiers((Tier(D(40), D(1)), Tier(None, D(2))))
    await publish(market_fixture, {LONG_BEFORE: "30"})
    await price(market_fixture, Sum((SeasonFactor(bounded, factors), tiers)))
    days = Period(nov(1), nov(4))
    parent = await market_fixture.book(ANNA, quantity=80, period=days)
    await pass_on(market_fixture, parent, BERT, 50, days)
    await settle(market_fixture)
    await publish(market_fixture, {nov(1): "10", nov(2): "90", nov(3): "40"})
    await settle(market_fixture)
    assert await owed(market_fixture) == {(ANNA, 11): D("210.00"), (BERT, 11): D("350.00")}
    assert await differences(market_fixture) == []


async def test_cents_that_remain_go_to_the_largest_remainders(market_fixture: MarketFixture) -> None:
    # Three units at 0.335 on one day cost 1.005, payable 1.01. Rounded down each owes 0.33; 0.02 are missing,
    # and all remainders are equal, so the first two owe 0.34.
    await publish(market_fixture, {LONG_BEFORE: "0.2"})
    await price(market_fixture, Indexed("TTF"))
    day = Period(nov(1), nov(2))
    parent = await market_fixture.book(ANNA, quantity=3, period=day)
    child = await pass_on(market_fixture, parent, BERT, 2, day)
    await pass_on(market_fixture, child, CARLA, 1, day)
    await settle(market_fixture)
    await publish(market_fixture, {nov(1): "0.335"})
    await settle(market_fixture)
    assert await owed(market_fixture) == {
        (ANNA, 11): D("0.34"),
        (BERT, 11): D("0.34"),
        (CARLA, 11): D("0.33"),
    }
    assert await differences(market_fixture) == []


async def test_release_and_transfer_of_use_leave_the_index_with_the_seller(
    market_fixture: MarketFixture,
) -> None:
    # Carla bids 0.5 for 10 units of 1 and 2 November: 10.00, credited to Anna, who goes on owing the index.
    await publish(market_fixture, {LONG_BEFORE: "30"})
    await price(market_fixture, TTF)
    parent = await market_fixture.book(ANNA, quantity=60, period=NOVEMBER)
    await pass_on(market_fixture, parent, BERT, 20, NOVEMBER, kind=TradeKind.TRANSFER_OF_USE)
    offer = OfferRelease(
        contract_id=parent.id,
        start=nov(1),
        end=nov(3),
        quantity=10,
        method=BidEvalMethod.HIGHEST_RATE,
        bids_close_at=NOW + timedelta(hours=1),
        idempotency_key=key(),
    )
    release = await market_fixture.market.caller(acting_for(ANNA), NOW).run(offer_release, offer)
    bid = PlaceBid(
        release_id=release.id,
        rate=D("0.5"),
        quantity=10,
        start=nov(1),
        end=nov(3),
        idempotency_key=key(),
    )
    await market_fixture.market.caller(acting_for(CARLA), NOW).run(place_bid, bid)
    award = AwardRelease(release_id=release.id, idempotency_key=key())
    await award_release(award, market_fixture.market.caller(acting_for(ANNA), NOW + timedelta(hours=2)))
    await settle(market_fixture)
    await publish(market_fixture, dict.fromkeys(NOVEMBER, "40"))
    await settle(market_fixture)
    assert await owed(market_fixture) == {(ANNA, 11): D("810.00"), (CARLA, 11): D("10.00")}
    assert await owed(market_fixture, ChargeCode.RELEASE_CREDIT) == {(ANNA, 11): D("-10.00")}
    assert await differences(market_fixture) == []


async def test_a_worker_that_dies_while_it_trues_up_has_done_nothing(
    market_fixture: MarketFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish(market_fixture, {LONG_BEFORE: "30"})
    await price(market_fixture, TTF)
    await market_fixture.book(ANNA, quantity=1, period=NOVEMBER)
    await settle(market_fixture)
    await publish(market_fixture, {nov(1): "40"})
    await place_all(market_fixture.database)

    async def die(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as dying:
        dying.setattr(consumer, "_store_position", die)
        with pytest.raises(asyncio.CancelledError):
            await settle_batch(market_fixture.database, at=NOW)
    assert await keys(market_fixture) == ["reservation"]
    await asyncio.gather(*(settle_batch(market_fixture.database, at=NOW) for _ in range(3)))
    assert await keys(market_fixture) == ["reservation", "true-up"]
    await place_all(market_fixture.database)
    assert await differences(market_fixture) == []


async def test_many_contracts_are_trued_up_in_several_transactions_and_in_the_end_all(
    market_fixture: MarketFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Five contracts of 2 units for one day, of which one unit of the second was assigned: 5 × 0.90 at 40.
    # What happens meanwhile, another part and a correction to 50 (0.55), is settled after it.
    monkeypatch.setattr(consumer, "TRUE_UPS_MAX", 2)
    day = Period(nov(1), nov(2))
    await publish(market_fixture, {LONG_BEFORE: "30"})
    await price(market_fixture, TTF)
    parents = [await market_fixture.book(ANNA, quantity=2, period=day) for _ in range(5)]
    await pass_on(market_fixture, parents[1], BERT, 1, day)
    await settle(market_fixture)
    await publish(market_fixture, {nov(1): "40"})
    await pass_on(market_fixture, parents[4], BERT, 1, day)
    await publish(market_fixture, {nov(1): "50"})
    await place_all(market_fixture.database)

    posted = []
    while (await keys(market_fixture)).count("true-up") < 6:
        assert await settle_batch(market_fixture.database, at=NOW)
        await place_all(market_fixture.database)
        posted.append((await keys(market_fixture)).count("true-up"))
        assert await differences(market_fixture) == []
    assert posted[-3:] == [3, 5, 6]
    assert await owed(market_fixture) == {(ANNA, 11): D("4.05"), (BERT, 11): D("0.45")}
    await settle(market_fixture)
    assert await owed(market_fixture) == {(ANNA, 11): D("4.40"), (BERT, 11): D("1.10")}
    assert await differences(market_fixture) == []


async def test_what_was_parked_for_want_of_a_value_is_settled_when_it_comes(
    market_fixture: MarketFixture,
) -> None:
    # Older software set such a price without any value and sold at it; a part of it was assigned.
    tariff = Tariff(
        TariffId(new_id()), market_fixture.network_id, RouteKind.PATH, Firmness.FIRM, date(2026, 6, 1), TTF
    )
    async with UnitOfWork(market_fixture.database) as uow:
        await insert(uow.connection, tariff, set_by=OPERATOR)
    await publish(market_fixture, {LONG_BEFORE: "1"})
    parent = await market_fixture.book(ANNA, quantity=60, period=NOVEMBER)
    await pass_on(market_fixture, parent, BERT, 20, NOVEMBER)
    await _forget_index_values(market_fixture)
    await settle(market_fixture)
    assert [difference.partition(": ")[0] for difference in await differences(market_fixture)] == [
        "nothing parked"
    ] * 2
    async with market_fixture.database.read() as connection:
        assert await parked_count(connection) == 2

    await publish(market_fixture, {nov(2): "30"})
    await settle(market_fixture)
    async with market_fixture.database.read() as connection:
        assert await parked_count(connection) == 2
    await publish(market_fixture, {LONG_BEFORE: "30"})
    await settle(market_fixture)
    assert await owed(market_fixture) == {(ANNA, 11): D("420.00"), (BERT, 11): D("210.00")}
    assert await differences(market_fixture) == []


@pytest.mark.parametrize(
    ("forgery", "named"),
    [
        ("UPDATE index_value SET value = 31 WHERE gas_day = '2026-11-01'", "published as revision 1"),
        ("DELETE FROM index_value WHERE gas_day = '2026-11-01'", "published as revision 1"),
        ("UPDATE settlement_index_value SET value = 31 WHERE gas_day = '2026-11-01'", "from event 2"),
        ("DELETE FROM settlement_index_value WHERE gas_day = '2026-11-01'", "from event 2"),
        ("DELETE FROM settlement_indexed_contract", "is not known to follow index TTF"),
        ("UPDATE settlement_index_value SET after_sequence = 9 WHERE lesson = 1", "2 is out of order"),
        ("UPDATE settlement_indexed_contract SET position = 99", "cannot be charged on the open lines"),
    ],
)
async def test_a_forged_value_is_found(market_fixture: MarketFixture, forgery: str, named: str) -> None:
    await publish(market_fixture, {LONG_BEFORE: "30"})
    await price(market_fixture, TTF)
    await market_fixture.book(ANNA, quantity=1, period=NOVEMBER)
    await settle(market_fixture)
    await publish(market_fixture, {nov(1): "40"})
    await settle(market_fixture)
    assert await differences(market_fixture) == []
    async with UnitOfWork(market_fixture.database) as uow:
        await uow.connection.execute(sa.text("SET session_replication_role = replica"))
        await uow.connection.execute(sa.text(forgery))
        await uow.connection.execute(sa.text("SET session_replication_role = origin"))
    assert any(named in difference for difference in await differences(market_fixture)), await differences(
        market_fixture
    )


async def _forget_index_values(market_fixture: MarketFixture) -> None:
    async with UnitOfWork(market_fixture.database) as uow:
        await uow.connection.execute(sa.text("SET session_replication_role = replica"))
        await uow.connection.execute(sa.text("DELETE FROM index_value"))
        await uow.connection.execute(sa.text("DELETE FROM event WHERE topic = 'index.published'"))
        await uow.connection.execute(sa.text("SET session_replication_role = origin"))
