"""Verifying a profile: each part beside those before it, and what refuses it when one cannot be had.

Every part is a question of its own, so that others have their turns between. The answer to each is a verdict,
so a profile is proved by as many certificates as it has parts.
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.feasibility.errors import Undecided
from capacity.feasibility.network_views import NetworkView
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.explanation import Explanation
from capacity.feasibility.verdicts.verdict import Request, Verdict
from capacity.feasibility.verifier import Verifier
from capacity.networks.repository import PublishedNetwork
from capacity.solvers.deadline import Deadline, LimitReached
from linepack.problems import Fault, InvalidInput, Problem
from market.context import Market, MarketCaller
from market.primary.commands import CapacityRequest
from market.primary.model import Terms
from market.primary.profiles.errors import ProfileRefused, RefusedPart
from market.primary.profiles.largest_scale import LargestScale, largest_scale
from market.primary.profiles.rules import part_place, profile_faults
from market.primary.terms import terms_of_each

EXPLAINING_S: Final = 8.0
"""How long the parts of a profile are explained; those that fail after it are only named."""
SCALING_S: Final = 4.0
"""How long the largest scale is looked for."""


async def terms_of_profile(
    connection: AsyncConnection, published: PublishedNetwork, parts: Sequence[CapacityRequest], at: datetime
) -> tuple[Terms, ...]:
    """Return the terms of each part; raises InvalidInput with every fault, and what is not on sale."""
    faults = list(profile_faults(parts))
    if not parts:
        raise InvalidInput(faults)
    found: list[Terms] = []
    for number, terms in enumerate(await terms_of_each(connection, published, parts, at)):
        place = part_place(number)
        if isinstance(terms, InvalidInput):
            faults += [Fault(f"{place}.{fault.place}", fault.message) for fault in terms.faults]
        elif isinstance(terms, Problem):
            faults.append(Fault(place, terms.message))
        else:
            found.append(terms)
    if faults:
        raise InvalidInput(faults)
    return tuple(found)


def after(view: NetworkView, request: Request) -> NetworkView:
    """Return the view on which somebody has what a request asks for."""
    given = view.rights.given(request.route, request.firmness, request.period, request.quantity)
    return replace(view, rights=given)


async def verified(caller: MarketCaller, view: NetworkView, terms: Sequence[Terms]) -> list[Verdict]:
    """Return the verdict on each part of a profile; raises ProfileRefused with all parts that fail."""
    requests = [one.request for one in terms]
    began, beside = time.monotonic(), view
    verdicts: list[Verdict] = []
    for request in requests:
        if time.monotonic() - began < EXPLAINING_S:
            verdict: Verdict = await caller.market.verifiers.verify(beside, request, caller.at)
        else:
            decision = await caller.market.verifiers.decide(beside, request, caller.at)
            verdict = decision.explained(Explanation(is_complete=decision.is_feasible))
        verdicts.append(verdict)
        if verdict.is_feasible:
            beside = after(beside, request)
    if not all(verdict.is_feasible for verdict in verdicts):
        raise await profile_refused(caller, view, verdicts)
    return verdicts


async def profile_refused(
    caller: MarketCaller, view: NetworkView, verdicts: Sequence[Verdict]
) -> ProfileRefused:
    """Return why a profile is refused, by the verdicts on its parts of which at least one refuses."""
    refused = [
        RefusedPart(number, verdict) for number, verdict in enumerate(verdicts) if not verdict.is_feasible
    ]
    scale = await _largest_scale(caller.market, view, [verdict.request for verdict in verdicts], caller.at)
    return ProfileRefused(refused, len(verdicts), scale)


async def _largest_scale(
    market: Market, view: NetworkView, requests: Sequence[Request], at: datetime
) -> LargestScale | None:
    """Return the largest scale at which a profile could be had, None when it was not found in time."""
    with suppress(Undecided, LimitReached):
        return await market.verifiers.run(
            view.published, lambda verifier: largest_scale(requests, _Capacity(verifier, view, at))
        )
    return None


class _Capacity:
    """Answers what could be had beside the rights of a view, until the time is over."""

    def __init__(self, verifier: Verifier, view: NetworkView, at: datetime) -> None:
        self._verifier, self._view, self._at = verifier, view, at
        self._deadline = Deadline(SCALING_S)

    def largest(self, request: Request) -> tuple[int, bool]:
        most = self._verifier.largest_throughout(
            self._view.rights,
            request.route,
            request.period,
            request.firmness,
            seconds=self._deadline.left(),
        )
        return most, not self._view.published.policy.level(request.firmness).has_pressures

    def fits(self, quantities: Sequence[tuple[Request, int]]) -> bool | None:
        beside = self._view
        for request, quantity in quantities:
            scaled = replace(request, quantity=quantity)
            seconds = self._deadline.left()
            decision = self._verifier.decide(beside.rights, scaled, self._at, seconds=seconds)
            if not decision.is_feasible:
                return None if decision.outcome is Outcome.UNDECIDED else False
            beside = after(beside, scaled)
        return True
