"""What an audit is asked, and what it reports."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import TypeVar
from uuid import UUID

from settlement.comparison.differences import Difference

T = TypeVar("T", bound=UUID)

Progress = Callable[[str, int, int], None]
"""Called with what is being checked, how many of it have been, and of how many."""


class AuditSubject(StrEnum):
    """What an audit counts."""

    CERTIFICATES = "certificates"
    AWARDS = "awards"
    CONTRACTS = "contracts"
    TRADES = "trades"
    PRICES = "prices"
    OFFERS = "offers"
    BIDS = "bids"
    NETWORKS = "changes of networks"


@dataclass(frozen=True, slots=True)
class Sample:
    """How many certificates, and how many awards, are checked: half of them the newest, the rest drawn."""

    size: int
    seed: int

    def of(self, ids: Sequence[T]) -> Sequence[T]:
        """Return which of `ids`, given from the oldest to the newest, are checked."""
        newest = min(len(ids), (self.size + 1) // 2)
        rest = ids[: len(ids) - newest]
        drawn = Random(self.seed).sample(rest, min(len(rest), self.size - newest))  # noqa: S311 no secret
        return [*drawn, *ids[len(ids) - newest :]]


@dataclass(slots=True)
class Report:
    """How much an audit has checked, and every difference it found."""

    counts: Counter[AuditSubject] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
