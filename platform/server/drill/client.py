"""How a drill talks to the API: GraphQL over HTTP, subscriptions over a websocket.

A request has an answer (the field's value), a retryable failure (`Lost`: it is not known what became of it,
or it is to be sent again later), or a fault (`Faulted`), which a sound request must never get.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from server.demo.parties import PASSWORD

Data = dict[str, Any]

ANSWER_S: Final = 40.0
"""Longer than the server works on one operation; a silent connection is given up then."""
MESSAGE_BYTES_MAX: Final = 16 * 2**20
RETRYABLE: Final = frozenset({"UNAVAILABLE", "TIMEOUT", "RATE_LIMITED", "UNAUTHENTICATED"})
PROTOCOL: Final = Subprotocol("graphql-transport-ws")
_SIGN_IN: Final = """
mutation SignIn($input: SignInInput!) {
  signIn(input: $input) {
    ... on SignInPayload { token viewer { party { id } } }
    ... on Problem { code message }
  }
}
"""


class Lost(Exception):
    """There is no answer: the connection broke, or the server asks to try again."""


class Faulted(Exception):
    """The server answered with a fault that no retry is offered for."""


@dataclass(slots=True)
class Account:
    """A person of the demo, with the token that all of its sessions share."""

    email: str
    party_id: str = ""
    """The global id of the party, known once signed in."""
    token: str | None = None
    signing_in: asyncio.Lock = field(default_factory=asyncio.Lock)


class Session:
    """A connection to the API for an account; signs it in when it must, also again."""

    def __init__(self, url: str, account: Account) -> None:
        self.account = account
        self._url = f"{url}/graphql"
        self._http = httpx2.AsyncClient(timeout=ANSWER_S, verify=_TLS)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def sign_in(self) -> None:
        """Sign in unless another session of the account just has; raises Lost or Faulted."""
        account = self.account
        async with account.signing_in:
            if account.token is not None:
                return
            answer = await self._post(_SIGN_IN, {"input": {"email": account.email, "password": PASSWORD}})
            result = answer["signIn"]
            if "token" not in result:
                raise Faulted(f"signIn: {result['code']} {result['message']}")
            account.token, account.party_id = result["token"], result["viewer"]["party"]["id"]

    async def execute(self, document: str, variables: Mapping[str, object]) -> Data:
        """Return the data of a query or mutation; raises Lost or Faulted."""
        await self.sign_in()
        return await self._post(document, variables)

    async def subscribe(self, document: str, variables: Mapping[str, object]) -> AsyncGenerator[Data, None]:
        """Yield the data of every event until the server completes; raises Lost or Faulted. Close it."""
        await self.sign_in()
        address = self._url.replace("http", "ws", 1)
        try:
            async with connect(address, subprotocols=[PROTOCOL], max_size=MESSAGE_BYTES_MAX) as socket:
                opening = {
                    "type": "connection_init",
                    "payload": {"Authorization": f"Bearer {self.account.token}"},
                }
                await socket.send(json.dumps(opening))
                async for text in socket:
                    message = json.loads(text)
                    payload = message.get("payload")
                    match message["type"]:
                        case "connection_ack":
                            asked = {"query": document, "variables": dict(variables)}
                            await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": asked}))
                        case "ping":
                            await socket.send(json.dumps({"type": "pong"}))
                        case "next":
                            self._require_no_errors(payload.get("errors"))
                            yield payload["data"]
                        case "error":
                            self._require_no_errors(payload)
                        case "complete":
                            return
        except (WebSocketException, OSError, EOFError) as fault:
            raise Lost(type(fault).__name__) from fault

    async def _post(self, document: str, variables: Mapping[str, object]) -> Data:
        token = self.account.token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        asked = {"query": document, "variables": dict(variables)}
        try:
            response = await self._http.post(self._url, json=asked, headers=headers)
        except httpx2.HTTPError as fault:
            raise Lost(type(fault).__name__) from fault
        try:
            body = response.json()
        except ValueError:
            raise Faulted(f"status {response.status_code} without JSON: {response.text[:200]!r}") from None
        self._require_no_errors(body.get("errors"))
        return dict(body["data"])

    def _require_no_errors(self, errors: list[Data] | None) -> None:
        if not errors:
            return
        codes = {str(error.get("extensions", {}).get("code")) for error in errors}
        if "UNAUTHENTICATED" in codes:
            self.account.token = None
        if codes <= RETRYABLE:
            raise Lost(", ".join(sorted(codes)))
        raise Faulted(json.dumps(errors)[:500])


_TLS = ssl.create_default_context()
