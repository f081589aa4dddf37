from pathlib import Path

import pytest

from capacity.networks.formats.matgas import reader as matgas
from capacity.networks.model import EdgeKind, Network, NodeRole
from linepack.problems import InvalidInput
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


@pytest.mark.parametrize(("direction", "closed"), [(1, "capacity_backward"), (-1, "capacity_forward")])
def test_flow_direction_of_an_extended_table_closes_the_other_way(direction: int, closed: str) -> None:
    extended = f"%column_names% flow_direction\nmgc.pipe_data = [\n{direction}\n];\nend\n"
    network = read(SMALL.replace("end\n", extended))
    pipe = network.edges[0]
    assert getattr(pipe, closed) == 0
    assert {pipe.capacity_forward, pipe.capacity_backward} == {0, None}
    assert read().edges[0].capacity_forward is None


def test_extended_table_with_words_for_numbers_is_refused() -> None:
    extended = "%column_names% flow_direction\nmgc.pipe_data = [\n'north'\n];\nend\n"
    with pytest.raises(InvalidInput, match="flow_direction must be a number"):
        read(SMALL.replace("end\n", extended))


def test_candidates_for_expansion_are_not_built_and_said_so_with_their_cost() -> None:
    text = SMALL.replace("end\n", "mgc.ne_pipe = [\n1 1 3 0.5 100 0.01 3000000 8000000 1 9\n];\nend\n")
    network = read(text)
    assert len(network.edges) == 2
    assert "ne_pipe 1: candidates for expansion are not built; they would cost 9." in network.notes


CANDIDATES = """mgc.ne_compressor = [
1 3 4 1 1.4 1e100 0 50 3000000 8000000 3000000 8000000 1 7 10 1
];
mgc.ne_pipe = [
1 4 1 0.5 100 0.01 3000000 8000000 1 9
];
end
"""
WITH_JUNCTION = SMALL.replace(
    "3 3000000 8000000 5000000 0 1 'small' '3' 50.0 9.0\n",
    "3 3000000 8000000 5000000 0 1 'small' '3' 50.0 9.0\n"
    "4 3000000 8000000 5000000 0 1 'small' '4' 50.0 9.5\n",
).replace("end\n", CANDIDATES)


def test_junction_between_candidates_is_not_built_either() -> None:
    network = read(WITH_JUNCTION)
    assert [node.id for node in network.nodes] == ["1", "2", "3"]
    assert "Junctions that only candidates for expansion join are left out: 1." in network.notes
    assert "ne_compressor 1: candidates for expansion are not built; they would cost 7." in network.notes


def test_delivery_that_only_candidates_join_is_refused_and_told_why() -> None:
    text = WITH_JUNCTION.replace("1 3 0 50 30 0 1", "1 3 0 50 20 0 1\n2 4 0 50 10 0 1")
    with pytest.raises(InvalidInput) as refusal:
        read(text)
    [fault] = refusal.value.faults
    expected = "is joined to the rest only by candidates for expansion (ne_pipe 1), which are not built"
    assert fault.message == expected


def test_what_is_not_modelled_is_said() -> None:
    row = "1 2 3 1 1.4 1e100 -20 50 3000000 8000000 3000000 8000000 1 10 1"
    assert row in SMALL
    limited = "1 2 3 1 1.4 3000000 5 50 3000000 7000000 4000000 8000000 1 10 0"
    storage = """mgc.storage = [
1 3 0.3 3962 0.015 9411350 350000000 620000000 0.8 0.5 2.0 1 0 100.0 0 200.0
];
mgc.sources = [
'agency' 2020
];
end
"""
    off = "1 1 2 0.5 20000 0.01 3000000 8000000 1\n2 1 2 0.5 20000 0.01 3000000 8000000 0\n"
    text = SMALL.replace(row, limited).replace("end\n", storage).replace(off.split("\n", 1)[0] + "\n", off)
    not_modelled = (
        (
            "compression both ways (directionality 0)",
            ": only from fr_junction to to_junction, and gas passes ",
        ),
        ("the limit of power (power_max)", "."),
        ("the highest pressure at the inlet (inlet_p_max), below the junction's,", "."),
        ("the lowest pressure at the outlet (outlet_p_min), above the junction's,", "."),
    )
    notes = read(text).notes
    for note, (what, then) in zip(notes, not_modelled, strict=False):
        assert note.startswith(f"compressor 1: {what} is not modelled{then}")
    assert notes[4:-1] == (
        "compressor 1: the least flow (flow_min) is not demanded.",
        "Wells and reservoirs of storages are not modelled: they hand over up to their rates.",
        "Out of service (status 0) and left out: 1 pipe.",
        "Tables that are not read: sources.",
    )
    assert read().notes[:-1] == ()


def test_speed_of_sound_says_the_compressibility() -> None:
    # 300² m²/s² · 0.6 · 28.9647 kg/kmol / (8314.462618 · 283.15) = 0.664373.
    network = read(SMALL.replace("mgc.units", "mgc.sound_speed = 300;\nmgc.units"))
    assert network.gas.compressibility == pytest.approx(0.664373, abs=1e-6)
    assert network.notes[0] == (
        "The speed of sound, 300 m/s, gives the compressibility 0.6644, as in GasModels.jl; "
        "compressibility_factor, 0.8, is not used."
    )


def test_dispatchable_receipt_gives_what_is_taken_and_says_so() -> None:
    # The receipt may give 0 to 50 kg/s; the delivery takes 30.
    text = SMALL.replace("1 1 0 50 30 0 1", "1 1 0 50 0 1 1")
    network = read(text)
    assert network.node("1").nomination == -network.node("3").nomination > 0
    assert any(note.startswith("Dispatchable points: 1.") for note in network.notes)


def test_nomination_of_nothing_is_said_to_be_empty() -> None:
    # Both may be dispatched, and both are nominal 0: nothing says how much.
    text = SMALL.replace("1 1 0 50 30 0 1", "1 1 0 50 0 1 1").replace("1 3 0 50 30 0 1", "1 3 0 50 0 1 1")
    network = read(text)
    assert [node.nomination for node in network.nodes] == [0, 0, 0]
    assert "The nomination is empty: nothing enters or leaves." in network.notes


def test_assumed_calorific_value_is_said() -> None:
    network = matgas.read(SMALL.encode(), file="small.m")
    assert network.notes[0] == "MATGAS gives no calorific value; GasLib's, 36.454 MJ/m³, is assumed."
