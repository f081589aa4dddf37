"""The home of charge arithmetic: who owes what for a booking, a release, an assignment, a transfer of use.

Pure. A charge is computed exactly per gas day by its price procedure, summed over all of its gas days,
rounded once, and the rounded total is divided over its gas months by largest remainder: the lines of a charge
add up to its total to the last minor unit, whatever the months' lengths.

Sources (settlement practice of pipeline tariffs): the reservation charge is the daily contract quantity times
the daily rate, owed whether used or not; a releasing shipper is credited the demand money billed to the
replacement shipper, with any excess over its own charge; assignment passes rights and obligations, transfer
of use only rights, the seller still owing the operator.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import floor, lcm

from capacity.contracts.model import ContractNetwork, EdgeRole
from capacity.contracts.price import Flat, PriceProcedure, working_over
from capacity.contracts.working import EXACT, Circumstances, Line, Working, added, ratio, shown, times, total
from linepack.gasday import GasDay, Period
from linepack.ids import ContractId, PartyId
from linepack.money import Currency, Money
from settlement.errors import NothingToPassOn
from settlement.model import ChargeCode, ChargeLine, PostedLine

RATE_DIGITS = 10
"""Decimals of a line's rate, which tiers can make a broken one. Nothing is computed from it."""


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


Cost = Callable[[Period], Working]
"""What an obligation costs over a period, exactly, and how that came about."""


def at_price(price: PriceProcedure, quantity: Decimal) -> Cost:
    """Return the cost of `quantity` units by a price procedure, from what is known beforehand.

    A price that follows an index or the gas itself is not: asking its cost raises IndexValueMissing or
    CalorificValueMissing.
    """
    return lambda period: working_over(price, quantity, period, Circumstances)


def as_contracted(network: ContractNetwork) -> Cost:
    """Return what the bookings of a contract network cost, each band of each edge at its own price.

    Errors as in `at_price`.
    """
    priced = [(edge, band) for edge in network.edges_of(EdgeRole.BOOKING) for band in edge.bands]

    def cost(period: Period) -> Working:
        workings = [at_price(band.price, band.width)(period) for _, band in priced]
        if len(priced) > 1:
            workings = [_labelled(one, edge.id) for one, (edge, _) in zip(workings, priced, strict=True)]
        return total(tuple(workings))

    return cost


def at_rate(rate: Decimal, quantity: int) -> Cost:
    """Return the cost of `quantity` units at `rate` per unit and gas day."""
    return at_price(Flat(rate), Decimal(quantity))


def plan(obligation: Obligation, period: Period, cost: Cost) -> tuple[ChargeLine, ...]:
    """Return one charge line per gas month of `period`; they add up to its rounded exact total."""
    months = period.gas_months()
    workings = [cost(month) for month in months]
    exact = [working.amount for working in workings]
    shares = divided(Money(added(*exact), obligation.currency).rounded(), exact)
    return tuple(
        ChargeLine(
            debtor=obligation.debtor,
            creditor=obligation.creditor,
            contract_id=obligation.contract_id,
            contract_code=obligation.contract_code,
            charge_code=obligation.charge_code,
            period=month,
            quantity=obligation.quantity,
            rate=_rate(working.amount, obligation.quantity * month.days),
            amount=share,
            working=(*map(str, working.lines), f"payable {share}"),
        )
        for month, working, share in zip(months, workings, shares, strict=True)
    )


def divided(whole: Money, parts: Sequence[Decimal]) -> list[Money]:
    """Return the rounded `whole` divided into `parts`, which it is the sum of, by largest remainder.

    Parts of one sign are shares in proportion. Where signs differ there is no proportion: each part is
    rounded down to the minor unit, and what is missing of the whole goes to the largest remainders, ties to
    the first.
    """
    sign = -1 if any(part < 0 for part in parts) else 1
    ratios = [Fraction(part) * sign for part in parts]
    if not any(ratios):
        return [Money.zero(whole.currency).rounded() for _ in parts]
    if any(ratio < 0 for ratio in ratios):
        return _divided_by_remainder(whole, parts)
    scale = lcm(*(ratio.denominator for ratio in ratios))
    return whole.shared([int(ratio * scale) for ratio in ratios])


