"""How an API process serves, over real connections: promptly, with answers instead of resets."""

import asyncio
import http.client
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.waiting import TIME_LIMIT_S, eventually

from linepack.settings import Settings
from schema.transport.body_limit import BodyLimit
from server.processes.api_process import configuration
from server.processes.serve import listen

pytestmark = pytest.mark.anyio

DELAYED_ACKNOWLEDGEMENT_S = 0.04
"""How long Linux waits at least before it acknowledges what needs no answer."""


async def says_who(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the address and the scheme of the caller, after reading all of its body."""
    request = Request(scope, receive)
    await request.body()
    address = request.client.host if request.client else None
    await JSONResponse([address, request.url.scheme])(scope, receive, send)


@asynccontextmanager
async def served(app: ASGIApp, settings: Settings) -> AsyncIterator[http.client.HTTPConnection]:
    """Lend a connection to an application that is served as an API process serves."""
    with listen("127.0.0.1", 0) as listener:
        server = uvicorn.Server(configuration(app, settings, listener.fileno()))
        serving = asyncio.create_task(server.serve())
        await eventually(lambda: server.started, "the server")
        host, port = listener.getsockname()[:2]
        connection = http.client.HTTPConnection(host, port, timeout=TIME_LIMIT_S)
        try:
            yield connection
        finally:
            connection.close()
            server.should_exit = True
            await serving


def ask(connection: http.client.HTTPConnection, **headers: str) -> object:
    connection.request("GET", "/", headers={name.replace("_", "-"): text for name, text in headers.items()})
    return json.load(connection.getresponse())


async def test_an_answer_on_a_kept_connection_waits_for_no_acknowledgement() -> None:
    def shortest(connection: http.client.HTTPConnection) -> float:
        durations = []
        for _ in range(20):
            before = time.perf_counter()
            ask(connection)
            durations.append(time.perf_counter() - before)
        return min(durations)

    async with served(says_who, Settings()) as connection:
        assert await asyncio.to_thread(shortest, connection) < DELAYED_ACKNOWLEDGEMENT_S


async def test_a_body_too_large_is_answered_and_not_cut_off() -> None:
    def send(connection: http.client.HTTPConnection) -> tuple[int, object]:
        connection.request("POST", "/", body=b"x" * 5_000_000)
        answer = connection.getresponse()
        return answer.status, json.load(answer)

    async with served(BodyLimit(says_who), Settings()) as connection:
        status, answer = await asyncio.to_thread(send, connection)
    message = "a request has at most 1000000 bytes"
    assert (status, answer) == (413, {"errors": [{"message": message, "extensions": {"code": "COST_LIMIT"}}]})


async def test_a_client_that_waits_for_leave_to_send_is_refused_at_once() -> None:
    def send(address: tuple[str, int]) -> bytes:
        with socket.create_connection(address, timeout=TIME_LIMIT_S) as client:
            client.sendall(
                b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5000000\r\nexpect: 100-continue\r\n\r\n"
            )
            return client.makefile("rb").read()

    async with served(BodyLimit(says_who), Settings()) as connection:
        answer = await asyncio.to_thread(send, (connection.host, connection.port))
    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        ((), "203.0.113.9", ["127.0.0.1", "http"]),
        (("127.0.0.1",), "203.0.113.9", ["203.0.113.9", "https"]),
        (("127.0.0.0/8",), "198.51.100.1, 203.0.113.9, 127.0.0.2", ["203.0.113.9", "https"]),
        (("10.0.0.0/8",), "203.0.113.9", ["127.0.0.1", "http"]),
    ],
)
async def test_a_proxy_is_believed_only_where_it_is_named(
    proxies: tuple[str, ...], forwarded: str, seen: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    async with served(says_who, Settings(trusted_proxies=proxies)) as connection:
        headers = {"x_forwarded_for": forwarded, "x_forwarded_proto": "https"}
        assert await asyncio.to_thread(ask, connection, **headers) == seen
