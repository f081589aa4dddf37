"""A replacement shipper does not pay, all or a part; its money comes late; the ledger says so to the cent."""

import asyncio
import random
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from tests.integration.settlement.market import NOW, YEAR, Market, booked, principal
from tests.unit.settlement.examples import ANNA, BERT, CARLA, OPERATOR, days

from capacity.contracts.contract import Contract
from capacity.rights.model import MovementCause
from linepack.access import PartyKind, Principal, Role
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.identity.model import Party
from linepack.identity.repository import insert_party
from linepack.ids import PartyId
from linepack.problems import Conflict, Forbidden, InvalidInput, NotFound
from settlement.consumer import settle_batch
from settlement.reconciliation.reconcile import reconcile
from settlement.release_credits.errors import AmountExceeded, NothingCredited, NothingTakenBack
from settlement.release_credits.model import ChangeKind, ReleaseCredit
from settlement.release_credits.service import RecordCreditChange, record_change, release_credits

pytestmark = pytest.mark.anyio

MARCH, APRIL, MAY = date(2027, 3, 1), date(2027, 4, 1), date(2027, 5, 1)
SPRING = days("2027-03-01", "2027-05-01")
DEFAULTED, PAID_LATE = ChangeKind.DEFAULTED, ChangeKind.PAID_LATE
OPERATING = principal(OPERATOR, Role.OPERATOR)
BILL = PartyId(uuid4())
BILLING = principal(BILL, Role.BILLING)
REGULATOR = principal(PartyId(uuid4()), Role.REGULATOR)


@pytest.fixture
async def child(market: Market) -> Contract:
    """Bert's replacement contract: 40 units for March and April at 0.25, so 310.00 and 300.00 EUR."""
    async with UnitOfWork(market.database) as uow:
        await insert_party(uow.connection, Party(BILL, "BILL", "Billing", PartyKind.BILLING), now=NOW)
    contract = await market.book()
    (child,) = await market.award(contract, [(BERT, 40, SPRING, "0.25")])
    await settle(market)
    return child


async def settle(market: Market) -> None:
    await market.place()
    while await settle_batch(market.database, at=NOW):
        pass
    await market.place()


def command(child: Contract, kind: ChangeKind, amount: str | None = None, **given: Any) -> RecordCreditChange:
    values: dict[str, Any] = {"gas_month": APRIL, "debtor": None, "idempotency_key": str(uuid4()), **given}
    exact = None if amount is None else Decimal(amount)
    return RecordCreditChange(kind=kind, child_id=child.id, amount=exact, **values)


async def record(market: Market, what: RecordCreditChange, recorder: Principal = OPERATING) -> ReleaseCredit:
    async with UnitOfWork(market.database) as uow:
        return await record_change(what, Context(uow=uow, principal=recorder, at=NOW))


async def credit_of(market: Market, child: Contract, month: date = APRIL) -> ReleaseCredit:
    async with market.database.read() as connection:
        found = await release_credits(connection, OPERATING, child.id)
    return next(credit for credit in found if credit.gas_month == month)


async def balance(market: Market, month: date = APRIL) -> Decimal:
    """Return what the releasing shipper is credited in a gas month, by the ledger."""
    async with market.database.read() as connection:
        statement = sa.text(
            "SELECT coalesce(-sum(amount), 0) FROM ledger_posting"
            " WHERE party_id = :anna AND charge_code = 'RELEASE_CREDIT' AND gas_month = :month"
        )
        found = await connection.execute(statement, {"anna": ANNA, "month": month})
        return Decimal(found.scalar_one())


async def differences(market: Market) -> list[str]:
    await market.place()
    async with market.database.read() as connection:
        return [str(difference) for difference in await reconcile(connection)]


async def test_a_default_takes_back_the_credit_of_that_gas_month_only(
    market: Market, child: Contract
) -> None:
    credit = await record(market, command(child, DEFAULTED), BILLING)
    assert (str(credit.credited), str(credit.taken_back)) == ("0.00 EUR", "300.00 EUR")
    assert (await balance(market), await balance(market, MARCH)) == (Decimal(0), Decimal("310.00"))
    assert await differences(market) == []


