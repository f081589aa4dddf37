from pathlib import Path

import pytest

from capacity.networks.formats.matgas import reader as matgas
from capacity.networks.model import EdgeKind, Network, NodeRole
from linepack.units import CommercialUnit

SMALL = (Path(__file__).parents[5] / "corpus" / "networks" / "small.m").read_text()


def read(text: str = SMALL, unit: CommercialUnit = CommercialUnit.KWH_PER_H) -> Network:
    return matgas.read(text.encode(), file="small.m", unit=unit, calorific_value_kwh_per_nm3=10.0)


def test_si_units_become_ours() -> None:
    network = read()
    pipe = network.edges[0]
    assert (network.node("1").pressure_min_bar, network.node("1").pressure_max_bar) == (30, 80)
    assert (pipe.length_m, pipe.diameter_mm, pipe.friction_factor) == (20_000, 500, 0.01)
    assert network.gas_temperature_k == 283.15
    assert network.gas.compressibility == 0.8


def test_latitude_stands_before_longitude() -> None:
    node = read().node("2")
    assert (node.longitude, node.latitude) == (8.5, 50)


def test_density_follows_from_specific_gravity_without_a_molar_mass() -> None:
    # 0.6 · 28.9647 kg/kmol / 22.41397 m³/kmol = 0.775357 kg/m³.
    assert read().quality.density_kg_per_nm3 == pytest.approx(0.775357, abs=1e-6)


def test_molar_mass_counts_before_specific_gravity() -> None:
    # 0.01857 kg/mol = 18.57 kg/kmol; / 22.41397 = 0.828501 kg/m³.
    with_mass = SMALL.replace("mgc.units", "mgc.gas_molar_mass = 0.01857;\nmgc.units")
    assert read(with_mass).quality.density_kg_per_nm3 == pytest.approx(0.828501, abs=1e-6)


def test_mass_flows_become_whole_commercial_units() -> None:
    # 30 kg/s · 3600 / 0.775357 kg/m³ · 10 kWh/m³ = 1 392 907 kWh/h.
    network = read()
    nominations = [node.nomination for node in network.nodes]
    assert nominations == [pytest.approx(1_392_907, abs=1), 0, -nominations[0]]
    assert network.node("1").entry_capacity == pytest.approx(50 / 30 * 1_392_907, abs=2)


def test_roles_follow_from_what_is_handed_over() -> None:
    assert [node.role for node in read().nodes] == [NodeRole.ENTRY, NodeRole.JUNCTION, NodeRole.EXIT]


def test_edge_ids_say_their_table_because_each_numbers_for_itself() -> None:
    assert [edge.id for edge in read().edges] == ["pipe_1", "compressor_1"]


@pytest.mark.parametrize(("directionality", "is_closed"), [(0, False), (1, True), (2, False)])
def test_one_way_compressor_lets_nothing_back(directionality: int, is_closed: bool) -> None:
    row = "8000000 1 10 1"
    [_, station] = read(SMALL.replace(row, f"8000000 1 10 {directionality}")).edges
    assert (station.capacity_backward == 0) is is_closed
    assert station.attributes["pressure_ratio_max"] == 1.4


def test_element_out_of_service_is_left_out() -> None:
    second = "1 1 2 0.5 20000 0.01 3000000 8000000 1\n2 1 2 0.5 20000 0.01 3000000 8000000 0\n"
    text = SMALL.replace("1 1 2 0.5 20000 0.01 3000000 8000000 1\n", second)
    assert [edge.id for edge in read(text).edges] == ["pipe_1", "compressor_1"]


def test_extended_table_closes_the_way_back() -> None:
    regulator = """mgc.regulator = [
1 2 3 0 1 -10 10 1
];
%column_names% is_bidirectional
mgc.regulator_data = [
0
];
end
"""
    edge = read(SMALL.replace("end\n", regulator)).edges[-1]
    assert edge.kind is EdgeKind.CONTROL_VALVE
    assert edge.capacity_backward == 0
    assert edge.capacity_forward is not None
    assert edge.capacity_forward > 0


def test_storage_hands_over_both_ways() -> None:
    storage = """mgc.storage = [
1 3 0.3 3962 0.015 9411350 350000000 620000000 0.8 0.5 2.0 1 0 100.0 0 200.0
];
end
"""
    node = read(SMALL.replace("end\n", storage)).node("3")
    assert node.role is NodeRole.STORAGE
    assert node.entry_capacity == pytest.approx(200 / 30 * 1_392_907, abs=10)
    assert node.exit_capacity == pytest.approx(150 / 30 * 1_392_907, abs=10)


def test_candidates_for_expansion_are_left_out_and_said_so() -> None:
    text = SMALL.replace("end\n", "mgc.ne_pipe = [\n1 1 3 0.5 100 0.01 3000000 8000000 1 9\n];\nend\n")
    network = read(text)
    assert len(network.edges) == 2
    assert "Candidates for expansion are left out: ne_pipe." in network.notes


def test_assumed_calorific_value_is_said() -> None:
    network = matgas.read(SMALL.encode(), file="small.m")
    assert network.notes[0] == "MATGAS gives no calorific value; GasLib's, 36.454 MJ/m³, is assumed."