def _divided_by_remainder(whole: Money, parts: Sequence[Decimal]) -> list[Money]:
    unit = whole.currency.minor_unit
    exact = [Fraction(part) / Fraction(unit) for part in parts]
    counts = [floor(count) for count in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (counts[i] - exact[i], i))
    missing = int(whole.amount / unit) - sum(counts)
    for place, i in enumerate(by_remainder):
        counts[i] += missing // len(parts) + (place < missing % len(parts))
    return [Money(count * unit, whole.currency) for count in counts]


def release_credit(
    replacement: Iterable[ChargeLine], *, releasing: PartyId, contract_id: ContractId, contract_code: str
) -> tuple[ChargeLine, ...]:
    """Return the credit of a releasing shipper: the replacement's demand money, line by line.

    It stands on the releasing shipper's own contract; the operator owes it.
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


def pass_on(standing: Sequence[PostedLine], *, part: Obligation, period: Period, cost: Cost) -> PassedOn:
    """Return the charges after a part of a contract passes, with its obligations, to another party.

    `part` is what the buyer owes from then on, `cost` what the child contract says that costs. `standing` are
    the seller's lines on the contract that are not reversed; no two share a gas day. Each line touched is
    reversed and divided anew into what the seller keeps and what passes: together the same amount in the same
    gas month, to the last minor unit. Raises NothingToPassOn when the lines do not owe for that quantity on
    every gas day of `period`.
    """
    seller: list[ChargeLine] = []
    buyer: list[ChargeLine] = []
    days = 0
    for posted in standing:
        shared = posted.line.period.overlap(period)
        if shared is None:
            continue
        if posted.line.quantity < part.quantity:
            raise NothingToPassOn(part.contract_code, quantity=part.quantity, period=shared)
        days += shared.days
        due = cost(shared)
        *kept, passed = _cut(posted.line, shared, part.quantity, due.amount)
        seller += [posted.line.reversal(posted.ref), *kept]
        buyer.append(
            replace(
                passed,
                debtor=part.debtor,
                contract_id=part.contract_id,
                contract_code=part.contract_code,
                working=(*map(str, due.lines), f"payable {passed.amount}"),
            )
        )
    if days != period.days:
        raise NothingToPassOn(part.contract_code, quantity=part.quantity, period=period)
    return PassedOn(tuple(seller), tuple(buyer))


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
    daily = times(line.rate, Decimal(line.quantity))
    whole = times(daily, Decimal(shared.days))
    left = line.quantity - quantity
    passed = min(due, whole, key=abs) if left else whole
    before, after = (shared.start - line.period.start).days, (line.period.end - shared.end).days
    pieces = [
        _Piece(line.period.start, shared.start, line.quantity, times(daily, Decimal(before))),
        _Piece(shared.start, shared.end, left, EXACT.subtract(whole, passed)),
        _Piece(shared.end, line.period.end, line.quantity, times(daily, Decimal(after))),
        _Piece(shared.start, shared.end, quantity, passed),
    ]
    pieces = [piece for piece in pieces if piece.days and piece.quantity]
    amounts = divided(line.amount, [piece.exact for piece in pieces])
    return [
        replace(
            line,
            period=Period(piece.start, piece.end),
            quantity=piece.quantity,
            rate=_rate(piece.exact, piece.quantity * piece.days),
            amount=amount,
            working=(_share_of(line, piece), f"payable {amount} of {line.amount}"),
        )
        for piece, amount in zip(pieces, amounts, strict=True)
    ]


def _share_of(line: ChargeLine, piece: _Piece) -> str:
    units, days = (
        f"{piece.quantity:,} of {line.quantity:,} units",
        f"{piece.days} of {line.period.days} gas days",
    )
    return f"{units}, {days} = {shown(piece.exact)}"


def _labelled(working: Working, label: str) -> Working:
    lines = tuple(Line(f"{label}: {line.expression}", line.amount) for line in working.lines)
    return replace(working, lines=lines)


def _rate(amount: Decimal, unit_days: int) -> Decimal:
    sign = -1 if amount < 0 else 1
    return sign * ratio(abs(amount), Decimal(unit_days), RATE_DIGITS).normalize(EXACT)
