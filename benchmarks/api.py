"""Benchmark of the API: what answers take beside a bare Strawberry mutation and query of one row.

One API process each, on the same PostgreSQL with its default durability, the same server, under the same
clients. A booking is authenticated, bounded, charged, proved robustly under the network's lock, priced, and
written with contract, movements, verdict, event and idempotency key; the peer inserts one row. Latencies are
of one client, on a connection that is kept and on a new one for each request. What all points and all paths
of a larger network offer over a year is asked of a process that has not met the network, and again.

`python -m benchmarks.api` prints it; `run` returns it.
"""

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path
from uuid import uuid4

import httpx2
from benchmarks.report import Row, compared, duration, show, within
from examples.client import Client, Data
from tests.acceptance.demo.trading import BOOK, SHIPPERS, book, days, request, tokens
from tests.acceptance.installation import Installation, running
from tests.waiting import until

from server.embedded.postgres import EmbeddedPostgres

CLIENTS = 32
WARM_UP = 60
MEASURED = 600
ROUNDS = 3
AIM = 0.25
REQUESTS_AHEAD = 20
REQUESTS = 200
"""Of one client, for a latency."""
VIEWER = "{ viewer { roles party { code } } }"
AVAILABILITY = """query ($period: PeriodInput!) {
  availability(network: "gaslib-40", route: {receipt: "source_1", delivery: "sink_1"}, period: $period) {
    stretches { period { start end } available level }
  }
}"""
MANY_ROUTES = """query ($network: String!, $period: PeriodInput!, $kind: RouteKind) {
  networkAvailability(network: $network, period: $period, kind: $kind) {
    demandedLevel boundLevel stretches { period { start end } level }
    receiptCodes deliveryCodes available atMost
  }
}"""
ALL_POINTS = ("gaslib-135", ("ENTRY", "EXIT"), 0.1)
ALL_PATHS = ("gaslib-582", ("PATH",), 0.15)
"""A network, the kinds of route that are asked for at once, and the longest aimed at: for what is asked first
of the points, for what is asked again of the paths."""
AGAIN = 9
ANY_ROW = "{ anyRow { id quantity } }"
INSERT = "mutation Insert($quantity: Int!) { insert(quantity: $quantity) { id quantity } }"

Ask = Callable[[Client], Awaitable[object]]


def run() -> list[Row]:
    """Return the rows; takes two minutes."""
    for name in ("COST_PER_S", "SOLVER_PER_S", "SOLVER_BURST_S"):
        os.environ.setdefault(f"LINEPACK_{name}", "1000000")
    with (
        tempfile.TemporaryDirectory(prefix="linepack-bench-", ignore_cleanup_errors=True) as directory,
        running(Path(directory) / "data", demo=True) as installation,
    ):
        return asyncio.run(_rows(installation))


async def _rows(installation: Installation) -> list[Row]:
    first = await _many_routes(installation.url)
    with _bare(installation) as bare_url:
        ours, theirs = await _compare(installation, bare_url)
        throughput = Row(
            "throughput of one API process: bookCapacity – bare mutation inserting one row",
            f"{ours:.0f} /s",
            f"{theirs:.0f} /s",
            ours / theirs,
            f"≥ {AIM}",
        )
        return [throughput, *first, *await _latencies(installation.url, bare_url)]


async def _many_routes(url: str) -> list[Row]:
    """Return how long the first and later answers about many routes over a year take, of one client."""
    [token] = await tokens(url, SHIPPERS[0])
    rows = []
    async with httpx2.AsyncClient(headers={"authorization": f"Bearer {token}"}, timeout=60) as client:
        await client.post(f"{url}/graphql", json={"query": VIEWER})
        for (network, kinds, aim_s), is_first in ((ALL_POINTS, True), (ALL_PATHS, False)):
            durations = []
            for _ in range(1 + AGAIN):
                answers, took = await _asked_together(client, url, network, kinds)
                durations.append(took)
            count = sum(len(answer["receiptCodes"]) for answer in answers)
            levels = ", ".join(sorted({answer["boundLevel"].lower() for answer in answers}))
            label = f"{count} routes of {network} over a year, at level {levels}"
            first, again = durations[0], statistics.median(durations[1:])
            if is_first:
                rows.append(within(f"{label}: first answer of a process", first, aim_s))
                rows.append(Row(f"{label}: the same again", duration(again)))
            else:
                rows.append(Row(f"{label}: first answer of a process", duration(first)))
                rows.append(within(f"{label}: the same again", again, aim_s))
    return rows


