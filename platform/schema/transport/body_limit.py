"""Body limit: how many bytes one request or websocket message may have.

A client that is refused is answered at once, and what it still sends is read for a while: if the connection
were closed on it, the client would see a reset instead of the answer.
"""

import asyncio
from contextlib import suppress

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from linepack.limits import REFUSED_BODY_BYTES_MAX, REFUSED_BODY_S, REQUEST_BODY_BYTES_MAX
from schema.transport.answers import refusal
from schema.types.problems import ErrorCode

TOO_BIG = 1009
"""The websocket close code of a message that is too big (RFC 6455, 7.4.1)."""


class _TooLarge(Exception):
    pass


class BodyLimit:
    """ASGI middleware: rejects a body or websocket message above the limit, without reading it all."""

    def __init__(self, app: ASGIApp, *, bytes_max: int = REQUEST_BODY_BYTES_MAX) -> None:
        self._app = app
        self._bytes_max = bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http":
            await self._serve_request(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._serve_socket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _serve_request(self, scope: Scope, receive: Receive, send: Send) -> None:
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or len(declared) > 15 or int(declared) > self._bytes_max:
            await self._refuse(scope, receive, send)
            return
        received, has_started = 0, False

        async def receive_bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._bytes_max:
                raise _TooLarge
            return message

        async def send_noting(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self._app(scope, receive_bounded, send_noting)
        except _TooLarge:
            if has_started:
                raise
            await self._refuse(scope, receive, send)

    async def _serve_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def receive_bounded() -> Message:
            message = await receive()
            content = message.get("text") or message.get("bytes") or ""
            if len(content) > self._bytes_max:
                await send({"type": "websocket.close", "code": TOO_BIG, "reason": "message too big"})
                return {"type": "websocket.disconnect", "code": TOO_BIG}
            return message

        await self._app(scope, receive_bounded, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = HTTPConnection(scope)
        message = f"a request has at most {self._bytes_max} bytes"
        response = refusal(request, 413, ErrorCode.COST_LIMIT, message, {"connection": "close"})
        headers = response.raw_headers
        await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": response.body, "more_body": True})
        if "expect" not in request.headers:
            await _read_on(receive)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _read_on(receive: Receive) -> None:
    left = REFUSED_BODY_BYTES_MAX
    with suppress(TimeoutError):
        async with asyncio.timeout(REFUSED_BODY_S):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if not message.get("more_body"):
                    return
