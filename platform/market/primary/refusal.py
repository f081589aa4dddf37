"""Refusal of a booking: what a request is answered that the network cannot transport, or not provably.

The refusal is explained, and what could be had instead is sought, after the transaction, on the view that
refused: no other command waits for that.
"""

from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.explanation import Explanation
from capacity.feasibility.verdicts.verdict import Verdict
from market.context import MarketCaller
from market.errors import CapacityExhausted, NotDecided
from market.primary.alternatives import alternatives
from market.primary.model import Alternatives, Proposal, Refused


class BookingRefused(CapacityExhausted):
    """The network cannot transport what was asked; `alternatives` is what could be had."""

    def __init__(self, verdict: Verdict, found: Alternatives) -> None:
        super().__init__(verdict)
        self.alternatives = found


async def refusal(caller: MarketCaller, refused: Refused) -> BookingRefused | NotDecided:
    """Return why a request was refused."""
    if refused.verdict.outcome is Outcome.UNDECIDED:
        return NotDecided(refused.verdict)
    return BookingRefused(refused.verdict, await alternatives(caller, refused))


async def explained(caller: MarketCaller, proposal: Proposal) -> Refused:
    """Return the decision that refused a proposal with its explanation, or without where there is none."""
    view, terms, decision = proposal.view, proposal.terms, proposal.decision
    if decision.outcome is not Outcome.UNDECIDED:
        verdict = await caller.market.verifiers.verify(view, terms.request, caller.at)
        if verdict.outcome is not Outcome.UNDECIDED:
            return Refused(view, terms, verdict)
    return Refused(view, terms, decision.explained(Explanation()))
