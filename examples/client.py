"""A small GraphQL client for Linepack: queries and mutations over HTTP, subscriptions over a websocket.

Nothing here knows the platform from within; it needs `httpx2` and `websockets` only. Expected refusals arrive
as data (a member of the result union that carries `code`, `message` and `path`); faults raise `Faulted`.
"""

import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx2
from websockets.asyncio.client import ClientConnection, connect

Data = dict[str, Any]


class Faulted(Exception):
    """The request or the server was at fault: the answer carried `errors`."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__("; ".join(error["message"] for error in errors))
        self.errors = errors

    @property
    def codes(self) -> list[str | None]:
        """The code of each error, from the API's closed list."""
        return [error.get("extensions", {}).get("code") for error in self.errors]


class Client:
    """A session with one Linepack server, as one user or one machine (`token`: a session or an API key)."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url.rstrip("/")
        self.token = token
        self._refresh_token: str | None = None
        self._http = httpx2.AsyncClient(timeout=60, verify=_TLS)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def sign_in(self, email: str, password: str) -> Data:
        """Sign in with a local account and keep the session's token; returns the viewer."""
        answer = await self.execute(_SIGN_IN, {"input": {"email": email, "password": password}})
        result: Data = answer["signIn"]
        if "token" not in result:
            raise PermissionError(result["message"])
        self.token, self._refresh_token = result["token"], result["refreshToken"]
        return dict(result["viewer"])

    async def get(self, path: str) -> httpx2.Response:
        """Fetch a page of the server."""
        return await self._http.get(self.url + path, headers=self._headers)

    async def execute(self, document: str, variables: Mapping[str, object] | None = None) -> Data:
        """Run a query or mutation and return its data; raises Faulted. Replaces a token that expired."""
        try:
            return await self._execute(document, variables)
        except Faulted as fault:
            if "UNAUTHENTICATED" not in fault.codes or self._refresh_token is None:
                raise
        given, self.token, self._refresh_token = self._refresh_token, None, None
        result = (await self._execute(_REFRESH, {"input": {"refreshToken": given}}))["refresh"]
        if "token" not in result:
            raise PermissionError(result["message"])
        self.token, self._refresh_token = result["token"], result["refreshToken"]
        return await self._execute(document, variables)

    async def _execute(self, document: str, variables: Mapping[str, object] | None = None) -> Data:
        response = await self._http.post(
            f"{self.url}/graphql",
            json={"query": document, "variables": variables or {}},
            headers=self._headers,
        )
        try:
            body = response.json()
        except ValueError:
            raise Faulted([{"message": f"{response.status_code} {response.text[:200]}"}]) from None
        if body.get("errors"):
            raise Faulted(body["errors"])
        return dict(body["data"])

    async def subscribe(
        self, document: str, variables: Mapping[str, object] | None = None
    ) -> AsyncIterator[Data]:
        """Yield the data of each event until the server completes the subscription; raises Faulted."""
        address = self.url.replace("http", "ws", 1) + "/graphql"
        async with connect(address, subprotocols=[_PROTOCOL], max_size=16 * 2**20) as socket:
            await _send(socket, type="connection_init", payload={"Authorization": f"Bearer {self.token}"})
            await _receive(socket, "connection_ack")
            payload = {"query": document, "variables": variables or {}}
            await _send(socket, type="subscribe", id=str(uuid4()), payload=payload)
            async for text in socket:
                message = json.loads(text)
                if message["type"] == "complete":
                    return
                if message["type"] == "error":
                    raise Faulted(message["payload"])
                if message["type"] == "ping":
                    await _send(socket, type="pong")
                if message["type"] == "next":
                    if message["payload"].get("errors"):
                        raise Faulted(message["payload"]["errors"])
                    yield message["payload"]["data"]

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    async def first(self, document: str, variables: Mapping[str, object] | None = None) -> Data:
        """Return the first event of a subscription and leave it."""
        async with aclosing(self.subscribe(document, variables)) as events:  # type: ignore[type-var]
            async for event in events:
                return event
        raise Faulted([{"message": "the subscription ended without an event"}])


async def _send(socket: ClientConnection, **message: object) -> None:
    await socket.send(json.dumps(message))


async def _receive(socket: ClientConnection, kind: str) -> Data:
    message: Data = json.loads(await socket.recv())
    if message["type"] != kind:
        raise Faulted([{"message": f"expected {kind}, not {message}"}])
    return message


_TLS = ssl.create_default_context()
_PROTOCOL: Any = "graphql-transport-ws"
_SIGN_IN = """
mutation SignIn($input: SignInInput!) {
  signIn(input: $input) {
    ... on SignInPayload { token refreshToken viewer { party { id code name } roles scopes expiresAt } }
    ... on Problem { code message path }
  }
}
"""
_REFRESH = """
mutation Refresh($input: RefreshInput!) {
  refresh(input: $input) {
    ... on SignInPayload { token refreshToken }
    ... on Problem { code message path }
  }
}
"""
