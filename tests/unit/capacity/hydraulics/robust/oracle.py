"""Random bookings on small networks of pipes, and their scale by trying every extreme nomination.

The oracle shares nothing with what it checks: steady states come from a Newton method on the circulations in
a basis of the null space, for all nominations at once, and every ordered pair of nodes is looked at.
"""

from dataclasses import replace
from itertools import product

import numpy as np
from scipy.linalg import null_space
from tests.unit.capacity.hydraulics.small_networks import network, node, pipe

from capacity.hydraulics.physics.network import HydraulicNetwork, Reals, compile_hydraulics

ITERATIONS = 100
LOSS_MAX = 1e-9


def random_booking(seed: int, cycles: int) -> tuple[HydraulicNetwork, Reals, Reals]:
    """Return a network of 4 to 6 nodes and what may leave (≤ 0) and enter (≥ 0) at each."""
    random = np.random.default_rng(seed)
    size = int(random.integers(4, 7))
    ends = [(int(random.integers(0, head)), head) for head in range(1, size)]
    while len(ends) < size - 1 + cycles:
        tail, head = (int(end) for end in random.integers(0, size, 2))
        if tail != head:
            ends.append((tail, head))
    nodes = [
        node(f"n{v}", 0, float(random.uniform(10, 30)), float(random.uniform(60, 90))) for v in range(size)
    ]
    pipes = [
        pipe(f"p{number}", f"n{tail}", f"n{head}", float(10 ** random.uniform(-2, 1.5)))
        for number, (tail, head) in enumerate(ends)
    ]
    compiled = compile_hydraulics(network(nodes, pipes))
    booking_max = np.where(random.random(size) < 0.5, random.uniform(1, 20, size), 0.0)
    booking_min = -np.where(random.random(size) < 0.6, random.uniform(1, 20, size), 0.0)
    booking_max[0], booking_min[1] = 10.0, -15.0
    if seed % 3 == 0:
        limit = random.uniform(3, 20, len(pipes))
        compiled = replace(compiled, flow_max=limit, flow_min=-random.permutation(limit))
    return compiled, booking_min, booking_max


def extreme_nominations(booking_min: Reals, booking_max: Reals) -> Reals:
    """Return the balanced nominations of which all nodes but one are at a bound, float64 (…, nodes)."""
    choices = [sorted({least, 0.0, most}) for least, most in zip(booking_min, booking_max, strict=True)]
    rows = np.array(list(product(*choices)))
    found = []
    for balancing in range(len(choices)):
        others = rows.copy()
        others[:, balancing] = 0.0
        others[:, balancing] = -others.sum(axis=1)
        level = others[:, balancing]
        found.append(others[(level >= booking_min[balancing]) & (level <= booking_max[balancing])])
    return np.unique(np.concatenate(found).round(12), axis=0)


def steady_states(compiled: HydraulicNetwork, injections: Reals) -> tuple[Reals, Reals]:
    """Return flows, float64 (rows, pipes), and potentials, (rows, nodes), of rows of injections."""
    pipes, beta = np.arange(len(compiled.tail)), compiled.resistance
    incidence = np.zeros((compiled.size, len(pipes)))
    incidence[compiled.tail, pipes] = 1.0
    incidence[compiled.head, pipes] -= 1.0
    cycles = null_space(incidence)
    start = injections @ np.linalg.pinv(incidence).T
    around = np.zeros((len(injections), cycles.shape[1]))

    def energy(z: Reals) -> Reals:
        return np.asarray((beta * np.abs(start + z @ cycles.T) ** 3).sum(axis=1) / 3)

    for _ in range(ITERATIONS if cycles.shape[1] else 0):
        flows = start + around @ cycles.T
        slope = np.einsum("rp,pi,pj->rij", 2 * beta * np.abs(flows) + 1e-9, cycles, cycles)
        loss = (beta * flows * np.abs(flows)) @ cycles
        if np.abs(loss).max() < LOSS_MAX:
            break
        step = -np.linalg.solve(slope, loss[..., None])[..., 0]
        length = np.ones((len(around), 1))
        for _ in range(30):
            is_worse = energy(around + length * step) > energy(around)
            length = np.where(is_worse[:, None], length / 2, length)
        around += length * step
    flows = start + around @ cycles.T
    potentials = (beta * flows * np.abs(flows)) @ np.linalg.pinv(incidence)
    assert np.abs(flows @ incidence.T - injections).max() < 1e-8
    assert np.abs(potentials @ incidence - beta * flows * np.abs(flows)).max() < 1e-4
    return flows, potentials


def scale_of(compiled: HydraulicNetwork, flows: Reals, potentials: Reals) -> float:
    """Return the largest scale at which all these states keep every limit."""
    differences = (potentials[:, :, None] - potentials[:, None, :]).max(axis=0)
    allowed = compiled.potential_max[:, None] - compiled.potential_min[None, :]
    scales = np.sqrt(allowed / np.maximum(differences, 1e-12))
    forward, backward = flows.max(axis=0), -flows.min(axis=0)
    by_flow = np.concatenate(
        [compiled.flow_max / np.maximum(forward, 1e-12), -compiled.flow_min / np.maximum(backward, 1e-12)]
    )
    return float(min(scales.min(), by_flow.min()))


def brute_scale(compiled: HydraulicNetwork, booking_min: Reals, booking_max: Reals) -> float:
    """Return the largest scale at which all extreme nominations keep every limit."""
    return scale_of(compiled, *steady_states(compiled, extreme_nominations(booking_min, booking_max)))
