"""Refutations written by hand, and what the checker says of those that prove nothing.

The problem: 20 kg/s through one pipe of β = 4 bar² s²/kg² from at most 50 to at least 31 bar, that is from
at most 2500 to at least 961 bar². The pipe loses 4 · 20² = 1600 bar², and 2500 − 961 = 1539 < 1600.
"""

import ast
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from tests.unit.capacity.hydraulics.pipe_networks import network_of_pipes
from tests.unit.capacity.hydraulics.small_networks import edge, network, node

from capacity.hydraulics.infeasibility.certificate import (
    CLOSED,
    OPEN,
    Close,
    Exclude,
    InfeasibilityCertificate,
    Row,
    RowKind,
    SplitFlow,
    SplitModes,
    Step,
    Tighten,
)
from capacity.hydraulics.infeasibility.checker import check, laws, modes, numbers
from capacity.hydraulics.infeasibility.checker.check import certificate_faults
from capacity.hydraulics.physics.network import HydraulicNetwork, compile_hydraulics
from capacity.hydraulics.physics.problem import HydraulicProblem, PotentialGap
from capacity.networks.model import EdgeKind

BALANCE, LEVEL, DROP = Row(RowKind.BALANCE, 0), Row(RowKind.LEVEL, 0), Row(RowKind.DROP, 0)
FLOW = Tighten(0, "lower", 19.99, ((BALANCE, -1.0),))
"""What enters at node 0, 20, leaves by the pipe: −q + 20 = 0, to the slack."""
SHORT = Close(((LEVEL, 1.0), (DROP, -1.0)))
"""β q² ≤ drop = φ_0 − φ_1 ≤ 1539 < 4 · 19.99² = 1598.4."""


def one_pipe() -> HydraulicNetwork:
    return network_of_pipes(
        np.array([0]), np.array([1]), np.array([4.0]), np.full(2, 31.0**2), np.full(2, 50.0**2)
    )


def overload(flow_kg_per_s: float = 20.0) -> HydraulicProblem:
    return HydraulicProblem.of_nomination(one_pipe(), np.array([flow_kg_per_s, -flow_kg_per_s]))


def faults(*steps: Step, problem: HydraulicProblem | None = None) -> list[str]:
    return certificate_faults(problem or overload(), InfeasibilityCertificate(steps))


def test_a_refutation_by_hand_passes() -> None:
    assert not faults(FLOW, SHORT)


def test_it_does_not_refute_a_question_that_has_an_answer() -> None:
    lighter = overload(19.6)  # 4 · 19.6² = 1536.64 < 1539
    assert faults(FLOW, SHORT, problem=lighter)
    honest = Tighten(0, "lower", 19.59, FLOW.weights)
    assert faults(honest, SHORT, problem=lighter) == ["step 1: its weights contradict nothing"]


def test_a_step_left_out_is_missed() -> None:
    assert faults(SHORT) == ["step 0: its weights contradict nothing"]


def test_a_bound_that_says_more_than_its_weights_is_refused() -> None:
    assert "do not prove" in faults(replace(FLOW, bound=20.1), SHORT)[0]


@pytest.mark.parametrize(
    "weights",
    [
        ((LEVEL, 1.0), (DROP, -1.1)),
        ((LEVEL, 1.0), (DROP, 1.0)),
        ((LEVEL, -1.0), (DROP, 1.0)),
        ((DROP, -1.0),),
    ],
)
def test_other_weights_contradict_nothing(weights: tuple[tuple[Row, float], ...]) -> None:
    assert faults(FLOW, Close(weights)) == ["step 1: its weights contradict nothing"]


def test_a_case_left_open_and_steps_after_the_last_are_found() -> None:
    assert "left open" in faults(FLOW)[0]
    assert "left open" in faults(FLOW, SplitFlow(0, 20.0), SHORT)[0]
    assert "follow" in faults(FLOW, SHORT, SHORT)[0]


def test_both_parts_of_a_division_need_their_proof() -> None:
    # Below 0 the pipe cannot carry what enters at node 0; above, the proof by hand serves.
    backwards = Close(((BALANCE, -1.0),))
    assert not faults(SplitFlow(0, 0.0), backwards, FLOW, SHORT)
    assert faults(SplitFlow(0, 0.0), FLOW, SHORT, backwards)


def test_crossed_bounds_close_a_case_and_open_ones_do_not() -> None:
    crossed = Tighten(0, "upper", 19.7, ((Row(RowKind.FLOW_BELOW, 0, 19.7), -1.0),))  # 4 · 19.7² > 1539
    assert not faults(FLOW, crossed, Close())
    assert "not proved empty" in faults(FLOW, Close())[0]
    eager = Tighten(0, "upper", 19.6, ((Row(RowKind.FLOW_BELOW, 0, 19.6), -1.0),))
    assert "no bound on the side" in faults(FLOW, eager, Close())[0]


