import asyncio

import anyio
import pytest
from redis.asyncio import Redis
from tests.waiting import TIME_LIMIT_S

from linepack.redis.leaky_buckets import Buckets, Rule

pytestmark = pytest.mark.anyio
RULE = Rule("test", capacity=10, leak_per_s=0.001)


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine Redis answers late, which a bucket takes for its loss."""
    monkeypatch.setattr("linepack.redis.leaky_buckets.BUCKET_WAIT_S", TIME_LIMIT_S)


async def test_processes_share_one_bucket_and_never_overfill_it(redis: Redis) -> None:
    processes = [Buckets(redis), Buckets(redis)]
    fitted: list[bool] = []

    async def take(buckets: Buckets) -> None:
        fitted.append((await buckets.take(RULE, "a", 1)).fits)

    async with anyio.create_task_group() as group:
        for number in range(40):
            group.start_soon(take, processes[number % 2])
    assert sorted(fitted) == [False] * 30 + [True] * 10


async def test_what_was_used_is_put_in_above_the_capacity_up_to_as_much_again(redis: Redis) -> None:
    one, other = Buckets(redis), Buckets(redis)
    assert (await one.fill(RULE, "a", 8)).fits
    overdrawn = await other.fill(RULE, "a", 7)
    assert (overdrawn.fits, round(overdrawn.level)) == (False, 15)
    assert overdrawn.retry_after.total_seconds() == pytest.approx(5 / RULE.leak_per_s, rel=0.01)
    assert round((await one.fill(RULE, "a", 100)).level) == 20
    assert not (await one.take(RULE, "a", 0)).fits
    [key] = await redis.keys("linepack:bucket:*")
    assert await redis.pttl(key) > 1000 * 19 / RULE.leak_per_s


async def test_a_bucket_leaks_by_the_clock_of_redis(redis: Redis) -> None:
    # Slow enough that a busy machine asks twice before half of it has leaked (5 s).
    fast = Rule("fast", capacity=10, leak_per_s=1)
    buckets = Buckets(redis)
    assert (await buckets.take(fast, "a", 10)).fits
    refused = await buckets.take(fast, "a", 5)
    assert not refused.fits
    assert 0 < refused.retry_after.total_seconds() <= 5
    await anyio.sleep(refused.retry_after.total_seconds())
    assert (await buckets.take(fast, "a", 5)).fits


async def test_an_unused_bucket_disappears_from_redis(redis: Redis) -> None:
    await Buckets(redis).take(Rule("slow", capacity=1, leak_per_s=0.1), "a", 1)
    [key] = await redis.keys("linepack:bucket:*")
    assert 0 < await redis.pttl(key) <= 11_000


async def test_when_redis_is_lost_each_process_goes_on_with_its_own_bucket() -> None:
    nowhere = Redis.from_url("redis://127.0.0.1:1")
    one, other = Buckets(nowhere), Buckets(nowhere)
    assert [(await one.take(RULE, "a", 6)).fits for _ in range(2)] == [True, False]
    assert (await other.take(RULE, "a", 6)).fits
    await nowhere.aclose()


async def test_redis_is_used_again_when_it_is_back(redis: Redis) -> None:
    clock = iter([0.0, 0.0, 0.5, 0.5, 1.5, 2.0, 2.0, 2.0]).__next__
    buckets = Buckets(redis, clock=clock)
    shared = buckets._script
    nowhere = Redis.from_url("redis://127.0.0.1:1")
    buckets._script = nowhere.register_script("return 1")
    await buckets.take(RULE, "a", 1)
    buckets._script = shared
    await buckets.take(RULE, "a", 1)
    assert await redis.keys("linepack:bucket:*") == []
    await buckets.take(RULE, "a", 1)
    assert len(await redis.keys("linepack:bucket:*")) == 1
    await nowhere.aclose()


async def test_a_caller_who_goes_away_at_any_moment_is_gone(redis: Redis) -> None:
    buckets = Buckets(redis)
    for fresh_connection in (False, True):
        for moment in range(40):
            if fresh_connection:
                await redis.connection_pool.disconnect()
            task = asyncio.create_task(buckets.take(RULE, "a", 0))
            for _ in range(moment):
                await asyncio.sleep(0)
            if not task.done():
                task.cancel()
                await asyncio.wait([task], timeout=TIME_LIMIT_S)
                assert task.cancelled(), moment
