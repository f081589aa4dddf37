"""Requests on days that are short already, by hand: refused for what they make worse and for nothing else."""

from dataclasses import replace

import pytest
from tests.unit.capacity.feasibility.samples import (
    FLOW,
    NOON,
    ONE_DAY,
    ROBUST,
    days,
    network,
    plain,
    rights,
    verifier,
)

from capacity.feasibility.checking.verdict_checker import check
from capacity.feasibility.verdicts.certificates import (
    CutProof,
    FlowProof,
    Leaf,
    Outcome,
    Split,
    TreeProof,
    Unloaded,
)
from capacity.feasibility.verdicts.verdict import Request, Verdict
from capacity.networks.model import Network, Overlay, OverlayKind
from capacity.networks.policy import Policy
from capacity.rights.model import Firmness, Route
from capacity.rights.snapshot import RightsSnapshot

#        10         10
#   r ───────→ j ───────→ d        10 are sold from r to d.
#   x ───────→ j
#        20
JOIN = network(
    {"r": "in", "x": "in", "j": "both", "d": "out"},
    [("r", "j", 10, 0), ("x", "j", 20, 0), ("j", "d", 10, 0)],
)
R_TO_D, X_TO_D, X_TO_J = Route("r", "d"), Route("x", "d"), Route("x", "j")
SOLD = rights((R_TO_D, 10))
R_CLOSED = Overlay(JOIN.edges[0].id, OverlayKind.MAINTENANCE, ONE_DAY, 0.0)
JOIN_SHORT = JOIN, R_CLOSED

#        8
#   a ───────→ c        a, b enter; c, d exit. c ↔ d carries 5 each way.
#              │ 5
#   b ───────→ d
#        4
SQUARE = network(
    {"a": "in", "b": "in", "c": "out", "d": "out"},
    [("a", "c", 8, 0), ("b", "d", 4, 0), ("c", "d", 5, 5)],
)
A, B, C, D = Route("a", None), Route("b", None), Route(None, "c"), Route(None, "d")
A_HALVED = Overlay(SQUARE.edges[0].id, OverlayKind.MAINTENANCE, ONE_DAY, 0.5)
SQUARE_SHORT = SQUARE, A_HALVED
BOTH = pytest.mark.parametrize("policy", [FLOW, ROBUST], ids=["flow", "robust"])


def asked(
    of: tuple[Network, Overlay], policy: Policy, booked: RightsSnapshot, route: Route, quantity: int
) -> Verdict:
    verdict = verifier(of[0], policy, of[1:]).verify(booked, Request(route, quantity, ONE_DAY), NOON)
    assert check(of[0], of[1:], booked, Verdict.from_json(verdict.to_json())) == []
    return plain(verdict)


@BOTH
def test_a_closed_edge_takes_no_route_off_sale_that_does_not_load_it(policy: Policy) -> None:
    # x → j loads {x} and {r, x}, which are short of nothing: 10 of 0 + 20 are in use on the latter.
    ten = asked(JOIN_SHORT, policy, SOLD, X_TO_J, 10)
    eleven = asked(JOIN_SHORT, policy, SOLD, X_TO_J, 11)

    assert ten.outcome is Outcome.FEASIBLE
    [proof] = ten.proofs
    assert isinstance(proof.certificate, FlowProof | TreeProof)
    assert proof.certificate.only_loaded
    assert eleven.outcome is Outcome.INFEASIBLE
    [full] = eleven.bottlenecks
    assert (full.nodes, full.capacity, full.demand, full.missing) == (("r", "x"), 20, 21, 1)
    assert eleven.largest_throughout == 10


@BOTH
def test_only_the_day_that_is_short_is_proved_apart(policy: Policy) -> None:
    month = days(1, 32)
    booked = rights((R_TO_D, 10, month))
    own = verifier(JOIN, policy, [R_CLOSED])

    verdict = own.verify(booked, Request(X_TO_J, 10, month), NOON)

    assert verdict.outcome is Outcome.FEASIBLE
    assert [proof.periods for proof in verdict.proofs] == [(days(1, 14), days(15, 32)), (ONE_DAY,)]
    assert check(JOIN, [R_CLOSED], booked, verdict) == []
    # Beside the 10 sold, j → d is full on the other days: nobody takes its place while r → j is closed.
    assert own.largest(booked, X_TO_D, month, Firmness.FIRM) == [(month, 0)]


