"""Verdicts: what was asked, whether it may be sold, and the certificates that prove it.

A decision is made under the network's lock. A verdict is a decision with its explanation: it is stored beside
the contract it allowed and can be checked again years later by `capacity.feasibility.checking`, without a
solver. A decision that could not be reached in time is UNDECIDED, which never sells anything.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter

from capacity.feasibility.verdicts.certificates import DayProof, Outcome
from capacity.feasibility.verdicts.explanation import (
    Bottleneck,
    Explanation,
    FeasibleQuantity,
    PressureShortage,
)
from capacity.networks.policy import Level
from capacity.rights.model import Firmness, Route
from linepack.canonical_json import JsonValue, canonical_json
from linepack.gasday import Period
from linepack.ids import RevisionId


@dataclass(frozen=True, slots=True)
class Request:
    """A right asked for: `quantity` whole commercial units on every gas day of `period`."""

    route: Route
    quantity: int
    period: Period
    firmness: Firmness = Firmness.FIRM

    def __post_init__(self) -> None:
        if self.quantity <= 0:
            raise ValueError(f"a request is for a positive quantity, not {self.quantity}")


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether one request may be sold.

    `proofs` cover every gas day of a feasible request; of an infeasible one, the days that refuse it.
    `model_hash` identifies the network, capacities, rights and level that were proved. `reason` says why a
    decision is UNDECIDED, or why it was reached at a lower level than the policy demands: then
    `demanded_level` is that one.
    """

    request: Request
    outcome: Outcome
    level: Level
    revision_id: RevisionId
    rights_version: int
    solver: str
    solver_version: str
    model_hash: str
    decided_at: datetime
    proofs: tuple[DayProof, ...] = ()
    reason: str = ""
    demanded_level: Level | None = None

    @property
    def is_feasible(self) -> bool:
        """Whether the request may be sold."""
        return self.outcome is Outcome.FEASIBLE

    def explained(self, explanation: Explanation) -> "Verdict":
        """Return the verdict: this decision with its explanation."""
        return Verdict(
            **{one.name: getattr(self, one.name) for one in fields(Decision)},
            bottlenecks=explanation.bottlenecks,
            largest=explanation.largest,
            largest_throughout=explanation.largest_throughout,
            bound_throughout=explanation.bound_throughout,
            is_explained=explanation.is_complete,
            shortages=explanation.shortages,
        )

    def to_json(self) -> Mapping[str, JsonValue]:
        """Return the verdict as plain JSON values; of a mere decision, with an empty explanation."""
        plain: Mapping[str, JsonValue] = _CODEC.dump_python(self.explained(Explanation()), mode="json")
        return plain

    def fingerprint(self) -> str:
        """Return the SHA-256 of all that the verdict says, the same before it is stored and afterwards."""
        text = canonical_json(self.to_json())
        return hashlib.sha256(_NEGATIVE_ZERO.sub(b"0.0", text)).hexdigest()


@dataclass(frozen=True, slots=True)
class Verdict(Decision):
    """A decision and, of a refusal, its explanation (`Explanation`)."""

    bottlenecks: tuple[Bottleneck, ...] = ()
    largest: tuple[FeasibleQuantity, ...] = ()
    largest_throughout: int = 0
    bound_throughout: int = 0
    is_explained: bool = True
    shortages: tuple[PressureShortage, ...] = ()

    def to_json(self) -> Mapping[str, JsonValue]:
        """Return the verdict as plain JSON values."""
        plain: Mapping[str, JsonValue] = _CODEC.dump_python(self, mode="json")
        return plain

    @classmethod
    def from_json(cls, plain: object) -> "Verdict":
        """Return the verdict that `to_json` wrote; raises ValueError for anything else."""
        return _CODEC.validate_python(plain)


_CODEC: TypeAdapter[Verdict] = TypeAdapter(Verdict)

_NEGATIVE_ZERO: Final = re.compile(rb"-0\.0(?=[,\]}])")
"""What a database does not keep apart from zero."""
