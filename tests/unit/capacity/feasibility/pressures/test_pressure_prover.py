"""A booking that the arcs could carry one by one, and the pressures along the way cannot.

Two pipes in a row, each with β = 0.2 bar² s²/kg², every node between 40 and 60 bar. One pipe alone carries
q = √((60² − 40²) / 0.2) = 100 kg/s, and that is its capacity. Through both, 60² − 2 · 0.2 q² ≥ 40², so that
only q = √5000 = 70.7107 kg/s reach the exit. One kWh/h is 0.8 / 11 / 3600 kg/s: 10 kg/s are 495,000 kWh/h.
"""

import time
from dataclasses import replace
from itertools import chain, repeat

import pytest
from tests.unit.capacity.feasibility.samples import (
    DAY,
    NOON,
    ONE_DAY,
    REVISION,
    days,
    plain,
    rights,
    routes,
)

from capacity.feasibility.checking import pressure_checker
from capacity.feasibility.checking.verdict_checker import check
from capacity.feasibility.verdicts.certificates import InfeasibilityProof, Outcome, StateProof
from capacity.feasibility.verdicts.explanation import LimitKind
from capacity.feasibility.verdicts.verdict import Request, Verdict
from capacity.feasibility.verifier import Verifier
from capacity.hydraulics.infeasibility.certificate import InfeasibilityCertificate
from capacity.hydraulics.infeasibility.checker.check import certificate_faults
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.networks.model import (
    Edge,
    EdgeKind,
    GasProperties,
    Network,
    Node,
    NodeRole,
    Overlay,
    OverlayKind,
)
from capacity.networks.physics import RESISTANCE, with_capacities
from capacity.networks.policy import Level, Policy, WhenUndecided
from capacity.publication import catalogue
from capacity.rights.model import Firmness, Route
from capacity.solvers.deadline import interruptible
from capacity.solvers.highs import Highs
from linepack.gasday import GasDayClock
from linepack.units import CommercialUnit, GasQuality

KG_10 = 495_000
"""Ten kg/s in kWh/h."""
ALONG = Route("in", "out")
MOST = 3_500_178
"""√5000 kg/s · 49,500 kWh/h per kg/s, rounded down."""


def pipe(name: str, tail: str, head: str) -> Edge:
    return Edge(name, EdgeKind.PIPE, tail, head, attributes={RESISTANCE: 0.2})


LINE = with_capacities(
    Network(
        code="line",
        name="Two pipes in a row",
        unit=CommercialUnit.KWH_PER_H,
        quality=GasQuality(calorific_value_kwh_per_nm3=11.0, density_kg_per_nm3=0.8),
        clock=GasDayClock("Europe/Berlin", 6),
        nodes=(
            Node("in", NodeRole.ENTRY, pressure_min_bar=40.0, pressure_max_bar=60.0),
            Node("half way", pressure_min_bar=40.0, pressure_max_bar=60.0),
            Node("out", NodeRole.EXIT, pressure_min_bar=40.0, pressure_max_bar=60.0),
        ),
        edges=(pipe("first", "in", "half way"), pipe("second", "half way", "out")),
    )
)


FORK = with_capacities(
    replace(
        LINE,
        nodes=(*LINE.nodes, Node("near", NodeRole.EXIT, pressure_min_bar=40.0, pressure_max_bar=60.0)),
        edges=(*LINE.edges, pipe("third", "half way", "near")),
    )
)


FALLING = with_capacities(
    replace(
        LINE,
        gas=GasProperties(compressibility=0.9),
        nodes=(
            Node("in", NodeRole.ENTRY, pressure_min_bar=48.0, pressure_max_bar=50.0, height_m=800.0),
            Node("out", NodeRole.EXIT, pressure_min_bar=48.0, pressure_max_bar=50.0),
        ),
        edges=(pipe("falling", "in", "out"),),
    )
)
"""By its heights it carries √((50² − e^S 48²) / (0.2 (e^S − 1) / S)) = 51.312 kg/s, S = −0.1374987; without
them it would be √((50² − 48²) / 0.2) = 31.305 kg/s."""


def of_line(*overlays: Overlay, policy: Policy | None = None) -> Verifier:
    return Verifier(
        LINE,
        overlays,
        policy or Policy(Level.HYDRAULIC),
        Highs(),
        revision_id=REVISION,
        clock=time.process_time,
    )


