"""Verification: one network, its overlays and its policy, ready to answer about any rights.

A verifier is made once per network revision and set of overlays and holds what later answers profit from:
live models, cuts and proofs. It may be called from several threads and answers one question at a time; it
solves, so ask it off the event loop. A verdict has passed the checker, which shares no code with the provers;
one that does not pass is UNDECIDED. Answers depend on nothing but what is passed in, apart from the time
allowed: without a proof in time a verdict is UNDECIDED, and other questions raise Undecided.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from capacity.feasibility.checking.checked_verdict import CheckedVerdict, checked
from capacity.feasibility.errors import Undecided
from capacity.feasibility.flow.flow_network import Integers, compile_network
from capacity.feasibility.flow.flow_prover import FlowProver
from capacity.feasibility.flow.load_cases import LoadCase, load_cases
from capacity.feasibility.flow.prover import Prover, Refusal
from capacity.feasibility.flow.technical_limits import RouteProver, TechnicalLimits
from capacity.feasibility.pressures.pressure_prover import PressurePicture, PressureProver, PressureRefusal
from capacity.feasibility.questions.availability import RouteRights, available_spans, by_period, used_shares
from capacity.feasibility.questions.availability_matrix import availability_matrix
from capacity.feasibility.questions.bottlenecks import Explainer, proof_of
from capacity.feasibility.questions.counter_offer import counter_offer
from capacity.feasibility.questions.interruptible_limits import (
    InterruptibleLimits,
    OnSale,
    shortages,
    sold_out,
)
from capacity.feasibility.questions.route_question import RouteQuestion
from capacity.feasibility.questions.shortfall_search import Shortfalls, ShortfallSearch
from capacity.feasibility.robust.robust_prover import RobustProver
from capacity.feasibility.verdicts.verdict import AvailableCapacity, DayProof, Outcome, Request, Verdict
from capacity.hydraulics.search.primal_heuristics import PrimalHeuristic
from capacity.networks.interruptible import InterruptibleQuantity
from capacity.networks.model import Network, Overlay
from capacity.networks.overlays import segments
from capacity.networks.policy import Level, Policy, WhenUndecided
from capacity.rights.model import Firmness, Route
from capacity.rights.snapshot import RightsSnapshot
from capacity.solvers.deadline import Deadline, LimitReached
from capacity.solvers.engines import cited, noted
from capacity.solvers.port import Solver
from linepack.gasday import GasDay, Period
from linepack.ids import RevisionId

QUANTITIES_S: Final = 3.0
"""How long the largest quantities of a refusal may take."""
EXPLANATION_S: Final = 2.0
"""How long its bottlenecks may take."""
AVAILABILITY_S: Final = 15.0
"""How long questions without a verdict may take."""

T = TypeVar("T")


class Verifier:
    """The verifier of one network; see the module docstring."""

    def __init__(
        self,
        network: Network,
        overlays: Iterable[Overlay],
        policy: Policy,
        solver: Solver,
        *,
        revision_id: RevisionId,
        finder: PrimalHeuristic | None = None,
        interruptible: Sequence[InterruptibleQuantity] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._network = network
        self._overlays = tuple(overlays)
        self._policy = policy
        self._solver, self._finder = solver, finder
        self._revision_id = revision_id
        self._clock = clock
        self._compiled = compile_network(network)
        self._limits = TechnicalLimits(self._compiled)
        self._interruptible = InterruptibleLimits(interruptible, self._limits)
        self._flow = FlowProver(self._compiled, solver)
        self._robust = RobustProver(self._compiled, solver)
        self._kept_pressures: PressureProver | None = None
        self._lock = threading.RLock()

    @property
    def entry_ids(self) -> tuple[str, ...]:
        """The nodes where gas may enter, in the order of `matrix`."""
        return tuple(self._compiled.node_ids[node] for node in self._compiled.entry_points())

    @property
    def exit_ids(self) -> tuple[str, ...]:
        """The nodes where gas may exit, in the order of `matrix`."""
        return tuple(self._compiled.node_ids[node] for node in self._compiled.exit_points())

    def verify(
        self,
        snapshot: RightsSnapshot,
        request: Request,
        at: datetime,
        *,
        level: Level | None = None,
        seconds: float | None = None,
        explains: bool = True,
    ) -> CheckedVerdict:
        """Return the verdict on `request` beside the rights of `snapshot`, decided at instant `at`.

        `level` and `seconds` replace the policy's; at a level asked for, UNDECIDED stays what it is. Unless
        it `explains`, a refusal has neither bottlenecks nor largest quantities: those take longer than the
        proof, and others may be waiting. Raises NotFound where the route does not fit the network.
        """
        with self._lock, noted() as engines:
            verdict = self._decide(snapshot, request, at, level=level, seconds=seconds, explains=explains)
            names, versions = cited(engines)
            verdict = replace(verdict, solver=names, solver_version=versions)
            known = () if self._kept_pressures is None else self._kept_pressures.refutations
            return checked(self._network, self._overlays, snapshot, verdict, known)

    def _decide(
        self,
        snapshot: RightsSnapshot,
        request: Request,
        at: datetime,
        *,
        level: Level | None,
        seconds: float | None,
        explains: bool,
    ) -> Verdict:
        """Return the verdict as it was found; neither its engines nor the checker's word are in it yet."""
        question = self._question(snapshot, request.route, request.period, request.firmness, level)
        days = question.asking(request.quantity)
        verdict = Verdict(
            request=request,
            outcome=Outcome.UNDECIDED,
            level=question.level,
            revision_id=self._revision_id,
            rights_version=snapshot.version,
            solver="",
            solver_version="",
            model_hash=self._model_hash(question.level, days),
            decided_at=at,
        )
        if any(one.left < request.quantity for one in question.on_sale):
            return self._not_on_sale(verdict, question, explains=explains)
        deadline = Deadline(self._policy.deadline_s if seconds is None else seconds, self._clock)
        try:
            answer = question.prover.prove(days, deadline)
        except LimitReached as unproved:
            return replace(verdict, reason=str(unproved))
        if isinstance(answer, Refusal):
            if not explains:
                proofs = (proof_of(answer),)
                return replace(verdict, outcome=Outcome.INFEASIBLE, proofs=proofs, is_explained=False)
            return self._refused(verdict, question, days, answer)
        proved = replace(verdict, outcome=Outcome.FEASIBLE, proofs=tuple(_in_order(answer)))
        may_sell_lower = level is None and self._policy.when_undecided is not WhenUndecided.REFUSE
        return self._with_pressures(
            proved, question, days, deadline, may_sell_lower=may_sell_lower, explains=explains
        )

    def model_hash(self, snapshot: RightsSnapshot, request: Request, level: Level) -> str:
        """Return what identifies all that a verdict at `level` on `request` is about; raises NotFound."""
        with self._lock:
            of_capacities = level.without_pressures
            question = self._question(
                snapshot, request.route, request.period, request.firmness, of_capacities
            )
            return self._model_hash(level, question.asking(request.quantity))

    def largest(
        self,
        snapshot: RightsSnapshot,
        route: Route,
        period: Period,
        firmness: Firmness,
        *,
        level: Level | None = None,
        seconds: float = AVAILABILITY_S,
    ) -> list[tuple[Period, int]]:
        """Return the largest quantity that could be had for each sub-period, in order, none left out.

        Each is feasible on its own sub-period and one unit more is not; with pressures it is the largest
        verified. `level` replaces the policy's; a lower one bounds what a higher one allows. Raises NotFound,
        Undecided.
        """
        with self._lock:
            question = self._question(snapshot, route, period, firmness, level)
            return by_period(question.days, self._answer(question.largest, question.days, seconds))

    def largest_throughout(
        self,
        snapshot: RightsSnapshot,
        route: Route,
        period: Period,
        firmness: Firmness,
        *,
        seconds: float = AVAILABILITY_S,
    ) -> int:
        """Return the largest quantity that could be had on every day of `period`; raises as `largest`."""
        with self._lock:
            question = self._question(snapshot, route, period, firmness)
            return self._answer(question.largest_throughout, question.days, seconds)

    def availability(self, snapshot: RightsSnapshot, route: Route, period: Period) -> list[AvailableCapacity]:
        """Return what `route` offers firm over `period`, in spans of equal figures; raises as `largest`."""
        with self._lock:
            question = self._question(snapshot, route, period, Firmness.FIRM)
            largest = self._answer(question.largest, question.days)
            rights = RouteRights.of(snapshot, route, period)
            on_sale = self._on_sale(snapshot, route, period)
            return available_spans(question, largest, self._limits, rights, on_sale)

    def _on_sale(self, snapshot: RightsSnapshot, route: Route, period: Period) -> list[tuple[Period, OnSale]]:
        days = self._day_stacks(snapshot, period, Firmness.INTERRUPTIBLE, route)
        return self._interruptible.spans(days, days[0].table.routes.index(route))

    def matrix(self, snapshot: RightsSnapshot, period: Period) -> Integers:
        """Return what every path could be given firm: int64 [entries, exits, days], whole units.

        Exact at level FLOW, each path for itself beside all rights. Where the policy demands ROBUST it is an
        upper bound, for maps and calendars; `availability` verifies one route.
        """
        days = load_cases(
            self._compiled,
            snapshot.table(period),
            segments(self._network, self._overlays, period),
            [Route(entry, exit_) for entry in self.entry_ids for exit_ in self.exit_ids if entry != exit_],
        )
        with self._lock:
            return self._answer(partial(availability_matrix, self._limits, period), days)

    def utilisation(self, snapshot: RightsSnapshot, day: GasDay) -> Mapping[str, float]:
        """Return flow over capacity, 0 to 1, of each edge when all firm rights of `day` are used at once.

        By one flow of possibly many; an edge without bound counts as unused, a closed one as full if rights
        would need it.
        """
        period = Period(day, day + timedelta(days=1))
        only = self._day_stacks(snapshot, period, Firmness.FIRM)[0]
        return used_shares(self._compiled, only)

    def pressures(self, snapshot: RightsSnapshot, day: GasDay, *, seconds: float) -> PressurePicture:
        """Return the state of the network when all firm rights of `day` are used at once, if there is one."""
        with self._lock:
            only = self._day_stacks(snapshot, Period(day, day + timedelta(days=1)), Firmness.FIRM)[0]
            return self._pressures.picture(only, Deadline(seconds, self._clock))

    def shortfalls(self, snapshot: RightsSnapshot, period: Period, *, seconds: float) -> Shortfalls:
        """Return where firm rights exceed capacity over `period`, pressures left out of account."""
        with self._lock:
            level = self._policy.firm_level.without_pressures
            prover: Prover = self._robust if level is Level.ROBUST else self._flow
            days = self._day_stacks(snapshot, period, Firmness.FIRM)
            search = ShortfallSearch(level, prover, self._limits, self._solver)
            return search.run(days, Deadline(seconds, self._clock))

    @property
    def _pressures(self) -> PressureProver:
        """The prover of pressures, made when first needed."""
        if self._kept_pressures is None:
            self._kept_pressures = PressureProver(self._network, self._solver, self._finder)
        return self._kept_pressures

    def _question(
        self,
        snapshot: RightsSnapshot,
        route: Route,
        period: Period,
        firmness: Firmness,
        level: Level | None = None,
    ) -> RouteQuestion:
        level = level or self._policy.level(firmness)
        days = self._day_stacks(snapshot, period, firmness, route)
        row = days[0].table.routes.index(route)
        on_sale: Sequence[OnSale] = ()
        if firmness is Firmness.INTERRUPTIBLE:
            days, on_sale = self._interruptible.days(days, row)
        prover: Prover = self._robust if level.without_pressures is Level.ROBUST else self._flow
        return RouteQuestion(
            level,
            row,
            tuple(days),
            RouteProver(self._limits, prover, row, is_alone=level is Level.RIGHTS),
            self._pressures if level.has_pressures else None,
            tuple(on_sale),
        )

    def _day_stacks(
        self, snapshot: RightsSnapshot, period: Period, firmness: Firmness, *routes: Route
    ) -> list[LoadCase]:
        return load_cases(
            self._compiled,
            snapshot.table(period, firmness),
            segments(self._network, self._overlays, period),
            routes,
        )

    def _answer(
        self,
        ask: Callable[[Sequence[LoadCase], Deadline], T],
        days: Sequence[LoadCase],
        seconds: float = AVAILABILITY_S,
    ) -> T:
        try:
            return ask(days, Deadline(seconds, self._clock))
        except LimitReached as unproved:
            raise Undecided(str(unproved)) from unproved

    def _with_pressures(
        self,
        proved: Verdict,
        question: RouteQuestion,
        days: Sequence[LoadCase],
        deadline: Deadline,
        *,
        may_sell_lower: bool,
        explains: bool,
    ) -> Verdict:
        """Return the verdict on a request whose flows are proved, after its pressures were looked at."""
        if question.pressures is None:
            return proved
        try:
            answer = question.pressures.prove(days, deadline)
        except LimitReached as unproved:
            if may_sell_lower:
                lower = question.level.without_pressures
                return replace(proved, level=lower, demanded_level=question.level, reason=str(unproved))
            return replace(proved, outcome=Outcome.UNDECIDED, proofs=(), reason=str(unproved))
        if isinstance(answer, PressureRefusal):
            if not explains:
                proofs = (answer.proof,)
                return replace(proved, outcome=Outcome.INFEASIBLE, proofs=proofs, is_explained=False)
            refused = self._with_counter_offer(proved, question)
            return replace(
                refused,
                outcome=Outcome.INFEASIBLE,
                proofs=(answer.proof,),
                shortages=answer.shortages,
                is_explained=refused.is_explained and bool(answer.shortages),
            )
        return replace(proved, proofs=tuple(_in_order([*proved.proofs, *answer])))

    def _not_on_sale(self, verdict: Verdict, question: RouteQuestion, *, explains: bool) -> Verdict:
        """Return the refusal of more than is left of the interruptible quantity: a matter of counting."""
        proofs = sold_out(question.days, question.on_sale, verdict.request.quantity)
        refused = replace(verdict, outcome=Outcome.INFEASIBLE, proofs=proofs, is_explained=False)
        if not explains:
            return refused
        short = shortages(question.days, question.on_sale, verdict.request.quantity, self._network.unit)
        return replace(self._with_counter_offer(refused, question), bottlenecks=short)

    def _with_counter_offer(self, verdict: Verdict, question: RouteQuestion) -> Verdict:
        """Return the verdict with what could be had instead, as far as it is found in time."""
        deadline = Deadline(QUANTITIES_S, self._clock)
        found = counter_offer(question, verdict.request.quantity, self._network.unit, deadline)
        return replace(
            verdict,
            largest=found.by_period,
            largest_throughout=found.throughout,
            bound_throughout=found.bound_throughout,
            is_explained=found.is_complete,
        )

    def _refused(
        self, verdict: Verdict, question: RouteQuestion, days: Sequence[LoadCase], refusal: Refusal
    ) -> Verdict:
        """Return the verdict with counter-offers and bottlenecks, as far as they are found in time."""
        verdict = self._with_counter_offer(verdict, question)
        explainer = Explainer(question.prover, days, verdict.request.quantity, self._network.unit)
        explanation = explainer.explain(refusal, Deadline(EXPLANATION_S, self._clock))
        return replace(
            verdict,
            outcome=Outcome.INFEASIBLE,
            proofs=explanation.proofs,
            bottlenecks=explanation.bottlenecks,
            is_explained=verdict.is_explained and explanation.is_complete,
        )

    def _model_hash(self, level: Level, days: Sequence[LoadCase]) -> str:
        table = days[0].table
        digest = hashlib.sha256(f"{self._revision_id} {level} {table.routes}".encode())
        for day in days:
            digest.update(f"{day.periods}".encode() + day.capacities.key + day.quantities.tobytes())
        return digest.hexdigest()


def _in_order(proofs: Iterable[DayProof]) -> list[DayProof]:
    return sorted(proofs, key=lambda proof: proof.periods[0])
