"""The home of what people, not events, do to the ledger: take back a release credit after a default."""

from dataclasses import dataclass
from datetime import date, datetime

from linepack.events.model import Stream
from linepack.identity.model import Principal, Role, Scope
from linepack.ids import ContractId
from linepack.problems import Forbidden
from linepack.unit_of_work import UnitOfWork
from settlement.entries import credit_key
from settlement.errors import CreditNotReversible
from settlement.ledger import post
from settlement.model import Cause, Draft, Entry
from settlement.repository import entry_by_key

TOPIC_DEFAULTED = "release-credit.defaulted"


@dataclass(frozen=True, slots=True)
class ReverseReleaseCredit:
    """The replacement shipper that holds the child contract did not pay for a gas month (its first day)."""

    child_contract_id: ContractId
    gas_month: date


async def reverse_release_credit(
    uow: UnitOfWork, principal: Principal, command: ReverseReleaseCredit, *, at: datetime
) -> Entry:
    """Take back the releasing shipper's credit for one gas month: it owes that money itself again.

    Twice is once: the second call returns the same entry. The entry keeps the credit's gas month, whenever it
    is posted. Raises Forbidden for anyone but operator and billing, CreditNotReversible when there is no
    credit, or none of this operator's.
    """
    principal.require(Scope.SETTLE)
    if principal.roles.isdisjoint({Role.OPERATOR, Role.BILLING}):
        raise Forbidden("only the operator or its billing takes back a credit")
    credit = await entry_by_key(uow.connection, credit_key(command.child_contract_id))
    lines = credit.posted_lines() if credit else ()
    reversals = tuple(
        posted.line.reversal(posted.ref) for posted in lines if posted.line.gas_month == command.gas_month
    )
    if credit is None or not reversals or not principal.sees(*credit.draft.parties):
        raise CreditNotReversible(command.child_contract_id, command.gas_month)
    key = f"release-credit-default:{command.child_contract_id}:{command.gas_month}"
    cause = Cause(Stream.SETTLEMENT, TOPIC_DEFAULTED, None)
    draft = Draft(key, credit.draft.network_id, reversals)
    (entry,) = await post(uow, [draft], cause=cause, at=at)
    return entry
