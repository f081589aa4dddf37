"""Nominations that planning starts from: of a file, of a gas day's rights, or the published one.

By node, in whole commercial units; positive enters, negative leaves.
"""

import csv
from collections import Counter
from collections.abc import Mapping

import numpy as np

from capacity.hydraulics.physics.network import HydraulicNetwork, Reals
from capacity.networks.model import Network
from capacity.rights.snapshot import Stack
from linepack.problems import Fault, FaultWithin, InvalidInput

Nomination = Mapping[str, int]


def published(network: Network, scale: float = 1.0) -> dict[str, int]:
    """Return the published nomination times `scale`."""
    return {node.id: round(node.nomination * scale) for node in network.nodes if node.nomination}


def used_at_once(rights: Stack) -> dict[str, int]:
    """Return the nomination in which all rights of a gas day are used at once.

    Path rights are used in full; of entry and exit rights, the side that has more is used in proportion.
    """
    units: Counter[str] = Counter()
    entries = sum(quantity for route, quantity in rights.items() if route.delivery is None)
    exits = sum(quantity for route, quantity in rights.items() if route.receipt is None)
    for route, quantity in rights.items():
        if route.receipt is not None:
            used = min(1.0, exits / entries) if route.delivery is None else 1.0
            units[route.receipt] += round(quantity * used)
        if route.delivery is not None:
            used = min(1.0, entries / exits) if route.receipt is None else 1.0
            units[route.delivery] -= round(quantity * used)
    return {node: quantity for node, quantity in units.items() if quantity}


def from_csv(text: str) -> dict[str, int]:
    """Return the nomination of lines "node,quantity"; a first line that says so is a heading.

    Raises InvalidInput naming every line that cannot be read.
    """
    units: Counter[str] = Counter()
    faults = []
    for number, row in enumerate(csv.reader(text.splitlines()), start=1):
        if not row or (number == 1 and row[0].strip().lower() == "node"):
            continue
        try:
            node, quantity = row
            units[node.strip()] += int(quantity)
        except ValueError:
            faults.append(
                Fault(f"line {number}", f"must be a node and a whole quantity, not {','.join(row)!r}")
            )
    if faults:
        raise InvalidInput(faults)
    return dict(units)


def injections(network: HydraulicNetwork, nomination: Nomination) -> Reals:
    """Return a nomination in kg/s, float64 (nodes,), adding up to zero.

    A difference between what enters and what leaves of at most a unit for each node comes from rounding: the
    largest node takes it. Raises InvalidInput for unknown nodes, for a larger difference, and for nothing.
    """
    faults: list[Fault] = [
        FaultWithin(f"node {node}", "is not a node", "nomination")
        for node in nomination
        if node not in network.node_index
    ]
    difference = sum(nomination.values())
    if not any(nomination.values()):
        faults.append(Fault("nomination", "nothing enters or leaves"))
    elif abs(difference) > len(nomination):
        more = "enters than leaves" if difference > 0 else "leaves than enters"
        faults.append(Fault("nomination", f"{abs(difference):,} {network.network.unit} more {more}"))
    if faults:
        raise InvalidInput(faults)
    injection = network.injections(nomination)
    injection[np.argmax(np.abs(injection))] -= injection.sum()
    return injection
