"""Compressor configurations: the synthetic ring T002-6 of the seeds, brute force, trees, derating (F16)."""

import itertools
import math
import time

import numpy as np
import pytest
from tests.unit.planning.compressor_dispatch.ring import (
    GAS,
    KG_PER_S_PER_MMSM3_PER_D,
    LENGTHS_KM,
    OFFTAKES,
    SET_POINT_BAR,
    UNITS,
    plain_ring,
    regulated_ring,
)

from linepack.problems import InvalidInput
from planning.compressor_dispatch.configurations import (
    CannotOperate,
    NoConfiguration,
    Objective,
    Optimisation,
    SetPoints,
    optimise,
    reproduced,
    with_best_configurations,
)
from planning.compressor_dispatch.machines import (
    BYPASS,
    Configuration,
    Unit,
    all_configurations,
    parallel_configurations,
)
from planning.compressor_dispatch.station_networks import (
    Joint,
    PipeSection,
    Station,
    StationNetwork,
    mismatch_bar,
    operating_faults,
)

OVERSTAFFED = {"CS1", "CS3", "CS6", "CS8"}
INITIAL = {f"CS{k}": Configuration(4 if f"CS{k}" in OVERSTAFFED else 2) for k in range(1, 11)}
OUTLETS = {f"outlet {k}": SET_POINT_BAR for k in range(1, 11)}
ARM_A_INFLOW, ARM_B_INFLOW = 52.5, 51.5
CLOSING_FLOW_B = (ARM_B_INFLOW - sum(OFFTAKES["B"])) * KG_PER_S_PER_MMSM3_PER_D
HELD = SetPoints(OUTLETS, CLOSING_FLOW_B)


def independent_power_mw(flow_mmsm3: float, inlet: float, outlet: float, number: int, units: int) -> float:
    """The power formula once more, written for itself, in MMsm³/d and bar; infinite where impossible."""
    if units == 0:
        return 0.0 if outlet <= inlet else math.inf
    nominal, peak, _ = UNITS[number - 1]
    kg_per_s = flow_mmsm3 * 1e6 / 86400 * 0.78
    state = 0.90 * (8.314 / 0.0175) * 288.0
    share = kg_per_s / (inlet * 1e5 / state) / units / nominal
    if share > 1.35 or outlet < inlet:
        return math.inf
    run = max(share, 0.35)
    efficiency = peak * (1 - 0.58 * (run - 1) ** 2 * (1.0 if run < 1 else 2.5))
    work = 1.3 / 0.3 * state * ((outlet / inlet) ** (0.3 / 1.3) - 1)
    return kg_per_s * (run / share) * work / efficiency / 1e6


def duties_at_set_points() -> list[tuple[int, float, float]]:
    """By station: number, flow in MMsm³/d, inlet pressure, with every outlet at its set point."""
    duties = []
    for arm, first, inflow in (("A", 1, ARM_A_INFLOW), ("B", 6, ARM_B_INFLOW)):
        flow, inlet = inflow, 58.0
        for place in range(5):
            duties.append((first + place, flow, inlet))
            inlet = math.sqrt(SET_POINT_BAR**2 - 6.0e-3 * LENGTHS_KM[arm][place] * flow**2)
            flow -= OFFTAKES[arm][place]
    return duties


def brute_force_mw() -> tuple[float, int]:
    """The least total over every combination of units, and how many combinations there are."""
    totals = np.zeros(1)
    for number, flow, inlet in duties_at_set_points():
        powers = [
            independent_power_mw(flow, inlet, SET_POINT_BAR, number, units)
            for units in range(UNITS[number - 1][2] + 1)
        ]
        totals = (totals[:, None] + np.array(powers)).ravel()
    return float(totals.min()), len(totals)


@pytest.fixture(scope="module")
def config_only() -> Optimisation:
    return optimise(regulated_ring(), Objective.FUEL_POWER, HELD, INITIAL)


@pytest.fixture(scope="module")
def joint() -> tuple[Optimisation, float]:
    started = time.process_time()
    found = optimise(regulated_ring(), Objective.JOINT, HELD, INITIAL)
    return found, time.process_time() - started


def test_the_initial_state_of_the_ring_needs_the_published_power() -> None:
    expected = sum(
        independent_power_mw(flow, inlet, SET_POINT_BAR, number, INITIAL[f"CS{number}"].units)
        for number, flow, inlet in duties_at_set_points()
    )
    found = optimise(regulated_ring(), Objective.SETPOINT_DEVIATION, HELD, INITIAL)
    assert found.initial.power_mw == pytest.approx(140.13, abs=0.01)
    assert found.initial.power_mw == pytest.approx(expected, rel=1e-5)
    assert found.optimised is found.initial
    assert found.deviation_bar < 0.1
    assert found.saving_of_initial == 0.0


