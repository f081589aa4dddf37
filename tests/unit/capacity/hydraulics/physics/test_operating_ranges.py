import math
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import brentq, linprog

from capacity.hydraulics.physics.laws import adiabatic_head_kj_per_kg
from capacity.hydraulics.physics.network import compile_hydraulics
from capacity.hydraulics.physics.operating_ranges import FACETS_MAX, OperatingRange, operating_ranges
from capacity.hydraulics.physics.station_power import StationPower, station_power
from capacity.networks.formats.gaslib import reader
from capacity.networks.model import Edge, EdgeKind, GasProperties, Network, Node
from capacity.networks.physics import papay, state_j_per_kg
from capacity.networks.stations import (
    Configuration,
    Drive,
    DriveKind,
    PistonCompressor,
    Station,
    TurboCompressor,
)
from capacity.publication import catalogue
from linepack.gasday import GasDayClock
from linepack.units import CommercialUnit, GasQuality

CORPUS = Path(__file__).parents[4] / "corpus" / "networks"
Z = 0.9

# A machine whose limits can be read off: head 2·10⁻⁶ n² whatever the flow, efficiency 0.8, surge line
# H = 20 Q, choke line H = 5 Q, and a drive of 8 MW at any speed.
PLAIN = TurboCompressor(
    *("a", "d", 3000, 6000),
    head=(0, 0, 2e-6, *[0] * 6),
    efficiency=(0.8, *[0] * 8),
    surge=(0, 20, 0),
    choke=(0, 5, 0),
)
DRIVE = Drive("d", DriveKind.GAS_TURBINE, power=(8000, 0, 0), energy_rate=(5000, 2.5, 0))
STRONG = replace(DRIVE, power=(20_000, 0, 0))
TAIL = Node("A", pressure_min_bar=40, pressure_max_bar=70)
HEAD = Node("B", pressure_min_bar=40, pressure_max_bar=80)


def power_of(edge: Edge, network: Network, flow: float, inlet: float, outlet: float) -> list[StationPower]:
    """Return what each configuration needs with the compressibility at its inlet."""
    z = network.gas.compressibility or papay(inlet, network.gas_temperature_k, network.gas)
    return station_power(edge, network, flow, inlet, outlet, compressibility_factor=z)


def _edge(
    *stages: tuple[str, ...], machines: tuple[TurboCompressor, ...] = (PLAIN,), drive: Drive = DRIVE
) -> Edge:
    station = Station(machines, (), (drive,), (Configuration("only", stages or (("a",),)),))
    attributes: dict[str, float | str] = {"pressure_in_min_bar": 45.0, "pressure_out_max_bar": 75.0}
    return Edge("CS", EdgeKind.COMPRESSOR_STATION, "A", "B", attributes=attributes, station=station)


def _network(edge: Edge, tail: Node = TAIL, head: Node = HEAD) -> Network:
    return Network(
        *(
            "n",
            "n",
            CommercialUnit.KWH_PER_H,
            GasQuality(10, 0.8),
            GasDayClock("UTC", 6),
            (tail, head),
            (edge,),
        ),
        gas_temperature_k=283.15,
        gas=GasProperties(compressibility=Z),
    )


def _range(edge: Edge, network: Network | None = None) -> OperatingRange:
    (found,) = operating_ranges(edge, network or _network(edge), Z)
    return found


def _holds(found: OperatingRange, points: NDArray[np.float64], slack: float = 0.0) -> NDArray[np.bool_]:
    """Whether points are inside, or outside by a part `slack` of the range's extent."""
    return np.asarray((np.atleast_2d(points) @ found.normals.T <= found.offsets + slack).all(axis=1))


def _most(found: OperatingRange, *objective: float, fixed: dict[int, float] | None = None) -> float:
    """The most of an objective over a range, with some coordinates fixed."""
    bounds = [((fixed or {}).get(i), (fixed or {}).get(i)) for i in range(3)]
    solution = linprog([-c for c in objective], A_ub=found.normals, b_ub=found.offsets, bounds=bounds)
    return -float(solution.fun) if solution.status == 0 else -math.inf


