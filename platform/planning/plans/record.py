"""An object of a planning file, read member by member; every fault is noted with its place.

A reader goes on after a fault with a value of the right type, so that one reading finds all faults. What it
returns is used only when there are none (`require`).
"""

import difflib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeVar

from linepack.problems import Fault, InvalidInput

NUMBER_MAX: Final = 1e12
"""No quantity, price or length of a plan is larger."""
TEXT_MAX: Final = 100
SHOWN_MAX: Final = 40
NEAR: Final = 0.75
"""How alike a name must be to one that is known to be taken for it."""
FAULTS_MAX: Final = 100
"""Faults listed; the others are counted."""

S = TypeVar("S", bound=StrEnum)


@dataclass(eq=False)
class Record:
    """An object of the file.

    place : where it stands, empty for the whole file
    known : the members that it may have
    """

    place: str
    value: object
    faults: list[Fault]
    known: Sequence[str]
    values: Mapping[str, object] = field(init=False)

    def __post_init__(self) -> None:
        self.values = self.value if isinstance(self.value, dict) else {}
        if not isinstance(self.value, dict):
            self.faults.append(Fault(self.place, "must be an object with named members"))
        for name in self.values:
            if name not in self.known:
                [*near] = difflib.get_close_matches(name, self.known, n=1, cutoff=NEAR)
                meant = f"is it {near[0]}?" if near else f"known are {', '.join(self.known)}"
                self.fault(name[:SHOWN_MAX], f"is not known; {meant}")

    def fault(self, name: str, message: str) -> None:
        """Note what is wrong with a member."""
        self.faults.append(Fault(f"{self.place}.{name}" if self.place else name, message))

    def has(self, name: str) -> bool:
        """Return whether a member is there."""
        return self.values.get(name) is not None

    def record(self, name: str, known: Sequence[str]) -> "Record":
        """Return an object within this one, an empty one where it is left out."""
        place = f"{self.place}.{name}" if self.place else name
        return Record(place, self.values.get(name, {}), self.faults, known)

    def records(self, name: str, known: Sequence[str], most: int) -> "Iterator[Record]":
        """Yield the objects of a list, none where it is left out: each is to be read before the next."""
        for place, one in self._listed(name, most):
            yield Record(place, one, self.faults, known)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text, `default` where it is left out; a whole number counts as its digits."""
        value = self.values.get(name, default)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and len(value) <= TEXT_MAX and (value or default == ""):
            return value
        self.fault(name, f"must be a text of 1 to {TEXT_MAX} characters{instead(value)}")
        return ""

    def number(
        self,
        name: str,
        default: float | None = None,
        *,
        least: float = 0.0,
        most: float = NUMBER_MAX,
        above: float | None = None,
    ) -> float:
        """Return a number from `least` to `most`, or above `above`; `default` where it is left out."""
        value = self.values.get(name)
        if value is None and default is not None:
            return default
        return self._number(name, value, least, most, above)

    def numbers(self, name: str, *, least: float = 0.0, most: float = NUMBER_MAX) -> list[float]:
        """Return the numbers of a list, none where it is left out."""
        return [
            self._number(place.removeprefix(f"{self.place}."), value, least, most, None)
            for place, value in self._listed(name, math.inf)
        ]

    def whole(self, name: str, default: int | None = None, *, least: int = 0, most: int) -> int:
        """Return a whole number from `least` to `most`, `default` where it is left out."""
        value = self.values.get(name, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.fault(name, f"must be a whole number from {least} to {most:,}{instead(value)}")
        return least

    def flag(self, name: str, *, default: bool) -> bool:
        """Return true or false, `default` where it is left out."""
        value = self.values.get(name, default)
        if isinstance(value, bool):
            return value
        self.fault(name, f"must be true or false{instead(value)}")
        return default

    def choice(self, name: str, kind: type[S], default: S) -> S:
        """Return a member of an enumeration, `default` where it is left out."""
        value = self.values.get(name, default.value)
        if isinstance(value, str) and value in [one.value for one in kind]:
            return kind(value)
        self.fault(name, f"must be one of {', '.join(kind)}{instead(value)}")
        return default

    def _listed(self, name: str, most: float) -> list[tuple[str, object]]:
        """Return the places and the members of a list."""
        value = self.values.get(name, [])
        if not isinstance(value, list):
            self.fault(name, f"must be a list{instead(value)}")
            return []
        if len(value) > most:
            self.fault(name, f"has at most {most:,} members, not {len(value):,}")
            return []
        place = f"{self.place}.{name}" if self.place else name
        return [(f"{place}[{number}]", one) for number, one in enumerate(value)]

    def _number(self, name: str, value: object, least: float, most: float, above: float | None) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and math.isfinite(value) and least <= value <= most:  # type: ignore[arg-type,operator]
            number = float(value)  # type: ignore[arg-type]
            if above is None or number > above:
                return number
        floor = f"from {least:g}" if above is None else f"above {above:g}"
        self.fault(name, f"must be a number {floor} to {most:g}{instead(value)}")
        return least if above is None else above + 1.0


def require(faults: Sequence[Fault]) -> None:
    """Raise InvalidInput if there are faults; the first hundred are listed."""
    if len(faults) > FAULTS_MAX:
        more = Fault("", f"{len(faults) - FAULTS_MAX:,} more faults are not listed")
        raise InvalidInput([*faults[:FAULTS_MAX], more])
    if faults:
        raise InvalidInput(faults)


def instead(value: object) -> str:
    """Return the end of a message that says what stands there, empty where nothing does."""
    if value is None:
        return ""
    text = repr(value)
    return f", not {text if len(text) <= SHOWN_MAX else text[: SHOWN_MAX - 1] + '…'}"
