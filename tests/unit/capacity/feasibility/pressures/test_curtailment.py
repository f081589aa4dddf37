"""Days whose rights keep no pressure already: a request is proved beside what a curtailment leaves of them.

The line of `test_pressures` with one pipe more, from its entry to an exit aside: β = 0.2 bar² s²/kg² as well,
so that it carries 100 kg/s on its own whatever flows along the line. 80 kg/s are sold along the line, and
pressures allow √5000 = 70.7107 of them: that is a factor of 0.883883.
"""

import time
from dataclasses import replace

import pytest
from tests.unit.capacity.feasibility.pressures.test_pressure_prover import ALONG, KG_10, LINE, MOST, pipe
from tests.unit.capacity.feasibility.samples import NOON, ONE_DAY, REVISION, rights

from capacity.feasibility.checking.verdict_checker import check
from capacity.feasibility.flow.flow_network import compile_network
from capacity.feasibility.flow.load_cases import LoadCase, load_cases
from capacity.feasibility.pressures.curtailment import largest_factor
from capacity.feasibility.verdicts.certificates import (
    CURTAILMENT_SCALE,
    DayProof,
    InfeasibilityProof,
    Outcome,
)
from capacity.feasibility.verdicts.verdict import Request, Verdict
from capacity.feasibility.verifier import Verifier
from capacity.networks.model import Node, NodeRole, Overlay, OverlayKind
from capacity.networks.overlays import segments
from capacity.networks.physics import with_capacities
from capacity.networks.policy import Level, Policy
from capacity.rights.model import Firmness, Route
from capacity.rights.snapshot import RightsSnapshot
from capacity.solvers.deadline import Deadline, LimitReached
from capacity.solvers.highs import Highs

ASIDE = with_capacities(
    replace(
        LINE,
        nodes=(*LINE.nodes, Node("aside", NodeRole.EXIT, pressure_min_bar=40.0, pressure_max_bar=60.0)),
        edges=(*LINE.edges, pipe("third", "in", "aside")),
    )
)
TO_ASIDE = Route("in", "aside")
SOLD = rights((ALONG, 8 * KG_10))
HALVED = Overlay("second", OverlayKind.MAINTENANCE, ONE_DAY, 0.5)


def verifier_of(*overlays: Overlay) -> Verifier:
    return Verifier(
        ASIDE, overlays, Policy(Level.HYDRAULIC), Highs(), revision_id=REVISION, clock=time.process_time
    )


def asked(route: Route, quantity: int, booked: RightsSnapshot = SOLD, *overlays: Overlay) -> Verdict:
    verdict = verifier_of(*overlays).verify(booked, Request(route, quantity, ONE_DAY), NOON)
    plain = Verdict.from_json(verdict.to_json())
    assert plain.to_json() == verdict.to_json()
    assert check(ASIDE, overlays, booked, plain) == []
    return plain


def of_pressures(verdict: Verdict) -> DayProof:
    [proof] = [proof for proof in verdict.proofs if proof.level is Level.HYDRAULIC]
    return proof


