"""Views of a whole network beside the rights on it: availability, usage, pressures, shortfalls."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeAlias

from capacity.feasibility.flow.load_cases import LoadCase
from capacity.feasibility.levels import Levels
from capacity.feasibility.pressures.pressure_prover import PressurePicture
from capacity.feasibility.questions.element_load import ElementLoads, Loads
from capacity.feasibility.questions.many_routes import ManyRoutes
from capacity.feasibility.questions.network_usage import NetworkUsage, UsageView
from capacity.feasibility.questions.shortfall_search import Shortfalls, ShortfallSearch
from capacity.rights.model import Firmness, Route, RouteKind
from capacity.rights.snapshot import RightsSnapshot
from linepack.gasday import GasDay, Period

StretchLoads: TypeAlias = list[tuple[Period, Loads]]
"""What loads an element on each stretch of a period, in order."""


class Views:
    """What all rights together mean for one network. May be called from several threads."""

    def __init__(self, levels: Levels) -> None:
        self._levels = levels
        self._usage = UsageView(levels.flow_network, levels.tightest)
        self._loads = ElementLoads(levels.flow_network, levels.tightest)

    def routes(self, kind: RouteKind) -> tuple[Route, ...]:
        """Return all routes of a kind, in the revision's order of receipt and then delivery nodes."""
        compiled = self._levels.flow_network
        entries = [compiled.node_ids[node] for node in compiled.entry_points()]
        exits = [compiled.node_ids[node] for node in compiled.exit_points()]
        if kind is RouteKind.ENTRY:
            return tuple(Route(entry, None) for entry in entries)
        if kind is RouteKind.EXIT:
            return tuple(Route(None, exit_) for exit_ in exits)
        return tuple(Route(entry, exit_) for entry in entries for exit_ in exits if entry != exit_)

    def availability(self, snapshot: RightsSnapshot, routes: Sequence[Route], period: Period) -> ManyRoutes:
        """Return what several routes offer firm, each for itself beside all rights, not waiting for proof.

        `Verifier.availability` verifies one of them with pressures, where those are demanded, and is
        remembered here. Raises NotFound, Undecided.
        """
        levels = self._levels
        with levels.taken():
            question = levels.many_routes(snapshot, routes, period)
            return levels.answer(lambda _, deadline: question.answer(deadline), question.days)

    def usage(self, snapshot: RightsSnapshot, period: Period) -> NetworkUsage:
        """Return how full each edge is over a period, expected and at the worst; needs no turn."""
        return self._usage.of(self._levels.load_cases(snapshot, period, Firmness.FIRM))

    def edge_loads(self, snapshot: RightsSnapshot, period: Period, edge_id: str) -> StretchLoads:
        """Return what loads an edge by stretches of gas days; needs no turn. Raises ValueError."""
        edge = self._levels.flow_network.edge_ids.index(edge_id)
        return self._by_stretch(snapshot, period, lambda day: self._loads.of_edge(edge, day))

    def point_loads(self, snapshot: RightsSnapshot, period: Period, node_id: str) -> StretchLoads:
        """Return what loads a point by stretches of gas days; needs no turn. Raises KeyError."""
        node = self._levels.flow_network.node_index[node_id]
        return self._by_stretch(snapshot, period, lambda day: self._loads.of_point(node, day))

    def _by_stretch(
        self,
        snapshot: RightsSnapshot,
        period: Period,
        loads_of: Callable[[LoadCase], Loads],
    ) -> StretchLoads:
        days = self._levels.load_cases(snapshot, period, Firmness.FIRM)
        found = [(own, loads) for day in days for loads in [loads_of(day)] for own in day.periods]
        return sorted(found, key=lambda item: item[0])

    def days_alike(self, snapshot: RightsSnapshot, period: Period) -> list[tuple[Period, ...]]:
        """Return the periods of each kind of gas day: equal firm rights and capacities, in order of time."""
        return [day.periods for day in self._levels.load_cases(snapshot, period, Firmness.FIRM)]

    def pressures(self, snapshot: RightsSnapshot, day: GasDay, *, seconds: float) -> PressurePicture:
        """Return the state of the network when all firm rights of `day` are used at once, if there is one."""
        levels = self._levels
        with levels.taken():
            [only] = levels.load_cases(snapshot, _one(day), Firmness.FIRM)
            return levels.pressures.picture(only, levels.deadline(seconds))

    def shortfalls(self, snapshot: RightsSnapshot, period: Period, *, seconds: float) -> Shortfalls:
        """Return where firm rights exceed capacity over `period`, pressures left out of account."""
        levels = self._levels
        with levels.taken():
            level = levels.policy.firm_level.without_pressures
            days = levels.load_cases(snapshot, period, Firmness.FIRM)
            search = ShortfallSearch(level, levels.prover(level), levels.limits, levels.solver)
            return search.run(days, levels.deadline(seconds))


def _one(day: GasDay) -> Period:
    return Period(day, day + timedelta(days=1))