def test_at_held_set_points_four_stations_run_two_units_less_and_a_tenth_is_saved(
    config_only: Optimisation,
) -> None:
    assert config_only.optimised.power_mw == pytest.approx(126.09, abs=0.02)
    assert 0.09 < config_only.saving_of_initial < 0.12
    assert config_only.saving_of_initial == pytest.approx(0.1003, abs=1e-4)
    assert config_only.saving_of_optimised == pytest.approx(0.1114, abs=1e-4)
    assert config_only.changed == {name: (Configuration(4), Configuration(2)) for name in OVERSTAFFED}
    assert config_only.optimised.pressures_bar == config_only.initial.pressures_bar
    assert operating_faults(regulated_ring(), config_only.optimised) == []


def test_no_combination_of_units_is_better_than_the_one_chosen(config_only: Optimisation) -> None:
    least, combinations = brute_force_mw()
    assert combinations == 2_560_000
    assert config_only.optimised.power_mw == pytest.approx(least, rel=5e-4)


def test_freeing_pressures_saves_more_and_is_fast(
    config_only: Optimisation, joint: tuple[Optimisation, float]
) -> None:
    """A grid of 1 bar with a scan of the loop flow reaches 102.05 MW; continuous pressures go below."""
    found, seconds = joint
    assert operating_faults(regulated_ring(), found.optimised) == []
    assert found.optimised.power_mw <= config_only.optimised.power_mw
    assert found.optimised.power_mw <= 102.05
    assert found.optimised.power_mw == pytest.approx(100.524, abs=0.01)
    assert seconds < 10


def test_freed_both_rings_come_to_the_same_optimum(joint: tuple[Optimisation, float]) -> None:
    """At the optimum the regulators are of no use, so the ring with them needs what the one without does."""
    plain = optimise(plain_ring(), Objective.JOINT, SetPoints(OUTLETS), INITIAL)
    assert plain.optimised.power_mw == pytest.approx(joint[0].optimised.power_mw, rel=1e-5)
    assert abs(mismatch_bar(plain_ring(), plain.optimised)) < 1e-3
    assert operating_faults(plain_ring(), plain.optimised) == []


def test_the_loop_flow_of_the_plain_ring_is_where_both_ways_round_meet() -> None:
    """With 74 bar before the last pipes, 0.6 a² = 0.69 b² and a + b = 104 − 11 − 11 give b = 39.568."""
    found = reproduced(plain_ring(), SetPoints(OUTLETS), INITIAL)
    b = 82 / (1 + math.sqrt(0.69 / 0.60))
    assert found.flows_kg_per_s["pipe 10"] / KG_PER_S_PER_MMSM3_PER_D == pytest.approx(b, abs=1e-3)
    assert abs(mismatch_bar(plain_ring(), found)) < 1e-3


def test_an_initial_state_is_reproduced_from_readings_rounded_to_a_tenth_of_a_bar() -> None:
    true = reproduced(plain_ring(), SetPoints(OUTLETS), INITIAL)
    readings = {name: round(pressure, 1) for name, pressure in true.pressures_bar.items()}
    found = optimise(plain_ring(), Objective.SETPOINT_DEVIATION, SetPoints(readings), INITIAL)
    assert found.deviation_bar < 0.1
    assert found.initial.power_mw == pytest.approx(true.power_mw, rel=2e-3)
    assert found.initial.flows_kg_per_s["pipe 10"] == pytest.approx(true.flows_kg_per_s["pipe 10"], rel=5e-3)


def test_units_derated_by_a_fifth_make_stations_use_another_configuration() -> None:
    """Two units of CS1 share 17.7 MW, 8.8 MW each: within 10 MW, beyond 8 MW."""
    full = optimise(regulated_ring(10.0), Objective.FUEL_POWER, HELD, INITIAL).optimised
    derated = optimise(regulated_ring(10.0).derated(0.2), Objective.FUEL_POWER, HELD, INITIAL).optimised
    other = {name for name in INITIAL if derated.configurations[name] != full.configurations[name]}
    assert other == {"CS1", "CS6"}
    assert {derated.configurations[name] for name in other} == {Configuration(3)}
    assert derated.power_mw > full.power_mw


def test_units_derated_too_far_leave_stations_without_a_configuration() -> None:
    state = reproduced(regulated_ring(10.0), HELD, INITIAL)
    with pytest.raises(NoConfiguration) as refusal:
        with_best_configurations(regulated_ring(10.0).derated(0.6), state)
    unable = {
        f"CS{number}"
        for number, flow, inlet in duties_at_set_points()
        if all(
            independent_power_mw(flow, inlet, SET_POINT_BAR, number, units) / units > 4.0
            for units in range(1, UNITS[number - 1][2] + 1)
        )
    }
    assert set(refusal.value.station_ids) == unable
    assert {"CS1", "CS6"} < unable


