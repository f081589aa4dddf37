"""Compressor dispatch: which stations run, in which configuration and how hard, so that least power is used.

The nomination is given; flows, pressures, modes and configurations are free within the network's limits.
The search starts from a state that carries the nomination. For one vector of modes, a nonlinear program finds
flows, pressures, speeds and shares of least power on the machines' own maps (`least_power`); then one
station at a time is bypassed, closed or given another configuration, and a change that saves power is kept,
until no single change does. The result is a local optimum, **not** proved to be the best; its state passes
the residual checker.

The problem, discrete choices around a continuous flow problem, is that of Ostromuhov, arXiv:1106.3977, whose
network is a ring; here loops are as the network has them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from capacity.hydraulics.physics.compressor_maps import energy_rate_kw
from capacity.hydraulics.physics.laws import adiabatic_head_kj_per_kg, fuel_kg_per_s
from capacity.hydraulics.physics.network import ElementKind, HydraulicNetwork
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.physics.state import HydraulicState, Mode
from capacity.hydraulics.physics.station_power import StationPower, station_power
from capacity.hydraulics.search.modes import Modes, Setting, settings_of
from capacity.hydraulics.search.nlp import NonlinearProgram, Point
from capacity.hydraulics.search.portfolio import Feasible, HydraulicSolver, Infeasible, Undecided
from capacity.hydraulics.search.verified import proved, state_of
from capacity.networks.physics import state_j_per_kg
from capacity.solvers.deadline import Deadline, LimitReached
from linepack.problems import Problem
from planning.compressor_dispatch.least_power import EFFICIENCY_ASSUMED, LeastPower, StationPlan
from planning.compressor_dispatch.least_power import MachineRun as RunOfMachine
from planning.compressor_dispatch.model import Dispatch, MachineRun, StationRun

GAIN_MIN_KW: Final = 0.1
"""A smaller saving is not worth a change: states are exact to about a ten-thousandth of a megawatt."""
RUNNING_KW: Final = 1.0
"""What a running station counts beside its power, so that none runs that could as well be bypassed."""

Progress = Callable[[float, str], None]


class CannotDispatch(Problem):
    """No way to run the stations was found that carries the nomination within all limits."""

    code = "CANNOT_DISPATCH"

    def __init__(self, reason: str) -> None:
        super().__init__(f"no way to run the stations was found: {reason}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Found:
    """A verified way to run the stations."""

    modes: Modes
    point: Point
    state: HydraulicState
    plans: dict[int, StationPlan]

    @property
    def power_kw(self) -> float:
        """The power of all stations."""
        return sum(plan.power_kw for plan in self.plans.values())

    @property
    def worth_kw(self) -> float:
        """What the search makes small."""
        return self.power_kw + RUNNING_KW * len(self.plans)


def dispatch(
    solver: HydraulicSolver, problem: HydraulicProblem, deadline: Deadline, progress: Progress
) -> Dispatch:
    """Return the stations' runs as found first, and with least power; raises CannotDispatch."""
    answer = solver.decide(problem, deadline)
    if not isinstance(answer, Feasible):
        raise CannotDispatch(_why_none(answer))
    search = _Search(solver, problem, deadline, progress)
    is_complete = search.run()
    if search.best is None:
        none_allowed = "the machines' maps allow none of the modes that were tried"
        raise CannotDispatch(none_allowed if is_complete else f"{none_allowed} until the time ended")
    network, best = problem.network, search.best
    return Dispatch(
        initial=_runs(network, answer.state, None),
        least=_runs(network, best.state, best.plans),
        pressures_bar=dict(zip(network.node_ids, best.state.pressures_bar, strict=False)),
        tried=search.tried,
        is_complete=is_complete,
    )


def _why_none(answer: Infeasible | Undecided) -> str:
    """Return why there is no state: that there is none, or that none was found."""
    shortage = None if answer.shortage is None else answer.shortage.text
    if isinstance(answer, Infeasible):
        return shortage or "no state keeps every limit"
    return answer.reason if shortage is None else f"{answer.reason}; in the nearest state {shortage}"


