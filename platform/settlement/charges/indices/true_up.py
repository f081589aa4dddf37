"""True-up: what a contract whose price follows an index owes when values become known or are corrected.

Pure. A *lineage* is a contract as it was booked and every part of it that was assigned, so what its members
owe together is what the booked contract costs. Each gas month is a charge of its own: its exact cost is
rounded once, and divided over the lines of all members by largest remainder, earlier gas days first, then in
the order of posting. A line that stays what it was is not touched, nor is a gas month without new values.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from capacity.contracts.algebra.split import kept
from capacity.contracts.contract import Contract
from linepack.gasday import GasDay, Period
from linepack.ids import ContractId
from linepack.money import Money
from settlement.charges.cost import Known, contract_cost
from settlement.charges.rules import recharged
from settlement.ledger.model import ChargeLine, Draft, PostedLine


@dataclass(frozen=True, slots=True)
class Member:
    """A contract of a lineage, and its reservation lines that are not reversed."""

    contract: Contract
    open_lines: tuple[PostedLine, ...]


@dataclass(frozen=True, slots=True)
class Lineage:
    """A contract as it was booked, what of it is held by whom, and what is known of its indices.

    `cause` names the publication that it is trued up to, in the keys of entries.
    """

    root: Contract
    members: tuple[Member, ...]
    known: Known
    cause: str


def true_up(lineage: Lineage, days: Iterable[GasDay]) -> list[Draft]:
    """Return an entry for each member whose lines change because `days` have new values."""
    root = lineage.root
    touched = {day.replace(day=1) for day in days if day in root.period}
    lines: dict[ContractId, list[ChargeLine]] = {}
    for month in root.period.gas_months():
        if month.start.replace(day=1) in touched:
            for posted, changed in _recharged(lineage, month):
                lines.setdefault(changed.contract_id, []).extend((posted.line.reversal(posted.ref), changed))
    return [
        Draft(f"true-up:{contract_id}:{lineage.cause}", root.network_id, tuple(own))
        for contract_id, own in lines.items()
    ]


def _recharged(lineage: Lineage, month: Period) -> Iterator[tuple[PostedLine, ChargeLine]]:
    known = lineage.known
    open_lines = [
        (posted, contract_cost(kept(member.contract, posted.line.quantity), known))
        for member in lineage.members
        for posted in member.open_lines
        if posted.line.period.overlap(month)
    ]
    if not open_lines:
        return
    open_lines.sort(key=lambda one: (one[0].line.period.start, one[0].ref))
    whole = contract_cost(lineage.root.network, known)(month).amount
    yield from recharged(open_lines, Money(whole, lineage.root.currency).rounded())
