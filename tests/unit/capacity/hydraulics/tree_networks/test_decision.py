"""Trees: verdicts against a slow oracle and linear programs, states against the residual checker."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog
from tests.unit.capacity.hydraulics.small_networks import edge, network, node, pipe
from tests.unit.capacity.hydraulics.tree_samples import (
    CELL_BAR,
    may_be_feasible,
    nominations_of_gaslib_134,
    random_tree,
)

from capacity.hydraulics.physics.network import HydraulicNetwork, Reals, compile_hydraulics
from capacity.hydraulics.physics.operating_ranges import OperatingRange
from capacity.hydraulics.physics.residuals import residual_faults
from capacity.hydraulics.physics.state import HydraulicState, Mode
from capacity.hydraulics.tree_networks.conflicts import ConflictReason, TreeConflict
from capacity.hydraulics.tree_networks.decision import TreeNetwork
from capacity.hydraulics.tree_networks.intervals import PRESSURE_BEYOND_ALL_BAR, across_piece
from capacity.networks.formats.gaslib import reader
from capacity.networks.model import Edge, EdgeKind, GasProperties, Network
from capacity.networks.physics import with_capacities
from capacity.publication import catalogue
from capacity.solvers.deadline import LimitReached

LIMITS = "pressure_in_min_bar", "pressure_out_max_bar"


def tree_of(sample: Network) -> TreeNetwork:
    tree = TreeNetwork.of(compile_hydraulics(sample, use_maps=False))
    assert tree is not None
    return tree


def answer(sample: Network) -> HydraulicState | TreeConflict:
    tree = tree_of(sample)
    return tree.state(tree.network.nomination())


def faults(sample: Network, state: HydraulicState, injection: Reals) -> list[str]:
    wanted = injection[: len(sample.nodes)].tolist()
    return residual_faults(sample, state, injections_kg_per_s=wanted, use_maps=False)


@pytest.mark.parametrize("seed", range(400))
def test_a_state_passes_the_checker_and_a_refusal_the_oracle(seed: int) -> None:
    sample = random_tree(seed)
    tree = tree_of(sample)
    injection = tree.network.nomination()
    found = tree.state(injection)
    assert tree.decide(injection[np.newaxis]).tolist() == [isinstance(found, HydraulicState)]
    if isinstance(found, HydraulicState):
        assert faults(sample, found, injection) == []
    elif may_be_feasible(tree.network, injection):
        # The oracle's cells are coarse; more than they can hide is not missing.
        assert found.reason is ConflictReason.PRESSURE
        assert found.missing_bar < 3 * CELL_BAR


def test_the_oracle_and_the_states_see_both_verdicts_and_every_mode() -> None:
    # Guards the test above against samples that decide nothing.
    modes, refused = set[Mode](), 0
    for seed in range(400):
        tree = tree_of(random_tree(seed))
        found = tree.state(tree.network.nomination())
        if isinstance(found, HydraulicState):
            modes |= set(found.modes)
        else:
            refused += 1
    assert modes == set(Mode)
    assert 100 < refused < 300


def test_a_conflict_names_the_node_the_missing_bar_and_what_is_in_the_way() -> None:
    # 60² − (2 + 5) · 16² = 1808, √1808 = 42.52 bar reach the exit, which must have 45.
    nodes = [node("in", 16, 30, 60), node("mid"), node("out", -16, 45, 70)]
    found = answer(network(nodes, [pipe("first", "in", "mid", 2.0), pipe("second", "mid", "out", 5.0)]))
    assert isinstance(found, TreeConflict)
    assert (found.reason, found.node_id, found.element_id) == (ConflictReason.PRESSURE, "out", "second")
    assert (found.origin_id, found.limiting_id) == ("in", "second")
    assert found.missing_bar == pytest.approx(45 - 1808**0.5)
    assert found.arriving_bar[1] == pytest.approx(1808**0.5)
    assert found.allowed_bar == pytest.approx((45, 70))


def test_a_station_at_its_limit_is_what_stands_in_the_way() -> None:
    nodes = [node("in", 10, 30, 40), node("s"), node("d"), node("out", -10, 60, 90)]
    station = edge(
        "station",
        EdgeKind.COMPRESSOR_STATION,
        "s",
        "d",
        {"pressure_out_max_bar": 50.0, "pressure_ratio_max": 2.0},
    )
    found = answer(network(nodes, [pipe("a", "in", "s", 0.1), station, pipe("b", "d", "out", 0.1)]))
    assert isinstance(found, TreeConflict)
    assert (found.node_id, found.limiting_id) == ("out", "station")
    assert found.arriving_bar[1] == pytest.approx((50**2 - 10) ** 0.5)


def test_a_flow_beyond_a_limit_is_named() -> None:
    nodes = [node("in", 10), node("out", -10)]
    found = answer(network(nodes, [replace(pipe("only", "out", "in", 0.1), capacity_backward=9)]))
    assert isinstance(found, TreeConflict)
    assert (found.reason, found.element_id, found.flow_kg_per_s) == (ConflictReason.FLOW, "only", -10)


def test_a_control_valve_against_its_direction_without_bypass_cannot_carry_anything() -> None:
    nodes = [node("in", 10), node("out", -10)]
    valve = edge("valve", EdgeKind.CONTROL_VALVE, "out", "in", {"internal_bypass": "not required"})
    found = answer(network(nodes, [valve]))
    assert isinstance(found, TreeConflict)
    assert (found.reason, found.element_id) == (ConflictReason.ELEMENT, "valve")


def test_limits_of_a_node_that_contradict_each_other_are_named() -> None:
    found = answer(network([node("in", 1, 50, 40), node("out", -1)], [pipe("only", "in", "out", 0.1)]))
    assert isinstance(found, TreeConflict)
    assert (found.node_id, found.missing_bar) == ("in", 10)


@pytest.mark.parametrize(
    ("lowest_bar", "highest_bar", "mode"),
    [(50.5, 60, Mode.BYPASS), (30, 49, Mode.ACTIVE), (49.2, 49.8, None), (30, 34, None)],
)
def test_between_bypass_and_the_least_difference_a_control_valve_has_a_gap(
    lowest_bar: float, highest_bar: float, mode: Mode | None
) -> None:
    # From 50 to 51 bar: bypassed 50 to 51, active (1 to 15 bar less) 35 to 50. From 50 to 50.1 bar: 50 to
    # 50.1 or 35 to 49.1, and nothing between.
    nodes = [node("in", 5, 50, 50.1 if mode is None else 51), node("out", -5, lowest_bar, highest_bar)]
    attributes = {"pressure_difference_min_bar": 1.0, "pressure_difference_max_bar": 15.0}
    found = answer(network(nodes, [edge("valve", EdgeKind.CONTROL_VALVE, "in", "out", attributes)]))
    if mode is None:
        assert isinstance(found, TreeConflict)
    else:
        assert isinstance(found, HydraulicState)
        assert found.modes == (mode,)


def test_without_flow_stations_close_and_both_sides_keep_their_pressures() -> None:
    nodes = [node("in", 0, 50, 51), node("out", 0, 20, 21)]
    found = answer(network(nodes, [edge("station", EdgeKind.COMPRESSOR_STATION, "in", "out")]))
    assert isinstance(found, HydraulicState)
    assert found.modes == (Mode.CLOSED,)


def test_parallel_pipes_are_one_branch_and_share_its_flow() -> None:
    # 1/√1 : 1/√4 = 2 : 1
    nodes = [node("in", 9, 60, 60), node("out", -9)]
    found = answer(network(nodes, [pipe("fat", "in", "out", 1.0), pipe("thin", "out", "in", 4.0)]))
    assert isinstance(found, HydraulicState)
    assert found.flows_kg_per_s == pytest.approx((6, -3))
    assert found.pressures_bar[1] == pytest.approx((60**2 - 36) ** 0.5)


@pytest.mark.parametrize(
    "edges",
    [
        [pipe("a", "x", "y", 1.0), pipe("b", "y", "z", 1.0), pipe("c", "z", "x", 1.0)],
        [pipe("a", "x", "y", 1.0), edge("v", EdgeKind.VALVE, "x", "y"), pipe("b", "y", "z", 1.0)],
        [
            edge("s", EdgeKind.SHORT_PIPE, "x", "y"),
            edge("t", EdgeKind.SHORT_PIPE, "x", "y"),
            pipe("b", "y", "z", 1),
        ],
    ],
)
def test_a_network_whose_flows_the_balance_does_not_fix_is_no_tree(edges: Sequence[Edge]) -> None:
    sample = network([node("x", 1), node("y"), node("z", -1)], list(edges))
    assert TreeNetwork.of(compile_hydraulics(sample)) is None


def test_meshed_networks_are_no_trees() -> None:
    assert TreeNetwork.of(compile_hydraulics(catalogue.load("gaslib-40"), use_maps=False)) is None


def test_a_nomination_that_does_not_add_up_is_refused_and_so_is_one_between_separate_networks() -> None:
    sample = network([node("a", 3), node("b", -3), node("lone")], [pipe("ab", "a", "b", 0.1)])
    tree = tree_of(sample)
    with pytest.raises(ValueError, match="add up"):
        tree.decide(np.array([[3.0, -2.0, 0.0]]))
    found = tree.state(np.array([3.0, -2.0, -1.0]))
    assert isinstance(found, TreeConflict)
    assert found.reason is ConflictReason.BALANCE


def test_a_nomination_is_decided_with_the_flow_limits_of_its_day() -> None:
    sample = network([node("a", 3), node("b", -3)], [pipe("ab", "a", "b", 0.1)])
    hydraulic = compile_hydraulics(sample)
    free, limited = (TreeNetwork.of(hydraulic, np.array([-most]), np.array([most])) for most in (9.0, 2.0))
    assert free is not None
    assert limited is not None
    assert isinstance(free.state(hydraulic.nomination()), HydraulicState)
    found = limited.state(hydraulic.nomination())
    assert isinstance(found, TreeConflict)
    assert found.reason is ConflictReason.FLOW


def test_a_mesh_is_no_tree() -> None:
    meshed = compile_hydraulics(catalogue.load("gaslib-40"), use_maps=False)
    assert TreeNetwork.of(meshed, meshed.flow_min, meshed.flow_max) is None


def random_piece(seed: int) -> Reals:
    random = np.random.default_rng(seed)
    centre = random.uniform(30, 70, 2)
    normals = random.normal(size=(int(random.integers(2, 30)), 2))
    flow_part = random.normal(size=len(normals))
    bound = normals @ centre + flow_part * 10 + random.uniform(-1, 15, len(normals))
    return np.column_stack([normals, flow_part, bound])


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("is_forward", [True, False])
def test_the_image_through_a_convex_piece_is_that_of_linear_programmes(seed: int, is_forward: bool) -> None:
    facets = random_piece(seed)
    low = 40.0 + seed % 7
    lowest, highest = across_piece(facets, 10.0, low, low + seed % 5, is_forward)
    columns = facets[:, :2] if is_forward else facets[:, [1, 0]]
    bounds = [(low, low + seed % 5), (0, PRESSURE_BEYOND_ALL_BAR)]
    right = facets[:, 3] - 10 * facets[:, 2]
    found = [linprog([0, sign], A_ub=columns, b_ub=right, bounds=bounds) for sign in (1, -1)]
    if found[0].status == 2:
        assert np.isnan(lowest)
    else:
        assert (lowest, highest) == pytest.approx((found[0].fun, -found[1].fun), abs=1e-5)


def station_with(ranges: tuple[OperatingRange, ...], highest_bar: float) -> TreeNetwork:
    nodes = [node("in", 10, 40, 41), node("out", -10, 45, highest_bar)]
    sample = network(
        nodes, [edge("s", EdgeKind.COMPRESSOR_STATION, "in", "out", {"internal_bypass": "not required"})]
    )
    tree = TreeNetwork.of(replace(compile_hydraulics(sample, use_maps=False), ranges={0: ranges}))
    assert tree is not None
    return tree


def lift_of(name: str, least_bar: float, most_bar: float) -> OperatingRange:
    """A configuration that raises pressure by `least_bar` to `most_bar` less 0.1 bar per kg/s."""
    normals = np.array([[0.0, 1.0, -1.0], [0.1, -1.0, 1.0]])
    return OperatingRange(name, normals, np.array([-least_bar, most_bar]))


def test_a_station_runs_the_configuration_whose_range_holds_the_pressures() -> None:
    # At 10 kg/s "small" lifts by 1 to 2 bar, "large" by 8 to 9: from 40 to 41 bar only it reaches 45.
    tree = station_with((lift_of("small", 1, 3), lift_of("large", 8, 10)), 60)
    found = tree.state(np.array([10.0, -10.0]))
    assert isinstance(found, HydraulicState)
    assert (found.modes, found.configurations) == ((Mode.ACTIVE,), ("large",))
    assert 8 - 1e-6 <= found.pressures_bar[1] - found.pressures_bar[0] <= 9 + 1e-6
    assert isinstance(
        station_with((lift_of("small", 1, 3),), 60).state(np.array([10.0, -10.0])), TreeConflict
    )


def test_a_published_station_runs_within_its_characteristic_maps(published_data: Path) -> None:
    # GasLib-11's stations do 80 to 253 kg/s; at 120 kg/s one lifts 48 bar to the 55 that the exit must have.
    published = with_capacities(reader.read(published_data / "gaslib" / "GasLib-11.zip"))
    station = next(one for one in published.edges if one.kind is EdgeKind.COMPRESSOR_STATION)
    nodes = (node("in", 1, 40, 48), node("out", -1, 55, 70))
    edges = (replace(station, tail="in", head="mid"), pipe("p", "mid", "out", 0.001))
    sample = replace(published, nodes=(*nodes, node("mid")), edges=edges)
    tree = TreeNetwork.of(compile_hydraulics(sample))
    assert tree is not None
    injection = np.array([120.0, -120.0, 0.0])
    found = tree.state(injection)
    assert isinstance(found, HydraulicState)
    assert found.modes[0] is Mode.ACTIVE
    assert found.configurations[0]
    assert residual_faults(sample, found, injections_kg_per_s=injection.tolist()) == []
    slower = tree.state(injection / 2)
    assert isinstance(slower, TreeConflict)


def test_pressures_that_fall_into_too_many_intervals_are_not_decided() -> None:
    ranges = tuple(lift_of(str(n), 3 * n, 3 * n + 2) for n in range(2, 40))
    with pytest.raises(LimitReached, match="intervals"):
        station_with(ranges, 200).decide(np.array([[10.0, -10.0]]))


@pytest.fixture(scope="module")
def gaslib_134(request: pytest.FixtureRequest) -> tuple[Network, Path]:
    archive: Path = request.getfixturevalue("published_data") / "gaslib" / "GasLib-134.zip"
    return with_capacities(reader.read(archive)), archive


def simplified(full: Network) -> Network:
    """GasLib-134 as in the study whose figures are known: control valves without differences, other gas."""
    edges = [
        replace(
            one, attributes={key: one.attributes[key] for key in one.attributes if "difference" not in key}
        )
        for one in full.edges
    ]
    nodes = tuple(replace(one, height_m=0.0) for one in full.nodes)
    gas = GasProperties(16.62, 45.93, 188.5)
    return replace(full, nodes=nodes, edges=tuple(edges), gas_temperature_k=283.15, gas=gas)


def test_the_nominations_of_gaslib_134_are_decided_as_in_the_study(gaslib_134: tuple[Network, Path]) -> None:
    tree = tree_of(simplified(gaslib_134[0]))
    nominations = nominations_of_gaslib_134(gaslib_134[1], tree.network)
    assert len(nominations) == 1234
    assert [int(tree.decide(scale * nominations).sum()) for scale in (1, 2, 3)] == [1232, 858, 321]


def test_with_its_own_gas_gaslib_134_carries_fewer_multiples(gaslib_134: tuple[Network, Path]) -> None:
    tree = tree_of(gaslib_134[0])
    nominations = nominations_of_gaslib_134(gaslib_134[1], tree.network)
    assert [int(tree.decide(scale * nominations).sum()) for scale in (1, 2, 3)] == [1232, 843, 312]


def has_pressures(hydraulic: HydraulicNetwork, flows: Reals) -> bool:
    """Whether a linear program finds potentials, with the station and the control valve running."""
    size, rows, right = hydraulic.size, [], []
    equal_rows, equal_right = [], []
    for element, flow in enumerate(flows.tolist()):
        tail, head = int(hydraulic.tail[element]), int(hydraulic.head[element])
        row = np.zeros(size)
        if hydraulic.has_bypass[element]:
            row[tail], row[head] = 1, -1
            equal_rows.append(row)
            equal_right.append(hydraulic.resistance[element] * flow * abs(flow))
        elif flow < 0:
            return False
        elif flow > 0:
            for factor, sign in ((hydraulic.ratio_min[element], 1), (hydraulic.ratio_max[element], -1)):
                row = np.zeros(size)
                row[tail], row[head] = sign * factor**2, -sign
                rows.append(row)
                right.append(0.0)
    bounds = np.column_stack([hydraulic.potential_min, hydraulic.potential_max])
    found = linprog(
        np.zeros(size),
        A_ub=np.array(rows) if rows else None,
        b_ub=right if rows else None,
        A_eq=np.array(equal_rows),
        b_eq=equal_right,
        bounds=bounds,
    )
    return bool(found.status == 0)


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0])
def test_a_hundred_nominations_of_gaslib_134_are_decided_as_by_linear_programmes(
    gaslib_134: tuple[Network, Path], scale: float
) -> None:
    tree = tree_of(simplified(gaslib_134[0]))
    hydraulic = tree.network
    nominations = scale * nominations_of_gaslib_134(gaslib_134[1], hydraulic)
    incidence = np.zeros((hydraulic.size, len(hydraulic.tail)))
    incidence[hydraulic.tail, np.arange(len(hydraulic.tail))] = 1
    incidence[hydraulic.head, np.arange(len(hydraulic.tail))] = -1
    chosen = np.random.default_rng(int(scale)).choice(len(nominations), 100, replace=False)
    decided = tree.decide(nominations[chosen])
    flows = nominations[chosen] @ np.linalg.pinv(incidence).T
    flows[np.abs(flows) < 1e-9] = 0
    assert [has_pressures(hydraulic, row) for row in flows] == decided.tolist()


def test_states_of_gaslib_134_pass_the_checker(gaslib_134: tuple[Network, Path]) -> None:
    full, archive = gaslib_134
    tree = tree_of(full)
    nominations = nominations_of_gaslib_134(archive, tree.network)
    feasible = 2 * nominations[tree.decide(2 * nominations)][::40]
    assert len(feasible) == 22
    for injection in feasible:
        state = tree.state(injection)
        assert isinstance(state, HydraulicState)
        assert faults(full, state, injection) == []
