"""Charge plans: what an event is charged for, what must be known for that, and the entries it comes to.

Pure. A plan names what it needs (`open_lines_of`, `indexed`); `settlement.charges.basis` reads that, and
`drafts` returns the entries. A draft's key names what it settles, so that the same event can never be posted
twice. What concerns different pairs of parties is posted in different entries: a shipper reads the whole of
an entry that touches its accounts, and nothing of its competitor's.

    contract.booked    reservation:<contract>       the shipper owes the operator
    release.awarded    reservation:<child>          the replacement owes the operator its bid rate
                       release-credit:<child>       the operator owes the releasing shipper the same
    trade.concluded    assignment:<child>:seller    the seller's charges, reversed and what it keeps
                       assignment:<child>:buyer     what passes, owed by the buyer
                       secondary-price:<child>      the buyer owes the seller the price of the deal
    clearing_bid.awarded   reservation:<contract>    a buyer owes the operator what its bid was cleared at
                           secondary-price:<child>   the operator owes a seller the price of what it gave up
    index.published    true-up:<contract>:<event>   what a contract owes by the values known now
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from capacity.contracts.algebra.split import kept
from capacity.contracts.contract import Contract
from capacity.contracts.pricing.calculation import PricingContext
from capacity.contracts.pricing.price import Share, indices
from capacity.rights.model import MovementCause
from linepack.gasday import Period
from linepack.ids import ContractId, PartyId
from linepack.money import Currency
from settlement.charges import earlier_rule, rules
from settlement.charges.cost import Cost, Known, at_rate, contract_cost, followed_indices
from settlement.charges.indices.model import PublishedValues
from settlement.charges.indices.true_up import Lineage, true_up
from settlement.charges.rules import Division, Obligation, release_credit
from settlement.ledger.model import ChargeCode, ChargeLine, Draft, PostedLine


@dataclass(frozen=True, slots=True)
class Rule:
    """How charges are made: planned when something is sold, and divided when a part of it passes."""

    plan: Callable[[Obligation, Period, Cost], tuple[ChargeLine, ...]]
    divide: Division


TODAY = Rule(rules.plan, rules.divide)
NAMING_WHOLE = Rule(rules.plan, partial(rules.divide, names_whole=True))
"""In force until the working of what passes left out what the seller owed; proves entries of that time."""
EARLIER = Rule(earlier_rule.plan, earlier_rule.divide)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a plan needs beside its event: what is known of indices, and what the ledger holds.

    `open_lines` are those of the plan's `open_lines_of`, `lineages` the contracts that published values may
    recharge.
    """

    known: Known = PricingContext
    open_lines: Sequence[PostedLine] = ()
    lineages: Sequence[Lineage] = ()


NOTHING = Basis()


class ChargePlan(ABC):
    """What an event is charged for."""

    __slots__ = ()

    @property
    def contracts(self) -> tuple[Contract, ...]:
        """The contracts that the event made."""
        return ()

    @property
    def open_lines_of(self) -> ContractId | None:
        """The contract whose open reservation lines `drafts` divides, None when it divides none."""
        return None

    @property
    def indexed(self) -> Contract | None:
        """The contract made that is charged by an index, None when there is none.

        It is a part of the contract `open_lines_of`, or was booked.
        """
        return None

    @property
    def may_be_earlier(self) -> bool:
        """Whether the earlier rule, which knew no shares and no indices, may have made the entries."""
        prices = [band.price for one in self.contracts for edge in one.network.edges for band in edge.bands]
        return bool(prices) and not any(isinstance(price, Share) or indices(price) for price in prices)

    @abstractmethod
    def drafts(self, basis: Basis = NOTHING, *, by: Rule = TODAY) -> list[Draft]:
        """Return the entries that settle the event by a rule, in order; none when nothing is owed.

        Raises NothingToPassOn, and the errors of a price that follows what is not known.
        """


@dataclass(frozen=True, slots=True)
class BookingPlan(ChargePlan):
    """The operator sold capacity."""

    contract: Contract

    @property
    def contracts(self) -> tuple[Contract, ...]:
        """The contract booked."""
        return (self.contract,)

    @property
    def indexed(self) -> Contract | None:
        """The contract booked, if its price follows an index."""
        return self.contract if followed_indices(self.contract.network) else None

    def drafts(self, basis: Basis = NOTHING, *, by: Rule = TODAY) -> list[Draft]:
        """Return the entry of the reservation charge."""
        return [_reservation(self.contract, basis, by)]


@dataclass(frozen=True, slots=True)
class AwardPlan(ChargePlan):
    """A release was awarded: parts of `parent` passed to replacement shippers, each at the rate it bid."""

    parent: Contract
    replacements: tuple[Contract, ...]

    @property
    def contracts(self) -> tuple[Contract, ...]:
        """The replacement contracts."""
        return self.replacements

    def drafts(self, basis: Basis = NOTHING, *, by: Rule = TODAY) -> list[Draft]:
        """Return for each replacement what it owes, and what the releasing shipper is credited."""
        return [draft for child in self.replacements for draft in self._award(child, by)]

    def _award(self, child: Contract, by: Rule) -> list[Draft]:
        demand = _reservation(child, NOTHING, by)
        parent = self.parent
        credit = release_credit(
            demand.lines, releasing=parent.holder_id, contract_id=parent.id, contract_code=parent.code
        )
        return [demand, Draft(credit_key(child.id), child.network_id, credit)]


