"""The bids of a clearing by kind of gas day, in numbers: what a programme decides about, column by column.

Gas days on which the same bids are open, the same rights outstanding and edges carry the same are one *kind
of day*. Bids alike in side, path, period and price, without minimum or link, are one *column*: what is
awarded to it is shared out in proportion to the quantities bid.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from capacity.feasibility.flow.flow_network import Capacities, Flags, FlowNetwork, Integers
from capacity.feasibility.flow.load_cases import LoadCase, RouteTable, merged
from capacity.networks.overlays import DayCapacities, segments
from capacity.rights.model import Route
from linepack.gasday import Period
from market.clearing.model import Bid, Draft

N = TypeVar("N", np.int64, np.float64)


@dataclass(frozen=True, slots=True)
class Column:
    """Bids that are decided about together; `bids` are their places in the draft, earliest first.

    `value` is the limit price of one unit over all gas days of the period; `row` the path's row in the table
    of routes; `only_if` the place of another column.
    """

    bids: tuple[int, ...]
    sign: int
    row: int
    days: int
    value: Fraction
    quantity: int
    minimum: int = 0
    only_if: int | None = None

    @property
    def is_divisible(self) -> bool:
        """Whether any quantity will do."""
        return self.minimum == 0 and self.only_if is None


@dataclass(frozen=True, eq=False)
class Market:
    """The columns of a draft and its kinds of day.

    cases : what is outstanding on each kind of day; lengths : int64 (kinds,), its gas days
    active : bool (kinds, columns), the columns whose period has that kind of day
    """

    columns: tuple[Column, ...]
    cases: tuple[LoadCase, ...]
    lengths: Integers
    active: Flags

    @property
    def table(self) -> RouteTable:
        """The routes of all rights and bids."""
        return self.cases[0].table

    @cached_property
    def stacks(self) -> tuple[tuple[LoadCase, ...], Integers]:
        """What is outstanding, each stack of rights on each network once, and which each kind of day has.

        The second is int64 (kinds,).
        """
        first: dict[tuple[int, bytes], int] = {}
        keys = [(id(day.capacities), day.quantities.tobytes()) for day in self.cases]
        numbers = [first.setdefault(key, len(first)) for key in keys]
        different = [self.cases[numbers.index(number)] for number in range(len(first))]
        return tuple(different), np.array(numbers, dtype=np.int64)

    @cached_property
    def signs(self) -> Integers:
        """int64 (columns,): +1 for bids, −1 for offers."""
        return np.array([column.sign for column in self.columns], dtype=np.int64)

    @cached_property
    def rows(self) -> Integers:
        """int64 (columns,): the row of each column's path in the table of routes."""
        return np.array([column.row for column in self.columns], dtype=np.int64)

    @cached_property
    def quantities(self) -> Integers:
        """int64 (columns,): the most that each column may be awarded."""
        return np.array([column.quantity for column in self.columns], dtype=np.int64)

    def by_route(self, award: NDArray[N]) -> NDArray[N]:
        """Return what an award, (columns,), adds to the rights: (kinds, routes), of the same type."""
        added = np.zeros((len(self.cases), len(self.table.routes)), dtype=award.dtype)
        for kind, active in enumerate(self.active):
            np.add.at(added[kind], self.rows[active], (self.signs * award)[active])
        return added


def market_of(draft: Draft, network: FlowNetwork) -> Market:
    """Return the columns and the kinds of day of a draft with at least one bid; raises NotFound."""
    held, asked = (right.route for right in draft.rights), (bid.route for bid in draft.bids)
    table = RouteTable.of(network, [*held, *asked])
    row_of = {route: row for row, route in enumerate(table.routes)}
    groups = _alike(draft.bids)
    column_of = {draft.bids[bid].id: column for column, group in enumerate(groups) for bid in group}
    columns = []
    for group in groups:
        first = draft.bids[group[0]]
        columns.append(
            Column(
                bids=group,
                sign=first.side.sign,
                row=row_of[first.route],
                days=first.period.days,
                value=Fraction(first.price) * first.period.days,
                quantity=sum(draft.bids[bid].quantity for bid in group),
                minimum=first.minimum,
                only_if=None if first.only_if is None else column_of[first.only_if],
            )
        )
    periods = [draft.bids[group[0]].period for group in groups]
    return Market(tuple(columns), *_kinds_of_day(draft, table, row_of, periods))


def _alike(bids: Sequence[Bid]) -> list[tuple[int, ...]]:
    """Return the places of bids that are decided about together, those named by links each alone."""
    named = {bid.only_if for bid in bids}
    groups: defaultdict[object, list[int]] = defaultdict(list)
    for place, bid in enumerate(bids):
        is_alone = bid.minimum or bid.only_if is not None or bid.id in named
        key = bid.id if is_alone else (bid.side, bid.route, bid.period, bid.price)
        groups[key].append(place)
    return [tuple(group) for group in groups.values()]


def _kinds_of_day(
    draft: Draft, table: RouteTable, row_of: Mapping[Route, int], periods: Sequence[Period]
) -> tuple[tuple[LoadCase, ...], Integers, Flags]:
    held_in = [right.period for right in draft.rights]
    hull = Period(min(one.start for one in periods), max(one.end for one in periods))
    alike = segments(draft.network, draft.overlays, hull)
    spans, open_on = _spans([*periods, *held_in, *(segment.period for segment in alike)])
    is_open, is_held, is_alike = np.split(open_on, [len(periods), len(periods) + len(held_in)], axis=1)
    networks = {segment.capacities: Capacities.of_day(segment.capacities) for segment in alike}
    rows = np.array([row_of[right.route] for right in draft.rights], dtype=np.int64)
    held = np.array([right.quantity for right in draft.rights], dtype=np.int64)
    kinds: dict[tuple[DayCapacities, bytes, bytes], list[int]] = {}
    stacks = np.zeros((len(spans), len(table.routes)), dtype=np.int64)
    for place in range(len(spans)):
        np.add.at(stacks[place], rows[is_held[place]], held[is_held[place]])
        if is_open[place].any():
            own = alike[int(is_alike[place].argmax())].capacities
            kinds.setdefault((own, is_open[place].tobytes(), stacks[place].tobytes()), []).append(place)
    firsts = [places[0] for places in kinds.values()]
    days_of = [merged(spans[place] for place in places) for places in kinds.values()]
    cases = tuple(
        LoadCase(days, networks[own], table, stacks[places[0]])
        for days, ((own, _, _), places) in zip(days_of, kinds.items(), strict=True)
    )
    lengths = np.array([sum(period.days for period in days) for days in days_of], dtype=np.int64)
    return cases, lengths, is_open[firsts]


def _spans(periods: Iterable[Period]) -> tuple[list[Period], Flags]:
    """Return the stretches between all ends of `periods`, and which have each: bool (stretches, periods)."""
    listed = list(periods)
    cuts = sorted({day for period in listed for day in (period.start, period.end)})
    spans = [Period(start, end) for start, end in pairwise(cuts)]
    starts = np.array([span.start.toordinal() for span in spans])[:, np.newaxis]
    first = np.array([period.start.toordinal() for period in listed])
    last = np.array([period.end.toordinal() for period in listed])
    return spans, (first <= starts) & (starts < last)