async def test_parts_add_up_and_late_money_is_credited_again(market: Market, child: Contract) -> None:
    # 300.00 − 120.50 = 179.50; − 79.50 = 100.00; + 50.25 = 150.25; all the rest, 149.75, comes late: 300.00.
    for kind, amount, left in (
        (DEFAULTED, "120.50", "179.50"),
        (DEFAULTED, "79.50", "100.00"),
        (PAID_LATE, "50.25", "150.25"),
        (PAID_LATE, None, "300.00"),
        (DEFAULTED, None, "0.00"),
        (PAID_LATE, "0.01", "0.01"),
    ):
        credit = await record(market, command(child, kind, amount))
        assert (credit.credited.amount, await balance(market)) == (Decimal(left), Decimal(left))
        assert credit == await credit_of(market, child)
    assert await differences(market) == []


async def test_a_line_of_a_part_says_what_was_not_paid(market: Market, child: Contract) -> None:
    credit = await record(market, command(child, DEFAULTED, "100"))
    assert credit.open_line is not None
    line = credit.open_line.line
    # 200.00 EUR for 40 units and 30 gas days: 200 / 1,200 = 0.1666666667.
    assert (str(line.amount), str(line.rate), line.gas_month) == ("200.00 EUR", "0.1666666667", APRIL)
    assert line.working == (
        f"demand money of replacement contract {child.code}: 300.00 EUR",
        "not paid: 100.00 EUR",
        "payable 200.00 EUR",
    )


@pytest.mark.parametrize(
    ("kind", "amount", "refusal"),
    [
        (DEFAULTED, "300.01", AmountExceeded),
        (DEFAULTED, "0", InvalidInput),
        (DEFAULTED, "-1", InvalidInput),
        (DEFAULTED, "0.001", InvalidInput),
        (DEFAULTED, "NaN", InvalidInput),
        (DEFAULTED, "Infinity", InvalidInput),
        (DEFAULTED, "1e400", AmountExceeded),
        (DEFAULTED, "1e-400", InvalidInput),
        (PAID_LATE, "0.01", NothingTakenBack),
        (PAID_LATE, None, NothingTakenBack),
    ],
)
async def test_no_more_is_taken_back_than_is_credited_and_no_more_paid_than_was_taken_back(
    market: Market, child: Contract, kind: ChangeKind, amount: str | None, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await record(market, command(child, kind, amount))
    assert await balance(market) == Decimal("300.00")


async def test_the_second_default_of_all_finds_nothing(market: Market, child: Contract) -> None:
    await record(market, command(child, DEFAULTED))
    for amount in (None, "0.01"):
        with pytest.raises(NothingCredited):
            await record(market, command(child, DEFAULTED, amount))
    with pytest.raises(AmountExceeded, match=r"300\.01 EUR is more than the 300\.00 EUR that are left"):
        await record(market, command(child, PAID_LATE, "300.01"))


async def test_there_is_no_credit_outside_of_the_release(market: Market, child: Contract) -> None:
    contract = await market.book()
    await settle(market)
    with pytest.raises(NothingCredited):
        await record(market, command(contract, DEFAULTED))
    with pytest.raises(NothingCredited):
        await record(market, command(child, DEFAULTED, gas_month=MAY))
    with pytest.raises(InvalidInput, match="gasMonth: name a gas month by its first day"):
        await record(market, command(child, DEFAULTED, gas_month=date(2027, 4, 2)))


async def test_a_credit_that_is_not_settled_yet_is_not_taken_back(market: Market) -> None:
    contract = await market.book()
    (child,) = await market.award(contract, [(BERT, 40, SPRING, "0.25")])
    with pytest.raises(NothingCredited):
        await record(market, command(child, DEFAULTED))


async def test_only_the_operator_of_the_network_and_billing_record(market: Market, child: Contract) -> None:
    for recorder in (principal(ANNA, Role.SHIPPER), principal(BERT, Role.SHIPPER), REGULATOR):
        with pytest.raises(Forbidden):
            await record(market, command(child, DEFAULTED), recorder)
    with pytest.raises(NotFound):
        await record(market, command(child, DEFAULTED), principal(CARLA, Role.OPERATOR))
    await record(market, command(child, DEFAULTED, "1"), BILLING)
    assert (await credit_of(market, child)).changes[0].recorded_by == BILL


async def test_a_credit_is_shown_to_operator_releasing_shipper_and_overseers(
    market: Market, child: Contract
) -> None:
    async with market.database.read() as connection:
        for reader in (OPERATING, principal(ANNA, Role.SHIPPER), BILLING, REGULATOR):
            assert len(await release_credits(connection, reader, child.id)) == 2
        assert child.parent_id is not None
        assert len(await release_credits(connection, principal(ANNA, Role.SHIPPER), child.parent_id)) == 2
        assert await release_credits(connection, principal(BERT, Role.SHIPPER), child.id) == []
        for other in (principal(CARLA, Role.SHIPPER), principal(CARLA, Role.OPERATOR)):
            with pytest.raises(NotFound):
                await release_credits(connection, other, child.id)


async def test_a_key_has_one_effect_and_other_input_is_a_conflict(market: Market, child: Contract) -> None:
    once = command(child, DEFAULTED, "200")
    first, again = await record(market, once), await record(market, once)
    assert again == first
    assert await balance(market) == Decimal("100.00")
    with pytest.raises(Conflict):
        await record(market, command(child, DEFAULTED, "50", idempotency_key=once.idempotency_key))


async def test_many_at_once_take_back_no_more_than_is_credited(market: Market, child: Contract) -> None:
    # Of 300.00 EUR, 70.00 can be taken back four times.
    commands = [command(child, DEFAULTED, "70") for _ in range(8)]
    outcomes = await asyncio.gather(*(record(market, one) for one in commands), return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, AmountExceeded)]
    assert (len(refused), await balance(market)) == (4, Decimal("20.00"))
    late = [command(child, PAID_LATE, "90") for _ in range(5)]
    outcomes = await asyncio.gather(*(record(market, one) for one in late), return_exceptions=True)
    # 280.00 were taken back: 90.00 fits three times.
    assert sum(isinstance(outcome, ReleaseCredit) for outcome in outcomes) == 3
    assert await balance(market) == Decimal("290.00")
    assert await differences(market) == []


