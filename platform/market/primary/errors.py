"""The home of what a primary sale may refuse, beside NoTariff.

Problem
├── CapacityExhausted    the network cannot transport it: where, when, by how much, and what could be had
└── NotDecided           it could not be proved in time that the network can transport it
"""

from capacity.feasibility.verdicts.verdict import Verdict
from linepack.problems import Problem
from market.primary.model import Alternatives


class CapacityExhausted(Problem):
    """The capacity cannot be transported on some gas days; the verdict, counted again, proves it."""

    code = "CAPACITY_EXHAUSTED"

    def __init__(self, verdict: Verdict, alternatives: Alternatives) -> None:
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
        self.alternatives = alternatives


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
