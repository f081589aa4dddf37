"""The commands on credit: `linepack credit limit`, `suspend`, `resume`, `pay`, `show`; `calculate credit`.

All but the last act for the operator of the network concerned.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final
from uuid import uuid4

from capacity.contracts import repository as contracts
from capacity.rights.model import Firmness, RouteKind
from linepack.access import Role
from linepack.problems import Fault, InvalidInput
from market.credit.errors import CreditExceeded
from market.credit.file_form import read_question
from market.credit.model import Credit, CreditFactor, Usage
from market.credit.queries import credit_by_id
from market.credit.rules import require_credit
from market.credit.service import (
    RecordCreditPayment,
    SetCreditLimit,
    SetCreditSuspension,
    record_credit_payment,
    set_credit_limit,
    set_credit_suspension,
)
from market.products.model import Runtime
from server.cli.answers import Answer, Column, Line, Rows, Shown
from server.cli.files import read_json
from server.cli.session import Session

LOCKS: Final = (
    Column("cause", "cause"),
    Column("contract", "contract"),
    Column("period", "gas days"),
    Column("quantity", "quantity"),
    Column("terms", "owed", lambda terms: " ".join(f"{one['amount']:+,f}" for one in terms)),
    Column("factor", "factor", "f"),
    Column("amount", "locked", ",f"),
)


def calculate(*, file: Path) -> Answer:
    """Check what a file asks for; status 1 where it is refused."""
    credit, duty_of, quantity = read_question(read_json(file))
    after = credit.with_duty(duty_of(quantity))
    try:
        require_credit(credit, duty_of, quantity)
    except CreditExceeded as refusal:
        values = {"passes": False, "largest": refusal.largest, "exceeded": refusal.exceeded}
        shown = [Rows(LOCKS, _locks(one), title=_title(one)) for one in credit.usages]
        return Answer.of(values, *shown, Line(refusal.message, "red"), status=1)
    values = {"passes": True, "largest": quantity, "usages": [_usage(one) for one in after.usages]}
    return Answer.of(
        values, *(Rows(LOCKS, _locks(one), title=_title(one)) for one in after.usages), "It passes."
    )


async def limit(
    session: Session,
    *,
    network: str,
    code: str,
    amount: Decimal | None,
    shipper: str | None,
    framework: str,
    factor: Decimal,
    kind: RouteKind | None,
    firmness: Firmness | None,
    runtime: str | None,
    valid_from: date | None,
) -> Answer:
    """Set a limit, or end it."""
    published = await session.network(network)
    operator = session.caller_for(published.operator_id, Role.OPERATOR)
    command = SetCreditLimit(
        network_id=published.id,
        code=code,
        party_id=None if shipper is None else (await session.party(shipper)).id,
        valid_from=valid_from or published.network.clock.gas_day(session.services.now()),
        amount=amount,
        framework=framework,
        factors=(CreditFactor(factor),),
        kind=kind,
        firmness=firmness,
        runtime=None if runtime is None else _runtime(runtime),
    )
    found = await operator.run(set_credit_limit, command)
    what = "ended" if found.amount is None else f"{found.amount:,f} {found.currency}"
    whose = shipper or "each shipper"
    values = {
        "code": found.code,
        "shipper": shipper,
        "amount": found.amount,
        "currency": found.currency,
        "valid_from": found.valid_from,
    }
    return Answer.of(values, f"{found.code}  {what} for {whose} from {found.valid_from}")


async def suspend(session: Session, *, network: str, shipper: str, reason: str) -> Answer:
    """Let a shipper take on no new duty."""
    return await _set_suspension(session, network, shipper, reason, is_suspended=True)


async def resume(session: Session, *, network: str, shipper: str, reason: str) -> Answer:
    """Let a shipper take on duties again."""
    return await _set_suspension(session, network, shipper, reason, is_suspended=False)


async def pay(session: Session, *, contract: str, amount: Decimal, reference: str, key: str | None) -> Answer:
    """Record what was paid for a contract."""
    async with session.services.database.read() as connection:
        found = await contracts.by_code(connection, session.principal, contract)
    operator = session.caller_for(found.operator_id, Role.OPERATOR)
    command = RecordCreditPayment(
        contract_id=found.id,
        amount=amount,
        reference=reference,
        idempotency_key=key or str(uuid4()),
    )
    payment = await operator.run(record_credit_payment, command)
    return _answer(await credit_by_id(operator, payment.network_id, payment.party_id))


async def show(session: Session, *, network: str, shipper: str) -> Answer:
    """Show how a shipper stands."""
    published = await session.network(network)
    party = await session.party(shipper)
    return _answer(await credit_by_id(session.caller(), published.id, party.id))


def _runtime(text: str) -> Runtime:
    known = ", ".join(one.lower() for one in Runtime)
    if text.upper() not in Runtime.__members__:
        raise InvalidInput([Fault("runtime", f"must be one of {known}, not {text}")])
    return Runtime[text.upper()]


async def _set_suspension(
    session: Session, network: str, shipper: str, reason: str, *, is_suspended: bool
) -> Answer:
    published = await session.network(network)
    operator = session.caller_for(published.operator_id, Role.OPERATOR)
    party = await session.party(shipper)
    command = SetCreditSuspension(
        network_id=published.id, party_id=party.id, is_suspended=is_suspended, reason=reason
    )
    await operator.run(set_credit_suspension, command)
    return _answer(await credit_by_id(operator, published.id, party.id))


def _answer(credit: Credit) -> Answer:
    values = {"suspension": credit.suspension, "usages": [_usage(one) for one in credit.usages]}
    shown: list[Shown] = []
    if credit.suspension is not None:
        shown.append(f"Suspended: {credit.suspension.reason}")
    shown += [Rows(LOCKS, [*_locks(one)], title=_title(one)) for one in credit.usages]
    return Answer.of(values, *(shown or ["No limit holds: everything passes."]))


def _title(usage: Usage) -> str:
    return (
        f"{usage.limit.code}: {usage.allowed} allowed, {usage.used} locked, {usage.remaining} left "
        f"({usage.limit.framework})"
    )


def _usage(usage: Usage) -> dict[str, object]:
    return {
        "code": usage.limit.code,
        "framework": usage.limit.framework,
        "allowed": usage.allowed,
        "used": usage.used,
        "remaining": usage.remaining,
        "locks": _locks(usage),
    }


def _locks(usage: Usage) -> list[dict[str, object]]:
    return [
        {
            "cause": lock.duty.cause,
            "contract": lock.duty.label or None,
            "period": lock.duty.period,
            "quantity": lock.duty.quantity,
            "terms": [{"kind": one.kind, "amount": one.amount} for one in lock.duty.terms],
            "factor": lock.factor,
            "amount": lock.amount.amount,
        }
        for lock in usage.locks
    ]
