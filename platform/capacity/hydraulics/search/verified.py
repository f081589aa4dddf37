"""States from points of the nonlinear program, passed by the residual checker."""

import numpy as np

from capacity.hydraulics.physics.network import HydraulicNetwork, Reals
from capacity.hydraulics.physics.problem import HydraulicProblem, PotentialGap
from capacity.hydraulics.physics.residuals import LAW_TOLERANCE_BAR2, residual_faults
from capacity.hydraulics.physics.state import HydraulicState
from capacity.hydraulics.search.modes import edge_modes
from capacity.hydraulics.search.nlp import Point


def proved(problem: HydraulicProblem, point: Point) -> tuple[HydraulicState | None, list[str]]:
    """Return the state of a point if the residual checker finds no fault, else its faults."""
    state = state_of(problem, point)
    faults = state_faults(problem, state, step=point.step)
    return (None, faults) if faults else (state, [])


def state_faults(problem: HydraulicProblem, state: HydraulicState, *, step: float | None = None) -> list[str]:
    """Return why a state is no answer to a problem at a step (None: the least one), in words."""
    network = problem.network
    count = len(network.network.edges)
    limits = zip(problem.flow_min[:count].tolist(), problem.flow_max[:count].tolist(), strict=True)
    moved = problem.step_min if step is None else step
    is_fixed = np.array_equal(problem.injection_min, problem.injection_max)
    faults = residual_faults(
        network.network,
        state,
        injections_kg_per_s=_injections(problem, moved, problem.injection_min) if is_fixed else None,
        flow_limits_kg_per_s=list(limits),
        use_maps=bool(network.ranges),
    )
    if problem.gap is not None:
        faults += _too_close(problem.gap, network, state)
    if not is_fixed:
        own = np.array(state.injections_kg_per_s) - moved * problem.direction[: len(network.network.nodes)]
        faults += _outside(problem, own)
    return faults


def _too_close(gap: PotentialGap, network: HydraulicNetwork, state: HydraulicState) -> list[str]:
    potential = network.elevation * np.array((*state.pressures_bar, *state.flange_pressures_bar)) ** 2
    if potential[gap.high] - potential[gap.low] >= gap.least - LAW_TOLERANCE_BAR2:
        return []
    high, low = network.node_ids[gap.high], network.node_ids[gap.low]
    return [f"the potential of {high} is not {gap.least:g} bar² above that of {low}"]


def _outside(problem: HydraulicProblem, own: Reals) -> list[str]:
    count = len(own)
    room = 1e-9 * max(1.0, float(np.abs(own).max(initial=0.0)))
    low, high = problem.injection_min[:count], problem.injection_max[:count]
    return [
        f"node {problem.network.node_ids[node]}: injects {own[node]:g} kg/s beyond what is asked"
        for node in np.flatnonzero((own < low - room) | (own > high + room)).tolist()
    ]


def state_of(problem: HydraulicProblem, point: Point) -> HydraulicState:
    """Return a point as a state of the revision."""
    network = problem.network
    nodes, edges = len(network.network.nodes), len(network.network.edges)
    least, most = problem.injection_min, problem.injection_max
    own = np.clip(point.injection - point.step * problem.direction, least, most)
    pressures = np.sqrt(np.maximum(point.potential, 0.0) / network.elevation).tolist()
    modes, configurations = edge_modes(network, point.modes)
    return HydraulicState(
        injections_kg_per_s=tuple(_injections(problem, point.step, own)),
        flows_kg_per_s=tuple(point.flow[:edges].tolist()),
        pressures_bar=tuple(pressures[:nodes]),
        modes=modes,
        configurations=configurations,
        flange_pressures_bar=tuple(pressures[nodes:]),
    )


def _injections(problem: HydraulicProblem, step: float, own: Reals) -> list[float]:
    nodes = len(problem.network.network.nodes)
    injections: list[float] = (own + step * problem.direction)[:nodes].tolist()
    return injections
