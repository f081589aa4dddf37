"""What the platform publishes about bookings: how many, how they ended, how long they took."""

import pytest
from prometheus_client import REGISTRY
from tests.integration.market.market_fixture import ANNA, MarketFixture

from linepack.problems import Problem

pytestmark = pytest.mark.anyio


def figure(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_a_booking_and_a_refusal_are_counted_with_what_was_found(market_fixture: MarketFixture) -> None:
    feasible = {"outcome": "FEASIBLE", "level": "FLOW"}
    infeasible = {"outcome": "INFEASIBLE", "level": "FLOW"}
    booked, refused = (figure("linepack_bookings_total", **found) for found in (feasible, infeasible))
    verified = figure("linepack_verification_seconds_count", level="FLOW")

    await market_fixture.book(ANNA, quantity=80)
    with pytest.raises(Problem):
        await market_fixture.book(ANNA, quantity=1)

    assert figure("linepack_bookings_total", **feasible) == booked + 1
    assert figure("linepack_bookings_total", **infeasible) == refused + 1
    assert figure("linepack_verification_seconds_count", level="FLOW") >= verified + 2
