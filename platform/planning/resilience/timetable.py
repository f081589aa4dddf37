"""Units, relief and stores over the steps of a plan, as a mixed-integer programme.

Per step: what the units let through, the relief line, and what line pack and storage give make up what is
delivered; that and what is short make up the demand. A unit that starts runs, and one that stops rests, for
at least so many steps; x is whether it runs, u whether it starts and v whether it stops:

    x_t − x_(t−1) = u_t − v_t,    u_t + v_t ≤ 1,    Σ u over the last `on_least` steps ≤ x_t,
    Σ v over the last `off_least` steps ≤ 1 − x_t,    Σ x over the next `off_most` + 1 steps ≥ v_t.
"""

from dataclasses import dataclass, field
from math import inf

from planning.programme.programme import Programme
from planning.resilience.model import ResilientSupply, Store, Turndown

Terms = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Unit:
    """The columns of a compressor unit in a step: what flows, and whether it runs, starts and stops."""

    flow: int
    runs: int
    starts: int
    stops: int


@dataclass(eq=False)
class Timetable:
    """The programme, and which columns are what; lists go by steps, `units` by unit and step."""

    plan: ResilientSupply
    programme: Programme = field(default_factory=lambda: Programme(relative_gap=1e-7))
    units: list[list[Unit]] = field(default_factory=list)
    delivered: list[int] = field(default_factory=list)
    relief: list[int] = field(default_factory=list)
    vented: list[int] = field(default_factory=list)
    line_pack: list[int] = field(default_factory=list)
    storage: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        asked = self.plan
        self.units = [
            [self._unit(number, step) for step in self._steps] for number in range(asked.units.count)
        ]
        for step in self._steps:
            self._add_step(step)
        for number in range(asked.units.count):
            self._add_unit_logic(number)

    @property
    def _steps(self) -> range:
        return range(1, self.plan.steps + 1)

    def _unit(self, number: int, step: int) -> Unit:
        programme, units = self.programme, self.plan.units
        flow = programme.column(0.0, units.flow_most)
        runs = programme.column(0.0, 1.0, is_integer=True)
        starts = programme.column(0.0, 1.0, self.plan.weights.start, is_integer=True)
        stops = programme.column(0.0, 1.0, is_integer=True)
        programme.row([(flow, 1.0), (runs, -units.flow_most)], -inf, 0.0, self._most(step))
        if units.turndown is Turndown.UNIT and self.plan.is_open(step):
            programme.row([(flow, 1.0), (runs, -units.flow_least)], 0.0, inf, self._least(step))
        return Unit(flow, runs, starts, stops)

    def _add_step(self, step: int) -> None:
        asked, programme = self.plan, self.programme
        days, weights, is_open = asked.step_days, asked.weights, asked.is_open(step)
        when = f"in step {step}"
        units = [unit[step - 1] for unit in self.units]
        flows: Terms = [(unit.flow, 1.0) for unit in units]
        taken = f"{asked.demand:,.6g} at most are taken {when}"
        delivered = programme.column(0.0, asked.demand, -weights.delivered * days, words=taken)
        if not asked.may_fall_short:
            wanted = f"{asked.demand:,.6g} must be delivered {when}"
            programme.row([(delivered, 1.0)], asked.demand, inf, wanted)
        relief = self._relief(step)
        vented = programme.column(cost=weights.vented * days)
        balance: Terms = [*flows, (relief, 1.0), (delivered, -1.0)]
        balance += self._store(self.line_pack, asked.line_pack, "the line")
        balance += self._store(self.storage, asked.storage, "the storage")
        programme.row(balance, -self._given_at_first(step), -self._given_at_first(step))
        capacity = asked.line_capacity if is_open else 0.0
        state = f"lets at most {capacity:,.6g} through" if is_open else "is closed"
        programme.row(flows, 0.0, capacity, f"the line {state} {when}")
        if is_open:
            self._add_station(units, flows, step)
        elif asked.trapped > 0:
            held = f"{asked.trapped:,.6g} are trapped {when}, which are relieved or vented"
            programme.row([(relief, 1.0), (vented, 1.0)], asked.trapped, inf, held)
        self.delivered.append(delivered)
        self.relief.append(relief)
        self.vented.append(vented)

    def _add_station(self, units: list[Unit], flows: Terms, step: int) -> None:
        """Add what holds for all units together while the line is open.

        How many run is a whole number of its own: that two units would let too much through shows there at
        once, and not only for one pair of them after the other.
        """
        asked, programme, when = self.plan.units, self.programme, f"in step {step}"
        number = programme.column(0.0, asked.count, is_integer=True)
        programme.row([(number, -1.0), *((unit.runs, 1.0) for unit in units)], 0.0, 0.0)
        programme.row([*flows, (number, -asked.flow_most)], -inf, 0.0, self._most(step))
        running: Terms = [(number, 1.0)]
        if asked.running_most is not None:
            words = f"{asked.running_most} units can run {when}"
            programme.row(running, -inf, asked.running_most, words)
        if asked.running_least:
            programme.row(running, asked.running_least, inf, f"{asked.running_least} units must run {when}")
        if asked.turndown is Turndown.UNIT:
            programme.row([*flows, (number, -asked.flow_least)], 0.0, inf, self._least(step))
        else:
            is_on = programme.column(0.0, 1.0, is_integer=True)
            words = f"the station lets at least {asked.flow_least:,.6g} through while it runs, {when}"
            programme.row([*flows, (is_on, -asked.flow_least)], 0.0, inf, words)
            programme.row([*flows, (is_on, -self.plan.line_capacity)], -inf, 0.0)

    def _least(self, step: int) -> str:
        return f"every unit that runs lets at least {self.plan.units.flow_least:,.6g} through in step {step}"

    def _most(self, step: int) -> str:
        return f"every unit that runs lets at most {self.plan.units.flow_most:,.6g} through in step {step}"

    def _relief(self, step: int) -> int:
        asked, programme = self.plan, self.programme
        if asked.is_open(step) or not asked.relief_most:
            return programme.column(0.0, 0.0)
        words = f"the relief line takes at most {asked.relief_most:,.6g} in step {step}"
        relief = programme.column(0.0, asked.relief_most, words=words)
        if asked.relief_least > 0:
            is_used = programme.column(0.0, 1.0, is_integer=True)
            least = f"the relief line takes at least {asked.relief_least:,.6g} if any, in step {step}"
            programme.row([(relief, 1.0), (is_used, -asked.relief_least)], 0.0, inf, least)
            programme.row([(relief, 1.0), (is_used, -asked.relief_most)], -inf, 0.0)
        return relief

    def _store(self, levels: list[int], store: Store, name: str) -> Terms:
        """Add the level at the end of a step, and return what the store gives in it, per day."""
        if not store.volume:
            return []
        programme, days = self.programme, self.plan.step_days
        words = f"{name} holds at most {store.volume:,.6g} in step {len(levels) + 1}"
        level = programme.column(0.0, store.volume, words=words)
        given: Terms = [(level, -1.0 / days)]
        first = store.initial / days
        if levels:
            given.append((levels[-1], 1.0 / days))
            first = 0.0
        for most, sign in ((store.withdrawal, 1.0), (store.injection, -1.0)):
            if most < inf:
                verb = "gives" if sign > 0 else "takes"
                limit = f"{name} {verb} at most {most:,.6g} in step {len(levels) + 1}"
                programme.row(
                    [(column, sign * part) for column, part in given], -inf, most - sign * first, limit
                )
        levels.append(level)
        return given

    def _given_at_first(self, step: int) -> float:
        """Return what the stores' first levels add to the balance of the first step, per day."""
        stores = (self.plan.line_pack, self.plan.storage)
        first = sum(store.initial for store in stores if store.volume)
        return first / self.plan.step_days if step == 1 else 0.0

    def _add_unit_logic(self, number: int) -> None:
        asked, programme, unit = self.plan.units, self.programme, self.units[number]
        name = f"unit {number + 1}"
        for place, now in enumerate(unit):
            when = f"in step {place + 1}"
            if place:
                before = unit[place - 1]
                change = [(now.runs, 1.0), (before.runs, -1.0), (now.starts, -1.0), (now.stops, 1.0)]
                programme.row(change, 0.0, 0.0)
            programme.row([(now.starts, 1.0), (now.stops, 1.0)], -inf, 1.0)
            started = [(one.starts, 1.0) for one in unit[max(1, place - asked.on_least + 1) : place + 1]]
            if started:
                words = f"{name} runs {asked.on_least} steps at least once it starts, {when}"
                programme.row([*started, (now.runs, -1.0)], -inf, 0.0, words)
            stopped = [(one.stops, 1.0) for one in unit[max(1, place - asked.off_least + 1) : place + 1]]
            if stopped:
                words = f"{name} rests {asked.off_least} steps at least once it stops, {when}"
                programme.row([*stopped, (now.runs, 1.0)], -inf, 1.0, words)
            if asked.off_most is not None and place + asked.off_most < self.plan.steps:
                after = [(one.runs, 1.0) for one in unit[place : place + asked.off_most + 1]]
                words = f"{name} rests {asked.off_most} steps at most, {when}"
                programme.row([*after, (now.stops, -1.0)], 0.0, inf, words)
