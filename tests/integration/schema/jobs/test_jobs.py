"""Jobs through the API: asked for by the operator, seen by whom they concern, followed and cancelled."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from redis.asyncio import Redis
from tests.integration.market.market_fixture import (
    ANNA,
    NETWORK,
    NOVEMBER,
    NOW,
    OPERATING,
    OTHER_OPERATOR,
    REGULATING,
    acting_for,
    fill_market,
    key,
)
from tests.integration.schema.harness import Stage, schema_harness, statements

from capacity.networks.model import Overlay, OverlayKind
from capacity.networks.policy import Level, Policy
from capacity.publication.service import (
    PublishRevision,
    PutOverlay,
    SetPolicy,
    publish_revision,
    set_overlay,
    set_policy,
)
from linepack.access import Role
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.jobs import queue
from linepack.jobs.model import Claim
from server.declarations import job_kinds
from server.jobs.runner import JobRunner

pytestmark = pytest.mark.anyio

BY_ANNA = acting_for(ANNA)
OTHER_OPERATING = acting_for(OTHER_OPERATOR, Role.OPERATOR)
DAY = NOVEMBER.start.isoformat()
JOB = "id state kind progress text error attempts network { code } requestedBy { code }"
PAYLOAD = f"... on JobPayload {{ job {{ {JOB} }} }}"
VALIDATION = """
query ($id: ID!) {
  job(id: $id) {
    state summary
    validation {
      gasDay revision rightsVersion certified unrefuted witnessed binding pairsTotal pairsProved isPassive
      boxes nominations asked undecided methods compressibility usesMaps pathQuantity
      witness { node quantity flowKgPerS }
    }
  }
}
"""
FOLLOW = "subscription ($id: ID!) { jobProgress(id: $id) { state progress text } }"
AVAILABILITY = (
    'subscription { availabilityChanges(after: "0") { ... on AvailabilityChange { cursor topic } } }'
)


@pytest.fixture
async def stage(database: Database, redis: Redis) -> Stage:
    """The stage, on a network whose second revision says how long and wide its pipes are."""
    stage = schema_harness(await fill_market(database), redis)
    pipes = (replace(edge, length_m=50_000.0, diameter_mm=20.0, roughness_mm=0.05) for edge in NETWORK.edges)
    network = replace(NETWORK, edges=tuple(pipes))
    async with UnitOfWork(database) as uow:
        command = PublishRevision(network_id=stage.market_fixture.network_id, network=network)
        await publish_revision(command, Context(uow=uow, principal=OPERATING, at=NOW))
    return stage


async def validate(stage: Stage, **given: Any) -> dict[str, Any]:
    asked = {"network": "fork", "gasDay": DAY, "seconds": 60, **given}
    answer = await stage.act(OPERATING, "validateBookings", PAYLOAD, **asked)
    assert answer["__typename"] == "JobPayload", answer
    job: dict[str, Any] = answer["job"]
    return job


async def claimed(stage: Stage) -> Claim:
    async with UnitOfWork(stage.market_fixture.database) as uow:
        held = await queue.claim(uow, "worker")
    assert held is not None
    return held


@asynccontextmanager
async def relaying(stage: Stage) -> AsyncIterator[None]:
    """Give events their positions while the block runs."""

    async def relay() -> None:
        while True:
            await stage.relay()
            await asyncio.sleep(0.02)

    task = asyncio.create_task(relay())
    try:
        yield
    finally:
        task.cancel()


async def test_the_same_question_about_the_same_rights_is_one_job(stage: Stage) -> None:
    await stage.market_fixture.book(quantity=10)
    first = await validate(stage)
    assert first == {
        "id": first["id"],
        "state": "QUEUED",
        "kind": "robust_validation",
        "progress": 0.0,
        "text": "",
        "error": "",
        "attempts": 0,
        "network": {"code": "fork"},
        "requestedBy": {"code": "P4"},
    }
    assert await validate(stage) == first
    assert (await validate(stage, seconds=61))["id"] != first["id"]
    assert (await validate(stage, gasDay="2026-11-02"))["id"] != first["id"]


async def test_another_booking_another_overlay_or_another_policy_make_it_another_question(
    stage: Stage,
) -> None:
    database, network_id = stage.market_fixture.database, stage.market_fixture.network_id
    await stage.market_fixture.book(quantity=10)
    ids = {(await validate(stage))["id"]}
    await stage.market_fixture.book(quantity=1)
    ids.add((await validate(stage))["id"])
    async with UnitOfWork(database) as uow:
        overlay = Overlay("jy", OverlayKind.MAINTENANCE, NOVEMBER, 0.5)
        put = PutOverlay(network_id=network_id, overlay=overlay, idempotency_key=key())
        await set_overlay(put, Context(uow=uow, principal=OPERATING, at=NOW))
    ids.add((await validate(stage))["id"])
    async with UnitOfWork(database) as uow:
        await set_policy(
            SetPolicy(network_id, Policy(Level.ROBUST, Level.FLOW)),
            Context(uow=uow, principal=OPERATING, at=NOW),
        )
    ids.add((await validate(stage))["id"])

    assert len(ids) == 4


async def test_the_input_is_all_that_the_result_depends_on(stage: Stage) -> None:
    await stage.market_fixture.book(quantity=10)
    async with UnitOfWork(stage.market_fixture.database) as uow:
        overlay = Overlay("jy", OverlayKind.MAINTENANCE, NOVEMBER, 0.5)
        put = PutOverlay(network_id=stage.market_fixture.network_id, overlay=overlay, idempotency_key=key())
        await set_overlay(put, Context(uow=uow, principal=OPERATING, at=NOW))
    await validate(stage)
    asked = (await claimed(stage)).job.input

    assert (asked["entries"], asked["exits"], asked["path_units"]) == ({"a": 10}, {"x": 10}, 10)
    assert asked["capacities"] == {"jy": [25, 0]}
    assert (asked["gas_day"], asked["seconds"], asked["revision_number"]) == (DAY, 60.0, 2)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"seconds": 0}, "INVALID_INPUT"),
        ({"seconds": 601}, "INVALID_INPUT"),
        ({"network": "nowhere"}, "NOT_FOUND"),
        ({"gasDay": "2030-01-01"}, "NOTHING_BOOKED"),
    ],
)
async def test_what_cannot_be_validated_is_refused(stage: Stage, given: dict[str, Any], code: str) -> None:
    await stage.market_fixture.book(quantity=10)
    asked = {"network": "fork", "gasDay": DAY, **given}
    answer = await stage.act(OPERATING, "validateBookings", PAYLOAD, **asked)

    assert answer["code"] == code


async def test_only_the_operator_of_the_network_validates_and_cancels(stage: Stage) -> None:
    await stage.market_fixture.book(quantity=10)
    job = await validate(stage)
    asked = {"network": "fork", "gasDay": DAY}
    refused = await stage.act(OTHER_OPERATING, "validateBookings", PAYLOAD, **asked)
    assert refused["code"] == "NOT_FOUND"
    refused = await stage.act(OTHER_OPERATING, "cancelJob", PAYLOAD, jobId=job["id"])
    assert refused["code"] == "NOT_FOUND"
    cancelled = await stage.act(OPERATING, "cancelJob", PAYLOAD, jobId=job["id"])
    assert cancelled["job"]["state"] == "CANCELLED"


async def test_jobs_are_shown_to_the_operator_and_the_regulator_and_to_nobody_else(stage: Stage) -> None:
    await stage.market_fixture.book(quantity=10)
    job = await validate(stage)
    listed = '{ jobs(network: "fork") { edges { node { id } } } }'
    for viewer, seen in ((OPERATING, 1), (REGULATING, 1), (OTHER_OPERATING, 0), (BY_ANNA, 0)):
        edges = (await stage.ask(viewer, listed))["jobs"]["edges"]
        assert [edge["node"]["id"] for edge in edges] == [job["id"]] * seen
    with pytest.raises(AssertionError, match="no job"):
        await stage.ask(BY_ANNA, VALIDATION, id=job["id"])


async def test_the_list_pages_by_key(stage: Stage) -> None:
    await stage.market_fixture.book(quantity=10)
    jobs = [(await validate(stage, seconds=seconds))["id"] for seconds in (1, 2, 3)]
    rows = "edges { node { id } } pageInfo { endCursor hasNextPage }"
    query = f"query ($after: String) {{ jobs(first: 2, after: $after) {{ {rows} }} }}"
    first = (await stage.ask(OPERATING, query))["jobs"]
    second = (await stage.ask(OPERATING, query, after=first["pageInfo"]["endCursor"]))["jobs"]

    assert [edge["node"]["id"] for edge in first["edges"] + second["edges"]] == jobs[::-1]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)


async def test_a_result_is_shown_in_figures_and_in_words(stage: Stage) -> None:
    await stage.fill(1)
    [edge] = (await stage.ask(BY_ANNA, "{ jobs { edges { node { id } } } }"))["jobs"]["edges"]
    job = (await stage.ask(BY_ANNA, VALIDATION, id=edge["node"]["id"]))["job"]

    assert job["state"] == "DONE"
    assert job["summary"].startswith(
        "Every balanced nomination within 1.034 times the rights of 2026-11-01 keeps its pressures. "
        "One within 1.064 times does not, between a and x: 106 kWh/h at a in, 106 kWh/h at x out."
    )
    found = job["validation"]
    assert (found["certified"], found["unrefuted"], found["witnessed"]) == (1.034, None, 1.064)
    assert (found["binding"], found["pathQuantity"]) == (["a", "x"], 100)
    assert found["witness"] == [
        {"node": "a", "quantity": 106, "flowKgPerS": 1.5},
        {"node": "x", "quantity": -106, "flowKgPerS": -1.5},
    ]


async def test_a_job_is_followed_from_how_it_stands_until_it_is_over(stage: Stage) -> None:
    await stage.market_fixture.book(quantity=10)
    job = await validate(stage)
    async with relaying(stage), stage.subscribed(OPERATING, FOLLOW, id=job["id"]) as following:
        seen = [await following()]
        held = await claimed(stage)
        seen.append(await following())
        async with UnitOfWork(stage.market_fixture.database) as uow:
            await queue.heartbeat(uow, held, (0.5, "half way"))
        seen.append(await following())
        async with UnitOfWork(stage.market_fixture.database) as uow:
            await queue.fail(uow, held, "no")
        seen += [await following(), await following()]

    assert [one and one["jobProgress"] for one in seen] == [
        {"state": "QUEUED", "progress": 0.0, "text": ""},
        {"state": "RUNNING", "progress": 0.0, "text": "started"},
        {"state": "RUNNING", "progress": 0.5, "text": "half way"},
        {"state": "FAILED", "progress": 0.5, "text": "half way"},
        None,
    ]


async def test_a_job_that_is_over_is_told_once(stage: Stage) -> None:
    await stage.market_fixture.book(quantity=10)
    job = await validate(stage)
    await stage.act(OPERATING, "cancelJob", PAYLOAD, jobId=job["id"])
    async with stage.subscribed(OPERATING, FOLLOW, id=job["id"]) as following:
        assert (await following())["jobProgress"]["state"] == "CANCELLED"
        assert await following() is None


async def test_a_job_is_not_followed_by_whom_it_does_not_concern(stage: Stage) -> None:
    await stage.market_fixture.book(quantity=10)
    job = await validate(stage)
    async with stage.subscribed(BY_ANNA, FOLLOW, id=job["id"]) as following:
        with pytest.raises(AssertionError, match="no job"):
            await following()


async def test_jobs_are_no_news_about_availability(stage: Stage) -> None:
    await validate_between_two_bookings(stage)
    async with stage.subscribed(BY_ANNA, AVAILABILITY) as following:
        topics = []
        while topics.count("contract.booked") < 2:
            topics.append((await following())["availabilityChanges"]["topic"])

    assert not [topic for topic in topics if topic.startswith("job.")]


async def validate_between_two_bookings(stage: Stage) -> None:
    await stage.market_fixture.book(quantity=10)
    await validate(stage)
    await stage.market_fixture.book(quantity=10)
    await stage.relay()


async def test_a_validation_costs_few_statements(stage: Stage) -> None:
    await stage.market_fixture.book(quantity=10)
    await validate(stage)
    again = await statements(stage, lambda: validate(stage, seconds=59))

    assert again <= 8


async def test_bookings_are_validated_in_a_process_of_their_own(stage: Stage) -> None:
    await stage.market_fixture.book(quantity=10)
    asked = await validate(stage)
    runner = JobRunner(stage.market_fixture.database, job_kinds())
    assert await runner.run_one()
    job = (await stage.ask(OPERATING, VALIDATION, id=asked["id"]))["job"]

    assert job["state"] == "DONE"
    assert job["summary"].startswith("Every balanced nomination within ")
    found = job["validation"]
    assert (found["revision"], found["isPassive"], found["binding"]) == (2, True, ["a", "x"])
    assert 0 < found["certified"] <= found["witnessed"] < found["certified"] * 1.01
    assert await validate(stage) == {**asked, "state": "DONE", "progress": 1.0, "attempts": 1}


async def test_a_network_without_the_physics_is_refused_with_every_pipe(
    database: Database, redis: Redis
) -> None:
    stage = schema_harness(await fill_market(database), redis)
    await stage.market_fixture.book(quantity=10)
    answer = await stage.act(OPERATING, "validateBookings", PAYLOAD, network="fork", gasDay=DAY)

    assert answer["code"] == "INVALID_INPUT"
    assert [fault["place"] for fault in answer["faults"]] == ["pipe aj", "pipe bj", "pipe jx", "pipe jy"]