def test_derated_units_cannot_hold_the_set_points_and_the_deviation_says_by_how_much() -> None:
    network = regulated_ring(10.0).derated(0.25)
    found = optimise(network, Objective.SETPOINT_DEVIATION, HELD, INITIAL)
    assert 0.1 < found.deviation_bar < 5.0
    assert operating_faults(network, found.initial) == []
    units = {name: found.initial.powers_mw[name] / INITIAL[name].units for name in INITIAL}
    assert max(units.values()) == pytest.approx(7.5, rel=1e-4)


def test_an_initial_configuration_that_cannot_transport_the_gas_is_refused() -> None:
    with pytest.raises(CannotOperate, match="no way to run the network was found"):
        optimise(regulated_ring(), Objective.FUEL_POWER, HELD, {**INITIAL, "CS1": BYPASS, "CS2": BYPASS})


def test_set_points_nowhere_and_unknown_configurations_are_refused() -> None:
    with pytest.raises(InvalidInput) as refusal:
        optimise(
            regulated_ring(),
            Objective.FUEL_POWER,
            SetPoints({"nowhere": 70.0}),
            {**INITIAL, "CS2": Configuration(4)},
        )
    assert [str(fault) for fault in refusal.value.faults] == [
        "set point nowhere: is at no joint",
        "station CS2: has no such initial configuration",
    ]


def two_station_line(unit: Unit, configurations: tuple[Configuration, ...]) -> StationNetwork:
    return StationNetwork(
        (
            Joint("source", 50.0, 50.0),
            Joint("a", 40.0, 70.0),
            Joint("b", 40.0, 70.0),
            Joint("c", 40.0, 70.0),
            Joint("town", 55.0, 70.0, 300.0),
        ),
        (
            Station("first", "source", "a", unit, configurations),
            PipeSection("pipe 1", "a", "b", 0.014),
            Station("second", "b", "c", unit, configurations),
            PipeSection("pipe 2", "c", "town", 0.009),
        ),
        GAS,
        "source",
    )


def line_power_mw(flow: float, inlet: np.ndarray, outlet: np.ndarray, units: int) -> np.ndarray:
    """The power of `units` of the line's type, broadcast; infinite where impossible."""
    state = 0.90 * (8.314 / 0.0175) * 288.0
    share = flow * state / (inlet * 1e5) / units / 3.0
    efficiency = 0.82 * (1 - np.where(share < 1, 0.5, 1.2) * (share - 1) ** 2)
    work = 1.3 / 0.3 * state * ((outlet / inlet) ** (0.3 / 1.3) - 1)
    return np.where((share <= 1.4) & (outlet >= inlet), flow * work / efficiency / 1e6, np.inf)


def test_the_joint_optimum_of_a_line_is_that_of_a_fine_brute_force() -> None:
    """Two stations of up to three units, each with an outlet pressure every 0.02 bar."""
    unit = Unit(3.0, 0.82, 0.5, 1.2, flow_max=1.4)
    network = two_station_line(unit, parallel_configurations(3))
    outlets = np.arange(50.0, 70.001, 0.02)
    middle = np.sqrt(outlets**2 - 0.014 * 300**2)
    needed = math.sqrt(55.0**2 + 0.009 * 300**2)
    least = math.inf
    for first, second in itertools.product((0, 1, 2, 3), repeat=2):
        before = (
            np.where(outlets == 50.0, 0.0, np.inf)
            if first == 0
            else line_power_mw(300.0, np.array(50.0), outlets, first)
        )
        behind = outlets[None, outlets >= needed]
        after = (
            np.where(middle >= needed, 0.0, np.inf)[:, None]
            if second == 0
            else line_power_mw(300.0, middle[:, None], behind, second)
        )
        least = min(least, float((before[:, None] + after).min()))
    found = optimise(
        network,
        Objective.JOINT,
        SetPoints({"a": 66.0, "c": 66.0}),
        {"first": Configuration(3), "second": Configuration(3)},
    )
    assert operating_faults(network, found.optimised) == []
    assert found.optimised.power_mw <= least
    assert found.optimised.power_mw == pytest.approx(least, rel=2e-3)


