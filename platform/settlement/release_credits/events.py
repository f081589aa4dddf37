"""What the releasing shipper and the party that did not pay are told, on the market's stream."""

from linepack.events.model import NewEvent, Stream
from linepack.gasday import Period
from linepack.ids import PartyId
from linepack.money import Money
from settlement.release_credits.model import ChangeKind, ReleaseCredit


def of_change(credit: ReleaseCredit, kind: ChangeKind, *, debtor_id: PartyId, amount: Money) -> NewEvent:
    """Return the event that tells of a default or a late payment."""
    days: Period = credit.original.line.period
    return NewEvent(
        stream=Stream.MARKET,
        topic=kind.topic,
        key=str(credit.child_id),
        payload={
            "replacement_contract_id": str(credit.child_id),
            "replacement_contract": credit.child_code,
            "debtor_id": str(debtor_id),
            "gas_month": credit.gas_month.isoformat(),
            "period": {"start": days.start.isoformat(), "end": days.end.isoformat()},
            "amount": f"{amount.amount:f}",
            "currency": amount.currency.value,
        },
        network_id=credit.network_id,
        audience=frozenset({credit.releasing_id, debtor_id}),
    )
