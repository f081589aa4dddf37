"""Counter-offers: steps that are verified, and bounds that are certified."""

import time

import numpy as np
import pytest
from tests.unit.capacity.hydraulics.small_networks import edge, network, node, pipe

from capacity.hydraulics.infeasibility.checker.check import certificate_faults
from capacity.hydraulics.infeasibility.prover.prover import InfeasibilityProver
from capacity.hydraulics.physics.network import HydraulicNetwork, compile_hydraulics
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.physics.residuals import residual_faults
from capacity.hydraulics.search.max_quantity import certified_bound, max_quantity, verified_steps
from capacity.hydraulics.search.portfolio import HydraulicSolver
from capacity.networks.model import EdgeKind
from capacity.publication import catalogue
from capacity.solvers.deadline import Deadline
from capacity.solvers.highs import Highs


def route(compiled: HydraulicNetwork, scale: float, ends: tuple[str, str], most: float) -> HydraulicProblem:
    """Return the problem how much more than the scaled nomination goes from one node to another."""
    injection = compiled.nomination() * scale
    injection[np.argmax(np.abs(injection))] -= injection.sum()
    direction = np.zeros(compiled.size)
    direction[compiled.node_index[ends[0]]], direction[compiled.node_index[ends[1]]] = 1.0, -1.0
    return HydraulicProblem.of_nomination(compiled, injection).towards(direction, 0.0, most)


def checked_faults(problem: HydraulicProblem, step: float, state_of: HydraulicSolver) -> list[str]:
    """Return the faults of what is offered, as a state of the nomination with the step."""
    offer = max_quantity(state_of, problem, Deadline(2.0))
    assert offer is not None
    assert offer.step == pytest.approx(step, rel=1e-6)
    nodes = len(problem.network.network.nodes)
    due = (problem.injection_min + offer.step * problem.direction)[:nodes].tolist()
    return residual_faults(problem.network.network, offer.state, injections_kg_per_s=due, use_maps=False)


def test_the_offer_is_what_the_pipe_law_allows_and_its_state_has_no_faults() -> None:
    # 60² − 40² = 2000 = 5 · 20²
    sample = network([node("a", 10, 40, 60), node("b", -10, 40, 60)], [pipe("p", "a", "b", 5.0)])
    compiled = compile_hydraulics(sample, use_maps=False)
    problem = route(compiled, 1.0, ("a", "b"), 100.0)
    assert checked_faults(problem, 10.0, HydraulicSolver(compiled, Highs())) == []


def test_a_larger_offer_takes_other_modes() -> None:
    # Passed by, 50² − 40² = 900 = 30²; with the station, twice what is left at its inlet counts: a ratio of 2
    # makes 4 (2500 − q²) = 1600 + 3 q² of it, so that q² = 8400 / 7.
    station = edge("s", EdgeKind.COMPRESSOR_STATION, "b", "c", {"pressure_ratio_max": 2.0})
    nodes = [node("a", 5, 10, 50), node("b", 0, 10, 60), node("c", 0, 10, 120), node("d", -5, 40, 60)]
    sample = network(nodes, [pipe("p", "a", "b", 1.0), station, pipe("r", "c", "d", 3.0)])
    compiled = compile_hydraulics(sample, use_maps=False)
    problem = route(compiled, 1.0, ("a", "d"), 100.0)
    solver = HydraulicSolver(compiled, Highs())
    bypassed = (1, 1, 1)
    solver.library.worked(bypassed)
    steps = [offer.step for offer in verified_steps(solver, problem, Deadline(5.0))]
    # without the station p and r share the loss: 4 q² = 2500 − 1600
    assert steps[0] == pytest.approx(15.0 - 5.0, rel=1e-6)
    assert steps[-1] == pytest.approx(np.sqrt(8400 / 7) - 5.0, rel=1e-6)
    assert steps == sorted(steps)


def test_no_offer_where_the_base_is_not_carried() -> None:
    sample = network([node("a", 10, 40, 60), node("b", -10, 59, 60)], [pipe("p", "a", "b", 5.0)])
    compiled = compile_hydraulics(sample, use_maps=False)
    solver = HydraulicSolver(compiled, Highs())
    assert max_quantity(solver, route(compiled, 1.0, ("a", "b"), 100.0), Deadline(5.0)) is None


def test_the_certified_bound_meets_the_verified_step_on_one_pipe() -> None:
    sample = network([node("a", 10, 40, 60), node("b", -10, 40, 60)], [pipe("p", "a", "b", 5.0)])
    compiled = compile_hydraulics(sample, use_maps=False)
    problem = route(compiled, 1.0, ("a", "b"), 100.0)
    found = certified_bound(InfeasibilityProver(compiled, Highs()), problem, 10.0, Deadline(20.0))
    assert found is not None
    bound, certificate = found
    assert 10.0 <= bound <= 10.1
    above = problem.towards(problem.direction, bound, problem.step_max)
    assert not certificate_faults(above, certificate)


def test_a_step_that_reaches_the_end_of_the_question_needs_no_bound() -> None:
    sample = network([node("a", 10, 40, 60), node("b", -10, 40, 60)], [pipe("p", "a", "b", 5.0)])
    compiled = compile_hydraulics(sample, use_maps=False)
    problem = route(compiled, 1.0, ("a", "b"), 8.0)
    solver = HydraulicSolver(compiled, Highs())
    offer = max_quantity(solver, problem, Deadline(5.0))
    assert offer is not None
    assert offer.step == pytest.approx(8.0)
    assert certified_bound(solver.prover, problem, offer.step, Deadline(5.0)) is None


ROUTES = (
    ("gaslib-40", ("source_1", "sink_10"), 0.5),
    ("gaslib-135", ("source_1", "sink_10"), 0.5),
    ("gaslib-582", ("", ""), 2.0),
)


@pytest.mark.parametrize(("code", "ends", "seconds"), ROUTES)
def test_the_first_offer_on_published_networks_comes_soon(
    code: str, ends: tuple[str, str], seconds: float
) -> None:
    compiled = compile_hydraulics(catalogue.load(code), use_maps=False)
    nomination = compiled.nomination()
    if not all(ends):
        ends = compiled.node_ids[int(np.argmax(nomination))], compiled.node_ids[int(np.argmin(nomination))]
    problem = route(compiled, 0.8, ends, 500.0)
    solver = HydraulicSolver(compiled, Highs())
    warm = next(verified_steps(solver, problem, Deadline(60.0)))
    began = time.perf_counter()
    first = next(verified_steps(solver, problem, Deadline(60.0)))
    assert time.perf_counter() - began < seconds
    assert first.step == pytest.approx(warm.step, rel=1e-3)
    assert first.step > 1.0
    nodes = len(compiled.network.nodes)
    due = (problem.injection_min + first.step * problem.direction)[:nodes].tolist()
    faults = residual_faults(compiled.network, first.state, injections_kg_per_s=due, use_maps=False)
    assert faults == []


def test_offer_and_certified_bound_on_gaslib_40_are_within_two_percent() -> None:
    compiled = compile_hydraulics(catalogue.load("gaslib-40"), use_maps=False)
    problem = route(compiled, 0.8, ("source_1", "sink_10"), 500.0)
    solver = HydraulicSolver(compiled, Highs())
    offer = max_quantity(solver, problem, Deadline(4.0))
    assert offer is not None
    found = certified_bound(solver.prover, problem, offer.step, Deadline(10.0))
    assert found is not None
    assert offer.step <= found[0] <= 1.02 * offer.step
    above = problem.towards(problem.direction, found[0], problem.step_max)
    assert not certificate_faults(above, found[1])
