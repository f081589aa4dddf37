"""What every level of proof offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from capacity.feasibility.flow.cuts import Cut
from capacity.feasibility.flow.flow_network import Integers
from capacity.feasibility.flow.load_cases import LoadCase
from capacity.feasibility.verdicts.certificates import DayProof
from capacity.solvers.deadline import Deadline


@dataclass(frozen=True, slots=True, eq=False)
class Refusal:
    """A load case that cannot be transported, and the cut that shows it."""

    day: LoadCase
    cut: Cut


class Prover(Protocol):
    """One level of proof on one network. Not thread-safe."""

    def prove(self, days: Sequence[LoadCase], deadline: Deadline) -> list[DayProof] | Refusal:
        """Prove every load case, or refuse with one that cannot be transported; raises LimitReached."""
        ...

    def refuse(self, days: Sequence[LoadCase], deadline: Deadline) -> Refusal | None:
        """Return a load case that cannot be transported, None when all can be; raises LimitReached."""
        ...

    def largest(
        self, days: Sequence[LoadCase], rows: Integers, limits: Integers, deadline: Deadline
    ) -> Integers:
        """Return the largest quantity more on each of several routes, each for itself, up to its limit.

        Zero where none is feasible. The largest is feasible and one unit more is not. Raises LimitReached.

        rows : int64 (routes,); limits, and returned : int64 (days, routes)
        """
        ...

    def largest_throughout(self, days: Sequence[LoadCase], row: int, limit: int, deadline: Deadline) -> int:
        """Return the largest quantity more, up to `limit`, that is feasible on all load cases alike.

        Zero where none is; one unit more is not feasible. Raises LimitReached.
        """
        ...
