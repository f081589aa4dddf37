import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count

import numpy as np
import pytest
from tests.unit.capacity.feasibility.samples import (
    DAY,
    FLOW,
    NOON,
    ONE_DAY,
    REVISION,
    ROBUST,
    days,
    network,
    plain,
    random_network,
    random_rights,
    rights,
    routes,
    verifier,
)

from capacity.feasibility.bonds import enumeration
from capacity.feasibility.bonds.tightest import TightestBonds
from capacity.feasibility.checking.verdict_checker import check
from capacity.feasibility.errors import Undecided
from capacity.feasibility.flow.flow_network import Integers
from capacity.feasibility.flow.load_cases import LoadCase
from capacity.feasibility.questions.availability import AvailableCapacity
from capacity.feasibility.robust import branch_and_bound
from capacity.feasibility.verdicts.certificates import (
    CutProof,
    FlowProof,
    Nomination,
    Outcome,
    StateProof,
    TreeProof,
)
from capacity.feasibility.verdicts.verdict import Request, Verdict
from capacity.feasibility.verifier import Verifier
from capacity.hydraulics.physics.state import HydraulicState
from capacity.networks.interruptible import InterruptibleQuantity
from capacity.networks.model import Network, Overlay, OverlayKind
from capacity.networks.policy import Level, Policy
from capacity.rights.model import Firmness, Route, RouteKind
from capacity.rights.snapshot import RightsSnapshot
from capacity.solvers.highs import Highs
from capacity.solvers.port import LinearModel, LiveModel
from linepack.gasday import Period
from linepack.problems import NotFound

MONTH = days(1, 32)
RIGHTS = Policy(Level.RIGHTS, Level.FLOW)
#        8
#   a ───────→ c        a, b enter; c, d exit. c ↔ d carries 5 each way.
#              │ 5
#   b ───────→ d
#        4
SQUARE = network(
    {"a": "in", "b": "in", "c": "out", "d": "out"},
    [("a", "c", 8, 0), ("b", "d", 4, 0), ("c", "d", 5, 5)],
)
A_TO_D, B_TO_D = Route("a", "d"), Route("b", "d")
A, B, C, D = Route("a", None), Route("b", None), Route(None, "c"), Route(None, "d")


def test_a_booking_that_fits_is_feasible_with_the_flow_that_shows_it() -> None:
    verdict = verifier(SQUARE, FLOW).verify(rights((B_TO_D, 4)), Request(A_TO_D, 5, ONE_DAY), NOON)

    assert verdict.outcome is Outcome.FEASIBLE
    assert [proof.certificate for proof in verdict.proofs] == [FlowProof((5, 4, 5))]
    assert (verdict.revision_id, verdict.rights_version, verdict.decided_at) == (REVISION, 1, NOON)
    assert (verdict.solver, verdict.solver_version) == ("HiGHS", Highs().version)


def test_a_booking_that_does_not_fit_names_the_cut_the_days_and_the_largest_quantity() -> None:
    # c → d carries 5; 2 of them are sold from the 10th on, so that 3 of the 6 remain there.
    booked = rights((A_TO_D, 2, days(10, 32)))

    verdict = verifier(SQUARE, FLOW).verify(booked, Request(A_TO_D, 4, MONTH), NOON)

    assert verdict.outcome is Outcome.INFEASIBLE
    assert [(one.period, one.quantity) for one in verdict.largest] == [(days(1, 10), 5), (days(10, 32), 3)]
    assert verdict.largest_throughout == 3
    [bottleneck] = verdict.bottlenecks
    assert bottleneck.text == "edge c → d is full on 10 Jan to 31 Jan 2027; 1 of the 4 kWh/h is missing"
    assert (bottleneck.nodes, bottleneck.capacity, bottleneck.demand, bottleneck.shortfall) == (
        ("a", "c"),
        5,
        6,
        1,
    )
    assert bottleneck.relief is not None
    assert bottleneck.relief.edge_id == SQUARE.edges[2].id


