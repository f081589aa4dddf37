"""Benchmark of the API: `bookCapacity` end to end against a bare Strawberry mutation that inserts one row.

One API process each, on the same PostgreSQL with its default durability, under the same clients. A booking is
authenticated, bounded, charged, proved robustly under the network's lock, priced, and written with contract,
movements, verdict, event and idempotency key; the peer inserts one row.

`python -m benchmarks.api` prints it; `run` returns it.
"""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from itertools import cycle, islice
from pathlib import Path
from uuid import uuid4

from benchmarks.report import Row, show
from examples.client import Client
from tests.acceptance.demo.trading import SHIPPERS, book, days, tokens
from tests.acceptance.installation import Installation, running
from tests.waiting import until

from server.embedded.postgres import EmbeddedPostgres

CLIENTS = 32
WARM_UP = 60
MEASURED = 600
ROUNDS = 3
AIM = 0.25
INSERT = "mutation Insert($quantity: Int!) { insert(quantity: $quantity) { id quantity } }"

Ask = Callable[[Client], Awaitable[object]]


def run() -> list[Row]:
    """Return the one row; takes a minute."""
    os.environ.setdefault("LINEPACK_COST_PER_S", "1000000")
    with (
        tempfile.TemporaryDirectory(prefix="linepack-bench-", ignore_cleanup_errors=True) as directory,
        running(Path(directory) / "data", demo=True) as installation,
    ):
        ours, theirs = asyncio.run(_compare(installation))
    return [
        Row(
            "throughput of one API process: bookCapacity – bare mutation inserting one row",
            f"{ours:.0f} /s",
            f"{theirs:.0f} /s",
            ours / theirs,
            f"≥ {AIM}",
        )
    ]


async def _compare(installation: Installation) -> tuple[float, float]:
    """Return the best rates of the rounds, ours and the bare mutation's, in requests per second."""
    with _bare(installation) as bare_url:
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
