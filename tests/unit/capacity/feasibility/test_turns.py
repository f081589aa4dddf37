"""Who is answered next: by order of service, whatever the time."""

import asyncio
import threading
from collections.abc import Callable

import pytest
from tests.waiting import TIME_LIMIT_S, eventually

from capacity.feasibility.errors import TooManyQuestions
from capacity.feasibility.turns import PAUSED_MAX, Turns
from capacity.solvers.deadline import Deadline, LimitReached
from linepack.limits import QUESTIONS_AT_ONCE_MAX, QUESTIONS_WAITING_MAX

pytestmark = pytest.mark.anyio

ONE, TWO = object(), object()
"""Verifiers."""


class Clock:
    """A clock that a question moves on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Log:
    """Questions that write down when they are answered."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.turns = Turns(self.clock)
        self.order: list[str] = []
        self.release = threading.Event()

    def ask(
        self,
        name: str,
        party: str,
        *,
        verifier: object = ONE,
        seconds: float = 0.0,
        then: Callable[[], None] | None = None,
        is_urgent: bool = False,
    ) -> "asyncio.Task[object]":
        """Ask a question that takes `seconds` by the clock."""

        def question() -> None:
            self.clock.now += seconds
            self.order.append(name)
            if then is not None:
                then()

        return asyncio.create_task(self.answered(question, party, verifier=verifier, is_urgent=is_urgent))

    async def answered(
        self, question: Callable[[], None], party: str, *, verifier: object = ONE, is_urgent: bool = False
    ) -> None:
        turn = await self.turns.begun(verifier, question, party, is_urgent=is_urgent)
        try:
            await asyncio.shield(turn.answering)
        except asyncio.CancelledError:
            turn.abandon()
            raise

    def hold(self) -> None:
        """Take until told otherwise."""
        assert self.release.wait(TIME_LIMIT_S)

    async def begun(self, name: str) -> None:
        await eventually(lambda: name in self.order, f"{name} begins")


async def test_the_queue_of_one_party_does_not_hold_another() -> None:
    log = Log()
    first = log.ask("a0", "anna", seconds=1.0, then=log.hold)
    await log.begun("a0")
    many = [log.ask(f"a{number}", "anna", seconds=1.0) for number in range(1, 20)]
    await asyncio.sleep(0)
    others = [log.ask(f"b{number}", "bert", seconds=1.0) for number in range(2)] + [log.ask("c0", "carla")]
    await asyncio.sleep(0)
    log.release.set()
    await asyncio.gather(first, *many, *others)
    assert log.order[:6] == ["a0", "b0", "c0", "a1", "b1", "a2"]


async def test_who_comes_back_is_ahead_at_once_but_saves_nothing_up() -> None:
    log = Log()
    first = log.ask("a0", "anna", seconds=100.0, then=log.hold)
    await log.begun("a0")
    waiting = [log.ask(f"a{number}", "anna", seconds=1.0) for number in range(1, 4)]
    waiting += [log.ask(f"b{number}", "bert", seconds=1.0) for number in range(3)]
    await asyncio.sleep(0)
    log.release.set()
    await asyncio.gather(first, *waiting)
    assert log.order == ["a0", "b0", "a1", "b1", "a2", "b2", "a3"]


async def test_a_long_question_gives_way_between_two_steps_and_goes_on_where_it_was() -> None:
    log = Log()
    left: list[float] = []

    def steps() -> None:
        deadline = Deadline(10.0, log.clock)
        for number in range(3):
            log.clock.now += 1.0
            log.order.append(f"step {number}")
            log.hold()
            deadline.pause()
        left.append(deadline.left())

    long = asyncio.create_task(log.answered(steps, "anna"))
    await log.begun("step 0")
    others = [
        log.ask("bert", "bert", seconds=2.0),
        log.ask("anna's other", "anna"),
        log.ask("urgent", "anna", seconds=2.0, is_urgent=True),
    ]
    await asyncio.sleep(0)
    log.release.set()
    await asyncio.gather(long, *others)
    assert log.order == ["step 0", "urgent", "bert", "step 1", "step 2", "anna's other"]
    assert left == [7.0], "others took four seconds, which do not count"


