"""The checker accepts what was proved and refuses every certificate that was tampered with."""

import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

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

from capacity.feasibility.checking import (
    counting,
    flow_checker,
    limit_checker,
    pressure_checker,
    tree_checker,
    verdict_checker,
)
from capacity.feasibility.checking.verdict_checker import check
from capacity.feasibility.verdicts.certificates import (
    Certificate,
    CutProof,
    DayProof,
    FlowProof,
    Leaf,
    Nomination,
    Outcome,
    Split,
    TreeProof,
    Unloaded,
)
from capacity.feasibility.verdicts.verdict import Request, Verdict
from capacity.networks.model import Overlay, OverlayKind
from capacity.networks.policy import Level, Policy
from capacity.rights.model import Route
from linepack.gasday import Period

SQUARE = network(
    {"a": "in", "b": "in", "c": "out", "d": "out"},
    [("a", "c", 8, 0), ("b", "d", 4, 0), ("c", "d", 5, 5)],
)
A, B, C, D = Route("a", None), Route("b", None), Route(None, "c"), Route(None, "d")
Item = Split | Leaf | Unloaded
A_TO_D = Route("a", "d")
BOOKED = rights((A, 5), (B, 4), (C, 7), (A_TO_D, 1))
CLOSED = Overlay(SQUARE.edges[2].id, OverlayKind.MAINTENANCE, ONE_DAY, 0.0)


def verdict(policy: Policy, route: Route, quantity: int) -> Verdict:
    return plain(verifier(SQUARE, policy).verify(BOOKED, Request(route, quantity, ONE_DAY), NOON))


def with_certificate(own: Verdict, certificate: Certificate, **changes: Any) -> Verdict:
    proof = replace(own.proofs[0], certificate=certificate, **changes)
    return replace(own, proofs=(proof, *own.proofs[1:]))


def faults(own: Verdict, *overlays: Overlay) -> list[str]:
    return [str(fault) for fault in check(SQUARE, overlays, BOOKED, own)]


FLOWS = verdict(FLOW, A_TO_D, 2)
TREE = verdict(ROBUST, D, 4)
CUT = verdict(ROBUST, D, 6)
LIMIT = verdict(ROBUST, A_TO_D, 6)


def test_what_was_proved_is_accepted() -> None:
    assert [one.outcome for one in (FLOWS, TREE, CUT, LIMIT)] == [
        Outcome.FEASIBLE,
        Outcome.FEASIBLE,
        Outcome.INFEASIBLE,
        Outcome.INFEASIBLE,
    ]
    assert isinstance(TREE.proofs[0].certificate, TreeProof)
    assert LIMIT.proofs[0].level is Level.RIGHTS
    for own in (FLOWS, TREE, CUT, LIMIT):
        assert faults(own) == []


def flows(change: Callable[[list[int]], list[int]]) -> Verdict:
    certificate = FLOWS.proofs[0].certificate
    assert isinstance(certificate, FlowProof)
    return with_certificate(FLOWS, FlowProof(tuple(change(list(certificate.flows)))))


@pytest.mark.parametrize(
    ("tampered", "fault"),
    [
        (flows(lambda own: own[:-1]), "has not one flow per edge"),
        (flows(lambda own: [own[0], 5, own[2]]), "cannot carry 5"),
        (flows(lambda own: [own[0] - 1, *own[1:]]), "node c does not balance"),
        (flows(lambda own: [0, 0, 0]), "does not balance"),
    ],
)
def test_a_flow_that_does_not_add_up_is_refused(tampered: Verdict, fault: str) -> None:
    assert any(fault in message for message in faults(tampered))


def test_a_flow_is_refused_where_maintenance_closes_its_edge() -> None:
    assert any("cannot carry" in message for message in faults(FLOWS, CLOSED))


def test_a_flow_is_refused_for_other_rights_and_for_entry_and_exit_rights_at_level_robust() -> None:
    other = rights((A, 5), (B, 4), (C, 7), (A_TO_D, 2))
    unknown = replace(FLOWS, rights_version=3)

    assert check(SQUARE, (), other, FLOWS)
    assert [str(fault) for fault in check(SQUARE, (), BOOKED, unknown)] == [
        "rights: version 4 is not the 3 it is about"
    ]
    robust = with_certificate(FLOWS, FLOWS.proofs[0].certificate, level=Level.ROBUST)
    assert "does not prove feasible at level robust" in faults(replace(robust, level=Level.ROBUST))[0]


def tree(change: Callable[[list[Item]], list[Item]]) -> Verdict:
    certificate = TREE.proofs[0].certificate
    assert isinstance(certificate, TreeProof)
    return with_certificate(TREE, TreeProof(tuple(change(list(certificate.items)))))


def first_leaf(items: list[Item]) -> tuple[int, Leaf]:
    return next((place, item) for place, item in enumerate(items) if isinstance(item, Leaf))


def changed_leaf(**changes: Any) -> Verdict:
    def change(items: list[Item]) -> list[Item]:
        place, leaf = first_leaf(items)
        return [*items[:place], replace(leaf, **changes), *items[place + 1 :]]

    return tree(change)