def asked(quantity: int) -> Request:
    return Request(ALONG, quantity, ONE_DAY)


def faults(verdict: Verdict, *overlays: Overlay) -> list[str]:
    return [str(fault) for fault in check(LINE, overlays, rights(), verdict)]


def test_what_flows_allow_pressures_refuse_with_the_node_the_missing_bar_and_the_largest_quantity() -> None:
    flow = of_line(policy=Policy(Level.ROBUST)).verify(rights(), asked(8 * KG_10), NOON)
    verdict = of_line().verify(rights(), asked(8 * KG_10), NOON)

    assert flow.outcome is Outcome.FEASIBLE
    assert verdict.outcome is Outcome.INFEASIBLE
    assert verdict.level is Level.HYDRAULIC
    [short] = verdict.shortages
    # 60² − 2 · 0.2 · 80² = 1,040 and √1,040 = 32.249: 7.751 bar are missing.
    assert short.periods == (ONE_DAY,)
    assert short.shortage.node_id == "out"
    assert short.shortage.pressure_bar == pytest.approx(32.249, abs=0.01)
    assert short.shortage.missing_bar == pytest.approx(7.751, abs=0.01)
    assert verdict.largest_throughout == pytest.approx(MOST, rel=1e-4)
    assert verdict.largest_throughout <= MOST
    [found] = verdict.largest
    assert (found.period, found.quantity) == (ONE_DAY, verdict.largest_throughout)
    assert found.limit is not None
    assert found.limit.kind is LimitKind.PRESSURE


def test_gas_that_falls_is_sold_and_what_refused_it_before_proves_nothing() -> None:
    request = Request(ALONG, 4 * KG_10, ONE_DAY)
    level = [replace(edge, capacity_forward=1_549_595, capacity_backward=0) for edge in FALLING.edges]
    verdicts = [
        Verifier(
            of, (), Policy(Level.HYDRAULIC), Highs(), revision_id=REVISION, clock=time.process_time
        ).verify(rights(), request, NOON)
        for of in (FALLING, replace(FALLING, edges=tuple(level)))
    ]
    assert [verdict.outcome for verdict in verdicts] == [Outcome.FEASIBLE, Outcome.INFEASIBLE]
    found = [check(FALLING, (), rights(), verdict) for verdict in verdicts]
    assert found[0] == []
    assert any("can leave" in fault.message for fault in found[1])


def test_the_refusal_carries_a_refutation_that_the_checker_accepts_and_no_other_request_has() -> None:
    verdict = of_line().verify(rights(), asked(8 * KG_10), NOON)

    assert isinstance(verdict.proofs[0].certificate, InfeasibilityProof)
    assert faults(verdict) == []
    assert faults(replace(plain(verdict), request=asked(7 * KG_10))) != []
    # 7 · 10 kg/s have a state; a proof about no day, or about another one, refutes nothing.
    for periods in ((), (days(20, 21),)):
        elsewhere = replace(verdict.proofs[0], periods=periods)
        assert faults(replace(plain(verdict), request=asked(7 * KG_10), proofs=(elsewhere,))) != [], periods