class _Search:
    """A descent over mode vectors; `best` is the best way found so far."""

    def __init__(
        self, solver: HydraulicSolver, problem: HydraulicProblem, deadline: Deadline, progress: Progress
    ) -> None:
        self._solver, self._problem, self._network = solver, problem, problem.network
        self._deadline, self._progress = deadline, progress
        self._seconds = 0.0
        self._seen: set[Modes] = set()
        self.best: _Found | None = None

    @property
    def tried(self) -> int:
        """How many mode vectors were looked at."""
        return len(self._seen)

    def run(self) -> bool:
        """Search; return whether it ended by itself rather than at the deadline."""
        try:
            self._seconds = self._deadline.left()
            start = self._solver.base(self._problem, self._deadline)
            if start is None:
                return True
            modes, point = start.modes, start
            self._improved(modes, point)
            self._improved(self._reconfigured(start), point)
            while True:
                if self.best is not None:
                    modes, point = self.best.modes, self.best.point
                if not any(self._improved(changed, point) for changed in self._neighbours(modes)):
                    return True
        except LimitReached:
            return False

    def _reconfigured(self, point: Point) -> Modes:
        """Return a point's modes with the best configuration of each running station, pressures held.

        With pressures held no station's choice touches another's, so that this is their best, exactly.
        """
        modes = list(point.modes)
        state = state_of(self._problem, point)
        for element, ranges in self._network.ranges.items():
            if modes[element] >= Setting.ACTIVE:
                options = _options(self._network, element, state)
                ways = [way.configuration for way in ranges]
                if options:
                    modes[element] = int(Setting.ACTIVE) + ways.index(options[0].configuration)
        return tuple(modes)

    def _neighbours(self, modes: Modes) -> Iterator[Modes]:
        """Yield the vectors that set one station otherwise, the stations of most power first."""
        plans = {} if self.best is None else self.best.plans
        stations = np.flatnonzero(self._network.kind == ElementKind.COMPRESSOR).tolist()
        stations.sort(key=lambda element: -plans[element].power_kw if element in plans else 0.0)
        for element in stations:
            for setting in settings_of(self._network, element):
                if setting != modes[element]:
                    yield (*modes[:element], int(setting), *modes[element + 1 :])

    def _improved(self, modes: Modes, start: Point) -> bool:
        """Try a mode vector once; return whether it is the best so far."""
        if modes in self._seen or (self.best is not None and not self.best.plans):
            return False
        self._seen.add(modes)
        power = "no state yet" if self.best is None else f"{self.best.power_kw:,.0f} kW"
        self._progress(1 - self._deadline.left() / self._seconds, f"{power}, {self.tried} modes tried")
        found = self._found(modes, start)
        if found is None or (self.best is not None and found.worth_kw > self.best.worth_kw - GAIN_MIN_KW):
            return False
        self.best = found
        return True

    def _found(self, modes: Modes, start: Point) -> _Found | None:
        """Return the least power with these modes, None if the program finds no state with them."""
        point = self._solver.program(modes).solve(self._problem, self._deadline, start)
        if point is None or not point.shows_feasible:
            return None
        aim = LeastPower(self._network)
        if (self._network.kind[np.array(modes) >= Setting.ACTIVE] == ElementKind.COMPRESSOR).any():
            program = NonlinearProgram(self._network, modes, aim)
            point = program.solve(self._problem, self._deadline, point)
            if point is None or not point.is_lawful:
                return None
        state, _ = proved(self._problem, point)
        if state is None:
            return None
        return _Found(modes, point, state, aim.plans(point.reported))


def _runs(
    network: HydraulicNetwork, state: HydraulicState, plans: dict[int, StationPlan] | None
) -> tuple[StationRun, ...]:
    """Return how each station runs in a state; without `plans` its machines share the flow at least power."""
    pressures = (*state.pressures_bar, *state.flange_pressures_bar)
    runs = []
    for element in np.flatnonzero(network.kind == ElementKind.COMPRESSOR).tolist():
        plan: StationPlan | None = StationPlan(0.0)
        if state.modes[element] is Mode.ACTIVE:
            plan = _least(network, element, state) if plans is None else plans[element]
        runs.append(
            StationRun(
                edge_id=network.element_ids[element],
                mode=state.modes[element],
                configuration=state.configurations[element],
                flow_kg_per_s=state.flows_kg_per_s[element],
                inlet_bar=pressures[network.tail[element]],
                outlet_bar=pressures[network.head[element]],
                power_kw=None if plan is None else plan.power_kw,
                has_machines=element in network.ranges,
                machines=() if plan is None else tuple(_machine(network, run) for run in plan.machines),
            )
        )
    return tuple(runs)


def _least(network: HydraulicNetwork, element: int, state: HydraulicState) -> StationPlan | None:
    """Return what a running station needs at least in a state; None if that is off its machines' maps."""
    if element not in network.ranges:
        flow, inlet, outlet = _duty(network, element, state)
        factor = state_j_per_kg(network.network, network.compressibility)
        head_kj_per_kg = adiabatic_head_kj_per_kg(max(outlet / inlet, 1.0), factor)
        return StationPlan(flow * head_kj_per_kg / EFFICIENCY_ASSUMED)
    options = {option.configuration: option.power_kw for option in _options(network, element, state)}
    power = options.get(state.configurations[element])
    return None if power is None else StationPlan(power)


def _options(network: HydraulicNetwork, element: int, state: HydraulicState) -> list[StationPower]:
    """Return what each configuration of a station needs in a state, least power first."""
    edge, z = network.network.edges[element], network.compressibility
    return station_power(edge, network.network, *_duty(network, element, state), compressibility_factor=z)


def _duty(network: HydraulicNetwork, element: int, state: HydraulicState) -> tuple[float, float, float]:
    """Return a station's flow in kg/s, and the pressures before and behind its machines, in bar."""
    pressures = (*state.pressures_bar, *state.flange_pressures_bar)
    flow, tail, head = state.flows_kg_per_s[element], network.tail[element], network.head[element]
    lost = network.resistance[element] * flow**2 / network.elevation[head]
    return flow, pressures[tail], float(np.sqrt(pressures[head] ** 2 + lost))


def _machine(network: HydraulicNetwork, run: RunOfMachine) -> MachineRun:
    burnt = float(energy_rate_kw(run.drive, np.array(run.power_kw))) if run.drive.kind.burns_gas else 0.0
    return MachineRun(
        machine_id=run.machine.id,
        flow_kg_per_s=run.flow_kg_per_s,
        speed_per_min=run.speed_per_min,
        power_kw=run.power_kw,
        fuel_kg_per_s=fuel_kg_per_s(burnt, network.network),
    )
