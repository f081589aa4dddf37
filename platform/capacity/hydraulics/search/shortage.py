"""Shortages: where pressure fails in the best state found, by how much, and what limits it."""

import math
from typing import Final

import numpy as np

from capacity.hydraulics.physics.network import ElementKind, HydraulicNetwork
from capacity.hydraulics.physics.state import Shortage
from capacity.hydraulics.search.modes import Setting
from capacity.hydraulics.search.nlp import Point
from capacity.networks.physics import ATMOSPHERE_BAR

WORTH_NAMING_BAR: Final = 1e-4
"""What is missing by less than this is no shortage that people could read off a gauge."""
AT_ITS_RATIO: Final = 1e-3
"""A station within this share of its largest pressure ratio works at its limit."""


def explain(network: HydraulicNetwork, point: Point) -> Shortage | None:
    """Return the node whose potential misses its limit by most in `point`; None where none does."""
    pressure = np.sqrt(np.maximum(point.potential, 0.0) / network.elevation)
    limit = np.sqrt(np.maximum(point.potential + point.missing, 0.0) / network.elevation)
    missing = limit - pressure
    node = int(np.argmax(np.abs(point.missing)))
    if abs(missing[node]) < WORTH_NAMING_BAR:
        return None
    is_low = bool(missing[node] > 0)
    edge, why = _Way(network, point, is_low=is_low).limiting_edge(node)
    node_id = network.node_ids[node]
    side, verb = ("below", "needs") if is_low else ("above", "allows")
    text = (
        f"pressure at {node_id} would be {pressure[node]:.1f} bar, {abs(missing[node]):.1f} bar {side} "
        f"the {limit[node]:.1f} bar it {verb}; {why}"
    )
    if pressure[node] < ATMOSPHERE_BAR:
        text = f"no pressure would be left at {node_id}, which needs {limit[node]:.1f} bar; {why}"
    return Shortage(node_id, float(pressure[node]), float(limit[node]), float(abs(missing[node])), edge, text)


class _Way:
    """The way on which most of the gas comes to a node, or, where its pressure is too high, leaves it."""

    def __init__(self, network: HydraulicNetwork, point: Point, *, is_low: bool) -> None:
        self._network, self._point, self._is_low = network, point, is_low
        self._edge_count = len(network.network.edges)

    def limiting_edge(self, node: int) -> tuple[str, str]:
        """Return the edge that stands most in the way, and how, in words."""
        way = self._elements(node)
        for element in way:
            if self._is_at_limit(element):
                station = self._edge(element)
                return station, f"station {station} on the way already works at its largest pressure ratio"
        network = self._network
        lost = [float(network.resistance[element] * self._point.flow[element] ** 2) for element in way]
        if not way or max(lost) <= 0:
            edge = self._edge(way[0] if way else self._any_at(node))
            return edge, f"{edge} is the nearest edge"
        worst = self._edge(way[int(np.argmax(lost))])
        return worst, f"pipe {worst} loses most on the way {'there' if self._is_low else 'from there'}"

    def _elements(self, node: int) -> list[int]:
        network, flow = self._network, self._point.flow
        seen, way = {node}, list[int]()
        while True:
            sign = 1.0 if self._is_low else -1.0
            arriving = np.where(network.head == node, flow, 0.0) - np.where(network.tail == node, flow, 0.0)
            arriving *= sign
            element = int(np.argmax(arriving))
            if arriving[element] <= 0:
                return way
            other = int(network.tail[element] + network.head[element]) - node
            if other in seen:
                return way
            way.append(element)
            seen.add(other)
            node = other

    def _is_at_limit(self, element: int) -> bool:
        network, point = self._network, self._point
        works = network.kind[element] == ElementKind.COMPRESSOR and point.modes[element] >= Setting.ACTIVE
        if not works or element in network.ranges:
            return False
        tail, head = network.tail[element], network.head[element]
        inlet = max(point.potential[tail], 0.0) / network.elevation[tail]
        outlet = max(point.potential[head], 0.0) / network.elevation[head]
        ratio = math.sqrt(outlet / inlet) if inlet else 0.0
        return bool(ratio >= network.ratio_max[element] * (1 - AT_ITS_RATIO))

    def _any_at(self, node: int) -> int:
        return int(np.flatnonzero((self._network.tail == node) | (self._network.head == node))[0])

    def _edge(self, element: int) -> str:
        """Return the revision's edge: a flange belongs to its station."""
        element_id = self._network.element_ids[element]
        return element_id if element < self._edge_count else element_id.rsplit("/", 1)[0]
