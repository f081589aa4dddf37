"""Pressures on the page: A —AB→ B —BC→ C, where BC is a compressor station."""

import re
from dataclasses import replace
from datetime import date

import pytest
from tests.unit.capacity.networks.samples import PIPE, A, B, network
from tests.unit.server.page.test_render import HOSTILE, Outline

from capacity.hydraulics.physics.state import Mode, Shortage
from capacity.hydraulics.physics.state_summary import EdgeSetting, NodePressure
from capacity.networks.model import Edge, EdgeKind, Node
from server.page import render
from server.page.pressures import Pressures, step

TODAY = date(2027, 1, 15)
C = Node("C", pressure_min_bar=20, pressure_max_bar=60)
BC = Edge("BC", EdgeKind.COMPRESSOR_STATION, "B", "C")
LINE = network(replace(PIPE, capacity_forward=1, capacity_backward=1), BC, nodes=(A, B, C))
NODES = (NodePressure("A", 48.0, 30, 50), NodePressure("B", 40.05, 40, 45), NodePressure("C", 58.0, 20, 60))
EDGES = (
    EdgeSetting("AB", EdgeKind.PIPE, Mode.OPEN, "", 450_000, 48.0, 40.05),
    EdgeSetting("BC", EdgeKind.COMPRESSOR_STATION, Mode.ACTIVE, "two in series", 450_000, 40.05, 58.0),
)
SHORTAGE = Shortage("B", 38.5, 40.0, 1.5, "AB", "B would have 38.5 bar and needs 40 bar")


def page(pressures: Pressures | None, day: date = TODAY) -> str:
    html = render(LINE, {"AB": 0.5}, today=TODAY, codes=["small"], day=day, pressures=pressures)
    Outline(html)
    return html


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html.partition("</style>")[2]).split())


def test_nodes_nearest_their_limits_are_listed_with_limit_and_margin() -> None:
    shown = text(page(Pressures(NODES, EDGES)))
    assert "Pressures today Kept within every limit when all firm rights are used at once." in shown
    assert "B 40.05 bar least 40.00 0.05 A 48.00 bar most 50.00 2.00 C 58.00 bar most 60.00 2.00" in shown


def test_a_station_at_work_says_its_mode_ratio_and_configuration() -> None:
    # 58 / 40.05 = 1.448
    assert "BC active × 1.45 two in series" in text(page(Pressures(NODES, EDGES)))
    closed = (EDGES[0], replace(EDGES[1], mode=Mode.CLOSED, configuration="", flow=0))
    assert "BC closed Most pressure is lost on AB: 7.95 bar. One state of possibly many" in text(
        page(Pressures(NODES, closed))
    )


@pytest.mark.parametrize(
    ("pressure", "colour"), [(30, 0), (30.4, 0), (31, 1), (40, 2), (46, 3), (49.8, 4), (50, 4), (50.001, 4)]
)
def test_colour_says_where_a_pressure_stands_between_its_limits(pressure: float, colour: int) -> None:
    node = NodePressure("A", pressure, 30, 50)
    assert step(node) == colour
    html = page(Pressures((node, *NODES[1:]), EDGES))
    assert f'class="node entry p{colour}"' in html
    assert f"A: entry\n{pressure:.4g} bar, held to 30 to 50 bar" in html


def test_all_pressures_stand_in_a_table() -> None:
    shown = text(page(Pressures(NODES, EDGES)))
    assert "All pressures (3) and stations (1) in numbers" in shown
    assert "A 48.00 bar 30.00 bar 50.00 bar B 40.05 bar 40.00 bar 45.00 bar C 58.00 bar" in shown
    assert "BC compressor station active × 1.45 two in series 40.05 bar 58.00 bar 450,000 kWh/h" in shown


def test_where_pressure_fails_node_missing_bar_and_limiting_edge_are_named() -> None:
    html = page(Pressures(shortage=SHORTAGE))
    assert "Not kept when all firm rights are used at once." in text(html)
    assert "Node B Has 38.5 bar at best, limit 40 bar Missing 1.5 bar Limited by AB" in text(html)
    assert not re.search(r'class="node [a-z]+ p\d', html)


def test_what_is_not_known_is_said_and_nothing_coloured() -> None:
    html = page(Pressures(unknown="It is being worked out: look again in a moment."))
    assert "look again in a moment" in text(html)
    assert not re.search(r'class="node [a-z]+ p\d', html)
    assert "lowest pressure" not in text(html)


def test_a_page_without_pressures_says_nothing_of_them() -> None:
    assert "Pressure" not in text(page(None))


def test_another_gas_day_is_named_and_leads_back() -> None:
    html = page(Pressures(NODES, EDGES), date(2027, 2, 1))
    assert "Pressures on 1 Feb 2027" in text(html)
    assert "Busiest on 1 Feb 2027" in text(html)
    links = re.findall(r'href="/networks/small\?day=([^"]+)">([^<]+)<', html)
    assert links == [
        ("2027-01-15", "today"),
        ("2027-01-31", "31 Jan"),
        ("2027-02-02", "2 Feb"),
        ("2027-03-01", "1 Mar"),
        ("2027-04-01", "1 Apr"),
        ("2027-05-01", "1 May"),
    ]


def test_no_day_before_today_is_offered() -> None:
    days = re.findall(r"\?day=([^\"]+)", page(None))
    assert min(days) == "2027-01-16"


def test_whatever_a_file_says_is_text_and_never_markup() -> None:
    shortage = replace(SHORTAGE, node_id=HOSTILE, limiting_edge=HOSTILE, text=HOSTILE)
    assert "<script" not in page(Pressures(shortage=shortage))
    station = replace(EDGES[1], edge_id=HOSTILE, configuration=HOSTILE)
    assert "<script" not in page(Pressures(NODES, (station,)))
