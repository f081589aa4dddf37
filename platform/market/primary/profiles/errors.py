"""Refusal of a profile: which parts fail, and by how much less all could be had."""

from collections.abc import Sequence
from dataclasses import dataclass

from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.verdict import Verdict
from linepack.problems import Problem
from market.primary.profiles.largest_scale import LargestScale


@dataclass(frozen=True, slots=True)
class RefusedPart:
    """A part of a profile, by its number, counted from 0, and the verdict that refuses it.

    It was asked for beside the rights sold and the parts before it that can be had.
    """

    number: int
    verdict: Verdict

    @property
    def missing(self) -> int:
        """How much of it was not verified throughout its period."""
        return max(self.verdict.request.quantity - self.verdict.largest_throughout, 0)

    def __str__(self) -> str:
        request = self.verdict.request
        asked = f"part {self.number}: {request.quantity:,} on {request.route} over {request.period}"
        if self.verdict.outcome is Outcome.UNDECIDED:
            return f"{asked} could not be decided in time"
        return f"{asked}, of which {self.missing:,} are missing"


class ProfileRefused(Problem):
    """Some parts of a profile cannot be had, or not provably, so that none is booked.

    `scale` is the largest at which all parts can be had together, None when it was not found in time.
    """

    code = "PROFILE_REFUSED"

    def __init__(self, refused: Sequence[RefusedPart], parts: int, scale: LargestScale | None) -> None:
        most = "" if scale is None else f"; all fit at {scale.scale:.2%} of these quantities"
        super().__init__(
            f"{len(refused)} of {parts} parts cannot be had, so none is booked: "
            + "; ".join(map(str, refused))
            + most
        )
        self.parts = tuple(refused)
        self.scale = scale
