"""The home of the check of pressures: a state or a refutation against what is sold on a gas day.

It shares no code with what made the verdict. Everything booked, used at once, is a nomination: paths inject
and withdraw at their ends, of entry and exit rights the scarcer side is used in full and the other in
proportion. Flows in kg/s.
"""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from capacity.feasibility.verdict import RefutationProof, StateProof
from capacity.hydraulics.model import compile_hydraulics
from capacity.hydraulics.question import Question
from capacity.hydraulics.refutation.checker import refutation_faults
from capacity.hydraulics.residuals import residual_faults
from capacity.networks.model import Network
from capacity.networks.overlays import DayCapacities
from capacity.rights.model import Route
from linepack.units import kg_per_s_per_unit

Rights = Mapping[Route, int]


def state_faults(network: Network, proof: StateProof, rights: Rights, capacities: DayCapacities) -> list[str]:
    """Return every way in which the state is not one in which `rights` are used at once."""
    injections = nomination_kg_per_s(network, rights)
    return residual_faults(
        network,
        proof.state,
        injections_kg_per_s=[injections[node.id] for node in network.nodes],
        flow_limits_kg_per_s=_flow_limits(network, capacities),
    )


def contradiction_faults(
    network: Network, proof: RefutationProof, rights: Rights, capacities: DayCapacities
) -> list[str]:
    """Return what is wrong with the proof that no state uses `rights` at once."""
    compiled = compile_hydraulics(network)
    injections = nomination_kg_per_s(network, rights)
    injection = np.zeros(compiled.size)
    for node_id, flow in injections.items():
        injection[compiled.node_index[node_id]] = flow
    rest = len(compiled.element_ids) - len(network.edges)
    limits = [*_flow_limits(network, capacities), *[(-np.inf, np.inf)] * rest]
    question = Question.of_nomination(compiled, injection).on_day(
        np.array([least for least, _ in limits]), np.array([most for _, most in limits])
    )
    return refutation_faults(question, proof.refutation)


def nomination_kg_per_s(network: Network, rights: Rights) -> dict[str, float]:
    """Return what each node injects (positive) when `rights` are used at once; see the module docstring."""
    entry: dict[str, int] = defaultdict(int)
    exit_: dict[str, int] = defaultdict(int)
    units: dict[str, float] = {node.id: 0.0 for node in network.nodes}
    for route, quantity in rights.items():
        if route.receipt is not None and route.delivery is not None:
            units[route.receipt] += quantity
            units[route.delivery] -= quantity
        elif route.receipt is not None:
            entry[route.receipt] += quantity
        elif route.delivery is not None:
            exit_[route.delivery] += quantity
    entries, exits = sum(entry.values()), sum(exit_.values())
    for node, quantity in entry.items():
        units[node] += quantity * min(1.0, exits / entries)
    for node, quantity in exit_.items():
        units[node] -= quantity * min(1.0, entries / exits)
    in_kg_per_s = kg_per_s_per_unit(network.unit, network.quality)
    return {node: quantity * in_kg_per_s for node, quantity in units.items()}


def _flow_limits(network: Network, capacities: DayCapacities) -> list[tuple[float, float]]:
    in_kg_per_s = kg_per_s_per_unit(network.unit, network.quality)
    return [
        (
            -np.inf if backward is None else -backward * in_kg_per_s,
            np.inf if forward is None else forward * in_kg_per_s,
        )
        for forward, backward in zip(capacities.forward, capacities.backward, strict=True)
    ]
