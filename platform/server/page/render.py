"""The page of a network: the drawing, what is tight on the gas day, the legend, everything as tables.

Server-rendered and self-contained: one answer, no script, nothing loaded from elsewhere. Whatever the drawing
shows by colour stands in a table too.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from importlib.resources import files
from urllib.parse import quote

from capacity.hydraulics.physics.state_summary import NodePressure
from capacity.networks.model import Edge, Network, NodeRole, Overlay
from capacity.networks.overlays import DayCapacities, on_day
from linepack.gasday import GasDay
from server.page.drawing import STEPS, draw, quantity, step
from server.page.markup import Markup, tag
from server.page.pressures import Pressures, legend, section, tables

BUSIEST_MAX = 8
DAYS_AHEAD_MAX = 366
"""How far ahead a gas day can be looked at."""
MONTHS_SHOWN = 3

STYLE = (files("server.page") / "style.css").read_text()

_ROLES = {
    NodeRole.ENTRY: ("entry", "entries"),
    NodeRole.EXIT: ("exit", "exits"),
    NodeRole.STORAGE: ("storage", "storages"),
    NodeRole.INTERCONNECTION: ("interconnection", "interconnections"),
    NodeRole.JUNCTION: ("junction", "junctions"),
}


def render(
    network: Network,
    utilisation: Mapping[str, float],
    *,
    today: GasDay,
    codes: Sequence[str],
    overlays: Sequence[Overlay] = (),
    day: GasDay | None = None,
    pressures: Pressures | None = None,
    explorer: str | None = None,
) -> str:
    """Return the page of `network` on gas day `day`, by default `today`, as HTML.

    `utilisation` is flow over the day's capacity of each edge, 0 to 1; `codes` are all networks one can
    choose; `pressures` are None where they are not asked about; `explorer` is the address of the API's.
    """
    day = day or today
    when = "today" if day == today else f"on {day:%-d %b %Y}"
    in_force = [overlay for overlay in overlays if day in overlay.period]
    capacities = on_day(network, in_force, day)
    by_node = {} if pressures is None else pressures.by_node
    body = (
        _header(network, codes, explorer),
        tag(
            "main",
            tag(
                "section",
                tag("figure", draw(network, utilisation, capacities, by_node, when), _legend(by_node)),
                class_="map",
                aria_label="Map",
            ),
            tag(
                "aside",
                _facts(network, day, today),
                "" if pressures is None else section(network, pressures, when),
                _busiest(network, utilisation, capacities, when),
                _overlays(network, in_force, when),
            ),
        ),
        _table(network, utilisation, capacities),
        "" if pressures is None else tables(network, pressures),
        _footer(network),
    )
    head = (
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{network.name} – Linepack"),
        tag("style", Markup(STYLE)),
    )
    page = tag("html", tag("head", head), tag("body", body), lang="en")
    return f"<!doctype html>\n{page}\n"


def _header(network: Network, codes: Sequence[str], explorer: str | None) -> Markup:
    links = [
        tag(
            "a",
            code,
            href=f"/networks/{quote(code, safe='')}",
            aria_current="page" if code == network.code else None,
        )
        for code in codes
    ]
    return tag(
        "header",
        tag("a", "Linepack", href="/", class_="mark"),
        tag("nav", links, aria_label="Networks"),
        "" if explorer is None else tag("a", "API explorer", href=explorer, class_="explorer"),
    )


def _facts(network: Network, day: GasDay, today: GasDay) -> Markup:
    roles = Counter(node.role for node in network.nodes)
    points = [f"{roles[role]} {names[roles[role] != 1]}" for role, names in _ROLES.items() if roles[role]]
    hours = network.clock.hours(day)
    facts = [
        (
            "Gas day",
            f"{day:%a %-d %b %Y}, {hours} h from {network.clock.start_hour:02d}:00 {network.clock.zone}",
        ),
        ("Unit", network.unit.value),
        ("Nodes", ", ".join(points)),
        ("Edges", f"{len(network.edges):,}"),
    ]
    return tag(
        "section",
        tag("h1", network.name),
        tag("dl", [tag("div", tag("dt", name), tag("dd", value)) for name, value in facts]),
        _other_days(network, day, today),
        class_="facts",
    )


def _other_days(network: Network, day: GasDay, today: GasDay) -> Markup:
    """Return the way to the gas days around `day`, and to the first of the next months."""
    near = {day - timedelta(days=1), day + timedelta(days=1), today}
    month = day.replace(day=1)
    for _ in range(MONTHS_SHOWN):
        month = (month + timedelta(days=32)).replace(day=1)
        near.add(month)
    last = today + timedelta(days=DAYS_AHEAD_MAX)
    links = [
        tag(
            "a",
            "today" if other == today else f"{other:%-d %b}",
            href=f"/networks/{quote(network.code, safe='')}?day={other.isoformat()}",
        )
        for other in sorted(near - {day})
        if today <= other <= last
    ]
    return tag("nav", links, class_="days", aria_label="Other gas days")


def _busiest(
    network: Network, utilisation: Mapping[str, float], capacities: DayCapacities, when: str
) -> Markup:
    name_of = {node.id: node.name or node.id for node in network.nodes}
    capacity_of = dict(zip((edge.id for edge in network.edges), capacities.forward, strict=True))
    used = [edge for edge in network.edges if utilisation.get(edge.id, 0.0) > 0]
    used.sort(key=lambda edge: -utilisation[edge.id])
    if not used:
        listed = tag("p", f"Nothing is booked {'for ' if when == 'today' else ''}{when}.", class_="quiet")
    else:
        listed = tag("ol", [_bar(edge, utilisation[edge.id], name_of) for edge in used[:BUSIEST_MAX]])
    closed = sum(capacity == 0 for capacity in capacity_of.values())
    return tag(
        "section",
        tag("h2", f"Busiest {when}"),
        listed,
        tag(
            "p",
            "Flow over the capacity of the day when all firm rights are used at once, by one flow of "
            "possibly many." + (f" {closed} edges carry nothing forward {when}." if closed else ""),
            class_="quiet",
        ),
        class_="busiest",
    )


def _bar(edge: Edge, use: float, name_of: Mapping[str, str]) -> Markup:
    share = f"{use:.0%}"
    return tag(
        "li",
        tag("span", f"{name_of[edge.tail]} → {name_of[edge.head]}", class_="ends"),
        tag("span", share, class_="share"),
        tag("i", class_=f"bar u{step(use)}", style=f"--share: {min(1.0, use):.1%}"),
    )


def _overlays(network: Network, in_force: Sequence[Overlay], when: str) -> Markup:
    if not in_force:
        return Markup("")
    items = [
        tag(
            "li",
            tag("strong", overlay.edge_id),
            f": {overlay.kind.value}, {overlay.factor:.0%} of capacity, {overlay.period}",
            tag("span", overlay.reason, class_="quiet") if overlay.reason else "",
        )
        for overlay in in_force
    ]
    return tag("section", tag("h2", f"In force {when}"), tag("ul", items), class_="overlays")


def _legend(pressures: Mapping[str, NodePressure]) -> Markup:
    bounds = [*(f"{bound:.0%}" for bound in STEPS[1:]), "100%"]
    names = ["unused", *(f"to {bound}" for bound in bounds)]
    uses = [tag("li", tag("i", class_=f"swatch u{i}"), name) for i, name in enumerate(names)]
    symbols = [
        tag("li", tag("i", class_=f"symbol {symbol}"), name)
        for symbol, name in (
            ("entry", "entry"),
            ("exit", "exit"),
            ("compressor", "compressor station"),
            ("valve", "control valve"),
        )
    ]
    return tag(
        "figcaption",
        tag("ul", uses, class_="uses", aria_label="Utilisation"),
        legend() if pressures else "",
        tag("ul", symbols, class_="symbols", aria_label="Symbols"),
        tag("p", "The wider a line, the more it can carry.", class_="quiet widths"),
    )


def _table(network: Network, utilisation: Mapping[str, float], capacities: DayCapacities) -> Markup:
    name_of = {node.id: node.name or node.id for node in network.nodes}
    unit = network.unit.value
    heads = ("Edge", "Kind", "From", "To", "Forward", "Backward", "Used")
    rows = [
        tag(
            "tr",
            tag("th", edge.name or edge.id, scope="row"),
            tag("td", edge.kind.value.replace("_", " ")),
            tag("td", name_of[edge.tail]),
            tag("td", name_of[edge.head]),
            tag("td", quantity(forward, unit), class_="number"),
            tag("td", quantity(backward, unit), class_="number"),
            tag("td", f"{utilisation.get(edge.id, 0.0):.0%}", class_="number"),
        )
        for edge, forward, backward in zip(
            network.edges, capacities.forward, capacities.backward, strict=True
        )
    ]
    return tag(
        "details",
        tag("summary", f"All {len(network.edges):,} edges in numbers"),
        tag(
            "div",
            tag(
                "table",
                tag("thead", tag("tr", [tag("th", head, scope="col") for head in heads])),
                tag("tbody", rows),
            ),
            class_="scroll",
            tabindex="0",
            role="region",
            aria_label="All edges",
        ),
    )


def _footer(network: Network) -> Markup:
    notes = [tag("li", note) for note in network.notes]
    return tag(
        "footer",
        tag("p", network.attribution) if network.attribution else "",
        tag("ul", notes) if notes else "",
    )
