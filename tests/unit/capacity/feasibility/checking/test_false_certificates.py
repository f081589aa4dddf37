"""Whatever a solver says: nothing that is impossible is sold, nothing that is possible is refused.

At level FLOW the kernel decides where the solver lies, so that every verdict is the true one; at the others a
lie can cost a verdict, which is UNDECIDED then. Truths come from networkx, from looking at every set of
nodes, and from the pressures reckoned by hand in `test_pressures`.
"""

import time
from collections.abc import Iterator
from contextlib import suppress

import numpy as np
import pytest
from tests.unit.capacity.feasibility.pressures.test_pressure_prover import FORK, KG_10, LINE, MOST
from tests.unit.capacity.feasibility.samples import (
    FLOW,
    NOON,
    ONE_DAY,
    REVISION,
    ROBUST,
    days,
    flow_is_feasible,
    network,
    random_network,
    random_rights,
    rights,
    robust_is_feasible,
    routes,
    technical,
    verifier,
)
from tests.unit.capacity.solvers.lying import Lie, Lying

from capacity.feasibility.checking.checked_verdict import CheckedVerdict
from capacity.feasibility.errors import Undecided
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.verdict import Request
from capacity.feasibility.verifier import Verifier
from capacity.networks.model import Network
from capacity.networks.policy import Level, Policy
from capacity.rights.model import Firmness, Route
from capacity.rights.snapshot import RightsSnapshot, Stack

CASES = 60
ALONG, NEAR = Route("in", "out"), Route("in", "near")


def case(seed: int) -> tuple[Network, RightsSnapshot, Request]:
    random = np.random.default_rng(seed)
    of = random_network(random, nodes=6, edges=8)
    booked = random_rights(random, of, count=3, largest=8)
    choice = routes(of)
    return of, booked, Request(choice[random.integers(len(choice))], int(random.integers(1, 12)), ONE_DAY)


def cases(level: Level) -> Iterator[tuple[Network, RightsSnapshot, Request, Outcome]]:
    """Requests beside rights that can be transported, and the truth about them."""
    for seed in range(CASES):
        of, booked, request = case(seed)
        [(_, stack)] = booked.stacks(ONE_DAY)
        if (robust_is_feasible if level is Level.ROBUST else flow_is_feasible)(of, stack):
            may_be_had = is_feasible(of, stack, request, level)
            yield of, booked, request, Outcome.FEASIBLE if may_be_had else Outcome.INFEASIBLE


def is_feasible(of: Network, stack: Stack, request: Request, level: Level) -> bool:
    whole = dict(stack)
    whole[request.route] = whole.get(request.route, 0) + request.quantity
    if not within_limits(of, whole, request.route):
        return False
    return robust_is_feasible(of, whole) if level is Level.ROBUST else flow_is_feasible(of, whole)


def within_limits(of: Network, stack: dict[Route, int], route: Route) -> bool:
    ends = {route}
    ends |= {Route(route.receipt, None)} if route.receipt else set()
    ends |= {Route(None, route.delivery)} if route.delivery else set()
    return all(
        sum(
            quantity
            for own, quantity in stack.items()
            if (end.receipt is None or own.receipt == end.receipt)
            and (end.delivery is None or own.delivery == end.delivery)
        )
        <= technical(of, end)
        for end in ends
    )


@pytest.mark.parametrize("lie", Lie)
def test_no_lie_changes_a_verdict_on_flows(lie: Lie) -> None:
    false_answers = 0
    outcomes = set()
    for of, booked, request, truth in cases(Level.FLOW):
        solver = Lying(lie)
        assert verifier(of, FLOW, solver=solver).verify(booked, request, NOON).outcome is truth
        false_answers += solver.false_answers
        outcomes.add(truth)
    assert false_answers
    assert outcomes == {Outcome.FEASIBLE, Outcome.INFEASIBLE}


@pytest.mark.parametrize("lie", Lie)
def test_no_lie_turns_a_robust_verdict_round(lie: Lie) -> None:
    false_answers = 0
    for of, booked, request, truth in cases(Level.ROBUST):
        solver = Lying(lie)
        verdict = verifier(of, ROBUST, solver=solver).verify(booked, request, NOON)
        assert verdict.outcome in {truth, Outcome.UNDECIDED}
        false_answers += solver.false_answers
    assert false_answers


@pytest.mark.parametrize("lie", Lie)
@pytest.mark.parametrize(
    ("kg_10", "truth"), [(6, Outcome.FEASIBLE), (8, Outcome.INFEASIBLE)], ids=["possible", "impossible"]
)
def test_no_lie_turns_a_verdict_on_pressures_round(lie: Lie, kg_10: int, truth: Outcome) -> None:
    for of, route in ((LINE, ALONG), (FORK, ALONG)):
        found = hydraulic(of, Lying(lie)).verify(rights(), Request(route, kg_10 * KG_10, ONE_DAY), NOON)
        assert found.outcome in {truth, Outcome.UNDECIDED}


@pytest.mark.parametrize("lie", Lie)
def test_no_lie_offers_more_than_pressures_allow(lie: Lie) -> None:
    with suppress(Undecided):
        largest = hydraulic(LINE, Lying(lie)).largest(rights(), ALONG, ONE_DAY, Firmness.FIRM)
        assert all(quantity <= MOST for _, quantity in largest)


def hydraulic(of: Network, solver: Lying) -> Verifier:
    return Verifier(
        of, (), Policy(Level.HYDRAULIC, deadline_s=2.0), solver, revision_id=REVISION, clock=time.process_time
    )


def test_a_verdict_in_which_the_checker_finds_a_fault_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    """A prover that proves another day's flows: the checker, and nobody else, notices."""
    of = network({"a": "in", "b": "out"}, [("a", "b", 8, 0)])
    proves = verifier(of, FLOW)
    flow = proves._levels.provers[Level.FLOW]
    real = flow.prove

    def proving(stacks, deadline):  # type: ignore[no-untyped-def]
        return real([stack.plus(0, -1) for stack in stacks], deadline)

    monkeypatch.setattr(flow, "prove", proving)
    verdict = proves.verify(rights(), Request(Route("a", "b"), 8, days(1, 3)), NOON)
    assert verdict.outcome is Outcome.UNDECIDED
    assert "node a does not balance" in verdict.reason
    assert verdict.proofs == ()


def test_only_the_checker_makes_checked_verdicts() -> None:
    of = network({"a": "in", "b": "out"}, [("a", "b", 8, 0)])
    verdict = verifier(of, FLOW).verify(rights(), Request(Route("a", "b"), 8, ONE_DAY), NOON)
    values = {name: getattr(verdict, name) for name in verdict.__dataclass_fields__ if name != "seal"}
    with pytest.raises(TypeError, match="are made by"):
        CheckedVerdict(**values)