# z R_s T = 114 114 J/kg. At 50 → 75 bar the head is 48.479 kJ/kg (see test_laws): 4923/min, within 3000 to
# 6000, that is 18 to 72 kJ/kg. Q is from 48.479/20 = 2.424 to 48.479/5 = 9.696 m³/s, at 43.816 kg/m³ from
# 106.2 to 424.8 kg/s, of which 8 MW · 0.8 / 48.479 kJ/kg leave 132.0 kg/s.
FLOWS_BY_HAND = (106.2, 132.0)


def test_station_power_by_hand() -> None:
    edge = _edge()
    network = _network(edge)
    (least,) = power_of(edge, network, FLOWS_BY_HAND[0] + 0.1, 50, 75)
    assert least.configuration == "only"
    assert least.power_kw == pytest.approx(106.3 * 48.479 / 0.8, rel=1e-4)
    # (5000 + 2.5 · 6442) kW of gas at 45 000 kJ/kg
    assert least.fuel_kg_per_s == pytest.approx((5000 + 2.5 * 6441.6) / 45_000, rel=1e-4)
    assert power_of(edge, network, FLOWS_BY_HAND[1] - 0.1, 50, 75)


@pytest.mark.parametrize(
    ("flow", "inlet", "outlet"),
    [
        (FLOWS_BY_HAND[0] - 0.1, 50, 75),
        (FLOWS_BY_HAND[1] + 0.1, 50, 75),
        (110, 50, 55),
        (50, 25, 75),
        (110, 75, 50),
        (0, 50, 75),
    ],
    ids=["surge", "power", "too slow", "too fast", "downhill", "no flow"],
)
def test_station_off_its_map_has_no_power(flow: float, inlet: float, outlet: float) -> None:
    edge = _edge()
    assert power_of(edge, _network(edge), flow, inlet, outlet) == []


def test_electric_drive_burns_no_gas() -> None:
    edge = _edge(drive=replace(DRIVE, kind=DriveKind.ELECTRIC_MOTOR))
    (option,) = power_of(edge, _network(edge), 120, 50, 75)
    assert option.power_kw > 0
    assert option.fuel_kg_per_s == 0


def test_range_of_a_plain_machine_by_hand() -> None:
    found = _range(_edge())
    low, high = FLOWS_BY_HAND
    assert _holds(found, np.array([[low + 0.1, 50, 75], [high - 0.1, 50, 75]])).all()
    # Head from 18 kJ/kg is ratio from 1.1676; pressures are within 45 (the station's) and 75 bar.
    assert _most(found, 0, -1, 0) == pytest.approx(-45, abs=0.05)
    assert _most(found, 0, 0, 1) == pytest.approx(75, abs=0.05)
    assert _most(found, 0, 1, 0) == pytest.approx(75 / 1.1676, abs=0.05)
    # The most flow is where choke and power meet at an outlet of 75 bar: q = H/5 · 75/r(H) bar / z R_s T and
    # q H / 0.8 = 8 MW give H = 24.51 kJ/kg, r = 1.2333 and 261.1 kg/s.
    assert _most(found, 1, 0, 0) == pytest.approx(261.1, rel=2e-3)
    # The least is at surge, at the lowest pressure and head: 18/20 m³/s at 45 bar, 39.434 kg/m³
    assert _most(found, -1, 0, 0) == pytest.approx(-0.9 * 39.434, rel=2e-3)


def test_ratio_of_three_is_outside() -> None:
    found = _range(_edge(), _network(_edge(), replace(TAIL, pressure_min_bar=10), HEAD))
    assert not _holds(found, np.array([[120.0, 20, 60], [120.0, 25, 75]])).any()
    for code in ("gaslib-40", "gaslib-135"):
        for ranges in compile_hydraulics(catalogue.load(code)).ranges.values():
            assert not _holds(ranges[0], np.array([[q, 23, 69] for q in np.linspace(1, 300, 30)])).any()


