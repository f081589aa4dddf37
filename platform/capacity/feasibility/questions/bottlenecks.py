"""Bottlenecks: what stands in the way of a request, in order, and how much is missing.

Behind a full cut there may be another. So the worst cut is relieved, by raising the capacity of its widest
edge by its shortfall on every gas day asked for (or what a point itself lets through, where that is
exceeded), then the next is sought, until the request is feasible. A raise that a later one makes too large is
taken back to what is needed. In the end raising each by its own shortfall makes the request feasible, and one
unit less on any of them does not. Cuts that the request does not load have no part in it, however short.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from capacity.feasibility.flow.cuts import Cut, cut_edges, edges_across, witness
from capacity.feasibility.flow.flow_network import FlowNetwork
from capacity.feasibility.flow.load_cases import LoadCase, merged
from capacity.feasibility.flow.prover import Refusal
from capacity.feasibility.flow.technical_limits import RouteProver
from capacity.feasibility.verdicts.certificates import CutProof, DayProof, Outcome
from capacity.feasibility.verdicts.descriptions import bottleneck_in_words
from capacity.feasibility.verdicts.explanation import Bottleneck, CutEdge
from capacity.networks.policy import Level
from capacity.rights.model import Route
from capacity.solvers.deadline import Deadline, LimitReached
from linepack.gasday import Period
from linepack.units import CommercialUnit

CUTS_MAX: Final = 64
"""Cuts looked at for one request."""

Relief = tuple[int, bool]
"""An edge and whether it is raised in its own direction."""


@dataclass(frozen=True, slots=True)
class Bottlenecks:
    """The cuts that stand in the way of a request.

    `is_complete` is False where time or CUTS_MAX ended the search.
    """

    proofs: tuple[DayProof, ...]
    bottlenecks: tuple[Bottleneck, ...]
    is_complete: bool


def proof_of(refusal: Refusal) -> DayProof:
    """Return the certificate of a refusal for its own load case."""
    return _certified(refusal.cut, refusal.day, refusal.day.periods)


def _certified(cut: Cut, day: LoadCase, periods: tuple[Period, ...]) -> DayProof:
    network = day.table.network
    certificate = CutProof(
        nodes=tuple(network.node_ids[node] for node in np.flatnonzero(cut.inside)),
        capacity=cut.capacity(day),
        demand=cut.demand(day),
        limit=cut.limit,
        witness=witness(network, day.load, cut.inside) if cut.level is Level.ROBUST else None,
    )
    return DayProof(periods, cut.level, Outcome.INFEASIBLE, certificate, day.stack)


class BottleneckSearch:
    """The search for what stands in the way of the request on `days`."""

    def __init__(
        self, prover: RouteProver, days: Sequence[LoadCase], quantity: int, unit: CommercialUnit
    ) -> None:
        self._prover = prover
        self._days = days
        self._network: FlowNetwork = days[0].table.network
        self._quantity = quantity
        self._unit = unit
        self._raises: dict[Relief, int] = {}
        self._reason: dict[Relief, Cut] = {}
        self._cuts: list[Cut] = []
        self._waived: dict[Route, Cut] = {}
        self._closed: Cut | None = None
        self._shortfalls: dict[tuple[Level, bytes, Route | None], list[int]] = {}

    def run(self, first: Refusal, deadline: Deadline) -> Bottlenecks:
        """Return the cuts, beginning with the refusal already found."""
        try:
            self._relieve(first)
            is_complete = self._relieve_all(deadline) and self._take_back(deadline)
        except LimitReached:
            is_complete = False
        bottlenecks = [
            self._described(cut, None, self._worst_day(cut, {})[1]) for cut in self._waived.values()
        ]
        bottlenecks += [self._bottleneck(relief) for relief in self._raises]
        if self._closed is not None:
            bottlenecks.append(self._described(self._closed, None, self._worst_day(self._closed, {})[1]))
        proofs = {(cut.level, cut.inside.tobytes(), cut.limit): self._proof(cut) for cut in self._cuts}
        return Bottlenecks(tuple(proofs.values()), tuple(bottlenecks), is_complete)

    def _relieve_all(self, deadline: Deadline) -> bool:
        """Relieve cut after cut; return whether the request became feasible."""
        while self._closed is None and len(self._cuts) < CUTS_MAX:
            refusal = self._prover.refuse(self._raised_days(), deadline, self._waived)
            if refusal is None:
                return True
            self._relieve(refusal)
        return False

    def _take_back(self, deadline: Deadline) -> bool:
        """Lower each raise that its cut no longer needs in full; return whether all were settled."""
        for relief in [relief for relief in self._raises if not self._is_needed(relief)]:
            self._raises[relief] = 0
            while refusal := self._prover.refuse(self._raised_days(), deadline, self._waived):
                if len(self._cuts) >= CUTS_MAX:
                    return False
                self._raise(relief, refusal)
            if not self._raises[relief]:
                del self._raises[relief]
        return True

    def _relieve(self, refusal: Refusal) -> None:
        if refusal.cut.limit is not None and not refusal.cut.inside.any():
            self._waived[refusal.cut.limit] = refusal.cut
            self._cuts.append(refusal.cut)
            return
        forward, backward = edges_across(self._network, refusal.cut.inside)
        capacities = refusal.day.capacities
        carried = np.where(forward, capacities.upper, np.where(backward, -capacities.lower, -1))
        if carried.max(initial=-1) < 0:
            self._closed = refusal.cut
            self._cuts.append(refusal.cut)
            return
        widest = int(carried.argmax())
        self._raise((widest, bool(forward[widest])), refusal)

    def _raise(self, relief: Relief, refusal: Refusal) -> None:
        self._raises[relief] = self._raises.get(relief, 0) + refusal.cut.shortfall(refusal.day)
        self._reason[relief] = refusal.cut
        self._cuts.append(refusal.cut)

    def _is_needed(self, relief: Relief) -> bool:
        return self._worst_day(self._reason[relief], self._raises)[1] == 0

    def _raised_days(self) -> list[LoadCase]:
        return [replace(day, capacities=day.capacities.raised(self._raises)) for day in self._days]

    def _worst_day(self, cut: Cut, raises: Mapping[Relief, int]) -> tuple[LoadCase, int]:
        """Return the day that a cut hinders most, and its shortfall there once `raises` are made."""
        forward, backward = edges_across(self._network, cut.inside)
        more = sum(
            quantity
            for (edge, is_forward), quantity in raises.items()
            if (forward if is_forward else backward)[edge]
        )
        shortfalls = self._shortfalls_of(cut)
        worst = int(np.argmax(shortfalls))
        return self._days[worst], shortfalls[worst] - more

    def _refused_days(self, cut: Cut) -> list[LoadCase]:
        shortfalls = self._shortfalls_of(cut)
        return [day for day, shortfall in zip(self._days, shortfalls, strict=True) if shortfall > 0]

    def _shortfalls_of(self, cut: Cut) -> list[int]:
        key = (cut.level, cut.inside.tobytes(), cut.limit)
        if key not in self._shortfalls:
            self._shortfalls[key] = [cut.hindrance(day) for day in self._days]
        return self._shortfalls[key]

    def _bottleneck(self, relief: Relief) -> Bottleneck:
        cut = self._reason[relief]
        day, _ = self._worst_day(cut, {})
        edges = cut_edges(self._network, day.capacities, cut.inside)
        edge_id = self._network.edge_ids[relief[0]]
        return self._described(
            cut, next(edge for edge in edges if edge.edge_id == edge_id), self._raises[relief]
        )

    def _described(self, cut: Cut, relief: CutEdge | None, shortfall: int) -> Bottleneck:
        day, _ = self._worst_day(cut, {})
        edges = cut_edges(self._network, day.capacities, cut.inside)
        nodes = tuple(self._network.node_ids[node] for node in np.flatnonzero(cut.inside))
        periods = merged(period for day in self._refused_days(cut) for period in day.periods)
        missing = min(self._quantity, shortfall)
        text = bottleneck_in_words(
            edges=edges,
            nodes=nodes,
            limited=None if nodes else (str(cut.limit), cut.capacity(day)),
            periods=periods,
            missing=missing,
            quantity=self._quantity,
            unit=self._unit,
        )
        return Bottleneck(
            periods=periods,
            edges=edges,
            relief=relief,
            nodes=nodes,
            capacity=cut.capacity(day),
            demand=cut.demand(day),
            shortfall=shortfall,
            missing=missing,
            text=text,
            limit=cut.limit,
        )

    def _proof(self, cut: Cut) -> DayProof:
        day, _ = self._worst_day(cut, {})
        periods = merged(period for day in self._refused_days(cut) for period in day.periods)
        return _certified(cut, day, periods)
