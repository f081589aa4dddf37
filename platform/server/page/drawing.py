"""The drawing: the network as SVG, edges as wide as they can carry.

Edges are coloured by utilisation, nodes by pressure where it is known.

Colours and sizes are the style sheet's; here are classes only. Every element says what it is, with its
numbers and their units, in its title, which browsers show as a tooltip and screen readers read.
"""

import math
from collections.abc import Mapping

from capacity.hydraulics.physics.state_summary import NodePressure
from capacity.networks.model import Edge, EdgeKind, Network, Node, NodeRole
from capacity.networks.overlays import DayCapacities
from server.page.layout import WIDTH, Layout, Point, labels, lanes, lay_out
from server.page.markup import Markup, joined, tag
from server.page.pressures import in_words
from server.page.pressures import step as pressure_step

STEPS = (0.0, 0.25, 0.5, 0.75, 0.9)
"""Utilisation above which an edge is of the next step; at or below the first it is unused."""

WIDTHS = (1.6, 6.5)
LABEL_SIZE, LABEL_SIZE_NARROW = 12.5, 30.0
LABELS_NARROW_MAX = 8
LABELS_MAX = 70
_SYMBOL_SIZE = 5.5

_KIND_NAMES = {
    EdgeKind.PIPE: "pipe",
    EdgeKind.SHORT_PIPE: "short pipe",
    EdgeKind.COMPRESSOR_STATION: "compressor station",
    EdgeKind.CONTROL_VALVE: "control valve",
    EdgeKind.VALVE: "valve",
    EdgeKind.RESISTOR: "resistor",
}


def step(utilisation: float) -> int:
    """Return the colour step of a utilisation: 0 unused, 5 nearly full or full."""
    return sum(utilisation > bound for bound in STEPS)


def draw(
    network: Network,
    utilisation: Mapping[str, float],
    capacities: DayCapacities,
    pressures: Mapping[str, NodePressure],
    when: str,
) -> Markup:
    """Return the SVG element; `pressures` by node are empty where none are known, `when` is the gas day."""
    layout = lay_out(network)
    today = dict(
        zip(
            (e.id for e in network.edges),
            zip(capacities.forward, capacities.backward, strict=True),
            strict=True,
        )
    )
    name_of = {node.id: node.name or node.id for node in network.nodes}
    widths = _widths(today)
    lane_of = lanes(network.edges)
    by_use = sorted(network.edges, key=lambda edge: utilisation.get(edge.id, 0.0))
    edges = [
        _edge(
            edge,
            layout.path(edge, lane_of[edge.id]),
            width=widths[edge.id],
            use=utilisation.get(edge.id, 0.0),
            title=describe(
                edge, name_of, today[edge.id], utilisation.get(edge.id, 0.0), network.unit.value, when=when
            ),
        )
        for edge in by_use
    ]
    stations = [_station(e, layout.path(e, lane_of[e.id])) for e in by_use if _is_station(e)]
    nodes = [
        _node(node, layout.places[node.id], network.unit.value, pressures.get(node.id))
        for node in _points_last(network)
    ]
    return tag(
        "svg",
        tag("title", f"Map of {network.name}", id="map-title"),
        tag(
            "desc",
            f"Each line is an edge, coloured by its utilisation {when}"
            f"{', each node by its pressure' if pressures else ''}; the tables say the same in text.",
            id="map-desc",
        ),
        tag("g", edges, class_="edges"),
        tag("g", stations, class_="stations"),
        tag("g", nodes, class_="nodes pressed" if pressures else "nodes"),
        _labels(network, layout),
        viewBox=f"0 0 {WIDTH:g} {layout.height:.0f}",
        role="img",
        aria_labelledby="map-title map-desc",
    )


def describe(
    edge: Edge,
    name_of: Mapping[str, str],
    today: tuple[int | None, int | None],
    use: float,
    unit: str,
    *,
    when: str,
) -> str:
    """Return an edge in words: what it is, what it carries on the gas day and how much of that is used."""
    facts = [_KIND_NAMES[edge.kind]]
    if edge.length_m is not None:
        facts.append(f"{edge.length_m / 1000:,.1f} km")
    if edge.diameter_mm is not None:
        facts.append(f"{edge.diameter_mm:,.0f} mm")
    forward, backward = today
    capacity = quantity(forward, unit)
    if forward != backward:
        capacity = f"{capacity} forward, {quantity(backward, unit)} backward"
    title = edge.name or edge.id
    ends = f"{name_of[edge.tail]} → {name_of[edge.head]}"
    return f"{title}: {ends}\n{', '.join(facts)}\ncapacity {when}: {capacity}\n{use:.0%} used"


def quantity(units: int | None, unit: str) -> str:
    """Return a quantity with its unit."""
    return "without bound" if units is None else f"{units:,} {unit}"


