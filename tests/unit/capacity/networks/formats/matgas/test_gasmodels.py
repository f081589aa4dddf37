"""Every MATGAS file in the repository, held against the formulas of GasModels.jl's documentation.

GasModels.jl, "The GasModels Mathematical Model": p_i² − p_j² = w f |f|, w = λ L a² / (D A²), A = π D² / 4,
with f in kg/s, p in Pa and a the file's speed of sound. Pipe 0 of 40-E by hand: λ = 0.0071, L = 13 071.0852
m, D = 1 m, a = 312.806 m/s, A² = 0.61685: w = 0.0071 · 13 071.0852 · 97 847.594 / 0.61685 = 1.47211e7.
"""

import math
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from capacity.hydraulics.physics.network import compile_hydraulics
from capacity.networks.formats.matgas import reader as matgas

FILES = ("gaslib-40-E", "gaslib-135-F", "gaslib-582-G")
COLUMNS = {
    "pipe": "id fr to diameter length friction p_min p_max status",
    "compressor": "id fr to ratio_min ratio_max power flow_min flow_max inlet_min inlet_max outlet_min "
    "outlet_max status cost directionality",
    "regulator": "id fr to ratio_min ratio_max flow_min flow_max status",
    "junction": "id p_min p_max p_nominal type status",
}


def rows(text: str, table: str) -> Iterator[dict[str, float]]:
    """Yield the rows of a table of numbers, by SI units as they are written."""
    found = re.search(rf"mgc\.{table} = \[\n(.*?)\];", text, re.DOTALL)
    assert found is not None
    names = COLUMNS[table].split()
    for line in found.group(1).splitlines():
        yield dict(zip(names, map(float, line.split()[: len(names)]), strict=True))


def speed_of_sound(text: str) -> float:
    found = re.search(r"mgc\.sound_speed\s*=\s*([\d.]+)", text)
    assert found is not None
    return float(found.group(1))


@pytest.fixture(params=FILES)
def source(request: pytest.FixtureRequest, published_data: Path) -> tuple[str, Path]:
    path = published_data / "matgas" / f"{request.param}.m"
    return path.read_text(), path


def test_resistance_of_every_pipe(source: tuple[str, Path]) -> None:
    text, path = source
    network = matgas.read(path)
    speed, resistances = speed_of_sound(text), {}
    for pipe in rows(text, "pipe"):
        area = math.pi * pipe["diameter"] ** 2 / 4
        weymouth = pipe["friction"] * pipe["length"] * speed**2 / (pipe["diameter"] * area**2)
        resistances[f"pipe_{pipe['id']:.0f}"] = weymouth / 1e10
    hydraulic = compile_hydraulics(network)
    compiled = dict(zip(hydraulic.element_ids, hydraulic.resistance.tolist(), strict=True))
    assert len(resistances) == sum(edge.kind.value == "pipe" for edge in network.edges)
    for name, expected in resistances.items():
        assert compiled[name] == pytest.approx(expected, rel=1e-12), name
    if path.stem == "gaslib-40-E":
        assert resistances["pipe_0"] * 1e10 == pytest.approx(1.472111e7, rel=1e-6)


def test_limits_of_every_junction_and_pipe(source: tuple[str, Path]) -> None:
    text, path = source
    hydraulic = compile_hydraulics(matgas.read(path))
    low, high = {}, {}
    for junction in rows(text, "junction"):
        low[f"{junction['id']:.0f}"], high[f"{junction['id']:.0f}"] = junction["p_min"], junction["p_max"]
    for pipe in rows(text, "pipe"):
        for end in (f"{pipe['fr']:.0f}", f"{pipe['to']:.0f}"):
            low[end], high[end] = max(low[end], pipe["p_min"]), min(high[end], pipe["p_max"])
    expected = np.array([[max(low[node], 101325), high[node]] for node in hydraulic.node_ids]) / 1e5
    np.testing.assert_allclose(hydraulic.pressure_min_bar, expected[:, 0], rtol=1e-12)
    np.testing.assert_allclose(hydraulic.pressure_max_bar, expected[:, 1], rtol=1e-12)


def test_limits_and_directions_of_every_compressor_and_regulator(source: tuple[str, Path]) -> None:
    text, path = source
    hydraulic = compile_hydraulics(matgas.read(path))
    place = {name: number for number, name in enumerate(hydraulic.element_ids)}
    unit = hydraulic.kg_per_s_per_unit
    for station in rows(text, "compressor"):
        number = place[f"compressor_{station['id']:.0f}"]
        assert station["directionality"] == 0
        assert station["flow_min"] == pytest.approx(hydraulic.flow_min[number], abs=unit)
        assert station["flow_max"] == pytest.approx(hydraulic.flow_max[number], abs=unit)
        assert hydraulic.ratio_max[number] == station["ratio_max"]
        assert hydraulic.inlet_min_bar[number] == pytest.approx(station["inlet_min"] / 1e5, rel=1e-12)
        assert hydraulic.outlet_max_bar[number] == pytest.approx(station["outlet_max"] / 1e5, rel=1e-12)
    if "mgc.regulator = " not in text:
        return
    found = re.search(r"mgc\.regulator_data = \[\n(.*?)\];", text, re.DOTALL)
    assert found is not None
    ways_back = [int(line) for line in found.group(1).split()]
    for regulator, way_back in zip(rows(text, "regulator"), ways_back, strict=True):
        number = place[f"regulator_{regulator['id']:.0f}"]
        lowest = regulator["flow_min"] if way_back else 0.0
        assert lowest == pytest.approx(hydraulic.flow_min[number], abs=unit)
        assert regulator["flow_max"] == pytest.approx(hydraulic.flow_max[number], abs=unit)
        assert hydraulic.ratio_min[number] == regulator["ratio_min"]
        assert hydraulic.ratio_max[number] == regulator["ratio_max"]
