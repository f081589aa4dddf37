"""A plan of gas fields as a file: fields with their properties, nodes, phases; faults with their places."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from linepack.problems import Fault
from planning.gas_fields.properties.contradictions import blend_contradictions, contradictions
from planning.gas_fields.properties.definitions import Collection
from planning.gas_fields.properties.values import Values
from planning.gas_fields.study.calendar import MONTHS, ORDER, YEARS_MAX, Length
from planning.gas_fields.study.days import day_of
from planning.gas_fields.study.model import (
    SHORTEST_HOURS,
    Field,
    GenericRow,
    Inherited,
    MaintenanceEvent,
    Node,
    OutageMethod,
    Outages,
    Phase,
    PhaseName,
    Sense,
    Study,
    UnitSystem,
)
from planning.gas_fields.study.property_form import placed, read_values
from planning.plans.record import Record, require

FIELDS_MAX: Final = 500
NODES_MAX: Final = 500
INTERVALS_MAX: Final = 20_000
SAMPLES_MAX: Final = 1_000

HEAD: Final = (
    "name", "currency", "units", "start", "phases", "fields", "nodes", "constraints", "objectives", "outages",
)  # fmt: skip
OF_PHASE: Final = ("phase", "interval", "count", "step", "look_ahead")
OF_FIELD: Final = (
    "id", "properties", "nodes", "basins", "companies", "maintenances", "production_before", "inherited",
)  # fmt: skip
OF_NODE: Final = ("id", "demand", "growth_percent", "alternative_cost", "alternative_max")
OF_MAINTENANCE: Final = ("id", "from", "to", "properties")
OF_ROW: Final = ("id", "fields", "sense", "limit")


def read_study(document: object) -> Study:
    """Return the study of a parsed file; raises InvalidInput with every fault."""
    faults: list[Fault] = []
    head = Record("", document, faults, HEAD)
    units = head.choice("units", UnitSystem, UnitSystem.METRIC)
    start = day_of(head, "start")
    if start is None and not head.has("start"):
        head.fault("start", "is missing: the first gas day of the plan")
    phases = [_phase(one) for one in head.records("phases", OF_PHASE, len(PhaseName))]
    _check_phases(head, phases, start)
    nodes = [_node(one, units) for one in head.records("nodes", OF_NODE, NODES_MAX)]
    known = frozenset(one.id for one in nodes)
    records = head.records("fields", OF_FIELD, FIELDS_MAX)
    fields = [_field(one, units, known) for one in records]
    if not fields:
        head.fault("fields", "a plan needs at least one field")
    _check_ids(head, "fields", [one.id for one in fields])
    _check_ids(head, "nodes", [one.id for one in nodes])
    names = frozenset(one.id for one in fields)
    constraints = [_row(one, names, units, is_limit=True) for one in head.records("constraints", OF_ROW, 500)]
    objectives = [_row(one, names, units, is_limit=False) for one in head.records("objectives", OF_ROW, 500)]
    outages = _outages(head.record("outages", ("method", "samples", "convergent")))
    name, currency = head.text("name", ""), head.text("currency", "USD")
    require(faults)
    return Study(
        name, currency, units, start or date.min, phases, fields, nodes, constraints, objectives, outages
    )


def _phase(record: Record) -> Phase:
    name = record.choice("phase", PhaseName, PhaseName.SHORT_TERM)
    interval = record.choice("interval", Length, Length.DAY)
    count = record.whole("count", least=1, most=INTERVALS_MAX)
    step = record.whole("step", count, least=1, most=INTERVALS_MAX)
    if record.has("step") and name is PhaseName.LONG_TERM and step < count:
        record.fault("step", "the LT Plan is made in one step")
        step = count
    ahead = record.whole("look_ahead", 0, least=0, most=INTERVALS_MAX)
    if count * SHORTEST_HOURS[interval] > SHORTEST_HOURS[Length.YEAR] * YEARS_MAX:
        record.fault("count", f"the plan is longer than {YEARS_MAX} years")
    return Phase(name, interval, count, step, ahead)


def _check_phases(head: Record, phases: Sequence[Phase], start: date | None) -> None:
    if not phases:
        head.fault("phases", "a plan needs at least one phase")
    order = list(PhaseName)
    for place, (before, after) in enumerate(pairwise(phases), start=1):
        if order.index(after.name) <= order.index(before.name):
            head.fault(f"phases[{place}].phase", f"{after.name} cannot follow {before.name}")
        if ORDER.index(after.interval) > ORDER.index(before.interval):
            text = f"its intervals are longer than those of {before.name}, which hands down to it"
            head.fault(f"phases[{place}].interval", text)
    has_months = any(one.interval in MONTHS for one in phases)
    if start is not None and start.day != 1 and has_months:
        head.fault("start", "must be the first of a month where intervals are months, quarters or years")


def _check_ids(head: Record, kind: str, ids: Sequence[str]) -> None:
    first: dict[str, int] = {}
    for place, one in enumerate(ids):
        if one and first.setdefault(one, place) != place:
            head.fault(f"{kind}[{place}].id", f"{one!r} is the id of {kind}[{first[one]}] already")


def _node(record: Record, units: UnitSystem) -> Node:
    given = record.values.get("demand", 0)
    demand = record.numbers("demand") if isinstance(given, list) else [record.number("demand", 0.0)]
    cost = record.number("alternative_cost", least=-1e12) if record.has("alternative_cost") else None
    most = record.number("alternative_max") if record.has("alternative_max") else float("inf")
    if cost is None and record.has("alternative_max"):
        record.fault("alternative_max", "needs an alternative_cost")
    growth = record.number("growth_percent", 0.0, least=-100.0, most=100.0)
    return Node(record.text("id"), [one * units.scale for one in demand], growth, cost, most * units.scale)


def _field(record: Record, units: UnitSystem, nodes: frozenset[str]) -> Field:
    own = record.record("properties", _any(record.values.get("properties")))
    values = read_values(own, Collection.FIELD, units)
    placed(own, contradictions(values))
    at_nodes = _collection(record, "nodes", Collection.NODE, units)
    for name in at_nodes:
        if name not in nodes:
            record.fault(f"nodes.{name[:40]}", "is not among the nodes of the file")
    companies = _collection(record, "companies", Collection.COMPANY, units)
    shares = sum(one.value("Share") for one in companies.values())
    if companies and abs(shares - 100.0) > 1e-6:
        record.fault("companies.Share", f"the shares of its companies are {shares:g} % together, not 100 %")
    before = record.number("production_before") * units.scale if record.has("production_before") else None
    return Field(
        record.text("id"),
        values,
        at_nodes,
        _collection(record, "basins", Collection.BASIN, units),
        companies,
        [_maintenance(one, units, values) for one in record.records("maintenances", OF_MAINTENANCE, 1_000)],
        before,
        _inherited(record, units),
    )


def _inherited(record: Record, units: UnitSystem) -> Inherited | None:
    if not record.has("inherited"):
        return None
    own = record.record("inherited", ("volume", "shadow_price"))
    return Inherited(own.number("volume") * units.scale, own.number("shadow_price", 0.0, least=-1e12))


def _collection(record: Record, name: str, kind: Collection, units: UnitSystem) -> dict[str, Values]:
    """Return the properties that a field has together with each of several objects."""
    given = record.record(name, _any(record.values.get(name)))
    found = {}
    for one in given.values:
        own = given.record(one, _any(given.values[one]))
        found[one] = read_values(own, kind, units)
        placed(own, blend_contradictions(found[one]) if kind is Collection.NODE else ())
    return found


def _maintenance(record: Record, units: UnitSystem, field: Values) -> MaintenanceEvent:
    start, end = day_of(record, "from"), day_of(record, "to")
    for name, day in (("from", start), ("to", end)):
        if day is None and not record.has(name):
            record.fault(name, "is missing")
    start = start or date.min
    if end is not None and end <= start:
        record.fault("to", f"{end} is not after {start}")
    own = record.record("properties", _any(record.values.get("properties")))
    values = read_values(own, Collection.MAINTENANCE, units)
    allowed, most = values.value("Outage Max Production"), field.value("Max Production")
    if allowed > most:
        own.fault("Outage Max Production", f"{allowed:g} is more than the Max Production of {most:g}")
    return MaintenanceEvent(record.text("id", ""), start, end or start + timedelta(days=1), values)


def _row(record: Record, fields: frozenset[str], units: UnitSystem, *, is_limit: bool) -> GenericRow:
    kind = Collection.CONSTRAINT if is_limit else Collection.OBJECTIVE
    values = _collection(record, "fields", kind, units)
    for name in values:
        if name not in fields:
            record.fault(f"fields.{name[:40]}", "is not among the fields of the file")
    if not is_limit:
        for name in ("sense", "limit"):
            if record.has(name):
                record.fault(name, "an objective has none")
        return GenericRow(record.text("id"), values)
    sense = record.choice("sense", Sense, Sense.AT_MOST)
    return GenericRow(record.text("id"), values, sense, record.number("limit", least=-1e12))


def _outages(record: Record) -> Outages:
    method = record.choice("method", OutageMethod, OutageMethod.DERATED)
    samples = record.whole("samples", 1, least=1, most=SAMPLES_MAX)
    if samples > 1 and method is OutageMethod.DERATED:
        record.fault(
            "samples", "derated outages are the same in each sample; more than one needs method drawn"
        )
    return Outages(method, samples, record.flag("convergent", default=False))


def _any(value: object) -> Sequence[str]:
    """Return the members of an object as those that it may have: what they are is looked at elsewhere."""
    return [str(one) for one in value] if isinstance(value, dict) else ()
