import asyncio
import json

import pytest
from starlette.types import Message, Receive, Scope, Send

from schema.transport.body_limit import BodyLimit

pytestmark = pytest.mark.anyio


class Connection:
    """An ASGI connection: what the client sends, and what came back."""

    def __init__(self, *messages: Message) -> None:
        self.coming = list(messages)
        self.sent: list[Message] = []
        self.unread_when_answered = -1

    async def receive(self) -> Message:
        if not self.coming:
            await asyncio.Event().wait()
        return self.coming.pop(0)

    async def send(self, message: Message) -> None:
        if not self.sent:
            self.unread_when_answered = len(self.coming)
        self.sent.append(message)


async def reads_all(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})
    else:
        while (await receive())["type"] != "websocket.disconnect":
            pass


def chunk(size: int, *, more: bool) -> Message:
    return {"type": "http.request", "body": b"x" * size, "more_body": more}


async def answer(connection: Connection, *headers: tuple[bytes, bytes]) -> int:
    limit = BodyLimit(reads_all, bytes_max=1000)
    await limit({"type": "http", "headers": headers, "method": "POST"}, connection.receive, connection.send)
    status: int = connection.sent[0]["status"]
    return status


async def test_a_body_up_to_the_limit_passes() -> None:
    assert (
        await answer(Connection(chunk(600, more=True), chunk(400, more=False)), (b"content-length", b"1000"))
        == 200
    )


@pytest.mark.parametrize("length", [b"1001", b"-1", b"1e3", b"9" * 400, b""])
async def test_a_body_declared_too_long_is_refused_before_it_is_read(length: bytes) -> None:
    connection = Connection(chunk(600, more=True), chunk(600, more=False))
    assert await answer(connection, (b"content-length", length)) == 413
    assert connection.unread_when_answered == 2
    assert connection.coming == []
    [error] = json.loads(connection.sent[1]["body"])["errors"]
    assert error["extensions"]["code"] == "COST_LIMIT"


async def test_a_client_that_waits_for_leave_to_send_is_refused_without_waiting_for_it() -> None:
    connection = Connection()
    assert await answer(connection, (b"content-length", b"1001"), (b"expect", b"100-continue")) == 413


async def test_a_body_that_lies_about_its_length_is_refused_and_read_up_to_a_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("schema.transport.body_limit.REFUSED_BODY_BYTES_MAX", 6_000)
    connection = Connection(*(chunk(600, more=True) for _ in range(1000)))
    assert await answer(connection) == 413
    assert connection.unread_when_answered == 998
    assert len(connection.coming) == 988
    assert connection.sent[-1]["more_body"] is False


async def test_a_client_that_sends_no_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schema.transport.body_limit.REFUSED_BODY_S", 0.01)
    connection = Connection(chunk(600, more=True), chunk(600, more=True))
    assert await answer(connection) == 413
    assert connection.sent[-1]["more_body"] is False


async def test_a_websocket_message_that_is_too_long_closes_the_socket() -> None:
    connection = Connection(
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "text": "x" * 1000},
        {"type": "websocket.receive", "text": "x" * 1001},
    )
    await BodyLimit(reads_all, bytes_max=1000)({"type": "websocket"}, connection.receive, connection.send)
    assert [message["code"] for message in connection.sent] == [1009]


async def test_the_lifespan_passes_through() -> None:
    seen: list[str] = []

    async def app(scope: Scope, _: Receive, __: Send) -> None:
        seen.append(scope["type"])

    connection = Connection()
    await BodyLimit(app)({"type": "lifespan"}, connection.receive, connection.send)
    assert seen == ["lifespan"]
