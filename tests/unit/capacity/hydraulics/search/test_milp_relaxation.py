"""The mixed-integer relaxation: what it must not cut off, and what it must."""

import numpy as np
import pytest
from tests.unit.capacity.hydraulics.small_networks import edge, network, node, pipe, random_network

from capacity.hydraulics.physics.network import HydraulicNetwork, Reals, compile_hydraulics
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.search.flow_bounds import FlowBounds
from capacity.hydraulics.search.milp_relaxation import CandidatePoint, MilpRelaxation, NoCandidate
from capacity.hydraulics.search.modes import Setting
from capacity.hydraulics.search.portfolio import Feasible, HydraulicSolver
from capacity.networks.model import EdgeKind, Network
from capacity.solvers.deadline import Deadline
from capacity.solvers.highs import Highs


def relaxed(compiled: HydraulicNetwork, injection: Reals) -> MilpRelaxation:
    problem = HydraulicProblem.of_nomination(compiled, injection)
    return MilpRelaxation(problem, Highs(), FlowBounds(compiled))


def suggested(sample: Network, scale: float = 1.0) -> CandidatePoint | NoCandidate:
    compiled = compile_hydraulics(sample, use_maps=False)
    return relaxed(compiled, scale * compiled.nomination()).next_candidate(Deadline(20.0))


def test_flows_on_bridges_are_known_and_those_on_cycles_bounded_by_what_enters() -> None:
    nodes = [node("a", 12), node("b"), node("c"), node("d", -12)]
    edges = [
        pipe("ab", "a", "b", 1.0),
        pipe("bc", "b", "c", 1.0),
        pipe("twin", "c", "b", 1.0),
        pipe("dc", "d", "c", 1.0),
    ]
    compiled = compile_hydraulics(network(nodes, edges))
    low, high = FlowBounds(compiled).of(HydraulicProblem.of_nomination(compiled, compiled.nomination()))
    assert low.tolist() == [12.0, -12.0, -12.0, -12.0]
    assert high.tolist() == [12.0, 12.0, 12.0, -12.0]


def test_bounds_of_a_booking_are_those_of_its_extreme_nominations() -> None:
    nodes = [node("a"), node("b"), node("c")]
    compiled = compile_hydraulics(network(nodes, [pipe("ab", "a", "b", 1.0), pipe("cb", "c", "b", 1.0)]))
    problem = HydraulicProblem.of_booking(compiled, np.array([0.0, 0.0, -8.0]), np.array([9.0, 3.0, -5.0]))
    low, high = FlowBounds(compiled).of(problem)
    assert low.tolist() == [2.0, -8.0]
    assert high.tolist() == [8.0, -5.0]


def test_a_pipe_is_refused_what_its_pressures_cannot_drive() -> None:
    # 60² − 40² = 2000 = 5 · 20²
    sample = network([node("a", 20, 40, 60), node("b", -20, 40, 60)], [pipe("p", "a", "b", 5.0)])
    assert isinstance(suggested(sample), CandidatePoint)
    assert suggested(sample, 1.001) is NoCandidate.INFEASIBLE


def test_a_suggestion_passes_a_station_by_that_cannot_work() -> None:
    station = edge("s", EdgeKind.COMPRESSOR_STATION, "a", "b", {"pressure_in_min_bar": 45.0})
    found = suggested(network([node("a", 5, 10, 40), node("b", -5, 10, 60)], [station]))
    assert isinstance(found, CandidatePoint)
    assert found.modes == (Setting.OPEN,)


def test_excluded_modes_are_not_suggested_again() -> None:
    valves = [edge(name, EdgeKind.VALVE, "a", "b") for name in ("v", "w")]
    compiled = compile_hydraulics(network([node("a", 5), node("b", -5)], valves))
    relaxation = relaxed(compiled, compiled.nomination())
    seen = set()
    while isinstance(found := relaxation.next_candidate(Deadline(20.0)), CandidatePoint):
        assert found.modes not in seen
        seen.add(found.modes)
        relaxation.exclude(found.modes)
    # both shut is the one of four settings that carries nothing
    assert len(seen) == 3


def test_refining_brings_the_suggestion_nearer_to_the_laws() -> None:
    nodes = [node("a", 20, 10, 60), node("b", -8, 10, 60), node("c", -12, 10, 60)]
    edges = [pipe("ab", "a", "b", 4.0), pipe("bc", "b", "c", 3.0), pipe("ac", "a", "c", 5.0)]
    compiled = compile_hydraulics(network(nodes, edges))
    relaxation = relaxed(compiled, compiled.nomination())
    missed = []
    for _ in range(6):
        found = relaxation.next_candidate(Deadline(20.0))
        assert isinstance(found, CandidatePoint)
        missed.append(float(found.missed.max()))
        if not relaxation.refine(found):
            break
    assert missed[-1] <= 0.02
    assert missed[-1] <= missed[0]


@pytest.mark.parametrize("seed", range(40))
def test_the_relaxation_allows_whatever_a_proved_state_does(seed: int) -> None:
    compiled = compile_hydraulics(random_network(seed), use_maps=False)
    problem = HydraulicProblem.of_nomination(compiled, compiled.nomination())
    answer = HydraulicSolver(compiled, Highs()).decide(problem, Deadline(10.0))
    relaxation = MilpRelaxation(problem, Highs(), FlowBounds(compiled))
    for _ in range(2):
        found = relaxation.next_candidate(Deadline(10.0))
        if isinstance(answer, Feasible):
            assert isinstance(found, CandidatePoint)
        if not isinstance(found, CandidatePoint) or not relaxation.refine(found):
            break
