"""Random trees of every kind of element, a slow oracle for them, and the nominations of GasLib-134.

The oracle cuts the axis of pressures into cells and carries from the leaves to the root which cells may work.
A cell's image is taken as a hull, so that the root's cells are empty only if there is no state.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import defusedxml.ElementTree
import numpy as np
from tests.unit.capacity.hydraulics.small_networks import network, node

from capacity.hydraulics.physics.network import ElementKind, Flags, HydraulicNetwork, Reals
from capacity.networks.model import Edge, EdgeKind, Network
from capacity.networks.physics import RESISTANCE

CELL_BAR = 0.02
HIGHEST_BAR = 220.0
KINDS = (
    *(EdgeKind.PIPE,) * 4,
    *(EdgeKind.COMPRESSOR_STATION,) * 2,
    *(EdgeKind.CONTROL_VALVE,) * 2,
    EdgeKind.RESISTOR,
    EdgeKind.VALVE,
    EdgeKind.SHORT_PIPE,
)


def random_tree(seed: int) -> Network:
    """Return a tree of 2 to 9 nodes with heights, losses and limits that bind about as often as not."""
    random = np.random.default_rng(seed)
    size = int(random.integers(2, 10))
    nominations = np.where(random.random(size) < 0.6, random.integers(-9, 10, size), 0)
    nominations[0] -= nominations.sum()
    nodes = []
    for v in range(size):
        low, high = sorted(random.uniform(20, 80, 2).tolist())
        height = float(random.uniform(0, 300)) if seed % 2 else 0.0
        nodes.append(node(f"n{v}", int(nominations[v]), low - 5, high + 10, height_m=height))
    edges: list[Edge] = []
    for head in range(1, size):
        tail = int(random.integers(0, head))
        ends = (tail, head) if random.random() < 0.5 else (head, tail)
        edges += _random_edges(random, head, *(f"n{end}" for end in ends))
    return network(nodes, edges)


def _random_edges(random: np.random.Generator, number: int, tail: str, head: str) -> Iterator[Edge]:
    kind = KINDS[random.integers(0, len(KINDS))]
    attributes: dict[str, float | str] = {}
    if kind is EdgeKind.PIPE:
        attributes = {RESISTANCE: float(10 ** random.uniform(-1, 1.5))}
        if random.random() < 0.2:
            yield Edge(
                f"twin{number}", kind, head, tail, attributes={RESISTANCE: float(random.uniform(1, 40))}
            )
    elif kind is EdgeKind.RESISTOR:
        attributes = {"pressure_loss_bar": float(random.uniform(0, 5))}
    elif kind in (EdgeKind.COMPRESSOR_STATION, EdgeKind.CONTROL_VALVE):
        attributes = {
            "pressure_in_min_bar": float(random.uniform(1, 45)),
            "pressure_out_max_bar": float(random.uniform(40, 100)),
            "internal_bypass": "required" if random.random() < 0.6 else "not required",
        }
        if random.random() < 0.2:
            attributes |= {"pressure_loss_in_bar": 1.5, "pressure_loss_out_bar": 0.5}
    if kind is EdgeKind.COMPRESSOR_STATION:
        low, high = sorted(random.uniform(1, 2, 2).tolist())
        attributes |= {"pressure_ratio_min": low, "pressure_ratio_max": high}
        attributes[RESISTANCE] = float(random.uniform(0, 5))
    elif kind is EdgeKind.CONTROL_VALVE:
        low, high = sorted(random.uniform(0, 40, 2).tolist())
        attributes |= {"pressure_difference_min_bar": low / 4, "pressure_difference_max_bar": high}
    capacity = int(random.integers(5, 40))
    yield Edge(f"e{number}", kind, tail, head, capacity_forward=capacity, attributes=attributes)


def may_be_feasible(hydraulic: HydraulicNetwork, injection: Reals) -> bool:
    """Whether the oracle leaves any pressure to the first node; parallel pipes are taken one by one."""
    return bool(_Oracle(hydraulic, injection).works(0, -1)[0].any())


class _Oracle:
    def __init__(self, hydraulic: HydraulicNetwork, injection: Reals) -> None:
        self._h = hydraulic
        self._injection = injection
        self._edges_of = np.arange(0, HIGHEST_BAR + CELL_BAR / 2, CELL_BAR)

    def works(self, at: int, arrived_by: int) -> tuple[Flags, float]:
        """Return which cells work at a node, bool (cells,), and what is sent up from there."""
        low, high = self._edges_of[:-1], self._edges_of[1:]
        cells = (high >= self._h.pressure_min_bar[at] - 1e-9) & (low <= self._h.pressure_max_bar[at] + 1e-9)
        sent = float(self._injection[at])
        ends = (
            {arrived_by} if arrived_by < 0 else {int(self._h.tail[arrived_by]), int(self._h.head[arrived_by])}
        )
        neighbours: dict[int, list[int]] = {}
        for element in np.flatnonzero((self._h.tail == at) | (self._h.head == at)).tolist():
            other = int(self._h.tail[element] + self._h.head[element] - at)
            if other not in ends:
                neighbours.setdefault(other, []).append(element)
        for other, elements in neighbours.items():
            there, flow = self.works(other, elements[0])
            sent += flow
            cells &= self._image(elements, other, at, flow, there)
        return cells, sent

    def _image(self, elements: list[int], start: int, end: int, flow: float, there: Flags) -> Flags:
        low, high = self._edges_of[:-1][there], self._edges_of[1:][there]
        h, first = self._h, elements[0]
        total = np.array([h.resistance[e] ** -0.5 if h.resistance[e] else np.inf for e in elements]).sum()
        for element in elements:
            share = 1.0 if len(elements) == 1 else float(h.resistance[element] ** -0.5 / total)
            carried = flow * share if h.tail[element] == start else -flow * share
            if not h.flow_min[element] - 1e-9 <= carried <= h.flow_max[element] + 1e-9:
                return np.zeros(len(self._edges_of) - 1, dtype=np.bool_)
        beta = float(h.resistance[first]) if len(elements) == 1 else float(total**-2)
        marks = np.zeros(len(self._edges_of) + 1)
        for image_low, image_high in self._images(first, (start, end), flow, beta, (low, high)):
            lowest, highest = (
                np.clip(image_low - 1e-6, 0, HIGHEST_BAR),
                np.clip(image_high + 1e-6, 0, HIGHEST_BAR),
            )
            some = (image_low <= image_high + 1e-6) & (image_high > 0)
            np.add.at(marks, np.maximum(lowest[some] / CELL_BAR - 1e-6, 0).astype(int), 1)
            np.add.at(marks, (highest[some] / CELL_BAR + 1e-6).astype(int) + 1, -1)
        return np.asarray(np.cumsum(marks)[: len(there)] > 0)

    def _images(
        self, element: int, ends: tuple[int, int], flow: float, beta: float, cells: tuple[Reals, Reals]
    ) -> Iterator[tuple[Reals, Reals]]:
        h, (start, end), (low, high) = self._h, ends, cells
        kind, sigma = h.kind[element], h.elevation
        is_forward = h.tail[element] == start
        q = flow if is_forward else -flow

        def passed(pressure: Reals) -> Reals:
            left = sigma[start] * pressure**2 - beta * flow * abs(flow)
            return np.asarray(np.sign(left) * np.sqrt(np.abs(left) / sigma[end]))

        if kind == ElementKind.RESISTOR:
            loss = float(h.loss_bar[element])
            yield (
                (low - loss, high + loss)
                if q == 0
                else (low - np.sign(flow) * loss, high - np.sign(flow) * loss)
            )
            return
        is_active = kind in (ElementKind.CONTROL_VALVE, ElementKind.COMPRESSOR)
        if q == 0 and kind != ElementKind.PIPE:
            yield np.zeros(len(low)), np.full(len(low), HIGHEST_BAR)
            return
        if not is_active or h.has_bypass[element]:
            yield passed(low), passed(high)
        if is_active and q > 0:
            yield self._run(element, q, low, high, is_forward=is_forward)

    def _run(
        self, element: int, q: float, low: Reals, high: Reals, *, is_forward: bool
    ) -> tuple[Reals, Reals]:
        h = self._h
        loss = float(h.resistance[element]) * q * q / float(h.elevation[h.head[element]])
        outlet, inlet = float(h.outlet_max_bar[element]), float(h.inlet_min_bar[element])
        ratios = float(h.ratio_min[element]), float(h.ratio_max[element])
        falls = float(h.difference_min_bar[element]), float(h.difference_max_bar[element])
        if h.kind[element] == ElementKind.COMPRESSOR:
            falls = -np.inf, np.inf
        if is_forward:
            start = np.maximum(low, inlet)
            behind = (
                np.maximum(ratios[0] * start, start - falls[1]),
                np.minimum(ratios[1] * high, high - falls[0]),
            )
            lowest, highest = (np.sign(b**2 - loss) * np.sqrt(np.abs(b**2 - loss)) for b in behind)
            none = (start > high + 1e-6) | (behind[0] > behind[1] + 1e-6)
            return np.where(none, np.inf, lowest), np.where(none, -np.inf, np.minimum(highest, outlet))
        behind = np.sqrt(low**2 + loss), np.sqrt(np.minimum(high, outlet) ** 2 + loss)
        lowest = np.maximum(np.maximum(behind[0] / ratios[1], behind[0] + falls[0]), inlet)
        highest = np.minimum(behind[1] / ratios[0] if ratios[0] else np.inf, behind[1] + falls[1])
        return np.where(low > outlet + 1e-6, np.inf, lowest), highest


def nominations_of_gaslib_134(archive: Path, hydraulic: HydraulicNetwork) -> Reals:
    """Return the daily nominations, float64 (days, nodes), kg/s, balanced on each day's largest entry."""
    kg_per_s = hydraulic.network.quality.density_kg_per_nm3 * 1000 / 3600
    rows = []
    with zipfile.ZipFile(archive) as documents:
        for name in sorted(documents.namelist()):
            if name.endswith(".scn") and "-v2/" in name:
                row = np.zeros(hydraulic.size)
                for element in defusedxml.ElementTree.fromstring(documents.read(name)).iterfind(".//{*}node"):
                    sign = 1 if element.get("type") == "entry" else -1
                    for flow in element.iterfind("{*}flow"):
                        if flow.get("bound") in ("both", "upper"):
                            at = hydraulic.node_index[element.attrib["id"]]
                            row[at] += sign * float(flow.attrib["value"]) * kg_per_s
                row[np.argmax(row)] -= row.sum()
                rows.append(row)
    return np.array(rows)
