"""Charge arithmetic: who owes what for a booking, a release, an assignment, a transfer of use.

Pure. A charge is computed exactly per gas day by its price procedure, summed over all of its gas days,
rounded once, and the rounded total is divided over its gas months by largest remainder: the lines of a charge
add up to its total to the last minor unit, whatever the months' lengths. Where the price follows an index
each gas month is a charge of its own, because its values become known month by month.

Every line is what its contract's price makes of its quantity and period, so that it can be recomputed without
the others. Its amount is that cost, rounded up or down to a minor unit: up or down as the largest remainder
demands, where parts must add up. A working whose amount is not the nearest minor unit says so; the last
figure of a working is the amount.

Sources (settlement practice of pipeline tariffs): the reservation charge is the daily contract quantity times
the daily rate, owed whether used or not; a releasing shipper is credited the demand money billed to the
replacement shipper, with any excess over its own charge; assignment passes rights and obligations, transfer
of use only rights, the seller still owing the operator.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Protocol

from capacity.contracts.pricing.calculation import EXACT, CalculationSteps, exact_sum, rounded_ratio
from linepack.gasday import Period
from linepack.ids import ContractId, PartyId
from linepack.money import Currency, Money
from settlement.charges.cost import Cost
from settlement.charges.errors import NothingToPassOn
from settlement.ledger.model import ChargeCode, ChargeLine, PostedLine

RATE_DIGITS = 10
"""Decimals of a line's rate, which tiers can make an unending one. Nothing is computed from it."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """What is owed by whom to whom, before it is known how much."""

    debtor: PartyId
    creditor: PartyId
    contract_id: ContractId
    contract_code: str
    charge_code: ChargeCode
    quantity: int
    currency: Currency


def plan(
    obligation: Obligation,
    period: Period,
    cost: Cost,
    *,
    share: Callable[[Money, Sequence[Decimal]], Sequence[Money]] | None = None,
) -> tuple[ChargeLine, ...]:
    """Return one charge line per gas month of `period`; they add up to its rounded exact total.

    `share` divides the total, by default by largest remainder (`divided`).
    """
    months = period.gas_months()
    workings = [cost(month) for month in months]
    exact = [working.amount for working in workings]
    whole = Money(exact_sum(*exact), obligation.currency).rounded()
    shares = (share or divided)(whole, exact)
    return tuple(
        _planned(obligation, month, working, amount, whole)
        for month, working, amount in zip(months, workings, shares, strict=True)
    )


def plan_by_month(obligation: Obligation, period: Period, cost: Cost) -> tuple[ChargeLine, ...]:
    """Return one charge line per gas month of `period`, each rounded on its own."""
    return tuple(line for month in period.gas_months() for line in plan(obligation, month, cost))


def _planned(
    obligation: Obligation, period: Period, working: CalculationSteps, amount: Money, whole: Money
) -> ChargeLine:
    """Return the line that owes `amount` of `whole` for a period that costs what `working` says."""
    return ChargeLine(
        debtor=obligation.debtor,
        creditor=obligation.creditor,
        contract_id=obligation.contract_id,
        contract_code=obligation.contract_code,
        charge_code=obligation.charge_code,
        period=period,
        quantity=obligation.quantity,
        rate=rate_of(working.amount, obligation.quantity * period.days),
        amount=amount,
        working=_payable(working, amount, whole),
    )


def rate_of(amount: Decimal, unit_days: int) -> Decimal:
    """Return the rate per unit and gas day of an amount, for people to read."""
    return rounded_ratio(amount, Decimal(unit_days), RATE_DIGITS).normalize(EXACT)


def divided(whole: Money, parts: Sequence[Decimal | Fraction]) -> list[Money]:
    """Return the rounded `whole` divided into `parts`, which add up to it within a minor unit.

    Largest remainder: each part is rounded down to the minor unit, and what is missing of the whole goes to
    the largest remainders, ties to the first. So none is a minor unit off, and a part that is in whole minor
    units stays what it is.
    """
    unit = Fraction(whole.currency.minor_unit)
    exact = [Fraction(part) / unit for part in parts]
    counts = [floor(count) for count in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (counts[i] - exact[i], i))
    missing = int(Fraction(whole.amount) / unit) - sum(counts)
    for place, i in enumerate(by_remainder):
        counts[i] += missing // len(parts) + (place < missing % len(parts))
    return [Money(whole.currency.minor_unit, whole.currency) * count for count in counts]


def release_credit(
    replacement: Iterable[ChargeLine], *, releasing: PartyId, contract_id: ContractId, contract_code: str
) -> tuple[ChargeLine, ...]:
    """Return the credit of a releasing shipper: the replacement's demand money, line by line.

    It is on the account of the releasing shipper's own contract; the operator owes it.
    """
    return tuple(
        replace(
            line,
            debtor=line.creditor,
            creditor=releasing,
            contract_id=contract_id,
            contract_code=contract_code,
            charge_code=ChargeCode.RELEASE_CREDIT,
            working=(f"demand money of replacement contract {line.contract_code}: {line.amount}",),
        )
        for line in replacement
    )


@dataclass(frozen=True, slots=True)
class PassedOn:
    """What an assignment does to the charges of the seller's contract."""

    seller: tuple[ChargeLine, ...]
    """Reversals of the lines touched, and what the seller still owes of them."""
    buyer: tuple[ChargeLine, ...]


class Division(Protocol):
    """How an open line is divided where a part of it passes to another party."""

    def __call__(
        self, line: ChargeLine, shared: Period, quantity: int, *, cost: Cost, kept: Callable[[int], Cost]
    ) -> Sequence[ChargeLine]:
        """Return what the seller keeps, in time order, and last the `quantity` that passes on days `shared`.

        `cost` is what the child contract says that costs, `kept` what the seller's contract says that so many
        units of it cost.
        """


