"""What is offered instead of a refused request where pressures allow less, over several kinds of day."""

import time
from datetime import timedelta

from tests.unit.capacity.feasibility.samples import NOON, REVISION, days, rights

from capacity.feasibility.policy import Level, Policy
from capacity.feasibility.verdict import LimitKind, Outcome, Request
from capacity.feasibility.verifier import Verifier
from capacity.networks import catalogue
from capacity.rights.model import Route
from capacity.solvers.highs import Highs
from linepack.gasday import Period

NETWORK = catalogue.load("gaslib-40")
WINTER = days(1, 9)
SHARE = 0.6
"""Of the published nomination that is sold: capacities leave more beside it than pressures do."""


def test_much_is_verified_for_eight_kinds_of_day_where_pressures_allow_less_than_was_asked() -> None:
    sold = []
    for node in NETWORK.nodes:
        quantity = int(abs(node.nomination or 0) * SHARE)
        if quantity:
            route = Route(node.id, None) if node.role.may_enter else Route(None, node.id)
            sold.append((route, 2 * quantity if node.role.may_enter else quantity, WINTER))
    for number, day in enumerate(WINTER):
        one = Period(day, day + timedelta(days=1))
        sold.append((Route(None, "sink_1"), 1_000 * (number + 1), one))
    own = Verifier(
        NETWORK,
        (),
        Policy(Level.HYDRAULIC),
        Highs(),
        revision_id=REVISION,
        clock=time.process_time,
    )
    verdict = own.verify(rights(*sold), Request(Route(None, "sink_12"), 6_000_000, WINTER), NOON)

    assert verdict.outcome is Outcome.INFEASIBLE
    assert 0 < verdict.largest_throughout < verdict.bound_throughout
    assert all(verdict.largest_throughout <= one.quantity for one in verdict.largest)
    assert {one.limit.kind for one in verdict.largest if one.limit} == {LimitKind.PRESSURE}
