"""Body limit: how many bytes one request or websocket message may have."""

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from linepack.limits import REQUEST_BODY_BYTES_MAX
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
        error = {
            "message": f"a request has at most {self._bytes_max} bytes",
            "extensions": {"code": ErrorCode.COST_LIMIT},
        }
        response = JSONResponse(
            {"data": None, "errors": [error]}, status_code=413, headers={"connection": "close"}
        )
        await response(scope, receive, send)
