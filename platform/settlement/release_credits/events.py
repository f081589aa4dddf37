"""The events of missed and late payments, for the releasing shipper and the party that did not pay."""

from datetime import date

from linepack.events.model import Stream
from linepack.events.typed import PlainDecimal, TypedEvent
from linepack.gasday import Period
from linepack.ids import ContractId, PartyId
from linepack.money import Currency, Money
from settlement.release_credits.model import ChangeKind, ReleaseCredit


class ReleaseCreditChanged(TypedEvent):
    """Part of a release credit was taken back or credited again."""

    stream = Stream.MARKET

    replacement_contract_id: ContractId
    replacement_contract: str
    debtor_id: PartyId
    gas_month: date
    period: Period
    amount: PlainDecimal
    currency: Currency

    @property
    def key(self) -> str:
        """The replacement contract's id."""
        return str(self.replacement_contract_id)


class ReplacementDefaulted(ReleaseCreditChanged):
    """A replacement shipper did not pay."""

    topic = ChangeKind.DEFAULTED.topic


class LatePaymentReceived(ReleaseCreditChanged):
    """Money that a replacement shipper had not paid came late."""

    topic = ChangeKind.PAID_LATE.topic


def of_change(
    credit: ReleaseCredit, kind: ChangeKind, *, debtor_id: PartyId, amount: Money
) -> ReleaseCreditChanged:
    """Return the event of a default or a late payment."""
    event = ReplacementDefaulted if kind is ChangeKind.DEFAULTED else LatePaymentReceived
    return event(
        network_id=credit.network_id,
        audience=frozenset({credit.releasing_id, debtor_id}),
        replacement_contract_id=credit.child_id,
        replacement_contract=credit.child_code,
        debtor_id=debtor_id,
        gas_month=credit.gas_month,
        period=credit.original.line.period,
        amount=amount.amount,
        currency=amount.currency,
    )
