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
from math import lcm

from capacity.contracts.price import Flat, PriceProcedure, working_over
from capacity.contracts.working import EXACT, Circumstances, Working, added, ratio
from linepack.gasday import Period
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


def at_price(price: PriceProcedure, quantity: int) -> Cost:
    """Return the cost of `quantity` units by a price procedure, from what is known beforehand.

    A price that follows an index or the gas itself is not: asking its cost raises IndexValueMissing or
    CalorificValueMissing.
    """
    return lambda period: working_over(price, Decimal(quantity), period, Circumstances)


def at_rate(rate: Decimal, quantity: int) -> Cost:
    """Return the cost of `quantity` units at `rate` per unit and gas day."""
    return at_price(Flat(rate), quantity)


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


def divided(total: Money, parts: Sequence[Decimal]) -> list[Money]:
    """Return the rounded `total` in proportion to `parts`, which all have its sign, by largest remainder."""
    sign = -1 if total.amount < 0 else 1
    ratios = [Fraction(part) * sign for part in parts]
    if not any(ratios):
        return [Money.zero(total.currency).rounded() for _ in parts]
    scale = lcm(*(ratio.denominator for ratio in ratios))
    return total.shared([int(ratio * scale) for ratio in ratios])


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


def pass_on(
    standing: Sequence[PostedLine],
    *,
    quantity: int,
    period: Period,
    buyer: PartyId,
    child_id: ContractId,
    child_code: str,
) -> PassedOn:
    """Return the charges after `quantity` units of `period` pass, with their obligations, to `buyer`.

    `standing` are the seller's reservation lines on the contract that are not reversed; no two share a gas
    day. Each line touched is reversed and divided anew, in proportion to units × gas days, into what the
    seller keeps and what passes: together the same amount in the same gas month. Raises NothingToPassOn when
    the lines do not owe for that quantity on every gas day of `period`.
    """
    seller: list[ChargeLine] = []
    passed: list[ChargeLine] = []
    days = 0
    for posted in standing:
        shared = posted.line.period.overlap(period)
        if shared is None:
            continue
        if posted.line.quantity < quantity:
            raise NothingToPassOn(posted.line.contract_code, quantity=quantity, period=shared)
        days += shared.days
        *kept, gone = _cut(posted.line, shared, quantity)
        seller += [posted.line.reversal(posted.ref), *kept]
        passed.append(replace(gone, debtor=buyer, contract_id=child_id, contract_code=child_code))
    if days != period.days:
        code = standing[0].line.contract_code if standing else child_code
        raise NothingToPassOn(code, quantity=quantity, period=period)
    return PassedOn(tuple(seller), tuple(passed))


def _cut(line: ChargeLine, shared: Period, quantity: int) -> list[ChargeLine]:
    """Return the pieces of `line` that stay, in time order, and last the one of `quantity` over `shared`."""
    pieces = [
        (Period(start, end), units)
        for start, end, units in (
            (line.period.start, shared.start, line.quantity),
            (shared.start, shared.end, line.quantity - quantity),
            (shared.end, line.period.end, line.quantity),
            (shared.start, shared.end, quantity),
        )
        if start < end and units > 0
    ]
    unit_days = [units * period.days for period, units in pieces]
    amounts = divided(line.amount, [Decimal(count) for count in unit_days])
    whole = sum(unit_days)
    return [
        replace(
            line,
            period=period,
            quantity=units,
            amount=amount,
            working=(f"{count:,} of {whole:,} unit days of {line.amount}: {amount}",),
        )
        for (period, units), count, amount in zip(pieces, unit_days, amounts, strict=True)
    ]


def _rate(amount: Decimal, unit_days: int) -> Decimal:
    sign = -1 if amount < 0 else 1
    return sign * ratio(abs(amount), Decimal(unit_days), RATE_DIGITS).normalize(EXACT)
