"""The differences that reconciliation and audit report, each with the proof that it breaks and its place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from linepack.problems import Problem

UNREADABLE: Final = (ValueError, LookupError, TypeError, ArithmeticError, AttributeError, Problem)
"""What reading a stored document may raise when it is not what was written."""

_ABSENT: Final = "nothing"


class Proof(StrEnum):
    """What reconciliation and audit prove."""

    RIGHTS = "rights = contracts"
    CONTRACTS = "contracts = events"
    CHARGES = "postings = charge plans"
    INDICES = "index values = events"
    LEDGER = "ledger intact"
    FEED = "feed = postings"
    EVENTS = "events without gaps"
    LOG = "log = ledger and verdicts"
    PARKED = "nothing parked"
    NETWORKS = "networks = events"
    CERTIFICATES = "certificates hold"
    PRICES = "prices = tariffs"
    TRADES = "trades = events"
    OFFERS = "offers = events"
    AWARDS = "awards = replays"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it must be: `subject` names the contract, entry, event or stream."""

    proof: Proof
    subject: str
    detail: str

    def __str__(self) -> str:
        return f"{self.proof}: {self.subject}: {self.detail}"


def unlike(stored: object, expected: object, place: str = "") -> Iterator[tuple[str, object, object]]:
    """Yield the places at which two JSON values differ, each with what is stored and expected there."""
    if isinstance(stored, Mapping) and isinstance(expected, Mapping):
        for name in sorted(stored.keys() | expected.keys()):
            inner = f"{place}.{name}" if place else str(name)
            yield from unlike(stored.get(name, _ABSENT), expected.get(name, _ABSENT), inner)
    elif _is_list(stored) and _is_list(expected) and len(stored) == len(expected):  # type: ignore[arg-type]
        for number, (one, other) in enumerate(zip(stored, expected, strict=True)):  # type: ignore[call-overload]
            yield from unlike(one, other, f"{place}[{number}]")
    elif stored != expected:
        yield place, stored, expected


def differences_between(
    proof: Proof, subject: str, stored: object, expected: object, *, by: str, place: str = ""
) -> list[Difference]:
    """Return a difference for each place at which what is stored is not what `by` says."""
    return [
        Difference(proof, subject, f"{where} is {value}, {by} says {other}")
        for where, value, other in unlike(stored, expected, place)
    ]


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