async def test_defaults_and_settlement_at_once_keep_the_feed_in_ledger_order(market: Market) -> None:
    contract = await market.book()
    children = await market.award(contract, [(BERT, 1, SPRING, "0.25") for _ in range(10)])
    await settle(market)
    for _ in range(20):
        await market.record(booked(await market.book(ANNA, quantity=1)))
    await market.place()
    await asyncio.gather(settle(market), *(record(market, command(one, DEFAULTED)) for one in children))
    await settle(market)
    assert await differences(market) == []


async def test_who_did_not_pay_is_named_where_a_part_was_assigned(market: Market, child: Contract) -> None:
    # Carla takes 10 of the 40 units in April: she owes 75.00 of the 300.00 EUR, Bert 225.00.
    month = days("2027-04-01", "2027-05-01")
    await market.trade(child, CARLA, MovementCause.ASSIGNMENT, quantity=10, period=month, rate="0")
    await settle(market)
    with pytest.raises(InvalidInput, match="debtor: name one of BERT, CARLA"):
        await record(market, command(child, DEFAULTED))
    with pytest.raises(InvalidInput, match="debtor: name one of BERT, CARLA"):
        await record(market, command(child, DEFAULTED, debtor="ANNA"))
    with pytest.raises(AmountExceeded, match=r"75\.00 EUR that are left"):
        await record(market, command(child, DEFAULTED, "75.01", debtor="CARLA"))
    credit = await record(market, command(child, DEFAULTED, debtor="CARLA"))
    assert str(credit.credited) == "225.00 EUR"
    assert credit.taken_back_from(CARLA) == credit.taken_back
    # Only Bert is left to default, only Carla to pay late.
    credit = await record(market, command(child, DEFAULTED, "25"))
    assert credit.changes[-1].debtor_id == BERT
    with pytest.raises(InvalidInput, match="debtor: name one of BERT, CARLA"):
        await record(market, command(child, PAID_LATE))
    await record(market, command(child, PAID_LATE, debtor="CARLA"))
    assert await balance(market) == Decimal("275.00")
    assert await differences(market) == []


async def test_a_part_that_was_released_on_has_a_credit_of_its_own(market: Market, child: Contract) -> None:
    (grandchild,) = await market.award(child, [(CARLA, 10, SPRING, "0.10")])
    await settle(market)
    # Carla owes 10 × 0.10 × 30 = 30.00 for April, credited to Bert; Bert still owes 300.00, credited to Anna.
    of_carla = await record(market, command(grandchild, DEFAULTED))
    assert (of_carla.releasing_id, str(of_carla.taken_back)) == (BERT, "30.00 EUR")
    of_bert = await record(market, command(child, DEFAULTED))
    assert (of_bert.releasing_id, str(of_bert.taken_back)) == (ANNA, "300.00 EUR")
    assert await differences(market) == []


