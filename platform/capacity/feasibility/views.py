"""Views of a whole network beside the rights on it: availability, usage, pressures, shortfalls."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from capacity.feasibility.flow.flow_network import Integers
from capacity.feasibility.flow.load_cases import load_cases
from capacity.feasibility.levels import Levels
from capacity.feasibility.pressures.pressure_prover import PressurePicture
from capacity.feasibility.questions.availability import used_shares
from capacity.feasibility.questions.availability_matrix import availability_matrix
from capacity.feasibility.questions.shortfall_search import Shortfalls, ShortfallSearch
from capacity.networks.overlays import segments
from capacity.rights.model import Firmness, Route
from capacity.rights.snapshot import RightsSnapshot
from linepack.gasday import GasDay, Period


class Views:
    """What all rights together mean for one network. May be called from several threads."""

    def __init__(self, levels: Levels) -> None:
        self._levels = levels

    @property
    def entry_ids(self) -> tuple[str, ...]:
        """The nodes where gas may enter, in the order of `matrix`."""
        compiled = self._levels.flow_network
        return tuple(compiled.node_ids[node] for node in compiled.entry_points())

    @property
    def exit_ids(self) -> tuple[str, ...]:
        """The nodes where gas may exit, in the order of `matrix`."""
        compiled = self._levels.flow_network
        return tuple(compiled.node_ids[node] for node in compiled.exit_points())

    def matrix(self, snapshot: RightsSnapshot, period: Period) -> Integers:
        """Return what every path could be given firm: int64 [entries, exits, days], whole units.

        Exact at level FLOW, each path for itself beside all rights. Where the policy demands ROBUST it is an
        upper bound, for maps and calendars; `Verifier.availability` verifies one route. Raises Undecided.
        """
        levels = self._levels
        days = load_cases(
            levels.flow_network,
            snapshot.table(period),
            segments(levels.network, levels.overlays, period),
            [Route(entry, exit_) for entry in self.entry_ids for exit_ in self.exit_ids if entry != exit_],
        )
        with levels.taken():
            return levels.answer(partial(availability_matrix, levels.limits, period), days)

    def utilisation(self, snapshot: RightsSnapshot, day: GasDay) -> Mapping[str, float]:
        """Return flow over capacity, 0 to 1, of each edge when all firm rights of `day` are used at once.

        By one flow of possibly many; an edge without bound counts as unused, a closed one as full if rights
        would need it.
        """
        [only] = self._levels.load_cases(snapshot, _one(day), Firmness.FIRM)
        return used_shares(self._levels.flow_network, only)

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
