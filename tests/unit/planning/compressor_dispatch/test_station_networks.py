"""Networks of stations: flows by balance, propagation of pressure bounds (T002-4), the check of states."""

from dataclasses import replace

import pytest

from linepack.problems import InvalidInput
from planning.compressor_dispatch.machines import (
    BYPASS,
    CompressedGas,
    Configuration,
    Unit,
    parallel_configurations,
)
from planning.compressor_dispatch.station_networks import (
    Joint,
    NoPressure,
    OperatingState,
    PipeSection,
    Regulator,
    Station,
    StationNetwork,
    mismatch_bar,
    operating_faults,
    pressure_bounds,
    station_power_mw,
)

GAS = CompressedGas(1.3, 475.0, 288.0, 0.9)
UNIT = Unit(2.0, 0.8, falloff_below=0.5, falloff_above=1.0, ratio_max=1.5)


def two_pipes(lowest_end_bar: float = 40.0) -> StationNetwork:
    """10 kg/s lose 300 bar² in the first pipe and 400 bar² in the second."""
    return StationNetwork(
        joints=(
            Joint("p0", 50.0, 56.0),
            Joint("p1", 0.0, 100.0),
            Joint("p2", lowest_end_bar, 100.0, offtake_kg_per_s=10.0),
        ),
        elements=(PipeSection("first", "p0", "p1", 3.0), PipeSection("second", "p1", "p2", 4.0)),
        gas=GAS,
        root="p0",
    )


def station_line() -> StationNetwork:
    return StationNetwork(
        joints=(
            Joint("source", 50.0, 50.0),
            Joint("outlet", 40.0, 80.0),
            Joint("end", 40.0, 80.0),
            Joint("town", 40.0, 60.0, offtake_kg_per_s=100.0),
        ),
        elements=(
            Station("CS", "source", "outlet", UNIT, parallel_configurations(2)),
            PipeSection("pipe", "outlet", "end", 0.05),
            Regulator("regulator", "end", "town"),
        ),
        gas=GAS,
        root="source",
    )


def test_bounds_pass_along_pipes_as_in_the_worked_example() -> None:
    """√(50²−300) = 46.90, √(56²−300) = 53.25; √(46.90²−400) = 42.43, √(53.25²−400) = 49.36."""
    network = two_pipes()
    bounds = pressure_bounds(network, network.flows_kg_per_s())
    assert bounds["p1"] == pytest.approx((46.90, 53.25), abs=0.005)
    assert bounds["p2"] == pytest.approx((42.43, 49.36), abs=0.005)


def test_bounds_pass_upstream_too() -> None:
    """√(46² + 400 + 300) = 53.07 bar are needed at the source for 46 bar at the end."""
    network = two_pipes(lowest_end_bar=46.0)
    bounds = pressure_bounds(network, network.flows_kg_per_s())
    assert bounds["p0"][0] == pytest.approx((46**2 + 700) ** 0.5)


def test_bounds_that_leave_no_pressure_name_the_joint() -> None:
    network = two_pipes(lowest_end_bar=50.0)
    with pytest.raises(NoPressure, match=r"needs at least .* bar and gets at most .* bar"):
        pressure_bounds(network, network.flows_kg_per_s())


def test_bounds_pass_stations_by_their_ratio_and_regulators_by_their_direction() -> None:
    """The station reaches 1.5 × 50 = 75 bar, of which √(75² − 500) = 71.59 arrive; the town takes 60."""
    network = station_line()
    bounds = pressure_bounds(network, network.flows_kg_per_s())
    assert bounds["outlet"] == pytest.approx((50.0, 75.0))
    assert bounds["end"] == pytest.approx((2000**0.5, 71.589), abs=1e-3)
    assert bounds["town"] == pytest.approx((40.0, 60.0))


def test_flows_follow_from_balance_and_the_flow_of_the_chord() -> None:
    joints = [Joint("s", 1, 9), Joint("a", 1, 9, 3.0), Joint("b", 1, 9, 4.0), Joint("t", 1, 9, 5.0)]
    pipes = [("sa", "s", "a"), ("bs", "b", "s"), ("at", "a", "t"), ("tb", "t", "b")]
    network = StationNetwork(
        tuple(joints), tuple(PipeSection(*pipe, 1.0) for pipe in pipes), GAS, "s", chord="tb"
    )
    assert network.flows_kg_per_s(1.0) == pytest.approx({"sa": 9.0, "bs": -3.0, "at": 6.0, "tb": 1.0})


