"""Reduction: what is merged away comes back exactly, limits included."""

import numpy as np
import pytest
from tests.unit.capacity.hydraulics.small_networks import edge, network, node, pipe, random_network

from capacity.hydraulics.passive.newton import LoopSolver
from capacity.hydraulics.passive.reduction import PassiveNetwork, passive_network
from capacity.hydraulics.physics.network import ElementKind, HydraulicNetwork, Reals, compile_hydraulics
from capacity.networks.model import EdgeKind
from capacity.publication import catalogue


def solved(passive: PassiveNetwork, injection: Reals) -> tuple[Reals, Reals]:
    state = LoopSolver.of(passive).solve(passive.reduced(injection))
    return passive.expand(state.flows, state.potentials, injection)


def demand_laws(hydraulic: HydraulicNetwork, injection: Reals, flows: Reals, potentials: Reals) -> None:
    """Check every balance and every pipe's law on the network as it was: they have one solution only."""
    left = injection.copy()
    np.subtract.at(left, hydraulic.tail, flows)
    np.add.at(left, hydraulic.head, flows)
    np.testing.assert_allclose(left, 0, atol=1e-9)
    law = np.where(hydraulic.kind != ElementKind.PIPE, 0, hydraulic.resistance * flows * np.abs(flows))
    np.testing.assert_allclose(potentials[hydraulic.tail] - potentials[hydraulic.head], law, atol=2e-6)


@pytest.mark.parametrize("seed", range(80))
@pytest.mark.parametrize("keep_limits", [True, False])
def test_flows_and_potentials_come_back_as_those_of_the_whole_network(seed: int, keep_limits: bool) -> None:
    hydraulic = compile_hydraulics(random_network(seed))
    passive = passive_network(hydraulic, keep_limits=keep_limits)
    flows, potentials = solved(passive, hydraulic.nomination())
    demand_laws(hydraulic, hydraulic.nomination(), flows, potentials)


@pytest.mark.parametrize("seed", range(80))
def test_limits_hold_on_the_reduced_network_exactly_when_they_hold_on_the_whole(seed: int) -> None:
    hydraulic = compile_hydraulics(random_network(seed))
    passive = passive_network(hydraulic)
    injection = hydraulic.nomination()
    state = LoopSolver.of(passive).solve(passive.reduced(injection))
    _, potentials = passive.expand(state.flows, state.potentials, injection)
    for level in np.linspace(400, 8100, 200) - potentials.min():
        reduced = state.potentials + level
        holds = ((reduced >= passive.potential_min) & (reduced <= passive.potential_max)).all()
        whole = potentials + level
        assert holds == ((whole >= hydraulic.potential_min) & (whole <= hydraulic.potential_max)).all()


def test_parallel_pipes_share_flow_and_pipes_in_series_share_the_pressure_drop() -> None:
    # a =1,4= b –2– c: parallel 1/√β = 1/√1 + 1/√4 = 1.5, β = 4/9; in series 4/9 + 2 = 22/9.
    hydraulic = compile_hydraulics(
        network(
            [node("a", 9), node("b"), node("c", -9)],
            [pipe("fat", "a", "b", 1.0), pipe("thin", "b", "a", 4.0), pipe("next", "b", "c", 2.0)],
        )
    )
    passive = passive_network(hydraulic)
    assert passive.resistance.tolist() == pytest.approx([22 / 9])
    flows, potentials = solved(passive, hydraulic.nomination())
    assert flows.tolist() == pytest.approx([6, -3, 9])
    assert (potentials[0] - potentials).tolist() == pytest.approx([0, 36, 36 + 162])


def test_a_node_within_a_series_stays_only_where_its_limits_are_tighter_than_those_of_both_ends() -> None:
    def reduced_size(lowest_bar: float, highest_bar: float) -> int:
        nodes = [node("a", 1, 30, 70), node("b", 0, lowest_bar, highest_bar), node("c", -1, 40, 60)]
        pipes = [pipe("ab", "a", "b", 1.0), pipe("bc", "b", "c", 1.0)]
        return passive_network(compile_hydraulics(network(nodes, pipes))).size

    assert reduced_size(30, 70) == 2
    assert reduced_size(31, 70) == 3
    assert reduced_size(30, 69) == 3