def test_entry_and_exit_rights_are_proved_for_every_nomination() -> None:
    # Used in full at once, 8 + 4 enter and 7 + 5 exit without trouble. But d may take 5 that all enter at a:
    # still feasible, c → d carries 5. With 6 at d, a alone may have to serve them, and it cannot.
    booked = rights((A, 8), (B, 4), (C, 7))

    five = verifier(SQUARE).verify(booked, Request(D, 5, ONE_DAY), NOON)
    six = verifier(SQUARE).verify(booked, Request(D, 6, ONE_DAY), NOON)

    assert five.outcome is Outcome.FEASIBLE
    assert isinstance(five.proofs[0].certificate, TreeProof)
    assert six.outcome is Outcome.INFEASIBLE
    assert [(one.period, one.quantity, one.bound) for one in six.largest] == [(ONE_DAY, 5, 5)]
    [proof] = six.proofs
    assert isinstance(proof.certificate, CutProof)
    assert proof.certificate.witness == Nomination((("a", 6),), (("d", 6),), ())


def test_two_bottlenecks_in_a_row_are_both_named() -> None:
    line = network({"r": "in", "j": "", "d": "out"}, [("r", "j", 5, 0), ("j", "d", 7, 0)])

    verdict = verifier(line, FLOW).verify(rights(), Request(Route("r", "d"), 10, ONE_DAY), NOON)

    assert [(str(one.relief), one.shortfall) for one in verdict.bottlenecks] == [("r → j", 5), ("j → d", 3)]


def test_a_point_with_a_limit_of_its_own_is_named() -> None:
    nodes = tuple(replace(node, entry_capacity=3) if node.id == "a" else node for node in SQUARE.nodes)
    limited = replace(SQUARE, nodes=nodes)

    verdict = verifier(limited).verify(rights((A, 2)), Request(A, 2, ONE_DAY), NOON)

    assert verdict.largest_throughout == 1
    assert verdict.bottlenecks[0].text == (
        "a → hub is limited to 3 kWh/h on 14 Jan 2027; 1 of the 2 kWh/h is missing"
    )
    assert verdict.bottlenecks[0].limit == A
    assert verdict.is_explained
    assert check(limited, (), rights((A, 2)), verdict) == []


def test_a_route_that_cannot_be_connected_says_so() -> None:
    apart = network({"r": "in", "d": "out"}, [])

    verdict = verifier(apart, FLOW).verify(rights(), Request(Route("r", "d"), 10, ONE_DAY), NOON)

    assert verdict.largest_throughout == 0
    assert verdict.bottlenecks[0].text.startswith("no edge leads away from r")


def test_interruptible_is_verified_against_technical_capacity_alone() -> None:
    full = rights((A_TO_D, 5), (A_TO_D, 5, ONE_DAY, Firmness.INTERRUPTIBLE))
    own = verifier(SQUARE, interruptible=[InterruptibleQuantity(RouteKind.PATH, DAY, quantity=100)])

    assert own.largest(full, A_TO_D, ONE_DAY, Firmness.FIRM) == [(ONE_DAY, 0)]
    assert own.largest(full, A_TO_D, ONE_DAY, Firmness.INTERRUPTIBLE) == [(ONE_DAY, 5)]
    six = own.verify(full, Request(A_TO_D, 6, ONE_DAY, Firmness.INTERRUPTIBLE), NOON)
    assert six.outcome is Outcome.INFEASIBLE


def test_at_level_rights_only_points_and_paths_are_limited() -> None:
    # c ↔ d is sold in full towards c, which does not matter here; a takes in 8, of which 4 are sold.
    own = verifier(SQUARE, Policy(Level.RIGHTS, Level.RIGHTS))
    booked = rights((Route("a", "c"), 4), (Route("b", "c"), 4))

    assert own.largest(booked, A_TO_D, ONE_DAY, Firmness.FIRM) == [(ONE_DAY, 4)]
    verdict = own.verify(booked, Request(A_TO_D, 4, ONE_DAY), NOON)
    assert (verdict.outcome, verdict.level) == (Outcome.FEASIBLE, Level.RIGHTS)
    assert check(SQUARE, (), booked, verdict) == []

    refused = own.verify(booked, Request(A_TO_D, 5, ONE_DAY), NOON)
    assert (refused.outcome, refused.level) == (Outcome.INFEASIBLE, Level.RIGHTS)
    [proof] = refused.proofs
    assert isinstance(proof.certificate, CutProof)
    assert (proof.certificate.limit, proof.certificate.demand, proof.certificate.capacity) == (A, 9, 8)
    assert check(SQUARE, (), booked, refused) == []


