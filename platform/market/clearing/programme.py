"""The programme that finds an award: a linear programme over bids, or one in whole numbers.

Maximise what buyers would pay at most less what sellers ask at least and the operator's reserve price, over
all gas days. One variable per column of the market: units awarded. Per path and kind of day on which sellers
offer, one more: what buyers get there beyond what sellers give up is the operator's, at its reserve price.
Elsewhere the reserve price is part of a buyer's value. With `statuses` each bid that is not divisible has a
binary: in, between its minimum and its quantity, or out.

Rows are limits of `market.clearing.limits`, each on one kind of day, added as they are found: a linear
programme goes on from its last basis.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from capacity.feasibility.flow.flow_network import Flags, Integers
from capacity.solvers.deadline import Deadline, LimitReached
from capacity.solvers.port import AddedRows, LinearModel, Reals, Solver, Status
from market.clearing.columns import Market
from market.clearing.limits import Limit

GAP: Final = 1e-9
"""How near the best an award in whole numbers has to be, as a share of its worth, if there is time."""


@dataclass(frozen=True, slots=True)
class Resale:
    """A path on which sellers offer on a kind of day: its row in the table of routes, and the kind."""

    kind: int
    row: int


@dataclass(frozen=True, eq=False)
class Values:
    """What awards are worth: exact, per unit over all gas days.

    gains : what a unit awarded to each column adds, the reserve price taken off where no seller offers
    resales : where the operator's part is a variable of its own; `reserves` what it asks for a unit there
    """

    gains: tuple[Fraction, ...]
    resales: tuple[Resale, ...]
    reserves: tuple[Fraction, ...]

    @classmethod
    def of(cls, market: Market, reserve_price: Fraction) -> "Values":
        """Return the values of a market."""
        offered = {market.columns[column].row for column in np.flatnonzero(market.signs < 0)}
        resales = [
            Resale(kind, row)
            for kind, active in enumerate(market.active)
            for row in sorted(set(market.rows[active & (market.signs > 0)].tolist()) & offered)
        ]
        if not reserve_price:
            resales = []
        gains = [
            column.sign * column.value
            - (reserve_price * column.days if column.sign > 0 and column.row not in offered else 0)
            for column in market.columns
        ]
        lengths = market.lengths.tolist()
        return cls(tuple(gains), tuple(resales), tuple(reserve_price * lengths[one.kind] for one in resales))


class Programme:
    """The programme of one market, held by a solver; making it may raise SolverRefused."""

    def __init__(
        self, market: Market, values: Values, solver: Solver, *, statuses: bool = False, whole: bool = False
    ) -> None:
        self._market, self._values, self._solver = market, values, solver
        self._indivisible = _indivisible(market) if statuses else ()
        columns, resales = len(market.columns), len(values.resales)
        self._columns = columns + resales + len(self._indivisible)
        self._first_status = columns + resales
        self.limits: list[tuple[Limit, int]] = []
        self._taken_up: set[tuple[bytes, int]] = set()
        self._live = solver.load(self._model(whole=whole))
        self._rows = resales
        self._is_mixed = statuses or whole
        if self._indivisible:
            self._add(self._status_rows())

    def unknown(self, limits: Sequence[tuple[Limit, int]]) -> list[tuple[Limit, int]]:
        """Return those of some limits, each on a kind of day, that are not taken up yet."""
        return [(limit, kind) for limit, kind in limits if (limit.key, kind) not in self._taken_up]

    def add(self, limits: Sequence[tuple[Limit, int]]) -> None:
        """Take up limits, each on one kind of day."""
        market = self._market
        rows = []
        for limit, kind in limits:
            counts = market.active[kind] * market.signs * limit.coefficients[market.rows]
            places = np.flatnonzero(counts)
            rows.append((places, counts[places].astype(np.float64), -np.inf, float(limit.rooms[kind])))
        self.limits += limits
        self._taken_up |= {(limit.key, kind) for limit, kind in limits}
        self._add(rows)

    def solve(self, deadline: Deadline) -> Reals:
        """Return the units awarded to each column, float64 (columns,); raises LimitReached.

        In whole numbers what was found in half of the time left counts too: `worth_at_most` says how much
        better another award might be.
        """
        seconds = deadline.left()
        status = self._live.run(seconds / 2 if self._is_mixed else seconds)
        if status is not Status.OPTIMAL and not (self._is_mixed and self._live.has_values()):
            raise LimitReached(f"{self._solver.name} found no best award: {status}")
        return self._live.values()[: len(self._market.columns)]

    @property
    def worth(self) -> float:
        """What the last award is worth."""
        return -self._live.objective()

    @property
    def worth_at_most(self) -> float:
        """What no award is worth more than, by the solver's word."""
        return -self._live.bound()

    def prices(self) -> tuple[Reals, Reals]:
        """Return what one unit more is worth, of each limit taken up and of each resale's operator part."""
        duals = -self._live.row_duals()
        return duals[len(self._values.resales) :], duals[: len(self._values.resales)]

    def bound(self, columns: Integers, least: Integers, most: Integers) -> None:
        """Bound the units that some columns are awarded."""
        self._live.set_column_bounds(
            columns.astype(np.int32), least.astype(np.float64), most.astype(np.float64)
        )

    def weigh(self, weights: Mapping[int, float] | None = None) -> None:
        """Maximise a sum of units by weight, or the worth again."""
        costs = -self._gains()
        if weights is not None:
            costs = np.zeros(self._columns)
            costs[list(weights)] = [-weight for weight in weights.values()]
        self._live.set_costs(np.arange(self._columns, dtype=np.int32), costs)

    def revalue(self, column: int, more: Fraction) -> None:
        """Let a unit awarded to a column be worth `more` than it is; 0 takes it back."""
        gain = float(self._values.gains[column] + more)
        self._live.set_costs(np.array([column], dtype=np.int32), np.array([-gain]))

    def widen(self, more: float) -> None:
        """Let every limit leave that much more than it does; 0 takes it back."""
        rooms = np.array([limit.rooms[kind] + more for limit, kind in self.limits], dtype=np.float64)
        self._set_rooms(np.full(len(rooms), -np.inf), rooms)

    def exhaust(self, full: Flags) -> None:
        """Let nothing be left of the limits in `full`, bool (limits,)."""
        rooms = np.array([limit.rooms[kind] for limit, kind in self.limits], dtype=np.float64)
        self._set_rooms(np.where(full, rooms, -np.inf), rooms)

    def _set_rooms(self, least: Reals, most: Reals) -> None:
        first = self._rows - len(self.limits)
        self._live.set_row_bounds(np.arange(first, self._rows, dtype=np.int32), least, most)

    def _add(self, rows: Sequence[tuple[Integers, Reals, float, float]]) -> None:
        if not rows:
            return
        sizes = [len(places) for places, _, _, _ in rows]
        self._live.add_rows(
            AddedRows(
                row_lower=np.array([least for _, _, least, _ in rows]),
                row_upper=np.array([most for _, _, _, most in rows]),
                starts=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
                columns=np.concatenate([places for places, _, _, _ in rows]).astype(np.int32),
                values=np.concatenate([counts for _, counts, _, _ in rows]),
            )
        )
        self._rows += len(rows)

    def _gains(self) -> Reals:
        gains = np.zeros(self._columns)
        gains[: self._first_status] = [*map(float, self._values.gains)] + [
            -float(reserve) for reserve in self._values.reserves
        ]
        return gains

    def _model(self, *, whole: bool) -> LinearModel:
        """Return the programme with no limits: one row per resale, what buyers get beyond sellers."""
        market, resales = self._market, self._values.resales
        entries: list[list[tuple[int, float]]] = [[] for _ in range(self._columns)]
        for row, resale in enumerate(resales):
            for column in np.flatnonzero(market.active[resale.kind] & (market.rows == resale.row)).tolist():
                entries[column].append((row, float(market.signs[column])))
            entries[len(market.columns) + row].append((row, -1.0))
        upper = np.full(self._columns, np.inf)
        upper[: len(market.columns)] = market.quantities
        upper[self._first_status :] = 1.0
        is_integer = np.arange(self._columns) >= self._first_status
        is_integer |= whole & (np.arange(self._columns) < len(market.columns))
        flat = [entry for own in entries for entry in own]
        return LinearModel(
            costs=-self._gains(),
            column_lower=np.zeros(self._columns),
            column_upper=upper,
            row_lower=np.full(len(resales), -np.inf),
            row_upper=np.zeros(len(resales)),
            starts=np.cumsum([0, *map(len, entries)]).astype(np.int32),
            rows=np.array([row for row, _ in flat], dtype=np.int32),
            values=np.array([value for _, value in flat], dtype=np.float64),
            is_integer=is_integer if is_integer.any() else None,
            relative_gap=GAP if is_integer.any() else None,
        )

    def _status_rows(self) -> list[tuple[Integers, Reals, float, float]]:
        """Return: between minimum and quantity when in, nothing when out, in only if the other is."""
        status_of = {column: self._first_status + place for place, column in enumerate(self._indivisible)}
        rows = []
        for column, status in status_of.items():
            one = self._market.columns[column]
            places = np.array([column, status])
            rows.append((places, np.array([1.0, -float(max(one.minimum, 1))]), 0.0, np.inf))
            rows.append((places, np.array([1.0, -float(one.quantity)]), -np.inf, 0.0))
            if one.only_if is not None:
                linked = np.array([status, status_of[one.only_if]])
                rows.append((linked, np.array([1.0, -1.0]), -np.inf, 0.0))
        return rows


def _indivisible(market: Market) -> tuple[int, ...]:
    """Return the columns that are in or out: with a minimum or a link, or named by one."""
    named = {column.only_if for column in market.columns}
    return tuple(
        place for place, column in enumerate(market.columns) if not column.is_divisible or place in named
    )
