import io
import zipfile
from pathlib import Path

import pytest

from capacity.networks.formats.gaslib import reader
from capacity.networks.model import EdgeKind, NodeRole
from linepack.units import CommercialUnit

CORPUS = Path(__file__).parents[5] / "corpus" / "networks"
NET = (CORPUS / "small.net").read_bytes()


def test_units_of_the_file_become_ours() -> None:
    network = reader.read(NET)
    entry, pipe = network.node("A"), network.edges[0]
    assert entry.pressure_min_bar == 31.01325, "30 bar over the atmosphere's 1.01325"
    assert entry.pressure_max_bar == 81.01325
    assert (pipe.length_m, pipe.diameter_mm, pipe.roughness_mm) == (20_000, 500, 0.1)
    assert network.gas_temperature_k == 283.15
    assert network.quality.calorific_value_kwh_per_nm3 == pytest.approx(10)
    assert network.quality.density_kg_per_nm3 == 0.8


def test_height_without_unit_is_in_metres() -> None:
    assert reader.read(NET).node("A").height_m == 10


def test_coordinates_are_taken_over() -> None:
    node = reader.read(NET).node("B")
    assert (node.longitude, node.latitude) == (8.5, 50)


def test_flows_become_whole_commercial_units() -> None:
    # 100 · 1000 m³/h at 10 kWh/m³ are 1 000 000 kWh/h, or 24 000 MWh/d.
    station = reader.read(NET).edges[1]
    assert (station.capacity_forward, station.capacity_backward) == (1_000_000, 500_000)
    assert reader.read(NET, unit=CommercialUnit.MWH_PER_D).edges[1].capacity_forward == 24_000


def test_points_have_the_limits_of_the_file() -> None:
    network = reader.read(NET)
    assert network.node("A").role is NodeRole.ENTRY
    assert network.node("A").entry_capacity == 1_000_000
    assert network.node("C").exit_capacity is None


def test_station_keeps_what_hydraulics_will_need() -> None:
    station = reader.read(NET).edges[1]
    assert station.kind is EdgeKind.COMPRESSOR_STATION
    assert station.attributes["pressure_in_min_bar"] == 31.01325
    assert station.attributes["pressure_out_max_bar"] == 71.01325
    assert station.attributes["internal_bypass"] == "required"
    assert station.attributes["fuel_gas_node"] == "B"


@pytest.mark.parametrize("name", ["small.net", "small.zip"])
def test_companions_are_found_beside_the_topology_and_in_its_archive(name: str) -> None:
    network = reader.read(CORPUS / name)
    assert {node.id: node.nomination for node in network.nodes} == {"A": 600_000, "B": 0, "C": -600_000}
    assert network.edges[1].station is not None


def test_pressure_of_the_nomination_narrows_that_of_the_topology() -> None:
    assert reader.read(CORPUS / "small.zip").node("A").pressure_min_bar == 41.01325


def test_what_was_done_to_the_nominations_is_said() -> None:
    assert "Nominations are in whole kWh/h, rounded down." in reader.read(CORPUS / "small.zip").notes


def test_unbalanced_nomination_is_balanced_and_said_so() -> None:
    source = (
        (CORPUS / "small.scn").read_text().replace('bound="both" value="60"', 'bound="both" value="60.015"')
    )
    network = reader.read(_archive({"small.net": NET, "small.scn": source.encode()}), file="small.zip")
    assert network.node("A").nomination == 600_000
    assert any("150 kWh/h were cut from the larger side" in note for note in network.notes)


def test_nomination_wanted_is_taken_from_several() -> None:
    scenario = (CORPUS / "small.scn").read_bytes()
    archive = _archive(
        {
            "small.net": NET,
            "days/2011-11-01.scn": scenario,
            "days/2011-11-02.scn": scenario.replace(b'value="60"', b'value="20"'),
        }
    )
    assert reader.read(archive, file="small.zip").node("A").nomination == 600_000
    wanted = reader.read(archive, file="small.zip", scenario="2011-11-02")
    assert wanted.node("A").nomination == 200_000


def test_sources_that_differ_are_averaged_and_said_so() -> None:
    text = NET.decode()
    start, end = text.index("    <source"), text.index("    <innode")
    second = text[start:end].replace('id="A"', 'id="D"').replace('value="36"', 'value="72"')
    text = text.replace("    <innode", second + "    <innode", 1).replace(
        "  </framework:connections>",
        '    <valve id="DA" from="D" to="A"/>\n  </framework:connections>',
    )
    network = reader.read(text.encode())
    assert network.quality.calorific_value_kwh_per_nm3 == pytest.approx(15)
    assert "Sources differ in calorificValue; the mean is taken." in network.notes


def _archive(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()
