"""Paths along the flow: unique ones resolve themselves, others ask for a node that decides."""

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

from linepack.problems import NotFound
from operations.gas_quality.mixing import FlowGraph, SuppliedGas, Supply, Tracking, track
from operations.gas_quality.paths import AmbiguousPath, NoPath, track_path

RING_NODES = ("source", "in", "left", "right", "far right", "out", "town")
RING_EDGES = [
    ("source", "in", 100.0),
    ("in", "left", 60.0),
    ("in", "right", 40.0),
    ("left", "out", 50.0),
    ("right", "far right", 40.0),
    ("far right", "out", 40.0),
    ("out", "town", 90.0),
]


def ring_graph(edges: list[tuple[str, str, float]] = RING_EDGES) -> FlowGraph:
    return FlowGraph(
        node_ids=RING_NODES,
        edge_ids=tuple(f"edge {number}" for number in range(len(edges))),
        tail=np.array([RING_NODES.index(tail) for tail, _, _ in edges]),
        head=np.array([RING_NODES.index(head) for _, head, _ in edges]),
        flow_nm3_per_h=np.array([flow for _, _, flow in edges]),
        operating_cost_per_mwh=np.full(len(edges), 0.2),
        fixed_cost_per_h=np.zeros(len(edges)),
        length_km=np.arange(1.0, len(edges) + 1),
    )


def tracked(graph: FlowGraph) -> Tracking:
    return track(graph, [Supply("field", "source", 100.0, SuppliedGas(11.0, 20.0))])


def test_a_ring_with_two_ways_asks_for_a_node_that_only_one_of_them_passes() -> None:
    with pytest.raises(AmbiguousPath) as refusal:
        track_path(tracked(ring_graph()), "source", "town")
    assert refusal.value.code == "AMBIGUOUS_PATH"
    assert refusal.value.candidates == ("left", "right", "far right")


@pytest.mark.parametrize("via", ["left", "right", "far right"])
def test_every_candidate_decides_which_way_the_path_takes(via: str) -> None:
    path = track_path(tracked(ring_graph()), "source", "town", [via])
    ids = [node.node_id for node in path.nodes]
    assert via in ids
    assert ids == ["source", "in", *(["left"] if via == "left" else ["right", "far right"]), "out", "town"]


def test_a_unique_path_resolves_itself_and_shows_distance_cost_and_flow() -> None:
    path = track_path(tracked(ring_graph()), "in", "left")
    assert [node.node_id for node in path.nodes] == ["in", "left"]
    assert [node.distance_km for node in path.nodes] == [0.0, 2.0]
    assert path.nodes[1].unit_cost_per_mwh == pytest.approx(20.4)
    assert path.nodes[1].offtake_nm3_per_h == pytest.approx(10.0)
    assert path.nodes[1].volume_shares == {"field": pytest.approx(1.0)}
    assert path.nodes[1].pressure_bar is None
    assert path.edges[0].flow_nm3_per_h == pytest.approx(60.0)
    assert path.edges[0].energy_mwh_per_h == pytest.approx(0.66)
    assert path.edges[0].cost_per_h == pytest.approx(0.66 * 20.4)


def test_pressures_are_shown_where_the_flows_come_with_them() -> None:
    graph = replace(ring_graph(), pressures_bar=np.linspace(60.0, 54.0, 7))
    path = track_path(tracked(graph), "out", "town")
    assert [node.pressure_bar for node in path.nodes] == [55.0, 54.0]


def test_parallel_pipes_are_one_step_of_a_path() -> None:
    doubled = [*RING_EDGES[:-1], ("out", "town", 30.0), ("town", "out", -60.0)]
    path = track_path(tracked(ring_graph(doubled)), "out", "town")
    assert [edge.edge_ids for edge in path.edges] == [("edge 7", "edge 6")]
    assert path.edges[0].flow_nm3_per_h == pytest.approx(90.0)


def test_no_path_leads_against_the_flow() -> None:
    with pytest.raises(NoPath, match="no gas flows from town to source"):
        track_path(tracked(ring_graph()), "town", "source")


def test_an_unknown_node_is_refused() -> None:
    with pytest.raises(NotFound, match="no node nowhere"):
        track_path(tracked(ring_graph()), "source", "town", ["nowhere"])


def test_uniqueness_and_candidates_agree_with_the_enumeration_of_all_simple_paths() -> None:
    """Random flows on layered graphs, against networkx."""
    rng = np.random.default_rng(2)
    ambiguous = 0
    for _ in range(60):
        nodes = tuple(f"n{number}" for number in range(8))
        pairs = [(i, j) for i in range(8) for j in range(i + 1, 8) if rng.random() < 0.3]
        flow = dict.fromkeys(pairs, 0.0)
        held = np.zeros(8)
        held[0] = 100.0
        for node in range(8):
            onward = [pair for pair in pairs if pair[0] == node]
            for pair in onward:
                flow[pair] = 0.9 * held[node] / len(onward)
                held[pair[1]] += flow[pair]
        carrying = [pair for pair in pairs if flow[pair] > 0]
        graph = FlowGraph(
            node_ids=nodes,
            edge_ids=tuple(map(str, carrying)),
            tail=np.array([i for i, _ in carrying], dtype=np.int64),
            head=np.array([j for _, j in carrying], dtype=np.int64),
            flow_nm3_per_h=np.array([flow[pair] for pair in carrying]),
            operating_cost_per_mwh=np.zeros(len(carrying)),
            fixed_cost_per_h=np.zeros(len(carrying)),
            length_km=np.ones(len(carrying)),
        )
        tracking = track(graph, [Supply("field", "n0", 100.0, SuppliedGas(11.0))])
        oracle = nx.DiGraph(carrying)
        oracle.add_nodes_from(range(8))
        paths = list(nx.all_simple_paths(oracle, 0, 7))
        if not paths:
            with pytest.raises(NoPath):
                track_path(tracking, "n0", "n7")
        elif len(paths) == 1:
            found = track_path(tracking, "n0", "n7")
            assert [node.node_id for node in found.nodes] == [nodes[v] for v in paths[0]]
        else:
            ambiguous += 1
            deciding = set().union(*paths) - set(paths[0]).intersection(*paths)
            with pytest.raises(AmbiguousPath) as refusal:
                track_path(tracking, "n0", "n7")
            assert set(refusal.value.candidates) == {nodes[v] for v in deciding}
    assert ambiguous > 5
