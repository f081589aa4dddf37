"""Pressures on the page: which nodes are near their limits, how stations run, and what limits.

A node's colour says where its pressure stands between its limits, in steps.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from capacity.hydraulics.physics.state import Mode, Shortage
from capacity.hydraulics.physics.state_summary import EdgeSetting, NodePressure, nearest_to_limits
from capacity.networks.model import Network
from server.page.markup import Markup, tag

STEPS = (0.02, 0.25, 0.75, 0.98)
"""Shares of the way from the lowest to the highest pressure above which a node is of the next colour step."""
STEP_NAMES = ("lowest pressure", "low", "middle", "high", "highest pressure")
NODES_SHOWN_MAX = 6
STATIONS_SHOWN_MAX = 6


@dataclass(frozen=True, slots=True)
class Pressures:
    """What is known of a gas day's pressures when all firm rights are used at once.

    A state by its nodes and edges; or `shortage`, where pressure fails; or `unknown`, why neither is known.
    """

    nodes: tuple[NodePressure, ...] = ()
    edges: tuple[EdgeSetting, ...] = ()
    shortage: Shortage | None = None
    unknown: str = ""
    by_node: Mapping[str, NodePressure] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_node", {node.node_id: node for node in self.nodes})

    @property
    def stations(self) -> list[EdgeSetting]:
        """The compressor stations and control valves, those at work first."""
        stations = [edge for edge in self.edges if edge.is_station]
        return sorted(stations, key=lambda edge: edge.mode is not Mode.ACTIVE)


def step(node: NodePressure) -> int:
    """Return the colour step of a node: 0 at its lowest pressure, 4 at its highest."""
    return sum(node.share > bound for bound in STEPS)


def in_words(node: NodePressure) -> str:
    """Return a node's pressure and its limits in words."""
    return f"{bar(node.pressure_bar)}, held to {node.pressure_min_bar:.4g} to {bar(node.pressure_max_bar)}"


def bar(pressure: float) -> str:
    """Return a pressure with its unit."""
    return f"{pressure:.4g} bar"


def _exact(pressure: float) -> str:
    return f"{pressure:.2f} bar"


def section(network: Network, pressures: Pressures, when: str) -> Markup:
    """Return what stands beside the map; `when` is the gas day in words."""
    if pressures.shortage is not None:
        shown = _shortage(network, pressures.shortage)
    elif pressures.unknown:
        shown = [tag("p", pressures.unknown, class_="quiet")]
    else:
        shown = _state(network, pressures)
    return tag("section", tag("h2", f"Pressures {when}"), shown, class_="pressures")


def legend() -> Markup:
    """Return what the colours of nodes mean."""
    steps = [tag("li", tag("i", class_=f"dot p{i}"), name) for i, name in enumerate(STEP_NAMES)]
    return tag("ul", steps, class_="levels", aria_label="Pressure between its limits")


def tables(network: Network, pressures: Pressures) -> Markup:
    """Return all pressures and settings in numbers; nothing where no state is known."""
    if not pressures.nodes:
        return Markup("")
    name_of = _names(network)
    nodes = [
        (name_of[n.node_id], *map(_exact, (n.pressure_bar, n.pressure_min_bar, n.pressure_max_bar)))
        for n in pressures.nodes
    ]
    stations = [
        (
            s.edge_id,
            s.kind.value.replace("_", " "),
            _mode(s),
            _exact(s.tail_pressure_bar),
            _exact(s.head_pressure_bar),
            f"{s.flow:,} {network.unit.value}",
        )
        for s in pressures.stations
    ]
    heads = ("Station", "Kind", "Mode", "Before", "Behind", "Flow")
    return tag(
        "details",
        tag("summary", f"All pressures ({len(nodes):,}) and stations ({len(stations):,}) in numbers"),
        _table(("Node", "Pressure", "Lowest", "Highest"), nodes, 1, "All pressures"),
        _table(heads, stations, 3, "All stations") if stations else "",
    )


def _state(network: Network, pressures: Pressures) -> list[Markup]:
    name_of = _names(network)
    nearest = nearest_to_limits(pressures.nodes, NODES_SHOWN_MAX)
    rows = [
        (
            name_of[node.node_id],
            _exact(node.pressure_bar),
            f"{'least' if node.limit_bar == node.pressure_min_bar else 'most'} {node.limit_bar:.2f}",
            f"{abs(node.margin_bar):.2f}",
        )
        for node in nearest
    ]
    shown = [
        tag("p", "Kept within every limit when all firm rights are used at once.", class_="kept"),
        _table(
            ("Nearest their limits", "Pressure", "Limit", "Margin"), rows, 1, "Nodes nearest their limits"
        ),
    ]
    if stations := pressures.stations:
        items = [
            tag("li", tag("span", s.edge_id, class_="ends"), tag("span", _mode(s), class_="mode"))
            for s in stations[:STATIONS_SHOWN_MAX]
        ]
        shown.append(tag("ul", items, class_="settings", aria_label="Stations"))
        if len(stations) > STATIONS_SHOWN_MAX:
            more = f"{len(stations) - STATIONS_SHOWN_MAX} more stations stand in the table below."
            shown.append(tag("p", more, class_="quiet"))
    notes = "One state of possibly many; all pressures absolute."
    pipes = [edge for edge in pressures.edges if not edge.is_station]
    if pipes:
        lost, worst = max((abs(p.tail_pressure_bar - p.head_pressure_bar), p.edge_id) for p in pipes)
        notes = f"Most pressure is lost on {worst}: {bar(lost)}. {notes}"
    shown.append(tag("p", notes, class_="quiet"))
    return shown


def _shortage(network: Network, shortage: Shortage) -> list[Markup]:
    name = _names(network).get(shortage.node_id, shortage.node_id)
    return [
        tag("p", "Not kept when all firm rights are used at once.", class_="alert"),
        tag(
            "dl",
            *(
                tag("div", tag("dt", head), tag("dd", value))
                for head, value in (
                    ("Node", name),
                    ("Has", f"{bar(shortage.pressure_bar)} at best, limit {bar(shortage.limit_bar)}"),
                    ("Missing", bar(shortage.missing_bar)),
                    ("Limited by", shortage.limiting_edge),
                )
            ),
        ),
        tag("p", shortage.text, class_="quiet"),
    ]


def _mode(station: EdgeSetting) -> str:
    if station.mode is not Mode.ACTIVE:
        return station.mode.value
    ratio = f"× {station.ratio:.2f}" if station.tail_pressure_bar > 0 else ""
    return " ".join(filter(None, (station.mode.value, ratio, station.configuration)))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], first_number: int, label: str) -> Markup:
    body = [
        tag(
            "tr",
            tag("th", row[0], scope="row"),
            *(
                tag("td", cell, class_="number" if number >= first_number else None)
                for number, cell in enumerate(row[1:], start=1)
            ),
        )
        for row in rows
    ]
    columns = [
        tag("th", head, scope="col", class_="number" if number >= first_number else None)
        for number, head in enumerate(heads)
    ]
    return tag(
        "div",
        tag("table", tag("thead", tag("tr", columns)), tag("tbody", body)),
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=label,
    )


def _names(network: Network) -> dict[str, str]:
    return {node.id: node.name or node.id for node in network.nodes}