def divide(
    line: ChargeLine,
    shared: Period,
    quantity: int,
    *,
    cost: Cost,
    kept: Callable[[int], Cost],
    names_whole: bool = False,
) -> Sequence[ChargeLine]:
    """Divide a line into pieces at their own cost; together they owe what the line owes.

    What the seller owed before is not in the working of what passes, which the buyer reads, unless
    `names_whole`; at a flat price it would say how much the seller had.
    """
    passed = _Piece(shared, quantity, cost(shared))
    left = list(_kept(line, passed, kept))
    lines = _cut(line, [*left, passed])
    if left and not names_whole:
        lines[-1] = replace(lines[-1], working=_payable(passed.working, lines[-1].amount))
    return lines


def pass_on(
    open_lines: Sequence[PostedLine],
    *,
    part: Obligation,
    period: Period,
    cost: Cost,
    kept: Callable[[int], Cost],
    divide: Division = divide,
) -> PassedOn:
    """Return the charges after a part of a contract passes, with its obligations, to another party.

    `part` is what the buyer owes from then on, `open_lines` the seller's lines on the contract that are not
    reversed; no two share a gas day. Each line touched is reversed and divided into what the seller
    keeps and what passes: together the same amount in the same gas month, to the last minor unit. Raises
    NothingToPassOn when the lines do not owe for that quantity on every gas day of `period`.
    """
    seller: list[ChargeLine] = []
    buyer: list[ChargeLine] = []
    days = 0
    for posted in open_lines:
        line, shared = posted.line, posted.line.period.overlap(period)
        if shared is None:
            continue
        if line.quantity < part.quantity:
            raise NothingToPassOn(part.contract_code, quantity=part.quantity, period=shared)
        days += shared.days
        *left, passed = divide(line, shared, part.quantity, cost=cost, kept=kept)
        seller += [line.reversal(posted.ref), *left]
        buyer.append(
            replace(
                passed,
                debtor=part.debtor,
                contract_id=part.contract_id,
                contract_code=part.contract_code,
            )
        )
    if days != period.days:
        raise NothingToPassOn(part.contract_code, quantity=part.quantity, period=period)
    return PassedOn(tuple(seller), tuple(buyer))


def recharged(
    open_lines: Sequence[tuple[PostedLine, Cost]], whole: Money
) -> Iterator[tuple[PostedLine, ChargeLine]]:
    """Yield each line that changes, and what it becomes, when `open_lines` together owe `whole` from now on.

    Each line is at its own cost; the minor units that remain are divided as by `divided`, in the order given.
    """
    workings = [cost(posted.line.period) for posted, cost in open_lines]
    amounts = divided(whole, [working.amount for working in workings])
    for (posted, _), working, amount in zip(open_lines, workings, amounts, strict=True):
        line = posted.line
        changed = replace(
            line,
            rate=rate_of(working.amount, line.quantity * line.period.days),
            amount=amount,
            working=_payable(working, amount),
        )
        if changed != line:
            yield posted, changed


@dataclass(frozen=True, slots=True)
class _Piece:
    period: Period
    quantity: int
    working: CalculationSteps

    @property
    def unit_days(self) -> int:
        return self.quantity * self.period.days


def _kept(line: ChargeLine, passed: _Piece, kept: Callable[[int], Cost]) -> Iterator[_Piece]:
    """Yield what stays of `line`: all units before and after, and beside what passes what is left of them."""
    for start, end, quantity in (
        (line.period.start, passed.period.start, line.quantity),
        (passed.period.start, passed.period.end, line.quantity - passed.quantity),
        (passed.period.end, line.period.end, line.quantity),
    ):
        if start < end and quantity:
            span = Period(start, end)
            yield _Piece(span, quantity, kept(quantity)(span))


def _cut(line: ChargeLine, pieces: Sequence[_Piece]) -> list[ChargeLine]:
    """Return a line for each piece; together they owe what `line` does.

    Where that is not what the pieces cost, because the line followed an earlier rule, the difference stays
    with the seller: with all pieces but the last, unless there is no other.
    """
    exact = [Fraction(piece.working.amount) for piece in pieces]
    difference = Fraction(line.amount.amount) - sum(exact)
    if abs(difference) >= Fraction(line.amount.currency.minor_unit):
        carriers = pieces[:-1] or pieces
        unit_days = sum(piece.unit_days for piece in carriers)
        for number, piece in enumerate(carriers):
            exact[number] += difference * piece.unit_days / unit_days
    return [
        replace(
            line,
            period=piece.period,
            quantity=piece.quantity,
            rate=rate_of(piece.working.amount, piece.unit_days),
            amount=amount,
            working=_payable(piece.working, amount, line.amount),
        )
        for piece, amount in zip(pieces, divided(line.amount, exact), strict=True)
    ]


def _payable(working: CalculationSteps, amount: Money, whole: Money | None = None) -> tuple[str, ...]:
    """Return the steps down to `amount`; where it is not the nearest minor unit, what it must add up to.

    `whole` is left out where it is nothing that the debtor may read.
    """
    nearest = Money(working.amount, amount.currency).rounded()
    payable = f"payable {amount}"
    if amount != nearest:
        difference = (amount - nearest).amount
        parts = "all parts" if whole is None else f"all parts of {whole}"
        payable = f"{nearest}, {difference:+,f} so that {parts} add up: {payable}"
    return (*map(str, working.lines), payable)
