import asyncio

import pytest

from linepack.redis.cancellation import cancellable

pytestmark = pytest.mark.anyio


async def swallowing() -> str:
    """Does what `asyncio.wait_for` of Python 3.11 does when result and cancellation arrive together."""
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        return "done"
    return "late"


async def guarded() -> str:
    with cancellable():
        return await swallowing()


async def failing() -> None:
    with cancellable():
        await swallowing()
        raise ConnectionError("the other side is gone")


async def cancelled(task: "asyncio.Task[object]") -> bool:
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    return task.cancelled()


async def test_a_swallowed_cancellation_is_lost_without_the_guard_and_kept_with_it() -> None:
    assert not await cancelled(asyncio.create_task(swallowing()))
    assert await cancelled(asyncio.create_task(guarded()))


async def test_a_cancellation_goes_before_a_failure_that_came_after_it() -> None:
    assert await cancelled(asyncio.create_task(failing()))


async def test_results_failures_and_timeouts_pass_when_nobody_cancels() -> None:
    with cancellable():
        assert await asyncio.sleep(0, "result") == "result"
    with pytest.raises(ConnectionError), cancellable():
        raise ConnectionError
    with pytest.raises(TimeoutError), cancellable():
        async with asyncio.timeout(0.01):
            await asyncio.sleep(10)


async def test_an_earlier_cancellation_that_was_survived_does_not_count_again() -> None:
    async def survivor() -> str:
        await swallowing()
        with cancellable():
            return await asyncio.sleep(0, "went on")

    task = asyncio.create_task(survivor())
    assert not await cancelled(task)
    assert task.result() == "went on"
