"""Blocks, bridges and cut nodes against networkx and by hand."""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest

from capacity.hydraulics.passive.blocks import Blocks, Passage
from capacity.hydraulics.passive.reduction import passive_network
from capacity.hydraulics.physics.network import Integers, compile_hydraulics
from capacity.publication import catalogue


def random_network(seed: int) -> tuple[int, Integers, Integers]:
    random = np.random.default_rng(seed)
    size = int(random.integers(2, 30))
    count = int(random.integers(1, 2 * size))
    tail = random.integers(0, size, count)
    head = (tail + random.integers(1, size, count)) % size
    return size, tail, head


def graph_of(size: int, tail: Integers, head: Integers) -> nx.MultiGraph:
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(size))
    graph.add_edges_from(zip(tail.tolist(), head.tolist(), range(len(tail)), strict=True))
    return graph


@pytest.mark.parametrize("seed", range(60))
def test_blocks_bridges_and_cut_nodes_are_those_of_networkx(seed: int) -> None:
    size, tail, head = random_network(seed)
    graph = graph_of(size, tail, head)
    blocks = Blocks.of(size, tail, head)

    expected = {frozenset(nodes) for nodes in nx.biconnected_components(nx.Graph(graph))}
    assert {frozenset(nodes.tolist()) for nodes in blocks.nodes} == expected
    assert len(blocks.nodes) == len(expected)
    cuts = {node for node in range(size) if sum(node in nodes.tolist() for nodes in blocks.nodes) > 1}
    assert cuts == set(nx.articulation_points(nx.Graph(graph)))
    bridges = {frozenset(pair) for pair in nx.bridges(nx.Graph(graph)) if graph.number_of_edges(*pair) == 1}
    assert {frozenset((tail[p], head[p])) for p in np.flatnonzero(blocks.is_bridge)} == bridges
    components = nx.number_connected_components(graph)
    assert blocks.cycles.sum() == len(tail) - size + components


@pytest.mark.parametrize("seed", range(30))
def test_a_path_passes_exactly_the_blocks_of_a_shortest_path(seed: int) -> None:
    size, tail, head = random_network(seed)
    blocks = Blocks.of(size, tail, head)
    graph = graph_of(size, tail, head)
    for second, nodes in nx.single_source_shortest_path(graph, 0).items():
        steps = pairwise(nodes)
        passed = [int(blocks.block_of[min(graph[start][end])]) for start, end in steps]
        path = blocks.path(0, second)
        assert [passage.block for passage in path] == list(dict.fromkeys(passed))
        assert [passage.left for passage in path[:-1]] == [passage.entered for passage in path[1:]]


def test_two_triangles_joined_by_a_bridge_are_three_blocks() -> None:
    # 0 - 1 - 2 - 0, bridge 2 → 3, 3 - 4 - 5 - 3; node 6 on its own
    tail = np.array([0, 1, 2, 2, 3, 4, 5])
    head = np.array([1, 2, 0, 3, 4, 5, 3])
    blocks = Blocks.of(7, tail, head)
    assert blocks.is_bridge.tolist() == [False, False, False, True, False, False, False]
    first, bridge, second = (int(blocks.block_of[pipe]) for pipe in (0, 3, 4))
    assert blocks.path(1, 5) == [Passage(first, 1, 2), Passage(bridge, 2, 3), Passage(second, 3, 5)]
    assert blocks.path(1, 1) == []
    with pytest.raises(ValueError, match="not connected"):
        blocks.path(0, 6)


def test_a_pipe_from_a_node_to_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="itself"):
        Blocks.of(2, np.array([0, 1]), np.array([1, 1]))


def test_gaslib_40_has_the_blocks_of_the_published_study() -> None:
    # Passive contraction of GasLib-40: 6 cycles in blocks of 3, 1, 1 and 1; one of them is a pair of
    # parallel pipes, which merging removes.
    network = compile_hydraulics(catalogue.load("gaslib-40"))
    contracted = passive_network(network, merge=False)
    blocks = Blocks.of(contracted.size, contracted.tail, contracted.head)
    assert sorted(blocks.cycles[blocks.cycles > 0].tolist()) == [1, 1, 1, 3]
