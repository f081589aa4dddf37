"""The proof of an award: that all rights after the clearing can be transported, day by day.

While an award is sought, a kind of day that no known limit refuses is put to the prover of the network's
level, whose refusal is the next limit. The award that comes out is decided and checked like a booking: on
every gas day as a request for one of its own bids beside all other rights, so that certificates are those of
any verdict and pass the same checker.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np

from capacity.feasibility.checking.checked_verdict import CheckedDecision
from capacity.feasibility.flow.flow_network import Integers
from capacity.feasibility.flow.load_cases import LoadCase, merged
from capacity.feasibility.flow.prover import Refusal
from capacity.feasibility.verdicts.verdict import Request
from capacity.feasibility.verifier import Verifier
from capacity.networks.formats.native import content_hash
from capacity.networks.policy import Level, Policy
from capacity.rights.model import Firmness, Route
from capacity.rights.snapshot import RightsSnapshot
from capacity.solvers.deadline import Deadline
from capacity.solvers.port import Solver
from linepack.gasday import GasDay, Period
from linepack.ids import RevisionId
from market.clearing.columns import Market
from market.clearing.limits import Limit
from market.clearing.model import Draft


class Provers:
    """What proves awards on the network of a draft."""

    def __init__(self, draft: Draft, solver: Solver) -> None:
        self._draft = draft
        revision = RevisionId(UUID(content_hash(draft.network)[:32]))
        policy = Policy(firm_level=draft.level)
        self.verifier = Verifier(draft.network, draft.overlays, policy, solver, revision_id=revision)
        self.levels = self.verifier.levels

    def limit(self, market: Market, day: LoadCase, deadline: Deadline) -> Limit | None:
        """Return a limit that the rights of `day` exceed, None where capacities carry them.

        Raises LimitReached, and InvalidInput where the outstanding rights exceed it themselves.
        """
        if self._draft.level is Level.RIGHTS:
            deadline.left()
            return None
        answer = self.levels.prover(self._draft.level).prove([day], deadline)
        return Limit.of_cut(market, answer.cut) if isinstance(answer, Refusal) else None

    def decisions(self, quantities: Integers, at: datetime, deadline: Deadline) -> Iterator[CheckedDecision]:
        """Yield checked decisions that cover every gas day on which a bid to buy is awarded something.

        quantities : int64 (bids,)
        """
        draft = self._draft
        rights = rights_after(draft, quantities)
        proved: set[GasDay] = set()
        bought = [place for place in np.flatnonzero(quantities).tolist() if draft.bids[place].side.sign > 0]
        for place in sorted(bought, key=lambda place: -draft.bids[place].period.days):
            bid, quantity = draft.bids[place], int(quantities[place])
            for period in _unproved(bid.period, proved):
                beside = rights.given(bid.route, Firmness.FIRM, period, -quantity)
                request = Request(bid.route, quantity, period)
                yield self.verifier.decide(beside, request, at, seconds=deadline.left())
                proved |= set(period)


def rights_after(draft: Draft, quantities: Integers) -> RightsSnapshot:
    """Return all rights after a clearing that awards `quantities`, int64 (bids,)."""
    rights = RightsSnapshot()
    for right in draft.rights:
        rights = rights.given(right.route, Firmness.FIRM, right.period, right.quantity)
    totals: dict[tuple[Route, Period], int] = {}
    for bid, quantity in zip(draft.bids, quantities.tolist(), strict=True):
        key = bid.route, bid.period
        totals[key] = totals.get(key, 0) + bid.side.sign * quantity
    for (route, period), quantity in totals.items():
        if quantity:
            rights = rights.given(route, Firmness.FIRM, period, quantity)
    return rights


def with_rights(day: LoadCase, added: Integers) -> LoadCase:
    """Return a kind of day with `added`, int64 (routes,), beside what is outstanding."""
    return replace(day, quantities=day.quantities + added)


def _unproved(period: Period, proved: set[GasDay]) -> tuple[Period, ...]:
    """Return the stretches of `period` of which no gas day is in `proved` yet."""
    return merged(Period(day, day + timedelta(days=1)) for day in period if day not in proved)
