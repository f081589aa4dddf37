import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from tests.unit.capacity.networks.samples import PIPE, A, B, network

from capacity.networks.model import EdgeKind, Network, Node, NodeRole, Overlay, OverlayKind
from capacity.publication import catalogue
from linepack.gasday import Period
from server.page import render
from server.page.drawing import step
from server.page.layout import WIDTH, labels, lay_out
from server.page.markup import Markup, tag

TODAY = date(2027, 1, 15)
BELGIAN = catalogue.load("belgian")
CODES = ["belgian", "gaslib-40"]
HOSTILE = "<script>alert('x')</script>\"&"


class Outline(HTMLParser):
    """Reads a page, checking that elements are closed in order."""

    VOID = frozenset({"meta", "link", "br"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page(shown: Network = BELGIAN, used: dict[str, float] | None = None, *overlays: Overlay) -> str:
    return render(shown, used or {}, today=TODAY, codes=CODES, overlays=overlays)


@pytest.mark.parametrize("code", catalogue.codes())
def test_every_shipped_network_is_drawn_whole(code: str) -> None:
    shown = catalogue.load(code)
    outline = Outline(page(shown))
    groups = [attributes.get("class") or "" for tag, attributes in outline.attributes if tag == "g"]
    assert sum(name.startswith("edge ") for name in groups) == len(shown.edges)
    circles = [attributes for tag, attributes in outline.attributes if tag == "circle"]
    entries = [node for node in shown.nodes if node.role is NodeRole.ENTRY]
    assert len(circles) == len(shown.nodes) - len(entries)


def test_page_loads_nothing_and_runs_nothing() -> None:
    html = page()
    assert "script" not in Outline(html).tags
    assert not re.search(r"(src|href|url\()\s*=?\s*[\"']?(https?:)?//", html)
    assert "@import" not in html


def test_page_says_its_language_title_and_scale() -> None:
    outline = dict(Outline(page()).attributes)
    assert outline["html"] == {"lang": "en"}
    assert "<title>Belgian network – Linepack</title>" in page()
    assert 'name="viewport"' in page()
    assert 'charset="utf-8"' in page()


def test_network_shown_is_marked_among_those_to_choose_from() -> None:
    links = [a for tag, a in Outline(page()).attributes if tag == "a"]
    assert {"href": "/networks/belgian", "aria-current": "page"} in links
    assert {"href": "/networks/gaslib-40"} in links


def test_the_explorer_is_linked_where_there_is_one() -> None:
    assert "explorer" not in page()
    html = render(BELGIAN, {}, today=TODAY, codes=CODES, explorer="/graphql/explorer")
    links = [a for tag, a in Outline(html).attributes if tag == "a"]
    assert {"href": "/graphql/explorer", "class": "explorer"} in links


def test_edge_says_what_it_is_with_units() -> None:
    # Sinsin to Arlon: 98 km of 315.5 mm, 107 834 Sm³/h forward.
    html = page(used={"23": 0.827})
    assert "23: Sinsin → Arlon\npipe, 98.0 km, 316 mm\n" in html
    assert "capacity today: 107,834 Sm3/h forward, 113,313 Sm3/h backward\n83% used" in html


def test_capacity_shown_is_that_of_the_day() -> None:
    outage = Overlay("23", OverlayKind.MAINTENANCE, Period(TODAY, date(2027, 2, 1)), 0.5, "Pigging")
    past = Overlay("24", OverlayKind.MAINTENANCE, Period(date(2026, 1, 1), TODAY), 0.1, "Long over")
    html = page(BELGIAN, {}, outage, past)
    assert "capacity today: 53,917 Sm3/h forward" in html
    assert "Pigging" in html
    assert "Long over" not in html


def test_busiest_edges_come_first() -> None:
    html = page(used={"23": 0.5, "5": 0.99, "6": 0.75})
    listed = re.findall(r'class="ends">([^<]+)<', html)
    assert listed == ["Brugge → Zomergem", "Loenhout → Antwerpen", "Sinsin → Arlon"]


def test_day_without_bookings_says_so() -> None:
    assert "Nothing is booked for today." in page()


@pytest.mark.parametrize(
    ("use", "colour"), [(0, 0), (0.001, 1), (0.25, 1), (0.5, 2), (0.75, 3), (0.9, 4), (0.91, 5), (1.4, 5)]
)
def test_colour_follows_utilisation(use: float, colour: int) -> None:
    assert step(use) == colour
    assert f'class="edge u{colour} pipe"' in page(used={"23": use})


def test_whatever_a_file_says_is_text_and_never_markup() -> None:
    nodes = (replace(A, id=HOSTILE, name=HOSTILE), replace(B, name=HOSTILE))
    edge = replace(PIPE, id=HOSTILE, name=HOSTILE, tail=HOSTILE, capacity_forward=1, capacity_backward=1)
    shown = replace(
        network(edge, nodes=nodes), name=HOSTILE, code=HOSTILE, attribution=HOSTILE, notes=(HOSTILE,)
    )
    overlay = Overlay(HOSTILE, OverlayKind.DERATING, Period(TODAY, date(2027, 2, 1)), 0.5, HOSTILE)
    html = render(shown, {HOSTILE: 1.0}, today=TODAY, codes=[HOSTILE, "../x"], overlays=[overlay])
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "/networks/..%2Fx" in html
    Outline(html)


def test_clock_change_shortens_the_gas_day_shown() -> None:
    html = render(BELGIAN, {}, today=date(2027, 3, 27), codes=CODES)
    assert "Sat 27 Mar 2027, 23 h from 06:00 Europe/Brussels" in html


def test_layout_keeps_north_up_and_within_the_drawing() -> None:
    layout = lay_out(BELGIAN)
    assert layout.places["Zeebrugge"][1] < layout.places["Arlon"][1]
    assert layout.places["Zeebrugge"][0] < layout.places["Voeren"][0]
    for x, y in layout.places.values():
        assert 0 <= x <= WIDTH
        assert 0 <= y <= layout.height


def test_nodes_without_any_place_stand_on_a_circle() -> None:
    bare = network(PIPE, replace(PIPE, id="BC", tail="B", head="C"), nodes=(A, B, Node("C")))
    assert len(set(lay_out(bare).places.values())) == 3


def test_node_without_place_stands_between_its_neighbours() -> None:
    nodes = (
        replace(A, longitude=0.0, latitude=0.0),
        Node("M"),
        replace(B, longitude=2.0, latitude=0.0),
        Node("far"),
    )
    edges = [replace(PIPE, id=t + h, tail=t, head=h) for t, h in (("A", "M"), ("M", "B"), ("M", "far"))]
    found = lay_out(network(*edges, nodes=nodes)).places
    assert found["M"][0] == pytest.approx((found["A"][0] + found["B"][0]) / 2)
    assert found["far"] == found["M"]


def test_labels_never_touch() -> None:
    crowd = [((500.0 + i, 300.0), f"town {i}") for i in range(30)]
    placed = labels(crowd, 12.0, 600.0)
    assert 0 < len(placed) < 30


def test_parallel_edges_are_drawn_apart() -> None:
    html = page()
    curves = re.findall(r'd="(M[^"]*Q[^"]*)" class="line"', html)
    assert len(set(curves)) == len(curves) == 10, "five pairs of parallel arcs"


def test_station_is_marked() -> None:
    assert page().count(f'class="{EdgeKind.COMPRESSOR_STATION.value}"') == 3


def test_markup_escapes_text_and_keeps_markup() -> None:
    assert tag("p", "a < b", Markup("<b>c</b>"), title='"') == '<p title="&quot;">a &lt; b<b>c</b></p>'