@BOTH
def test_what_a_closure_frees_elsewhere_is_not_sold(policy: Policy) -> None:
    # While r → j is closed, the 10 sold from r to d cannot come, and 10 from x could take their place on
    # j → d: the total shortfall would stay 10. But when the closure is withdrawn, 20 are sold on 10.
    one = asked(JOIN_SHORT, policy, SOLD, X_TO_D, 1)

    assert one.outcome is Outcome.INFEASIBLE
    assert verifier(JOIN, policy, [R_CLOSED]).largest(SOLD, X_TO_D, ONE_DAY, Firmness.FIRM) == [(ONE_DAY, 0)]
    assert [[edge.tail for edge in found.edges] for found in one.bottlenecks] == [["j"]]


@BOTH
def test_what_is_missing_is_the_requests_own_and_raising_the_edge_by_the_shortfall_helps(
    policy: Policy,
) -> None:
    # j → d is cut to 5 and 8 are sold across it: with 2 more, 5 fall short, and of the 2 all are missing.
    halved = Overlay(JOIN.edges[2].id, OverlayKind.MAINTENANCE, ONE_DAY, 0.5)
    two = asked((JOIN, halved), policy, rights((R_TO_D, 8)), Route("j", "d"), 2)

    [bottleneck] = two.bottlenecks
    assert (bottleneck.shortfall, bottleneck.missing) == (5, 2)
    assert bottleneck.text.endswith("2 of the 2 kWh/h are missing")


def test_an_entry_right_loads_only_where_exits_are_left_to_serve() -> None:
    # a → c is halved to 4: of 6 entry rights at a and 3 exit rights at c and 3 at d, 6 may have to leave a.
    # The cut {a} is short by 2. One more at b loads {b} with 1 of its 4, {b, d} with min(1, 3 at c) of 5, and
    # so on up to what b → d carries.
    booked = rights((A, 6), (C, 3), (D, 3))

    four = asked(SQUARE_SHORT, ROBUST, booked, B, 4)

    assert four.outcome is Outcome.FEASIBLE


def only_loaded(policy: Policy) -> Verdict:
    booked = rights((A, 6), (C, 3), (D, 3))
    return asked(SQUARE_SHORT, policy, booked, B, 4)


def faults(verdict: Verdict, booked: RightsSnapshot) -> list[str]:
    return [str(fault) for fault in check(SQUARE, [A_HALVED], booked, verdict)]


def test_a_tree_over_loaded_cuts_is_refused_once_it_is_changed() -> None:
    booked = rights((A, 6), (C, 3), (D, 3))
    sold = only_loaded(ROBUST)
    [proof] = sold.proofs
    tree = proof.certificate
    assert isinstance(tree, TreeProof)
    assert tree.only_loaded

    def changed(**changes: object) -> list[str]:
        other = replace(proof, certificate=replace(tree, **changes))  # type: ignore[arg-type]
        return faults(replace(sold, proofs=(other,)), booked)

    assert changed(items=()) == ["proofs[0]: leaves cases open"]
    assert "leaves out cuts that count" in changed(items=(Unloaded(True),))[0]
    assert changed(items=(Split("b"), *tree.items)) == [
        "proofs[0]: item 0 decides b, which is unknown or decided before"
    ]
    assert changed(only_loaded=False) != []
    leaf = next(item for item in tree.items if isinstance(item, Leaf))
    assert "that is none" in changed(items=(replace(leaf, loading_share=-1),))[0]
    # A proof for more rights is one for fewer, but not over the cuts that a request loads.
    covering = tuple((route, quantity + (route == A)) for route, quantity in proof.covering)
    more = replace(sold, proofs=(replace(proof, covering=covering),))
    assert "covers 7 of 6" in faults(more, booked)[0]


def test_a_flow_over_loaded_cuts_is_refused_once_it_is_changed() -> None:
    sold = asked(JOIN_SHORT, FLOW, SOLD, X_TO_J, 10)
    [proof] = sold.proofs
    assert isinstance(proof.certificate, FlowProof)

    for flows, fault in (
        ((0, 19, 0), "leaves 1 of the request"),
        ((1, 10, 0), "cannot carry 1"),
        ((), "one"),
    ):
        changed = replace(proof, certificate=replace(proof.certificate, flows=flows))
        found = check(JOIN, [R_CLOSED], SOLD, replace(sold, proofs=(changed,)))
        assert fault in str(found[0])


def test_a_cut_that_the_request_does_not_load_refuses_nothing() -> None:
    refused = asked(JOIN_SHORT, ROBUST, SOLD, X_TO_J, 11)
    other = CutProof(nodes=("r",), capacity=0, demand=10)
    [proof] = [replace(one, certificate=other, level=ROBUST.firm_level) for one in refused.proofs[:1]]

    [fault] = check(JOIN, [R_CLOSED], SOLD, replace(refused, proofs=(proof,)))

    assert "is not loaded by the request" in str(fault)
