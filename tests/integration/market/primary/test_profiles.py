"""Profiles on a real database: all parts or none, whoever else buys and whatever breaks."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    NOVEMBER,
    NOW,
    OPERATING,
    PATH,
    WINTER,
    MarketFixture,
    acting_for,
    key,
)

from capacity.contracts.tables import ContractRow
from capacity.feasibility.storage import repository as verdicts
from capacity.feasibility.storage.tables import VerdictRow
from capacity.rights.model import Firmness, Route
from capacity.rights.tables import MovementRow
from linepack.commands.tables import IdempotencyKeyRow
from linepack.commands.unit_of_work import UnitOfWork
from linepack.events.tables import EventRow
from linepack.gasday import Period
from linepack.ids import NetworkId, PartyId, new_id
from linepack.money import Currency, Money
from linepack.problems import Conflict, Forbidden, InvalidInput
from market.primary.commands import BookProfile, CapacityRequest
from market.primary.model import Booking
from market.primary.profiles import repository
from market.primary.profiles.errors import ProfileRefused
from market.primary.profiles.tables import ProfilePartRow
from market.primary.service import quote_profile
from market.products.model import ProductRules, Runtime
from market.products.service import set_product_rules
from market.tariffs.charge import charged_together

pytestmark = pytest.mark.anyio

MONTHS = [Period(date(2026, 11, 1), date(2026, 12, 1)), Period(date(2026, 12, 1), date(2027, 1, 1))]
MONTHS += [Period(date(2027, month, 1), date(2027, month + 1, 1)) for month in (1, 2, 3)]
TO_Y = Route("a", "y")


def parts_of(
    fixture: MarketFixture, *quantities: int, route: Route = PATH, firmness: Firmness = Firmness.FIRM
) -> list[CapacityRequest]:
    """A quantity for each month of the winter."""
    return [
        fixture.request(quantity=quantity, period=period, route=route, firmness=firmness)
        for quantity, period in zip(quantities, MONTHS, strict=False)
    ]


async def book(
    fixture: MarketFixture, holder: PartyId, parts: Sequence[CapacityRequest], again: str = ""
) -> tuple[Booking, ...]:
    return await fixture.book_profile(holder, parts, idempotency_key=again)


async def counts(fixture: MarketFixture) -> dict[str, int]:
    """How many rows a profile leaves behind."""
    found = {}
    tables = (ContractRow, VerdictRow, MovementRow, ProfilePartRow, IdempotencyKeyRow)
    async with fixture.database.read() as connection:
        for table in tables:
            query = sa.select(sa.func.count()).select_from(table.core())
            found[table.core().name] = (await connection.execute(query)).scalar_one()
        event = EventRow.core()
        query = sa.select(sa.func.count()).select_from(event).where(event.c.topic == "contract.booked")
        found["event"] = (await connection.execute(query)).scalar_one()
    return found


async def test_each_part_is_a_contract_with_its_own_proof_price_and_event(
    market_fixture: MarketFixture,
) -> None:
    parts = parts_of(market_fixture, 80, 40, 60)
    bookings = await book(market_fixture, ANNA, parts)

    made = [one.contract for one in bookings]
    assert [(one.period, one.quantity, one.routes()) for one in made] == [
        (period, quantity, [(PATH, quantity)]) for period, quantity in zip(MONTHS, (80, 40, 60), strict=False)
    ]
    # 0.25 EUR per unit and gas day: 80 x 30 days, 40 x 31, 60 x 31.
    amounts = [one.charge.amount.amount for one in bookings if one.charge is not None]
    assert amounts == [Decimal("600.00"), Decimal("310.00"), Decimal("465.00")]
    assert charged_together(one.charge for one in bookings) == Money(Decimal("1375.00"), Currency.EUR)
    async with market_fixture.database.read() as connection:
        ids = [one.verdict_id for one in made if one.verdict_id is not None]
        stored = await verdicts.get_many(connection, acting_for(ANNA), ids)
        together = await repository.booked_together(connection, [made[1].id])
    # Each is proved beside those before it.
    assert [stored[one].verdict.rights_version for one in ids] == [0, 1, 2]
    assert together == {made[1].id: [one.id for one in made]}
    assert len(await market_fixture.events("contract.booked")) == 3
    assert {period for one in made for period, _ in await market_fixture.rights(one.id)} == set(MONTHS[:3])


async def test_routes_that_share_an_edge_are_proved_together(market_fixture: MarketFixture) -> None:
    # a → j carries 100: 60 to x and 40 to y fit, 61 and 40 do not.
    to_x, to_y = parts_of(market_fixture, 61), parts_of(market_fixture, 40, route=TO_Y)
    with pytest.raises(ProfileRefused) as refused:
        await book(market_fixture, ANNA, [*to_x, *to_y])
    [part] = refused.value.parts
    assert (part.number, part.missing) == (1, 1)
    assert [edge.edge_id for cut in part.verdict.bottlenecks for edge in cut.edges] == ["aj"]
    assert len(await book(market_fixture, ANNA, [replace(to_x[0], quantity=60), *to_y])) == 2


async def test_a_refusal_names_each_part_that_fails_and_the_largest_scale(
    market_fixture: MarketFixture,
) -> None:
    await market_fixture.book(BERT, quantity=50, period=MONTHS[1])
    asked = parts_of(market_fixture, 80, 40, 60, 90)

    with pytest.raises(ProfileRefused) as refused:
        await book(market_fixture, ANNA, asked)

    # j → x carries 80. In December 30 are left of 40 asked, in February 80 of 90.
    found = [(part.number, part.missing, part.verdict.request.period) for part in refused.value.parts]
    assert found == [(1, 10, MONTHS[1]), (3, 10, MONTHS[3])]
    for part in refused.value.parts:
        assert {cut.relief.edge_id for cut in part.verdict.bottlenecks if cut.relief} == {"jx"}
    scale = refused.value.scale
    # At 0.775 December would have 31 of 40, at 0.9 February 81 of 90.
    assert scale is not None
    assert (scale.scale, scale.is_exact) == (Decimal("0.7749"), True)
    assert scale.quantities == (61, 30, 46, 69)
    assert await counts(market_fixture) == {
        "contract": 1,
        "verdict": 1,
        "movement": 1,
        "profile_part": 0,
        "idempotency_key": 1,
        "event": 1,
    }
    smaller = [
        replace(part, quantity=quantity) for part, quantity in zip(asked, scale.quantities, strict=True)
    ]
    assert len(await book(market_fixture, ANNA, smaller)) == 4


async def test_the_largest_scale_of_routes_that_share_gas_days_is_found_too(
    market_fixture: MarketFixture,
) -> None:
    # Of a → j, which carries 100, 80 and 50 are asked. At 0.7799 these are 62 and 38; at 0.78 62 and 39.
    parts = [*parts_of(market_fixture, 80), *parts_of(market_fixture, 50, route=TO_Y)]
    with pytest.raises(ProfileRefused) as refused:
        await book(market_fixture, ANNA, parts)
    scale = refused.value.scale
    assert scale is not None
    assert (scale.scale, scale.is_exact, scale.quantities) == (Decimal("0.7799"), True, (62, 38))


async def test_a_dry_run_answers_what_a_booking_would_and_books_nothing(
    market_fixture: MarketFixture,
) -> None:
    caller = market_fixture.market.caller(acting_for(ANNA), NOW)
    quotes = await quote_profile(parts_of(market_fixture, 80, 40), caller)
    assert [one.charge.amount.amount for one in quotes if one.charge] == [
        Decimal("600.00"),
        Decimal("310.00"),
    ]
    assert all(one.verdict.is_feasible for one in quotes)
    with pytest.raises(ProfileRefused):
        await quote_profile(parts_of(market_fixture, 80, 81), caller)
    assert not any((await counts(market_fixture)).values())


async def test_of_two_profiles_that_exceed_the_capacity_one_is_booked_whole(
    market_fixture: MarketFixture,
) -> None:
    processes = [market_fixture, *(market_fixture.another_process() for _ in range(3))]
    # Each fits alone; any two exceed the 80 of j → x in some month.
    profiles = [(50, 20, 60), (40, 70, 10), (70, 30, 30), (45, 45, 45)]
    holders = [ANNA, BERT, CARLA, ANNA]

    answers: list[Any] = await asyncio.gather(
        *(
            book(process, holder, parts_of(process, *quantities))
            for process, holder, quantities in zip(processes, holders, profiles, strict=True)
        ),
        return_exceptions=True,
    )

    booked = [answer for answer in answers if isinstance(answer, tuple)]
    assert len(booked) == 1
    assert sum(isinstance(answer, ProfileRefused) for answer in answers) == 3
    assert (await counts(market_fixture))["contract"] == 3
    view = await market_fixture.another_process().market.networks.current(market_fixture.network_id)
    sold = [view.rights.stack(period.start).get(PATH, 0) for period in MONTHS[:3]]
    assert sold == [one.contract.quantity for one in booked[0]]


async def test_profiles_and_single_bookings_wait_together(market_fixture: MarketFixture) -> None:
    waiting: list[Any] = [
        market_fixture.ask_for(BERT, quantity=30, period=MONTHS[0]),
        book(market_fixture, ANNA, parts_of(market_fixture, 50, 80)),
        book(market_fixture, CARLA, parts_of(market_fixture, 1)),
        market_fixture.ask_for(CARLA, quantity=81, period=MONTHS[0]),
    ]
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    kinds = [type(answer).__name__ for answer in answers]
    assert kinds[0] == "Booking"
    assert kinds[3] == "BookingRefused"
    assert sorted(kinds[1:3]) in (["ProfileRefused", "tuple"], ["tuple", "tuple"])
    view = await market_fixture.another_process().market.networks.current(market_fixture.network_id)
    assert view.rights.stack(MONTHS[0].start)[PATH] <= 80


@pytest.mark.parametrize("broken", [0, 1, 2])
async def test_what_breaks_on_the_way_leaves_nothing_of_a_profile(
    market_fixture: MarketFixture, monkeypatch: pytest.MonkeyPatch, broken: int
) -> None:
    parts, before = parts_of(market_fixture, 10, 20, 30), await counts(market_fixture)
    insert = UnitOfWork.insert

    async def dying(self: UnitOfWork, rows: Sequence[Any]) -> None:
        await insert(self, rows[: 1 + 4 * broken + 1])
        raise ConnectionResetError

    monkeypatch.setattr(UnitOfWork, "insert", dying)
    with pytest.raises(ConnectionResetError):
        await book(market_fixture, ANNA, parts, again="once")
    assert await counts(market_fixture) == before

    monkeypatch.undo()
    assert len(await book(market_fixture, ANNA, parts, again="once")) == 3


async def test_a_session_that_the_database_ends_before_the_commit_leaves_nothing(
    market_fixture: MarketFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert = UnitOfWork.insert

    async def killed(self: UnitOfWork, rows: Sequence[Any]) -> None:
        await insert(self, rows)
        own = (await self.connection.execute(sa.text("SELECT pg_backend_pid()"))).scalar_one()
        async with market_fixture.database.read() as other:
            await other.execute(sa.text("SELECT pg_terminate_backend(:own)"), {"own": own})

    monkeypatch.setattr(UnitOfWork, "insert", killed)
    with pytest.raises(DBAPIError):
        await book(market_fixture, ANNA, parts_of(market_fixture, 10, 20, 30), again="once")
    monkeypatch.undo()
    assert not any((await counts(market_fixture)).values())
    assert len(await book(market_fixture, ANNA, parts_of(market_fixture, 10, 20, 30), again="once")) == 3


async def test_the_same_key_books_once_however_often_it_arrives(market_fixture: MarketFixture) -> None:
    processes = [market_fixture, market_fixture.another_process()]
    parts = parts_of(market_fixture, 50, 50)
    answers = await asyncio.gather(
        *(book(processes[number % 2], ANNA, parts, again="same") for number in range(6))
    )
    assert all(answer == answers[0] for answer in answers)
    assert (await counts(market_fixture))["contract"] == 2
    with pytest.raises(Conflict):
        await book(market_fixture, ANNA, parts_of(market_fixture, 50, 51), again="same")
    # A single booking and a profile are different commands.
    assert (await market_fixture.ask_for(ANNA, quantity=1, idempotency_key="same")).contract.quantity == 1


async def test_all_faults_of_all_parts_are_found_at_once(market_fixture: MarketFixture) -> None:
    rules = ProductRules(
        market_fixture.network_id, date(2026, 1, 1), frozenset({Runtime.MONTHLY}), frozenset({Firmness.FIRM})
    )
    await market_fixture.market.caller(OPERATING, NOW).run(set_product_rules, rules)
    parts = [
        *parts_of(market_fixture, 10, 0),
        market_fixture.request(quantity=10, period=Period(NOVEMBER.start, WINTER.end)),
        *parts_of(market_fixture, 10, route=Route("a", "nowhere")),
        replace(market_fixture.request(quantity=10), start=WINTER.end, end=WINTER.start),
    ]
    with pytest.raises(InvalidInput) as refused:
        await book(market_fixture, ANNA, parts)
    assert [fault.place for fault in refused.value.faults] == [
        "parts[2].start",
        "parts[2].start",
        "parts[1].quantity",
        "parts[2].end",
        "parts[3].delivery",
        "parts[4].end",
    ]


async def test_a_part_without_a_price_is_named(market_fixture: MarketFixture) -> None:
    parts = [*parts_of(market_fixture, 10), *parts_of(market_fixture, 10, route=Route("a", None))]
    with pytest.raises(InvalidInput) as refused:
        await book(market_fixture, ANNA, parts)
    assert [fault.place for fault in refused.value.faults] == ["parts[1]"]


async def test_firm_and_interruptible_parts_are_booked_together(market_fixture: MarketFixture) -> None:
    parts = [
        *parts_of(market_fixture, 80, 80),
        *parts_of(market_fixture, 20, 20, firmness=Firmness.INTERRUPTIBLE),
    ]
    booked = await book(market_fixture, ANNA, parts)
    assert [one.contract.firmness for one in booked] == [Firmness.FIRM] * 2 + [Firmness.INTERRUPTIBLE] * 2


async def test_only_who_may_book_asks_for_a_profile(market_fixture: MarketFixture) -> None:
    command = BookProfile(parts=tuple(parts_of(market_fixture, 1)), idempotency_key=key())
    for principal in (OPERATING, acting_for(None)):
        caller = market_fixture.market.caller(principal, NOW)
        with pytest.raises(Forbidden):
            await market_fixture.market.bookings.book_profile(command, caller)


async def test_a_profile_without_parts_or_of_several_networks_is_refused(
    market_fixture: MarketFixture,
) -> None:
    [part] = parts_of(market_fixture, 1)
    elsewhere = replace(part, network_id=NetworkId(new_id()))
    for parts in ([], [part, elsewhere]):
        with pytest.raises(InvalidInput, match="all on one network"):
            await book(market_fixture, ANNA, parts)


async def test_a_profile_proved_before_something_else_was_sold_is_proved_again(
    market_fixture: MarketFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = market_fixture.another_process()
    submit = market_fixture.market.bookings._submit

    async def overtaken(*given: Any, **more: Any) -> Any:
        await other.book(BERT, quantity=31, period=MONTHS[1])
        return await submit(*given, **more)

    monkeypatch.setattr(market_fixture.market.bookings, "_submit", overtaken)
    with pytest.raises(ProfileRefused) as refused:
        await book(market_fixture, ANNA, parts_of(market_fixture, 50, 50, 50))
    assert [(part.number, part.missing) for part in refused.value.parts] == [(1, 1)]
    assert (await counts(market_fixture))["contract"] == 1