async def _asked_together(
    client: httpx2.AsyncClient, url: str, network: str, kinds: tuple[str, ...]
) -> tuple[list[Data], float]:
    """Return what is answered for each kind of route, and how long all of it took together, in seconds."""
    before = time.perf_counter()
    answers = []
    for kind in kinds:
        asked = {"network": network, "kind": kind, **_year()["variables"]}
        answer = await client.post(f"{url}/graphql", json={"query": MANY_ROUTES, "variables": asked})
        if answer.status_code != httpx2.codes.OK or "errors" in answer.json():
            raise AssertionError(answer.text)
        answers.append(answer.json()["data"]["networkAvailability"])
    return answers, time.perf_counter() - before


async def _latencies(url: str, bare_url: str) -> list[Row]:
    """Return how long one client waits for an answer, for each operation and kind of connection."""
    [token] = await tokens(url, SHIPPERS[0])
    rows = []
    for is_kept, connection in ((True, "kept connection"), (False, "new connection")):
        read = await _latency(bare_url, lambda: {"query": ANY_ROW}, is_kept=is_kept)
        inserted = await _latency(bare_url, _insertion, is_kept=is_kept)
        for name, body, bare in (
            ("viewer – bare query reading one row", lambda: {"query": VIEWER}, read),
            ("availability on 365 days, gaslib-40 – bare query reading one row", _year, read),
            ("bookCapacity – bare mutation inserting one row", _booking, inserted),
        ):
            ours = await _latency(url, body, is_kept=is_kept, token=token)
            rows.append(compared(f"{connection}: {name}", ours, bare))
    return rows


async def _latency(url: str, body: Callable[[], Data], *, is_kept: bool, token: str = "") -> float:
    """Return the median time to an answer, in seconds."""
    limits = httpx2.Limits(max_keepalive_connections=None if is_kept else 0)
    headers = {"authorization": f"Bearer {token}"} if token else {}
    durations = []
    async with httpx2.AsyncClient(limits=limits, headers=headers, timeout=60) as client:
        for _ in range(REQUESTS_AHEAD + REQUESTS):
            asked = body()
            before = time.perf_counter()
            answer = await client.post(f"{url}/graphql", json=asked)
            durations.append(time.perf_counter() - before)
            if answer.status_code != httpx2.codes.OK or "errors" in answer.json():
                raise AssertionError(answer.text)
    return statistics.median(durations[REQUESTS_AHEAD:])


def _year() -> Data:
    first = date.today() + timedelta(days=30)
    period = {"start": str(first), "end": str(first + timedelta(days=365))}
    return {"query": AVAILABILITY, "variables": {"period": period}}


def _insertion() -> Data:
    return {"query": INSERT, "variables": {"quantity": 10}}


def _booking() -> Data:
    return {"query": BOOK, "variables": {"input": {**request(days(1), 10), "idempotencyKey": str(uuid4())}}}


async def _compare(installation: Installation, bare_url: str) -> tuple[float, float]:
    """Return the best rates of the rounds, ours and the bare mutation's, in requests per second."""
    signed_in = await tokens(installation.url, *SHIPPERS)
    async with AsyncExitStack() as stack:
        bookers = [
            await stack.enter_async_context(Client(installation.url, token))
            for token in islice(cycle(signed_in), CLIENTS)
        ]
        inserters = [await stack.enter_async_context(Client(bare_url)) for _ in range(CLIENTS)]
        await _rate(bookers, _book, WARM_UP)
        await _rate(inserters, _insert, WARM_UP)
        rounds = [
            (await _rate(bookers, _book, MEASURED), await _rate(inserters, _insert, MEASURED))
            for _ in range(ROUNDS)
        ]
    return max(ours for ours, _ in rounds), max(theirs for _, theirs in rounds)


async def _rate(clients: list[Client], ask: Ask, number: int) -> float:
    left = iter(range(number))

    async def go_on(client: Client) -> None:
        for _ in left:
            await ask(client)

    before = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for client in clients:
            group.create_task(go_on(client))
    return number / (time.perf_counter() - before)


async def _book(client: Client) -> None:
    answer = await book(client, days(1), 10, str(uuid4()))
    if answer["__typename"] != "BookCapacityPayload":
        raise AssertionError(answer)


async def _insert(client: Client) -> None:
    await client.execute(INSERT, {"quantity": 10})


@contextmanager
def _bare(installation: Installation) -> Iterator[str]:
    """Lend the address of the peer, on the installation's own PostgreSQL."""
    url = EmbeddedPostgres(installation.data_dir).url
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        descriptor, address = listener.fileno(), f"http://127.0.0.1:{listener.getsockname()[1]}"
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.bare"],
            pass_fds=(descriptor,),
            env={**os.environ, "DATABASE_URL": url, "BARE_SOCKET_FD": str(descriptor)},
        )
        try:
            until(lambda: _answers(address), "the bare server")
            yield address
        finally:
            process.terminate()
            process.wait()


def _answers(address: str) -> bool:
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=30) as asking:
        asking.sendall(b"GET /nothing HTTP/1.0\r\n\r\n")
        return asking.recv(8).startswith(b"HTTP")


if __name__ == "__main__":
    show("The API", run())
