"""Compressor configurations: which units of each station run, so that the least power is used.

Three objectives, the later ones starting from what the first one finds:

SETPOINT_DEVIATION  the initial configurations run; pressures and loop flow come as near to the set points as
                    they can (least squares). This reproduces an initial operating state.
FUEL_POWER          pressures and flows of that state are held, configurations are chosen. Stations are then
                    independent of each other: the best of each is the best of all, exactly.
JOINT               configurations, pressures and loop flow are chosen together. Dynamic programming on a
                    pressure grid along the spanning tree, for a scan of chord flows, proposes configurations
                    (`pressure_grid`); with each proposal pressures and loop flow are optimised continuously
                    (`pressure_program`) and configurations re-chosen at the pressures found, until neither
                    helps. Never worse than FUEL_POWER; a good local optimum, **not** proved to be the best.

Every state returned passes `station_networks.operating_faults`; which networks are covered is said there.

The method, discrete choices along a spanning tree with chord flows outside, follows Ostromuhov,
arXiv:1106.3977. The saving published there, 260.765 to 234.432 MW, is 10.1 % of the initial power and 11.2 %
of the optimised one: both percentages are reported.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

import numpy as np

from linepack.problems import Fault, InvalidInput, Problem
from planning.compressor_dispatch.machines import Configuration
from planning.compressor_dispatch.pressure_grid import Plan, plans
from planning.compressor_dispatch.pressure_program import Evaluation, PressureProgram, Reals
from planning.compressor_dispatch.station_networks import (
    OperatingState,
    Station,
    StationNetwork,
    operating_faults,
    station_power_mw,
)

SCANNED_FLOWS: Final = 13
SCANNED_PART: Final = 0.15
"""Chord flows are scanned this far to both sides of the initial one, as a part of what enters at the root."""
PLANS_PER_FLOW: Final = 3
PLANS_REFINED: Final = 6
GUESSED_SHARES: Final = (1.0, 0.8, 0.6, 0.4)
"""Where between their limits pressures are guessed if the set points lead nowhere."""
ROUNDS: Final = 5
"""How often pressures and configurations are improved in turn."""
GAIN_MW: Final = 1e-6


class Objective(StrEnum):
    """What is minimised; see the module docstring."""

    SETPOINT_DEVIATION = "setpoint_deviation"
    FUEL_POWER = "fuel_power"
    JOINT = "joint"


class CannotOperate(Problem):
    """The network cannot be run as asked, as far as could be found."""

    code = "CANNOT_OPERATE"

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("no way to run the network was found: " + "; ".join(faults))
        self.faults = faults


class NoConfiguration(Problem):
    """Some stations have no configuration that does what the set points ask."""

    code = "NO_CONFIGURATION"

    def __init__(self, station_ids: tuple[str, ...]) -> None:
        super().__init__(f"no configuration holds the set points at {', '.join(station_ids)}")
        self.station_ids = station_ids


@dataclass(frozen=True, slots=True)
class SetPoints:
    """What the initial state is to be like: pressures by joint, in bar, and the chord's flow, in kg/s.

    The flow may be left open where the pressures decide it; JOINT always frees it.
    """

    pressures_bar: Mapping[str, float] = field(default_factory=dict)
    chord_flow_kg_per_s: float | None = None


@dataclass(frozen=True, slots=True)
class Optimisation:
    """The initial state and the optimised one; powers in MW, shares as fractions."""

    objective: Objective
    set_points: SetPoints
    initial: OperatingState
    optimised: OperatingState

    @property
    def saving_mw(self) -> float:
        """How much less power the optimised state needs."""
        return self.initial.power_mw - self.optimised.power_mw

    @property
    def saving_of_initial(self) -> float:
        """The saving as a fraction of the initial power."""
        return self.saving_mw / self.initial.power_mw if self.saving_mw else 0.0

    @property
    def saving_of_optimised(self) -> float:
        """The saving as a fraction of the optimised power."""
        return self.saving_mw / self.optimised.power_mw if self.saving_mw else 0.0

    @property
    def changed(self) -> Mapping[str, tuple[Configuration, Configuration]]:
        """The stations whose configuration changes, with the initial and the optimised one."""
        before, after = self.initial.configurations, self.optimised.configurations
        return {name: (before[name], after[name]) for name in before if before[name] != after[name]}

    @property
    def deviation_bar(self) -> float:
        """The largest difference between the initial state's pressures and the set points."""
        wanted = self.set_points.pressures_bar
        return max((abs(self.initial.pressures_bar[name] - wanted[name]) for name in wanted), default=0.0)


def optimise(
    network: StationNetwork,
    objective: Objective,
    set_points: SetPoints,
    initial_configurations: Mapping[str, Configuration],
) -> Optimisation:
    """Return the network's initial state and the one that minimises `objective`.

    Raises InvalidInput, and CannotOperate if no way to run the initial configurations is found.
    """
    _check(network, set_points, initial_configurations)
    initial = reproduced(network, set_points, initial_configurations)
    optimised = initial
    if objective is not Objective.SETPOINT_DEVIATION:
        optimised = with_best_configurations(network, initial)
    if objective is Objective.JOINT:
        optimised = jointly_optimised(network, optimised)
    return Optimisation(objective, set_points, initial, optimised)