@pytest.mark.parametrize(
    ("pipes", "chord", "message"),
    [
        ([("1", "s", "nowhere")], None, "1: ends at nowhere, which is no joint"),
        ([("1", "s", "a")], None, "must be a tree when the chord is left out"),
        ([("1", "s", "a"), ("2", "s", "b"), ("3", "a", "b")], None, "must be a tree"),
        ([("1", "s", "a"), ("2", "s", "b")], "9", "chord: 9 is neither a pipe nor a regulator"),
    ],
)
def test_networks_beyond_a_tree_and_one_chord_are_refused(
    pipes: list[tuple[str, str, str]], chord: str | None, message: str
) -> None:
    joints = (Joint("s", 1, 9), Joint("a", 1, 9), Joint("b", 1, 9))
    with pytest.raises(InvalidInput, match=message):
        StationNetwork(joints, tuple(PipeSection(*pipe, 1.0) for pipe in pipes), GAS, "s", chord)


def running_state() -> OperatingState:
    """The line at 70 bar behind two units: √(4900 − 500) = 66.33 bar before the regulator."""
    network = station_line()
    power = station_power_mw(
        network,
        network.stations[0],
        Configuration(2),
        flow_kg_per_s=100.0,
        inlet_bar=50.0,
        outlet_bar=70.0,
    )
    return OperatingState(
        flows_kg_per_s={"CS": 100.0, "pipe": 100.0, "regulator": 100.0},
        pressures_bar={"source": 50.0, "outlet": 70.0, "end": 4400**0.5, "town": 55.0},
        configurations={"CS": Configuration(2)},
        powers_mw={"CS": power},
    )


def test_a_state_that_keeps_all_laws_has_no_faults() -> None:
    assert operating_faults(station_line(), running_state()) == []


@pytest.mark.parametrize(
    ("pressures", "fault"),
    [
        ({"town": 61.0}, "town: 61.000 bar is outside 40 to 60 bar"),
        ({"outlet": 71.0}, "pipe: 71.000 and 66.332 bar do not belong to 100.000 kg/s"),
        ({"town": 67.0}, "regulator: a regulator neither raises pressure nor lets gas back"),
    ],
)
def test_a_state_that_breaks_a_law_or_a_limit_is_told(pressures: dict[str, float], fault: str) -> None:
    state = running_state()
    broken = replace(state, pressures_bar={**state.pressures_bar, **pressures})
    assert fault in operating_faults(station_line(), broken)


def test_a_state_out_of_balance_is_told() -> None:
    state = running_state()
    broken = replace(state, flows_kg_per_s={**state.flows_kg_per_s, "pipe": 99.0})
    assert "outlet: 1 kg/s too much" in operating_faults(station_line(), broken)


@pytest.mark.parametrize("configuration", [BYPASS, Configuration(3), Configuration(1)])
def test_a_configuration_that_does_not_do_what_the_state_says_is_told(configuration: Configuration) -> None:
    broken = replace(running_state(), configurations={"CS": configuration})
    (fault,) = operating_faults(station_line(), broken)
    assert fault.startswith("CS: ")


def test_the_mismatch_is_what_the_two_ways_round_a_ring_differ_by() -> None:
    """Behind the pipe from a, √(50² − 4·5²) = 48.99 bar arrive where the other way leaves 48 bar."""
    network = StationNetwork(
        (Joint("s", 50, 50), Joint("a", 1, 90), Joint("t", 1, 90, 10.0)),
        (
            PipeSection("sa", "s", "a", 0.0),
            PipeSection("st", "s", "t", 1.0),
            PipeSection("at", "a", "t", 4.0),
        ),
        GAS,
        "s",
        chord="at",
    )
    state = OperatingState({"sa": 5.0, "st": 5.0, "at": 5.0}, {"s": 50.0, "a": 50.0, "t": 48.0}, {}, {})
    assert mismatch_bar(network, state) == pytest.approx(48.0 - 2400**0.5)
    assert mismatch_bar(two_pipes(), state) == 0.0
