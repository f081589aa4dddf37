"""A resilience plan as a file says it: a case, and scenarios that change members of it.

Every fault is at its place. See `example.yaml`.
"""

from collections.abc import Mapping
from math import inf
from typing import Final

from linepack.problems import Fault
from planning.plans.record import Record, require
from planning.resilience.model import Closure, ResilientSupply, Store, Turndown, Units, Weights

STEPS_MAX: Final = 10_000
UNITS_MAX: Final = 20
SCENARIOS_MAX: Final = 100
CLOSURES_MAX: Final = 1000
OF_CASE: Final = (
    "steps",
    "step_days",
    "demand",
    "may_fall_short",
    "line_capacity",
    "units",
    "closures",
    "trapped",
    "relief",
    "line_pack",
    "storage",
    "weights",
)
HEAD: Final = ("unit", *OF_CASE, "scenarios")
OF_UNITS: Final = (
    "count",
    "flow_least",
    "flow_most",
    "turndown",
    "on_least",
    "off_least",
    "off_most",
    "running_least",
    "running_most",
)
OF_STORE: Final = ("volume", "initial", "injection", "withdrawal")
BASE: Final = "base"


def read_resilience(document: object) -> tuple[str, list[ResilientSupply]]:
    """Return the unit and the scenarios of a parsed document, the case alone where it has none."""
    faults: list[Fault] = []
    head = Record("", document, faults, HEAD)
    unit = head.text("unit", "MMscf")
    base = _case(head, BASE)
    members = {name: value for name, value in head.values.items() if name in OF_CASE}
    scenarios: list[ResilientSupply] = []
    for one in head.records("scenarios", ("id", *OF_CASE), SCENARIOS_MAX):
        name = one.text("id")
        if name in [scenario.id for scenario in scenarios]:
            one.fault("id", f"{name!r} is the id of an earlier scenario already")
        scenarios.append(_changed(one, members, name))
    require(faults)
    return unit, scenarios or [base]


def _changed(scenario: Record, members: Mapping[str, object], name: str) -> ResilientSupply:
    """Return a scenario: the case with its changes, and the faults that these make."""
    own: list[Fault] = []
    changes = {member: value for member, value in scenario.values.items() if member in OF_CASE}
    units = members.get("units"), changes.get("units")
    merged = {**members, **changes}
    if isinstance(units[0], dict) and isinstance(units[1], dict):
        merged["units"] = {**units[0], **units[1]}
    case = _case(Record(scenario.place, merged, own, OF_CASE), name)
    touched = {*changes, *(["closures"] if "steps" in changes else [])}
    if isinstance(units[0], dict) and isinstance(units[1], dict):
        touched = (touched - {"units"}) | {f"units.{member}" for member in units[1]}
    for fault in own:
        member = fault.place.removeprefix(f"{scenario.place}.").partition("[")[0]
        if member in touched or member.partition(".")[0] in touched:
            scenario.faults.append(fault)
    return case


def _case(record: Record, name: str) -> ResilientSupply:
    steps = record.whole("steps", least=1, most=STEPS_MAX)
    step_days, demand = record.number("step_days", 1.0, above=0.0), record.number("demand")
    may_fall_short, line_capacity = (
        record.flag("may_fall_short", default=True),
        record.number("line_capacity"),
    )
    units, closures = _units(record.record("units", OF_UNITS)), _closures(record, steps)
    trapped, relief = record.number("trapped", 0.0), record.record("relief", ("least", "most"))
    least, most = relief.number("least", 0.0), relief.number("most", 0.0)
    if least > most:
        relief.fault("least", f"{least:g} is above the most, {most:g}")
    return ResilientSupply(
        id=name,
        steps=steps,
        step_days=step_days,
        demand=demand,
        line_capacity=line_capacity,
        units=units,
        closures=closures,
        trapped=trapped,
        relief_least=least,
        relief_most=most,
        line_pack=_store(record.record("line_pack", OF_STORE)),
        storage=_store(record.record("storage", OF_STORE)),
        may_fall_short=may_fall_short,
        weights=_weights(record.record("weights", ("delivered", "vented", "start"))),
    )


def _units(record: Record) -> Units:
    count = record.whole("count", 1, least=1, most=UNITS_MAX)
    least, most = record.number("flow_least", 0.0), record.number("flow_most")
    if least > most:
        record.fault("flow_least", f"{least:g} is above the most, {most:g}")
    running_least = record.whole("running_least", 0, most=count)
    running_most = record.whole("running_most", most=count) if record.has("running_most") else None
    if running_most is not None and running_least > running_most:
        record.fault("running_least", f"{running_least} is above the most, {running_most}")
    return Units(
        count,
        least,
        most,
        record.choice("turndown", Turndown, Turndown.STATION),
        record.whole("on_least", 1, least=1, most=STEPS_MAX),
        record.whole("off_least", 1, least=1, most=STEPS_MAX),
        record.whole("off_most", least=1, most=STEPS_MAX) if record.has("off_most") else None,
        running_least,
        running_most,
    )


def _closures(record: Record, steps: int) -> tuple[Closure, ...]:
    found: list[Closure] = []
    for one in record.records("closures", ("first", "last"), CLOSURES_MAX):
        first = one.whole("first", least=1, most=steps)
        last = one.whole("last", first, least=1, most=steps)
        if last < first:
            one.fault("last", f"{last} is before the first step, {first}")
        for number, earlier in enumerate(found):
            if earlier.first <= last and first <= earlier.last:
                one.fault("first", f"overlaps with closures[{number}]")
        found.append(Closure(first, last))
    return tuple(found)


def _store(record: Record) -> Store:
    volume = record.number("volume", 0.0)
    initial = record.number("initial", volume)
    if initial > volume:
        record.fault("initial", f"{initial:g} is above the volume, {volume:g}")
    return Store(volume, initial, record.number("injection", inf), record.number("withdrawal", inf))


def _weights(record: Record) -> Weights:
    usual = Weights()
    return Weights(
        record.number("delivered", usual.delivered),
        record.number("vented", usual.vented),
        record.number("start", usual.start),
    )
