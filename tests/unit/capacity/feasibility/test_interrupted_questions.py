"""Questions that interrupt one another at every step are answered as if each had been asked alone."""

import asyncio
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from tests.unit.capacity.feasibility.pressures.test_pressure_prover import ALONG, KG_10, LINE
from tests.unit.capacity.feasibility.samples import (
    FLOW,
    NOON,
    REVISION,
    ROBUST,
    days,
    random_network,
    random_rights,
    rights,
    routes,
)

from capacity.feasibility import turns
from capacity.feasibility.turns import Turns
from capacity.feasibility.verdicts.verdict import Request
from capacity.feasibility.verifier import Verifier
from capacity.networks.model import Network
from capacity.networks.policy import Level, Policy
from capacity.rights.model import Firmness
from capacity.rights.snapshot import RightsSnapshot
from capacity.solvers.highs import Highs

pytestmark = pytest.mark.anyio

FORTNIGHT = days(1, 15)
Question = Callable[[Verifier], object]


@pytest.fixture(autouse=True)
def paused(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let every question give way at every step to one of another party; return who did."""
    monkeypatch.setattr(turns, "QUANTUM_S", -1e9)
    monkeypatch.setattr(turns, "PAUSED_MAX", 10**6)
    gave_way: list[str] = []
    may_pause = Turns._gives_way

    def gives_way(self: Turns, turn: turns.Turn[object]) -> bool:
        does = may_pause(self, turn)
        if does:
            gave_way.append(turn.party)
        return does

    monkeypatch.setattr(Turns, "_gives_way", gives_way)
    return gave_way


async def interrupted(verifier: Verifier, questions: list[Question]) -> list[object]:
    """Ask all questions at once, each for another party, up to four at a time."""
    in_turn = Turns()
    free = asyncio.Semaphore(4)

    async def ask(number: int, question: Question) -> object:
        async with free:
            turn = await in_turn.begun(verifier, lambda: question(verifier), f"party {number}")
            return await turn.answering

    return await asyncio.gather(*(ask(number, question) for number, question in enumerate(questions)))


def fresh(of: Network, policy: Policy) -> Verifier:
    return Verifier(of, (), policy, Highs(), revision_id=REVISION)


@pytest.mark.parametrize(("seed", "policy"), list(product(range(6), (FLOW, ROBUST))))
async def test_capacities(seed: int, policy: Policy, paused: list[str]) -> None:
    random = np.random.default_rng(seed)
    of = random_network(random, nodes=6, edges=9)
    booked = random_rights(random, of, count=6, largest=8, period=FORTNIGHT)
    questions: list[Question] = []
    for route, quantity in product(routes(of)[:8], (3, 1_000)):
        request = Request(route, quantity, FORTNIGHT)
        questions.append(lambda own, request=request: _figures(own, booked, request))  # type: ignore[misc]
        questions.append(
            lambda own, route=route: own.largest(booked, route, FORTNIGHT, Firmness.FIRM)  # type: ignore[misc]
        )
    assert await interrupted(fresh(of, policy), questions) == [one(fresh(of, policy)) for one in questions]
    assert paused


async def test_pressures(paused: list[str]) -> None:
    booked = rights((ALONG, KG_10, days(1, 8)), (ALONG, 2 * KG_10, days(8, 15)))
    policy = Policy(firm_level=Level.HYDRAULIC)
    questions: list[Question] = []
    for quantity in (KG_10, 4 * KG_10, 6 * KG_10, 9 * KG_10):
        request = Request(ALONG, quantity, FORTNIGHT)
        questions.append(lambda own, request=request: own.verify(booked, request, NOON).outcome)  # type: ignore[misc]
    alone = [one(fresh(LINE, policy)) for one in questions]
    assert await interrupted(fresh(LINE, policy), questions) == alone
    assert len(set(alone)) > 1
    assert paused


def _figures(verifier: Verifier, booked: RightsSnapshot, request: Request) -> object:
    """What does not depend on what a verifier has been asked before."""
    verdict = verifier.verify(booked, request, NOON)
    return (
        verdict.outcome,
        verdict.largest_throughout,
        [(one.period, one.quantity) for one in verdict.largest],
    )