async def test_an_urgent_question_gives_way_to_nobody() -> None:
    log = Log()

    def steps() -> None:
        deadline = Deadline(10.0, log.clock)
        for number in range(2):
            log.clock.now += 1.0
            log.order.append(f"step {number}")
            log.hold()
            deadline.pause()

    urgent = asyncio.create_task(log.answered(steps, "anna", is_urgent=True))
    await log.begun("step 0")
    others = [log.ask("bert", "bert"), log.ask("urgent too", "bert", is_urgent=True)]
    await asyncio.sleep(0)
    log.release.set()
    await asyncio.gather(urgent, *others)
    assert log.order == ["step 0", "step 1", "urgent too", "bert"]


async def test_a_question_that_nobody_waits_for_ends_at_its_next_step_and_keeps_its_turn_until_then() -> None:
    log = Log()
    reasons: list[str] = []

    def endless() -> None:
        log.order.append("endless")
        deadline = Deadline(10.0, log.clock)
        try:
            while True:
                log.hold()
                deadline.pause()
                deadline.left()
        except LimitReached as reason:
            reasons.append(str(reason))

    task = asyncio.create_task(log.answered(endless, "anna"))
    await log.begun("endless")
    other = log.ask("bert", "bert")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert log.order == ["endless"]
    log.release.set()
    await other
    assert (log.order, reasons) == (["endless", "bert"], ["nobody waits for the answer any more"])


async def test_a_party_has_one_question_answered_at_a_time_and_a_process_few() -> None:
    log = Log()
    verifiers = [object() for _ in range(QUESTIONS_AT_ONCE_MAX + 2)]
    tasks = [
        log.ask(f"anna {number}", "anna", verifier=verifier, then=log.hold)
        for number, verifier in enumerate(verifiers)
    ]
    await log.begun("anna 0")
    tasks += [
        log.ask(f"party {number}", f"party {number}", verifier=verifier, then=log.hold)
        for number, verifier in enumerate(verifiers[1:])
    ]
    await log.begun(f"party {QUESTIONS_AT_ONCE_MAX - 2}")
    urgent = log.ask("urgent", "anna", verifier=verifiers[-1], is_urgent=True)
    await urgent
    assert len(log.order) == QUESTIONS_AT_ONCE_MAX + 1
    log.release.set()
    await asyncio.gather(*tasks)


async def test_the_questions_of_a_party_that_wait_are_bounded() -> None:
    log = Log()
    tasks = [log.ask("a", "anna", then=log.hold)]
    await log.begun("a")
    tasks += [log.ask("a", "anna") for _ in range(QUESTIONS_WAITING_MAX)]
    await asyncio.sleep(0)
    with pytest.raises(TooManyQuestions) as refused:
        await log.ask("a", "anna")
    assert refused.value.retry_after_s > 0
    tasks += [log.ask("b", "bert"), log.ask("a", "anna", is_urgent=True)]
    log.release.set()
    await asyncio.gather(*tasks)


async def test_no_more_questions_stand_still_than_there_are_threads_for() -> None:
    log = Log()

    def pausing(name: str) -> Callable[[], None]:
        def question() -> None:
            log.clock.now += 1.0
            log.order.append(name)
            log.hold()
            deadline = Deadline(10.0, log.clock)
            for _ in range(3):
                deadline.pause()

        return question

    tasks = [asyncio.create_task(log.answered(pausing("first"), "first"))]
    await log.begun("first")
    tasks += [
        asyncio.create_task(log.answered(pausing(f"{number}"), f"party {number}"))
        for number in range(3 * PAUSED_MAX)
    ]
    await asyncio.sleep(0)
    log.release.set()
    await asyncio.wait_for(asyncio.gather(*tasks), TIME_LIMIT_S)
    assert len(log.order) == 3 * PAUSED_MAX + 1


async def test_a_question_that_is_cancelled_while_it_waits_is_never_asked() -> None:
    log = Log()
    first = log.ask("a", "anna", then=log.hold)
    await log.begun("a")
    cancelled, other = log.ask("b", "bert"), log.ask("c", "carla")
    await asyncio.sleep(0)
    cancelled.cancel()
    log.release.set()
    await asyncio.gather(first, other)
    assert (log.order, cancelled.cancelled()) == (["a", "c"], True)
