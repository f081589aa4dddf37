"""Steady simulation as it is asked for and answered: by names, in commercial units.

Quantities are whole commercial units, positive where gas enters; pressures absolute, in bar.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from capacity.hydraulics.passive.newton import NoSteadyState
from capacity.hydraulics.physics.network import ElementKind, HydraulicNetwork, compile_hydraulics
from capacity.networks.model import Network
from capacity.networks.validation import PRESSURE_BAR_MAX
from linepack.problems import Fault, FaultWithin, InvalidInput, Problem
from planning.nominations import Nomination, injections, published
from planning.simulation.steady import Compressibility, Simulation, simulate

RATIO_MIN: Final = 0.01
RATIO_MAX: Final = 100.0
"""What no station or valve leaves; far beyond, squares of pressures are no numbers any more."""


class CannotSimulate(Problem):
    """There is no steady state: some node has no pressure left, or part of the network is cut off."""

    code = "CANNOT_SIMULATE"


@dataclass(frozen=True, slots=True)
class SteadySimulation:
    """What to simulate.

    nomination : by node; None: the published one
    reference_node, reference_bar : where the pressure is known; by default the largest entry, at its limit
    ratios : outlet over inlet pressure that stations and control valves hold; the others are open
    closed : the edges that carry nothing
    """

    nomination: Nomination | None = None
    reference_node: str | None = None
    reference_bar: float | None = None
    ratios: Mapping[str, float] = field(default_factory=dict)
    closed: Sequence[str] = ()
    compressibility: Compressibility = Compressibility.CONSTANT


@dataclass(frozen=True, slots=True)
class SimulatedNode:
    """A node of the steady state."""

    node_id: str
    quantity: int
    pressure_bar: float


@dataclass(frozen=True, slots=True)
class SimulatedEdge:
    """An edge of the steady state; `residual_bar2` is by how much its law is missed, in squared pressures."""

    edge_id: str
    flow: int
    flow_kg_per_s: float
    residual_bar2: float


@dataclass(frozen=True, slots=True)
class SteadyState:
    """What was found; the residuals are the largest of all laws and of all balances."""

    nodes: tuple[SimulatedNode, ...]
    edges: tuple[SimulatedEdge, ...]
    residual_bar2: float
    imbalance_kg_per_s: float
    rounds: int


def simulated(network: Network, asked: SteadySimulation) -> SteadyState:
    """Return the steady state of a network; raises InvalidInput and CannotSimulate."""
    compiled = compile_hydraulics(network, use_maps=False)
    nomination = published(network) if asked.nomination is None else asked.nomination
    faults = list(_faults(compiled, asked))
    if faults:
        raise InvalidInput(faults)
    injection = injections(compiled, nomination)
    reference = int(np.argmax(injection))
    if asked.reference_node is not None:
        reference = compiled.node_index[asked.reference_node]
    number = {edge.id: place for place, edge in enumerate(network.edges)}
    closed = np.zeros(len(compiled.element_ids), dtype=np.bool_)
    closed[[number[edge_id] for edge_id in asked.closed]] = True
    try:
        found = simulate(
            compiled,
            injection,
            reference,
            asked.reference_bar or float(compiled.pressure_max_bar[reference]),
            compressibility=asked.compressibility,
            closed=closed,
            ratios={number[edge_id]: ratio for edge_id, ratio in asked.ratios.items()},
        )
    except (NoSteadyState, ValueError) as reason:
        raise CannotSimulate(str(reason)) from reason
    return _named(compiled, nomination, found)


def _faults(network: HydraulicNetwork, asked: SteadySimulation) -> list[Fault]:
    """Return what of a request names nothing, or something that cannot do what is asked."""
    kinds = dict(zip(network.element_ids, network.kind.tolist(), strict=True))
    edges = {edge.id for edge in network.network.edges}
    active = (ElementKind.CONTROL_VALVE, ElementKind.COMPRESSOR)
    faults: list[Fault] = []
    if asked.reference_node is not None and asked.reference_node not in network.node_index:
        faults.append(Fault("reference", f"{asked.reference_node} is not a node"))
    if asked.reference_bar is not None and not 0 < asked.reference_bar <= PRESSURE_BAR_MAX:
        limits = f"must be above 0 and at most {PRESSURE_BAR_MAX:,.0f}, not {asked.reference_bar:g}"
        faults.append(Fault("reference", f"its pressure, in bar, {limits}"))
    faults += [
        FaultWithin(f"edge {name}", "is not an edge", "closed") for name in asked.closed if name not in edges
    ]
    for name, ratio in asked.ratios.items():
        if kinds.get(name) not in active or name not in edges:
            no_ratio = "is neither a compressor station nor a control valve"
            faults.append(FaultWithin(f"edge {name}", no_ratio, "ratios"))
        elif not RATIO_MIN <= ratio <= RATIO_MAX:
            limits = f"its ratio must be from {RATIO_MIN:g} to {RATIO_MAX:g}, not {ratio:g}"
            faults.append(FaultWithin(f"edge {name}", limits, "ratios"))
    return faults


def _named(network: HydraulicNetwork, nomination: Nomination, found: Simulation) -> SteadyState:
    revision, unit = network.network, network.kg_per_s_per_unit
    pressures, flows = found.pressures_bar.tolist(), found.flows_kg_per_s.tolist()
    residuals = found.law_residuals_bar2.tolist()
    return SteadyState(
        nodes=tuple(
            SimulatedNode(node.id, nomination.get(node.id, 0), pressure)
            for node, pressure in zip(revision.nodes, pressures, strict=False)
        ),
        edges=tuple(
            SimulatedEdge(edge.id, round(flow / unit), flow, residual)
            for edge, flow, residual in zip(revision.edges, flows, residuals, strict=False)
        ),
        residual_bar2=max(map(abs, residuals), default=0.0),
        imbalance_kg_per_s=found.imbalance_kg_per_s,
        rounds=found.rounds,
    )
