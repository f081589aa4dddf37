import math
from dataclasses import replace

import pytest
from tests.unit.capacity.networks.samples import PIPE, A, B, network
from tools.shipped_networks.schematic import with_drawing

from capacity.networks.model import Network, Node


def places(drawn: Network) -> dict[str, tuple[float, float]]:
    return {node.id: (node.x, node.y) for node in drawn.nodes if node.x is not None and node.y is not None}


def test_line_of_pipes_is_drawn_as_long_as_it_is() -> None:
    nodes = tuple(Node(name) for name in "abcd")
    pipes = [replace(PIPE, id=t + h, tail=t, head=h, length_m=50_000) for t, h in ("ab", "bc", "cd")]
    drawn = places(with_drawing(network(*pipes, nodes=nodes)))
    assert math.dist(drawn["a"], drawn["d"]) == pytest.approx(150, rel=0.01)
    assert math.dist(drawn["a"], drawn["b"]) == pytest.approx(50, rel=0.02)


def test_node_with_coordinates_stands_where_it_is_and_keeps_them() -> None:
    # One degree of longitude at 60° north is half of one at the equator: 55.6 km.
    nodes = (
        replace(A, longitude=0.0, latitude=60.0),
        replace(B, longitude=1.0, latitude=60.0),
        Node("C"),
    )
    pipes = [replace(PIPE, length_m=60_000), replace(PIPE, id="BC", tail="B", head="C", length_m=30_000)]
    drawing = with_drawing(network(*pipes, nodes=nodes))
    drawn = places(drawing)
    assert drawing.node("B").longitude == 1.0
    assert drawing.node("C").longitude is None
    assert drawn["B"][0] - drawn["A"][0] == pytest.approx(55.6, abs=0.11)
    # 60 km of pipe span 55.6 km, so 30 km are drawn as 27.8 km.
    assert math.dist(drawn["B"], drawn["C"]) == pytest.approx(27.8, rel=0.02)


def test_nodes_that_hang_on_one_place_are_told_apart() -> None:
    nodes = (
        replace(A, longitude=0.0, latitude=0.0),
        replace(B, longitude=1.0, latitude=0.0),
        Node("C"),
        Node("D"),
    )
    stubs = [replace(PIPE, id=f"B{name}", tail="B", head=name, length_m=20_000) for name in "CD"]
    drawn = places(with_drawing(network(replace(PIPE, length_m=111_000), *stubs, nodes=nodes)))
    assert math.dist(drawn["C"], drawn["D"]) > 10
