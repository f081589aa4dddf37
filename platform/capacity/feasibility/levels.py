"""The levels of proof on one network: what proves each, and the load cases that are to be proved.

Made once per network revision and set of overlays; it holds what later answers profit from: live models,
cuts and proofs. Not thread-safe: ask while it is `taken`.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import cached_property
from typing import Final, TypeVar

from capacity.feasibility.errors import Undecided
from capacity.feasibility.flow.flow_network import UNBOUNDED, FlowNetwork, compile_network
from capacity.feasibility.flow.flow_prover import FlowProver
from capacity.feasibility.flow.load_cases import LoadCase, load_cases
from capacity.feasibility.flow.prover import Prover
from capacity.feasibility.flow.technical_limits import RouteProver, TechnicalLimits
from capacity.feasibility.pressures.pressure_prover import PressureProver
from capacity.feasibility.questions.interruptible_limits import InterruptibleLimits, OnSale
from capacity.feasibility.questions.many_routes import KeptQuantities, ManyRoutesQuestion
from capacity.feasibility.questions.route_question import RouteQuestion
from capacity.feasibility.robust.robust_prover import RobustProver
from capacity.hydraulics.infeasibility.checker.check import CheckedCertificate
from capacity.hydraulics.search.primal_heuristics import PrimalHeuristic
from capacity.networks.interruptible import InterruptibleQuantity
from capacity.networks.model import Network, Overlay
from capacity.networks.overlays import segments
from capacity.networks.policy import Level, Policy
from capacity.rights.model import Firmness, Route
from capacity.rights.snapshot import RightsSnapshot
from capacity.solvers.deadline import Deadline, LimitReached, is_interruptible
from capacity.solvers.port import Solver
from linepack.gasday import Period

ANSWER_S: Final = 15.0
"""How long questions without a verdict may take."""

T = TypeVar("T")


class Levels:
    """The provers of one network, by level; see the module docstring."""

    def __init__(
        self,
        network: Network,
        overlays: Iterable[Overlay],
        policy: Policy,
        solver: Solver,
        *,
        finder: PrimalHeuristic | None = None,
        interruptible: Sequence[InterruptibleQuantity] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.network, self.overlays, self.policy = network, tuple(overlays), policy
        self.solver, self._finder, self._clock = solver, finder, clock
        self.flow_network: FlowNetwork = compile_network(network)
        self.limits = TechnicalLimits(self.flow_network)
        self.interruptible = InterruptibleLimits(interruptible, self.limits)
        flow, robust = FlowProver(self.flow_network, solver), RobustProver(self.flow_network, solver)
        self.provers: Mapping[Level, Prover] = {Level.RIGHTS: flow, Level.FLOW: flow, Level.ROBUST: robust}
        self.tightest = robust.tightest
        self.kept = KeptQuantities()
        self._lock = threading.RLock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Keep other threads out. Not where a question has its turn: others may ask while it pauses."""
        with nullcontext() if is_interruptible() else self._lock:
            yield

    @cached_property
    def pressures(self) -> PressureProver:
        """What proves pressures, made when first needed."""
        return PressureProver(self.network, self.solver, self._finder)

    @property
    def checked_certificates(self) -> Sequence[CheckedCertificate]:
        """The infeasibility certificates of pressures that were checked before."""
        return self.pressures.checked_certificates if "pressures" in self.__dict__ else ()

    def prover(self, level: Level) -> Prover:
        """Return what proves the capacities of a level."""
        return self.provers[level.without_pressures]

    def deadline(self, seconds: float) -> Deadline:
        """Return the deadline that many seconds from now."""
        return Deadline(seconds, self._clock)

    def load_cases(
        self, snapshot: RightsSnapshot, period: Period, firmness: Firmness, *routes: Route
    ) -> list[LoadCase]:
        """Return the different kinds of gas day of a period; `routes` are there even without rights."""
        return load_cases(
            self.flow_network,
            snapshot.table(period, firmness),
            segments(self.network, self.overlays, period),
            routes,
        )

    def question(
        self,
        snapshot: RightsSnapshot,
        route: Route,
        period: Period,
        firmness: Firmness,
        level: Level | None = None,
        *,
        at_most: int = UNBOUNDED,
    ) -> RouteQuestion:
        """Return what is to be proved about a route, at `level` or the policy's; raises NotFound.

        Quantities are sought up to `at_most`.
        """
        level = level or self.policy.level(firmness)
        days = self.load_cases(snapshot, period, firmness, route)
        row = days[0].table.routes.index(route)
        on_sale: Sequence[OnSale] = ()
        if firmness is Firmness.INTERRUPTIBLE:
            days, on_sale = self.interruptible.days(days, row)
        return RouteQuestion(
            level,
            row,
            tuple(days),
            RouteProver(self.limits, self.prover(level), row, is_alone=level is Level.RIGHTS),
            self.pressures if level.has_pressures else None,
            tuple(on_sale),
            at_most,
        )

    def many_routes(
        self, snapshot: RightsSnapshot, routes: Sequence[Route], period: Period
    ) -> ManyRoutesQuestion:
        """Return the question what several routes offer firm over a period; raises NotFound."""
        level = self.policy.firm_level
        days = self.load_cases(snapshot, period, Firmness.FIRM, *routes)
        return ManyRoutesQuestion(
            level, tuple(routes), tuple(days), self.limits, self.prover(level), self.kept
        )

    def largest_firm(self, question: RouteQuestion) -> list[int]:
        """Return the largest firm quantity more for each load case; raises Undecided.

        What was verified with pressures for the same kind of day is kept and not sought again. That none was
        is not kept: a search with more time may verify some.
        """
        if question.pressures is None:
            return self.answer(question.largest, question.days)
        route = question.days[0].table.routes[question.row]
        found = [self.kept.verified(day).get(route) for day in question.days]
        missing = [day for day, one in zip(question.days, found, strict=True) if one is None]
        fresh = self.answer(question.largest, missing) if missing else []
        for day, quantity in zip(missing, fresh, strict=True):
            if quantity:
                self.kept.keep_verified(day, route, quantity)
        others = iter(fresh)
        return [next(others) if one is None else one for one in found]

    def answer(
        self,
        ask: Callable[[Sequence[LoadCase], Deadline], T],
        days: Sequence[LoadCase],
        seconds: float = ANSWER_S,
    ) -> T:
        """Return what `ask` answers about `days` in time; raises Undecided."""
        try:
            return ask(days, self.deadline(seconds))
        except LimitReached as unproved:
            raise Undecided(str(unproved)) from unproved
