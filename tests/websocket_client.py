"""A websocket client that talks to an ASGI application in this event loop, without a server in between."""

import asyncio
import json
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from starlette.types import ASGIApp, Message
from tests.waiting import TIME_LIMIT_S


class SocketClosed(Exception):
    """The application closed the socket; `code` says why."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


class Socket:
    """One websocket, open within its `async with` block."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        path: str = "/graphql",
        protocols: Sequence[str] = ("graphql-transport-ws",),
        headers: dict[str, str] | None = None,
        state: dict[str, Any] | None = None,
    ) -> None:
        given = {"host": "linepack.example", **(headers or {})}
        self._scope = {
            "type": "websocket",
            "asgi": {"version": "3.0"},
            "scheme": "ws",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in given.items()],
            "subprotocols": list(protocols),
            "client": ("198.51.100.7", 40000),
            "server": ("linepack.example", 443),
            "state": state or {},
        }
        self._app = app
        self._coming: asyncio.Queue[Message] = asyncio.Queue()
        self._sent: asyncio.Queue[Message] = asyncio.Queue()

    async def __aenter__(self) -> Self:
        self._serving = asyncio.ensure_future(self._app(self._scope, self._coming.get, self._sent.put))
        await self._coming.put({"type": "websocket.connect"})
        answer = await self._next()
        if answer["type"] != "websocket.accept":
            await self._serving
            raise SocketClosed(answer.get("code", 1000))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._coming.put({"type": "websocket.disconnect", "code": 1000})
        await asyncio.wait_for(self._serving, TIME_LIMIT_S)

    async def send_text(self, text: str) -> None:
        await self._coming.put({"type": "websocket.receive", "text": text})

    async def send(self, **message: Any) -> None:
        await self.send_text(json.dumps(message))

    async def receive(self) -> dict[str, Any]:
        """Return the next message; raises SocketClosed with the close code when there is none."""
        message = await self._next()
        if message["type"] == "websocket.close":
            raise SocketClosed(message["code"])
        received: dict[str, Any] = json.loads(message["text"])
        return received

    async def start(self, bearer: str | None) -> dict[str, Any]:
        """Initialise the connection and return the answer."""
        payload = {} if bearer is None else {"authorization": f"Bearer {bearer}"}
        await self.send(type="connection_init", payload=payload)
        return await self.receive()

    async def subscribe(
        self, query: str, variables: dict[str, Any] | None = None, *, identity: str = "1"
    ) -> None:
        await self.send(type="subscribe", id=identity, payload={"query": query, "variables": variables})

    async def _next(self) -> Message:
        return await asyncio.wait_for(self._sent.get(), TIME_LIMIT_S)