def test_a_tangent_that_dips_under_a_chord_is_no_row() -> None:
    # The flow is between −20 and 20: tangents bound the loss from below from (√2 − 1) 20 = 8.28 on only.
    weights = ((Row(RowKind.TANGENT, 0, 8.28), 1.0), (DROP, -1.0), (BALANCE, -66.24))
    assert "no bound on the side" in faults(Close(weights))[0]
    assert faults(Close(((Row(RowKind.TANGENT, 0, 8.29), 1.0), *weights[1:]))) == [
        "step 0: its weights contradict nothing"
    ]


def test_the_tangent_at_the_flow_refutes_alone() -> None:
    # drop ≥ 160 q − 1600 at point 20, with q = 20: 1600 > 1539.
    assert not faults(Close(((Row(RowKind.TANGENT, 0, 20.0), 1.0), (DROP, -1.0), (BALANCE, -160.0))))


@pytest.mark.parametrize(
    "row",
    [
        Row(RowKind.BALANCE, 2),
        Row(RowKind.LEVEL, -1),
        Row(RowKind.DROP, 1),
        Row(RowKind.GAP, 0),
        Row(RowKind.LOSS, 0),
        Row(RowKind.RATIO_MAX, 0),
        Row(RowKind.FACET, 0),
        Row(RowKind.BYPASS, 0),
        Row(RowKind.TANGENT, 0, float("nan")),
    ],
)
def test_rows_that_do_not_exist_are_refused(row: Row) -> None:
    assert faults(Close(((row, 1.0),)))[0].startswith("step 0: ")


@pytest.mark.parametrize(
    "step",
    [
        Tighten(99, "lower", 1.0, FLOW.weights),
        Tighten(0, "lower", float("inf"), FLOW.weights),
        Tighten(0, "lower", 1.0, ((BALANCE, float("nan")),)),
        SplitFlow(-1, 0.0),
        SplitFlow(0, float("nan")),
        SplitModes(7, (OPEN,)),
        Exclude(7, OPEN),
        Exclude(0, OPEN),
    ],
)
def test_steps_about_nothing_are_refused(step: Step) -> None:
    assert faults(step, FLOW, SHORT)[0].startswith("step 0: ")


def test_modes_left_out_of_a_division_are_found() -> None:
    assert "leave out a mode" in faults(SplitModes(0, (CLOSED,)), FLOW, SHORT)[0]
    assert not faults(SplitModes(0, (OPEN | CLOSED,)), FLOW, SHORT)


def test_a_pipe_on_a_cycle_is_no_bridge() -> None:
    ring = network_of_pipes(
        np.array([0, 1, 2]), np.array([1, 2, 0]), np.ones(3), np.full(3, 961.0), np.full(3, 2500.0)
    )
    problem = HydraulicProblem.of_nomination(ring, np.array([20.0, -20.0, 0.0]))
    claim = Tighten(0, "lower", 19.0, ((Row(RowKind.BRIDGE_TAIL, 0), 1.0),))
    assert "not the only one" in faults(claim, problem=problem)[0]


def test_a_gap_beyond_reach_is_refuted() -> None:
    # With 10 kg/s the potentials differ by 4 · 10² = 400 bar², not by 401.
    light = replace(overload(10.0), gap=PotentialGap(0, 1, 401.0))
    carried = Tighten(0, "upper", 10.001, ((BALANCE, 1.0),))
    close = Close(((Row(RowKind.GAP, 0), 1.0), (DROP, 1.0), (LEVEL, -1.0)))
    assert not faults(carried, close, problem=light)
    assert faults(carried, close, problem=replace(light, gap=PotentialGap(0, 1, 400.0)))


@pytest.mark.parametrize("module", [check, laws, modes, numbers])
def test_the_checker_shares_the_question_and_the_names_of_rows_with_the_search_and_no_code(
    module: ModuleType,
) -> None:
    shared = {
        "capacity.hydraulics.physics.network",
        "capacity.hydraulics.physics.problem",
        "capacity.hydraulics.infeasibility.certificate",
    }
    own = {f"capacity.hydraulics.infeasibility.checker.{part}" for part in ("laws", "modes", "numbers")}
    standard = {"collections.abc", "dataclasses", "fractions", "math", "typing"}
    found = set()
    for statement in ast.walk(ast.parse(Path(module.__file__ or "").read_text())):
        if isinstance(statement, ast.ImportFrom):
            found.add(statement.module or "")
        elif isinstance(statement, ast.Import):
            found |= {alias.name for alias in statement.names}

    assert found <= shared | own | standard


@pytest.mark.parametrize("part", [-1, 1 << 40])
def test_facets_of_no_configuration_are_refused(part: int) -> None:
    station = edge("station", EdgeKind.COMPRESSOR_STATION, "a", "b")
    compiled = compile_hydraulics(network([node("a", 1), node("b", -1)], [station]), use_maps=False)
    problem = HydraulicProblem.of_nomination(compiled, compiled.nomination())
    found = InfeasibilityCertificate((Close(((Row(RowKind.FACET, 0, part=part), 1.0),)),))
    assert certificate_faults(problem, found) == ["step 0: element 0 has no such operating range"]