def reproduced(
    network: StationNetwork, set_points: SetPoints, configurations: Mapping[str, Configuration]
) -> OperatingState:
    """Return the state found nearest to the set points with given configurations; raises CannotOperate.

    The search is local: it starts from the set points, and from other pressures if those lead nowhere.
    """
    program = PressureProgram(network, configurations, set_points.chord_flow_kg_per_s)

    def deviation(found: Evaluation) -> Reals:
        squares = [
            (np.sqrt(np.maximum(found.potentials_bar2[name], 0.0)) - wanted) ** 2
            for name, wanted in set_points.pressures_bar.items()
        ]
        return np.asarray(sum(squares, np.zeros_like(found.power_mw)))

    starts = [
        program.scanned(program.start(pressures), deviation)
        for pressures in _first_guesses(network, set_points)
    ]
    for start in starts:
        state = program.minimised(start, deviation)
        if state is not None:
            return state
    raise CannotOperate(tuple(operating_faults(network, program.state(starts[0]))))


def _first_guesses(network: StationNetwork, set_points: SetPoints) -> list[dict[str, float]]:
    """Return pressures by joint to start from: the set points, then limits and what is between them."""
    limits = {joint.id: (joint.pressure_min_bar, joint.pressure_max_bar) for joint in network.joints}
    between = [
        {name: (1 - share) * low + share * high for name, (low, high) in limits.items()}
        for share in GUESSED_SHARES
    ]
    return [dict(set_points.pressures_bar), *between]


def with_best_configurations(network: StationNetwork, state: OperatingState) -> OperatingState:
    """Return the state with the configuration of least power at every station, flows and pressures held.

    Exact: with pressures held, no station's choice touches another's. Raises NoConfiguration.
    """
    chosen: dict[str, Configuration] = {}
    powers: dict[str, float] = {}
    for station in network.stations:
        by_way = {way: _power(network, state, station, way) for way in station.configurations}
        chosen[station.id] = min(by_way, key=lambda way: (by_way[way], way.units))
        powers[station.id] = by_way[chosen[station.id]]
    unable = tuple(name for name, power in powers.items() if not np.isfinite(power))
    if unable:
        raise NoConfiguration(unable)
    return replace(state, configurations=chosen, powers_mw=powers)


def jointly_optimised(network: StationNetwork, start: OperatingState) -> OperatingState:
    """Return the best state found with configurations, pressures and loop flow free; never above `start`."""
    proposals = [Plan(start.power_mw, _chord_flow(network, start), start.configurations, start.pressures_bar)]
    for flow in _scanned_flows(network, start):
        proposals += plans(network, flow, PLANS_PER_FLOW)
    best = start
    refined: set[tuple[Configuration, ...]] = set()
    for plan in sorted(proposals, key=lambda plan: plan.estimate_mw):
        ways = tuple(plan.configurations.values())
        if ways in refined or len(refined) == PLANS_REFINED:
            continue
        refined.add(ways)
        best = min(best, _refined(network, plan, best), key=lambda state: state.power_mw)
    return best


def _refined(network: StationNetwork, plan: Plan, otherwise: OperatingState) -> OperatingState:
    """Improve pressures and configurations in turn; returns `otherwise` if the plan leads to no state."""
    best: OperatingState | None = None
    ways, pressures, flow = plan.configurations, plan.pressures_bar, plan.chord_flow_kg_per_s
    for _ in range(ROUNDS):
        program = PressureProgram(network, ways)
        state = program.minimised(program.start(pressures, flow), _power_of)
        if state is None or (best is not None and state.power_mw > best.power_mw - GAIN_MW):
            break
        best = with_best_configurations(network, state)
        if best.configurations == state.configurations:
            break
        ways, pressures, flow = best.configurations, best.pressures_bar, _chord_flow(network, best)
    return best or otherwise


def _scanned_flows(network: StationNetwork, start: OperatingState) -> list[float]:
    if network.chord is None:
        return [0.0]
    entering = -sum(joint.offtake_kg_per_s for joint in network.joints if joint.id != network.root)
    reach = SCANNED_PART * abs(entering)
    middle = _chord_flow(network, start)
    return [float(flow) for flow in np.linspace(middle - reach, middle + reach, SCANNED_FLOWS)]


def _power(network: StationNetwork, state: OperatingState, station: Station, way: Configuration) -> float:
    return station_power_mw(
        network,
        station,
        way,
        flow_kg_per_s=state.flows_kg_per_s[station.id],
        inlet_bar=state.pressures_bar[station.tail],
        outlet_bar=state.pressures_bar[station.head],
    )


def _check(
    network: StationNetwork, set_points: SetPoints, configurations: Mapping[str, Configuration]
) -> None:
    faults = [
        Fault(f"set point {name}", "is at no joint")
        for name in set_points.pressures_bar
        if name not in network.joint
    ]
    faults += [
        Fault(f"station {station.id}", "has no such initial configuration")
        for station in network.stations
        if configurations.get(station.id) not in station.configurations
    ]
    if faults:
        raise InvalidInput(faults)


def _chord_flow(network: StationNetwork, state: OperatingState) -> float:
    return 0.0 if network.chord is None else state.flows_kg_per_s[network.chord]


def _power_of(found: Evaluation) -> Reals:
    return found.power_mw