def test_a_refutation_checked_before_is_followed_again_only_for_another_nomination(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    verifier = of_line()
    verdict = verifier.verify(rights(), asked(8 * KG_10), NOON)
    known = verifier._levels.checked_certificates
    followed: list[object] = []
    follow = certificate_faults

    def counted(question: HydraulicProblem, refutation: InfeasibilityCertificate) -> list[str]:
        followed.append(question)
        return follow(question, refutation)

    monkeypatch.setattr(pressure_checker, "certificate_faults", counted)
    assert check(LINE, (), rights(), verdict, known) == []
    assert followed == []
    assert check(LINE, (), rights(), verdict) == []
    assert len(followed) == 1
    for less in (7 * KG_10, 8 * KG_10 - 1):
        check(LINE, (), rights(), replace(plain(verdict), request=asked(less)), known)
    assert len(followed) == 3
    assert check(LINE, (), rights(), replace(plain(verdict), request=asked(7 * KG_10)), known) != []
    closed = Overlay("second", OverlayKind.MAINTENANCE, ONE_DAY, 0.5)
    check(LINE, [closed], rights(), verdict, known)
    assert len(followed) == 5


def test_the_largest_quantity_is_sold_with_a_state_that_the_checker_accepts() -> None:
    verdict = of_line().verify(rights(), asked(MOST - 350), NOON)

    assert verdict.outcome is Outcome.FEASIBLE
    levels = {proof.level for proof in verdict.proofs}
    assert levels == {Level.ROBUST, Level.HYDRAULIC}
    assert faults(verdict) == []
    [state] = [p.certificate.state for p in verdict.proofs if isinstance(p.certificate, StateProof)]
    assert state.flows_kg_per_s == pytest.approx([(MOST - 350) / 49_500] * 2)
    assert faults(replace(plain(verdict), request=asked(MOST))) != []


def test_a_verdict_on_pressures_survives_json() -> None:
    for quantity in (KG_10, 8 * KG_10):
        verdict = of_line().verify(rights(), asked(quantity), NOON)
        assert Verdict.from_json(verdict.to_json()) == plain(verdict)


def test_without_a_proof_for_every_day_of_pressures_a_verdict_is_faulty() -> None:
    verdict = of_line().verify(rights(), asked(KG_10), NOON)
    flows_only = [proof for proof in verdict.proofs if proof.level is not Level.HYDRAULIC]

    assert faults(replace(plain(verdict), proofs=tuple(flows_only))) == [
        "proofs: 1 gas days from 2027-01-14 on lack a proof of pressures"
    ]


def test_rights_already_sold_leave_the_rest() -> None:
    # 4,000 entry and exit rights are used at once with the path: entries are the scarcer side.
    booked = rights((Route("in", None), 2 * KG_10), (Route(None, "out"), 3 * KG_10))

    offered = of_line().largest(booked, ALONG, ONE_DAY, asked(1).firmness)

    assert offered[0][1] == pytest.approx(MOST - 2 * KG_10, rel=1e-3)


def test_an_exit_right_is_offered_beyond_the_balance_of_entries_and_exits() -> None:
    # The line forks half way into two pipes of β = 0.2. 70 kg/s may enter, 30 may leave at the near exit: up
    # to 40 at the far one all is served; with x beyond that it gets its share f = 70 x / (x + 30). The first
    # pipe loses 0.2 · 70² = 980 bar²; 2,000 − 980 = 1,020 = 0.2 f² are left, and f = 71.4 never binds. What
    # ends the offer is the far pipe's own capacity of 100 kg/s.
    far = Verifier(FORK, (), Policy(Level.HYDRAULIC), Highs(), revision_id=REVISION, clock=time.process_time)
    booked = rights((Route("in", None), 7 * KG_10), (Route(None, "near"), 3 * KG_10))

    [(_, quantity)] = far.largest(booked, Route(None, "out"), ONE_DAY, asked(1).firmness)

    assert quantity == 10 * KG_10


def test_an_offer_ends_where_pressure_does_before_entries_and_exits_balance() -> None:
    # With 75 kg/s of entries and 5 kg/s at the near exit, x ≤ 70 is served whole: x + 5 kg/s pass the first
    # pipe, x the far one. 0.2 (x + 5)² + 0.2 x² = 2,000 gives x = (−5 + √19,975) / 2 = 68.17.
    near = Verifier(FORK, (), Policy(Level.HYDRAULIC), Highs(), revision_id=REVISION, clock=time.process_time)
    booked = rights((Route("in", None), 75 * KG_10 // 10), (Route(None, "near"), KG_10 // 2))

    [(_, quantity)] = near.largest(booked, Route(None, "out"), ONE_DAY, asked(1).firmness)

    assert quantity / 49_500 == pytest.approx(68.17, abs=0.05)


def test_availability_is_the_largest_verified_quantity_and_names_the_level() -> None:
    [span] = of_line().availability(rights(), ALONG, ONE_DAY)

    assert span.level is Level.HYDRAULIC
    assert span.technical == 10 * KG_10
    assert span.available == pytest.approx(MOST, rel=1e-4)


def test_a_derated_day_is_bounded_by_its_flow_and_another_by_pressure() -> None:
    half = Overlay("second", OverlayKind.MAINTENANCE, days(14, 15), 0.5)

    largest = of_line(half).largest(rights(), ALONG, days(14, 16), asked(1).firmness)

    assert largest[0] == (days(14, 15), 5 * KG_10)
    assert largest[1][1] == pytest.approx(MOST, rel=1e-4)


def test_a_day_of_more_capacity_than_the_revision_says_is_sold_up_to_that() -> None:
    # Capacity 100 kg/s; pressures alone would allow √((60² − 40²) / 0.02) = 316 kg/s.
    wide = replace(pipe("wide", "in", "out"), attributes={RESISTANCE: 0.02}, capacity_forward=10 * KG_10)
    network = replace(LINE, nodes=(LINE.nodes[0], LINE.nodes[2]), edges=(wide,))
    winter = Overlay("wide", OverlayKind.SEASON, ONE_DAY, 1.5)
    verifier = Verifier(
        network, [winter], Policy(Level.HYDRAULIC), Highs(), revision_id=REVISION, clock=time.process_time
    )
    sold, refused = (verifier.verify(rights(), asked(kg * KG_10), NOON) for kg in (15, 16))

    assert (sold.outcome, sold.level) == (Outcome.FEASIBLE, Level.HYDRAULIC)
    assert check(network, [winter], rights(), sold) == []
    assert refused.outcome is Outcome.INFEASIBLE
    assert refused.largest_throughout == 15 * KG_10


def test_undecided_pressures_sell_nothing_unless_the_policy_says_at_which_level() -> None:
    lazy = Policy(Level.HYDRAULIC, when_undecided=WhenUndecided.SELL_AT_LEVEL_REACHED)

    def decided(calls: int, policy: Policy) -> Verdict:
        """The verdict where the clock jumps beyond the deadline after so many looks at it."""
        ticks = chain(repeat(0.0, calls), repeat(60.0))
        own = Verifier(LINE, (), policy, Highs(), revision_id=REVISION, clock=lambda: next(ticks))
        return own.verify(rights(), asked(KG_10), NOON)

    sold = [decided(calls, lazy) for calls in range(1, 20)]
    strict = [decided(calls, Policy(Level.HYDRAULIC)) for calls in range(1, 20)]

    late = [verdict for verdict in sold if verdict.demanded_level is Level.HYDRAULIC]
    assert late
    assert all(v.is_feasible and v.level is Level.ROBUST and "seconds" in v.reason for v in late)
    assert faults(late[0]) == []
    assert {verdict.outcome for verdict in strict} == {Outcome.UNDECIDED, Outcome.FEASIBLE}
    assert all(v.level is Level.HYDRAULIC and v.demanded_level is None for v in strict)


class GivenUp:
    """The hold on a question for whose answer nobody waits any more after so many looks at it."""

    paused_s = 0.0

    def __init__(self, looks: int) -> None:
        self._looks = looks

    @property
    def is_abandoned(self) -> bool:
        self._looks -= 1
        return self._looks < 0

    def pause(self) -> None:
        """Nobody else is due."""


def test_what_was_given_up_when_nobody_waited_any_more_is_decided_for_the_next_who_asks() -> None:
    of = catalogue.load("gaslib-40")
    exit_only = next(route for route in routes(of) if route.receipt is None)
    own = Verifier(of, (), Policy(Level.HYDRAULIC), Highs(), revision_id=REVISION, clock=lambda: 0.0)
    request = Request(exit_only, KG_10, ONE_DAY)
    with interruptible(GivenUp(looks=1)):
        assert own.verify(rights(), request, NOON).outcome is Outcome.UNDECIDED
    assert own.verify(rights(), request, NOON).is_feasible


def test_the_picture_of_a_day_shows_every_pressure() -> None:
    picture = of_line().views.pressures(rights((ALONG, 5 * KG_10)), DAY, seconds=5.0)

    assert picture.outcome is Outcome.FEASIBLE
    assert picture.state is not None
    first, half_way, last = picture.state.pressures_bar
    # Each pipe loses 0.2 · 50² = 500 bar².
    assert first**2 - half_way**2 == pytest.approx(500, abs=1e-4)
    assert half_way**2 - last**2 == pytest.approx(500, abs=1e-4)


def test_routes_that_end_in_the_same_nomination_have_their_own_largest_quantity() -> None:
    # Beside 50 kg/s of exit rights, 100 kg/s of entry rights and 50 kg/s along the line both send 50 kg/s
    # through it, and each is the most that the pipe of 100 kg/s allows.
    own, booked = of_line(), rights((Route(None, "out"), 5 * KG_10))

    [(_, entry)] = own.largest(booked, Route("in", None), ONE_DAY, Firmness.FIRM)
    [(_, along)] = own.largest(booked, ALONG, ONE_DAY, Firmness.FIRM)

    assert (entry, along) == (10 * KG_10, 5 * KG_10)
