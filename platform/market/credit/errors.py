"""What credit may refuse.

Problem
├── CreditExceeded     limits do not pass: which, how much is used and missing, and what quantity would pass
└── CreditSuspended    the operator lets the party take on no new duty
"""

from collections.abc import Sequence
from dataclasses import dataclass

from linepack.money import Money
from linepack.problems import Problem
from market.credit.model import CreditLimit, Suspension


@dataclass(frozen=True, slots=True)
class ExceededLimit:
    """A limit that a further duty does not pass: it needs `needed`, of which `missing` is not left."""

    limit: CreditLimit
    allowed: Money
    used: Money
    needed: Money
    missing: Money

    @property
    def text(self) -> str:
        """This limit in words."""
        return (
            f"limit {self.limit.code} allows {self.allowed}, of which {self.used} is used; {self.needed} is "
            f"needed, so {self.missing} is missing"
        )


class CreditExceeded(Problem):
    """One limit or several do not pass; `largest` is the largest quantity that would, 0 for none."""

    code = "CREDIT_EXCEEDED"

    def __init__(
        self, exceeded: Sequence[ExceededLimit], quantity: int, largest: int, *, part: int | None = None
    ) -> None:
        most = f"at most {largest:,} units would pass" if largest else "no quantity would pass"
        limits = "; ".join(one.text for one in exceeded)
        asked = f"{quantity:,} units"
        path: tuple[str, ...] = ("quantity",)
        if part is not None:
            asked += f" of part {part}, beside the parts before it"
            path = ("parts", str(part), "quantity")
        super().__init__(f"credit is not enough for {asked}: {limits}; {most}", path=path)
        self.exceeded = tuple(exceeded)
        self.quantity = quantity
        self.largest = largest
        self.part = part

    def of_part(self, part: int) -> "CreditExceeded":
        """Return the same about one part of a profile, by its number, counted from 0."""
        return CreditExceeded(self.exceeded, self.quantity, self.largest, part=part)


class CreditSuspended(Problem):
    """The party may sell and pay, but take on no new duty."""

    code = "CREDIT_SUSPENDED"

    def __init__(self, suspension: Suspension) -> None:
        since = f"{suspension.recorded_at:%Y-%m-%d %H:%M} UTC"
        super().__init__(f"the operator lets you take on no new duty since {since}: {suspension.reason}")
        self.suspension = suspension
