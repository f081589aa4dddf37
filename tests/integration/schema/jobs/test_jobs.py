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
from tests.integration.schema.harness import SchemaHarness, by_code, places, schema_harness, statements

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
      gasDay revision rightsVersion certified unrefuted witnessed binding { code }
      pairsTotal pairsProved isPassive
      boxes nominations asked undecided methods compressibility usesMaps pathQuantity
      witness { node { code } quantity flowKgPerS }
    }
  }
}
"""
FOLLOW = "subscription ($id: ID!) { jobProgress(id: $id) { state progress text } }"
CHANGES = """subscription ($after: Cursor) { jobChanges(network: "fork", after: $after) {
  ... on JobChange { cursor jobState job { id state } } } }"""
AVAILABILITY = (
    'subscription { availabilityChanges(after: "0") { ... on AvailabilityChange { cursor topic } } }'
)


@pytest.fixture
async def harness(database: Database, redis: Redis) -> SchemaHarness:
    """The schema, on a network whose second revision says how long and wide its pipes are."""
    harness = schema_harness(await fill_market(database), redis)
    pipes = (replace(edge, length_m=50_000.0, diameter_mm=20.0, roughness_mm=0.05) for edge in NETWORK.edges)
    network = replace(NETWORK, edges=tuple(pipes))
    async with UnitOfWork(database) as uow:
        command = PublishRevision(network_id=harness.market_fixture.network_id, network=network)
        await publish_revision(command, Context(uow=uow, principal=OPERATING, at=NOW))
    return harness


async def validate(harness: SchemaHarness, **given: Any) -> dict[str, Any]:
    asked = {"network": "fork", "gasDay": DAY, "seconds": 60, **given}
    answer = await harness.act(OPERATING, "validateBookings", PAYLOAD, **asked)
    assert answer["__typename"] == "JobPayload", answer
    job: dict[str, Any] = answer["job"]
    return job


async def claimed(harness: SchemaHarness) -> Claim:
    async with UnitOfWork(harness.market_fixture.database) as uow:
        held = await queue.claim(uow, "worker")
    assert held is not None
    return held


@asynccontextmanager
async def relaying(harness: SchemaHarness) -> AsyncIterator[None]:
    """Give events their positions while the block runs."""

    async def relay() -> None:
        while True:
            await harness.relay()
            await asyncio.sleep(0.02)

    task = asyncio.create_task(relay())
    try:
        yield
    finally:
        task.cancel()


async def test_the_same_question_about_the_same_rights_is_one_job(harness: SchemaHarness) -> None:
    await harness.market_fixture.book(quantity=10)
    first = await validate(harness)
    assert first == {
        "id": first["id"],
        "state": "QUEUED",
        "kind": "ROBUST_VALIDATION",
        "progress": 0.0,
        "text": "",
        "error": "",
        "attempts": 0,
        "network": {"code": "fork"},
        "requestedBy": {"code": "P4"},
    }
    assert await validate(harness) == first
    assert (await validate(harness, seconds=61))["id"] != first["id"]
    assert (await validate(harness, gasDay="2026-11-02"))["id"] != first["id"]


async def test_another_booking_another_overlay_or_another_policy_make_it_another_question(
    harness: SchemaHarness,
) -> None:
    database, network_id = harness.market_fixture.database, harness.market_fixture.network_id
    await harness.market_fixture.book(quantity=10)
    ids = {(await validate(harness))["id"]}
    await harness.market_fixture.book(quantity=1)
    ids.add((await validate(harness))["id"])
    async with UnitOfWork(database) as uow:
        overlay = Overlay("jy", OverlayKind.MAINTENANCE, NOVEMBER, 0.5)
        put = PutOverlay(network_id=network_id, overlay=overlay, idempotency_key=key())
        await set_overlay(put, Context(uow=uow, principal=OPERATING, at=NOW))
    ids.add((await validate(harness))["id"])
    async with UnitOfWork(database) as uow:
        await set_policy(
            SetPolicy(network_id, Policy(Level.ROBUST, Level.FLOW)),
            Context(uow=uow, principal=OPERATING, at=NOW),
        )
    ids.add((await validate(harness))["id"])

    assert len(ids) == 4


async def test_the_input_is_all_that_the_result_depends_on(harness: SchemaHarness) -> None:
    await harness.market_fixture.book(quantity=10)
    async with UnitOfWork(harness.market_fixture.database) as uow:
        overlay = Overlay("jy", OverlayKind.MAINTENANCE, NOVEMBER, 0.5)
        put = PutOverlay(network_id=harness.market_fixture.network_id, overlay=overlay, idempotency_key=key())
        await set_overlay(put, Context(uow=uow, principal=OPERATING, at=NOW))
    await validate(harness)
    asked = (await claimed(harness)).job.input

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
async def test_what_cannot_be_validated_is_refused(
    harness: SchemaHarness, given: dict[str, Any], code: str
) -> None:
    await harness.market_fixture.book(quantity=10)
    asked = {"network": "fork", "gasDay": DAY, **given}
    answer = await harness.act(OPERATING, "validateBookings", PAYLOAD, **asked)

    assert answer["code"] == code


async def test_only_the_operator_of_the_network_validates_and_cancels(harness: SchemaHarness) -> None:
    await harness.market_fixture.book(quantity=10)
    job = await validate(harness)
    asked = {"network": "fork", "gasDay": DAY}
    refused = await harness.act(OTHER_OPERATING, "validateBookings", PAYLOAD, **asked)
    assert refused["code"] == "NOT_FOUND"
    refused = await harness.act(OTHER_OPERATING, "cancelJob", PAYLOAD, jobId=job["id"])
    assert refused["code"] == "NOT_FOUND"
    cancelled = await harness.act(OPERATING, "cancelJob", PAYLOAD, jobId=job["id"])
    assert cancelled["job"]["state"] == "CANCELLED"


async def test_jobs_are_shown_to_the_operator_and_the_regulator_and_to_nobody_else(
    harness: SchemaHarness,
) -> None:
    await harness.market_fixture.book(quantity=10)
    job = await validate(harness)
    listed = '{ jobs(network: "fork") { edges { node { id } } } }'
    for viewer, seen in ((OPERATING, 1), (REGULATING, 1), (OTHER_OPERATING, 0), (BY_ANNA, 0)):
        edges = (await harness.ask(viewer, listed))["jobs"]["edges"]
        assert [edge["node"]["id"] for edge in edges] == [job["id"]] * seen
    with pytest.raises(AssertionError, match="no job"):
        await harness.ask(BY_ANNA, VALIDATION, id=job["id"])


async def test_the_list_pages_by_key(harness: SchemaHarness) -> None:
    await harness.market_fixture.book(quantity=10)
    jobs = [(await validate(harness, seconds=seconds))["id"] for seconds in (1, 2, 3)]
    rows = "edges { node { id } } pageInfo { endCursor hasNextPage }"
    query = f"query ($after: String) {{ jobs(first: 2, after: $after) {{ {rows} }} }}"
    first = (await harness.ask(OPERATING, query))["jobs"]
    second = (await harness.ask(OPERATING, query, after=first["pageInfo"]["endCursor"]))["jobs"]

    assert [edge["node"]["id"] for edge in first["edges"] + second["edges"]] == jobs[::-1]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)


async def test_a_result_is_shown_in_figures_and_in_words(harness: SchemaHarness) -> None:
    await harness.fill(1)
    [edge] = (await harness.ask(BY_ANNA, "{ jobs { edges { node { id } } } }"))["jobs"]["edges"]
    job = (await harness.ask(BY_ANNA, VALIDATION, id=edge["node"]["id"]))["job"]

    assert job["state"] == "DONE"
    assert job["summary"].startswith(
        "Every balanced nomination within 1.034 times the rights of 2026-11-01 keeps its pressures. "
        "One within 1.064 times does not, between a and x: 106 kWh/h at a in, 106 kWh/h at x out."
    )
    found = by_code(job["validation"])
    assert (found["certified"], found["unrefuted"], found["witnessed"]) == (1.034, None, 1.064)
    assert (found["binding"], found["pathQuantity"]) == (["a", "x"], 100)
    assert found["witness"] == [
        {"node": "a", "quantity": 106, "flowKgPerS": 1.5},
        {"node": "x", "quantity": -106, "flowKgPerS": -1.5},
    ]


async def test_a_job_is_followed_from_how_it_stands_until_it_is_over(harness: SchemaHarness) -> None:
    await harness.market_fixture.book(quantity=10)
    job = await validate(harness)
    async with relaying(harness), harness.subscribed(OPERATING, FOLLOW, id=job["id"]) as following:
        seen = [await following()]
        held = await claimed(harness)
        seen.append(await following())
        async with UnitOfWork(harness.market_fixture.database) as uow:
            await queue.heartbeat(uow, held, (0.5, "half way"))
        seen.append(await following())
        async with UnitOfWork(harness.market_fixture.database) as uow:
            await queue.fail(uow, held, "no")
        seen += [await following(), await following()]

    assert [one and one["jobProgress"] for one in seen] == [
        {"state": "QUEUED", "progress": 0.0, "text": ""},
        {"state": "RUNNING", "progress": 0.0, "text": "started"},
        {"state": "RUNNING", "progress": 0.5, "text": "half way"},
        {"state": "FAILED", "progress": 0.5, "text": "half way"},
        None,
    ]


async def test_a_job_that_is_over_is_told_once(harness: SchemaHarness) -> None:
    await harness.market_fixture.book(quantity=10)
    job = await validate(harness)
    await harness.act(OPERATING, "cancelJob", PAYLOAD, jobId=job["id"])
    async with harness.subscribed(OPERATING, FOLLOW, id=job["id"]) as following:
        assert (await following())["jobProgress"]["state"] == "CANCELLED"
        assert await following() is None


async def test_a_job_is_not_followed_by_whom_it_does_not_concern(harness: SchemaHarness) -> None:
    await harness.market_fixture.book(quantity=10)
    job = await validate(harness)
    async with harness.subscribed(BY_ANNA, FOLLOW, id=job["id"]) as following:
        with pytest.raises(AssertionError, match="no job"):
            await following()


async def test_what_becomes_of_jobs_is_told_from_where_the_list_stood(harness: SchemaHarness) -> None:
    await harness.market_fixture.book(quantity=10)
    before = await validate(harness)
    await harness.relay()
    cursor = (await harness.ask(OPERATING, "{ jobs { cursor } }"))["jobs"]["cursor"]
    asked = await validate(harness, seconds=59)
    await harness.act(OPERATING, "cancelJob", PAYLOAD, jobId=before["id"])
    await harness.act(OPERATING, "cancelJob", PAYLOAD, jobId=asked["id"])
    await harness.relay()
    for viewer in (OPERATING, REGULATING):
        async with harness.subscribed(viewer, CHANGES, after=cursor) as following:
            told = [(await following())["jobChanges"] for _ in range(3)]
        assert [(one["job"], one["jobState"]) for one in told] == [
            ({"id": asked["id"], "state": "CANCELLED"}, "QUEUED"),
            ({"id": before["id"], "state": "CANCELLED"}, "CANCELLED"),
            ({"id": asked["id"], "state": "CANCELLED"}, "CANCELLED"),
        ]
    async with harness.subscribed(OPERATING, CHANGES, after=told[1]["cursor"]) as following:
        assert (await following())["jobChanges"] == told[2]


async def test_jobs_are_no_news_about_availability(harness: SchemaHarness) -> None:
    await validate_between_two_bookings(harness)
    async with harness.subscribed(BY_ANNA, AVAILABILITY) as following:
        topics: list[str] = []
        while topics.count("CONTRACT_BOOKED") < 2:
            topics.append((await following())["availabilityChanges"]["topic"])

    assert not [topic for topic in topics if topic.startswith("JOB")]


async def validate_between_two_bookings(harness: SchemaHarness) -> None:
    await harness.market_fixture.book(quantity=10)
    await validate(harness)
    await harness.market_fixture.book(quantity=10)
    await harness.relay()


async def test_a_validation_costs_few_statements(harness: SchemaHarness) -> None:
    await harness.market_fixture.book(quantity=10)
    await validate(harness)
    again = await statements(lambda: validate(harness, seconds=59))

    assert again <= 8


async def test_bookings_are_validated_in_a_process_of_their_own(harness: SchemaHarness) -> None:
    await harness.market_fixture.book(quantity=10)
    asked = await validate(harness)
    runner = JobRunner(harness.market_fixture.database, job_kinds())
    assert await runner.run_one()
    job = (await harness.ask(OPERATING, VALIDATION, id=asked["id"]))["job"]

    assert job["state"] == "DONE"
    assert job["summary"].startswith("Every balanced nomination within ")
    found = by_code(job["validation"])
    assert (found["revision"], found["isPassive"], found["binding"]) == (2, True, ["a", "x"])
    assert 0 < found["certified"] <= found["witnessed"] < found["certified"] * 1.01
    assert await validate(harness) == {**asked, "state": "DONE", "progress": 1.0, "attempts": 1}


async def test_a_network_without_the_physics_is_refused_with_every_pipe(
    database: Database, redis: Redis
) -> None:
    harness = schema_harness(await fill_market(database), redis)
    await harness.market_fixture.book(quantity=10)
    answer = await harness.act(OPERATING, "validateBookings", PAYLOAD, network="fork", gasDay=DAY)

    assert answer["code"] == "INVALID_INPUT"
    assert places(answer) == ["pipe aj", "pipe bj", "pipe jx", "pipe jy"]