def _true_points(edge: Edge, network: Network, z: float, count: int) -> NDArray[np.float64]:
    """States at which the one machine of a station runs, each found by its own search for the speed."""
    station = edge.station
    assert station is not None
    (turbo,), (drive,) = station.turbos, station.drives
    state = state_j_per_kg(network, z)
    tail, head_node = network.node(edge.tail), network.node(edge.head)
    inlet_min = max(float(edge.attributes["pressure_in_min_bar"]), tail.pressure_min_bar or 0)
    outlet_max = min(float(edge.attributes["pressure_out_max_bar"]), head_node.pressure_max_bar or math.inf)
    generator = np.random.default_rng(7)
    found: list[tuple[float, float, float]] = []
    for _ in range(40 * count):
        inlet = generator.uniform(inlet_min, outlet_max)
        outlet = generator.uniform(inlet, outlet_max)
        flow = generator.uniform(1, 300)
        if _runs(turbo, drive, (flow, inlet, outlet), state):
            found.append((flow, inlet, outlet))
        if len(found) == count:
            break
    return np.array(found)


def _runs(turbo: TurboCompressor, drive: Drive, point: tuple[float, float, float], state: float) -> bool:
    flow, inlet, outlet = point
    volume = flow * state / (inlet * 1e5)
    head = float(adiabatic_head_kj_per_kg(outlet / inlet, state))

    def of(c: tuple[float, ...], x: float, n: float) -> float:
        return sum(c[3 * i + j] * x**i * n**j for i in range(3) for j in range(3))

    def excess(n: float) -> float:
        return of(turbo.head, volume, n) - head

    if excess(turbo.speed_min_per_min) > 0 or excess(turbo.speed_max_per_min) < 0:
        return False
    speed = float(brentq(excess, turbo.speed_min_per_min, turbo.speed_max_per_min))
    surge, choke = (c[0] + c[1] * volume + c[2] * volume**2 for c in (turbo.surge, turbo.choke))
    power = flow * head / of(turbo.efficiency, volume, speed)
    return choke <= head <= surge and power <= of(drive.power, 10.0, speed)


@pytest.mark.parametrize("code", ["GasLib-11", "GasLib-40", "GasLib-135"])
def test_every_true_state_of_a_published_station_is_inside_and_has_a_power(
    code: str, published_data: Path
) -> None:
    network = reader.read(published_data / "gaslib" / f"{code}.zip")
    edge = next(edge for edge in network.edges if edge.station is not None)
    points = _true_points(edge, network, 0.88, 400)
    assert len(points) == 400
    (found,) = operating_ranges(edge, network, 0.88)
    assert _holds(found, points).all()
    assert len(found.offsets) <= FACETS_MAX
    for flow, inlet, outlet in points[:50]:
        assert station_power(edge, network, flow, inlet, outlet, compressibility_factor=0.88)
    ratio = points[:, 2] / points[:, 1]
    assert 1 < ratio.min() < ratio.max() < 2.2
    assert points[:, 0].max() > 100, "hundreds of kg/s, as a station of the transport grid should"


def test_range_hardly_holds_more_than_what_the_machine_can_do() -> None:
    # The plain machine's map is convex in all but the power; most of the range is really on it.
    edge = _edge()
    network, found = _network(edge), _range(edge)
    generator = np.random.default_rng(3)
    points = generator.uniform([30, 45, 50], [262, 65, 75], (4000, 3))
    inside = points[_holds(found, points)]
    on_map = [bool(power_of(edge, network, *point)) for point in inside]
    assert len(inside) > 300
    assert np.mean(on_map) > 0.75


def test_more_power_and_wider_pressures_widen_the_range() -> None:
    edge = _edge()
    plain = _range(edge)
    stronger = _range(_edge(drive=replace(DRIVE, power=(9000, 0, 0))))
    wider = _range(edge, _network(edge, TAIL, replace(HEAD, pressure_max_bar=76)))
    lower = _range(edge, _network(edge, replace(TAIL, pressure_min_bar=50), HEAD))
    generator = np.random.default_rng(1)
    points = generator.uniform([30, 45, 50], [262, 65, 75], (4000, 3))
    inside = points[_holds(plain, points)]
    assert _holds(stronger, inside, slack=0.01).all()
    assert _holds(wider, inside, slack=0.01).all()
    assert not _holds(lower, inside, slack=0.01).all()
    # As for 8 MW: H = 26.20 kJ/kg and 274.8 kg/s
    assert _most(stronger, 1, 0, 0) == pytest.approx(274.8, rel=2e-3)


