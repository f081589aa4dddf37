"""The layout of the drawing: pure geometry, in units of the drawing.

Longitudes are shortened by the cosine of the middle latitude, so that shapes keep; north is up. Networks
of which more nodes have an x and y than coordinates are drawn by these (y up too). What has no place stands
between its neighbours, or on a circle when no node has any.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from capacity.networks.model import Edge, Network

WIDTH = 1000.0
HEIGHT_MIN, HEIGHT_MAX = 420.0, 1100.0
MARGIN = 56.0
BOW = 14.0
"""How far parallel edges bow apart."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """The place of every node, and the size of the drawing; y grows downwards."""

    places: Mapping[str, Point]
    height: float

    def path(self, edge: Edge, lane: float) -> list[Point]:
        """Return the vertices of an edge's line; `lane` is how far it bows from the straight one."""
        tail, head = self.places[edge.tail], self.places[edge.head]
        if lane == 0:
            return [tail, head]
        dx, dy = head[0] - tail[0], head[1] - tail[1]
        length = math.hypot(dx, dy) or 1.0
        middle = ((tail[0] + head[0]) / 2 - dy / length * lane, (tail[1] + head[1]) / 2 + dx / length * lane)
        return [tail, middle, head]


def lay_out(network: Network) -> Layout:
    """Return the layout of a network."""
    raw = _raw_places(network)
    xs, ys = [x for x, _ in raw.values()] or [0.0], [y for _, y in raw.values()] or [0.0]
    left, right, low, high = min(xs), max(xs), min(ys), max(ys)
    across, up = (right - left) or 1.0, (high - low) or 1.0
    inner = WIDTH - 2 * MARGIN
    scale = min(inner / across, (HEIGHT_MAX - 2 * MARGIN) / up)
    height = max(HEIGHT_MIN, up * scale + 2 * MARGIN)
    x_0 = (WIDTH - (right - left) * scale) / 2
    y_0 = (height - (high - low) * scale) / 2
    places = {key: (x_0 + (x - left) * scale, y_0 + (high - y) * scale) for key, (x, y) in raw.items()}
    return Layout(places, height)


def lanes(edges: Sequence[Edge]) -> dict[str, float]:
    """Return how far each edge bows aside: edges between the same two nodes fan out about the middle."""
    beside: defaultdict[frozenset[str], list[Edge]] = defaultdict(list)
    for edge in edges:
        beside[frozenset((edge.tail, edge.head))].append(edge)
    found: dict[str, float] = {}
    for parallel in beside.values():
        for i, edge in enumerate(parallel):
            lane = (i - (len(parallel) - 1) / 2) * BOW * 2
            found[edge.id] = lane if edge.tail == parallel[0].tail else -lane
    return found


@dataclass(frozen=True, slots=True)
class Label:
    """A text and where it starts (`anchor` start) or ends (`anchor` end)."""

    text: str
    x: float
    y: float
    anchor: str


def labels(texts: Sequence[tuple[Point, str]], size: float, height: float) -> list[Label]:
    """Return those labels, first come first served, that fit without touching another or the margin."""
    taken: list[tuple[float, float, float, float]] = []
    placed: list[Label] = []
    for (x, y), text in texts:
        width = len(text) * size * 0.56
        for anchor, start, base in (
            ("start", x + size * 0.75, y + size * 0.35),
            ("end", x - size * 0.75 - width, y + size * 0.35),
            ("start", x + size * 0.4, y - size * 0.7),
            ("start", x + size * 0.4, y + size * 1.4),
        ):
            box = (start, base - size, start + width, base + size * 0.25)
            if box[0] < 0 or box[2] > WIDTH or box[1] < 0 or box[3] > height:
                continue
            if not any(_touch(box, other) for other in taken):
                taken.append(box)
                placed.append(Label(text, start if anchor == "start" else start + width, base, anchor))
                break
    return placed


def _touch(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _raw_places(network: Network) -> dict[str, Point]:
    located = {
        node.id: (node.longitude, node.latitude)
        for node in network.nodes
        if node.longitude is not None and node.latitude is not None
    }
    drawn = {node.id: (node.x, node.y) for node in network.nodes if node.x is not None and node.y is not None}
    if len(located) >= len(drawn):
        shrink = math.cos(
            math.radians(sum(latitude for _, latitude in located.values()) / max(1, len(located)))
        )
        places = {key: (longitude * shrink, latitude) for key, (longitude, latitude) in located.items()}
    else:
        places = drawn
    if not places:
        turn = 2 * math.pi / max(1, len(network.nodes))
        return {n.id: (math.cos(i * turn), math.sin(i * turn)) for i, n in enumerate(network.nodes)}
    return _between_neighbours(network, places)


def _between_neighbours(network: Network, places: dict[str, Point]) -> dict[str, Point]:
    neighbours: defaultdict[str, list[str]] = defaultdict(list)
    for edge in network.edges:
        neighbours[edge.tail].append(edge.head)
        neighbours[edge.head].append(edge.tail)
    waiting = [node.id for node in network.nodes if node.id not in places]
    while waiting:
        found = {
            node: _middle([places[n] for n in neighbours[node] if n in places])
            for node in waiting
            if any(n in places for n in neighbours[node])
        }
        if not found:
            found = dict.fromkeys(waiting, _middle(list(places.values())))
        places |= found
        waiting = [node for node in waiting if node not in places]
    return places


def _middle(points: Sequence[Point]) -> Point:
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
