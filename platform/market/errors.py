"""What every kind of trade may refuse; each folder adds its own.

Problem
├── NotHeld         a contract does not have that much left that is not held for something else
├── NotOpen         an offer was taken, withdrawn, closed or has lapsed
├── NotOnOffer      an offer is open, but not for this quantity
├── OwnOffer        a party answers its own offer
└── DutiesNotHeld   an assignment would pass duties to the operator that the seller does not have
"""

from collections.abc import Sequence

from linepack.gasday import Period
from linepack.problems import Problem


class NotHeld(Problem):
    """A contract has less left on some gas day; nothing is said about whose it is, or what it is held for.

    `free` is what is left, in consecutive sub-periods of `period`.
    """

    code = "CAPACITY_NOT_HELD"

    def __init__(self, quantity: int, *, free: Sequence[tuple[Period, int]], period: Period) -> None:
        self.left = max(0, min(left for _, left in free))
        spans = "; ".join(f"{max(0, left):,} on {span}" for span, left in free)
        super().__init__(
            f"{self.left:,} units, not {quantity:,}, are held and free throughout {period}"
            + (f": {spans}" if len(free) > 1 else ""),
            path=("quantity",),
        )
        self.quantity = quantity
        self.free = tuple(free)
        self.period = period


class NotOpen(Problem):
    """The offer was taken, withdrawn or closed, or its time is over."""

    code = "NOT_OPEN"

    def __init__(self, kind: str, what_became_of_it: str) -> None:
        super().__init__(f"this {kind} is not open: {what_became_of_it}")
        self.kind = kind
        self.what_became_of_it = what_became_of_it


class NotOnOffer(Problem):
    """The offer is open, but not for this quantity."""

    code = "NOT_ON_OFFER"

    def __init__(self, quantity: int, *, remaining: int, reason: str) -> None:
        super().__init__(f"{quantity:,} units cannot be had: {reason}", path=("quantity",))
        self.quantity = quantity
        self.remaining = remaining


class OwnOffer(Problem):
    """A party cannot answer its own offer."""

    code = "OWN_OFFER"

    def __init__(self, kind: str) -> None:
        super().__init__(f"this {kind} is your own")


class DutiesNotHeld(Problem):
    """A contract that came of a transfer of use carries no duties to the operator that could be assigned."""

    code = "DUTIES_NOT_HELD"

    def __init__(self, contract_code: str) -> None:
        super().__init__(
            f"contract {contract_code} came of a transfer of use: whoever sold it owes the operator, so it "
            "can be passed on by transfer of use, not by assignment",
            path=("kind",),
        )
        self.contract_code = contract_code
