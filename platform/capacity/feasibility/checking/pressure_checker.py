"""The check of pressures: a state or an infeasibility certificate against what is sold on a gas day.

It shares no code with what made the verdict. Everything booked, used at once, is a nomination: paths inject
and withdraw at their ends, of entry and exit rights the scarcer side is used in full and the other in
proportion. Flows in kg/s.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from capacity.feasibility.verdicts.certificates import InfeasibilityProof, StateProof
from capacity.hydraulics.infeasibility.checker.check import CheckedCertificate, certificate_faults
from capacity.hydraulics.physics.network import HydraulicNetwork, compile_hydraulics
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.physics.residuals import residual_faults
from capacity.networks.model import Network
from capacity.networks.overlays import DayCapacities
from capacity.rights.model import Route
from linepack.units import kg_per_s_per_unit

Rights = Mapping[Route, int]
ROUNDING: Final = 1e-12
"""By how much sums of a few hundred numbers may differ, relative to the largest; 2.2e-16 is one rounding."""


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
    network: Network,
    proof: InfeasibilityProof,
    rights: Rights,
    capacities: DayCapacities,
    known: Sequence[CheckedCertificate] = (),
) -> list[str]:
    """Return what is wrong with the proof that no state uses `rights` at once.

    One that is `known` is not followed again if it was checked for this very nomination and day.
    """
    checked = next((one for one in known if one.certificate is proof.refutation), None)
    if checked is not None and _is_about(checked.problem, network, rights, capacities):
        return []
    question = _question(compile_hydraulics(network), rights, capacities)
    return certificate_faults(question, proof.refutation)


def _is_about(asked: HydraulicProblem, network: Network, rights: Rights, capacities: DayCapacities) -> bool:
    """Return whether a question is whether some state of the network uses `rights` at once."""
    compiled = asked.network
    return compiled.network is network and _is_same(asked, _question(compiled, rights, capacities))


def _question(compiled: HydraulicNetwork, rights: Rights, capacities: DayCapacities) -> HydraulicProblem:
    """Return the question whether some state uses `rights` at once."""
    network = compiled.network
    injections = nomination_kg_per_s(network, rights)
    injection = np.zeros(compiled.size)
    for node_id, flow in injections.items():
        injection[compiled.node_index[node_id]] = flow
    rest = len(compiled.element_ids) - len(network.edges)
    limits = [*_flow_limits(network, capacities), *[(-np.inf, np.inf)] * rest]
    return HydraulicProblem.of_nomination(compiled, injection).on_day(
        np.array([least for least, _ in limits]), np.array([most for _, most in limits])
    )


def _is_same(one: HydraulicProblem, other: HydraulicProblem) -> bool:
    """Return whether two questions differ by no more than the rounding of their sums."""
    largest = float(np.abs(other.injection_min).max(initial=0.0))
    pairs = (
        (one.injection_min, other.injection_min),
        (one.injection_max, other.injection_max),
        (one.flow_min, other.flow_min),
        (one.flow_max, other.flow_max),
    )
    return one.is_nomination and all(
        np.allclose(mine, theirs, rtol=ROUNDING, atol=ROUNDING * largest) for mine, theirs in pairs
    )


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
