"""The infeasibility prover: spatial branch and bound that leaves an infeasibility certificate.

It branches over flows and modes (Land and Doig 1960; Falk and Soland 1969), with conflict-driven
back-jumping: a part that is proved infeasible without using the division it came from settles the whole case.
Bound tightening by single rows comes first, then the linear relaxation proves the case infeasible or gives
the point that says where to divide. Each tightening carries the weights that justify it, so that the tree
*is* the proof; steps that nothing later uses are left out of it.
"""

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from capacity.hydraulics.infeasibility.certificate import (
    Close,
    Exclude,
    InfeasibilityCertificate,
    SplitFlow,
    SplitModes,
    Step,
    Tighten,
    Weights,
)
from capacity.hydraulics.infeasibility.prover.bound_tightening import (
    MODES,
    BoundTightening,
    Record,
    Trail,
)
from capacity.hydraulics.infeasibility.prover.branching import MISS_BAR2, Branching, Division, Inspection
from capacity.hydraulics.infeasibility.prover.dual_bounds import bounds_read, proved_value
from capacity.hydraulics.infeasibility.prover.lp_relaxation import Point, Relaxation
from capacity.hydraulics.infeasibility.prover.obbt import resumed, tightened
from capacity.hydraulics.infeasibility.prover.rows import Rows
from capacity.hydraulics.physics.network import HydraulicNetwork, Reals
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.physics.state import Mode
from capacity.solvers.deadline import Deadline, LimitReached
from capacity.solvers.port import Solver

CASES_MAX: Final = 100_000
"""A bound on memory, and on the length of a certificate."""
DEPTH_MAX: Final = 150
"""So many divisions on top of each other; generators within generators stop far above."""
CASES_BETWEEN_POINTS: Final = 25
"""Cases between two points of the relaxation that are handed out: a nonlinear program begins at each, which
takes as long as several cases, so that more of them would hold up the proof."""


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """A point of the relaxation in a case that the search has not excluded.

    flows : kg/s (elements,); potentials : bar² (nodes,); injections : kg/s (nodes,), the step's included
    modes : what each element is set to at the point; configurations : its configuration, where it has some
    miss_bar2 : by how much the point breaks the law that it breaks most
    """

    flows: Reals
    potentials: Reals
    injections: Reals
    step: float
    modes: tuple[Mode, ...]
    configurations: tuple[int | None, ...]
    miss_bar2: float


@dataclass(slots=True)
class _Proof:
    """The steps of a settled case, and the ids of the records outside it that they build on."""

    steps: list[Step]
    needed: set[int]


_Settling = Generator[InfeasibilityCertificate | Relaxed | LimitReached, None, _Proof | None]


class InfeasibilityProver:
    """Refutes problems about one network."""

    def __init__(self, network: HydraulicNetwork, solver: Solver) -> None:
        self._network = network
        self._solver = solver

    def prove(
        self, problem: HydraulicProblem, deadline: Deadline
    ) -> InfeasibilityCertificate | Relaxed | None:
        """Return a proof that no state answers the problem, or a point the search could not exclude.

        None when the time or the number of cases ran out before either.
        """
        search = self.search(problem)
        found = None
        try:
            while (found := search.next(deadline)) is not None:
                if isinstance(found, InfeasibilityCertificate) or found.miss_bar2 <= MISS_BAR2:
                    return found
        except LimitReached:
            return None
        return None

    def search(self, problem: HydraulicProblem) -> "Search":
        """Return the search itself, which hands out points as it goes."""
        if problem.network is not self._network:
            raise ValueError("the problem is about another network")
        return Search(problem, self._solver)

    def prove_step_impossible(
        self, problem: HydraulicProblem, step: float, deadline: Deadline
    ) -> InfeasibilityCertificate | None:
        """Return a proof that no step of at least `step` is possible."""
        narrowed = problem.towards(problem.direction, step, problem.step_max)
        found = self.prove(narrowed, deadline)
        return found if isinstance(found, InfeasibilityCertificate) else None


