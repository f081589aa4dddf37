"""The witness: a nomination within a booking that a network of pipes cannot transport, and why.

Flows and potentials of pipes are unique up to a level. So a nomination with a steady state in which the
potentials of two nodes are further apart than their limits allow, or in which a flow exceeds its limit where
the flows are unique, cannot be transported. Re-checking that needs no solver: `witness_faults` imports none.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from capacity.hydraulics.physics.network import ElementKind, Flags, HydraulicNetwork, Reals

LAW_BAR2: Final = 1e-5
"""By how much a pipe's law or a limit may be missed."""
BALANCE: Final = 1e-9
"""By how much a balance or a booking may be missed, relative to the largest injection."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A nomination, its steady state, and the two nodes whose potentials are too far apart.

    injections_kg_per_s, potentials_bar2 : by node; flows_kg_per_s : by element; all as `HydraulicNetwork`
    element : the element whose flow limit is reached, else empty
    """

    injections_kg_per_s: tuple[float, ...]
    flows_kg_per_s: tuple[float, ...]
    potentials_bar2: tuple[float, ...]
    high: str
    low: str
    element: str = ""


def is_open_point(network: HydraulicNetwork, closed: Flags) -> Flags:
    """Return the elements whose ends have one potential when stations are in bypass, bool (elements,)."""
    is_point = (network.kind != ElementKind.PIPE) | (network.resistance == 0)
    return np.asarray(is_point & ~closed)


def witness_faults(
    network: HydraulicNetwork,
    booking_min: Reals,
    booking_max: Reals,
    witness: Witness,
    closed: Flags | None = None,
) -> list[str]:
    """Return everything that keeps a witness from being one; empty: the booking cannot be transported.

    booking_min, booking_max : float64 (nodes,), kg/s, what may leave (≤ 0) and enter (≥ 0), as scaled
    closed : bool (elements,), what carries nothing
    """
    injection, flow = np.array(witness.injections_kg_per_s), np.array(witness.flows_kg_per_s)
    potential = np.array(witness.potentials_bar2)
    is_closed = np.zeros(len(flow), dtype=np.bool_) if closed is None else closed
    tolerance = BALANCE * max(1.0, float(np.abs(injection).max(initial=0.0)))
    names = network.node_ids
    is_unbooked = (injection < booking_min - tolerance) | (injection > booking_max + tolerance)
    faults = [f"{names[node]}: injects what is not booked" for node in np.flatnonzero(is_unbooked)]
    rest = injection.copy()
    np.subtract.at(rest, network.tail, flow)
    np.add.at(rest, network.head, flow)
    faults += [
        f"{names[node]}: {rest[node]:g} kg/s are neither injected nor carried on"
        for node in np.flatnonzero(np.abs(rest) > tolerance * len(flow))
    ]
    drop = potential[network.tail] - potential[network.head]
    beta = np.where(is_open_point(network, is_closed), 0.0, network.resistance)
    miss = np.where(is_closed, 0.0, drop - beta * flow * np.abs(flow))
    faults += [
        f"{network.element_ids[element]}: misses its law by {miss[element]:g} bar²"
        for element in np.flatnonzero(np.abs(miss) > LAW_BAR2)
    ]
    faults += [
        f"{network.element_ids[element]}: is closed and carries gas"
        for element in np.flatnonzero(is_closed & (flow != 0))
    ]
    return faults + _limit_faults(network, witness, flow, potential, is_closed)


def _limit_faults(
    network: HydraulicNetwork, witness: Witness, flow: Reals, potential: Reals, closed: Flags
) -> list[str]:
    if not witness.element:
        high, low = network.node_index[witness.high], network.node_index[witness.low]
        difference = float(potential[high] - potential[low])
        allowed = float(network.potential_max[high] - network.potential_min[low])
        if difference < allowed - LAW_BAR2:
            return [f"{witness.high} and {witness.low} may be {allowed:g} bar² apart, not {difference:g}"]
        return []
    element = network.element_ids.index(witness.element)
    carried, least, most = flow[element], network.flow_min[element], network.flow_max[element]
    slack = BALANCE * max(1.0, abs(float(carried)))
    if least + slack < carried < most - slack:
        return [f"{witness.element}: may carry between {least:g} and {most:g} kg/s, not {carried:g}"]
    if is_open_point(network, closed)[element] and behind(network, element, closed) is None:
        return [f"{witness.element}: is on a cycle without resistance, in which flows are not unique"]
    return []


def behind(network: HydraulicNetwork, element: int, closed: Flags) -> Flags | None:
    """Return the nodes on the tail's side of an element, bool (nodes,); None if it is on a cycle."""
    ends: dict[int, list[int]] = {}
    for other in np.flatnonzero(~closed).tolist():
        if other != element:
            tail, head = int(network.tail[other]), int(network.head[other])
            ends.setdefault(tail, []).append(head)
            ends.setdefault(head, []).append(tail)
    seen = np.zeros(network.size, dtype=np.bool_)
    stack = [int(network.tail[element])]
    seen[stack] = True
    while stack:
        for other in ends.get(stack.pop(), []):
            if not seen[other]:
                seen[other] = True
                stack.append(other)
    return None if seen[network.head[element]] else seen
