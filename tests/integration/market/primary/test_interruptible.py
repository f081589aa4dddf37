"""Interruptible capacity on a real database: stated by the operator, counted under the network's lock."""

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    NOVEMBER,
    NOW,
    OPERATING,
    OTHER_OPERATOR,
    PATH,
    SHIPPERS,
    WINTER,
    MarketFixture,
    acting_for,
    state_interruptible,
)

from capacity.networks.interruptible import InterruptibleQuantity
from capacity.publication.interruptible import SetInterruptibleQuantity, set_interruptible_quantity
from capacity.rights.model import Firmness, Route, RouteKind
from linepack.access import Principal, Role
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.gasday import Period
from linepack.ids import PartyId
from linepack.problems import Forbidden, InvalidInput, NotFound
from market.primary.model import AlternativeKind
from market.primary.refusal import BookingRefused

pytestmark = pytest.mark.anyio

DECEMBER = Period(date(2026, 12, 1), date(2027, 1, 1))


async def interruptible(
    market_fixture: MarketFixture,
    quantity: int,
    *,
    holder: PartyId = ANNA,
    period: Period = WINTER,
    route: Any = PATH,
) -> Any:
    booking = await market_fixture.ask_for(
        holder, quantity=quantity, period=period, route=route, firmness=Firmness.INTERRUPTIBLE
    )
    return booking.contract


async def state(market_fixture: MarketFixture, principal: Principal = OPERATING, /, **changes: Any) -> None:
    terms = {"kind": RouteKind.PATH, "valid_from": date(2026, 1, 1), **changes}
    async with UnitOfWork(market_fixture.database) as uow:
        await set_interruptible_quantity(
            SetInterruptibleQuantity(market_fixture.network_id, InterruptibleQuantity(**terms)),
            Context(uow=uow, principal=principal, at=NOW),
        )


async def test_a_path_is_not_sold_more_often_than_is_stated(market_fixture: MarketFixture) -> None:
    # All that a → x carries, 80, is on sale: once.
    await interruptible(market_fixture, 80)
    with pytest.raises(BookingRefused, match="of 80 kWh/h interruptible on sale for a → x, 0 are left"):
        await interruptible(market_fixture, 1, holder=BERT)


async def test_nothing_is_sold_on_what_is_no_longer_stated(market_fixture: MarketFixture) -> None:
    await state(market_fixture)
    with pytest.raises(BookingRefused, match="no interruptible capacity is on sale"):
        await interruptible(market_fixture, 1)


async def test_firm_rights_leave_the_quantity_alone_and_are_left_alone_by_it(
    market_fixture: MarketFixture,
) -> None:
    await market_fixture.book(ANNA, quantity=80)
    await interruptible(market_fixture, 80, holder=BERT)


async def test_a_point_is_shared_by_all_routes_that_use_it(market_fixture: MarketFixture) -> None:
    await state(market_fixture, kind=RouteKind.ENTRY, receipt="a", quantity=30)
    await interruptible(market_fixture, 20)
    with pytest.raises(BookingRefused) as refused:
        await interruptible(market_fixture, 11, route=Route("a", "y"))
    [bottleneck] = refused.value.verdict.bottlenecks
    assert (bottleneck.limit, bottleneck.capacity, bottleneck.demand) == (Route("a", None), 30, 31)
    await interruptible(market_fixture, 10, route=Route("a", "y"))


async def test_two_at_once_do_not_get_the_same_units(market_fixture: MarketFixture) -> None:
    await state(market_fixture, quantity=10)
    processes = [market_fixture, market_fixture.another_process()]
    answers = await asyncio.gather(
        *(
            interruptible(processes[i % 2], 1, holder=SHIPPERS[i % len(SHIPPERS)], period=NOVEMBER)
            for i in range(30)
        ),
        return_exceptions=True,
    )
    refused = [answer for answer in answers if isinstance(answer, BookingRefused)]
    assert len(refused) == 20
    assert not [one for one in answers if isinstance(one, BaseException) and one not in refused]


