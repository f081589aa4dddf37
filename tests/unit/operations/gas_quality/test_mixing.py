"""Tracking: the worked example T002-7 of the seeds, loops, states, refusals."""

import numpy as np
import pytest
from tests.unit.operations.gas_quality.costs import (
    delivered_cost_per_h,
    prices,
    purchases_per_h,
    stranded_cost_per_h,
)

from capacity.hydraulics.physics.state import HydraulicState, Mode
from capacity.networks.model import Network
from capacity.publication import catalogue
from linepack.problems import InvalidInput
from operations.gas_quality.mixing import (
    EdgeCost,
    FlowGraph,
    LoopWithoutInflow,
    SuppliedGas,
    Supply,
    graph_of_state,
    supplies_of_state,
    track,
)

NORTH = Supply("S1", "north", 60.0, SuppliedGas(10.0, 20.0, {"nitrogen": 0.10}))
SOUTH = Supply("S2", "south", 40.0, SuppliedGas(11.0, 25.0, {"nitrogen": 0.01}))
Y_NODES = ("north", "south", "meeting", "town")
Y_EDGES = {"a": ("north", "meeting", 60.0), "b": ("south", "meeting", 40.0), "c": ("meeting", "town", 70.0)}


def flow_graph(
    nodes: tuple[str, ...],
    edges: dict[str, tuple[str, str, float]],
    costs: dict[str, EdgeCost] | None = None,
) -> FlowGraph:
    cost = [(costs or {}).get(edge, EdgeCost()) for edge in edges]
    return FlowGraph(
        node_ids=nodes,
        edge_ids=tuple(edges),
        tail=np.array([nodes.index(tail) for tail, _, _ in edges.values()]),
        head=np.array([nodes.index(head) for _, head, _ in edges.values()]),
        flow_nm3_per_h=np.array([flow for _, _, flow in edges.values()]),
        operating_cost_per_mwh=np.array([each.operating_per_mwh for each in cost]),
        fixed_cost_per_h=np.array([each.fixed_per_h for each in cost]),
        length_km=np.full(len(edges), 10.0),
    )


def test_the_worked_example_of_two_supplies_that_meet_gives_its_published_figures() -> None:
    tracking = track(flow_graph(Y_NODES, Y_EDGES), [NORTH, SOUTH])
    meeting = Y_NODES.index("meeting")
    assert tracking.calorific_value_kwh_per_nm3[meeting] == pytest.approx(10.4)
    assert tracking.volume_share[meeting] == pytest.approx([0.60, 0.40])
    assert tracking.energy_share[meeting] == pytest.approx([0.57692, 0.42308], abs=5e-6)
    assert tracking.unit_cost_per_mwh[meeting] == pytest.approx(22.11538, abs=5e-6)
    assert tracking.offtake_nm3_per_h == pytest.approx([0, 0, 30, 70])
    assert tracking.properties["nitrogen"][meeting] == pytest.approx(0.6 * 0.10 + 0.4 * 0.01)


@pytest.mark.parametrize(
    "cost", [EdgeCost(fixed_per_h=3.5), EdgeCost(operating_per_mwh=3.5 / (70 * 10.4 / 1000))]
)
def test_cost_on_the_last_edge_raises_the_unit_cost_behind_it_and_the_money_adds_up(cost: EdgeCost) -> None:
    tracking = track(flow_graph(Y_NODES, Y_EDGES, {"c": cost}), [NORTH, SOUTH])
    assert tracking.unit_cost_per_mwh[2:] == pytest.approx([22.11538, 26.92308], abs=5e-6)
    assert purchases_per_h(tracking) == pytest.approx([12.0, 11.0])
    assert tracking.edge_costs_per_h == pytest.approx([0.0, 0.0, 3.5])
    assert delivered_cost_per_h(tracking).sum() == pytest.approx(26.50, rel=1e-12)


def test_the_purchase_cost_is_the_sum_of_what_each_supply_adds() -> None:
    tracking = track(flow_graph(Y_NODES, Y_EDGES), [NORTH, SOUTH])
    by_supply = (tracking.energy_share * prices(tracking))[3]
    assert by_supply == pytest.approx([20 * 0.6 * 10 / 10.4, 25 * 0.4 * 11 / 10.4])
    assert by_supply.sum() == pytest.approx(tracking.unit_cost_per_mwh[3])


