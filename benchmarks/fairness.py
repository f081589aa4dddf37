"""Benchmark of fairness: what one company's questions cost the others.

One API process with the demo, and 200 clients of four companies that ask for what screens show, each every
few seconds. Measured is what a fifth company waits for availability, usage, a dry-run and a booking, first
without and then beside twenty dry-runs of a year that a sixth keeps asking at once. The limits of points and
solver seconds are out of the way: they would end it sooner.

`python -m benchmarks.fairness` prints it; `run` returns it.
"""

import asyncio
import os
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.report import Row, duration
from examples.client import Client, Faulted
from tests.acceptance.demo.trading import QUOTE, SHIPPERS, book, days, tokens
from tests.acceptance.installation import running

CLIENTS = 200
EVERY_S = 20.0
"""How often each of them asks."""
DRY_RUNS = 20
SECONDS = 20.0
"""How long each part is measured."""
AIM = 2.0
AVAILABILITY = """
query ($delivery: String!, $period: PeriodInput!) {
  availability(network: "gaslib-40", route: {delivery: $delivery}, period: $period) {
    rightsVersion stretches { available }
  }
}
"""
USAGE = """
query ($period: PeriodInput!) {
  usage(network: "gaslib-40", period: $period) { flow worstForward worstBackward headroomForward }
}
"""

Ask = Callable[[Client], Awaitable[object]]
Waits = dict[str, list[float]]
_numbers = count()


def run() -> list[Row]:
    """Return a row for each kind of question; takes two minutes."""
    for limit in (
        "LINEPACK_COST_PER_S",
        "LINEPACK_COST_BURST",
        "LINEPACK_SOLVER_BURST_S",
        "LINEPACK_SOLVER_PER_S",
    ):
        os.environ.setdefault(limit, "1000000")
    with (
        tempfile.TemporaryDirectory(prefix="linepack-bench-", ignore_cleanup_errors=True) as directory,
        running(Path(directory) / "data", demo=True) as installation,
    ):
        quiet, beside, answered = asyncio.run(_measure(installation.url))
    rows = []
    for name, waits in beside.items():
        rows.append(_row(f"{name}, median", statistics.median(waits), statistics.median(quiet[name])))
        rows.append(_row(f"{name}, 95th percentile", _percentile(waits, 95), _percentile(quiet[name], 95)))
    rows.append(Row(f"dry-runs of the one company answered in {SECONDS:g} s", f"{answered}"))
    return rows


def _row(name: str, ours: float, theirs: float) -> Row:
    ratio = ours / theirs
    beside = f"{name}, beside {DRY_RUNS} dry-runs of another at {CLIENTS} clients – without them"
    return Row(beside, duration(ours), duration(theirs), ratio, f"≤ {AIM:g}", ratio > AIM)


async def _measure(url: str) -> tuple[Waits, Waits, int]:
    """Return the waits without and beside the dry-runs, and how many of those were answered."""
    many, measured, *others = await tokens(url, *SHIPPERS)
    async with AsyncExitStack() as stack:

        async def client(token: str) -> Client:
            return await stack.enter_async_context(Client(url, token))

        asking = await client(measured)
        for ask in _QUESTIONS.values():
            await ask(asking)
        crowd = [await client(token) for token in islice(cycle(others), CLIENTS)]
        async with asyncio.TaskGroup() as group:
            looking = [group.create_task(_look_now_and_then(one)) for one in crowd]
            await asyncio.sleep(EVERY_S / 2)
            quiet = await _waits(asking)
            hogs = [await client(many) for _ in range(DRY_RUNS)]
            answered = [0]
            dry_running = [group.create_task(_dry_run_on(one, answered)) for one in hogs]
            await asyncio.sleep(2.0)
            before = answered[0]
            beside = await _waits(asking)
            after = answered[0]
            for task in (*looking, *dry_running):
                task.cancel()
    return quiet, beside, after - before


async def _waits(asking: Client) -> Waits:
    """Return how long each kind of question takes, asked one after the other."""
    waits: Waits = defaultdict(list)
    ends_at = time.monotonic() + SECONDS
    while time.monotonic() < ends_at:
        for name, ask in _QUESTIONS.items():
            before = time.perf_counter()
            await ask(asking)
            waits[name].append(time.perf_counter() - before)
    return waits


async def _look_now_and_then(client: Client) -> None:
    await asyncio.sleep(random.uniform(0, EVERY_S))
    for number in count():
        await (_availability if number % 2 else _usage)(client)
        await asyncio.sleep(EVERY_S)


async def _dry_run_on(client: Client, answered: list[int]) -> None:
    while True:
        try:
            await _dry_run_of_a_year(client)
        except Faulted as fault:
            if fault.codes != ["TIMEOUT"]:
                raise
        answered[0] += 1


async def _availability(client: Client) -> None:
    await client.execute(AVAILABILITY, {"delivery": "sink_1", "period": _period(30, 365)})


async def _usage(client: Client) -> None:
    await client.execute(USAGE, {"period": _period(40, 1)})


async def _dry_run(client: Client) -> None:
    period = _period(40 + next(_numbers) % 300, 1)
    await client.execute(QUOTE, {"input": _request("sink_1", period, 1_000)})


async def _dry_run_of_a_year(client: Client) -> None:
    number = next(_numbers)
    await client.execute(
        QUOTE, {"input": _request(f"sink_{1 + number % 29}", _period(30, 365), 1_000_000 + 1_000 * number)}
    )


async def _booking(client: Client) -> None:
    answer = await book(client, days(next(_numbers) % 60), 10, str(uuid4()))
    if answer["__typename"] != "BookCapacityPayload":
        raise AssertionError(answer)


_QUESTIONS: dict[str, Ask] = {
    "availability of a year": _availability,
    "usage": _usage,
    "a dry-run": _dry_run,
    "a booking": _booking,
}


def _period(ahead: int, number: int) -> dict[str, str]:
    start = datetime.now(UTC).date() + timedelta(days=ahead)
    return {"start": str(start), "end": str(start + timedelta(days=number))}


def _request(delivery: str, period: dict[str, str], quantity: int) -> dict[str, Any]:
    return {
        "network": "gaslib-40",
        "receipt": None,
        "delivery": delivery,
        **period,
        "quantity": str(quantity),
    }


def _percentile(values: Sequence[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


if __name__ == "__main__":
    from benchmarks.report import show

    show("Fairness", run())
