"""Benchmark of fan-out: how soon ten thousand listeners hear of a booking, on two API processes.

Every company of the demo has as many subscriptions to changes of availability as it may, twenty on a socket,
all with one document. A booking is made again and again; measured is from sending it until each listener has
its event. The listeners are on the same machine: one thread waits for all sockets and reads what comes.

`python -m benchmarks.listeners` prints it; `run` returns it.
"""

import asyncio
import base64
import json
import os
import select
import socket
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from benchmarks.report import Row, within
from examples.client import Client
from tests.acceptance.demo.trading import SHIPPERS, book, days, tokens
from tests.acceptance.installation import running

from linepack.limits import SUBSCRIPTIONS_PER_SOCKET_MAX
from server.demo.parties import LOGINS

LISTENERS = 10_000
BOOKINGS = 10
PROCESSES = 2
AIM_S = 1.0
SILENCE_S = 20.0
"""An event that has not come after this is lost."""
SETTLED_S = 10.0
DOCUMENT = """
subscription {
  availabilityChanges(network: "gaslib-40") {
    __typename
    ... on AvailabilityChange {
      cursor topic recordedAt network { code } period { start end }
    }
    ... on ResyncRequired { cursor }
  }
}
"""
NEXT = b'"type": "next"'
TEXT, PING, PONG = 0x81, 0x89, 0x8A
"""The first bytes of frames: whole messages of text, pings and pongs (RFC 6455)."""
EXTENDED = 126
"""The length that says that two bytes with the length follow; no event is longer than they can say."""


def run() -> list[Row]:
    """Return the rows; takes two minutes."""
    os.environ.setdefault("LINEPACK_COST_PER_S", "1000000")
    with (
        tempfile.TemporaryDirectory(prefix="linepack-bench-", ignore_cleanup_errors=True) as directory,
        running(Path(directory) / "data", demo=True, api_processes=PROCESSES) as installation,
    ):
        waits = asyncio.run(_measure(installation.url))
    waits.sort()
    name = f"{LISTENERS:,} listeners hear of a booking, {PROCESSES} API processes"
    return [
        within(f"{name}, median", waits[len(waits) // 2], AIM_S),
        within(f"{name}, 99th percentile", waits[len(waits) * 99 // 100], AIM_S),
        within(f"{name}, the last", waits[-1], AIM_S),
    ]


async def _measure(url: str) -> list[float]:
    of_each_party = {login.party: login.email for login in reversed(LOGINS)}
    bearers = await tokens(url, *of_each_party.values())  # a party may have so many subscriptions, no more
    [booker] = await tokens(url, SHIPPERS[0])
    crowd = _Crowd()
    number = LISTENERS // SUBSCRIPTIONS_PER_SOCKET_MAX
    for place in range(number):
        crowd.join(url, bearers[place % len(bearers)])
    waits: list[float] = []
    async with Client(url, booker) as client:
        await asyncio.to_thread(crowd.settle)
        await book(client, days(0), 10)
        await asyncio.to_thread(crowd.heard, LISTENERS)
        for booking in range(1, BOOKINGS + 1):
            hearing = asyncio.create_task(asyncio.to_thread(crowd.heard, LISTENERS))
            began = time.perf_counter()
            await book(client, days(booking), 10, str(uuid4()))
            waits += [at - began for at in await hearing]
    crowd.leave()
    return waits


class _Crowd:
    """Sockets full of subscriptions. The server closes one that does not answer its pings."""

    def __init__(self) -> None:
        self._poll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        self._unread: dict[int, bytes] = {}

    def join(self, url: str, bearer: str) -> None:
        """Open a socket with as many subscriptions as it may have."""
        address = urlsplit(url)
        one = socket.create_connection((address.hostname, address.port))
        key = base64.b64encode(os.urandom(16)).decode()
        one.sendall(
            f"GET /graphql HTTP/1.1\r\nHost: {address.netloc}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
        )
        _receive(one, b"\r\n\r\n")  # what is sent before the connection is a websocket is dropped
        _send(one, TEXT, {"type": "connection_init", "payload": {"Authorization": f"Bearer {bearer}"}})
        _receive(one, b"connection_ack")
        for number in range(SUBSCRIPTIONS_PER_SOCKET_MAX):
            _send(one, TEXT, {"type": "subscribe", "id": f"{number}", "payload": {"query": DOCUMENT}})
        self._sockets[one.fileno()] = one
        self._unread[one.fileno()] = b""
        self._poll.register(one.fileno(), select.EPOLLIN)
        self._read(0)

    def settle(self) -> None:
        """Wait until every subscription has begun: they are begun in turn, and say nothing of it."""
        ends_at = time.monotonic() + SETTLED_S
        while time.monotonic() < ends_at:
            self._read(1.0)

    def heard(self, number: int) -> list[float]:
        """Return when each of so many events came; raises TimeoutError when some do not."""
        at: list[float] = []
        ends_at = time.monotonic() + SILENCE_S
        while len(at) < number:
            if time.monotonic() > ends_at:
                raise TimeoutError(f"{len(at)} of {number} have heard")
            at += [time.perf_counter()] * self._read(1.0)
        return at

    def leave(self) -> None:
        """Close everything."""
        for one in self._sockets.values():
            one.close()

    def _read(self, timeout: float) -> int:
        """Read what has come within `timeout`; return how many events there were."""
        return sum(self._read_from(descriptor) for descriptor, _ in self._poll.poll(timeout))

    def _read_from(self, descriptor: int) -> int:
        one = self._sockets[descriptor]
        if not (chunk := one.recv(1 << 20)):
            raise ConnectionError("a socket was closed")
        events, content, place = 0, self._unread[descriptor] + chunk, 0
        while (frame := _frame_at(content, place)) is not None:
            kind, begins, place = frame
            message = content[begins:place]
            if kind == TEXT:
                if NEXT not in message:
                    raise ConnectionError(message)
                events += 1
            elif kind == PING:
                _send(one, PONG, message)
            else:
                raise ConnectionError(message)
        self._unread[descriptor] = content[place:]
        return events


def _frame_at(content: bytes, place: int) -> tuple[int, int, int] | None:
    """Return the first byte of a frame, and where its message begins and ends, if it is there (RFC 6455)."""
    if len(content) < place + 2:
        return None
    begins, length = place + 2, content[place + 1]
    if length == EXTENDED:
        begins, length = place + 4, int.from_bytes(content[place + 2 : place + 4])
    ends = begins + length
    return None if len(content) < max(begins, ends) else (content[place], begins, ends)


def _receive(one: socket.socket, until: bytes) -> None:
    received = b""
    while until not in received:
        chunk = one.recv(65536)
        if not chunk:
            raise ConnectionError(received)
        received += chunk


def _send(one: socket.socket, kind: int, message: object) -> None:
    content = message if isinstance(message, bytes) else json.dumps(message).encode()
    mask = os.urandom(4)
    masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(content))
    length = (
        [0x80 | EXTENDED, *len(content).to_bytes(2)] if len(content) >= EXTENDED else [0x80 | len(content)]
    )
    one.sendall(bytes([kind, *length]) + mask + masked)


if __name__ == "__main__":
    from benchmarks.report import show

    show("Listeners", run())
