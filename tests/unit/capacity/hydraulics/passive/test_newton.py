"""Steady flow in passive networks: the law holds, whatever the start, and gradients are true."""

import math

import numpy as np
import pytest

from capacity.hydraulics.passive.loops import gradient_of_difference
from capacity.hydraulics.passive.newton import TOLERANCE_BAR2, LoopSolver, NoSteadyState
from capacity.hydraulics.passive.reduction import passive_network
from capacity.hydraulics.physics.network import Reals, compile_hydraulics
from capacity.publication import catalogue


def random_solver(seed: int) -> tuple[LoopSolver, Reals]:
    random = np.random.default_rng(seed)
    size = int(random.integers(3, 20))
    count = int(random.integers(size, 3 * size))
    tail = np.concatenate([random.permuted(np.arange(size - 1)), random.integers(0, size, count)])
    head = np.concatenate([tail[: size - 1] + 1, (tail[size - 1 :] + random.integers(1, size, count)) % size])
    injection = random.normal(0, 20, size) * (random.random(size) < 0.5)
    injection[0] -= injection.sum()
    resistance = 10 ** random.uniform(-4, 1, len(tail))
    return LoopSolver(size, tail, head, resistance, int(random.integers(0, size))), injection


@pytest.mark.parametrize("seed", range(60))
def test_the_pipe_law_and_every_balance_hold(seed: int) -> None:
    solver, injection = random_solver(seed)
    state = solver.solve(injection)
    law = solver.resistance * state.flows * np.abs(state.flows)
    difference = state.potentials[solver.tail] - state.potentials[solver.head]
    np.testing.assert_allclose(difference, law, atol=2 * TOLERANCE_BAR2)
    left = injection.copy()
    np.subtract.at(left, solver.tail, state.flows)
    np.add.at(left, solver.head, state.flows)
    np.testing.assert_allclose(left, 0, atol=1e-9)
    assert state.potentials[solver.reference] == 0
    assert state.loss_bar2 <= TOLERANCE_BAR2


def test_a_square_with_a_diagonal_splits_flow_as_calculated_by_hand() -> None:
    # 0 → 1 → 3 and 0 → 2 → 3 with β 1, 4 and 4, 1 and the bridge 1 – 2 with β 9 of a Wheatstone square:
    # q01 = q23 = a, q02 = q13 = b, q12 = a − b, a + b = 3; the loop 0-1-2: a² + 9 (a − b)² = 4 b².
    # b = 3 − a: 33 a² − 84 a + 45 = 0 (a² + 9 (2a − 3)² − 4 (3 − a)²), a = (84 + √1116) / 66.
    tail, head = np.array([0, 0, 1, 2, 1]), np.array([1, 2, 3, 3, 2])
    solver = LoopSolver(4, tail, head, np.array([1.0, 4.0, 4.0, 1.0, 9.0]))
    state = solver.solve(np.array([3.0, 0.0, 0.0, -3.0]))
    a = (84 + math.sqrt(84**2 - 4 * 33 * 45)) / 66
    assert state.flows.tolist() == pytest.approx([a, 3 - a, 3 - a, a, 2 * a - 3], abs=1e-7)


@pytest.mark.parametrize("seed", range(20))
def test_flows_scale_with_the_injections_and_potentials_with_their_square(seed: int) -> None:
    solver, injection = random_solver(seed)
    state, larger = solver.solve(injection), solver.solve(3 * injection)
    np.testing.assert_allclose(larger.potentials, 9 * state.potentials, atol=1e-4)


@pytest.mark.parametrize("seed", range(20))
def test_a_start_at_the_solution_needs_no_iteration_and_any_start_leads_there(seed: int) -> None:
    solver, injection = random_solver(seed)
    state = solver.solve(injection)
    assert solver.solve(injection, state.circulations).iterations == 0
    far = np.random.default_rng(seed).normal(0, 1e4, solver.cycles)
    np.testing.assert_allclose(solver.solve(injection, far).potentials, state.potentials, atol=1e-4)


@pytest.mark.parametrize("seed", range(20))
def test_the_gradient_is_that_of_finite_differences(seed: int) -> None:
    solver, injection = random_solver(seed)
    high, low = np.random.default_rng(seed).choice(solver.size, 2, replace=False)
    gradient, flows = np.empty(solver.size), solver.solve(injection).flows
    gradient_of_difference(solver.graph, solver.resistance, solver.cycles, flows, high, low, gradient)
    step = 1e-3
    for moved in range(solver.size):
        shift = np.zeros(solver.size)
        shift[moved] += step
        shift[solver.reference] -= step
        after, before = solver.solve(injection + shift), solver.solve(injection - shift)
        rise = (after.potentials - before.potentials) / (2 * step)
        scale = max(1.0, float(np.abs(gradient).max()))
        assert rise[high] - rise[low] == pytest.approx(gradient[moved], abs=2e-3 * scale)


def test_a_batch_gives_the_states_of_its_rows_on_gaslib_135() -> None:
    hydraulic = compile_hydraulics(catalogue.load("gaslib-135"))
    passive = passive_network(hydraulic)
    solver = LoopSolver.of(passive)
    injection = hydraulic.nomination()
    injection[np.argmax(injection)] -= injection.sum()
    rows = passive.reduced(np.array([scale * injection for scale in (1.0, 0.7, 0.0)]))
    flows, potentials = solver.solve_batch(rows, solver.solve(rows[0]).circulations)
    for row in range(3):
        state = solver.solve(rows[row])
        np.testing.assert_allclose(flows[row], state.flows, atol=2e-4)
        np.testing.assert_allclose(potentials[row], state.potentials, atol=1e-5)


def test_separate_networks_are_solved_side_by_side_each_from_its_own_reference() -> None:
    solver = LoopSolver(5, np.array([0, 2, 3]), np.array([1, 3, 4]), np.array([1.0, 1.0, 2.0]), reference=1)
    state = solver.solve(np.array([2.0, -2.0, 3.0, 0.0, -3.0]))
    assert state.potentials.tolist() == [4, 0, 0, -9, -27]
    with pytest.raises(ValueError, match="sum of zero"):
        solver.solve(np.array([2.0, -1.0, 3.0, 0.0, -4.0]))


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_injections_that_are_no_numbers_are_refused(wrong: float) -> None:
    solver, injection = random_solver(1)
    injection[1] = wrong
    with pytest.raises(ValueError, match="sum of zero"):
        solver.solve(injection)


def test_a_resistance_that_is_no_number_gives_no_state() -> None:
    solver, injection = random_solver(1)
    with pytest.raises(NoSteadyState):
        solver.solve(injection, resistance=np.full(len(solver.tail), math.nan))


def test_a_single_node_is_steady_without_flow() -> None:
    none = np.empty(0, dtype=np.int64)
    solver = LoopSolver(1, none, none, np.empty(0))
    state = solver.solve(np.zeros(1))
    assert (state.flows.tolist(), state.potentials.tolist()) == ([], [0])
    flows, potentials = solver.solve_batch(np.zeros((0, 1)))
    assert (flows.shape, potentials.shape) == ((0, 0), (0, 1))
