"""Primary sale on a real database: proved, priced, sold exactly once, refused with reasons."""

import asyncio
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from tests.integration.market.listings.test_service import post
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    DORA,
    NOVEMBER,
    NOW,
    OPERATING,
    PATH,
    PRICE,
    REGULATING,
    WINTER,
    MarketFixture,
    acting_for,
    key,
)
from tests.integration.market.releases.releasing import CLOSE, offer
from tests.unit.capacity.solvers.lying import Lie, Lying

from capacity.contracts.codec import contract_from_json
from capacity.contracts.pricing.price import Flat
from capacity.contracts.tables import ContractRow
from capacity.feasibility.network_views import NetworkViews
from capacity.feasibility.storage import repository as verdicts
from capacity.feasibility.storage.tables import VerdictRow
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.explanation import LimitKind
from capacity.feasibility.verdicts.verdict import Request, Verdict
from capacity.feasibility.verifier_pool import VerifierPool
from capacity.networks.model import Overlay, OverlayKind
from capacity.networks.policy import Level
from capacity.publication.service import PutOverlay, set_overlay
from capacity.rights.model import Firmness, MovementCause, Route, RouteKind
from linepack.access import Role
from linepack.commands.handling import Context
from linepack.commands.idempotency import claim, claim_key
from linepack.commands.unit_of_work import UnitOfWork
from linepack.gasday import Period
from linepack.ids import NetworkId, new_id
from linepack.money import Currency, Money
from linepack.problems import Conflict, Forbidden, InvalidInput, NotFound
from market.listings.commands import PostListing
from market.listings.model import Listing
from market.listings.service import post_listing
from market.marketplace import Marketplace
from market.primary.commands import BookCapacity
from market.primary.model import AlternativeKind, OfferAlternative
from market.primary.refusal import BookingRefused
from market.primary.service import quote
from market.products.model import ProductRules, Runtime
from market.products.service import set_product_rules
from market.releases.model import Release
from market.rights_transfer.model import TradeKind
from market.tariffs.errors import NoTariff
from market.tariffs.service import SetTariff, set_tariff

pytestmark = pytest.mark.anyio


