"""The text of a planning file, JSON or YAML, as values; faults with the lines that they are on.

YAML is read by the core schema of YAML 1.2, which JSON is a part of: `no` and `on` are words, 1e3 is a
number. What would make a value depend on anything but itself (tags, aliases) is refused, and so is a name
that stands twice in one object.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

from linepack.problems import Fault, InvalidInput

_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_REAL: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: Final = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
DEPTH_MAX: Final = 50
DIGITS_MAX: Final = 40
"""A longer number is kept as text, which no member takes for a number."""


def read(text: str) -> object:
    """Return the value of a text; raises InvalidInput with every fault that does not end the reading."""
    reading = _Reading(text)
    try:
        value = reading.document()
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        raise InvalidInput([Fault(_line(mark), f"is not YAML or JSON: {fault.problem}")]) from None
    except yaml.YAMLError as fault:
        raise InvalidInput([Fault("", f"is not YAML or JSON: {str(fault).splitlines()[0]}")]) from None
    if reading.faults:
        raise InvalidInput(reading.faults)
    return value


class _Reading:
    """Makes values of what the parser finds, one after the other, and notes what it cannot make one of."""

    def __init__(self, text: str) -> None:
        self.faults: list[Fault] = []
        self._events: Iterator[Any] = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))

    def document(self) -> object:
        """Return the value of the only document there is."""
        next(self._events)
        start = next(self._events)
        if not isinstance(start, yaml.DocumentStartEvent):
            self._fault(start, "the file is empty")
            return None
        value = self._value(next(self._events), 0)
        next(self._events)
        after = next(self._events)
        if isinstance(after, yaml.DocumentStartEvent):
            self._fault(after, "a second document begins here: a file is one plan")
        return value

    def _value(self, event: Any, depth: int) -> object:
        """Return the value that begins with an event."""
        if depth > DEPTH_MAX:
            raise InvalidInput([Fault(_line(event.start_mark), "is nested too deeply")])
        if isinstance(event, yaml.AliasEvent):
            self._fault(event, "an alias is not read: write out what it stands for")
            return None
        if event.tag is not None:
            self._fault(event, f"a tag is not read: {event.tag}")
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return [self._value(one, depth + 1) for one in self._until(yaml.SequenceEndEvent)]
        return self._members(depth + 1)

    def _members(self, depth: int) -> dict[str, object]:
        members: dict[str, object] = {}
        lines: dict[str, str] = {}
        for key in self._until(yaml.MappingEndEvent):
            is_name = isinstance(key, yaml.ScalarEvent)
            name = key.value if is_name else ""
            if not is_name:
                self._fault(key, "a name must be a text")
                self._value(key, depth)
            elif name in lines:
                self._fault(key, f"{name} stands on {lines[name]} already")
            lines.setdefault(name, _line(key.start_mark))
            members[name] = self._value(next(self._events), depth)
        return members

    def _until(self, end: type[Any]) -> Iterator[Any]:
        """Yield the events that members begin with, up to the end."""
        while not isinstance(event := next(self._events), end):
            yield event

    def _fault(self, event: Any, message: str) -> None:
        self.faults.append(Fault(_line(event.start_mark), message))


def _scalar(event: yaml.ScalarEvent) -> object:
    text: str = event.value
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= DIGITS_MAX:
        if _INTEGER.fullmatch(text):
            return int(text)
        if _REAL.fullmatch(text):
            return float(text)
    return text


def _line(mark: yaml.Mark | None) -> str:
    return "" if mark is None else f"line {mark.line + 1}"