def test_two_machines_side_by_side_carry_twice_the_flow() -> None:
    twin = replace(PLAIN, id="b")
    single, double = _range(_edge()), _range(_edge(("a", "b"), machines=(PLAIN, twin)))
    for inlet, outlet in [(50.0, 70.0), (60.0, 75.0)]:
        one = _most(single, 1, 0, 0, fixed={1: inlet, 2: outlet})
        two = _most(double, 1, 0, 0, fixed={1: inlet, 2: outlet})
        assert 2 * one <= two * (1 + 1e-6) < 2 * one * 1.05
    assert _most(double, 0, 0, 1) == pytest.approx(75, abs=0.5)


def test_two_machines_one_behind_the_other_multiply_ratios() -> None:
    edge = _edge(("a",), ("b",), machines=(PLAIN, replace(PLAIN, id="b")), drive=STRONG)
    edge = replace(edge, attributes={"pressure_in_min_bar": 20.0, "pressure_out_max_bar": 75.0})
    network = _network(edge, replace(TAIL, pressure_min_bar=20), HEAD)
    found = _range(edge, network)
    # One machine makes at most 72 kJ/kg, that is a ratio of 1.805; two 3.258.
    assert _holds(found, np.array([130.0, 25, 70])).all()
    (option,) = power_of(edge, network, 130, 25, 70)
    assert option.power_kw > 0
    assert power_of(edge, network, 130, 20, 70) == [], "a ratio of 3.5 is too much"
    assert not _holds(found, np.array([130.0, 20, 72])).any()


def test_serial_stages_share_the_ratio_so_that_power_is_least() -> None:
    # With a constant efficiency the equal split of the ratio is best: 2 · 130 · H(√(70/25)) / 0.8.
    edge = _edge(("a",), ("b",), machines=(PLAIN, replace(PLAIN, id="b")), drive=STRONG)
    network = _network(edge)
    (option,) = power_of(edge, network, 130, 25, 70)
    head = float(adiabatic_head_kj_per_kg(math.sqrt(70 / 25), state_j_per_kg(network, Z)))
    assert option.power_kw == pytest.approx(2 * 130 * head / 0.8, rel=1e-9)
    assert option.fuel_kg_per_s == pytest.approx((2 * 5000 + 2.5 * option.power_kw) / 45_000)


def test_unlike_machines_share_the_flow_so_that_power_is_least() -> None:
    better = replace(PLAIN, id="b", efficiency=(0.9, *[0.0] * 8))
    edge = _edge(("a", "b"), machines=(PLAIN, better))
    (option,) = power_of(edge, _network(edge), 240, 50, 75)
    # The better one takes all that its drive allows, 8 MW · 0.9 / 48.479 kJ/kg = 148.5, so 148 of 240 parts
    # hold 148 kg/s; the other the rest, above its surge limit of 106.2 kg/s only from 107 parts: 133 and 107.
    assert option.power_kw == pytest.approx(48.479 * (133 / 0.9 + 107 / 0.8), rel=1e-4)


def test_every_state_that_machines_reach_together_is_inside() -> None:
    network = reader.read(CORPUS / "small.zip")
    edge = network.edges[1]
    ranges = {found.configuration: found for found in operating_ranges(edge, network, Z)}
    generator = np.random.default_rng(5)
    reached = Counter[str]()
    for _ in range(300):
        inlet = generator.uniform(31.1, 60)
        outlet = inlet * generator.uniform(1.05, min(2.2, 71 / inlet))
        flow = generator.uniform(20, 350)
        options = station_power(edge, network, flow, inlet, outlet, compressibility_factor=Z)
        assert options == sorted(options, key=lambda option: option.power_kw)
        reached.update(option.configuration for option in options)
        for option in options:
            assert _holds(ranges[option.configuration], np.array([flow, inlet, outlet])).all()
    assert set(reached) == {"turbo alone", "both in series", "both in parallel"}
    assert min(reached.values()) > 20