def test_an_edge_drawn_against_the_flow_changes_nothing() -> None:
    turned = {**Y_EDGES, "c": ("town", "meeting", -70.0)}
    costs = {"c": EdgeCost(2.0, 1.5)}
    one = track(flow_graph(Y_NODES, Y_EDGES, costs), [NORTH, SOUTH])
    other = track(flow_graph(Y_NODES, turned, costs), [NORTH, SOUTH])
    np.testing.assert_allclose(one.unit_cost_per_mwh, other.unit_cost_per_mwh, rtol=1e-14)
    np.testing.assert_allclose(one.energy_share, other.energy_share, rtol=1e-14)


def test_gas_that_circulates_with_inflow_is_tracked() -> None:
    """a gets 10 at H 12 from outside and 30 back from b; b gets 40 from a and 10 at H 8; 20 leave at b.

    By hand: 40 h_a = 120 + 30 h_b and 50 h_b = 80 + 40 h_a, so 20 h_b = 200: h_b = 10, h_a = 10.5; the share
    of the first supply at b follows from 40 x_a = 10 + 30 x_b, 50 x_b = 40 x_a: x_b = 0.5, x_a = 0.625.
    """
    graph = flow_graph(("a", "b"), {"there": ("a", "b", 40.0), "back": ("b", "a", 30.0)})
    supplies = [Supply("rich", "a", 10.0, SuppliedGas(12.0)), Supply("lean", "b", 10.0, SuppliedGas(8.0))]
    tracking = track(graph, supplies)
    assert tracking.calorific_value_kwh_per_nm3 == pytest.approx([10.5, 10.0])
    assert tracking.volume_share[:, 0] == pytest.approx([0.625, 0.5])
    assert tracking.offtake_nm3_per_h == pytest.approx([0.0, 20.0], abs=1e-12)


def test_a_loop_without_inflow_is_refused_by_name() -> None:
    edges = {
        **Y_EDGES,
        "d": ("x", "y", 5.0),
        "e": ("y", "z", 5.0),
        "f": ("z", "x", 5.0),
    }
    with pytest.raises(LoopWithoutInflow, match="without inflow") as refusal:
        track(flow_graph((*Y_NODES, "x", "y", "z"), edges), [NORTH, SOUTH])
    assert set(refusal.value.node_ids) == {"x", "y", "z"}


def test_flows_below_the_noise_of_a_solver_circulate_unseen() -> None:
    edges = {**Y_EDGES, "d": ("x", "y", 1e-9), "e": ("y", "x", 1e-9)}
    tracking = track(flow_graph((*Y_NODES, "x", "y"), edges), [NORTH, SOUTH])
    assert np.isnan(tracking.unit_cost_per_mwh[-2:]).all()
    assert np.isnan(tracking.volume_share[-2:]).all()


def test_the_fixed_cost_of_an_idle_edge_is_reported_as_stranded() -> None:
    edges = {**Y_EDGES, "idle": ("north", "town", 0.0)}
    graph = flow_graph(Y_NODES, edges, {"idle": EdgeCost(fixed_per_h=4.0), "a": EdgeCost(1.0, 2.0)})
    tracking = track(graph, [NORTH, SOUTH])
    assert stranded_cost_per_h(tracking) == 4.0
    spent = purchases_per_h(tracking).sum() + tracking.edge_costs_per_h.sum()
    assert delivered_cost_per_h(tracking).sum() + 4.0 == pytest.approx(spent, rel=1e-12)


def test_every_fault_of_the_supplies_is_named() -> None:
    supplies = [
        NORTH,
        Supply("lost", "nowhere", 1.0, SuppliedGas(10.0, 0.0, {"nitrogen": 0.0})),
        Supply("negative", "south", -1.0, SuppliedGas(0.0, float("nan"), {"nitrogen": 0.0})),
        Supply("mute", "south", 1.0, SuppliedGas(10.0)),
    ]
    with pytest.raises(InvalidInput) as refusal:
        track(flow_graph(Y_NODES, Y_EDGES), supplies)
    assert [str(fault) for fault in refusal.value.faults] == [
        "supply lost: enters at nowhere, which is no node",
        "supply negative: its flow must be positive",
        "supply negative: its calorific value must be positive",
        "supply negative: its price must be a number",
        "supply mute: must state the same properties as supply S1",
    ]


