from dataclasses import replace

import pytest
from tests.unit.capacity.networks.samples import PIPE, A, B, network

from capacity.networks.model import PRESSURE_MAX, Network, NodeRole
from capacity.networks.validation import code_of, components, require_sound
from linepack.problems import InvalidInput
from linepack.units import GasQuality

C = replace(B, id="C")
SMALL = network(PIPE)


def faults_of(unsound: Network) -> list[str]:
    with pytest.raises(InvalidInput) as refusal:
        require_sound(unsound)
    return [str(fault) for fault in refusal.value.faults]


def test_sound_network_passes() -> None:
    require_sound(SMALL)


def test_all_faults_are_told_at_once() -> None:
    nodes = (
        replace(A, pressure_min_bar=60.0),
        replace(B, latitude=50.0),
        replace(B, longitude=181.0, latitude=0.0),
    )
    edges = (replace(PIPE, head="Z", length_m=-1.0), replace(PIPE, tail="A", head="A"))
    assert faults_of(network(*edges, nodes=nodes)) == [
        "network node B: the id 'B' is used twice",
        "network pipe AB: the id 'AB' is used twice",
        "network node A: the lowest pressure 60 bar is above the highest, 50 bar",
        "network node B: has one of longitude and latitude, not both",
        "network node B: longitude 181 and latitude 0 are no place on Earth",
        "network pipe AB: the length must be a positive number, not -1",
        "network pipe AB: leads from 'A' to itself",
        "network pipe AB: leads to 'Z', which is no node",
    ]


def test_part_without_connection_is_named_with_its_size() -> None:
    d, e = replace(C, id="D"), replace(C, id="E")
    apart = network(
        PIPE,
        replace(PIPE, id="BE", tail="B", head="E"),
        replace(PIPE, id="CD", tail="C", head="D"),
        nodes=(A, B, C, d, e),
    )
    [fault] = faults_of(apart)
    assert fault == "network node C: no edge leads from here (2 nodes) to the rest of the network"


def test_network_without_nodes_is_refused() -> None:
    assert "network: has no node" in faults_of(network(nodes=()))


def test_nominations_must_balance() -> None:
    unbalanced = network(PIPE, nodes=(replace(A, nomination=10), replace(B, nomination=-9)))
    assert faults_of(unbalanced) == ["network: nominations enter 10 and leave 9: they do not balance"]


def test_junction_cannot_nominate() -> None:
    nodes = (replace(A, nomination=10, role=NodeRole.JUNCTION), replace(B, nomination=-10))
    assert len(faults_of(network(PIPE, nodes=nodes))) == 1


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_value_that_is_not_finite_is_refused(value: float) -> None:
    unsound = replace(SMALL, quality=GasQuality(10.0, value), gas_temperature_k=value)
    assert len(faults_of(unsound)) == 2


@pytest.mark.parametrize("value", [1e-13, 1e13])
def test_value_that_the_laws_of_flow_cannot_take_is_refused(value: float) -> None:
    unsound = network(replace(PIPE, length_m=value, diameter_mm=value))
    assert len(faults_of(unsound)) == 2


@pytest.mark.parametrize("value", [-0.1, 1000.1, float("nan")])
def test_pressure_that_no_pipeline_has_is_refused(value: float) -> None:
    node = replace(A, pressure_min_bar=None, pressure_max_bar=value)
    assert len(faults_of(network(replace(PIPE, attributes={PRESSURE_MAX: value}), nodes=(node, B)))) == 2


@pytest.mark.parametrize("code", ["", "Upper", "with space", "-first", "x" * 64])
def test_code_that_cannot_stand_in_an_address_is_refused(code: str) -> None:
    assert len(faults_of(replace(SMALL, code=code))) == 1


@pytest.mark.parametrize(
    ("name", "code"),
    [("GasLib-40", "gaslib-40"), ("Réseau (Nord)", "r-seau-nord"), ("___", "network"), ("x" * 99, "x" * 63)],
)
def test_code_is_made_of_a_name(name: str, code: str) -> None:
    assert code_of(name) == code


def test_components_are_the_connected_parts() -> None:
    parts = components("abcde", [("a", "c"), ("d", "b"), ("b", "d")])
    assert parts == [["a", "c"], ["b", "d"], ["e"]]