def test_like_stations_share_their_range_and_every_published_station_has_one() -> None:
    compiled = compile_hydraulics(catalogue.load("gaslib-135"))
    assert len(compiled.ranges) == 29
    assert len({id(found.normals) for ranges in compiled.ranges.values() for found in ranges}) == 1
    assert compile_hydraulics(catalogue.load("gaslib-135"), use_maps=False).ranges == {}


def test_station_without_maps_has_no_range() -> None:
    edge = replace(_edge(), station=None)
    assert operating_ranges(edge, _network(edge), Z) == ()
    assert power_of(edge, _network(edge), 100, 50, 60) == []


@pytest.mark.parametrize("stages", [(("a",),), (("a",), ("b",))], ids=["one machine", "two"])
def test_station_that_cannot_run_between_its_pressures_has_a_range_without_a_point(
    stages: tuple[tuple[str, ...], ...],
) -> None:
    edge = _edge(*stages, machines=(PLAIN, replace(PLAIN, id="b")))
    narrow = _network(edge, replace(TAIL, pressure_min_bar=60), replace(HEAD, pressure_max_bar=65))
    found = _range(edge, narrow)
    assert _most(found, 1, 0, 0) == -math.inf


def test_configuration_that_cannot_run_is_left_out() -> None:
    weak = replace(PLAIN, id="w", speed_max_per_min=3000.5)
    edge = _edge(("a",), machines=(PLAIN, weak))
    assert edge.station is not None
    both = (Configuration("strong", (("a",),)), Configuration("weak", (("w",),)))
    edge = replace(edge, station=replace(edge.station, configurations=both))
    network = _network(edge, replace(TAIL, pressure_max_bar=55), replace(HEAD, pressure_min_bar=70))
    assert [found.configuration for found in operating_ranges(edge, network, Z)] == ["strong"]


def test_losses_at_the_flanges_free_the_machines_from_the_limits_of_the_nodes() -> None:
    edge = _edge()
    lossy = replace(
        edge, attributes={**edge.attributes, "pressure_loss_in_bar": 0.5, "pressure_loss_out_bar": 0.5}
    )
    tail, head = replace(TAIL, pressure_min_bar=50), replace(HEAD, pressure_max_bar=70)
    plain, freed = (_range(each, _network(each, tail, head)) for each in (edge, lossy))
    assert _most(plain, 0, -1, 0) == pytest.approx(-50, abs=0.05)
    assert _most(freed, 0, -1, 0) == pytest.approx(-45, abs=0.05)
    assert _most(plain, 0, 0, 1) == pytest.approx(70, abs=0.05)
    assert _most(freed, 0, 0, 1) == pytest.approx(75, abs=0.05)


def test_piston_compressor_by_hand() -> None:
    # 0.5 m³ at 150 to 300/min are 1.25 to 2.5 m³/s; at 45 bar, 39.434 kg/m³, from 49.3 kg/s; ratio up to 1.5
    piston = PistonCompressor(*("p", "d", 150, 300), displacement_m3=0.5, efficiency=0.9, ratio_max=1.5)
    edge = replace(_edge(), station=Station((), (piston,), (DRIVE,), (Configuration("only", (("p",),)),)))
    found = _range(edge)
    assert _most(found, -1, 0, 0) == pytest.approx(-1.25 * 39.434, rel=1e-3)
    assert _most(found, 0, 0, 1, fixed={1: 45.0}) == pytest.approx(67.5, rel=1e-3)
    # at 60 bar, 52.579 kg/m³, to 131.4 kg/s
    assert _most(found, 1, 0, 0, fixed={1: 60.0}) == pytest.approx(131.4, rel=1e-3)


def test_machine_of_one_speed_without_room_still_has_a_range() -> None:
    piston = PistonCompressor(*("p", "d", 200, 200), displacement_m3=0.5, efficiency=0.9, ratio_max=1.5)
    edge = replace(_edge(), station=Station((), (piston,), (DRIVE,), (Configuration("only", (("p",),)),)))
    found = _range(edge)
    flow = 0.5 * 200 / 60 * 50e5 / state_j_per_kg(_network(edge), Z)
    assert _holds(found, np.array([flow, 50.0, 60.0])).all()
