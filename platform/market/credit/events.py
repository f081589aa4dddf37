"""The events of credit: limits for each shipper are public, everything else is for the party alone."""

from typing import Self

from linepack.events.model import Stream
from linepack.events.typed import PlainDecimal, TypedEvent
from linepack.gasday import GasDay
from linepack.ids import ContractId, CreditLimitId, CreditPaymentId, PartyId
from linepack.money import Currency
from market.credit.model import CreditLimit, CreditPayment, Suspension


class CreditLimitSet(TypedEvent):
    """A limit holds from a gas day on, or ends with it, where it has no amount."""

    stream = Stream.MARKET
    topic = "credit.limit_set"

    limit_id: CreditLimitId
    code: str
    party_id: PartyId | None
    valid_from: GasDay
    amount: PlainDecimal | None
    currency: Currency

    @property
    def key(self) -> str:
        """The limit's code."""
        return self.code

    @classmethod
    def of(cls, limit: CreditLimit) -> Self:
        """Return the event about a limit that was set."""
        return cls(
            network_id=limit.network_id,
            audience=None if limit.party_id is None else frozenset({limit.party_id}),
            limit_id=limit.id,
            code=limit.code,
            party_id=limit.party_id,
            valid_from=limit.valid_from,
            amount=limit.amount,
            currency=limit.currency,
        )


class _SuspensionEvent(TypedEvent):
    stream = Stream.MARKET

    party_id: PartyId
    reason: str

    @property
    def key(self) -> str:
        """The party's id."""
        return str(self.party_id)


class ShipperSuspended(_SuspensionEvent):
    """A party may take on no new duty."""

    topic = "credit.suspended"


class ShipperResumed(_SuspensionEvent):
    """A party may take on duties again."""

    topic = "credit.resumed"


class CreditPaymentRecorded(TypedEvent):
    """A payment for a contract was recorded, or taken back with a negative amount."""

    stream = Stream.MARKET
    topic = "credit.payment_recorded"

    payment_id: CreditPaymentId
    contract_id: ContractId
    amount: PlainDecimal
    currency: Currency
    reference: str

    @property
    def key(self) -> str:
        """The contract's id."""
        return str(self.contract_id)

    @classmethod
    def of(cls, payment: CreditPayment) -> Self:
        """Return the event about a payment."""
        return cls(
            network_id=payment.network_id,
            audience=frozenset({payment.party_id}),
            payment_id=payment.id,
            contract_id=payment.contract_id,
            amount=payment.amount,
            currency=payment.currency,
            reference=payment.reference,
        )


def of_suspension(suspension: Suspension) -> _SuspensionEvent:
    """Return the event about a party that is suspended, or is no more."""
    event = ShipperSuspended if suspension.is_suspended else ShipperResumed
    return event(
        network_id=suspension.network_id,
        audience=frozenset({suspension.party_id}),
        party_id=suspension.party_id,
        reason=suspension.reason,
    )
