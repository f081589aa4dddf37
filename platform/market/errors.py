"""What more than one procedure may refuse; each folder adds its own.

Problem
├── CapacityExhausted  the network cannot transport it: where, when and by how much
├── NotDecided         it could not be proved in time that the network can transport it
├── NotHeld            a contract does not have that much left that is not held for something else
├── NotOpen            an offer was taken, withdrawn, closed or has lapsed
├── NotOnOffer         an offer is open, but not for this quantity
├── OwnOffer           a party answers its own offer
└── DutiesNotHeld      an assignment would pass duties to the operator that the seller does not have
"""

from collections.abc import Sequence

from capacity.feasibility.verdicts.verdict import Verdict
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
            f"contract {contract_code} came of a transfer of use: its seller owes the operator, so it "
            "can be passed on by transfer of use, not by assignment",
            path=("kind",),
        )
        self.contract_code = contract_code


class CapacityExhausted(Problem):
    """The capacity cannot be transported on some gas days; the verdict, counted again, proves it."""

    code = "CAPACITY_EXHAUSTED"

    def __init__(self, verdict: Verdict) -> None:
        request = verdict.request
        in_words = [one.text for one in verdict.bottlenecks] + [
            one.shortage.text for one in verdict.shortages
        ]
        reasons = "; ".join(in_words)
        super().__init__(
            f"{request.quantity:,} of {request.firmness} capacity {request.route} is not available over "
            f"{request.period}; {_most(verdict)}" + (reasons and f": {reasons}")
        )
        self.verdict = verdict


def _most(verdict: Verdict) -> str:
    verified, bound = verdict.largest_throughout, verdict.bound_throughout
    if verified == bound:
        return f"at most {bound:,} throughout" if bound else "none is throughout"
    found = f"{verified:,} was" if verified else "none was"
    return f"{found} verified throughout in time, capacities allow {bound:,}"


class NotDecided(Problem):
    """Nothing is sold that is not proved."""

    code = "NOT_DECIDED"

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(f"it could not be decided in time whether this can be transported: {verdict.reason}")
        self.verdict = verdict
