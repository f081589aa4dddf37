import numpy as np
from hypothesis import event, given, settings
from hypothesis import strategies as st
from tests.property.capacity.networks.strategies import stations

from capacity.hydraulics.physics.operating_ranges import operating_ranges
from capacity.hydraulics.physics.station_power import StationPower, station_power
from capacity.networks.model import Edge, EdgeKind, GasProperties, Network, Node
from capacity.networks.physics import papay
from capacity.networks.stations import Configuration, Drive, DriveKind, Station, TurboCompressor
from linepack.gasday import GasDayClock
from linepack.units import CommercialUnit, GasQuality

ENDS = (
    Node("A", pressure_min_bar=30, pressure_max_bar=70),
    Node("B", pressure_min_bar=30, pressure_max_bar=80),
)


def power_of(edge: Edge, network: Network, flow: float, inlet: float, outlet: float) -> list[StationPower]:
    """Return what each configuration needs with the compressibility at its inlet."""
    z = network.gas.compressibility or papay(inlet, network.gas_temperature_k, network.gas)
    return station_power(edge, network, flow, inlet, outlet, compressibility_factor=z)


def _network(station: Station) -> tuple[Edge, Network]:
    edge = Edge("CS", EdgeKind.COMPRESSOR_STATION, "A", "B", station=station)
    network = Network(
        *("n", "n", CommercialUnit.KWH_PER_H, GasQuality(10, 0.8), GasDayClock("UTC", 6), ENDS, (edge,)),
        gas=GasProperties(compressibility=0.9),
    )
    return edge, network


@given(stations())
@settings(max_examples=60)
def test_range_of_any_machines_can_be_had_and_is_finite(station: Station) -> None:
    edge, network = _network(station)
    ranges = operating_ranges(edge, network, 0.9)
    assert ranges
    for found in ranges:
        assert np.isfinite(found.normals).all()
        assert np.isfinite(found.offsets).all()
        assert (np.abs(found.normals).max(axis=1) > 0).all()


@st.composite
def plausible_stations(draw: st.DrawFn) -> Station:
    """One or two turbo compressors whose head rises with the speed and falls with the flow."""
    machines = tuple(
        TurboCompressor(
            *(name, "d", 3000, draw(st.floats(4000, 7000))),
            head=(0, 0, draw(st.floats(1e-6, 3e-6)), 0, 0, 0, draw(st.floats(-2, 0)), 0, 0),
            efficiency=(draw(st.floats(0.6, 0.9)), 0, 0, draw(st.floats(-0.02, 0.02)), *[0] * 5),
            surge=(0, draw(st.floats(10, 30)), 0),
            choke=(0, draw(st.floats(1, 8)), 0),
        )
        for name in "ab"
    )
    power = (draw(st.floats(1000, 9000)), draw(st.floats(0, 2)), 0.0)
    stages = draw(st.sampled_from([(("a",),), (("a", "b"),), (("a",), ("b",))]))
    drive = Drive("d", DriveKind.GAS_TURBINE, power, (5000, 2.5, 0))
    return Station(machines, (), (drive,), (Configuration("c", stages),))


@given(plausible_stations(), st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_every_state_with_a_power_is_inside_the_range(station: Station, seed: int) -> None:
    edge, network = _network(station)
    (found,) = operating_ranges(edge, network, 0.9)
    generator = np.random.default_rng(seed)
    for _ in range(30):
        inlet = generator.uniform(30, 70)
        outlet = generator.uniform(inlet, 80)
        point = np.array([generator.uniform(20, 300), inlet, outlet])
        if power_of(edge, network, *point):
            event("runs")
            assert (found.normals @ point <= found.offsets).all()