def _edge(edge: Edge, path: list[Point], *, width: float, use: float, title: str) -> Markup:
    line = _line(path)
    return tag(
        "g",
        tag("title", title),
        tag("path", d=line, class_="reach"),
        tag("path", d=line, class_="line", stroke_width=round(width, 1)),
        class_=f"edge u{step(use)} {edge.kind.value}",
    )


def _line(path: list[Point]) -> str:
    (x, y), *others = path
    if len(others) == 1:
        return f"M{x:.1f} {y:.1f}L{others[0][0]:.1f} {others[0][1]:.1f}"
    (mx, my), (hx, hy) = others
    return f"M{x:.1f} {y:.1f}Q{mx:.1f} {my:.1f} {hx:.1f} {hy:.1f}"


def _is_station(edge: Edge) -> bool:
    return edge.kind in (EdgeKind.COMPRESSOR_STATION, EdgeKind.CONTROL_VALVE)


def _station(edge: Edge, path: list[Point]) -> Markup:
    x, y = ((path[0][0] + path[-1][0]) / 2, (path[0][1] + path[-1][1]) / 2) if len(path) == 2 else _on(path)
    s = _SYMBOL_SIZE
    diamond = f"M{x:.1f} {y - s:.1f}l{s} {s}l{-s} {s}l{-s} {-s}z"
    return tag("path", d=diamond, class_=edge.kind.value)


def _on(path: list[Point]) -> Point:
    (ax, ay), (bx, by), (cx, cy) = path
    return (ax + 2 * bx + cx) / 4, (ay + 2 * by + cy) / 4


def _points_last(network: Network) -> list[Node]:
    return sorted(
        network.nodes, key=lambda node: (node.role is not NodeRole.JUNCTION, node.role is NodeRole.ENTRY)
    )


def _node(node: Node, place: Point, unit: str, pressure: NodePressure | None) -> Markup:
    x, y = place
    facts = [f"{node.name or node.id}: {node.role.value}"]
    if pressure is not None:
        facts.append(in_words(pressure))
    elif node.pressure_min_bar is not None and node.pressure_max_bar is not None:
        facts.append(f"{node.pressure_min_bar:.4g} to {node.pressure_max_bar:.4g} bar")
    if node.role.may_enter and node.entry_capacity is not None:
        facts.append(f"entry capacity {quantity(node.entry_capacity, unit)}")
    if node.role.may_exit and node.exit_capacity is not None:
        facts.append(f"exit capacity {quantity(node.exit_capacity, unit)}")
    title = tag("title", "\n".join(facts))
    s = _SYMBOL_SIZE + 1
    shade = "" if pressure is None else f" p{pressure_step(pressure)}"
    if node.role is NodeRole.ENTRY:
        triangle = f"M{x:.1f} {y - s:.1f}l{s} {1.8 * s:.1f}h{-2 * s}z"
        return tag("path", title, d=triangle, class_=f"node entry{shade}")
    if node.role in (NodeRole.STORAGE, NodeRole.INTERCONNECTION):
        square = f"M{x - s:.1f} {y - s:.1f}h{2 * s}v{2 * s}h{-2 * s}z"
        return tag("path", title, d=square, class_=f"node {node.role.value}{shade}")
    return tag("circle", title, cx=f"{x:.1f}", cy=f"{y:.1f}", class_=f"node {node.role.value}{shade}")


def _labels(network: Network, layout: Layout) -> Markup:
    points = [node for node in network.nodes if node.role is not NodeRole.JUNCTION]
    points.sort(key=lambda node: (not node.role.may_enter, -abs(node.nomination)))
    texts = [(layout.places[node.id], (node.name or node.id).replace("_", " ")) for node in points]
    wide = labels(texts[:LABELS_MAX], LABEL_SIZE, layout.height)
    narrow = labels(texts[:LABELS_NARROW_MAX], LABEL_SIZE_NARROW, layout.height)
    return joined(
        tag(
            "g",
            (
                tag("text", label.text, x=f"{label.x:.1f}", y=f"{label.y:.1f}", text_anchor=label.anchor)
                for label in group
            ),
            class_=f"labels {name}",
            aria_hidden="true",
        )
        for name, group in (("wide", wide), ("narrow", narrow))
    )


def _widths(today: Mapping[str, tuple[int | None, int | None]]) -> dict[str, float]:
    """Return the width of each line: the root of its capacity, between `WIDTHS`; thin without bound."""
    capacity = {key: max((c for c in both if c is not None), default=0) for key, both in today.items()}
    largest = max(capacity.values(), default=0) or 1
    thin, thick = WIDTHS
    return {key: thin + (thick - thin) * math.sqrt(c / largest) for key, c in capacity.items()}
