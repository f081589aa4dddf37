"""The validation of one pipe, whose scale a pencil finds: a (70 bar at most) → x (40 bar at least).

All that enters at a leaves at x, so that the only nominations are fractions of the smaller side. The largest
flow obeys 70² − 40² = β q², and α* is that flow over the smaller side of the rights.
"""

import math
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from capacity.feasibility.robust_validation.model import BookedDay, Validation, ValidationInput
from capacity.feasibility.robust_validation.validate import bounds, on_the_day, validate
from capacity.hydraulics.physics.network import compile_hydraulics
from capacity.networks.formats import native
from capacity.networks.model import Edge, EdgeKind, GasProperties, Network, Node, NodeRole
from linepack.gasday import GasDayClock
from linepack.problems import InvalidInput
from linepack.units import CommercialUnit, GasQuality

PIPE = Edge(
    "p",
    EdgeKind.PIPE,
    "a",
    "x",
    length_m=100_000.0,
    diameter_mm=500.0,
    roughness_mm=0.05,
    capacity_forward=10_000_000,
    capacity_backward=10_000_000,
)
NETWORK = Network(
    code="line",
    name="Line",
    unit=CommercialUnit.KWH_PER_H,
    quality=GasQuality(11.2, 0.8),
    clock=GasDayClock("Europe/Berlin", 6),
    nodes=(
        Node("a", NodeRole.ENTRY, pressure_min_bar=1.01325, pressure_max_bar=70.0),
        Node("x", NodeRole.EXIT, pressure_min_bar=40.0, pressure_max_bar=70.0),
    ),
    edges=(PIPE,),
    gas=GasProperties(compressibility=0.9),
)
BOOKED = BookedDay({"a": 1_500_000}, {"x": 1_000_000}, 0)
COMPILED = compile_hydraulics(NETWORK)


def question(network: Network = NETWORK, booked: BookedDay = BOOKED, **given: Any) -> dict[str, Any]:
    asked = ValidationInput(
        gas_day=date(2026, 11, 1),
        seconds=20.0,
        solver="highs",
        method=1,
        revision_id="r",
        revision_number=1,
        network_version=1,
        rights_version=1,
        booked=booked,
        capacities={},
    )
    return {
        **replace(asked, **given).to_json(),
        "network": native.write(network).decode(),
    }


def found(asked: dict[str, Any]) -> Validation:
    return Validation.from_json(validate(asked, lambda _, __: None))


def alpha(units: int) -> float:
    beta = COMPILED.resistance[0]
    return math.sqrt((70**2 - 40**2) / beta) / (units * COMPILED.kg_per_s_per_unit)


def test_the_scale_of_one_pipe_is_that_of_the_pencil() -> None:
    result = found(question())

    assert result.certified == pytest.approx(alpha(1_000_000), rel=1e-3)
    assert result.certified <= alpha(1_000_000) * (1 + 1e-9)
    assert result.witnessed == pytest.approx(alpha(1_000_000), rel=1e-3)
    assert result.binding == ("a", "x")
    assert result.is_passive
    assert not result.uses_maps
    assert result.compressibility == 0.9


def test_the_witness_is_the_full_use_of_the_smaller_side_at_the_scale_where_it_fails() -> None:
    result = found(question())
    units = {one.node: one.units for one in result.witness}

    assert units["a"] == -units["x"]
    assert result.witnessed is not None
    assert units["a"] == pytest.approx(result.witnessed * 1_000_000, abs=1)


def test_twice_the_rights_have_half_the_scale() -> None:
    twice = BookedDay({"a": 3_000_000}, {"x": 2_000_000}, 0)

    assert found(question(booked=twice)).certified == pytest.approx(found(question()).certified / 2)


def test_progress_is_told_between_nothing_and_all() -> None:
    reported: list[float] = []
    validate(question(), lambda fraction, _: reported.append(fraction))

    assert all(0.0 <= fraction <= 1.0 for fraction in reported)


def test_rights_become_what_each_node_may_inject() -> None:
    least, most = bounds(COMPILED, BookedDay({"a": 10}, {"x": 4, "a": 1}, 0))

    assert (most / COMPILED.kg_per_s_per_unit).tolist() == pytest.approx([10, 0])
    assert (least / COMPILED.kg_per_s_per_unit).tolist() == pytest.approx([-1, -4])


def test_overlays_change_capacities_and_an_edge_that_is_closed_is_not_there() -> None:
    two = replace(NETWORK, edges=(PIPE, replace(PIPE, id="q")))
    that_day = on_the_day(two, {"p": (0, 0), "q": (7, None)})
    [left] = that_day.edges

    assert (left.id, left.capacity_forward, left.capacity_backward) == ("q", 7, None)
    assert on_the_day(two, {}) == two


def test_a_second_pipe_that_maintenance_closes_carries_nothing() -> None:
    two = replace(NETWORK, edges=(PIPE, replace(PIPE, id="q")))

    assert found(question(two)).certified == pytest.approx(2 * alpha(1_000_000), rel=1e-3)
    closed = question(two, capacities={"q": (0, 0)})
    assert found(closed).certified == pytest.approx(alpha(1_000_000), rel=1e-3)


def test_rights_that_use_no_pipe_have_a_scale_without_bound_that_json_can_hold() -> None:
    result = found(question(booked=BookedDay({"a": 5}, {"a": 5}, 0)))

    assert result.certified > 1e3
    assert result.witnessed is None


def test_a_network_whose_pipes_are_unknown_is_refused() -> None:
    unknown = replace(NETWORK, edges=(replace(PIPE, length_m=None),))
    with pytest.raises(InvalidInput, match="pipe p"):
        validate(question(unknown), lambda _, __: None)