@dataclass(frozen=True, slots=True)
class TradePlan(ChargePlan):
    """A shipper sold a right: `child` came of `parent`, for `rate` between seller and buyer.

    The cause of the child says whether obligations passed too (assignment) or not (transfer of use).
    """

    parent: Contract
    child: Contract
    rate: Decimal
    currency: Currency

    @property
    def passes_obligations(self) -> bool:
        """Whether the buyer owes the operator from then on.

        A holder by transfer of use owes the operator nothing, so an assignment by it passes no obligations.
        """
        return (
            self.child.cause is MovementCause.ASSIGNMENT
            and self.parent.cause is not MovementCause.TRANSFER_OF_USE
        )

    @property
    def contracts(self) -> tuple[Contract, ...]:
        """The buyer's contract."""
        return (self.child,)

    @property
    def open_lines_of(self) -> ContractId | None:
        """The seller's contract, if obligations passed."""
        return self.parent.id if self.passes_obligations else None

    @property
    def indexed(self) -> Contract | None:
        """The buyer's contract, if obligations passed that follow an index."""
        return self.child if self.passes_obligations and followed_indices(self.child.network) else None

    def drafts(self, basis: Basis = NOTHING, *, by: Rule = TODAY) -> list[Draft]:
        """Return what passes from seller to buyer, and what the buyer owes the seller."""
        passed = self._assignment(basis, by) if self.passes_obligations else []
        return [*passed, self._secondary_price(by)] if self.rate else passed

    def _assignment(self, basis: Basis, by: Rule) -> list[Draft]:
        child = self.child
        passed = rules.pass_on(
            basis.open_lines,
            part=_owed_to_operator(child),
            period=child.period,
            cost=contract_cost(child.network, basis.known),
            kept=lambda quantity: contract_cost(kept(self.parent, quantity), basis.known),
            divide=by.divide,
        )
        return [
            Draft(f"assignment:{child.id}:seller", child.network_id, passed.seller),
            Draft(f"assignment:{child.id}:buyer", child.network_id, passed.buyer),
        ]

    def _secondary_price(self, by: Rule) -> Draft:
        child = self.child
        owed = _obligation(
            child, ChargeCode.SECONDARY_PRICE, creditor=self.parent.holder_id, currency=self.currency
        )
        lines = by.plan(owed, child.period, at_rate(self.rate, child.quantity))
        return Draft(f"secondary-price:{child.id}", child.network_id, lines)


@dataclass(frozen=True, slots=True)
class ClearingPlan(ChargePlan):
    """A network clearing awarded a bid: a buyer's contract, or what a seller gave up of its `parent`."""

    contract: Contract
    parent: Contract | None

    @property
    def contracts(self) -> tuple[Contract, ...]:
        """The contract made."""
        return (self.contract,)

    def drafts(self, basis: Basis = NOTHING, *, by: Rule = TODAY) -> list[Draft]:
        """Return what the buyer owes the operator, or the operator the seller."""
        if self.parent is None:
            return [_reservation(self.contract, basis, by)]
        return [_owed_to_seller(self.contract, self.parent.holder_id, basis, by)]


@dataclass(frozen=True, slots=True)
class TrueUpPlan(ChargePlan):
    """The operator of a network published values of an index for some gas days."""

    published: PublishedValues

    def drafts(self, basis: Basis = NOTHING, *, by: Rule = TODAY) -> list[Draft]:
        """Return what changes of the charges of the lineages in `basis`."""
        return [draft for lineage in basis.lineages for draft in true_up(lineage, self.published.values)]


def reservation_key(contract_id: ContractId) -> str:
    """Return the key of the entry that charges a contract as it was booked or awarded."""
    return f"reservation:{contract_id}"


def credit_key(child_id: ContractId) -> str:
    """Return the key of the entry that credits a releasing shipper for a replacement contract."""
    return f"release-credit:{child_id}"


def _reservation(contract: Contract, basis: Basis, by: Rule) -> Draft:
    plan = rules.plan_by_month if followed_indices(contract.network) else by.plan
    owed = _owed_to_operator(contract)
    lines = plan(owed, contract.period, contract_cost(contract.network, basis.known))
    return Draft(reservation_key(contract.id), contract.network_id, lines)


def _owed_to_seller(given_up: Contract, seller: PartyId, basis: Basis, by: Rule) -> Draft:
    owed = _obligation(given_up, ChargeCode.SECONDARY_PRICE, creditor=seller, currency=given_up.currency)
    lines = by.plan(owed, given_up.period, contract_cost(given_up.network, basis.known))
    return Draft(f"secondary-price:{given_up.id}", given_up.network_id, lines)


def _owed_to_operator(contract: Contract) -> Obligation:
    return _obligation(
        contract, ChargeCode.RESERVATION, creditor=contract.operator_id, currency=contract.currency
    )


def _obligation(contract: Contract, code: ChargeCode, *, creditor: PartyId, currency: Currency) -> Obligation:
    return Obligation(
        debtor=contract.holder_id,
        creditor=creditor,
        contract_id=contract.id,
        contract_code=contract.code,
        charge_code=code,
        quantity=contract.quantity,
        currency=currency,
    )