@pytest.mark.parametrize(
    ("tampered", "fault"),
    [
        (tree(lambda items: items[:-1]), "leaves cases open"),
        (tree(lambda items: [*items, items[-1]]), "belongs to no case"),
        (tree(lambda items: []), "leaves cases open"),
        (tree(lambda items: [items[0], *items]), "decided before"),
        (tree(lambda items: [Split("nowhere"), *items[1:]]), "unknown"),
        (changed_leaf(scale=0), "share that is none"),
        (changed_leaf(hub_share=-1), "share that is none"),
        (changed_leaf(path_shares=()), "one share per path"),
        (changed_leaf(flows=(0, 0)), "one flow per edge"),
        (changed_leaf(flows=(9, 0, 0), scale=1), "sends more over edge"),
        (changed_leaf(flows=(0, 0, 0)), "bounds the shortfall by"),
    ],
)
def test_a_tree_that_leaves_anything_unproved_is_refused(tampered: Verdict, fault: str) -> None:
    assert any(fault in message for message in faults(tampered))


def test_a_tree_is_refused_for_more_rights_or_less_capacity_than_it_covers() -> None:
    less = with_certificate(TREE, TREE.proofs[0].certificate, covering=TREE.proofs[0].covering[1:])

    assert "covers 0 of" in faults(less)[0]
    assert any("more over edge" in m or "bounds" in m for m in faults(TREE, CLOSED))


def cut(**changes: Any) -> Verdict:
    certificate = CUT.proofs[0].certificate
    assert isinstance(certificate, CutProof)
    return with_certificate(CUT, replace(certificate, **changes))


@pytest.mark.parametrize(
    ("tampered", "fault"),
    [
        (cut(nodes=()), "and 0 can leave"),
        (cut(nodes=("a", "b", "c", "d")), "forces 0 out"),
        (cut(demand=99), "no day has demand 99"),
        (cut(witness=Nomination((("a", 99),), (("d", 99),), ())), "the witness uses 99 of 5"),
        (cut(witness=Nomination((("a", 4),), (("d", 5),), ())), "the witness does not balance"),
        (cut(witness=Nomination((), (), ())), "the witness forces 0 out"),
        (replace(CUT, proofs=()), "nothing shows"),
        (replace(CUT, outcome=Outcome.FEASIBLE), "is about infeasible"),
    ],
)
def test_a_cut_that_does_not_refuse_is_refused(tampered: Verdict, fault: str) -> None:
    assert any(fault in message for message in faults(tampered))


def test_a_limit_needs_nodes_that_separate_its_points() -> None:
    certificate = LIMIT.proofs[0].certificate
    assert isinstance(certificate, CutProof)
    tampered = with_certificate(LIMIT, replace(certificate, nodes=("a", "c", "d")))

    assert any("do not separate" in message for message in faults(tampered))


def test_a_feasible_verdict_needs_a_proof_for_every_gas_day() -> None:
    week = days(14, 21)
    own = plain(verifier(SQUARE, FLOW).verify(BOOKED, Request(A_TO_D, 2, week), NOON))
    short = replace(own, proofs=own.proofs[:1])

    assert check(SQUARE, (), BOOKED, own) == []
    assert [str(fault) for fault in check(SQUARE, (), BOOKED, short)] == [
        "proofs: 6 gas days from 2027-01-15 on lack a proof"
    ]


def test_an_undecided_verdict_claims_nothing() -> None:
    assert faults(replace(TREE, outcome=Outcome.UNDECIDED, proofs=())) == []


def imported(module: ModuleType) -> set[str]:
    parsed = ast.parse(Path(module.__file__ or "").read_text())
    found = [node for node in ast.walk(parsed) if isinstance(node, ast.ImportFrom)]
    return {node.module or "" for node in found}


def test_the_checker_shares_no_code_with_what_makes_verdicts() -> None:
    parts = (verdict_checker, counting, limit_checker, flow_checker, tree_checker)
    modules = {module for part in parts for module in imported(part)}

    shared = {
        "capacity.feasibility.checking",
        *(
            f"capacity.feasibility.checking.{name}"
            for name in ("counting", "limit_checker", "flow_checker", "tree_checker")
        ),
        "capacity.feasibility.verdicts.certificates",
        "capacity.feasibility.verdicts.verdict",
    }
    assert {module for module in modules if "capacity.feasibility" in module} == shared
    assert not any(module.startswith(("numpy", "scipy", "numba", "highspy")) for module in modules)


def test_the_check_of_pressures_shares_the_question_with_what_makes_verdicts_and_no_search() -> None:
    shared = {
        "capacity.feasibility.verdicts.certificates",
        "capacity.hydraulics.physics.network",
        "capacity.hydraulics.physics.problem",
        "capacity.hydraulics.infeasibility.checker.check",
        "capacity.hydraulics.physics.residuals",
    }
    modules = imported(pressure_checker)

    assert {module for module in modules if "feasibility" in module or "hydraulics" in module} == shared


