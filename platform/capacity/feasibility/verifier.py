"""Verification: whether a request may be sold beside the rights on a network, and what could be had instead.

A verifier is made once per network revision and set of overlays. It may be called from several threads and
answers one question at a time; it solves, so ask it off the event loop. What it decides has passed the
checker, which shares no code with the provers; what does not pass is UNDECIDED. Answers depend on nothing but
what is passed in, apart from the time allowed: without a proof in time a decision is UNDECIDED, and other
questions raise Undecided.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeVar

from capacity.feasibility.checking.checked_verdict import (
    CheckedDecision,
    CheckedOn,
    CheckedVerdict,
    checked,
    checked_verdict,
)
from capacity.feasibility.flow.flow_network import UNBOUNDED
from capacity.feasibility.flow.load_cases import LoadCase
from capacity.feasibility.flow.prover import Refusal
from capacity.feasibility.levels import ANSWER_S, Levels
from capacity.feasibility.pressures.pressure_prover import PressureRefusal
from capacity.feasibility.questions.availability import (
    AvailableCapacity,
    RouteRights,
    available_spans,
    by_period,
)
from capacity.feasibility.questions.bottlenecks import BottleneckSearch, proof_of
from capacity.feasibility.questions.counter_offer import counter_offer
from capacity.feasibility.questions.interruptible_limits import shortages, sold_out
from capacity.feasibility.questions.route_question import RouteQuestion
from capacity.feasibility.verdicts.certificates import DayProof, Outcome
from capacity.feasibility.verdicts.explanation import Explanation
from capacity.feasibility.verdicts.verdict import Decision, Request, Verdict
from capacity.feasibility.views import Views
from capacity.hydraulics.search.primal_heuristics import PrimalHeuristic
from capacity.networks.interruptible import InterruptibleQuantity
from capacity.networks.model import Network, Overlay
from capacity.networks.policy import Level, Policy, WhenUndecided
from capacity.rights.model import Firmness, Route
from capacity.rights.snapshot import RightsSnapshot
from capacity.solvers.deadline import Deadline, LimitReached
from capacity.solvers.engines import Engine, cited, noted
from capacity.solvers.port import Solver
from linepack.gasday import Period
from linepack.ids import RevisionId

QUANTITIES_S: Final = 3.0
"""How long the largest quantities of a refusal may take."""
EXPLANATION_S: Final = 2.0
"""How long its bottlenecks may take."""

D = TypeVar("D", Decision, Verdict)


@dataclass(frozen=True, slots=True)
class _Refused:
    """A request that is refused: what was to be proved, and by what it was refused.

    `by` is None where less is left of the interruptible quantity than is asked.
    """

    question: RouteQuestion
    days: Sequence[LoadCase]
    by: Refusal | PressureRefusal | None


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
        self._levels = Levels(
            network, overlays, policy, solver, finder=finder, interruptible=interruptible, clock=clock
        )
        self._revision_id = revision_id
        self.views = Views(self._levels)

    @property
    def levels(self) -> Levels:
        """The provers, for questions about whole stacks of rights; ask while they are taken."""
        return self._levels

    def decide(
        self,
        snapshot: RightsSnapshot,
        request: Request,
        at: datetime,
        *,
        level: Level | None = None,
        seconds: float | None = None,
    ) -> CheckedDecision:
        """Return the decision on `request` beside the rights of `snapshot`, made at instant `at`.

        `level` and `seconds` replace the policy's; at a level asked for, UNDECIDED stays what it is. Raises
        NotFound where the route does not fit the network.
        """
        with self._levels.taken(), noted() as engines:
            decision, _ = self._decided(snapshot, request, at, level, seconds)
            return checked(self._case(snapshot), _by(engines, decision))

    def verify(
        self,
        snapshot: RightsSnapshot,
        request: Request,
        at: datetime,
        *,
        level: Level | None = None,
        seconds: float | None = None,
    ) -> CheckedVerdict:
        """Return the decision as `decide` does, with its explanation where the request is refused.

        The explanation takes longer than the proof: ask for it outside the network's lock.
        """
        with self._levels.taken(), noted() as engines:
            decision, refused = self._decided(snapshot, request, at, level, seconds)
            verdict = decision.explained(Explanation())
            if refused is not None:
                verdict = self._explained(decision, refused)
            return checked_verdict(self._case(snapshot), _by(engines, verdict))

    def model_hash(self, snapshot: RightsSnapshot, request: Request, level: Level) -> str:
        """Return what identifies all that a verdict at `level` on `request` is about; raises NotFound."""
        with self._levels.taken():
            of_capacities = level.without_pressures
            question = self._levels.question(
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
        at_most: int = UNBOUNDED,
        seconds: float = ANSWER_S,
    ) -> list[tuple[Period, int]]:
        """Return the largest quantity that could be had for each sub-period, in order, none left out.

        Each is `at_most`, or it is feasible on its own sub-period and one unit more is not; with pressures it
        is the largest verified. `level` replaces the policy's; a lower one bounds what a higher one allows.
        Raises NotFound, Undecided.
        """
        with self._levels.taken():
            question = self._levels.question(snapshot, route, period, firmness, level, at_most=at_most)
            return by_period(question.days, self._levels.answer(question.largest, question.days, seconds))

    def largest_throughout(
        self,
        snapshot: RightsSnapshot,
        route: Route,
        period: Period,
        firmness: Firmness,
        *,
        at_most: int = UNBOUNDED,
        seconds: float = ANSWER_S,
    ) -> int:
        """Return the largest quantity that could be had on every day of `period`; raises as `largest`."""
        with self._levels.taken():
            question = self._levels.question(snapshot, route, period, firmness, at_most=at_most)
            return self._levels.answer(question.largest_throughout, question.days, seconds)

    def availability(self, snapshot: RightsSnapshot, route: Route, period: Period) -> list[AvailableCapacity]:
        """Return what `route` offers firm over `period`, in spans of equal figures; raises as `largest`."""
        levels = self._levels
        with levels.taken():
            question = levels.question(snapshot, route, period, Firmness.FIRM)
            largest = levels.largest_firm(question)
            rights = RouteRights.of(snapshot, route, period)
            days = levels.load_cases(snapshot, period, Firmness.INTERRUPTIBLE, route)
            on_sale = levels.interruptible.spans(days, days[0].table.routes.index(route))
            return available_spans(question, largest, levels.limits, rights, on_sale)

    def _decided(
        self,
        snapshot: RightsSnapshot,
        request: Request,
        at: datetime,
        level: Level | None,
        seconds: float | None,
    ) -> tuple[Decision, _Refused | None]:
        """Return the decision as found, not yet checked and without its engines, and why it refuses."""
        policy = self._levels.policy
        question = self._levels.question(snapshot, request.route, request.period, request.firmness, level)
        days = question.asking(request.quantity)
        decision = Decision(
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
            proofs = sold_out(question.days, question.on_sale, request.quantity)
            return _infeasible(decision, proofs), _Refused(question, days, None)
        deadline = self._levels.deadline(policy.deadline_s if seconds is None else seconds)
        try:
            answer = question.prover.prove(days, deadline)
        except LimitReached as unproved:
            return replace(decision, reason=str(unproved)), None
        if isinstance(answer, Refusal):
            return _infeasible(decision, (proof_of(answer),)), _Refused(question, days, answer)
        proved = replace(decision, outcome=Outcome.FEASIBLE, proofs=tuple(_in_order(answer)))
        may_sell_lower = level is None and policy.when_undecided is not WhenUndecided.REFUSE
        return _with_pressures(proved, question, days, deadline, may_sell_lower=may_sell_lower)

    def _case(self, snapshot: RightsSnapshot) -> CheckedOn:
        levels = self._levels
        return CheckedOn(levels.network, levels.overlays, snapshot, levels.checked_certificates)

    def _explained(self, decision: Decision, refused: _Refused) -> Verdict:
        """Return a refusal with what could be had instead and what stands in the way, as found in time."""
        question, quantity, unit = refused.question, decision.request.quantity, self._levels.network.unit
        found = counter_offer(question, quantity, unit, self._levels.deadline(QUANTITIES_S))
        explanation = Explanation(
            largest=found.by_period,
            largest_throughout=found.throughout,
            bound_throughout=found.bound_throughout,
            is_complete=found.is_complete,
        )
        if refused.by is None:
            short = shortages(question.days, question.on_sale, quantity, unit)
            return decision.explained(replace(explanation, bottlenecks=short))
        if isinstance(refused.by, PressureRefusal):
            short_of = refused.by.shortages
            is_complete = found.is_complete and bool(short_of)
            return decision.explained(replace(explanation, shortages=short_of, is_complete=is_complete))
        search = BottleneckSearch(question.prover, refused.days, quantity, unit)
        cuts = search.run(refused.by, self._levels.deadline(EXPLANATION_S))
        explanation = replace(
            explanation, bottlenecks=cuts.bottlenecks, is_complete=found.is_complete and cuts.is_complete
        )
        return replace(decision, proofs=cuts.proofs).explained(explanation)

    def _model_hash(self, level: Level, days: Sequence[LoadCase]) -> str:
        table = days[0].table
        digest = hashlib.sha256(f"{self._revision_id} {level} {table.routes}".encode())
        for day in days:
            digest.update(f"{day.periods}".encode() + day.capacities.key + day.quantities.tobytes())
        return digest.hexdigest()


def _with_pressures(
    proved: Decision,
    question: RouteQuestion,
    days: Sequence[LoadCase],
    deadline: Deadline,
    *,
    may_sell_lower: bool,
) -> tuple[Decision, _Refused | None]:
    """Return the decision on a request whose flows are proved, after its pressures were looked at."""
    if question.pressures is None:
        return proved, None
    try:
        answer = question.pressures.prove(days, deadline)
    except LimitReached as unproved:
        if may_sell_lower:
            lower = question.level.without_pressures
            return replace(proved, level=lower, demanded_level=question.level, reason=str(unproved)), None
        return replace(proved, outcome=Outcome.UNDECIDED, proofs=(), reason=str(unproved)), None
    if isinstance(answer, PressureRefusal):
        return _infeasible(proved, (answer.proof,)), _Refused(question, days, answer)
    return replace(proved, proofs=tuple(_in_order([*proved.proofs, *answer]))), None


def _by(engines: Iterable[Engine], found: D) -> D:
    names, versions = cited(engines)
    return replace(found, solver=names, solver_version=versions)


def _infeasible(decision: Decision, proofs: tuple[DayProof, ...]) -> Decision:
    return replace(decision, outcome=Outcome.INFEASIBLE, proofs=proofs)


def _in_order(proofs: Iterable[DayProof]) -> list[DayProof]:
    return sorted(proofs, key=lambda proof: proof.periods[0])
