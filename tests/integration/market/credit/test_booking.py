"""Credit is checked when the operator's capacity is booked; every figure at 0.25 a unit and gas day."""

import asyncio
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    NOVEMBER,
    NOW,
    OPERATING,
    OTHER_OPERATOR,
    MarketFixture,
    acting_for,
    key,
)

from linepack.access import Role
from linepack.gasday import Period
from linepack.ids import PartyId
from linepack.problems import Forbidden, InvalidInput, NotFound
from market.credit.errors import CreditExceeded, CreditSuspended
from market.credit.model import Credit, CreditFactor, CreditLimit
from market.credit.queries import credit_by_id
from market.credit.service import (
    RecordCreditPayment,
    SetCreditLimit,
    SetCreditSuspension,
    record_credit_payment,
    set_credit_limit,
    set_credit_suspension,
)
from market.primary.service import quote, quote_profile
from market.products.model import Runtime

pytestmark = pytest.mark.anyio

TODAY = date(2026, 10, 1)


async def set_limit(market_fixture: MarketFixture, amount: str | None, **given: Any) -> CreditLimit:
    values: dict[str, Any] = {
        "code": "G",
        "party_id": None,
        "valid_from": TODAY,
        "framework": "terms",
        **given,
    }
    command = SetCreditLimit(
        network_id=market_fixture.network_id, amount=None if amount is None else Decimal(amount), **values
    )
    return await market_fixture.market.caller(OPERATING, NOW).run(set_credit_limit, command)


async def standing(market_fixture: MarketFixture, party_id: PartyId = ANNA, *, at: datetime = NOW) -> Credit:
    caller = market_fixture.market.caller(OPERATING, at)
    return await credit_by_id(caller, market_fixture.network_id, party_id)


async def used(market_fixture: MarketFixture, party_id: PartyId = ANNA, *, at: datetime = NOW) -> Decimal:
    [usage] = (await standing(market_fixture, party_id, at=at)).usages
    return usage.used.amount


async def test_a_booking_beyond_a_limit_is_refused_with_the_arithmetic(market_fixture: MarketFixture) -> None:
    """November has 30 gas days: a unit costs 7.50, so that 300 allow 40 units, and 10 beside 30."""
    await set_limit(market_fixture, "300")
    await market_fixture.book(ANNA, quantity=30, period=NOVEMBER)
    with pytest.raises(CreditExceeded) as refused:
        await market_fixture.book(ANNA, quantity=20, period=NOVEMBER)
    [exceeded] = refused.value.exceeded
    figures = [one.amount for one in (exceeded.allowed, exceeded.used, exceeded.needed, exceeded.missing)]
    assert figures == [300, 225, 150, 75]
    assert refused.value.largest == 10
    await market_fixture.book(ANNA, quantity=10, period=NOVEMBER)
    assert await used(market_fixture) == 300
    with pytest.raises(CreditExceeded):
        await market_fixture.book(ANNA, quantity=1, period=NOVEMBER)
    await market_fixture.book(BERT, quantity=1, period=NOVEMBER)  # each shipper has its own


async def test_a_quote_is_refused_as_the_booking_would_be(market_fixture: MarketFixture) -> None:
    await set_limit(market_fixture, "100")
    caller = market_fixture.market.caller(acting_for(ANNA), NOW)
    with pytest.raises(CreditExceeded) as refused:
        await quote(market_fixture.request(quantity=20, period=NOVEMBER), caller)
    assert refused.value.largest == 13  # 97.50
    await quote(market_fixture.request(quantity=13, period=NOVEMBER), caller)


async def test_a_profile_is_refused_whole_for_the_part_that_does_not_pass(
    market_fixture: MarketFixture,
) -> None:
    """10 units in November cost 75.00, so that of 100 there is left for 3 in December: 31 days, 23.25."""
    await set_limit(market_fixture, "100")
    december = Period(NOVEMBER.end, date(2027, 1, 1))
    parts = [
        market_fixture.request(quantity=10, period=NOVEMBER),
        market_fixture.request(quantity=4, period=december),
    ]
    with pytest.raises(CreditExceeded) as refused:
        await quote_profile(parts, market_fixture.market.caller(acting_for(ANNA), NOW))
    assert (refused.value.part, refused.value.largest) == (1, 3)
    with pytest.raises(CreditExceeded):
        await market_fixture.book_profile(ANNA, parts)
    assert await used(market_fixture) == 0
    parts[1] = market_fixture.request(quantity=3, period=december)
    await market_fixture.book_profile(ANNA, parts)
    assert await used(market_fixture) == Decimal("98.25")


async def test_all_limits_must_pass_and_factors_count(market_fixture: MarketFixture) -> None:
    await set_limit(market_fixture, "300")
    await set_limit(
        market_fixture, "150", code="M", runtime=Runtime.MONTHLY, factors=(CreditFactor(Decimal("2")),)
    )
    with pytest.raises(CreditExceeded) as refused:
        await market_fixture.book(ANNA, quantity=20, period=NOVEMBER)
    assert [one.limit.code for one in refused.value.exceeded] == ["M"]  # 150.00 twice
    assert refused.value.largest == 10
    ten_days = Period(NOVEMBER.start, date(2026, 11, 11))
    await market_fixture.book(ANNA, quantity=20, period=ten_days)  # no product of the narrower limit


