"""The shipped networks: published counts, attribution, and that their nominations can be transported."""

import math
from collections import Counter

import networkx as nx
import numpy as np
import pytest
from scipy.optimize import linprog
from tests.unit.capacity.networks.oracles import maximum_flow, worst_shortfall

from capacity.networks.formats import geojson, native
from capacity.networks.model import EdgeKind, NodeRole
from capacity.networks.physics import RESISTANCE
from capacity.networks.validation import require_sound
from capacity.publication import catalogue
from linepack.problems import NotFound
from linepack.units import CommercialUnit, kg_per_s_per_unit

CODES = ["belgian", "gaslib-40", "gaslib-135", "gaslib-582"]


def test_catalogue_has_four_networks() -> None:
    assert catalogue.codes() == CODES


@pytest.mark.parametrize(
    ("code", "nodes", "entries", "exits", "edges"),
    [
        # De Wolf and Smeers 2000: 24 arcs, 3 of them active; Schmidt et al. 2017; GasModels.jl's 582-G.
        ("belgian", 20, 6, 9, {"pipe": 21, "compressor_station": 3}),
        ("gaslib-40", 40, 3, 29, {"pipe": 39, "compressor_station": 6}),
        ("gaslib-135", 135, 6, 99, {"pipe": 141, "compressor_station": 29}),
        (
            "gaslib-582",
            605,
            11,
            50,
            {"pipe": 278, "compressor_station": 5, "control_valve": 46, "valve": 26, "short_pipe": 277},
        ),
    ],
)
def test_shipped_network_has_the_published_counts(
    code: str, nodes: int, entries: int, exits: int, edges: dict[str, int]
) -> None:
    network = catalogue.load(code)
    roles = Counter(node.role for node in network.nodes)
    assert len(network.nodes) == nodes
    assert (roles[NodeRole.ENTRY], roles[NodeRole.EXIT]) == (entries, exits)
    assert Counter(edge.kind.value for edge in network.edges) == edges


@pytest.mark.parametrize("code", CODES)
def test_shipped_network_is_sound_and_says_where_it_comes_from(code: str) -> None:
    network = catalogue.load(code)
    require_sound(network)
    assert network.code == code
    assert ("CC BY 3.0" in network.attribution) is code.startswith("gaslib")
    assert ("De Wolf" in network.attribution) is (code == "belgian")
    if code == "gaslib-582":
        assert sum(node.longitude is not None for node in network.nodes) == 40
        assert all(node.x is not None and node.y is not None for node in network.nodes)
    else:
        assert all(node.longitude is not None for node in network.nodes)


@pytest.mark.parametrize("code", CODES)
def test_every_pipe_of_a_shipped_network_has_capacity(code: str) -> None:
    for edge in catalogue.load(code).edges:
        if edge.kind is EdgeKind.PIPE:
            assert edge.capacity_forward is not None
            assert edge.capacity_backward is not None
            assert edge.capacity_forward + edge.capacity_backward > 0


@pytest.mark.parametrize("code", CODES)
def test_published_nomination_can_be_transported(code: str) -> None:
    found = maximum_flow(catalogue.load(code))
    assert found.flow == found.nominated > 0


@pytest.mark.parametrize("code", CODES)
def test_every_nomination_within_the_published_one_can_be_transported(code: str) -> None:
    assert worst_shortfall(catalogue.load(code)) <= 0.5


@pytest.mark.parametrize("code", CODES)
def test_shipped_network_survives_both_json_formats(code: str) -> None:
    network = catalogue.load(code)
    assert native.read(native.write(network)) == network
    assert geojson.read(geojson.write(network)) == network


def test_network_that_is_not_shipped_is_not_found() -> None:
    with pytest.raises(NotFound):
        catalogue.load("../secrets")


def test_belgian_nomination_costs_the_published_optimum() -> None:
    # De Wolf and Smeers: 89.0858 at costs per unit of 2.28 (Zeebrugge, Dudzele, Loenhout), 1.68 (Voeren,
    # Péronnes) and 0 (Anderlues), flows in million Sm³ a day.
    cost = {
        "Zeebrugge": 2.28,
        "Dudzele": 2.28,
        "Loenhout": 2.28,
        "Voeren": 1.68,
        "Peronnes": 1.68,
        "Anderlues": 0,
    }
    network = catalogue.load("belgian")
    assert network.unit is CommercialUnit.SM3_PER_H
    total = sum(cost[node.id] * node.nomination * 24 / 1e6 for node in network.nodes if node.nomination > 0)
    assert total == pytest.approx(89.0858, abs=3e-4)


def test_belgian_capacities_follow_from_the_papers_constants() -> None:
    # Sinsin to Arlon: √(0.001688 (63² − 1.01325²)) = 2.58801 million Sm³/d = 107 834 Sm³/h and
    # part of another.
    edge = next(edge for edge in catalogue.load("belgian").edges if edge.id == "23")
    flow = math.sqrt(0.001688 * (63**2 - 1.01325**2))
    assert edge.capacity_forward == math.ceil(flow * 1e6 / 24) == 107_835


def test_belgian_nomination_keeps_all_pressures_of_the_paper() -> None:
    # The network is a tree once parallel arcs are joined, so flows are known, and squared pressures are a
    # linear programme: passive arcs fix their difference, active ones (one way) bound it from above.
    network = catalogue.load("belgian")
    unit = kg_per_s_per_unit(network.unit, network.quality)
    tree = nx.Graph()
    for edge in network.edges:
        joined = tree.get_edge_data(edge.tail, edge.head, {"conductance": 0.0})["conductance"]
        tree.add_edge(
            edge.tail,
            edge.head,
            conductance=joined + 1 / math.sqrt(float(edge.attributes[RESISTANCE])),
            tail=edge.tail,
            is_active=edge.kind is EdgeKind.COMPRESSOR_STATION,
        )
    assert nx.is_tree(tree)
    number = {node.id: i for i, node in enumerate(network.nodes)}
    fixed, fixed_drops, bound, bound_drops = [], [], [], []
    for a, b, arc in list(tree.edges(data=True)):
        tail, head = (a, b) if arc["tail"] == a else (b, a)
        cut = tree.copy()
        cut.remove_edge(a, b)
        behind = nx.node_connected_component(cut, tail)
        flow = sum(network.node(node).nomination for node in behind) * unit
        row = np.zeros(len(number))
        row[number[tail]], row[number[head]] = 1, -1
        drop = flow * abs(flow) / arc["conductance"] ** 2
        if arc["is_active"]:
            assert flow >= 0
            bound.append(row)
            bound_drops.append(drop)
        else:
            fixed.append(row)
            fixed_drops.append(drop)
    limits = [
        ((node.pressure_min_bar or 0.0) ** 2, (node.pressure_max_bar or 0.0) ** 2) for node in network.nodes
    ]
    done = linprog(
        np.zeros(len(number)), A_ub=bound, b_ub=bound_drops, A_eq=fixed, b_eq=fixed_drops, bounds=limits
    )
    assert done.status == 0, done.message
