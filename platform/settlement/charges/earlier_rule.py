"""The charge rule in force before a part of a contract bore its share of what the whole costs.

Nothing is posted by it any more; entries that were are proved by it (`settlement.reconciliation.charges`).
What passed cost what the child contract says, its price being that of the top units not passed on before, and
the seller kept the rest of each line. Rounded totals were divided in proportion to exact amounts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import lcm

from capacity.contracts.pricing.calculation import EXACT, exact_product, format_decimal
from linepack.gasday import GasDay, Period
from linepack.money import Money
from settlement.charges import rules
from settlement.charges.cost import Cost
from settlement.charges.rules import Obligation, divided, rate_of
from settlement.ledger.model import ChargeLine


def plan(obligation: Obligation, period: Period, cost: Cost) -> tuple[ChargeLine, ...]:
    """Return one charge line per gas month of `period`; they add up to its rounded exact total."""
    lines = rules.plan(obligation, period, cost, share=_in_proportion)
    return tuple(replace(line, working=(*line.working[:-1], f"payable {line.amount}")) for line in lines)


def divide(
    line: ChargeLine, shared: Period, quantity: int, *, cost: Cost, kept: Callable[[int], Cost]
) -> Sequence[ChargeLine]:
    """Divide a line as `settlement.charges.rules.divide`, but the seller keeps what it owes beyond `cost`.

    Who takes all that is left of the line owes all of it, whatever its contract says.
    """
    due = cost(shared)
    *left, passed = _cut(line, shared, quantity, due.amount)
    return [*left, replace(passed, working=(*map(str, due.lines), f"payable {passed.amount}"))]


@dataclass(frozen=True, slots=True)
class _Piece:
    start: GasDay
    end: GasDay
    quantity: int
    exact: Decimal

    @property
    def days(self) -> int:
        return (self.end - self.start).days


def _cut(line: ChargeLine, shared: Period, quantity: int, due: Decimal) -> list[ChargeLine]:
    """Return the pieces of `line` that stay, in time order, and last the one of `quantity` over `shared`."""
    daily = exact_product(line.rate, Decimal(line.quantity))
    whole = exact_product(daily, Decimal(shared.days))
    left = line.quantity - quantity
    passed = min(due, whole, key=abs) if left else whole
    before, after = (shared.start - line.period.start).days, (line.period.end - shared.end).days
    pieces = [
        _Piece(line.period.start, shared.start, line.quantity, exact_product(daily, Decimal(before))),
        _Piece(shared.start, shared.end, left, EXACT.subtract(whole, passed)),
        _Piece(shared.end, line.period.end, line.quantity, exact_product(daily, Decimal(after))),
        _Piece(shared.start, shared.end, quantity, passed),
    ]
    pieces = [piece for piece in pieces if piece.days and piece.quantity]
    amounts = _in_proportion(line.amount, [piece.exact for piece in pieces])
    return [
        replace(
            line,
            period=Period(piece.start, piece.end),
            quantity=piece.quantity,
            rate=rate_of(piece.exact, piece.quantity * piece.days),
            amount=amount,
            working=(_share_of(line, piece), f"payable {amount} of {line.amount}"),
        )
        for piece, amount in zip(pieces, amounts, strict=True)
    ]


def _share_of(line: ChargeLine, piece: _Piece) -> str:
    units = f"{piece.quantity:,} of {line.quantity:,} units"
    return f"{units}, {piece.days} of {line.period.days} gas days = {format_decimal(piece.exact)}"


def _in_proportion(whole: Money, parts: Sequence[Decimal]) -> list[Money]:
    """Return the rounded `whole` in proportion to `parts`, by largest remainder where they differ in sign."""
    sign = -1 if any(part < 0 for part in parts) else 1
    ratios = [Fraction(part) * sign for part in parts]
    if not any(ratios):
        return [Money.zero(whole.currency).rounded() for _ in parts]
    if any(ratio < 0 for ratio in ratios):
        return divided(whole, parts)
    scale = lcm(*(ratio.denominator for ratio in ratios))
    return whole.shared([int(ratio * scale) for ratio in ratios])
