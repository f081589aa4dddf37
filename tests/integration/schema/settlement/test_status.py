"""How far settlement has come, and what is parked, as each caller sees it."""

import pytest
from tests.integration.market.market_fixture import ANNA, BERT, OPERATING, REGULATING, acting_for
from tests.integration.schema.harness import SchemaHarness

from linepack.commands.unit_of_work import UnitOfWork
from linepack.events.model import NewEvent, Stream

pytestmark = pytest.mark.anyio

STATUS = """
    query ($first: Int) { settlementStatus {
      settledThrough positions { capacity market } behindSeconds parkedCount
      parked(first: $first) { stream position topic code reason since network { code } }
    } }
"""


async def test_who_is_concerned_sees_what_waits_and_why(harness: SchemaHarness) -> None:
    await harness.market_fixture.book(ANNA, quantity=1)
    unreadable = NewEvent(
        stream=Stream.CAPACITY,
        topic="contract.booked",
        key="1",
        payload={},
        network_id=harness.market_fixture.network_id,
        audience=frozenset({ANNA}),
    )
    async with UnitOfWork(harness.market_fixture.database) as uow:
        uow.record(unreadable)
    await harness.settle()

    for principal in (acting_for(ANNA), OPERATING, REGULATING):
        status = (await harness.ask(principal, STATUS))["settlementStatus"]
        [parked] = status["parked"]
        assert (status["parkedCount"], status["behindSeconds"]) == (1, 0)
        assert status["positions"]["capacity"] == parked["position"]
        assert parked == {
            "stream": "CAPACITY",
            "position": parked["position"],
            "topic": "CONTRACT_BOOKED",
            "code": "UNREADABLE_EVENT",
            "reason": "event contract.booked cannot be settled: contract: Field required",
            "since": "2026-10-01T12:00:00Z",
            "network": {"code": "fork"},
        }
    status = (await harness.ask(acting_for(BERT), STATUS))["settlementStatus"]
    assert (status["parkedCount"], status["parked"]) == (0, [])


async def test_a_page_of_what_waits_has_a_limit(harness: SchemaHarness) -> None:
    result = await harness.ask(REGULATING, STATUS, first=1)
    assert result["settlementStatus"]["parked"] == []
    with pytest.raises(AssertionError, match="a page has 1 to 100 rows, not 101"):
        await harness.ask(REGULATING, STATUS, first=101)
