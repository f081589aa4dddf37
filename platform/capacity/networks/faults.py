"""The faults that reading a file collects.

A reader goes on after a fault, so that all of them can be repaired at once; it never returns half of a
network. The list is bounded: a hostile file cannot make it grow, and a person reads no more than a page.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from linepack.problems import FaultWithin, InvalidInput

FAULTS_LISTED_MAX = 100
TEXT_SHOWN_MAX = 300
_FILE = "file"
"""The input field that files are given in."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the sources something stands: file, line (from 1; 0 when unknown) and element.

    `item` is a list of a JSON document and the index in it: its line is found when a fault is reported.
    """

    file: str
    line: int = 0
    element: str = ""
    item: tuple[str, int] | None = None

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where} {self.element}" if self.element else where


class FaultList:
    """The faults met so far; the first `FAULTS_LISTED_MAX` are kept, the others counted."""

    def __init__(self, line_of: Callable[[str, int], int] | None = None) -> None:
        self._line_of = line_of
        self._kept: list[tuple[Place, str]] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, place: Place, message: str) -> None:
        """Note that `message` is wrong at `place`."""
        self._count += 1
        if len(self._kept) < FAULTS_LISTED_MAX:
            self._kept.append((place, message))

    def raise_if_any(self) -> None:
        """Raise InvalidInput with all faults, by file and line, when there is at least one."""
        if not self._count:
            return
        kept = [(self._located(place), message) for place, message in self._kept]
        by_place = sorted(kept, key=lambda fault: (fault[0].file, fault[0].line))
        listed = [_fault(place, message) for place, message in by_place]
        if self._count > len(listed):
            listed.append(FaultWithin("", f"and {self._count - len(listed):,} more faults", _FILE))
        raise InvalidInput(listed)

    def _located(self, place: Place) -> Place:
        if self._line_of is None or place.item is None:
            return place
        return replace(place, line=self._line_of(*place.item))


def refuse(place: Place, message: str) -> InvalidInput:
    """Return the refusal of a file that cannot be read any further."""
    return InvalidInput([_fault(place, message)])


def _fault(place: Place, message: str) -> FaultWithin:
    return FaultWithin(_shown(str(place)), _shown(message), _FILE)


def _shown(text: str) -> str:
    """Return text as it can be shown and sent: what the file itself says in it is not to be trusted."""
    plain = "".join(character if character.isprintable() else "\ufffd" for character in text[:TEXT_SHOWN_MAX])
    return plain if len(text) <= TEXT_SHOWN_MAX else f"{plain}…"
