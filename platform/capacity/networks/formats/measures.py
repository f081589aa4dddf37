"""Measures in XML: values with the unit that the file declares, turned into ours.

Ours are bar absolute, metres (millimetres for diameters and roughness), m³ per hour at normal conditions,
kelvin, kWh and kg per m³, kg per kmol. A unit that is missing or unknown is a fault and never a guess, save
where the format itself leaves it out (`without_unit`).
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from capacity.networks.faults import FaultList, Place
from capacity.networks.formats.commerce import KWH_PER_MJ, SECONDS_PER_HOUR
from capacity.networks.formats.hostile import Element
from capacity.networks.physics import ATMOSPHERE_BAR

_SHOWN_LENGTH_MAX = 50
_NUMBER_TEXT = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Dimension:
    """A kind of quantity: scale and offset that turn each of its units into ours."""

    name: str
    units: Mapping[str, tuple[float, float]]
    without_unit: float | None = None


PRESSURE = Dimension(
    "pressure", {"bar": (1, 0), "barg": (1, ATMOSPHERE_BAR), "Pa": (1e-5, 0), "MPa": (10, 0)}
)
DIFFERENCE = Dimension("pressure difference", {"bar": (1, 0), "Pa": (1e-5, 0), "MPa": (10, 0)})
METRES = Dimension("length", {"km": (1000, 0), "m": (1, 0), "meter": (1, 0), "mm": (0.001, 0)})
HEIGHT = replace(METRES, name="height", without_unit=1)
MILLIMETRES = Dimension("length", {"mm": (1, 0), "m": (1000, 0), "meter": (1000, 0), "km": (1e6, 0)})
NM3_PER_H = Dimension(
    "flow",
    {"1000m_cube_per_hour": (1000, 0), "m_cube_per_hour": (1, 0), "m_cube_per_s": (SECONDS_PER_HOUR, 0)},
)
KELVIN = Dimension("temperature", {"K": (1, 0), "Celsius": (1, 273.15), "C": (1, 273.15)})
KWH_PER_NM3 = Dimension(
    "calorific value",
    {"MJ_per_m_cube": (KWH_PER_MJ, 0), "kWh_per_m_cube": (1, 0), "kJ_per_m_cube": (KWH_PER_MJ / 1000, 0)},
)
KG_PER_NM3 = Dimension("density", {"kg_per_m_cube": (1, 0)})
KG_PER_KMOL = Dimension("molar mass", {"kg_per_kmol": (1, 0), "g_per_mol": (1, 0)})
NUMBER = Dimension("number", {}, without_unit=1)


def decimal_number(text: str) -> Decimal | None:
    """Return the finite number that `text` is, exactly as written; None when it is none."""
    if not _NUMBER_TEXT.fullmatch(text) or not math.isfinite(float(text)):
        return None
    return Decimal(text.strip())


class MeasureReader:
    """Reads measures out of elements, noting what is missing or in an unknown unit."""

    def __init__(self, file: str, faults: FaultList) -> None:
        self.file = file
        self.faults = faults

    def place(self, element: Element) -> Place:
        """Return where an element stands, for faults."""
        return Place(self.file, element.line, f"{element.tag} {element.attributes.get('id', '')}".strip())

    def measure(
        self, element: Element, tag: str, dimension: Dimension, *, required: bool = False
    ) -> float | None:
        """Return the value of the child `tag` in our unit; None, with a fault, when it cannot be had."""
        child = element.child(tag)
        if child is None:
            if required:
                self.faults.add(self.place(element), f"has no {tag}")
            return None
        return self.value(child, dimension, self.place(element))

    def value(self, child: Element, dimension: Dimension, owner: Place) -> float | None:
        """Return the value of `child` in our unit; None, with a fault at `owner`, when it cannot be had."""
        at = replace(owner, line=child.line)
        text, unit = child.attributes.get("value"), child.attributes.get("unit")
        if text is None:
            self.faults.add(at, f"{child.tag} has no value")
            return None
        number = decimal_number(text)
        if number is None:
            self.faults.add(at, f"{child.tag} must be a finite number, not {text[:_SHOWN_LENGTH_MAX]!r}")
            return None
        if unit is None and dimension.without_unit is not None:
            return float(number) * dimension.without_unit
        if unit is None or unit not in dimension.units:
            known = ", ".join(dimension.units) or "none"
            said = "no unit" if unit is None else f"the unit {unit[:_SHOWN_LENGTH_MAX]!r}"
            self.faults.add(at, f"{child.tag} has {said}; a {dimension.name} is in one of: {known}")
            return None
        scale, offset = dimension.units[unit]
        return float(number * Decimal(repr(scale)) + Decimal(repr(offset)))

    def coordinate(self, element: Element, name: str) -> float | None:
        """Return the number in an attribute; None when it is absent or, with a fault, no number."""
        text = element.attributes.get(name)
        if text is None or not text.strip():
            return None
        number = decimal_number(text)
        if number is None:
            self.faults.add(self.place(element), f"{name} must be a number, not {text[:_SHOWN_LENGTH_MAX]!r}")
        return None if number is None else float(number)
