"""Jobs as rows: asked for once, claimed by one worker, lost and found again, told in order."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa
from tests.event_positions import place_all
from tests.integration.market.market_fixture import NOW, acting_for

from linepack.access import PartyKind, Principal, Role
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.database.paging import Window, newest, read_window
from linepack.events.log import read
from linepack.events.model import Stream
from linepack.identity.model import Party
from linepack.identity.repository import insert_party
from linepack.ids import NetworkId, PartyId, new_id
from linepack.jobs import queue, repository, service
from linepack.jobs.errors import TooManyJobs
from linepack.jobs.model import Claim, Job, JobState, Lease, NewJob
from linepack.limits import JOB_ATTEMPTS_MAX, JOBS_WAITING_MAX
from linepack.problems import Forbidden, NotFound

pytestmark = pytest.mark.anyio

NETWORK = NetworkId(new_id())
SHIPPER, OTHER_SHIPPER, OPERATOR, OTHER_OPERATOR = (PartyId(new_id()) for _ in range(4))
OPERATING = acting_for(OPERATOR, Role.OPERATOR)
EXPIRED_S = -1.0


@pytest.fixture(autouse=True)
async def parties(database: Database) -> None:
    async with UnitOfWork(database) as uow:
        for number, party_id in enumerate((SHIPPER, OTHER_SHIPPER, OPERATOR, OTHER_OPERATOR)):
            kind = PartyKind.SHIPPER if party_id in (SHIPPER, OTHER_SHIPPER) else PartyKind.OPERATOR
            await insert_party(uow.connection, Party(party_id, f"P{number}", f"P{number}", kind), now=NOW)


def new(question: int = 1, *, kind: str = "sum", requested_by: PartyId = OPERATOR) -> NewJob:
    return NewJob(
        network_id=NETWORK,
        operator_id=OPERATOR,
        requested_by=requested_by,
        kind=kind,
        input={"question": question},
    )


async def enqueue(database: Database, job: NewJob) -> Job:
    async with UnitOfWork(database) as uow:
        return await service.enqueue(uow, job)


async def claim(database: Database, worker: str = "one", *, lease_s: float = 60.0) -> Claim | None:
    async with UnitOfWork(database) as uow:
        return await queue.claim(uow, worker, lease_s=lease_s)


async def claimed(database: Database, worker: str = "one", *, lease_s: float = 60.0) -> Claim:
    found = await claim(database, worker, lease_s=lease_s)
    assert found is not None
    return found


async def stored(database: Database, job: Job) -> Job:
    async with database.read() as connection:
        found = await repository.get(connection, OPERATING, job.id)
    assert found is not None
    return found


async def told(database: Database) -> list[tuple[str, float]]:
    await place_all(database)
    async with database.read() as connection:
        events = await read(connection, Stream.CAPACITY, 0, 100)
    payloads: list[Any] = [event.payload for event in events]
    return [(event.topic, payload["progress"]) for event, payload in zip(events, payloads, strict=True)]


async def test_the_same_input_finds_the_job_that_waits_runs_or_is_done(database: Database) -> None:
    first = await enqueue(database, new())
    assert (await enqueue(database, new(requested_by=SHIPPER))).id == first.id
    held = await claimed(database)
    assert (await enqueue(database, new())).state is JobState.RUNNING
    async with UnitOfWork(database) as uow:
        await queue.finish(uow, held, {"answer": 42})
    again = await enqueue(database, new())

    assert (again.id, again.state, again.result) == (first.id, JobState.DONE, {"answer": 42})
    others = {(await enqueue(database, other)).id for other in (new(2), new(kind="product"))}
    assert len(others | {first.id}) == 3


async def test_of_many_who_ask_for_the_same_at_once_all_get_one_job(database: Database) -> None:
    jobs = await asyncio.gather(*(enqueue(database, new()) for _ in range(8)))

    assert len({job.id for job in jobs}) == 1
    assert await told(database) == [("job.queued", 0.0)]


async def test_a_failed_job_does_not_stand_for_its_input(database: Database) -> None:
    first = await enqueue(database, new())
    held = await claimed(database)
    async with UnitOfWork(database) as uow:
        await queue.fail(uow, held, "it cannot be done")

    assert (await stored(database, first)).error == "it cannot be done"
    assert (await enqueue(database, new())).id != first.id


async def test_of_workers_that_claim_at_once_each_gets_another_job(database: Database) -> None:
    jobs = {(await enqueue(database, new(number))).id for number in range(3)}
    claims = await asyncio.gather(*(claim(database, f"worker {number}") for number in range(5)))

    assert {held.job.id for held in claims if held is not None} == jobs
    assert claims.count(None) == 2


async def test_the_eldest_job_is_claimed_first(database: Database) -> None:
    jobs = [await enqueue(database, new(number)) for number in range(3)]

    assert [(await claimed(database)).job.id for _ in jobs] == [job.id for job in jobs]


async def test_a_worker_that_is_not_heard_of_loses_its_job_and_its_result_counts_for_nothing(
    database: Database,
) -> None:
    await enqueue(database, new())
    lost = await claimed(database, "dead", lease_s=EXPIRED_S)
    found = await claimed(database, "alive")
    async with UnitOfWork(database) as uow:
        assert await queue.heartbeat(uow, lost, (0.9, "late")) is Lease.LOST
        assert await queue.finish(uow, lost, {"answer": "late"}) is None
        assert await queue.fail(uow, lost, "late") is None
        assert await queue.give_back(uow, lost) is None
        assert await queue.retry(uow, lost, "late") is None
        assert await queue.cancelled(uow, lost) is None
        await queue.finish(uow, found, {"answer": "in time"})

    assert found.job.attempts == 2
    assert (await stored(database, found.job)).result == {"answer": "in time"}


async def test_a_worker_that_reports_in_time_keeps_its_job(database: Database) -> None:
    await enqueue(database, new())
    held = await claimed(database, lease_s=EXPIRED_S)
    async with UnitOfWork(database) as uow:
        assert await queue.heartbeat(uow, held) is Lease.HELD

    assert await claim(database, "another") is None


async def test_a_job_whose_workers_die_is_failed_with_the_reason_after_its_last_attempt(
    database: Database,
) -> None:
    job = await enqueue(database, new())
    for number in range(JOB_ATTEMPTS_MAX):
        await claimed(database, f"worker {number}", lease_s=EXPIRED_S)
    assert await claim(database) is None
    failed = await stored(database, job)

    assert (failed.state, failed.attempts) == (JobState.FAILED, JOB_ATTEMPTS_MAX)
    assert failed.error == f"given up after {JOB_ATTEMPTS_MAX} attempts: the worker that ran it was lost"


async def test_a_job_given_back_has_not_used_up_an_attempt(database: Database) -> None:
    job = await enqueue(database, new())
    held = await claimed(database)
    async with UnitOfWork(database) as uow:
        await queue.give_back(uow, held)

    waiting = await stored(database, job)
    assert (waiting.state, waiting.attempts) == (JobState.QUEUED, 0)


async def test_progress_is_told_in_order_to_who_asked_and_to_the_operator(database: Database) -> None:
    job = await enqueue(database, new(requested_by=SHIPPER))
    held = await claimed(database)
    for fraction in (0.25, 0.5):
        async with UnitOfWork(database) as uow:
            await queue.heartbeat(uow, held, (fraction, f"{fraction:.0%}"))
    async with UnitOfWork(database) as uow:
        await queue.heartbeat(uow, held)  # nothing new
    running = await stored(database, job)
    async with UnitOfWork(database) as uow:
        await queue.finish(uow, held, {})

    assert (running.progress, running.text) == (0.5, "50%")
    assert await told(database) == [
        ("job.queued", 0.0),
        ("job.progress", 0.0),
        ("job.progress", 0.25),
        ("job.progress", 0.5),
        ("job.done", 1.0),
    ]
    async with database.read() as connection:
        events = await read(connection, Stream.CAPACITY, 0, 100)
    assert {event.key for event in events} == {str(job.id)}
    assert {event.audience for event in events} == {frozenset({SHIPPER, OPERATOR})}


async def test_a_waiting_job_is_cancelled_at_once(database: Database) -> None:
    job = await enqueue(database, new())
    async with UnitOfWork(database) as uow:
        cancelled = await service.cancel(uow, OPERATING, job.id)
    async with UnitOfWork(database) as uow:
        assert await service.cancel(uow, OPERATING, job.id) == cancelled

    assert cancelled.state is JobState.CANCELLED
    assert await claim(database) is None
    assert await told(database) == [("job.queued", 0.0), ("job.cancelled", 0.0)]
    assert (await enqueue(database, new())).id != job.id


@pytest.mark.parametrize("word", ["beat", "finish", "fail", "retry", "give_back", "lost"])
async def test_a_running_job_is_cancelled_at_the_next_word_of_its_worker_or_when_that_is_lost(
    database: Database, word: str
) -> None:
    job = await enqueue(database, new())
    held = await claimed(database, lease_s=EXPIRED_S)
    async with UnitOfWork(database) as uow:
        asked = await service.cancel(uow, OPERATING, job.id)
    assert (asked.state, asked.cancel_requested) == (JobState.RUNNING, True)
    assert (await enqueue(database, new())).id != job.id, "a job that is being ended stands for nothing"
    async with UnitOfWork(database) as uow:
        match word:
            case "beat":
                assert await queue.heartbeat(uow, held) is Lease.CANCELLED
                await queue.cancelled(uow, held)
            case "finish":
                await queue.finish(uow, held, {"answer": 42})
            case "fail":
                await queue.fail(uow, held, "no")
            case "retry":
                await queue.retry(uow, held, "no")
            case "give_back":
                await queue.give_back(uow, held)
            case "lost":
                await queue.claim(uow, "another")

    ended = await stored(database, job)
    assert (ended.state, ended.result, ended.error) == (JobState.CANCELLED, None, "")


async def test_a_party_may_have_so_many_jobs_waiting_and_no_more(database: Database) -> None:
    for number in range(JOBS_WAITING_MAX):
        await enqueue(database, new(number))
    with pytest.raises(TooManyJobs, match=f"{JOBS_WAITING_MAX} jobs of yours are waiting"):
        await enqueue(database, new(-1))

    await enqueue(database, new(1))
    await enqueue(database, new(-1, requested_by=SHIPPER))


@pytest.mark.parametrize(
    ("principal", "is_seen"),
    [
        (acting_for(SHIPPER), True),
        (acting_for(OTHER_SHIPPER), False),
        (OPERATING, True),
        (acting_for(OTHER_OPERATOR, Role.OPERATOR), False),
        (acting_for(None, Role.REGULATOR), True),
    ],
)
async def test_a_job_is_seen_by_who_asked_the_operator_and_those_who_oversee(
    database: Database, principal: Principal, is_seen: bool
) -> None:
    job = await enqueue(database, new(requested_by=SHIPPER))
    async with database.read() as connection:
        assert (await repository.get(connection, principal, job.id) is not None) == is_seen
        assert bool(await newest(connection, repository.jobs(principal), 10)) == is_seen


@pytest.mark.parametrize(
    ("principal", "refusal"),
    [
        (acting_for(OTHER_OPERATOR, Role.OPERATOR), NotFound),
        (acting_for(SHIPPER), Forbidden),
        (acting_for(None, Role.REGULATOR), Forbidden),
    ],
)
async def test_only_an_operator_of_the_network_cancels(
    database: Database, principal: Principal, refusal: type[Exception]
) -> None:
    job = await enqueue(database, new(requested_by=SHIPPER))
    with pytest.raises(refusal):
        async with UnitOfWork(database) as uow:
            await service.cancel(uow, principal, job.id)

    assert (await stored(database, job)).state is JobState.QUEUED


async def test_the_list_is_newest_first_and_goes_on_after_an_id(database: Database) -> None:
    jobs = [await enqueue(database, new(number)) for number in range(4)]
    async with database.read() as connection:
        first = await read_window(connection, repository.jobs(OPERATING, network_id=NETWORK), Window(2))
        rest = Window(10, after=first.keys[-1])
        second = await read_window(connection, repository.jobs(OPERATING), rest)
        elsewhere = await newest(connection, repository.jobs(OPERATING, network_id=NetworkId(new_id())), 10)

    assert [job.id for job in (*first.values, *second.values)] == [job.id for job in reversed(jobs)]
    assert elsewhere == []


async def test_the_database_itself_refuses_a_second_standing_job(database: Database) -> None:
    job = await enqueue(database, new())
    copy = sa.text(
        "INSERT INTO job SELECT (jsonb_populate_record(j, jsonb_build_object('id', gen_random_uuid()))).*"
        " FROM job AS j WHERE id = :id"
    )
    with pytest.raises(sa.exc.IntegrityError, match="uq_job_kind_input_hash"):
        async with UnitOfWork(database) as uow:
            await uow.connection.execute(copy, {"id": job.id})