def test_a_dead_end_narrows_the_limits_of_the_node_it_hangs_at() -> None:
    nodes = [node("a", 1, 30, 70), node("b", -1, 30, 70), node("stub", 0, 35, 60)]
    hydraulic = compile_hydraulics(network(nodes, [pipe("ab", "a", "b", 1.0), pipe("end", "b", "stub", 1.0)]))
    passive = passive_network(hydraulic)
    at_b = passive.node_of[1]
    assert (passive.potential_min[at_b], passive.potential_max[at_b]) == (35**2, 60**2)
    with pytest.raises(ValueError, match="merged away"):
        passive.reduced(np.array([1.0, 0.0, -1.0]))


def test_links_and_their_ends_stay_and_closed_elements_carry_nothing() -> None:
    nodes = [node("a", 5), node("b"), node("c"), node("d", -5)]
    edges = [
        pipe("ab", "a", "b", 1.0),
        edge("station", EdgeKind.COMPRESSOR_STATION, "b", "c"),
        edge("shut", EdgeKind.VALVE, "b", "c"),
        pipe("cd", "c", "d", 1.0),
    ]
    hydraulic = compile_hydraulics(network(nodes, edges))
    shut = np.array([element == "shut" for element in hydraulic.element_ids])
    passive = passive_network(hydraulic, links=hydraulic.kind != ElementKind.PIPE, closed=shut)
    assert passive.size == 4
    assert [hydraulic.element_ids[element] for element in passive.links] == ["station"]
    flows = passive.flows(np.array([5.0, 5.0]), hydraulic.nomination(), link_flows=np.array([5.0]))
    assert flows.tolist() == [5, 5, 0, 5]


def test_flow_limits_of_merged_pipes_are_those_of_the_tightest() -> None:
    fat = pipe("fat", "a", "b", 1.0)
    hydraulic = compile_hydraulics(network([node("a", 9), node("b", -9)], [fat, pipe("thin", "b", "a", 4.0)]))
    limits = {"flow_min": np.array([-3.0, -2.0]), "flow_max": np.array([8.0, 1.0])}
    narrowed = HydraulicNetwork(**{**vars(hydraulic), **limits})
    passive = passive_network(narrowed)
    # 2/3 of the flow through fat: −4.5 … 12; −1/3 through thin: −3 … 6.
    assert passive.flow_min.tolist() == pytest.approx([-3])
    assert passive.flow_max.tolist() == pytest.approx([6])


def test_batches_are_expanded_row_by_row() -> None:
    hydraulic = compile_hydraulics(catalogue.load("gaslib-582"))
    passive = passive_network(hydraulic)
    injection = hydraulic.nomination()
    injection[np.argmax(injection)] -= injection.sum()
    rows = np.array([injection, 0.5 * injection])
    solver = LoopSolver.of(passive)
    flows, potentials = passive.expand(*solver.solve_batch(passive.reduced(rows)), rows)
    for row in range(2):
        demand_laws(hydraulic, rows[row], flows[row], potentials[row])


@pytest.mark.parametrize(
    ("code", "size", "pipes", "cycles"),
    [("gaslib-40", 34, 39, 6), ("gaslib-135", 106, 141, 36), ("gaslib-582", 268, 278, 11)],
)
def test_contraction_leaves_the_published_numbers_of_nodes_and_cycles(
    code: str, size: int, pipes: int, cycles: int
) -> None:
    passive = passive_network(compile_hydraulics(catalogue.load(code)), merge=False)
    assert (passive.size, len(passive.tail)) == (size, pipes)
    assert LoopSolver.of(passive).cycles == cycles


def test_merging_parallels_leaves_13_of_the_36_cycles_of_gaslib_135() -> None:
    passive = passive_network(compile_hydraulics(catalogue.load("gaslib-135")))
    assert LoopSolver.of(passive).cycles == 13


def test_a_network_of_short_pipes_becomes_one_node_and_balances_along_a_tree() -> None:
    nodes = [node("a", 4), node("b", -1), node("c", -3)]
    edges = [edge("ab", EdgeKind.SHORT_PIPE, "a", "b"), edge("cb", EdgeKind.SHORT_PIPE, "c", "b")]
    hydraulic = compile_hydraulics(network(nodes, edges))
    passive = passive_network(hydraulic)
    assert passive.size == 1
    flows, _ = solved(passive, hydraulic.nomination())
    assert flows.tolist() == [4, -3]