def test_the_joint_optimum_of_a_small_ring_is_that_of_a_fine_brute_force() -> None:
    """One station on each way to the town; loop flow every 0.25 kg/s, the town's pressure every 0.05 bar."""
    unit = Unit(3.0, 0.82, 0.5, 1.2, flow_max=1.4)
    network = StationNetwork(
        (
            Joint("source", 50.0, 50.0),
            Joint("a", 40.0, 70.0),
            Joint("b", 40.0, 70.0),
            Joint("town", 55.0, 70.0, 500.0),
        ),
        (
            Station("CS a", "source", "a", unit, parallel_configurations(3)),
            Station("CS b", "source", "b", unit, parallel_configurations(3)),
            PipeSection("pipe a", "a", "town", 0.012),
            PipeSection("pipe b", "b", "town", 0.020),
        ),
        GAS,
        "source",
        chord="pipe b",
    )
    flow_b = np.arange(50.0, 450.0, 0.25)[:, None]
    town = np.arange(55.0, 60.0, 0.05)[None, :]
    by_arm = []
    for flow, resistance in ((500 - flow_b, 0.012), (flow_b, 0.020)):
        outlet = np.sqrt(town**2 + resistance * flow**2)
        ways = [line_power_mw(flow, np.array(50.0), outlet, units) for units in (1, 2, 3)]
        by_arm.append(np.where(outlet <= 70.0, np.min(ways, axis=0), np.inf))
    least = float((by_arm[0] + by_arm[1]).min())
    initial = {"CS a": Configuration(3), "CS b": Configuration(3)}
    found = optimise(network, Objective.JOINT, SetPoints({"a": 66.0, "b": 66.0}), initial)
    assert operating_faults(network, found.optimised) == []
    assert found.optimised.power_mw == pytest.approx(least, rel=1e-3)
    assert found.optimised.power_mw <= least + 1e-3


def test_units_go_in_series_where_one_stage_does_not_reach_the_ratio() -> None:
    unit = Unit(3.0, 0.82, 0.5, 1.2, flow_max=1.4, ratio_max=1.2)
    line = two_station_line(unit, all_configurations(4))
    ways = {"first": Configuration(2, 2), "second": Configuration(2, 2)}
    found = optimise(line, Objective.FUEL_POWER, SetPoints({"a": 65.0, "c": 64.0}), ways)
    assert found.optimised.configurations["first"].series == 2
    assert operating_faults(line, found.optimised) == []


def test_a_station_that_compresses_towards_the_root_takes_all_the_pressure_it_gets() -> None:
    """A field of at most 50 bar feeds the 60 bar of the root: the highest inlet pressure is the cheapest.

    100 kg/s from 50 to 60 bar by one unit at peak efficiency need 100 w / 0.8.
    """
    state = GAS.state_j_per_kg
    unit = Unit(100 * state / 50e5, 0.8)
    network = StationNetwork(
        (Joint("market", 60.0, 60.0), Joint("outlet", 40.0, 70.0), Joint("field", 40.0, 50.0, -100.0)),
        (
            Station("CS", "field", "outlet", unit, parallel_configurations(2)),
            PipeSection("pipe", "outlet", "market", 0.01),
        ),
        GAS,
        "market",
    )
    found = optimise(network, Objective.JOINT, SetPoints({"field": 45.0}), {"CS": Configuration(1)})
    outlet = math.sqrt(60.0**2 + 0.01 * 100**2)
    work = 1.3 / 0.3 * state * ((outlet / 50) ** (0.3 / 1.3) - 1)
    assert found.initial.pressures_bar["field"] == pytest.approx(45.0, abs=1e-3)
    assert found.optimised.pressures_bar["field"] == pytest.approx(50.0, abs=2e-3)
    assert found.optimised.power_mw == pytest.approx(100 * work / 0.8 / 1e6, rel=1e-4)


def test_a_branched_tree_raises_each_branch_as_far_as_it_needs() -> None:
    """One branch needs 70 bar and its station, the other needs 45 bar and bypasses its own."""
    unit = Unit(3.0, 0.8, flow_max=1.5)
    network = StationNetwork(
        (
            Joint("source", 50.0, 50.0),
            Joint("fork", 40.0, 80.0),
            Joint("high", 70.0, 80.0, 100.0),
            Joint("low", 45.0, 80.0, 80.0),
        ),
        (
            PipeSection("trunk", "source", "fork", 0.005),
            Station("to high", "fork", "high", unit, parallel_configurations(2)),
            Station("to low", "fork", "low", unit, parallel_configurations(2)),
        ),
        GAS,
        "source",
    )
    wanted = SetPoints({"high": 75.0, "low": 55.0})
    found = optimise(
        network, Objective.JOINT, wanted, {"to high": Configuration(2), "to low": Configuration(1)}
    )
    assert found.optimised.configurations["to low"] == BYPASS
    assert found.optimised.pressures_bar["high"] == pytest.approx(70.0, abs=2e-3)
    assert found.optimised.powers_mw["to low"] == 0.0
    assert operating_faults(network, found.optimised) == []
