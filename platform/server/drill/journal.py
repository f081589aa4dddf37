"""What the clients of a drill have seen: the fate of every command, the time of every answer, and faults.

A command is acknowledged by its success, refused by a problem of the API, and abandoned when its client did
not wait. Times are seconds from the request to its answer; an answer that was lost has none.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from server.drill.plan import Kill, Operation


class Fate(StrEnum):
    """How a command ended for its client."""

    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    ABANDONED = "abandoned"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Command:
    """One command and its fate; `made` is the id of what was acknowledged, or of what it was about."""

    key: str
    party_id: UUID
    operation: Operation
    fate: Fate
    made: UUID | None
    requests: int
    """How often it was sent; of one that was sent more than once an earlier sending may take effect last."""


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that must not be: which promise is broken, and what shows it."""

    promise: str
    detail: str


@dataclass(frozen=True, slots=True)
class Recovery:
    """How long a kill took to be repaired; None: not at all."""

    kill: Kill
    pid: int
    seconds: float | None


@dataclass(slots=True)
class Journal:
    """Everything noted so far."""

    commands: list[Command] = field(default_factory=list)
    recoveries: list[Recovery] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    seconds: defaultdict[Operation, list[float]] = field(default_factory=lambda: defaultdict(list))
    outcomes: Counter[tuple[Operation, str]] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    """Requests without a usable answer, by what was met instead."""

    def answered(self, operation: Operation, outcome: str, seconds: float) -> None:
        """Note an answer and how long it took."""
        self.seconds[operation].append(seconds)
        self.outcomes[operation, outcome] += 1

    def violated(self, promise: str, detail: str) -> None:
        """Note that a promise is broken."""
        self.violations.append(Violation(promise, detail))

    def count(self, fate: Fate) -> int:
        """Return how many commands ended so."""
        return sum(command.fate is fate for command in self.commands)
