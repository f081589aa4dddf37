"""Credit: how much a shipper may owe on a network, and what it owes or may come to owe.

A *limit* is rule data of the operator: it holds for one shipper or for each one, and may be narrowed to a
kind of route, a firmness and a runtime. A limit set again under its code takes the place of the one before
from its first gas day on; a shipper's own takes the place of the one of the same code that is for each. All
limits that hold for a shipper must pass.

A *duty* is money that a party owes for one contract, or may come to owe for what binds it: a release bid, an
order on a call to sell. It is a sum of terms, never counted below zero. A *lock* is what a duty takes of a
limit: its sum times the factor that the limit's framework gives to the product, rounded up to the minor unit.

Amounts are exact decimals in the currency of the network; a positive term is owed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_CEILING, Context, Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from capacity.rights.model import Firmness, RouteKind
from linepack.gasday import GasDay, Period
from linepack.ids import ContractId, CreditLimitId, CreditPaymentId, NetworkId, PartyId
from linepack.money import Currency, Money
from market.products.model import Runtime

_EXACT: Final = Context(prec=400, rounding=ROUND_CEILING)


@dataclass(frozen=True, slots=True)
class CreditFactor:
    """By how much a duty counts; None means every firmness, or every runtime."""

    factor: Decimal
    firmness: Firmness | None = None
    runtime: Runtime | None = None


@dataclass(frozen=True, slots=True)
class CreditLimit:
    """A limit in force from gas day `valid_from` on; None means every shipper, kind, firmness or runtime.

    `amount` None ends the limit. `framework` names the terms that the factors come from; where no factor
    applies a duty counts once.
    """

    id: CreditLimitId
    network_id: NetworkId
    code: str
    party_id: PartyId | None
    valid_from: GasDay
    amount: Decimal | None
    currency: Currency
    framework: str
    factors: tuple[CreditFactor, ...] = ()
    kind: RouteKind | None = None
    firmness: Firmness | None = None
    runtime: Runtime | None = None

    def counts(self, duty: "Duty") -> bool:
        """Return whether a duty takes part of this limit."""
        return (
            (self.kind is None or self.kind in duty.kinds)
            and self.firmness in (None, duty.firmness)
            and self.runtime in (None, duty.runtime)
        )

    def factor_of(self, duty: "Duty") -> Decimal:
        """Return the factor of a duty: the narrowest that applies, the runtime counting more."""
        fitting = [
            one
            for one in self.factors
            if one.firmness in (None, duty.firmness) and one.runtime in (None, duty.runtime)
        ]
        narrowest = max(
            fitting, key=lambda one: (one.runtime is not None, one.firmness is not None), default=None
        )
        return Decimal(1) if narrowest is None else narrowest.factor


class DutyCause(StrEnum):
    """Why a party owes, or may come to owe."""

    CONTRACT = "CONTRACT"
    BID = "BID"
    CLEARING_BID = "CLEARING_BID"
    ORDER = "ORDER"


class DutyTermKind(StrEnum):
    """What a term of a duty is."""

    CHARGE = "CHARGE"
    """What the quantity costs at its price."""
    TRADE_PRICE = "TRADE_PRICE"
    """What the buyer owes the seller of a contract that was assigned to it."""
    PASSED_ON = "PASSED_ON"
    """What others owe now, to whom parts of the contract were assigned."""
    PAID = "PAID"
    """What was paid."""


@dataclass(frozen=True, slots=True)
class DutyTerm:
    """One term of a duty; what relieves it is negative."""

    kind: DutyTermKind
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Duty:
    """What a party owes for a contract, or may come to owe for what binds it; `label` is a contract's code.

    `subject_id` is None for what is only asked for.
    """

    cause: DutyCause
    subject_id: UUID | None
    label: str
    kinds: frozenset[RouteKind]
    firmness: Firmness
    runtime: Runtime
    period: Period
    quantity: int
    terms: tuple[DutyTerm, ...]

    @property
    def owed(self) -> Decimal:
        """What is owed, 0 or more."""
        total = Decimal(0)
        for term in self.terms:
            total = _EXACT.add(total, term.amount)
        return max(total, Decimal(0))


@dataclass(frozen=True, slots=True)
class Lock:
    """What a duty takes of a limit."""

    duty: Duty
    factor: Decimal
    amount: Money


@dataclass(frozen=True, slots=True)
class Usage:
    """A limit of a party with the duties that count, as its locks and their sum."""

    limit: CreditLimit
    allowed: Money
    locks: tuple[Lock, ...]
    used: Money

    @property
    def remaining(self) -> Money:
        """What may still be locked; negative where more is locked than the limit allows by now."""
        return self.allowed - self.used

    def with_duty(self, duty: Duty) -> "Usage":
        """Return this usage with a further duty."""
        if not self.limit.counts(duty):
            return self
        lock = lock_of(duty, self.limit)
        return replace(self, locks=(*self.locks, lock), used=self.used + lock.amount)


@dataclass(frozen=True, slots=True)
class Suspension:
    """That a party may take on no new duty on a network, or may again, from an instant on."""

    network_id: NetworkId
    party_id: PartyId
    is_suspended: bool
    reason: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class CreditPayment:
    """Money that a party paid for a contract; negative where a payment was taken back.

    `reference` is the operator's, and stands for one payment.
    """

    id: CreditPaymentId
    network_id: NetworkId
    party_id: PartyId
    contract_id: ContractId
    amount: Decimal
    currency: Currency
    reference: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Credit:
    """How a party stands on a network: its limits in force, and its suspension if it is suspended."""

    network_id: NetworkId
    party_id: PartyId
    usages: tuple[Usage, ...] = ()
    suspension: Suspension | None = None

    def with_duty(self, duty: Duty) -> "Credit":
        """Return how the party stands with a further duty."""
        return replace(self, usages=tuple(usage.with_duty(duty) for usage in self.usages))


def lock_of(duty: Duty, limit: CreditLimit) -> Lock:
    """Return what a duty takes of a limit: owed times factor, rounded up to the minor unit."""
    factor = limit.factor_of(duty)
    exact = _EXACT.multiply(duty.owed, factor)
    return Lock(duty, factor, Money(_EXACT.quantize(exact, limit.currency.minor_unit), limit.currency))


def usage_of(limit: CreditLimit, duties: Iterable[Duty]) -> Usage:
    """Return how much of a limit `duties` take; raises ValueError for a limit that has ended."""
    if limit.amount is None:
        raise ValueError(f"credit limit {limit.code} has ended")
    locks = tuple(lock_of(duty, limit) for duty in duties if limit.counts(duty))
    used = Money.zero(limit.currency)
    for lock in locks:
        used += lock.amount
    return Usage(limit, Money(limit.amount, limit.currency), locks, used)


def in_force(limits: Iterable[CreditLimit], party_id: PartyId, day: GasDay) -> list[CreditLimit]:
    """Return the limits that hold for a party on a gas day, by code.

    Of one code the newest that is the party's own holds, unless it has ended; else the newest that is for
    each party.
    """
    newest: dict[tuple[str, bool], CreditLimit] = {}
    for limit in limits:
        if limit.party_id in (None, party_id) and limit.valid_from <= day:
            place = limit.code, limit.party_id is not None
            before = newest.get(place)
            if before is None or (before.valid_from, before.id) < (limit.valid_from, limit.id):
                newest[place] = limit
    found: list[CreditLimit] = []
    for code in sorted({code for code, _ in newest}):
        candidates = (newest.get((code, is_own)) for is_own in (True, False))
        holding = next((one for one in candidates if one is not None and one.amount is not None), None)
        if holding is not None:
            found.append(holding)
    return found