async def test_a_later_statement_may_leave_less_than_is_sold_and_moves_no_right(
    market_fixture: MarketFixture,
) -> None:
    contract = await interruptible(market_fixture, 50)
    await state(market_fixture, quantity=20, valid_from=DECEMBER.start)
    with pytest.raises(BookingRefused) as refused:
        await interruptible(market_fixture, 25, holder=BERT, period=Period(NOVEMBER.start, DECEMBER.end))
    largest = refused.value.verdict.largest
    assert [(one.period, one.quantity) for one in largest] == [(NOVEMBER, 30), (DECEMBER, 0)]
    assert await market_fixture.rights(contract.id) == ((WINTER, 50),)
    await interruptible(market_fixture, 30, holder=BERT, period=NOVEMBER)


async def test_another_process_counts_against_the_newest_statement(market_fixture: MarketFixture) -> None:
    other = market_fixture.another_process()
    await interruptible(other, 1)
    await state(market_fixture, quantity=5)
    with pytest.raises(BookingRefused):
        await interruptible(other, 5)
    await interruptible(other, 4)


async def test_a_refused_firm_booking_is_offered_what_is_left_interruptible(
    market_fixture: MarketFixture,
) -> None:
    await state(market_fixture, quantity=15)
    await market_fixture.book(ANNA, quantity=80)
    await interruptible(market_fixture, 5)
    with pytest.raises(BookingRefused) as refused:
        await market_fixture.ask_for(BERT, quantity=40)
    [found] = [
        one.found.request
        for one in refused.value.alternatives.bookings
        if one.found.kind is AlternativeKind.INTERRUPTIBLE
    ]
    assert found.quantity == 10


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"receipt": "a", "quantity": 5}, ["delivery"]),
        ({"delivery": "x", "quantity": 5}, ["receipt"]),
        ({"receipt": "x", "delivery": "no", "quantity": 5}, ["receipt", "delivery"]),
        ({"kind": RouteKind.ENTRY, "delivery": "x"}, ["delivery"]),
        ({"kind": RouteKind.EXIT, "receipt": "a"}, ["receipt"]),
        ({"quantity": -1}, ["quantity"]),
        ({"quantity": 10**12 + 1}, ["quantity"]),
        ({"quantity": 1, "share": Decimal("0.5")}, ["share"]),
        ({"share": Decimal("1.01")}, ["share"]),
        ({"share": Decimal("-0.01")}, ["share"]),
        ({"share": Decimal("NaN")}, ["share"]),
        ({"share": Decimal("0.1234567891")}, ["share"]),
        ({"quantity": 1, "valid_from": date(9999, 1, 1)}, ["validFrom"]),
    ],
)
async def test_what_cannot_be_stated_is_a_fault_of_its_field(
    market_fixture: MarketFixture, changes: Any, places: Any
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await state(market_fixture, **changes)
    assert [fault.place for fault in refused.value.faults] == places


async def test_only_the_operator_of_the_network_states(market_fixture: MarketFixture) -> None:
    with pytest.raises(NotFound):
        await state(market_fixture, acting_for(OTHER_OPERATOR, Role.OPERATOR), quantity=5)
    with pytest.raises(Forbidden):
        await state(market_fixture, acting_for(ANNA), quantity=5)


async def test_statements_are_public_events_and_stay_as_they_were_made(market_fixture: MarketFixture) -> None:
    await state_interruptible(market_fixture.database, market_fixture.network_id, share=None, quantity=7)
    events = await market_fixture.events("interruptible.set")
    assert [(event.payload["quantity"], event.payload["share"]) for event in events] == [
        (None, "1"),
        (7, None),
    ]
    for change in (
        "UPDATE interruptible_quantity SET quantity = 8",
        "DELETE FROM interruptible_quantity",
        "TRUNCATE interruptible_quantity",
    ):
        with pytest.raises(sa.exc.IntegrityError, match="append-only"):
            async with market_fixture.database.write() as connection:
                await connection.execute(sa.text(change))
