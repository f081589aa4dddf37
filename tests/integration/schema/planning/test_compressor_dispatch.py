"""Compressor dispatch through the API: asked for by the operator, run as a job, read by its job."""

from typing import Any

import pytest
from tests.integration.market.market_fixture import (
    NETWORK,
    NOVEMBER,
    OPERATING,
    OTHER_OPERATOR,
    acting_for,
)
from tests.integration.schema.harness import SchemaHarness, places

from capacity.publication import catalogue
from linepack.access import Role
from planning.nominations import published
from server.declarations import job_kinds
from server.jobs.runner import JobRunner

pytestmark = pytest.mark.anyio

PAYLOAD = "... on JobPayload { job { id state kind } }"
DISPATCH = """
query ($job: ID!) {
  compressorDispatch(job: $job) {
    gasDay revision initialKw leastKw fuelKgPerS tried isComplete solvers summary
    least { edge { code } mode configuration flowKgPerS inletBar outletBar powerKw hasMachines
            machines { code flowKgPerS speedPerMin powerKw fuelKgPerS } }
  }
}
"""
DAY = NOVEMBER.start.isoformat()


def asked(**given: Any) -> dict[str, Any]:
    network = catalogue.load("gaslib-40")
    nomination = published(network, 0.6)
    exits = [{"node": name, "leastBar": 40.0} for name, quantity in nomination.items() if quantity < 0]
    entries = [{"node": name, "mostBar": 55.0} for name, quantity in nomination.items() if quantity > 0]
    return {
        "network": "gaslib-40",
        "gasDay": DAY,
        "nomination": [
            {"node": name, "enters" if units > 0 else "leaves": str(abs(units))}
            for name, units in nomination.items()
        ],
        "pressures": [*entries, *exits],
        "seconds": 60,
        **given,
    }


async def test_stations_are_dispatched_in_a_process_of_their_own(harness: SchemaHarness) -> None:
    answer = await harness.act(OPERATING, "dispatchCompressors", PAYLOAD, **asked())
    job = answer["job"]
    assert (job["state"], job["kind"]) == ("QUEUED", "COMPRESSOR_DISPATCH")
    assert (await harness.act(OPERATING, "dispatchCompressors", PAYLOAD, **asked()))["job"] == job
    assert (await harness.ask(OPERATING, DISPATCH, job=job["id"]))["compressorDispatch"] is None

    assert await JobRunner(harness.market_fixture.database, job_kinds()).run_one()
    found = (await harness.ask(OPERATING, DISPATCH, job=job["id"]))["compressorDispatch"]
    assert (found["gasDay"], found["revision"], found["isComplete"]) == (DAY, 1, True)
    assert found["leastKw"] < found["initialKw"]
    assert found["summary"].startswith(f"On {DAY} 3.2")
    running = [run for run in found["least"] if run["powerKw"]]
    assert len(running) == 3
    assert sum(run["powerKw"] for run in running) == pytest.approx(found["leastKw"])
    assert all(run["machines"][0]["speedPerMin"] > 0 for run in running)


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"seconds": 0}, "seconds"),
        ({"pressures": [{"node": "nowhere", "leastBar": 40.0}]}, "node nowhere"),
        ({"pressures": [{"node": "sink_1", "leastBar": 60.0, "mostBar": 50.0}]}, "node sink_1"),
        ({"pressures": [{"node": "sink_1", "leastBar": -1.0}]}, "node sink_1"),
        ({"nomination": [{"node": "nowhere", "enters": "1"}]}, "node nowhere"),
        ({"nomination": [{"node": "source_1", "enters": "1000"}]}, "nomination"),
        ({"nomination": [{"node": "source_1", "enters": "1"}] * 2}, "node source_1"),
        ({"nomination": None}, "nomination"),
    ],
)
async def test_what_cannot_be_dispatched_is_refused(
    harness: SchemaHarness, given: dict[str, Any], place: str
) -> None:
    answer = await harness.act(OPERATING, "dispatchCompressors", PAYLOAD, **asked(**given))
    assert answer["code"] == "INVALID_INPUT"
    assert place in places(answer)


async def test_only_the_operator_of_a_network_dispatches_it(harness: SchemaHarness) -> None:
    other = acting_for(OTHER_OPERATOR, Role.OPERATOR)
    answer = await harness.act(other, "dispatchCompressors", PAYLOAD, **asked())
    assert answer["code"] == "NOT_FOUND"


async def test_a_network_without_the_physics_is_refused_with_every_pipe(harness: SchemaHarness) -> None:
    given = asked(network=NETWORK.code, nomination=None, pressures=[])
    answer = await harness.act(OPERATING, "dispatchCompressors", PAYLOAD, **given)
    assert answer["code"] == "INVALID_INPUT"
    assert places(answer) == ["pipe aj", "pipe bj", "pipe jx", "pipe jy"]
