"""The commands on release credits: `linepack release-credit default`, `late` and `show`.

They act for the operator of the contract concerned.
"""

from datetime import date
from decimal import Decimal
from typing import Final
from uuid import uuid4

from capacity.contracts import repository as contracts
from capacity.contracts.contract import Contract
from linepack.access import Role
from linepack.identity.repository import parties_by_id
from server.cli.answers import Answer, Column, Rows
from server.cli.session import Session
from settlement.release_credits import service
from settlement.release_credits.model import ChangeKind
from settlement.release_credits.service import RecordCreditChange, record_change

CREDITS: Final = (
    Column("contract", "contract"),
    Column("gas_month", "gas month"),
    Column("releasing", "releasing"),
    Column("demand", "demand", ""),
    Column("taken_back", "taken back", ""),
    Column("credited", "credited", ""),
    Column("currency", "currency"),
)


async def default(
    session: Session,
    *,
    contract: str,
    month: date,
    amount: Decimal | None,
    debtor: str | None,
    key: str | None,
) -> Answer:
    """Record that demand money was not paid."""
    return await _record(session, ChangeKind.DEFAULTED, contract, month, amount, debtor=debtor, key=key)


async def late(
    session: Session,
    *,
    contract: str,
    month: date,
    amount: Decimal | None,
    debtor: str | None,
    key: str | None,
) -> Answer:
    """Record that the money came late."""
    return await _record(session, ChangeKind.PAID_LATE, contract, month, amount, debtor=debtor, key=key)


async def show(session: Session, *, contract: str) -> Answer:
    """List what is credited for replacement contracts, by gas month."""
    found = await _contract(session, contract)
    async with session.services.database.read() as connection:
        operator = session.acting_for(found.operator_id, Role.OPERATOR)
        credited = await service.release_credits(connection, operator, found.id)
        parties = await parties_by_id(connection, sorted({one.releasing_id for one in credited}))
    records = [
        {
            "contract": one.child_code,
            "gas_month": f"{one.gas_month:%Y-%m}",
            "releasing": parties[one.releasing_id].code,
            "demand": one.demand.amount,
            "taken_back": one.taken_back.amount,
            "credited": one.credited.amount,
            "currency": one.demand.currency,
        }
        for one in credited
    ]
    return Answer.listing(Rows(CREDITS, records), f"Nothing is credited for {contract}.")


async def _record(
    session: Session,
    kind: ChangeKind,
    contract: str,
    month: date,
    amount: Decimal | None,
    *,
    debtor: str | None,
    key: str | None,
) -> Answer:
    found = await _contract(session, contract)
    order = RecordCreditChange(
        kind=kind,
        child_id=found.id,
        gas_month=month,
        amount=amount,
        debtor=debtor,
        idempotency_key=key or str(uuid4()),
    )
    credit = await session.caller_for(found.operator_id, Role.OPERATOR).run(record_change, order)
    values = {
        "contract": credit.child_code,
        "gas_month": f"{credit.gas_month:%Y-%m}",
        "demand": credit.demand,
        "taken_back": credit.taken_back,
        "credited": credit.credited,
    }
    return Answer.of(
        values,
        f"{credit.child_code}  {credit.gas_month:%Y-%m}: credited {credit.credited} of {credit.demand}, "
        f"taken back {credit.taken_back}",
    )


async def _contract(session: Session, code: str) -> Contract:
    async with session.services.database.read() as connection:
        return await contracts.by_code(connection, session.principal, code)