def test_a_node_that_sends_more_than_it_gets_is_refused() -> None:
    edges = {**Y_EDGES, "c": ("meeting", "town", 101.0)}
    with pytest.raises(InvalidInput, match="node meeting: sends 1 Nm³/h more than it gets"):
        track(flow_graph(Y_NODES, edges), [NORTH, SOUTH])


def belgian_state() -> tuple[Network, HydraulicState]:
    """The Belgian network with a flow that balances its nomination: along a spanning tree of its edges."""
    network = catalogue.load("belgian")
    number = {node.id: index for index, node in enumerate(network.nodes)}
    incidence = np.zeros((len(number), len(network.edges)))
    for column, edge in enumerate(network.edges):
        incidence[number[edge.tail], column] = 1.0
        incidence[number[edge.head], column] = -1.0
    injection = np.array([float(node.nomination) for node in network.nodes])
    injection[np.argmax(injection)] -= injection.sum()
    flow, *_ = np.linalg.lstsq(incidence, injection, rcond=None)
    state = HydraulicState(
        injections_kg_per_s=tuple(injection / 1000),
        flows_kg_per_s=tuple(flow / 1000),
        pressures_bar=(60.0,) * len(number),
        modes=(Mode.OPEN,) * len(flow),
        configurations=("",) * len(flow),
    )
    return network, state


def test_a_hydraulic_state_is_tracked_in_norm_volumes_and_delivers_the_money_that_enters() -> None:
    network, state = belgian_state()
    entries = [
        node.id
        for node, injection in zip(network.nodes, state.injections_kg_per_s, strict=True)
        if injection > 0
    ]
    gas = {node_id: SuppliedGas(9.5 + 0.3 * rank, 18.0 + rank) for rank, node_id in enumerate(entries)}
    costs = {edge.id: EdgeCost(0.1, 5.0) for edge in network.edges}
    supplies = supplies_of_state(network, state, gas)
    graph = graph_of_state(network, state, costs)
    tracking = track(graph, supplies)
    assert graph.pressures_bar is not None
    assert graph.pressures_bar.tolist() == list(state.pressures_bar)
    assert graph.length_km[0] * 1000 == pytest.approx(network.edges[0].length_m)
    first = state.injections_kg_per_s[[node.id for node in network.nodes].index(entries[0])]
    assert supplies[0].flow_nm3_per_h == pytest.approx(first * 3600 / network.quality.density_kg_per_nm3)
    spent = purchases_per_h(tracking).sum() + tracking.edge_costs_per_h.sum() - stranded_cost_per_h(tracking)
    assert delivered_cost_per_h(tracking).sum() == pytest.approx(spent, rel=1e-9)


def test_a_cost_of_an_edge_that_is_not_there_is_refused() -> None:
    network, state = belgian_state()
    with pytest.raises(InvalidInput, match="edge bridge: is not in the network"):
        graph_of_state(network, state, {"bridge": EdgeCost(1.0)})


def test_an_injection_of_unknown_quality_is_refused() -> None:
    network, state = belgian_state()
    with pytest.raises(InvalidInput, match="injects gas of unknown quality"):
        supplies_of_state(network, state, {})


def test_the_cost_is_unknown_exactly_where_gas_of_unknown_price_gets_to() -> None:
    unpriced = Supply("S2", "south", 40.0, SuppliedGas(11.0, None, {"nitrogen": 0.01}))
    edges = {**Y_EDGES, "d": ("north", "village", 5.0)}
    north = Supply("S1", "north", 65.0, NORTH.gas)
    tracking = track(flow_graph((*Y_NODES, "village"), edges, {"d": EdgeCost(1.5)}), [north, unpriced])
    assert tracking.unit_cost_per_mwh == pytest.approx([20.0, np.nan, np.nan, np.nan, 21.5], nan_ok=True)
    assert purchases_per_h(tracking) == pytest.approx([13.0, np.nan], nan_ok=True)
    assert delivered_cost_per_h(tracking) == pytest.approx(
        [0.0, 0.0, np.nan, np.nan, 5.0 * 10.0 * 21.5 / 1000], nan_ok=True
    )
    assert tracking.calorific_value_kwh_per_nm3[3] == pytest.approx(10.4)
