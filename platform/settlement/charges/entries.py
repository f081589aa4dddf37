"""What is posted for which fact: pure, from a fact and the ledger's standing lines to drafts.

A draft's key names what it settles, so that the same fact can never be posted twice, from whichever event it
is learnt. What concerns different pairs of parties is posted in different entries: a shipper reads the whole
of an entry that touches its accounts, and nothing of its competitor's.

    contract.booked    reservation:<contract>       the shipper owes the operator
    release.awarded    reservation:<child>          the replacement owes the operator its bid rate
                       release-credit:<child>       the operator owes the releasing shipper the same
    trade.concluded    assignment:<child>:seller    the seller's charges, reversed and what it keeps
                       assignment:<child>:buyer     what passes, owed by the buyer
                       secondary-price:<child>      the buyer owes the seller the price of the deal
    index.published    true-up:<contract>:<event>   what a contract owes by the values known now
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from capacity.contracts.algebra.facade import kept
from capacity.contracts.contract import Contract
from capacity.contracts.pricing.calculation import PricingContext
from capacity.contracts.pricing.price import Share, indices
from linepack.gasday import Period
from linepack.ids import ContractId, PartyId
from linepack.money import Currency
from settlement.charges import earlier_rule, rules
from settlement.charges.events_in import Awarded, Booked, Fact, Published, Traded, contracts_made
from settlement.charges.indices.true_up import Lineage, true_up
from settlement.charges.rules import (
    Cost,
    Known,
    Obligation,
    PassedOn,
    at_rate,
    contract_cost,
    follows,
    release_credit,
)
from settlement.ledger.model import ChargeCode, ChargeLine, Draft, PostedLine


class _PassOn(Protocol):
    def __call__(
        self,
        standing: Sequence[PostedLine],
        *,
        part: Obligation,
        period: Period,
        cost: Cost,
        kept: Callable[[int], Cost],
    ) -> PassedOn: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """How charges are made: planned when something is sold, and passed on with a part of it."""

    plan: Callable[[Obligation, Period, Cost], tuple[ChargeLine, ...]]
    pass_on: _PassOn


TODAY = Rule(rules.plan, rules.pass_on)
EARLIER = Rule(earlier_rule.plan, earlier_rule.pass_on)


def may_be_earlier(fact: Fact) -> bool:
    """Tell whether a fact may have been settled by the earlier rule, which knew no shares and no indices."""
    made = [band for one in contracts_made(fact) for edge in one.network.edges for band in edge.bands]
    return bool(made) and not any(isinstance(band.price, Share) or indices(band.price) for band in made)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a fact is settled on beside itself: what is known of indices, and what the ledger holds.

    `standing` are the lines of `contract_charged_before` that are not reversed, `lineages` the contracts that
    published values may charge anew.
    """

    known: Known = PricingContext
    standing: Sequence[PostedLine] = ()
    lineages: Sequence[Lineage] = ()


NOTHING = Basis()


def contract_charged_before(fact: Fact) -> ContractId | None:
    """Return the contract whose standing reservation lines `drafts` needs, None when it needs none."""
    return fact.parent.id if isinstance(fact, Traded) and fact.passes_obligations else None


def drafts(fact: Fact, basis: Basis = NOTHING, *, by: Rule = TODAY) -> list[Draft]:
    """Return the entries that settle a fact by a rule, in order; none when nothing is owed.

    Raises NothingToPassOn, and the errors of a price that follows what is not known.
    """
    match fact:
        case Booked(contract):
            return [_reservation(contract, basis, by)]
        case Awarded(parent, replacements):
            return [draft for one in replacements for draft in _award(parent, one, by)]
        case Traded():
            passed = _assignment(fact, basis, by) if fact.passes_obligations else []
            return passed + (_secondary_price(fact, by) if fact.rate else [])
        case Published(values=values):
            return [draft for lineage in basis.lineages for draft in true_up(lineage, values)]


def reservation_key(contract_id: ContractId) -> str:
    """Return the key of the entry that charges a contract as it was booked or awarded."""
    return f"reservation:{contract_id}"


def credit_key(child_id: ContractId) -> str:
    """Return the key of the entry that credits a releasing shipper for a replacement contract."""
    return f"release-credit:{child_id}"


def _reservation(contract: Contract, basis: Basis, by: Rule) -> Draft:
    plan = rules.plan_by_month if follows(contract.network) else by.plan
    owed = _owed_to_operator(contract)
    lines = plan(owed, contract.period, contract_cost(contract.network, basis.known))
    return Draft(reservation_key(contract.id), contract.network_id, lines)


def _award(parent: Contract, child: Contract, by: Rule) -> list[Draft]:
    demand = _reservation(child, NOTHING, by)
    credit = release_credit(
        demand.lines, releasing=parent.holder_id, contract_id=parent.id, contract_code=parent.code
    )
    return [demand, Draft(credit_key(child.id), child.network_id, credit)]


def _assignment(trade: Traded, basis: Basis, by: Rule) -> list[Draft]:
    child = trade.child
    part = _owed_to_operator(child)
    passed = by.pass_on(
        basis.standing,
        part=part,
        period=child.period,
        cost=contract_cost(child.network, basis.known),
        kept=lambda quantity: contract_cost(kept(trade.parent, quantity), basis.known),
    )
    return [
        Draft(f"assignment:{child.id}:seller", child.network_id, passed.seller),
        Draft(f"assignment:{child.id}:buyer", child.network_id, passed.buyer),
    ]


def _secondary_price(trade: Traded, by: Rule) -> list[Draft]:
    child = trade.child
    owed = _obligation(
        child,
        ChargeCode.SECONDARY_PRICE,
        creditor=trade.parent.holder_id,
        currency=trade.currency,
    )
    lines = by.plan(owed, child.period, at_rate(trade.rate, child.quantity))
    return [Draft(f"secondary-price:{child.id}", child.network_id, lines)]


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
