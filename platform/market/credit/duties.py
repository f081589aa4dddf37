"""Duties: what is owed for a contract, for an offer that binds, and for what is asked for.

Everything is counted at its worst case: the whole quantity of an offer at its price, a contract at its charge
by the index values known now. What the seller pays the buyer, at a negative price, relieves no duty.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Final
from uuid import UUID

from capacity.contracts.algebra.split import kept
from capacity.contracts.contract import Contract
from capacity.contracts.pricing.index_values import IndexValues
from capacity.contracts.pricing.price import Flat, indices
from capacity.rights.model import Firmness, RouteKind
from linepack.gasday import Period
from linepack.ids import ContractId
from linepack.money import Currency
from market.credit.model import Duty, DutyCause, DutyTerm, DutyTermKind
from market.offers.binding import BindingKind, BindingOffer
from market.offers.model import OfferedCapacity, Routes
from market.products.model import ProductRules
from market.tariffs.charge import Priced, charge, priced_in

ZERO = Decimal(0)
CHARGES_KEPT: Final = 10_000
"""Charges of contracts that are not worked out again: one takes longer than to read its contract."""
_CAUSES = {
    BindingKind.BID: DutyCause.BID,
    BindingKind.CLEARING_BID: DutyCause.CLEARING_BID,
    BindingKind.ORDER: DutyCause.ORDER,
}


@dataclass(frozen=True, slots=True)
class Pricing:
    """What duties on a network are reckoned with: its currency, product rules and index values."""

    currency: Currency
    rules: ProductRules
    values: IndexValues

    def charged(self, priced: Iterable[Priced], period: Period) -> Decimal:
        """Return what is owed for what is priced, 0 where no price is known."""
        found = charge(priced, period, self.currency, self.values)
        return ZERO if found is None else found.amount.amount


@dataclass(frozen=True, slots=True)
class Agreed:
    """The terms on which a party takes capacity of another one.

    With a `parent` its duties to the operator pass with the capacity, and the price is owed beside them.
    """

    price_per_unit_day: Decimal
    kinds: frozenset[RouteKind]
    firmness: Firmness
    period: Period
    parent: Contract | None = None

    @classmethod
    def on(
        cls,
        capacity: OfferedCapacity,
        period: Period,
        price_per_unit_day: Decimal,
        *,
        assigned_from: Contract | None = None,
    ) -> "Agreed":
        """Return the terms on which capacity that is on offer is taken on the gas days of `period`."""
        return cls(price_per_unit_day, kinds_of(capacity.routes), capacity.firmness, period, assigned_from)


def kinds_of(routes: Routes) -> frozenset[RouteKind]:
    """Return the kinds of some routes."""
    return frozenset(route.kind for route, _ in routes)


def duty_asked(
    pricing: Pricing,
    priced: Sequence[Priced],
    *,
    kind: RouteKind,
    firmness: Firmness,
    period: Period,
    quantity: int,
) -> Duty:
    """Return what a booking that is asked for would owe."""
    return Duty(
        cause=DutyCause.CONTRACT,
        subject_id=None,
        label="",
        kinds=frozenset({kind}),
        firmness=firmness,
        runtime=pricing.rules.runtime(period),
        period=period,
        quantity=quantity,
        terms=(DutyTerm(DutyTermKind.CHARGE, pricing.charged(priced, period)),),
    )


def duty_agreed(
    pricing: Pricing,
    agreed: Agreed,
    quantity: int,
    *,
    cause: DutyCause = DutyCause.CONTRACT,
    subject_id: UUID | None = None,
) -> Duty:
    """Return what a party owes, or may come to owe, for `quantity` units on agreed terms."""
    price = _price(pricing, agreed.price_per_unit_day, quantity, agreed.period)
    if agreed.parent is None:
        terms = [DutyTerm(DutyTermKind.CHARGE, price)]
    else:
        share = priced_in(kept(agreed.parent, quantity))
        terms = [DutyTerm(DutyTermKind.CHARGE, pricing.charged(share, agreed.period))]
        if price > 0:
            terms.append(DutyTerm(DutyTermKind.TRADE_PRICE, price))
    return Duty(
        cause=cause,
        subject_id=subject_id,
        label="",
        kinds=agreed.kinds,
        firmness=agreed.firmness,
        runtime=pricing.rules.runtime(agreed.period),
        period=agreed.period,
        quantity=quantity,
        terms=tuple(terms),
    )


def duty_of_offer(pricing: Pricing, offer: BindingOffer, parent: Contract | None) -> Duty:
    """Return what a party may come to owe for an offer that binds it."""
    kinds = kinds_of(offer.routes)
    agreed = Agreed(offer.price_per_unit_day, kinds, offer.firmness, offer.period, parent)
    cause = _CAUSES[offer.kind]
    return duty_agreed(pricing, agreed, offer.quantity, cause=cause, subject_id=offer.id)


def duty_of_contract(
    pricing: Pricing,
    contract: Contract,
    *,
    passed_on: Iterable[Contract],
    price_per_unit_day: Decimal | None,
    paid: Decimal,
) -> Duty:
    """Return what the holder of a contract owes for it.

    `passed_on` are the contracts that were assigned to others out of it; `price_per_unit_day` is what its
    holder owes the seller, where it was assigned itself.
    """
    terms = [DutyTerm(DutyTermKind.CHARGE, _charge(pricing, contract))]
    if price_per_unit_day is not None:
        price = _price(pricing, price_per_unit_day, contract.quantity, contract.period)
        if price > 0:
            terms.append(DutyTerm(DutyTermKind.TRADE_PRICE, price))
    given = sum((_charge(pricing, child) for child in passed_on), ZERO)
    if given:
        terms.append(DutyTerm(DutyTermKind.PASSED_ON, -given))
    if paid:
        terms.append(DutyTerm(DutyTermKind.PAID, -paid))
    return Duty(
        cause=DutyCause.CONTRACT,
        subject_id=contract.id,
        label=contract.code,
        kinds=frozenset(route.kind for route, _ in contract.routes()),
        firmness=contract.firmness,
        runtime=pricing.rules.runtime(contract.period),
        period=contract.period,
        quantity=contract.quantity,
        terms=tuple(terms),
    )


def _charge(pricing: Pricing, contract: Contract) -> Decimal:
    priced = priced_in(contract.network)
    if any(indices(price) for price, _ in priced):
        return pricing.charged(priced, contract.period)
    return _fixed_charge(_ById(contract.id, contract))


@dataclass(frozen=True, slots=True)
class _ById:
    """A contract, which never changes, as the same as every other with its id."""

    id: ContractId
    contract: Contract = field(compare=False)


@lru_cache(maxsize=CHARGES_KEPT)
def _fixed_charge(one: _ById) -> Decimal:
    contract = one.contract
    found = charge(priced_in(contract.network), contract.period, contract.currency, IndexValues({}))
    return ZERO if found is None else found.amount.amount


def _price(pricing: Pricing, price_per_unit_day: Decimal, quantity: int, period: Period) -> Decimal:
    return pricing.charged([(Flat(price_per_unit_day), Decimal(quantity))], period)
