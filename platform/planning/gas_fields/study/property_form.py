"""Properties in a file: a number, a list with a number a band, or values with bands, gas days and units."""

import difflib
from collections.abc import Iterable, Iterator
from typing import Final

from linepack.problems import Fault
from planning.gas_fields.properties.definitions import (
    BY_NAME,
    SERIAL_ZERO,
    UNBOUNDED,
    Collection,
    Definition,
    Unit,
)
from planning.gas_fields.properties.values import PropertyValue, Values
from planning.gas_fields.study.days import day_of
from planning.gas_fields.study.model import UnitSystem
from planning.plans.record import NUMBER_MAX, Record, instead

BANDS_MAX: Final = 100
NEVER_SCALED: Final = (Collection.CONSTRAINT, Collection.OBJECTIVE)
OF_VALUE: Final = ("value", "band", "from", "to", "unit")


def read_values(record: Record, collection: Collection, units: UnitSystem) -> Values:
    """Return the properties of an object; faults carry the names of properties."""
    found = {}
    for name in record.values:
        definition = BY_NAME[collection].get(name)
        if definition is None:
            _unknown(record, name, collection)
        else:
            found[name] = list(_values(record, definition, units))
    return Values(collection, {name: values for name, values in found.items() if values})


def _unknown(record: Record, name: str, collection: Collection) -> None:
    near = difflib.get_close_matches(name, BY_NAME[collection], n=1)
    meant = f"; is it {near[0]}?" if near else ""
    record.fault(str(name)[:40], f"is no property of {collection}{meant}")


def _values(record: Record, definition: Definition, units: UnitSystem) -> Iterator[PropertyValue]:
    given = record.values[definition.name]
    if isinstance(given, list):
        if len(given) > BANDS_MAX * 10:
            record.fault(definition.name, f"has at most {BANDS_MAX * 10:,} values")
            return
        for place, one in enumerate(given):
            yield from _value(record, definition, units, one, place)
    else:
        yield from _value(record, definition, units, given, None)


def _value(
    record: Record, definition: Definition, units: UnitSystem, given: object, place_in_list: int | None
) -> Iterator[PropertyValue]:
    """Yield the value if it has no fault; a plain number's band is its place in the list."""
    suffix = "" if place_in_list is None else f"[{place_in_list}]"
    place, before = f"{definition.name}{suffix}", len(record.faults)
    band = 1 if place_in_list is None else place_in_list + 1
    if not isinstance(given, dict):
        value = _number(record, definition, place, given)
        if band > 1 and not definition.is_banded:
            record.fault(place, "has no bands: it takes one value for a gas day")
    else:
        own = Record(f"{record.place}.{place}", given, record.faults, OF_VALUE)
        value = _number(record, definition, f"{place}.value", own.values.get("value"))
        band = own.whole("band", 1, least=1, most=BANDS_MAX)
        if band > 1 and not definition.is_banded:
            own.fault("band", f"{definition.name} has no bands")
        start, end = day_of(own, "from"), day_of(own, "to")
        if (own.has("from") or own.has("to")) and not definition.is_dated:
            own.fault(
                "from" if own.has("from") else "to", f"{definition.name} does not change with the gas day"
            )
        if start is not None and end is not None and end <= start:
            own.fault("to", f"{end} is not after {start}")
        _unit(own, definition, units)
        if len(record.faults) == before and value is not None:
            yield PropertyValue(_scaled(value, definition, units), band, start, end)
        return
    if len(record.faults) == before and value is not None:
        yield PropertyValue(_scaled(value, definition, units), band)


def _number(record: Record, definition: Definition, place: str, value: object) -> float | None:
    if definition.name == "Project Start Date" and isinstance(value, str):
        day = day_of(Record(record.place, {place: value}, record.faults, (place,)), place)
        return None if day is None else float((day - SERIAL_ZERO).days)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= UNBOUNDED:
        record.fault(place, f"must be a number{instead(value)}")
        return None
    if abs(value) > NUMBER_MAX and not value == definition.default == UNBOUNDED:
        record.fault(place, f"must be from {-NUMBER_MAX:g} to {NUMBER_MAX:g}, not {value:g}")
        return None
    if not definition.rule.allows(value):
        record.fault(place, f"must be {definition.rule.words}, not {value:g}")
        return None
    return float(value)


def _unit(own: Record, definition: Definition, units: UnitSystem) -> None:
    """Note a unit that is not the property's."""
    gas, thousand = units.gas
    accepted = {
        Unit.QUANTITY: (thousand,) if units is UnitSystem.METRIC else (gas,),
        Unit.PRICE: (f"$/{gas}",),
    }.get(definition.unit, (str(definition.unit),))
    if own.has("unit") and own.values["unit"] not in accepted:
        own.fault("unit", f"{definition.name} is in {accepted[0]}{instead(own.values['unit'])}")


def _scaled(value: float, definition: Definition, units: UnitSystem) -> float:
    is_scaled = definition.unit is Unit.QUANTITY and definition.collection not in NEVER_SCALED
    return value * units.scale if is_scaled and abs(value) < UNBOUNDED else value


def placed(record: Record, contradictions: Iterable[tuple[str, str]]) -> None:
    """Note contradictions with the places of their properties."""
    for name, message in contradictions:
        record.faults.append(Fault(f"{record.place}.{name}", message))