def test_maintenance_splits_a_period_into_the_kinds_of_day_that_differ() -> None:
    repair = Overlay(SQUARE.edges[2].id, OverlayKind.MAINTENANCE, days(10, 12), 0.5)

    own = verifier(SQUARE, FLOW, [repair])

    assert own.largest(rights(), A_TO_D, MONTH, Firmness.FIRM) == [
        (days(1, 10), 5),
        (days(10, 12), 2),
        (days(12, 32), 5),
    ]
    assert own.largest(rights(), A_TO_D, MONTH, Firmness.FIRM, at_most=3) == [
        (days(1, 10), 3),
        (days(10, 12), 2),
        (days(12, 32), 3),
    ]
    assert own.largest_throughout(rights(), A_TO_D, MONTH, Firmness.FIRM, at_most=1) == 1


def test_a_counter_flow_makes_room_at_level_flow_only() -> None:
    # The 5 of c → d are sold to x. A contract of 3 from y against them frees as much, if it is used.
    both = network(
        {"a": "in", "c": "out", "d": "", "x": "out", "y": "both"},
        [("a", "c", 20, 0), ("c", "d", 5, 5), ("d", "x", 20, 0), ("d", "y", 20, 20)],
    )
    booked = rights((Route("a", "x"), 5), (Route("y", "c"), 3))
    asked = (booked, Route("a", "y"), ONE_DAY, Firmness.FIRM)

    assert verifier(both, FLOW).largest(*asked) == [(ONE_DAY, 3)]
    assert verifier(both, ROBUST).largest(*asked) == [(ONE_DAY, 0)]


def test_availability_tells_technical_booked_and_available() -> None:
    booked = rights(
        (A_TO_D, 2, days(10, 32)),
        (A_TO_D, 1, days(20, 32), Firmness.INTERRUPTIBLE),
        (B_TO_D, 4, MONTH),
    )

    found = verifier(SQUARE, FLOW).availability(booked, A_TO_D, MONTH)

    assert found == [
        AvailableCapacity(days(1, 10), 5, 0, 0, 5, Level.FLOW),
        AvailableCapacity(days(10, 20), 5, 2, 0, 3, Level.FLOW),
        AvailableCapacity(days(20, 32), 5, 2, 1, 3, Level.FLOW),
    ]


@pytest.mark.parametrize("policy", [FLOW, ROBUST, RIGHTS], ids=["flow", "robust", "rights"])
@pytest.mark.parametrize("seed", range(6))
def test_many_routes_at_once_offer_what_each_does_alone(seed: int, policy: Policy) -> None:
    random = np.random.default_rng(seed)
    of = random_network(random, nodes=8, edges=11)
    period = days(1, 8)
    booked = random_rights(random, of, count=8, largest=10, period=period)
    repair = Overlay(of.edges[0].id, OverlayKind.MAINTENANCE, days(3, 5), 0.0)
    own = verifier(of, policy, [repair])

    for kind in RouteKind:
        asked = own.views.routes(kind)
        table = own.views.availability(booked, asked, period)
        for route, available, technical in zip(asked, table.available, table.technical, strict=True):
            found = own.availability(booked, route, period)
            of_days = list(zip(table.stretches, available.tolist(), technical.tolist(), strict=True))
            assert [figures for own_period, *figures in of_days for _ in own_period] == [
                [one.available, one.technical] for one in found for _ in one.period
            ]


def test_a_booking_voids_its_own_days_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    worked_out: list[Period] = []
    largest = TightestBonds.largest

    def noted(self: TightestBonds, day: LoadCase, *asked: Integers) -> Integers | None:
        worked_out.extend(day.periods)
        return largest(self, day, *asked)

    monkeypatch.setattr(TightestBonds, "largest", noted)
    own = verifier(SQUARE, ROBUST)
    exits = own.views.routes(RouteKind.EXIT)
    held = [(A, 8, MONTH), (B, 4, MONTH), (C, 2, days(10, 20))]
    own.views.availability(rights(*held), exits, MONTH)
    assert worked_out == [days(1, 10), days(20, 32), days(10, 20)]
    worked_out.clear()

    after = own.views.availability(rights(*held, (D, 1, days(12, 14))), exits, MONTH)

    assert worked_out == [days(12, 14)]
    assert after.stretches == (days(1, 10), days(10, 12), days(12, 14), days(14, 20), days(20, 32))