class Search:
    """One search; `next` carries it on."""

    def __init__(self, problem: HydraulicProblem, solver: Solver) -> None:
        self._rows = Rows(problem)
        self._solver = solver
        self._tightening = BoundTightening(self._rows)
        self._pressed = self._tightening.pressed()
        self._branching = Branching(self._rows, self._pressed)
        self._relaxation: Relaxation | None = None
        self._deadline = Deadline(math.inf)
        self._cases = self._depth = 0
        self._since_point = CASES_BETWEEN_POINTS
        self._found = self._run()

    def next(self, deadline: Deadline) -> InfeasibilityCertificate | Relaxed | None:
        """Return the next point worth trying, or the certificate; None: the search has ended with neither.

        Raises LimitReached when the deadline passes; a later call carries on.
        """
        self._deadline = deadline
        found = next(self._found, None)
        if isinstance(found, LimitReached):
            raise found
        return found

    def _run(self) -> Iterator[InfeasibilityCertificate | Relaxed | LimitReached]:
        columns = self._rows.columns
        trail = Trail(
            self._rows.whole_box(),
            np.zeros((2, columns.count), dtype=np.int64),
            np.zeros(columns.elements, dtype=np.int64),
        )
        proof = yield from self._settle(trail)
        if proof is not None:
            yield InfeasibilityCertificate(tuple(proof.steps))

    def _settle(self, trail: Trail) -> _Settling:
        """Settle one case; None when some part of it withstands."""
        self._cases += 1
        self._deadline.pause()
        if self._cases > CASES_MAX or self._depth > DEPTH_MAX:
            return None
        if self._tightening.propagate(trail):
            return self._closed(trail, ())
        if self._relaxation is None:
            self._relaxation = Relaxation(self._rows, trail.box, self._pressed, self._solver)
            closing = yield from tightened(
                self._rows, self._relaxation, trail, self._tightening, lambda: self._deadline
            )
            if closing is not None:
                return self._closed(trail, closing)
        relaxation = self._relaxation
        found = yield from resumed(lambda: relaxation.solve(trail.box, self._deadline))
        if isinstance(found, Point):
            return (yield from self._branch(trail, found))
        if found is not None and proved_value(self._rows, found, None, 1.0, trail.box) > 0:
            return self._closed(trail, found)
        # The solver's weights prove nothing when recounted: smaller cases may be clearer.
        middle = (trail.box.lower + trail.box.upper) / 2
        point = Point(middle, np.zeros(self._rows.columns.elements))
        division = self._branching.inspect(trail.box, middle, point.weight).division
        return None if division is None else (yield from self._divide(trail, division, point))

    def _branch(self, trail: Trail, found: Point) -> _Settling:
        """Settle a case that the relaxation leaves open."""
        inspection = self._branching.inspect(trail.box, found.values, found.weight)
        self._since_point += 1
        if self._since_point > CASES_BETWEEN_POINTS or inspection.division is None:
            self._since_point = 0
            yield self._relaxed(found, inspection)
        if inspection.division is None:
            return None
        return (yield from self._divide(trail, inspection.division, found))

    def _divide(self, trail: Trail, division: Division, point: Point) -> _Settling:
        """Settle the parts of a case, or one of them that does not need the division."""
        place, number = division.place, self._tightening.number()
        parts = list(division.sets) or [1, 0]
        is_high = not division.sets and point.values[place] > division.value
        order = range(len(parts)) if not is_high else reversed(range(len(parts)))
        proofs: dict[int, _Proof] = {}
        is_settled = True
        for part in order:
            child = trail.child()
            if division.sets:
                child.restrict(number, place, parts[part])
            else:
                child.move(number, place, parts[part], division.value, ())
            child.records.clear()
            self._depth += 1
            proof = yield from self._settle(child)
            self._depth -= 1
            if proof is None:
                is_settled = False
                continue
            if number not in proof.needed:
                return self._unwound(trail, proof)
            proofs[part] = proof
        if not is_settled:
            return None
        step: Step = SplitModes(place, division.sets) if division.sets else SplitFlow(place, division.value)
        needed = set().union(*(proof.needed for proof in proofs.values())) - {number}
        if division.sets:
            needed.add(int(trail.mode_reasons[place]))
        steps = [step]
        for part in range(len(parts)):
            steps += proofs[part].steps
        return self._unwound(trail, _Proof(steps, needed))

    def _closed(self, trail: Trail, weights: Weights) -> _Proof:
        """Return the proof of a case that the weights, or its own box, contradict."""
        box = trail.box
        if weights:
            needed = self._reasons(trail, weights, None, 1.0)
        elif (crossed := np.flatnonzero(box.lower > box.upper)).size:
            needed = {int(trail.reasons[side, crossed[0]]) for side in (0, 1)}
        else:
            needed = {int(trail.mode_reasons[np.flatnonzero(box.modes == 0)[0]])}
        return self._unwound(trail, _Proof([Close(weights)], needed))

    def _unwound(self, trail: Trail, proof: _Proof) -> _Proof:
        """Put before a proof what it builds on of the case's own records; undoes them."""
        before: list[Step] = []
        for record in reversed(trail.records):
            trail.undo(record)
            if record.id not in proof.needed:
                continue
            proof.needed.discard(record.id)
            if record.side == MODES:
                before += self._excluded(trail, record, proof.needed)
            else:
                before.append(self._tightened(trail, record, proof.needed))
        trail.records.clear()
        proof.steps = before[::-1] + proof.steps
        return proof

    def _excluded(self, trail: Trail, record: Record, needed: set[int]) -> list[Step]:
        needed.add(record.previous)
        for column, side in self._rows.around(record.place):
            needed.add(int(trail.reasons[side, column]))
        return [Exclude(record.place, int(record.old) & ~int(record.new))]

    def _tightened(self, trail: Trail, record: Record, needed: set[int]) -> Step:
        sign = -1.0 if record.side else 1.0
        weights = record.weights
        if math.isnan(weights[0][1]):
            row = weights[0][0]
            coefficients = dict(self._rows.write(row, trail.box)[0])
            weights = ((row, sign / coefficients[record.place]),)
        needed |= self._reasons(trail, weights, record.place, sign)
        return Tighten(record.place, "upper" if record.side else "lower", record.new, weights)

    def _reasons(self, trail: Trail, weights: Weights, objective: int | None, sign: float) -> set[int]:
        bounds, elements = bounds_read(self._rows, weights, objective, sign, trail.box)
        found = {int(trail.reasons[side, column]) for column, side in bounds}
        return found | {int(trail.mode_reasons[element]) for element in elements}

    def _relaxed(self, point: Point, inspection: Inspection) -> Relaxed:
        problem, columns, values = self._rows.problem, self._rows.columns, point.values
        step = float(values[columns.step])
        injections = values[columns.first_injection : columns.step] + step * problem.direction
        return Relaxed(
            flows=values[: columns.elements].copy(),
            potentials=values[columns.first_potential : columns.first_drop].copy(),
            injections=injections,
            step=step,
            modes=inspection.modes,
            configurations=inspection.configurations,
            miss_bar2=inspection.miss_bar2,
        )
