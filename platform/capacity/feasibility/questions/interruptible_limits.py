"""How much of the stated interruptible quantity is left on a route, gas day by gas day.

Counted, not solved: what is stated about the route and its ends, less the interruptible rights that count on
it. A request within what is left is then proved alone, as every interruptible right is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from capacity.feasibility.flow.cuts import counted_on
from capacity.feasibility.flow.load_cases import LoadCase, merged
from capacity.feasibility.flow.technical_limits import TechnicalLimits
from capacity.feasibility.verdicts.certificates import DayProof, Outcome, SoldOutProof
from capacity.feasibility.verdicts.descriptions import period_in_words
from capacity.feasibility.verdicts.explanation import Bottleneck
from capacity.networks.interruptible import InterruptibleQuantity, first_days, limits_on, stated
from capacity.networks.policy import Level
from capacity.rights.model import Route
from linepack.gasday import GasDay, Period
from linepack.units import CommercialUnit


@dataclass(frozen=True, slots=True)
class OnSale:
    """What is stated about `limit`, a path or a point, and what is sold of it; None: nothing is stated."""

    limit: Route | None
    stated: int
    sold: int

    @property
    def left(self) -> int:
        """What can still be sold; a statement made later may be less than is sold."""
        return max(self.stated - self.sold, 0)

    def in_words(self, unit: CommercialUnit) -> str:
        """Return what limits interruptible capacity here."""
        if self.limit is None:
            return "no interruptible capacity is on sale"
        return f"of {self.stated:,} {unit} interruptible on sale for {self.limit}, {self.left:,} are left"


NOTHING = OnSale(None, 0, 0)
SPELLS_SHOWN_MAX = 3


class InterruptibleLimits:
    """The statements about one network, `statements` in the order in which they were made."""

    def __init__(self, statements: Sequence[InterruptibleQuantity], technical: TechnicalLimits) -> None:
        self._statements = statements
        self._technical = technical

    def days(self, days: Sequence[LoadCase], row: int) -> tuple[list[LoadCase], list[OnSale]]:
        """Return the kinds of day for a request on a route, without other rights, and what each has left.

        `days` hold all interruptible rights; `row` is the route's. Days alike in both are one.
        """
        alike: dict[tuple[bytes, OnSale], list[LoadCase]] = {}
        for day in days:
            alone = day.alone(row, 0)
            for period in self._cut(day.periods):
                found = self._on_sale(day, row, period.start)
                alike.setdefault((day.capacities.key, found), []).append(replace(alone, periods=(period,)))
        kinds = [
            (replace(group[0], periods=merged(one.periods[0] for one in group)), found)
            for (_, found), group in alike.items()
        ]
        kinds.sort(key=lambda kind: kind[0].periods[0])
        return [day for day, _ in kinds], [found for _, found in kinds]

    def spans(self, days: Sequence[LoadCase], row: int) -> list[tuple[Period, OnSale]]:
        """Return what is left on each gas day, in spans in order of time."""
        kinds, found = self.days(days, row)
        return sorted(
            ((period, one) for day, one in zip(kinds, found, strict=True) for period in day.periods),
            key=lambda span: span[0],
        )

    def _cut(self, periods: Sequence[Period]) -> list[Period]:
        return [
            Period(start, end)
            for period in periods
            for start, end in pairwise([period.start, *first_days(self._statements, period), period.end])
        ]

    def _on_sale(self, day: LoadCase, row: int, gas_day: GasDay) -> OnSale:
        """Return the tightest of what is stated about a route; equal ones in the order of `limits_on`."""
        found = []
        for limit in limits_on(day.table.routes[row]):
            statement = stated(self._statements, limit, gas_day)
            if statement is not None:
                technical = self._technical.technical(day.capacities, limit)
                sold = int(day.quantities[counted_on(day.table, limit)].sum())
                found.append(OnSale(limit, statement.on_sale(technical), sold))
        return min(found, key=lambda one: one.left, default=NOTHING)


def shortages(
    days: Sequence[LoadCase], found: Sequence[OnSale], quantity: int, unit: CommercialUnit
) -> tuple[Bottleneck, ...]:
    """Return what stands in the way of `quantity`, one for each different figure, in order of first day."""
    periods: dict[OnSale, list[Period]] = {}
    for day, one in zip(days, found, strict=True):
        if one.left < quantity:
            periods.setdefault(one, []).extend(day.periods)
    return tuple(_shortage(one, merged(own), quantity, unit) for one, own in periods.items())


def sold_out(days: Sequence[LoadCase], found: Sequence[OnSale], quantity: int) -> tuple[DayProof, ...]:
    """Return what shows that `quantity` is more than is left, for each kind of day on which it is."""
    return tuple(
        DayProof(day.periods, Level.RIGHTS, Outcome.INFEASIBLE, SoldOutProof(one.limit, one.stated, one.sold))
        for day, one in zip(days, found, strict=True)
        if one.left < quantity
    )


def _shortage(one: OnSale, periods: tuple[Period, ...], quantity: int, unit: CommercialUnit) -> Bottleneck:
    when = ", ".join(period_in_words(period) for period in periods[:SPELLS_SHOWN_MAX])
    if len(periods) > SPELLS_SHOWN_MAX:
        when += f" and {len(periods) - SPELLS_SHOWN_MAX} more spells"
    missing = quantity - one.left
    return Bottleneck(
        periods=periods,
        edges=(),
        relief=None,
        nodes=(),
        capacity=one.stated,
        demand=one.sold + quantity,
        shortfall=one.sold + quantity - one.stated,
        missing=missing,
        text=f"{one.in_words(unit)} on {when}; {missing:,} of the {quantity:,} are missing",
        limit=one.limit,
    )