def test_the_worst_nomination_fills_what_the_expected_flow_does_not() -> None:
    #   a ──8──→ c,  b ──4──→ d,  c ↔ d carries 5. At once 6 enter at a and 4 at b, and 10 leave.
    usage = verifier(SQUARE).views.usage(rights((A, 6), (B, 4), (C, 5), (D, 5)), ONE_DAY)

    assert usage.flow[:, 0].tolist() == [6, 4, 1]
    assert usage.worst_forward[:, 0].tolist() == [6, 4, 5]
    assert usage.headroom_forward[:, 0].tolist() == [2, 0, 0]
    assert usage.worst_backward[:, 0].tolist() == [0, 0, 4]
    assert usage.headroom_backward[:, 0].tolist() == [0, 0, 1]


def test_an_edge_beside_another_is_forced_only_by_what_that_cannot_take() -> None:
    pair = network({"r": "in", "d": "out"}, [("r", "d", 8, 0), ("r", "d", 6, 0), ("d", "r", None, None)])
    two = replace(pair, edges=pair.edges[:2])
    booked = rights((Route("r", None), 10), (Route(None, "d"), 10))

    assert verifier(two).views.usage(booked, ONE_DAY).worst_forward[:, 0].tolist() == [4, 2]
    endless = verifier(pair).views.usage(booked, ONE_DAY)
    assert endless.worst_forward[:, 0].tolist() == [0, 0, -1]
    assert endless.capacity_forward[:, 0].tolist() == [8, 6, -1]


def test_a_network_with_too_many_bonds_is_left_to_the_prover(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(5)
    of = random_network(random, nodes=10, edges=16)
    booked = random_rights(random, of, count=8, largest=4)
    asked = verifier(of, ROBUST).views.routes(RouteKind.EXIT)
    expected = verifier(of, ROBUST).views.availability(booked, asked, ONE_DAY)
    monkeypatch.setattr(enumeration, "BLOCK_BONDS_MAX", 3)
    enumeration._listed.cache_clear()
    try:
        found = verifier(of, ROBUST).views.availability(booked, asked, ONE_DAY)
        usage = verifier(of, ROBUST).views.usage(booked, ONE_DAY)
    finally:
        enumeration._listed.cache_clear()

    assert found.available.tolist() == expected.available.tolist()
    assert (usage.worst_forward == -1).any()


def test_without_time_a_verdict_is_undecided_and_other_questions_raise() -> None:
    ticks = map(float, count(0, 100))
    own = Verifier(SQUARE, (), ROBUST, Highs(), revision_id=REVISION, clock=lambda: next(ticks))

    verdict = own.verify(rights((A, 8)), Request(D, 5, ONE_DAY), NOON)

    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.reason == "no proof within 10 seconds"
    with pytest.raises(Undecided, match="no proof within 15 seconds"):
        own.largest(rights((A, 8)), D, ONE_DAY, Firmness.FIRM)


def test_a_search_that_grows_too_large_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branch_and_bound, "SEARCH_NODES_MAX", 1)

    verdict = verifier(SQUARE).verify(rights((A, 8), (B, 4), (C, 7)), Request(D, 5, ONE_DAY), NOON)

    assert verdict.outcome is Outcome.UNDECIDED


@pytest.mark.parametrize("route", [Route("c", "a"), Route("nowhere", "d"), Route("a", "b")])
def test_a_route_that_does_not_fit_the_network_is_not_found(route: Route) -> None:
    with pytest.raises(NotFound):
        verifier(SQUARE).verify(rights(), Request(route, 1, ONE_DAY), NOON)


