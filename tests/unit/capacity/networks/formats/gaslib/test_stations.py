from pathlib import Path

import pytest
from defusedxml import ElementTree

from capacity.networks.formats.gaslib import reader
from capacity.networks.formats.hostile import Archive
from capacity.networks.stations import DriveKind, Station

CORPUS = Path(__file__).parents[5] / "corpus" / "networks"
SPACE = "{http://gaslib.zib.de/CompressorStations}"


def _station() -> Station:
    station = reader.read(CORPUS / "small.zip").edges[1].station
    assert station is not None
    return station


def test_turbo_compressor_has_its_map_in_the_order_of_the_file() -> None:
    (turbo,) = _station().turbos
    assert (turbo.speed_min_per_min, turbo.speed_max_per_min) == (3500, 6500)
    assert turbo.head[:4] == (62.0918, -0.0292953, 4.29877e-06, -58.9579)
    assert turbo.efficiency[8] == 1.02304e-10
    assert turbo.surge == (-49.8997, 27.7343, -0.0449561)
    assert turbo.choke == (-11.7751, 7.27912, 0.0567136)


def test_piston_compressor_without_torque_has_no_limit_of_torque() -> None:
    (piston,) = _station().pistons
    assert (piston.displacement_m3, piston.efficiency, piston.ratio_max) == (0.5, 0.9, 2)
    assert piston.flow_reduction == 0.34
    assert piston.torque_max_kn_m is None


def test_drives_have_power_with_or_without_ambient_temperature() -> None:
    turbine, motor = _station().drives
    assert (turbine.kind, len(turbine.power), turbine.energy_rate) == (
        DriveKind.GAS_TURBINE,
        9,
        (5000, 2.5, 0),
    )
    assert (motor.kind, motor.power) == (DriveKind.GAS_MOTOR, (230.515, 24.4196, 0.00423351))


def test_stages_stand_in_the_order_of_their_numbers() -> None:
    stages = {configuration.id: configuration.stages for configuration in _station().configurations}
    assert stages == {
        "turbo alone": (("turbo",),),
        "both in series": (("turbo",), ("piston",)),
        "both in parallel": (("turbo", "piston"),),
    }


def test_order_of_coefficients_gives_back_the_measured_points(published_data: Path) -> None:
    # GasLib-135 publishes, beside the coefficients, the points (flow, speed, head) that they were fitted to.
    path = published_data / "gaslib" / "GasLib-135.zip"
    stations = {edge.id: edge.station for edge in reader.read(path).edges}
    archive = Archive(path, path.name)
    root = ElementTree.fromstring(archive.read(archive.names(".cs")[0]))
    points = 0
    for element in root.findall(f"{SPACE}compressorStation"):
        station = stations[element.attrib["id"]]
        assert station is not None
        head = station.turbos[0].head
        for diagram in element.iter(f"{SPACE}characteristicDiagramMeasurements"):
            for point in diagram.iter(f"{SPACE}measurement"):
                value = {child.tag.removeprefix(SPACE): float(child.attrib["value"]) for child in point}
                flow, speed = value["volumetricFlowrate"], value["speed"]
                expected = sum(head[3 * i + j] * flow**i * speed**j for i in range(3) for j in range(3))
                assert value["adiabaticHead"] == pytest.approx(expected, rel=1e-6)
                points += 1
    assert points > 2000


def test_station_that_the_file_leaves_out_is_noted(tmp_path: Path) -> None:
    for suffix in (".net", ".scn"):
        (tmp_path / f"small{suffix}").write_bytes((CORPUS / f"small{suffix}").read_bytes())
    (tmp_path / "small.cs").write_text("<compressorStations/>")
    network = reader.read(tmp_path / "small.net")
    assert network.edges[1].station is None
    assert "1 compressor stations are not described in small.cs." in network.notes
