"""An independent modelling of a clearing, by SciPy: the surplus of the best award in whole units.

At level FLOW with one variable for the flow on each edge and kind of day, at ROBUST over cuts that a
mixed-integer programme of its own finds, at both with the technical limits of points and paths by NetworkX.
Only paths: rights to or from the hub are not modelled.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import LinearConstraint, linprog, milp
from scipy.sparse import coo_array, vstack

from capacity.networks.model import Network
from capacity.networks.policy import Level
from capacity.publication import catalogue
from market.clearing.model import Bid, Draft

MANY = 10**12
Row = tuple[dict[int, float], float, float]
"""Coefficients by variable, least, most."""


def best_surplus(draft: Draft, *, whole: bool = True) -> float:
    """Return the surplus of the best award."""
    model = _Model(draft, whole=whole)
    while True:
        values = model.solve()
        found = [cut for kind in range(len(model.kinds)) if (cut := model.violated(kind, values)) is not None]
        if draft.level is not Level.ROBUST or not found:
            return model.worth(values)
        model.rows += found


@cache
def technical(code: str, source: str | None, target: str | None) -> int:
    """Return what a point or a path of a shipped network carries alone."""
    return technical_of(catalogue.load(code), source, target)


def technical_of(network: Network, source: str | None, target: str | None) -> int:
    """Return what a point or a path carries alone; None stands for all entries, or all exits."""
    graph = nx.DiGraph()
    for edge in network.edges:
        for tail, head, own in (
            (edge.tail, edge.head, edge.capacity_forward),
            (edge.head, edge.tail, edge.capacity_backward),
        ):
            before = graph.edges[tail, head]["capacity"] if graph.has_edge(tail, head) else 0
            graph.add_edge(tail, head, capacity=before + (MANY if own is None else own))
    for node in network.nodes:
        if source is None and node.role.may_enter and node.id != target:
            graph.add_edge("from anywhere", node.id, capacity=MANY)
        if target is None and node.role.may_exit and node.id != source:
            graph.add_edge(node.id, "to anywhere", capacity=MANY)
    points = {node.id: node for node in network.nodes}
    own = MANY
    if target is None and source is not None:
        own = points[source].entry_capacity or MANY
    if source is None and target is not None:
        own = points[target].exit_capacity or MANY
    flow = nx.maximum_flow_value(graph, source or "from anywhere", target or "to anywhere")
    return min(int(flow), own)


@dataclass(frozen=True)
class _Kind:
    """Gas days alike: how many, the bids open, the rights outstanding by path."""

    days: int
    bids: tuple[int, ...]
    rights: dict[tuple[str, str], int]


class _Model:
    """Variables: units per bid, what the operator sells per path and kind, statuses, flows."""

    def __init__(self, draft: Draft, *, whole: bool) -> None:
        self.draft, self.whole = draft, whole
        self.kinds = list(_kinds(draft))
        self.nodes = {node.id: place for place, node in enumerate(draft.network.nodes)}
        self.rows: list[Row] = []
        self.gains = [one.side.sign * float(one.price) * one.period.days for one in draft.bids]
        self.most = [float(one.quantity) for one in draft.bids]
        self.least = [0.0] * len(draft.bids)
        self.is_whole = [whole] * len(draft.bids)
        self._resales()
        self._statuses()
        self._technical()
        if draft.level is Level.FLOW:
            for kind in self.kinds:
                self._flows(kind)

    def solve(self) -> NDArray[np.float64]:
        size = len(self.gains)
        entries = [(r, c, v) for r, (row, _, _) in enumerate(self.rows) for c, v in row.items()]
        rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
        matrix = coo_array((values, (rows, columns)), shape=(len(self.rows), size)).tocsr()
        least = np.array([row[1] for row in self.rows])
        most = np.array([row[2] for row in self.rows])
        if any(self.is_whole):
            found = milp(
                -np.array(self.gains),
                constraints=LinearConstraint(matrix, least, most),
                bounds=(self.least, self.most),
                integrality=np.array(self.is_whole, dtype=int),
                options={"mip_rel_gap": 0.0},
            )
        else:
            upper, lower = np.isfinite(most), np.isfinite(least)
            found = linprog(
                -np.array(self.gains),
                A_ub=vstack([matrix[upper], -matrix[lower]]),
                b_ub=np.concatenate([most[upper], -least[lower]]),
                bounds=list(zip(self.least, self.most, strict=True)),
            )
        assert found.status == 0, found.message
        answer: NDArray[np.float64] = found.x
        return answer

    def worth(self, values: NDArray[np.float64]) -> float:
        return float(np.array(self.gains) @ values)

    def violated(self, kind: int, values: NDArray[np.float64]) -> Row | None:
        """Return the cut that the rights after an award exceed most, found by a programme of its own."""
        own = self.kinds[kind]
        paths = dict(own.rights)
        for place in own.bids:
            ends = _ends(self.draft.bids[place])
            paths[ends] = paths.get(ends, 0) + self.draft.bids[place].side.sign * round(values[place], 6)
        demanded = [(self.nodes[r], self.nodes[d], units) for (r, d), units in paths.items() if units > 0]
        edges = list(_directed(self.draft.network))
        size, first = len(self.nodes), len(self.nodes) + len(demanded)
        costs = np.zeros(first + len(edges))
        rows: list[Row] = []
        for place, (receipt, delivery, units) in enumerate(demanded):
            costs[size + place] = -units
            rows.append(({size + place: 1.0, receipt: -1.0}, -np.inf, 0.0))
            rows.append(({size + place: 1.0, delivery: 1.0}, -np.inf, 1.0))
        for place, (tail, head, capacity) in enumerate(edges):
            costs[first + place] = capacity
            row = {first + place: -1.0, self.nodes[tail]: 1.0, self.nodes[head]: -1.0}
            rows.append((row, -np.inf, 0.0))
        scale = max(1.0, float(np.abs(costs[costs < MANY]).max(initial=1.0)))
        matrix = coo_array(
            (
                [v for row, _, _ in rows for v in row.values()],
                (
                    [r for r, (row, _, _) in enumerate(rows) for _ in row],
                    [c for row, _, _ in rows for c in row],
                ),
            ),
            shape=(len(rows), len(costs)),
        )
        found = milp(
            np.minimum(costs, MANY) / scale,
            constraints=LinearConstraint(matrix.tocsr(), -np.inf, [row[2] for row in rows]),
            bounds=(0, 1),
            integrality=(np.arange(len(costs)) < size).astype(int),
            options={"mip_rel_gap": 0.0},
        )
        inside = found.x[:size] > 0.5
        return self._cut_row(own, inside, demanded, edges)

    def _cut_row(
        self,
        kind: _Kind,
        inside: NDArray[np.bool_],
        demanded: Sequence[tuple[int, int, float]],
        edges: Sequence[tuple[str, str, int]],
    ) -> Row | None:
        capacity = sum(c for t, h, c in edges if inside[self.nodes[t]] and not inside[self.nodes[h]])
        demand = sum(units for r, d, units in demanded if inside[r] and not inside[d])
        if demand <= capacity + 0.01:
            return None
        held = sum(units for ends, units in kind.rights.items() if self._crosses(ends, inside))
        row = {
            place: float(self.draft.bids[place].side.sign)
            for place in kind.bids
            if self._crosses(_ends(self.draft.bids[place]), inside)
        }
        return row, -np.inf, float(capacity - held)

    def _crosses(self, ends: tuple[str, str], inside: NDArray[np.bool_]) -> bool:
        return bool(inside[self.nodes[ends[0]]] and not inside[self.nodes[ends[1]]])

    def _variable(self, gain: float, least: float, most: float, *, whole: bool = False) -> int:
        self.gains.append(gain)
        self.least.append(least)
        self.most.append(most)
        self.is_whole.append(whole)
        return len(self.gains) - 1

    def _resales(self) -> None:
        reserve = float(self.draft.reserve_price)
        for kind in self.kinds if reserve else []:
            by_path: dict[tuple[str, str], dict[int, float]] = {}
            for place in kind.bids:
                bid = self.draft.bids[place]
                by_path.setdefault(_ends(bid), {})[place] = float(bid.side.sign)
            for row in by_path.values():
                sold = self._variable(-reserve * kind.days, 0.0, np.inf)
                self.rows.append(({**row, sold: -1.0}, -np.inf, 0.0))

    def _statuses(self) -> None:
        names = {bid.only_if for bid in self.draft.bids}
        status = {}
        for place, bid in enumerate(self.draft.bids):
            if bid.minimum or bid.only_if or bid.id in names:
                status[bid.id] = one = self._variable(0.0, 0.0, 1.0, whole=True)
                self.rows.append(({place: 1.0, one: -float(bid.quantity)}, -np.inf, 0.0))
                self.rows.append(({place: 1.0, one: -float(max(bid.minimum, 1))}, 0.0, np.inf))
        for bid in self.draft.bids:
            if bid.only_if:
                self.rows.append(({status[bid.id]: 1.0, status[bid.only_if]: -1.0}, -np.inf, 0.0))

    def _technical(self) -> None:
        network = self.draft.network
        shipped = network.code in catalogue.codes() and catalogue.load(network.code) is network
        for kind in self.kinds:
            limits = {
                limit
                for receipt, delivery in {_ends(self.draft.bids[place]) for place in kind.bids}
                for limit in ((receipt, None), (None, delivery), (receipt, delivery))
            }
            for receipt, delivery in limits:
                most = (
                    technical(network.code, receipt, delivery)
                    if shipped
                    else technical_of(network, receipt, delivery)
                )
                if most < MANY:
                    self.rows.append(self._counted(kind, receipt, delivery, most))

    def _counted(self, kind: _Kind, receipt: str | None, delivery: str | None, most: int) -> Row:
        def counts(ends: tuple[str, str]) -> bool:
            return receipt in (None, ends[0]) and delivery in (None, ends[1])

        held = sum(units for ends, units in kind.rights.items() if counts(ends))
        bids = self.draft.bids
        row = {place: float(bids[place].side.sign) for place in kind.bids if counts(_ends(bids[place]))}
        return row, -np.inf, float(most - held)

    def _flows(self, kind: _Kind) -> None:
        balance: list[dict[int, float]] = [{} for _ in self.nodes]
        given = np.zeros(len(self.nodes))
        for tail, head, capacity in _directed(self.draft.network):
            flow = self._variable(0.0, 0.0, float(capacity))
            balance[self.nodes[tail]][flow] = 1.0
            balance[self.nodes[head]][flow] = -1.0
        for place in kind.bids:
            receipt, delivery = _ends(self.draft.bids[place])
            balance[self.nodes[receipt]][place] = -float(self.draft.bids[place].side.sign)
            balance[self.nodes[delivery]][place] = float(self.draft.bids[place].side.sign)
        for (receipt, delivery), units in kind.rights.items():
            given[self.nodes[receipt]] += units
            given[self.nodes[delivery]] -= units
        self.rows += [(row, own, own) for row, own in zip(balance, given.tolist(), strict=True) if row]


def _directed(network: Network) -> Iterator[tuple[str, str, int]]:
    for edge in network.edges:
        yield edge.tail, edge.head, MANY if edge.capacity_forward is None else edge.capacity_forward
        yield edge.head, edge.tail, MANY if edge.capacity_backward is None else edge.capacity_backward


def _kinds(draft: Draft) -> Iterator[_Kind]:
    """Yield every gas day by itself."""
    day = min(bid.period.start for bid in draft.bids)
    end: date = max(bid.period.end for bid in draft.bids)
    while day < end:
        bids = tuple(place for place, bid in enumerate(draft.bids) if day in bid.period)
        rights: dict[tuple[str, str], int] = {}
        for right in draft.rights:
            if day in right.period:
                ends = right.route.receipt or "", right.route.delivery or ""
                rights[ends] = rights.get(ends, 0) + right.quantity
        if bids:
            yield _Kind(1, bids, rights)
        day += timedelta(days=1)


def _ends(bid: Bid) -> tuple[str, str]:
    return bid.route.receipt or "", bid.route.delivery or ""
