"""The home of what is posted for which fact: pure, from a fact and the ledger's standing lines to drafts.

A draft's key names what it settles, so that the same fact can never be posted twice, from whichever event it
is learnt. What concerns different pairs of parties is posted in different entries: a shipper reads the whole
of an entry that touches its accounts, and nothing of its competitor's.

    contract.booked    reservation:<contract>       the shipper owes the operator
    release.awarded    reservation:<child>          the replacement owes the operator its bid rate
                       release-credit:<child>       the operator owes the releasing shipper the same
    trade.concluded    assignment:<child>:seller    the seller's charges, reversed and what it keeps
                       assignment:<child>:buyer     what passes, owed by the buyer
                       secondary-price:<child>      the buyer owes the seller the price of the deal
"""

from collections.abc import Sequence

from capacity.contracts.contract import Contract
from capacity.contracts.split import kept
from capacity.rights.model import MovementCause
from linepack.ids import ContractId, PartyId
from linepack.money import Currency
from settlement.charges import Obligation, as_contracted, at_rate, pass_on, plan, release_credit
from settlement.facts import Awarded, Booked, Fact, Replacement, Traded
from settlement.model import ChargeCode, Draft, PostedLine


def contract_charged_before(fact: Fact) -> ContractId | None:
    """Return the contract whose standing reservation lines `drafts` needs, None when it needs none."""
    return fact.parent.id if isinstance(fact, Traded) and _passes_obligations(fact) else None


def drafts(fact: Fact, standing: Sequence[PostedLine] = ()) -> list[Draft]:
    """Return the entries that settle a fact, in order; none when nothing is owed.

    Raises NothingToPassOn, and the errors of a price that is not known beforehand.
    """
    match fact:
        case Booked(contract):
            return [_reservation(contract)]
        case Awarded(parent, replacements):
            return [draft for one in replacements for draft in _award(parent, one)]
        case Traded():
            passed = _assignment(fact, standing) if _passes_obligations(fact) else []
            return passed + (_secondary_price(fact) if fact.rate else [])


def credit_key(child_id: ContractId) -> str:
    """Return the key of the entry that credits a releasing shipper for a replacement contract."""
    return f"release-credit:{child_id}"


def _passes_obligations(fact: Traded) -> bool:
    # Who holds a right by transfer of use owes the operator nothing, so an assignment of it passes none.
    return (
        fact.child.cause is MovementCause.ASSIGNMENT
        and fact.parent.cause is not MovementCause.TRANSFER_OF_USE
    )


def _reservation(contract: Contract) -> Draft:
    owed = _owed_to_operator(contract, contract.quantity)
    lines = plan(owed, contract.period, as_contracted(contract.network))
    return Draft(f"reservation:{contract.id}", contract.network_id, lines)


def _award(parent: Contract, replacement: Replacement) -> list[Draft]:
    child, quantity = replacement.child, replacement.quantity
    owed = _owed_to_operator(child, quantity)
    demand = plan(owed, replacement.period, at_rate(replacement.rate, quantity))
    credit = release_credit(
        demand, releasing=parent.holder_id, contract_id=parent.id, contract_code=parent.code
    )
    return [
        Draft(f"reservation:{child.id}", child.network_id, demand),
        Draft(credit_key(child.id), child.network_id, credit),
    ]


def _assignment(trade: Traded, standing: Sequence[PostedLine]) -> list[Draft]:
    child = trade.child
    part = _owed_to_operator(child, child.quantity)
    passed = pass_on(
        standing,
        part=part,
        period=child.period,
        cost=as_contracted(child.network),
        kept=lambda quantity: as_contracted(kept(trade.parent, quantity)),
    )
    return [
        Draft(f"assignment:{child.id}:seller", child.network_id, passed.seller),
        Draft(f"assignment:{child.id}:buyer", child.network_id, passed.buyer),
    ]


def _secondary_price(trade: Traded) -> list[Draft]:
    child = trade.child
    owed = _obligation(
        child,
        ChargeCode.SECONDARY_PRICE,
        child.quantity,
        creditor=trade.parent.holder_id,
        currency=trade.currency,
    )
    lines = plan(owed, child.period, at_rate(trade.rate, child.quantity))
    return [Draft(f"secondary-price:{child.id}", child.network_id, lines)]


def _owed_to_operator(contract: Contract, quantity: int) -> Obligation:
    return _obligation(
        contract, ChargeCode.RESERVATION, quantity, creditor=contract.operator_id, currency=contract.currency
    )


def _obligation(
    contract: Contract, code: ChargeCode, quantity: int, *, creditor: PartyId, currency: Currency
) -> Obligation:
    return Obligation(
        debtor=contract.holder_id,
        creditor=creditor,
        contract_id=contract.id,
        contract_code=contract.code,
        charge_code=code,
        quantity=quantity,
        currency=currency,
    )
