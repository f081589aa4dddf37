"""Steady flow in pipes by Newton's method on the flows around cycles; compiled.

A *loop graph* is a spanning forest of the pipes and the cycle that each other pipe (chord) closes, as arrays:

order : int32 (nodes,), parents before children; parent, parent_pipe : int32 (nodes,), −1 at roots
parent_sign : float64 (nodes,), 1 where the pipe is directed away from the root
cycle_pipes : int32, the pipes on cycles; pointer : int32 (cycle_pipes + 1,); cycle : int32 and
    sign : float64, the cycles that each of these is on and in which direction

Pipe e obeys φ_tail − φ_head = β_e q_e |q_e| + offset_e. With q₀ the flows along the forest that balance the
injections, q = q₀ + Cᵀ z for circulations z, and the law is the optimum of the convex Σ β |q|³/3 + offset q
over z, which Newton's method with exact line search finds from anywhere. Kernels release the interpreter
lock.
"""

# Compiled functions are called by position.
# ruff: noqa: PLR0917

from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

LoopGraph = tuple[
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.float64],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.float64],
]

SLOPE_MIN: Final = 1e-9
"""The least slope 2 β |q| assumed of a pipe, bar² s/kg: it keeps Newton's system regular without flow."""
PIVOT_MIN: Final = 1e-14
"""Smaller pivots are rounding: the matrix is positive definite."""
HALVINGS_MAX: Final = 60
"""More halvings than a float has bits."""
STEP_TOLERANCE: Final = 1e-3
"""How exactly the line search finds the step, relative to it: Newton's next step makes up for the rest."""
STALLED: Final = 0.5
"""The least loss after a step, relative to that before, that is taken for the end of what rounding allows."""


@njit(cache=True, nogil=True)
def tree_flows(graph, injection, flow, sent):  # type: ignore[no-untyped-def]
    """Set `flow` to the flows along the forest that balance `injection`; chords carry nothing.

    `sent`, float64 (nodes,), is working space. Returns the largest imbalance of a tree, relative to the
    largest injection.
    """
    order, parent, parent_pipe, parent_sign = graph[0], graph[1], graph[2], graph[3]
    flow[:] = 0.0
    sent[:] = injection
    for place in range(len(order) - 1, -1, -1):
        node = order[place]
        if parent[node] >= 0:
            flow[parent_pipe[node]] = -parent_sign[node] * sent[node]
            sent[parent[node]] += sent[node]
    scale = 0.0
    imbalance = 0.0
    for node in range(len(order)):
        if not np.isfinite(sent[node]):
            return np.inf
        scale = max(scale, abs(injection[node]))
        if parent[node] < 0:
            imbalance = max(imbalance, abs(sent[node]))
    return imbalance / scale if imbalance > 0 else imbalance


@njit(cache=True, nogil=True)
def add_circulations(graph, circulation, flow):  # type: ignore[no-untyped-def]
    """Add to `flow` what `circulation`, float64 (cycles,), sends around the cycles."""
    pipes, pointer, cycle, sign = graph[4], graph[5], graph[6], graph[7]
    for place in range(len(pipes)):
        total = 0.0
        for entry in range(pointer[place], pointer[place + 1]):
            total += sign[entry] * circulation[cycle[entry]]
        flow[pipes[place]] += total


@njit(cache=True, nogil=True)
def _sums_and_slopes(graph, resistance, offset, flow, loss, slope):  # type: ignore[no-untyped-def]
    """Set `loss`, (cycles,), to what the law leaves around each cycle; `slope`, lower half, to its Jacobian.

    Returns the largest absolute loss.
    """
    pipes, pointer, cycle, sign = graph[4], graph[5], graph[6], graph[7]
    loss[:] = 0.0
    slope[:] = 0.0
    for place in range(len(pipes)):
        pipe = pipes[place]
        q = flow[pipe]
        difference = resistance[pipe] * q * abs(q) + offset[pipe]
        steepness = max(2 * resistance[pipe] * abs(q), SLOPE_MIN)
        for entry in range(pointer[place], pointer[place + 1]):
            k = cycle[entry]
            loss[k] += sign[entry] * difference
            for other in range(pointer[place], entry + 1):
                slope[k, cycle[other]] += sign[entry] * sign[other] * steepness
    largest = 0.0
    for k in range(len(loss)):
        if not np.isfinite(loss[k]):
            return np.inf
        largest = max(largest, abs(loss[k]))
    return largest


@njit(cache=True, nogil=True)
def _factorise(matrix):  # type: ignore[no-untyped-def]
    """Replace the lower half of a positive definite matrix by its Cholesky factor."""
    for k in range(len(matrix)):
        for j in range(k + 1):
            value = matrix[k, j]
            for t in range(j):
                value -= matrix[k, t] * matrix[j, t]
            matrix[k, j] = np.sqrt(max(value, PIVOT_MIN)) if j == k else value / matrix[j, j]


@njit(cache=True, nogil=True)
def _solve_factorised(factor, right):  # type: ignore[no-untyped-def]
    """Replace `right` by the solution."""
    count = len(right)
    for k in range(count):
        value = right[k]
        for t in range(k):
            value -= factor[k, t] * right[t]
        right[k] = value / factor[k, k]
    for k in range(count - 1, -1, -1):
        value = right[k]
        for t in range(k + 1, count):
            value -= factor[t, k] * right[t]
        right[k] = value / factor[k, k]


@njit(cache=True, nogil=True)
def _descent(pipes, resistance, offset, flow, change, step):  # type: ignore[no-untyped-def]
    """Return the slope of the convex energy after `step` of `change`."""
    total = 0.0
    for place in range(len(pipes)):
        pipe = pipes[place]
        q = flow[pipe] + step * change[pipe]
        total += (resistance[pipe] * q * abs(q) + offset[pipe]) * change[pipe]
    return total