async def test_a_limit_of_a_shipper_takes_the_place_of_the_one_for_each(
    market_fixture: MarketFixture,
) -> None:
    await set_limit(market_fixture, "10")
    await set_limit(market_fixture, "300", party_id=ANNA)
    await market_fixture.book(ANNA, quantity=30, period=NOVEMBER)
    with pytest.raises(CreditExceeded):
        await market_fixture.book(BERT, quantity=30, period=NOVEMBER)
    await set_limit(market_fixture, None)
    await market_fixture.book(BERT, quantity=30, period=NOVEMBER)


async def test_a_payment_relieves_the_contract_that_it_is_for(market_fixture: MarketFixture) -> None:
    await set_limit(market_fixture, "225")
    contract = await market_fixture.book(ANNA, quantity=30, period=NOVEMBER)
    caller = market_fixture.market.caller(OPERATING, NOW)
    command = RecordCreditPayment(
        contract_id=contract.id, amount=Decimal("75"), reference="invoice 7", idempotency_key=key()
    )
    first = await caller.run(record_credit_payment, command)
    assert await caller.run(record_credit_payment, command) == first  # the same key again
    assert await used(market_fixture) == 150
    await market_fixture.book(ANNA, quantity=10, period=NOVEMBER)
    back = RecordCreditPayment(
        contract_id=contract.id, amount=Decimal("-75"), reference="returned", idempotency_key=key()
    )
    await caller.run(record_credit_payment, back)
    [usage] = (await standing(market_fixture)).usages
    assert usage.remaining.amount == -75
    again = RecordCreditPayment(
        contract_id=contract.id, amount=Decimal("-0.01"), reference="x", idempotency_key=key()
    )
    with pytest.raises(InvalidInput, match="can be taken back"):
        await caller.run(record_credit_payment, again)


async def test_a_suspended_shipper_books_nothing_until_it_is_resumed(market_fixture: MarketFixture) -> None:
    caller = market_fixture.market.caller(OPERATING, NOW)

    async def suspend(*, is_suspended: bool) -> None:
        command = SetCreditSuspension(
            network_id=market_fixture.network_id,
            party_id=ANNA,
            is_suspended=is_suspended,
            reason="invoice 7 is overdue",
        )
        await caller.run(set_credit_suspension, command)

    await suspend(is_suspended=True)
    with pytest.raises(CreditSuspended, match="invoice 7 is overdue"):
        await market_fixture.book(ANNA, quantity=1, period=NOVEMBER)
    await market_fixture.book(BERT, quantity=1, period=NOVEMBER)
    await suspend(is_suspended=False)
    await market_fixture.book(ANNA, quantity=1, period=NOVEMBER)


async def test_two_hundred_clients_at_the_last_euro_never_pass_a_limit(market_fixture: MarketFixture) -> None:
    """A unit costs 7.50 in November, so that 247.49 allow 32 of them, whichever of two processes asks."""
    await set_limit(market_fixture, "247.49")
    processes = [market_fixture, market_fixture.another_process()]
    outcomes = await asyncio.gather(
        *(processes[turn % 2].book(ANNA, quantity=1, period=NOVEMBER) for turn in range(200)),
        return_exceptions=True,
    )
    refused = [one for one in outcomes if isinstance(one, CreditExceeded)]
    assert len(outcomes) - len(refused) == 32
    assert len(refused) == 168
    assert await used(market_fixture) == Decimal("240.00")


async def test_bookings_that_wait_together_count_beside_each_other_by_shipper(
    market_fixture: MarketFixture,
) -> None:
    await set_limit(market_fixture, "75")
    outcomes = await asyncio.gather(
        *(
            market_fixture.book(shipper, quantity=6, period=NOVEMBER)
            for _ in range(2)
            for shipper in (ANNA, BERT)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(one, CreditExceeded) for one in outcomes) == 2
    assert [await used(market_fixture, one) for one in (ANNA, BERT)] == [45, 45]


async def test_only_the_operator_of_the_network_sets_credit(market_fixture: MarketFixture) -> None:
    command = SetCreditLimit(
        network_id=market_fixture.network_id,
        code="G",
        party_id=None,
        valid_from=TODAY,
        amount=Decimal(1),
        framework="terms",
    )
    with pytest.raises(Forbidden):
        await market_fixture.market.caller(acting_for(ANNA), NOW).run(set_credit_limit, command)
    other = acting_for(OTHER_OPERATOR, Role.OPERATOR)
    with pytest.raises(NotFound):
        await market_fixture.market.caller(other, NOW).run(set_credit_limit, command)


async def test_a_limit_is_refused_with_all_of_its_faults(market_fixture: MarketFixture) -> None:
    with pytest.raises(InvalidInput) as refused:
        await set_limit(
            market_fixture,
            "-1",
            code=" ",
            party_id=OTHER_OPERATOR,
            factors=(CreditFactor(Decimal(-1)), CreditFactor(Decimal(1))),
        )
    places = [fault.place for fault in refused.value.faults]
    assert places == ["code", "amount", "factors[0].factor", "factors", "partyId"]
