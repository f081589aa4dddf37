"""The availability matrix: what every path could be given on every day, beside all rights.

Each path is asked for itself; the quantities do not add up. Exact at level FLOW, technical limits included.
"""

from collections.abc import Sequence

import numpy as np

from capacity.feasibility.flow.flow_network import UNBOUNDED, Capacities, FlowNetwork, Integers
from capacity.feasibility.flow.flow_prover import largest_beside
from capacity.feasibility.flow.load_cases import LoadCase
from capacity.feasibility.flow.max_flow import graph_of, largest_between
from capacity.feasibility.flow.technical_limits import TechnicalLimits
from capacity.rights.model import Route
from capacity.solvers.deadline import Deadline
from linepack.gasday import Period


def availability_matrix(
    limits: TechnicalLimits,
    period: Period,
    days: Sequence[LoadCase],
    deadline: Deadline,
) -> Integers:
    """Return int64 [entries, exits, days]: the largest quantity of each path, in the revision's order.

    `days` are all of `period`, with every path between different points in their table. Zero where entry and
    exit are one point. Raises LimitReached.
    """
    deadline.left()
    table = days[0].table
    network = table.network
    entries, exits = network.entry_points(), network.exit_points()
    pairs = [
        (place, Route(network.node_ids[entry], network.node_ids[exit_]))
        for place, (entry, exit_) in enumerate((e, x) for e in entries for x in exits)
        if entry != exit_
    ]
    places = np.array([place for place, _ in pairs], dtype=np.int64)
    place_of_route = {route: row for row, route in enumerate(table.routes)}
    rows = np.array([place_of_route[route] for _, route in pairs], dtype=np.int64)
    rooms = _rooms(limits, days, rows)
    found = largest_beside(network, days, table.receipt[rows], table.delivery[rows], rooms)
    matrix = np.zeros((len(entries) * len(exits), period.days), dtype=np.int64)
    for day, quantities in zip(days, found, strict=True):
        for own in day.periods:
            first = (own.start - period.start).days
            matrix[places, first : first + own.days] = quantities[:, np.newaxis]
    return matrix.reshape(len(entries), len(exits), period.days)


def _rooms(limits: TechnicalLimits, days: Sequence[LoadCase], rows: Integers) -> Integers:
    """Return how much more the points and the path of each route allow: int64 (days, rows)."""
    table = days[0].table
    network = table.network
    technical: dict[bytes, tuple[Integers, Integers, Integers]] = {}
    rooms = np.empty((len(days), len(rows)), dtype=np.int64)
    receipt, delivery = table.receipt[rows], table.delivery[rows]
    for number, day in enumerate(days):
        key = day.capacities.key
        if key not in technical:
            technical[key] = (
                _of_points(limits, network, day.capacities, is_entry=True),
                _of_points(limits, network, day.capacities, is_entry=False),
                _of_paths(network, day.capacities, receipt, delivery),
            )
        entry, exit_, path = technical[key]
        begun = np.bincount(table.receipt, day.quantities, network.hub + 1).astype(np.int64)
        ended = np.bincount(table.delivery, day.quantities, network.hub + 1).astype(np.int64)
        rooms[number] = np.minimum.reduce(
            [
                entry[receipt] - begun[receipt],
                exit_[delivery] - ended[delivery],
                path - day.quantities[rows],
            ]
        )
    return np.maximum(rooms, 0)


def _of_points(
    limits: TechnicalLimits, network: FlowNetwork, capacities: Capacities, *, is_entry: bool
) -> Integers:
    """Return the technical capacity of each entry, or exit, int64 (nodes,); zero elsewhere."""
    technical = np.zeros(network.hub, dtype=np.int64)
    for node in network.entry_points() if is_entry else network.exit_points():
        point = network.node_ids[node]
        limit = Route(point, None) if is_entry else Route(None, point)
        technical[node] = limits.technical(capacities, limit)
    return technical


def _of_paths(
    network: FlowNetwork, capacities: Capacities, receipt: Integers, delivery: Integers
) -> Integers:
    """Return the technical capacity of each path, int64 (paths,)."""
    closed = np.zeros(len(network.points), dtype=np.int64)
    lower, upper = np.append(capacities.lower, closed), np.append(capacities.upper, closed)
    most = np.full(len(receipt), UNBOUNDED, dtype=np.int64)
    technical: Integers = largest_between(
        graph_of(network), lower, upper, np.zeros_like(lower), receipt, delivery, most
    )
    return technical