def test_a_route_that_costs_no_pressure_is_sold_beside_rights_that_are_short_of_it() -> None:
    verdict = asked(TO_ASIDE, 5 * KG_10)

    assert verdict.outcome is Outcome.FEASIBLE
    curtailment = of_pressures(verdict).curtailment
    assert curtailment is not None
    assert curtailment.factor / CURTAILMENT_SCALE == pytest.approx(MOST / (8 * KG_10), abs=1e-4)
    assert curtailment.factor * 8 * KG_10 <= MOST * CURTAILMENT_SCALE
    assert dict(curtailment.stack) == {ALONG: 8 * KG_10 * curtailment.factor // CURTAILMENT_SCALE}
    assert of_pressures(verdict).covering == ((TO_ASIDE, 5 * KG_10), *curtailment.stack)


def test_a_route_that_lacks_pressure_itself_is_refused_and_offered_nothing() -> None:
    verdict = asked(ALONG, KG_10)

    assert verdict.outcome is Outcome.INFEASIBLE
    proof = of_pressures(verdict)
    assert isinstance(proof.certificate, InfeasibilityProof)
    assert proof.curtailment is not None
    # What a factor and the search leave of √5000 kg/s, and no more.
    assert verdict.largest_throughout <= MOST * 1e-4


def test_what_is_offered_beside_a_curtailment_is_what_is_sold() -> None:
    own = verifier_of()

    [(_, quantity)] = own.largest(SOLD, TO_ASIDE, ONE_DAY, Firmness.FIRM)

    # The pipe aside carries 100 kg/s; the technical capacity of the entry is 200 kg/s, 80 of them sold.
    assert quantity == 10 * KG_10
    assert own.verify(SOLD, Request(TO_ASIDE, quantity, ONE_DAY), NOON).is_feasible


def test_a_day_whose_flow_is_short_is_restored_by_the_same_rule() -> None:
    # The second pipe is halved to 50 kg/s; 60 are sold through it.
    booked = rights((ALONG, 6 * KG_10))

    verdict = asked(TO_ASIDE, KG_10, booked, HALVED)

    assert verdict.outcome is Outcome.FEASIBLE
    curtailment = of_pressures(verdict).curtailment
    assert curtailment is not None
    assert curtailment.factor / CURTAILMENT_SCALE == pytest.approx(5 / 6, abs=1e-3)


def test_a_day_that_keeps_its_pressures_is_not_curtailed() -> None:
    booked = rights((ALONG, 7 * KG_10))

    assert of_pressures(asked(TO_ASIDE, KG_10, booked)).curtailment is None
    assert of_pressures(asked(ALONG, KG_10, booked)).curtailment is None


def test_other_rights_of_the_same_nomination_have_a_curtailment_of_their_own() -> None:
    own, request = verifier_of(), Request(TO_ASIDE, 5 * KG_10, ONE_DAY)
    apart = rights((Route("in", None), 8 * KG_10), (Route(None, "out"), 8 * KG_10))

    assert own.verify(SOLD, request, NOON).is_feasible
    verdict = own.verify(apart, request, NOON)
    assert verdict.is_feasible, verdict.reason
    curtailment = of_pressures(verdict).curtailment
    assert curtailment is not None
    assert [route for route, _ in curtailment.stack] == [Route(None, "out"), Route("in", None)]


def test_a_curtailment_that_is_changed_proves_nothing() -> None:
    verdict = asked(TO_ASIDE, 5 * KG_10)
    proof = of_pressures(verdict)
    assert proof.curtailment is not None
    kept = [one for one in verdict.proofs if one is not proof]

    def faults(booked: RightsSnapshot = SOLD, **changes: object) -> list[str]:
        assert proof.curtailment is not None
        other = replace(proof, curtailment=replace(proof.curtailment, **changes))  # type: ignore[arg-type]
        found = check(ASIDE, (), booked, replace(verdict, proofs=(*kept, other)))
        return [str(fault) for fault in found]

    assert any("factor that is none" in fault for fault in faults(factor=CURTAILMENT_SCALE))
    assert any("other rights than the factor says" in fault for fault in faults(factor=1))
    assert any("other rights than the factor says" in fault for fault in faults(stack=()))
    # Rights that do keep their pressures are not curtailed for anybody.
    assert check(ASIDE, (), rights((ALONG, 7 * KG_10)), verdict) != []


class _Looks:
    """Trials that find a state up to a factor, but in no more than so much time each."""

    def __init__(self, room: int, look_s: float) -> None:
        self.now, self._room, self._look_s = 0.0, room, look_s

    def clock(self) -> float:
        return self.now

    def keeps_pressure(self, day: LoadCase, deadline: Deadline) -> bool:
        left = deadline.left()
        if not day.load.demand_max:
            return True
        self.now += min(left, self._look_s)
        return left >= self._look_s and day.load.demand_max <= self._room

    def lacks_pressure(self, day: LoadCase, deadline: Deadline) -> bool:
        return self._look_s < 0.1 and day.load.demand_max > self._room

    def factor_offered(self, day: LoadCase, bracket: tuple[int, int], deadline: Deadline) -> int:
        return 0


def a_day(quantity: int) -> LoadCase:
    compiled = compile_network(ASIDE)
    table = rights((ALONG, quantity)).table(ONE_DAY)
    [day] = load_cases(compiled, table, segments(ASIDE, (), ONE_DAY), [ALONG])
    return day


def test_no_request_is_proved_beside_nothing_because_looks_were_too_short() -> None:
    slow, quick = _Looks(500_000, look_s=1.0), _Looks(500_000, look_s=0.01)
    with pytest.raises(LimitReached, match="no curtailment"):
        largest_factor(slow, a_day(CURTAILMENT_SCALE), Deadline(4.0, slow.clock))
    assert largest_factor(quick, a_day(CURTAILMENT_SCALE), Deadline(4.0, quick.clock)) == 500_000


def test_a_factor_known_is_never_lost_and_none_is_a_factor_too() -> None:
    none = _Looks(0, look_s=0.01)
    for seconds in (4.0, 2.0, 0.5):
        slow = _Looks(500_000, look_s=1.0)
        deadline = Deadline(seconds, slow.clock)
        assert largest_factor(slow, a_day(CURTAILMENT_SCALE), deadline, known=300_000) == 300_000
    assert largest_factor(none, a_day(CURTAILMENT_SCALE), Deadline(9.0, none.clock)) == 0