def test_what_is_checked_is_made_where_it_is_checked() -> None:
    made = {
        (path.name, name)
        for path in Path(verdict_checker.__file__).parents[3].rglob("*.py")
        for name in ("CheckedDecision(", "CheckedVerdict(", "CheckedCertificate(")
        if name in path.read_text().replace(f"class {name}", "")
    }
    assert made == {
        ("checked_verdict.py", "CheckedDecision("),
        ("checked_verdict.py", "CheckedVerdict("),
        ("check.py", "CheckedCertificate("),
    }


def test_a_proof_of_the_wrong_kind_proves_nothing() -> None:
    proof: DayProof = replace(TREE.proofs[0], certificate=CUT.proofs[0].certificate)

    assert "a cut does not prove feasible" in faults(replace(TREE, proofs=(proof,)))[0]


@pytest.mark.parametrize("level", [Level.ROBUST, Level.HYDRAULIC])
def test_a_flow_proves_no_level_above_its_own(level: Level) -> None:
    found = faults(replace(FLOWS, level=level))
    assert any("level flow is not one that a verdict at level" in message for message in found)


@pytest.mark.parametrize("own", [FLOWS, TREE])
def test_what_is_proved_of_flows_proves_nothing_of_pressures(own: Verdict) -> None:
    as_pressures = replace(own.proofs[0], level=Level.HYDRAULIC)
    tampered = replace(own, level=Level.HYDRAULIC, proofs=(*own.proofs, as_pressures))

    assert any("does not prove feasible at level hydraulic" in message for message in faults(tampered))


def test_a_refusal_rests_on_no_higher_level_than_its_verdict() -> None:
    assert "level robust is not one that a verdict at level flow" in faults(replace(CUT, level=Level.FLOW))[0]


def test_a_tree_covers_no_negative_rights() -> None:
    # Entries of 5 + 4 − 9 and paths of 1 − 1 would leave nothing to transport.
    covering = (*TREE.proofs[0].covering, (Route("c", None), -9), (Route("b", "d"), -1))
    tampered = with_certificate(TREE, TreeProof(()), covering=covering)

    assert any("covers -9" in message for message in faults(tampered))


@pytest.mark.parametrize("periods", [(), (days(20, 22),), (days(14, 16),)])
def test_a_proof_is_about_gas_days_asked_for(periods: tuple[Period, ...]) -> None:
    tampered = with_certificate(CUT, CUT.proofs[0].certificate, periods=periods)

    assert any("gas days" in message for message in faults(tampered))


@pytest.mark.parametrize("level", [Level.RIGHTS, Level.FLOW, Level.ROBUST])
@pytest.mark.parametrize(("node", "limits"), [("a", {"entry_capacity": 7}), ("d", {"exit_capacity": 2})])
def test_what_points_let_through_is_kept_at_every_level(
    level: Level, node: str, limits: dict[str, Any]
) -> None:
    # With the request 5 + 1 + 2 units begin at a, and 1 + 2 end at d.
    own = verdict(Policy(level, level), A_TO_D, 2)
    assert own.outcome is Outcome.FEASIBLE
    nodes = tuple(replace(one, **limits) if one.id == node else one for one in SQUARE.nodes)
    found = [str(fault) for fault in check(replace(SQUARE, nodes=nodes), (), BOOKED, own)]
    used, [most] = 8 if node == "a" else 3, limits.values()
    limit = Route(node, None) if node == "a" else Route(None, node)
    assert found == [f"request: takes up {used} of the {most} that {limit} lets through on {ONE_DAY}"]


def test_what_the_network_lets_through_to_a_point_is_kept_where_its_flows_are_not_asked_for() -> None:
    # Nobody may take gas off: the 20 are never used, and every flow adds up. Yet a sends 8 at most.
    request = Request(A, 20, ONE_DAY)
    proof = DayProof((ONE_DAY,), Level.FLOW, Outcome.FEASIBLE, FlowProof((0, 0, 0)), ((A, 20),))
    own = replace(FLOWS, request=request, rights_version=rights().version, proofs=(proof,))
    assert [str(fault) for fault in check(SQUARE, (), rights(), own)] == [
        f"request: takes up 20 of the 8 that {A} lets through on {ONE_DAY}"
    ]
    small = replace(own, request=replace(request, quantity=8), proofs=(replace(proof, covering=((A, 8),)),))
    assert check(SQUARE, (), rights(), small) == []


def test_a_proof_whose_parts_do_not_fit_has_a_fault_and_raises_nothing() -> None:
    [proof] = TREE.proofs
    certificate = proof.certificate
    assert isinstance(certificate, TreeProof)
    nothing: Any = None
    items: list[Any] = [
        replace(item, scale=nothing) if isinstance(item, Leaf) else item for item in certificate.items
    ]
    broken: list[Certificate] = [
        TreeProof(tuple(items)),
        TreeProof(nothing),
        CutProof(("a",), 0, 0, limit=Route("nowhere", None)),
    ]
    for one in broken:
        assert faults(with_certificate(TREE, one))
    unknown = with_certificate(LIMIT, CutProof((), 0, 1, limit=Route("nowhere", None)))
    elsewhere = replace(unknown, request=replace(unknown.request, route=Route("nowhere", "d")))
    assert any("cannot be followed: KeyError" in message for message in faults(elsewhere))
