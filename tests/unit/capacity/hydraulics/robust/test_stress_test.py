"""The stress test with deciders whose answers are known, and with the solver on a station the pencil knows.

The station: a (at most 40 bar) – compressor, ratio at most 2 – m – pipe, β = 1 – x (at least 30 bar). Through
the bypass 40² − 30² = β q², with the machines (2 · 40)² − 30² = β q².
"""

import math
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from tests.unit.capacity.hydraulics.small_networks import edge, network, node, pipe

from capacity.hydraulics.infeasibility.certificate import InfeasibilityCertificate
from capacity.hydraulics.infeasibility.checker.check import CheckedCertificate, certificate_faults
from capacity.hydraulics.physics.network import HydraulicNetwork, compile_hydraulics
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.physics.state import HydraulicState
from capacity.hydraulics.robust.scale import robust_scale
from capacity.hydraulics.robust.stress_test import stress_nominations
from capacity.hydraulics.search.portfolio import Feasible, Infeasible, Undecided
from capacity.networks.model import EdgeKind
from capacity.solvers.deadline import Deadline
from capacity.solvers.highs import Highs

BOOKED = 10.0
BYPASSED = math.sqrt(40**2 - 30**2) / BOOKED
COMPRESSED = math.sqrt(80**2 - 30**2) / BOOKED
STATE = HydraulicState((), (), (), (), ())


def station(*, has_bypass: bool = True) -> HydraulicNetwork:
    nodes = [node("a", 1, 10, 40), node("m", 0, 10, 100), node("x", -1, 30, 100)]
    machines = edge("c", EdgeKind.COMPRESSOR_STATION, "a", "m", {"pressure_ratio_max": 2.0})
    compiled = compile_hydraulics(network(nodes, [machines, pipe("p", "m", "x", 1.0)]))
    return replace(compiled, has_bypass=np.array([has_bypass, True]))


LEAST, MOST = np.array([0, 0, -BOOKED]), np.array([2 * BOOKED, 0, 0])


def nothing(_fraction: float, _text: str) -> None:
    """Tell no one."""


@dataclass
class Threshold:
    """Refutes what injects more than `refuted`, shows what injects at most `shown`, else stays undecided."""

    refuted: float
    shown: float
    asked: list[float] = field(default_factory=list)

    def decide(self, problem: HydraulicProblem, deadline: Deadline) -> Feasible | Infeasible | Undecided:
        deadline.left()
        supply = problem.supply_max
        self.asked.append(supply)
        if supply > self.refuted:
            return Infeasible(CheckedCertificate(problem, InfeasibilityCertificate(())), None)
        return Feasible(STATE) if supply <= self.shown else Undecided("too hard", None)


def test_stations_in_bypass_prove_the_lower_end_and_a_refutation_the_upper() -> None:
    found = robust_scale(station(), LEAST, MOST, Highs(), Deadline(60.0), nothing)

    assert not found.is_passive
    assert found.certified == pytest.approx(BYPASSED)
    assert found.unrefuted is not None
    assert found.witnessed is not None
    assert found.unrefuted <= COMPRESSED <= found.witnessed
    assert found.witnessed / found.unrefuted < 1.02
    assert found.pair == ("a", "x")
    assert found.witness == pytest.approx([found.witnessed * BOOKED, 0, -found.witnessed * BOOKED])
    assert isinstance(found.evidence, InfeasibilityCertificate)
    problem = HydraulicProblem.of_nomination(station(), np.array(found.witness))
    assert certificate_faults(problem, found.evidence) == []


def test_without_a_bypass_nothing_is_proved_from_below() -> None:
    found = robust_scale(station(has_bypass=False), LEAST, MOST, Highs(), Deadline(60.0), nothing)

    assert found.certified == 0.0
    assert found.unrefuted == pytest.approx(COMPRESSED, rel=0.02)
    assert found.methods[0] == "nothing proved from below"


def test_nominations_left_undecided_raise_neither_end_and_are_counted() -> None:
    decider = Threshold(60.0, 45.0)
    found = robust_scale(station(), LEAST, MOST, Highs(), Deadline(60.0), nothing, decider=decider)

    assert found.unrefuted is not None
    assert found.witnessed is not None
    assert found.unrefuted * BOOKED <= 45.0
    assert found.witnessed * BOOKED > 60.0
    assert found.undecided == sum(45.0 < supply <= 60.0 for supply in decider.asked) > 0
    assert found.asked == len(decider.asked)


def test_what_nothing_refutes_has_no_witness() -> None:
    decider = Threshold(math.inf, math.inf)
    found = robust_scale(station(), LEAST, MOST, Highs(), Deadline(60.0), nothing, decider=decider)

    assert found.witnessed is None
    assert found.witness == ()
    assert found.unrefuted is not None
    assert found.unrefuted > found.certified


def test_when_time_ends_what_was_proved_stands() -> None:
    """The clock moves at every look; time ends before the scale has grown to what is refuted."""
    ticks = iter(range(1000))
    deadline = Deadline(4.5, lambda: float(next(ticks)))
    decider = Threshold(65.0, math.inf)
    found = robust_scale(station(), LEAST, MOST, Highs(), deadline, nothing, decider=decider)

    assert found.certified == pytest.approx(BYPASSED)
    assert found.unrefuted == pytest.approx(max(decider.asked) / BOOKED)
    assert found.witnessed is None
    assert found.asked == len(decider.asked) > 0


def test_without_any_time_nothing_is_known() -> None:
    ticks = iter(range(1000))
    decider = Threshold(math.inf, math.inf)
    deadline = Deadline(1e-9, lambda: float(next(ticks)))
    found = robust_scale(station(), LEAST, MOST, Highs(), deadline, nothing, decider=decider)

    assert found.certified == 0.0
    assert found.witnessed is None
    assert decider.asked == []


def test_stress_nominations_are_balanced_within_the_booking_and_unlike() -> None:
    nominations = stress_nominations(station(), LEAST, MOST)

    assert len(nominations) == 1
    assert nominations[0].injection == pytest.approx([BOOKED, 0, -BOOKED])
    assert nominations[0].pair == ("a", "x")