@njit(cache=True, nogil=True)
def _step(pipes, resistance, offset, flow, change):  # type: ignore[no-untyped-def]
    """Return the step, at most 1, at which the energy along `change` is least."""
    if not _descent(pipes, resistance, offset, flow, change, 1.0) > 0:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(HALVINGS_MAX):
        middle = 0.5 * (low + high)
        if _descent(pipes, resistance, offset, flow, change, middle) > 0:
            high = middle
        else:
            low = middle
        if high - low <= STEP_TOLERANCE * low:
            break
    return low


@njit(cache=True, nogil=True)
def solve_loops(graph, resistance, offset, injection, circulation, flow, limits):  # type: ignore[no-untyped-def]
    """Set `flow`, (pipes,), and `circulation`, (cycles,), to the steady state, starting from `circulation`.

    limits : (aim in bar², tolerance in bar², most iterations); it ends when the largest loss of a cycle is
        at most `aim`, or at most `tolerance` and not falling any more.

    Returns (iterations, that loss in bar², relative imbalance of the injections). The loss is above the
    tolerance only if the iterations ran out, or a number was not finite.
    """
    cycles = len(circulation)
    change = np.zeros(len(flow))
    slope = np.empty((cycles, cycles))
    loss = np.empty(cycles)
    sent = np.empty(len(injection))
    imbalance = tree_flows(graph, injection, flow, sent)
    add_circulations(graph, circulation, flow)
    pipes = graph[4]
    largest = 0.0
    before = np.inf
    aim, tolerance, iterations_max = limits
    for iteration in range(iterations_max + 1):
        largest = _sums_and_slopes(graph, resistance, offset, flow, loss, slope)
        is_done = largest <= aim or (largest <= tolerance and largest > STALLED * before)
        if is_done or iteration == iterations_max or not np.isfinite(largest):
            return iteration, largest, imbalance
        before = largest
        for k in range(cycles):
            loss[k] = -loss[k]
        _factorise(slope)
        _solve_factorised(slope, loss)
        for place in range(len(pipes)):
            change[pipes[place]] = 0.0
        add_circulations(graph, loss, change)
        step = _step(pipes, resistance, offset, flow, change)
        for k in range(cycles):
            circulation[k] += step * loss[k]
        for place in range(len(pipes)):
            flow[pipes[place]] += step * change[pipes[place]]
    return iterations_max, largest, imbalance


@njit(cache=True, nogil=True)
def sweep_potentials(graph, resistance, offset, flow, potential):  # type: ignore[no-untyped-def]
    """Set `potential`, (nodes,), along the forest; it is zero at roots."""
    order, parent, parent_pipe, parent_sign = graph[0], graph[1], graph[2], graph[3]
    for place in range(len(order)):
        node = order[place]
        if parent[node] < 0:
            potential[node] = 0.0
            continue
        pipe = parent_pipe[node]
        q = flow[pipe]
        difference = resistance[pipe] * q * abs(q) + offset[pipe]
        potential[node] = potential[parent[node]] - parent_sign[node] * difference


@njit(cache=True, nogil=True)
def solve_batch(graph, betas, offset, injections, start, limits, flows, potentials, losses, imbalances):  # type: ignore[no-untyped-def]
    """Set rows of the last four to the states of the rows of `injections`, (rows, nodes), kg/s.

    Each starts from `start`, float64 (cycles,); limits : those of `solve_loops`.
    """
    circulation = np.empty_like(start)
    for row in range(len(injections)):
        circulation[:] = start
        _, losses[row], imbalances[row] = solve_loops(
            graph, betas, offset, injections[row], circulation, flows[row], limits
        )
        sweep_potentials(graph, betas, offset, flows[row], potentials[row])


@njit(cache=True, nogil=True)
def gradient_of_difference(graph, resistance, cycles, flow, high, low, gradient):  # type: ignore[no-untyped-def]
    """Set `gradient`, (nodes,), to d(φ_high − φ_low) / d injection at a steady state with these flows.

    It is zero at roots (where what is injected elsewhere leaves). By symmetry it is the potential, in the
    network of pipes linear with slope 2 β |q|, of a unit injected at `high` and taken off at `low`.
    """
    slopes = np.empty(len(flow))
    for pipe in range(len(flow)):
        slopes[pipe] = max(2 * resistance[pipe] * abs(flow[pipe]), SLOPE_MIN)
    unit = np.zeros(len(gradient))
    unit[high] += 1.0
    unit[low] -= 1.0
    linear = np.empty(len(flow))
    sent = np.empty(len(gradient))
    tree_flows(graph, unit, linear, sent)
    if cycles > 0:
        pipes, pointer, cycle, sign = graph[4], graph[5], graph[6], graph[7]
        matrix = np.zeros((cycles, cycles))
        right = np.zeros(cycles)
        for place in range(len(pipes)):
            pipe = pipes[place]
            for entry in range(pointer[place], pointer[place + 1]):
                right[cycle[entry]] -= sign[entry] * slopes[pipe] * linear[pipe]
                for other in range(pointer[place], entry + 1):
                    matrix[cycle[entry], cycle[other]] += sign[entry] * sign[other] * slopes[pipe]
        _factorise(matrix)
        _solve_factorised(matrix, right)
        add_circulations(graph, right, linear)
    order, parent, parent_pipe, parent_sign = graph[0], graph[1], graph[2], graph[3]
    for place in range(len(order)):
        node = order[place]
        if parent[node] < 0:
            gradient[node] = 0.0
        else:
            pipe = parent_pipe[node]
            gradient[node] = gradient[parent[node]] - parent_sign[node] * slopes[pipe] * linear[pipe]