async def count(market_fixture: MarketFixture, table: Any) -> Any:
    async with market_fixture.database.read() as connection:
        return (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()


async def test_booking_gives_rights_a_proof_a_charge_and_an_event(market_fixture: MarketFixture) -> None:
    booking: Any = await market_fixture.ask_for(ANNA, quantity=80)

    contract = booking.contract
    assert (contract.holder_id, contract.quantity, contract.cause) == (ANNA, 80, MovementCause.BOOKING)
    assert contract.routes() == [(PATH, 80)]
    assert await market_fixture.rights(contract.id) == ((WINTER, 80),)
    # 80 kWh/h x 0.25 EUR per unit and gas day x 151 gas days (30 + 31 + 31 + 28 + 31) = 3,020 EUR.
    assert booking.charge.amount == Money(Decimal("3020.00"), Currency.EUR)
    async with market_fixture.database.read() as connection:
        assert contract.verdict_id is not None
        found = await verdicts.get_many(connection, acting_for(ANNA), [contract.verdict_id])
    stored = found[contract.verdict_id]
    assert (stored.verdict.outcome, stored.verdict.level) == (Outcome.FEASIBLE, Level.FLOW)
    [event] = await market_fixture.events("contract.booked")
    assert (event.audience, contract_from_json(event.payload["contract"])) == ([ANNA], contract)


@pytest.mark.parametrize("lie", Lie)
async def test_whatever_a_solver_says_what_fits_is_sold_and_nothing_else_is(
    market_fixture: MarketFixture, lie: Any
) -> None:
    await market_fixture.ask_for(ANNA, quantity=50, route=Route("b", "x"))
    solver, database = Lying(lie), market_fixture.database
    lied_to = MarketFixture(
        Marketplace(database, NetworkViews(database), VerifierPool(solver)), market_fixture.network_id
    )

    # j → x carries 80, of which 50 are sold.
    assert (await lied_to.ask_for(BERT, quantity=30)).contract.quantity == 30
    with pytest.raises(BookingRefused):
        await lied_to.ask_for(CARLA, quantity=1)
    assert solver.false_answers
    async with database.read() as connection:
        stored = (await connection.execute(sa.select(VerdictRow.core().c.document))).scalars().all()
    assert [len(Verdict.from_json(one).proofs) > 0 for one in stored] == [True, True]


async def test_refusal_names_the_cut_the_days_and_what_could_be_had(market_fixture: MarketFixture) -> None:
    await market_fixture.book(BERT, quantity=50, period=NOVEMBER)

    with pytest.raises(BookingRefused) as refused:
        await market_fixture.ask_for(ANNA, quantity=60)

    verdict = refused.value.verdict
    assert [(one.period, one.quantity, one.bound) for one in verdict.largest] == [
        (NOVEMBER, 30, 30),
        (Period(NOVEMBER.end, WINTER.end), 80, 80),
    ]
    assert (verdict.largest_throughout, verdict.bound_throughout) == (30, 30)
    november: Any
    november, later = (one.limit for one in verdict.largest)
    assert (november.kind, [edge.edge_id for edge in november.edges], later) == (LimitKind.CUT, ["jx"], None)
    # 50 + 60 = 110 are asked of jx, which carries 80, and of aj, which carries 100.
    bottlenecks: list[Any] = list(verdict.bottlenecks)
    assert {(one.relief.edge_id, one.relief.capacity, one.shortfall) for one in bottlenecks} == {
        ("jx", 80, 30),
        ("aj", 100, 10),
    }
    assert {one.period for one in verdict.bottlenecks} == {NOVEMBER}
    # 30 of 60 are left in November, so that an alternative must give more than 30. Winter is 151 days long;
    # the nearest 151 days in a row with room begin on 1 December. From a, y may take 50, which jy carries;
    # b may send 30 to x beside the 50 on jx, which gains nothing.
    found: dict[AlternativeKind, Any] = {one.found.kind: one for one in refused.value.alternatives.bookings}
    december = Period(NOVEMBER.end, NOVEMBER.end + timedelta(151))
    assert {kind: one.found.request for kind, one in found.items()} == {
        AlternativeKind.OTHER_DATES: Request(PATH, 60, december),
        AlternativeKind.INTERRUPTIBLE: Request(PATH, 30, WINTER, Firmness.INTERRUPTIBLE),
        AlternativeKind.NEARBY_ROUTE: Request(Route("a", "y"), 50, WINTER),
    }
    assert {kind: one.found.gain for kind, one in found.items()} == {
        AlternativeKind.OTHER_DATES: 30,
        AlternativeKind.INTERRUPTIBLE: 30,
        AlternativeKind.NEARBY_ROUTE: 20,
    }
    # 60 kWh/h x 0.25 EUR per unit and gas day x 151 gas days = 2,265 EUR.
    assert found[AlternativeKind.OTHER_DATES].charge.amount == Money(Decimal("2265.00"), Currency.EUR)
    assert found[AlternativeKind.OTHER_DATES].level is Level.FLOW


async def test_counter_offer_is_accepted_and_one_unit_more_is_not(market_fixture: MarketFixture) -> None:
    await market_fixture.book(BERT, quantity=50)
    with pytest.raises(BookingRefused):
        await market_fixture.ask_for(ANNA, quantity=31)
    await market_fixture.ask_for(ANNA, quantity=30)
    with pytest.raises(BookingRefused):
        await market_fixture.ask_for(CARLA, quantity=1)


async def test_refusal_shows_open_offers_of_others_on_the_route(market_fixture: MarketFixture) -> None:
    contract = await market_fixture.book(BERT, quantity=80)
    listing = await market_fixture.market.caller(acting_for(BERT), NOW).run(
        post_listing,
        PostListing(
            contract_id=contract.id,
            kind=TradeKind.ASSIGNMENT,
            start=NOVEMBER.start,
            end=NOVEMBER.end,
            quantity=40,
            price_per_unit_day=PRICE,
            idempotency_key=key(),
        ),
    )
    with pytest.raises(BookingRefused) as refused:
        await market_fixture.ask_for(ANNA, quantity=10)
    # All 80 are sold, so 10 are missing; the listing has 40 of them in November.
    assert refused.value.alternatives.offers == (OfferAlternative(listing.seen_by(acting_for(ANNA)), 10),)


async def test_refusal_shows_no_offer_that_the_shipper_cannot_take(market_fixture: MarketFixture) -> None:
    own = await market_fixture.book(ANNA, quantity=40)
    of_another = await market_fixture.book(BERT, quantity=40)
    interruptible = await market_fixture.ask_for(BERT, quantity=40, firmness=Firmness.INTERRUPTIBLE)
    for contract in (own, interruptible.contract):
        await post(market_fixture, contract, 30)
    await offer(market_fixture, own, 10)
    open_to_all = await offer(market_fixture, of_another, 10)
    meant_for_carla = await offer(market_fixture, of_another, 10, prearranged_bidder_id=CARLA)

    async def alternatives(shipper: Any, **changes: Any) -> Any:
        with pytest.raises(BookingRefused) as refused:
            await market_fixture.ask_for(shipper, quantity=10, **changes)
        return refused.value.alternatives

    async def offers(shipper: Any, kind: Any, **changes: Any) -> Any:
        found = (await alternatives(shipper, **changes)).offers
        return {one.offer.id for one in found if isinstance(one.offer, kind)}

    assert await offers(ANNA, Listing) == set()
    assert await offers(ANNA, Release) == {open_to_all.id}
    assert await offers(CARLA, Release) >= {open_to_all.id, meant_for_carla.id}
    assert await offers(DORA, Release, at=CLOSE) == set()


async def test_nothing_is_written_when_a_booking_is_refused(market_fixture: MarketFixture) -> None:
    with pytest.raises(BookingRefused):
        await market_fixture.ask_for(ANNA, quantity=81, idempotency_key="again")
    assert await count(market_fixture, ContractRow.core()) == 0
    # The key was not used up: the same key may be tried with another quantity.
    await market_fixture.ask_for(ANNA, quantity=80, idempotency_key="again")


async def test_last_capacity_is_sold_exactly_by_concurrent_processes(market_fixture: MarketFixture) -> None:
    processes = [market_fixture, *(market_fixture.another_process() for _ in range(3))]
    shippers = [ANNA, BERT, CARLA, DORA]

    answers = await asyncio.gather(
        *(processes[i % 4].ask_for(shippers[i % 4], quantity=5) for i in range(40)), return_exceptions=True
    )

    outcomes = Counter(type(answer).__name__ for answer in answers)
    assert outcomes == {"Booking": 16, "BookingRefused": 24}
    view = await market_fixture.another_process().market.networks.current(market_fixture.network_id)
    assert view.rights.stack(WINTER.start) == {PATH: 80}


async def test_same_key_books_once_however_often_it_arrives(market_fixture: MarketFixture) -> None:
    processes = [market_fixture, market_fixture.another_process()]
    answers = await asyncio.gather(
        *(processes[i % 2].ask_for(ANNA, quantity=30, idempotency_key="same") for i in range(6))
    )
    assert all(answer == answers[0] for answer in answers)
    assert await count(market_fixture, ContractRow.core()) == 1
    with pytest.raises(Conflict):
        await market_fixture.ask_for(ANNA, quantity=31, idempotency_key="same")
    assert (
        await market_fixture.ask_for(BERT, quantity=30, idempotency_key="same")
    ).contract.holder_id == BERT


async def test_refused_request_does_not_concern_those_it_waited_with(market_fixture: MarketFixture) -> None:
    quantities = [30, 90, 30, 20, 1]
    answers = await asyncio.gather(
        *(market_fixture.ask_for(ANNA, quantity=quantity) for quantity in quantities), return_exceptions=True
    )
    kinds = [type(answer).__name__ for answer in answers]
    assert kinds == ["Booking", "BookingRefused", "Booking", "Booking", "BookingRefused"]
    booked = [answer.contract for answer in answers if not isinstance(answer, BaseException)]
    assert [await market_fixture.rights(contract.id) for contract in booked] == [
        ((WINTER, 30),),
        ((WINTER, 30),),
        ((WINTER, 20),),
    ]
    async with market_fixture.database.read() as connection:
        ids = [contract.verdict_id for contract in booked if contract.verdict_id is not None]
        found = await verdicts.get_many(connection, acting_for(ANNA), ids)
    versions = [found[verdict_id].verdict.rights_version for verdict_id in ids]
    # Each is proved beside those before it: the ledger had no movement, one, and two.
    assert versions == [0, 1, 2]


async def test_every_kind_of_answer_is_given_to_those_who_wait_together(
    market_fixture: MarketFixture,
) -> None:
    first = await market_fixture.ask_for(ANNA, quantity=10, idempotency_key="old")
    answers = await asyncio.gather(
        market_fixture.ask_for(ANNA, quantity=10, idempotency_key="old"),
        market_fixture.ask_for(ANNA, quantity=11, idempotency_key="old"),
        market_fixture.ask_for(BERT, quantity=81),
        market_fixture.ask_for(BERT, quantity=0),
        market_fixture.ask_for(BERT, quantity=1, route=Route("a", None)),
        market_fixture.ask_for(CARLA, quantity=10),
        return_exceptions=True,
    )
    assert answers[0] == first
    assert [type(answer).__name__ for answer in answers] == [
        "Booking",
        "Conflict",
        "BookingRefused",
        "InvalidInput",
        "NoTariff",
        "Booking",
    ]
    assert await count(market_fixture, ContractRow.core()) == 2


async def test_key_that_is_taken_on_another_network_meanwhile_is_a_conflict(
    market_fixture: MarketFixture,
) -> None:
    taken = claim(party_id=ANNA, operation="BookCapacity", key="shared", request={"other": True})
    async with UnitOfWork(market_fixture.database) as uow:
        await claim_key(uow, taken, {"id": "1"})
        both = asyncio.gather(
            market_fixture.ask_for(ANNA, quantity=10, idempotency_key="shared"),
            market_fixture.ask_for(BERT, quantity=10),
            return_exceptions=True,
        )
        await asyncio.sleep(0.3)
    answers = await both
    assert [type(answer).__name__ for answer in answers] == ["Conflict", "Booking"]


async def test_same_key_answers_even_when_the_request_would_now_be_refused(
    market_fixture: MarketFixture,
) -> None:
    first = await market_fixture.ask_for(ANNA, quantity=80, idempotency_key="same")
    assert await market_fixture.ask_for(ANNA, quantity=80, idempotency_key="same") == first
    after_start = NOW + timedelta(days=90)
    assert await market_fixture.ask_for(ANNA, quantity=80, idempotency_key="same", at=after_start) == first


async def test_booking_follows_a_maintenance_that_another_process_announced(
    market_fixture: MarketFixture,
) -> None:
    other = market_fixture.another_process()
    await other.market.networks.current(market_fixture.network_id)
    overlay = Overlay("jx", OverlayKind.MAINTENANCE, NOVEMBER, 0.5)
    async with UnitOfWork(market_fixture.database) as uow:
        command = PutOverlay(network_id=market_fixture.network_id, overlay=overlay, idempotency_key=key())
        await set_overlay(command, Context(uow=uow, principal=OPERATING, at=NOW))

    with pytest.raises(BookingRefused) as refused:
        await other.ask_for(ANNA, quantity=41)
    assert refused.value.verdict.largest_throughout == 40


async def test_quote_answers_as_booking_would_and_books_nothing(market_fixture: MarketFixture) -> None:
    answer: Any = await quote(
        market_fixture.request(quantity=80), market_fixture.market.caller(acting_for(ANNA), NOW)
    )
    assert answer.charge.amount == Money(Decimal("3020.00"), Currency.EUR)
    assert (answer.verdict.outcome, answer.runtime) == (Outcome.FEASIBLE, Runtime.ANY)
    with pytest.raises(BookingRefused):
        await quote(market_fixture.request(quantity=81), market_fixture.market.caller(acting_for(ANNA), NOW))
    assert await count(market_fixture, ContractRow.core()) == 0


async def test_interruptible_capacity_is_sold_at_its_own_level_and_tariff(
    market_fixture: MarketFixture,
) -> None:
    await market_fixture.book(BERT, quantity=80)
    booking: Any = await market_fixture.ask_for(ANNA, quantity=80, firmness=Firmness.INTERRUPTIBLE)
    assert booking.contract.firmness is Firmness.INTERRUPTIBLE
    assert booking.charge.amount == Money(Decimal("1510.00"), Currency.EUR)


async def test_all_faults_of_a_request_are_found_at_once(market_fixture: MarketFixture) -> None:
    rules = ProductRules(
        market_fixture.network_id, date(2026, 1, 1), frozenset({Runtime.MONTHLY}), frozenset({Firmness.FIRM})
    )
    await market_fixture.market.caller(OPERATING, NOW).run(set_product_rules, rules)
    request = market_fixture.request(
        quantity=0, route=Route("x", "nowhere"), period=WINTER, firmness=Firmness.INTERRUPTIBLE
    )
    with pytest.raises(InvalidInput) as refused:
        await quote(request, market_fixture.market.caller(acting_for(ANNA), NOW))
    assert [fault.place for fault in refused.value.faults] == [
        "receipt",
        "delivery",
        "quantity",
        "firmness",
        "end",
    ]


async def test_running_gas_day_is_that_of_the_network(market_fixture: MarketFixture) -> None:
    # At 03:59 UTC of 1 November 2026 the gas day of 31 October still runs in Berlin (06:00 CET = 05:00 UTC).
    running = Period(date(2026, 10, 31), date(2026, 11, 1))
    before = NOW.replace(month=11, day=1, hour=4, minute=59)
    await market_fixture.ask_for(ANNA, quantity=1, period=running, at=before)
    with pytest.raises(InvalidInput, match="2026-11-01"):
        await market_fixture.ask_for(ANNA, quantity=1, period=running, at=before + timedelta(minutes=1))


async def test_capacity_without_a_price_is_not_sold(market_fixture: MarketFixture) -> None:
    with pytest.raises(NoTariff):
        await market_fixture.ask_for(ANNA, quantity=1, route=Route("a", None))


async def test_later_tariff_changes_no_contract(market_fixture: MarketFixture) -> None:
    before = await market_fixture.book(ANNA, quantity=10)
    for valid_from in (date(2026, 6, 1), date(2027, 1, 1)):
        tariff = SetTariff(
            network_id=market_fixture.network_id,
            kind=RouteKind.PATH,
            firmness=Firmness.FIRM,
            valid_from=valid_from,
            price=Flat(Decimal("0.40")),
        )
        await market_fixture.market.caller(OPERATING, NOW).run(set_tariff, tariff)
    assert await market_fixture.contract(before.id) == before
    after = await market_fixture.book(ANNA, quantity=10)
    assert after.network.edges[0].bands[0].price == Flat(Decimal("0.40"))


async def test_only_shippers_and_marketers_with_a_party_book(market_fixture: MarketFixture) -> None:
    command = BookCapacity(request=market_fixture.request(quantity=1), idempotency_key=key())
    for principal in (OPERATING, REGULATING, acting_for(None)):
        with pytest.raises(Forbidden):
            await market_fixture.market.bookings.book(command, market_fixture.market.caller(principal, NOW))
    assert (
        await market_fixture.market.bookings.book(
            command, market_fixture.market.caller(acting_for(ANNA, Role.MARKETER), NOW)
        )
    ).contract.quantity == 1


async def test_unknown_network_is_not_found(market_fixture: MarketFixture) -> None:
    command = BookCapacity(
        request=type(market_fixture)(market_fixture.market, NetworkId(new_id())).request(quantity=1),
        idempotency_key=key(),
    )
    with pytest.raises(NotFound):
        await market_fixture.market.bookings.book(
            command, market_fixture.market.caller(acting_for(ANNA), NOW)
        )
