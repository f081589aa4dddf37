"""Recording that a replacement shipper did not pay, and that its money came late.

Only the operator of the network and billing record it. The ledger's lock is held from before the credit is
read, so that two commands at once never take back more than is credited, nor credit more than was taken back.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts import repository as contracts
from linepack.access import Principal, Role, Scope
from linepack.commands.handling import Context, IdempotentCommand, handles
from linepack.commands.idempotency import claim_key
from linepack.events.model import Stream
from linepack.identity.repository import parties_by_id
from linepack.ids import ContractId, PartyId
from linepack.money import Money
from linepack.problems import Fault, Forbidden, InvalidInput
from settlement.ledger.model import Cause
from settlement.ledger.posting import lock, post
from settlement.release_credits import repository
from settlement.release_credits.errors import AmountExceeded, NothingCredited, NothingTakenBack
from settlement.release_credits.events import of_change
from settlement.release_credits.model import ChangeKind, CreditChange, ReleaseCredit


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCreditChange(IdempotentCommand):
    """A replacement contract's demand money of a gas month (its first day) was not paid, or was paid late.

    Without an amount it is all that is left; `debtor` is the code of who did not pay, needed where a contract
    was assigned in part and several owe.
    """

    kind: ChangeKind
    child_id: ContractId
    gas_month: date
    amount: Decimal | None
    debtor: str | None


@handles(Scope.SETTLE)
async def record_change(command: RecordCreditChange, context: Context) -> ReleaseCredit:
    """Record a default or a late payment, post its entry and inform those concerned; return the credit since.

    The same key again returns the credit as it is. Raises Forbidden, NotFound (also for another operator's
    contract), NothingCredited, NothingTakenBack, AmountExceeded, Conflict, or InvalidInput.
    """
    uow, party_id = context.uow, _require_recorder(context.principal)
    if command.gas_month.day != 1:
        raise InvalidInput([Fault("gasMonth", "name a gas month by its first day")])
    await lock(uow)
    credit = await _credit(uow.connection, context.principal, command)
    result = {"child_id": str(command.child_id), "gas_month": command.gas_month.isoformat()}
    if await claim_key(uow, command.claim(party_id), result) is not None:
        return credit
    debtor_id = await _debtor(uow.connection, credit, command)
    amount = _amount(credit, command, debtor_id)
    change_id = uow.record(of_change(credit, command.kind, debtor_id=debtor_id, amount=amount))
    draft = credit.changed(command.kind, amount, change_id)
    cause = Cause(Stream.MARKET, command.kind.topic, None)
    (entry,) = await post(uow, [draft], cause=cause, at=context.at)
    change = CreditChange(
        id=change_id,
        child_id=credit.child_id,
        gas_month=credit.gas_month,
        kind=command.kind,
        debtor_id=debtor_id,
        amount=amount,
        entry_sequence=entry.sequence,
        recorded_by=party_id,
        recorded_at=context.at,
    )
    await repository.insert(uow.connection, change)
    return credit.after(change, draft)


async def release_credits(
    connection: AsyncConnection, principal: Principal, contract_id: ContractId
) -> list[ReleaseCredit]:
    """Return the credits for a replacement contract, or for all that were released from a contract, by month.

    They are for the operator, the releasing shipper, regulators, billing and administrators. Raises NotFound
    where there are none and the principal may not see the contract either.
    """
    child_ids = [contract_id, *await repository.replacements_of(connection, contract_id)]
    found = [
        credit
        for credit in await repository.credits_of(connection, child_ids)
        if principal.sees(credit.operator_id, credit.releasing_id)
    ]
    if not found:
        await contracts.get(connection, principal, contract_id)
    return found


def _require_recorder(principal: Principal) -> PartyId:
    if principal.roles.isdisjoint({Role.OPERATOR, Role.BILLING}):
        raise Forbidden("only the operator or billing records who did not pay")
    return principal.require_party()


async def _credit(
    connection: AsyncConnection, principal: Principal, command: RecordCreditChange
) -> ReleaseCredit:
    contract = await contracts.get(connection, principal, command.child_id)
    for credit in await repository.credits_of(connection, [command.child_id]):
        if credit.gas_month == command.gas_month:
            return credit
    raise NothingCredited(contract.code, command.gas_month)


async def _debtor(connection: AsyncConnection, credit: ReleaseCredit, command: RecordCreditChange) -> PartyId:
    candidates = credit.debtors(command.kind)
    if not candidates:
        refusal = NothingCredited if command.kind is ChangeKind.DEFAULTED else NothingTakenBack
        raise refusal(credit.child_code, credit.gas_month)
    parties = await parties_by_id(connection, candidates)
    codes = {parties[one].code: one for one in candidates}
    if command.debtor is None and len(candidates) == 1:
        return candidates[0]
    if command.debtor is None or command.debtor not in codes:
        raise InvalidInput([Fault("debtor", f"name one of {', '.join(sorted(codes))}")])
    return codes[command.debtor]


def _amount(credit: ReleaseCredit, command: RecordCreditChange, debtor_id: PartyId) -> Money:
    most = credit.most(command.kind, debtor_id)
    if command.amount is None:
        return most
    amount = Money(command.amount, most.currency)
    if not command.amount.is_finite() or command.amount <= 0:
        raise InvalidInput([Fault("amount", f"an amount is positive, not {command.amount}")])
    if amount.amount > most.amount:
        raise AmountExceeded(amount, most)
    if amount != amount.rounded():
        raise InvalidInput([Fault("amount", f"an amount is in whole minor units, not {amount}")])
    return amount.rounded()
