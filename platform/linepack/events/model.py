"""Events: facts that other packages and other systems follow.

An event belongs to one stream. Within a stream the relay gives every event a position: 1, 2, 3, … without
gaps, in the order in which its transactions took effect. A cursor is the position of the last event held; a
reader that continues after its cursor holds every event once and in order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType, Protocol, Self, TypeVar

from linepack.canonical_json import JsonValue
from linepack.ids import EventId, NetworkId, PartyId

Cursor = NewType("Cursor", int)
"""A position in a stream; 0 stands before the first event."""

START = Cursor(0)


class Stream(StrEnum):
    """The streams, one per package that others follow."""

    CAPACITY = "capacity"
    MARKET = "market"
    SETTLEMENT = "settlement"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """A fact about to be recorded.

    `key` names the thing it is about (a contract, a listing). `audience` None means every signed-in
    principal; otherwise only these parties, and the roles that see all, may read it. The payload is plain
    JSON: Decimals are strings, days and instants ISO 8601.
    """

    stream: Stream
    topic: str
    key: str
    payload: Mapping[str, JsonValue]
    network_id: NetworkId | None = None
    audience: frozenset[PartyId] | None = None


class _Readable(Protocol):
    @classmethod
    def read(cls, payload: Mapping[str, Any]) -> Self: ...


Form = TypeVar("Form", bound=_Readable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(NewEvent):
    """A recorded fact in its place. `recorded_at` is UTC."""

    id: EventId
    recorded_at: datetime
    position: Cursor
    _forms: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def read_as(self, kind: type[Form]) -> Form:
        """Return what was written in the form of its topic; raises as `kind.read` does.

        It is read once: thousands of listeners are shown the same event.
        """
        if kind not in self._forms:
            self._forms[kind] = kind.read(self.payload)
        found: Form = self._forms[kind]
        return found


@dataclass(frozen=True, slots=True)
class Stretch:
    """Events of a stream in order; `reached` is the position up to which the reader needs no others."""

    events: Sequence[Event]
    reached: Cursor
