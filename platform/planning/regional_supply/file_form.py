"""A regional supply plan as a file says it, with every fault at its place.

Quantities are a number, the same in every period, or a list with one for each. See `example.yaml`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import inf
from typing import Final

from linepack.problems import Fault
from planning.plans.record import Record, instead, require
from planning.regional_supply.model import (
    Delivery,
    Fuel,
    Holder,
    Line,
    Node,
    RegionalSupply,
    Tariff,
    TariffForm,
)
from planning.regional_supply.network import ONE_PERIOD

PERIODS_MAX: Final = 400
NODES_MAX: Final = 20_000
LINES_MAX: Final = 100_000
CLASSES_MAX: Final = 50
HEAD: Final = ("unit", "currency", "periods", "nodes", "tariffs", "lines", "projects", "fuels", "holders")
OF_NODE: Final = ("id", "supply", "supply_price", "demand", "use_cost", "shortage_price")
OF_TARIFF: Final = ("id", "classes", "curve")
OF_LINE: Final = ("id", "from", "to", "capacity", "cost", "both_ways")
OF_PROJECT: Final = ("id", "from", "to", "capacity", "length_km", "tariff", "both_ways")
OF_FUEL: Final = ("id", "supply", "price", "gas_equivalent", "deliveries")
OF_DELIVERY: Final = ("to", "cost", "use_cost")
OF_HOLDER: Final = ("id", "node", "volume", "injection", "withdrawal", "cost", "loss")
ROUNDING: Final = 1e-9


def read_regional_supply(document: object) -> RegionalSupply:
    """Return the plan of a parsed document; raises InvalidInput with every fault."""
    faults: list[Fault] = []
    head = Record("", document, faults, HEAD)
    periods = _periods(head)
    form = _Form(head)
    nodes = [_node(one, periods) for one in head.records("nodes", OF_NODE, NODES_MAX)]
    form.note("nodes", [node.id for node in nodes])
    consumers = {node.id for node in nodes if any(node.demand)}
    if not consumers:
        head.fault("nodes", "no node has a demand")
    tariffs = {}
    for one in head.records("tariffs", OF_TARIFF, LINES_MAX):
        tariffs[one.text("id")] = _tariff(one)
    names = {node.id for node in nodes}
    lines = form.lines("lines", OF_LINE, names, None)
    lines += form.lines("projects", OF_PROJECT, names, tariffs)
    fuels = [_fuel(one, periods, consumers) for one in head.records("fuels", OF_FUEL, NODES_MAX)]
    form.note("fuels", [fuel.id for fuel in fuels])
    holders = [_holder(one, names) for one in head.records("holders", OF_HOLDER, NODES_MAX)]
    form.note("holders", [holder.id for holder in holders])
    unit, currency = head.text("unit"), head.text("currency")
    plan = RegionalSupply(unit, currency, periods, nodes, lines, fuels, holders)
    if not faults:
        faults += _cut_off(plan)
    require(faults)
    return plan


class _Form:
    """What the parts of a file have in common: its faults and the ids that are taken."""

    def __init__(self, head: Record) -> None:
        self._head = head

    def note(self, part: str, ids: Sequence[str]) -> None:
        """Note ids that stand twice in a part."""
        first: dict[str, int] = {}
        for number, name in enumerate(ids):
            if name and first.setdefault(name, number) != number:
                message = f"{name!r} is the id of {part}[{first[name]}] already"
                self._head.faults.append(Fault(f"{part}[{number}].id", message))

    def lines(
        self, part: str, known: Sequence[str], names: set[str], tariffs: dict[str, Tariff] | None
    ) -> list[Line]:
        """Return lines that are there, or with tariffs those that could be built."""
        found = []
        for one in self._head.records(part, known, LINES_MAX):
            tail, head = (_name_among(one, end, names, "node") for end in ("from", "to"))
            if tail and tail == head:
                one.fault("to", f"{head} is where it begins")
            name = one.text("id", f"{tail} → {head}")
            line = Line(name, tail, head, one.number("capacity", inf))
            if tariffs is None:
                line = replace(line, cost=one.number("cost", 0.0))
            else:
                tariff = tariffs.get(_name_among(one, "tariff", set(tariffs), "tariff"))
                line = replace(line, length_km=one.number("length_km", 1.0, above=0.0), tariff=tariff)
            found.append(line)
            if one.flag("both_ways", default=False):
                back = f"{name}, back" if one.has("id") else f"{head} → {tail}"
                found.append(replace(line, id=back, tail=head, head=tail))
        self.note(part, [line.id for line in found])
        return found


def _periods(head: Record) -> tuple[str, ...]:
    value = head.values.get("periods")
    if value is None:
        return (ONE_PERIOD,)
    if isinstance(value, list) and 0 < len(value) <= PERIODS_MAX:
        names = [one if isinstance(one, str) else str(one) for one in value]
        if len(set(names)) == len(names) and all(names):
            return tuple(names)
    head.fault("periods", f"must be a list of up to {PERIODS_MAX} different names{instead(value)}")
    return tuple(map(str, value)) if isinstance(value, list) and value else (ONE_PERIOD,)


def _by_period(record: Record, name: str, periods: Sequence[str]) -> tuple[float, ...]:
    """Return a quantity for each period."""
    value = record.values.get(name)
    if not isinstance(value, list):
        return (record.number(name, 0.0),) * len(periods)
    if len(value) != len(periods):
        record.fault(name, f"must have a number for each of {len(periods)} periods, not {len(value)}")
        return (0.0,) * len(periods)
    return tuple(record.numbers(name))


def _node(record: Record, periods: Sequence[str]) -> Node:
    return Node(
        record.text("id"),
        _by_period(record, "supply", periods),
        _by_period(record, "demand", periods),
        record.number("supply_price", 0.0),
        record.number("use_cost", 0.0),
        record.number("shortage_price") if record.has("shortage_price") else None,
    )


def _tariff(record: Record) -> Tariff:
    """Return a tariff, whose classes must go up, and cost per unit no more than smaller ones."""
    is_curve = record.has("curve")
    if is_curve == record.has("classes"):
        record.fault("classes", "a tariff has either classes or a curve")
        return Tariff(TariffForm.STEP, (1.0,), (0.0,))
    part, limit, figure = ("curve", "flow", "cost") if is_curve else ("classes", "up_to", "price")
    classes = [*record.records(part, (limit, figure), CLASSES_MAX)]
    if not classes:
        record.fault(part, "needs at least one class")
        return Tariff(TariffForm.STEP, (1.0,), (0.0,))
    limits = [one.number(limit, above=0.0) for one in classes]
    figures = [one.number(figure) for one in classes]
    form = TariffForm.CURVE if is_curve else TariffForm.STEP
    _check_order(classes, limits, figures, form)
    return Tariff(form, tuple(limits), tuple(figures))


def _check_order(
    classes: Sequence[Record], limits: Sequence[float], figures: Sequence[float], form: TariffForm
) -> None:
    """Note classes that do not go up, and costs for which a larger line would be the dearer one."""
    for number, (before, after) in enumerate(pairwise(limits), start=1):
        if after <= before:
            name = "flow" if form is TariffForm.CURVE else "up_to"
            classes[number].fault(name, f"{after:g} is not above the {before:g} of the class before it")
            return
    if form is TariffForm.STEP:
        for number, (before, after) in enumerate(pairwise(figures), start=1):
            if after > before:
                classes[number].fault("price", f"{after:g} is above the {before:g} of a smaller class")
        return
    points = [(0.0, 0.0), *zip(limits, figures, strict=True)]
    slopes = [(cost - lower) / (flow - start) for (start, lower), (flow, cost) in pairwise(points)]
    for number, (before, after) in enumerate(pairwise(slopes), start=1):
        if after > before * (1 + ROUNDING):
            classes[number].fault("cost", f"a unit more costs {after:g} here, and {before:g} below it")
    for number, slope in enumerate(slopes):
        if slope < 0:
            classes[number].fault("cost", "is below the cost of a smaller flow")


def _fuel(record: Record, periods: Sequence[str], consumers: set[str]) -> Fuel:
    deliveries = [
        Delivery(
            _name_among(one, "to", consumers, "consumer"),
            one.number("cost", 0.0) + one.number("use_cost", 0.0),
        )
        for one in record.records("deliveries", OF_DELIVERY, NODES_MAX)
    ]
    if not deliveries:
        record.fault("deliveries", "the fuel goes to no consumer")
    return Fuel(
        record.text("id"),
        _by_period(record, "supply", periods),
        record.number("price", 0.0),
        record.number("gas_equivalent", 1.0, above=0.0),
        deliveries,
    )


def _holder(record: Record, names: set[str]) -> Holder:
    return Holder(
        record.text("id"),
        _name_among(record, "node", names, "node"),
        record.number("volume"),
        record.number("injection", inf),
        record.number("withdrawal", inf),
        record.number("cost", 0.0),
        record.number("loss", 0.0, most=1.0),
    )


def _name_among(record: Record, member: str, names: set[str], kind: str) -> str:
    name = record.text(member)
    if name and name not in names:
        record.fault(member, f"{name!r} is no {kind}")
    return name


def _cut_off(plan: RegionalSupply) -> list[Fault]:
    """Return the consumers that no source, holder or fuel reaches and that may not go short."""
    onward = defaultdict(list)
    for line in plan.lines:
        if line.capacity > 0:
            onward[line.tail].append(line.head)
    reached = {node.id for node in plan.nodes if any(node.supply)}
    waiting = list(reached)
    while waiting:
        for head in onward[waiting.pop()]:
            if head not in reached:
                reached.add(head)
                waiting.append(head)
    reached |= {delivery.to for fuel in plan.fuels for delivery in fuel.deliveries}
    return [
        Fault(f"nodes[{number}]", f"{node.id} has a demand, and no source reaches it")
        for number, node in enumerate(plan.nodes)
        if any(node.demand) and node.shortage_price is None and node.id not in reached
    ]