async def test_the_releasing_shipper_and_the_debtor_are_told(market: Market, child: Contract) -> None:
    await record(market, command(child, DEFAULTED, "100"))
    await record(market, command(child, PAID_LATE, "40"))
    await market.place()
    async with market.database.read() as connection:
        rows = await connection.execute(
            sa.text(
                "SELECT topic, audience, payload FROM event WHERE topic LIKE 'release-credit.%' ORDER BY id"
            )
        )
        events = rows.all()
    assert [(row.topic, row.payload["amount"]) for row in events] == [
        ("release-credit.defaulted", "100.00"),
        ("release-credit.paid-late", "40.00"),
    ]
    assert {frozenset(row.audience) for row in events} == {frozenset({ANNA, BERT})}
    assert events[0].payload["replacement_contract"] == child.code


@pytest.mark.parametrize(
    ("tampering", "difference"),
    [
        pytest.param(
            "UPDATE release_credit_change SET amount = amount - 1",
            "is not what it gives",
            id="an amount changed",
        ),
        pytest.param("DELETE FROM release_credit_change", "no event caused it", id="a record removed"),
        pytest.param(
            "UPDATE release_credit_change SET gas_month = '2027-03-01'",
            "is not what it gives",
            id="a month moved",
        ),
        pytest.param(
            "UPDATE event SET payload = jsonb_set(payload, '{amount}', '\"1.00\"')"
            " WHERE topic = 'release-credit.defaulted'",
            "its event has another payload",
            id="an event rewritten",
        ),
        pytest.param(
            "UPDATE release_credit_change SET amount = 400",
            "cannot be",
            id="more than was credited",
        ),
        pytest.param(
            "UPDATE release_credit_change SET debtor_id = recorded_by",
            "its event has another payload",
            id="another debtor",
        ),
    ],
)
async def test_a_record_that_is_not_the_ledgers_is_named(
    market: Market, child: Contract, tampering: str, difference: str
) -> None:
    await record(market, command(child, DEFAULTED, "100"))
    assert await differences(market) == []
    async with market.database.engine.begin() as connection:
        await connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        await connection.execute(sa.text(tampering))
    assert any(difference in found for found in await differences(market))


@pytest.mark.parametrize(
    "change", ["UPDATE release_credit_change SET amount = 1", "DELETE FROM release_credit_change"]
)
async def test_records_are_append_only(market: Market, child: Contract, change: str) -> None:
    await record(market, command(child, DEFAULTED, "100"))
    with pytest.raises(sa.exc.IntegrityError, match="append-only"):
        async with market.database.engine.begin() as connection:
            await connection.execute(sa.text(change))


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_random_defaults_and_late_payments_add_up_in_every_month(market: Market, seed: int) -> None:
    draw = random.Random(seed)
    contract = await market.book(period=YEAR)
    children = await market.award(contract, [(BERT, 40, SPRING, "0.25"), (CARLA, 17, SPRING, "0.07")])
    await settle(market)
    credited_of: dict[tuple[Contract, date], tuple[Decimal, Decimal]] = {}
    # Bert 40 × 0.25 and Carla 17 × 0.07 on the 31 gas days of March and the 30 of April.
    for child, daily in zip(children, (Decimal("10"), Decimal("1.19")), strict=True):
        credited_of |= {(child, MARCH): (daily * 31, daily * 31), (child, APRIL): (daily * 30, daily * 30)}
    for _ in range(30):
        (child, month), (credited, demand) = draw.choice(list(credited_of.items()))
        kind, amount = draw.choice(list(ChangeKind)), Decimal(draw.randint(1, int(demand * 120))) / 100
        rest = credited - amount if kind is DEFAULTED else credited + amount
        what = command(child, kind, str(amount), gas_month=month)
        if 0 <= rest <= demand:
            credit = await record(market, what)
            assert credit.credited.amount == rest
            credited_of[child, month] = (rest, demand)
        else:
            with pytest.raises((AmountExceeded, NothingCredited, NothingTakenBack)):
                await record(market, what)
    for month in (MARCH, APRIL):
        total = sum(rest for (_, of), (rest, _) in credited_of.items() if of == month)
        assert await balance(market, month) == total
    assert await differences(market) == []