def test_a_proof_is_used_again_for_fewer_rights() -> None:
    class CountingHighs(Highs):
        loaded = 0

        def load(self, model: LinearModel) -> LiveModel:
            type(self).loaded += 1
            return super().load(model)

    own = verifier(SQUARE, solver=CountingHighs())
    booked = rights((A, 8), (B, 4), (C, 7))
    own.verify(booked, Request(D, 5, ONE_DAY), NOON)
    before = CountingHighs.loaded

    fewer = own.verify(rights((A, 8), (C, 7)), Request(D, 4, ONE_DAY), NOON)

    assert fewer.outcome is Outcome.FEASIBLE
    assert dict(fewer.proofs[0].covering)[D] == 5
    assert CountingHighs.loaded == before


def test_several_threads_may_ask_one_verifier() -> None:
    random = np.random.default_rng(3)
    of = random_network(random, nodes=10, edges=14)
    booked = random_rights(random, of, count=12, largest=8, period=MONTH)
    requests = [Request(route, 3, MONTH) for route in routes(of)][:24]
    alone = [verifier(of).verify(booked, request, NOON).outcome for request in requests]

    shared = verifier(of)
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda request: shared.verify(booked, request, NOON), requests))

    assert [verdict.outcome for verdict in together] == alone


def test_a_verdict_survives_json() -> None:
    for quantity in (5, 6):
        verdict = verifier(SQUARE).verify(rights((A, 8), (B, 4)), Request(D, quantity, MONTH), NOON)
        assert Verdict.from_json(verdict.to_json()) == plain(verdict)
    with pytest.raises(ValueError, match="outcome"):
        Verdict.from_json({})


def test_a_verdict_has_the_same_fingerprint_before_and_after_json() -> None:
    found = verifier(SQUARE).verify(rights((A, 8), (B, 4)), Request(D, 5, MONTH), NOON)
    stored = Verdict.from_json(json.loads(json.dumps(found.to_json())))
    assert stored.fingerprint() == found.fingerprint()
    assert replace(stored, solver="another").fingerprint() != found.fingerprint()


def test_a_fingerprint_does_not_tell_zeros_apart_that_a_database_does_not() -> None:
    found = plain(verifier(SQUARE).verify(rights(), Request(D, 1, ONE_DAY), NOON))
    states = [
        replace(found, proofs=(replace(found.proofs[0], certificate=StateProof(HydraulicState(*state))),))
        for state in (
            ((0.0,), (1.5,), (), (), ()),
            ((-0.0,), (1.5,), (), (), ()),
            ((-0.05,), (1.5,), (), (), ()),
        )
    ]
    same, also, other = (state.fingerprint() for state in states)
    assert (same == also, same == other) == (True, False)


def test_the_hashes_of_stored_verdicts_stay_what_they_are() -> None:
    """Both are stored and compared years later: what changes them makes every earlier verdict look forged."""
    found = verifier(SQUARE).verify(rights((A, 8)), Request(D, 5, ONE_DAY), NOON)
    assert found.model_hash == "fcbfdc0b7edb41e2348aaf772a7472071f491f5c336a571fb3ee240e756fddf2"
    fixed = replace(plain(found), solver="S", solver_version="1", proofs=())
    assert fixed.fingerprint() == "29041306e1dd4909f682a20f82232896bb320776aca947f0bf42adcd72ae3950"


def test_the_model_hash_tells_rights_and_requests_apart() -> None:
    def model_hash(booked: RightsSnapshot, quantity: int, of: Network = SQUARE) -> str:
        return verifier(of).verify(booked, Request(D, quantity, ONE_DAY), NOON).model_hash

    seen = {model_hash(booked, quantity) for booked in (rights(), rights((A, 1))) for quantity in (1, 2)}

    assert len(seen) == 4
    assert model_hash(rights(), 1) in seen


def test_every_gas_day_of_a_feasible_period_has_a_proof() -> None:
    booked = rights((A_TO_D, 1, days(5, 9)), (B_TO_D, 2, days(7, 20)))

    for policy in (FLOW, ROBUST):
        verdict = verifier(SQUARE, policy).verify(booked, Request(A_TO_D, 1, MONTH), NOON)
        proved = sorted(day for proof in verdict.proofs for period in proof.periods for day in period)
        assert proved == list(MONTH)
