"""Websockets: one connection with its operations, closed when the caller's credentials expire.

Only the graphql-transport-ws protocol is spoken (the older graphql-ws has let callers in unauthenticated),
from the own origin or a listed one, with a bearer in `connection_init`. A socket lasts as long as its
session has a valid token: refreshing the session anywhere prolongs it. It is closed with 4403 when that
token or its key expires; when the session, key or account has ended or has other rights, which is announced
at once and checked now and then; with 1013 when its party has too many open already. Of operations beyond
those allowed each is answered an error.
"""

import asyncio
import json
from contextlib import suppress
from typing import Any

from graphql import GraphQLError
from starlette.websockets import WebSocketDisconnect
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    Message,
    SubscribeMessage,
)

from linepack.access import Principal
from linepack.database.connections import DATABASE_FAULTS
from linepack.identity.errors import Unauthenticated
from linepack.limits import PRINCIPAL_RECHECK_S, SUBSCRIPTIONS_PER_SOCKET_MAX
from schema.execution.rate_limit import payer_of
from schema.types.context import RequestContext
from schema.types.listed_operations import names_document
from schema.types.listeners import SharedData, TooManyListeners
from schema.types.problems import ErrorCode

FORBIDDEN_CLOSE = 4403
TRY_AGAIN_CLOSE = 1013
CANCEL_AGAIN_S = 1


class SocketHandler(BaseGraphQLTransportWSHandler[RequestContext, None]):
    """One websocket; it is closed when the caller's credentials expire."""

    _watch: asyncio.Task[None] | None = None

    async def handle_message(self, message: Message) -> None:
        """Handle one message of the client; a malformed one closes the socket."""
        if _is_well_formed(message):
            await super().handle_message(message)
        else:
            await self.handle_invalid_message("Failed to parse message")

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """Acknowledge the connection, if the party may have one more, then watch its credentials."""
        try:
            await super().handle_connection_init(message)
        except DATABASE_FAULTS:
            await self.websocket.close(code=TRY_AGAIN_CLOSE, reason="not ready; try again later")
        except TooManyListeners as refusal:
            await self.websocket.close(code=TRY_AGAIN_CLOSE, reason=refusal.message)
        if self.connection_acknowledged and self._watch is None:
            self._watch = asyncio.create_task(self._close_when_expired())

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """Begin an operation, if the socket and the party may have one more."""
        identity = message["id"]
        if not self.connection_acknowledged or identity in self.operations:
            await super().handle_subscribe(message)
            return
        places, party = self.context.listeners.subscriptions, payer_of(self.context)
        try:
            payload: Any = self.context.listed.with_query(message["payload"])
            if len(self.operations) >= SUBSCRIPTIONS_PER_SOCKET_MAX:
                raise TooManyListeners(SUBSCRIPTIONS_PER_SOCKET_MAX, "operations under way on this socket")
            places.require(party)
        except TooManyListeners as refusal:
            error = GraphQLError(refusal.message, extensions={"code": ErrorCode.RATE_LIMITED})
            await self.send_message({"id": identity, "type": "error", "payload": [error.formatted]})
            return
        except GraphQLError as error:
            await self.send_message({"id": identity, "type": "error", "payload": [error.formatted]})
            return
        await super().handle_subscribe({**message, "payload": payload})
        task, leave = self.operations[identity].task, places.take(party)
        if task is not None:
            task.add_done_callback(lambda _: leave())

    async def send_message(self, message: Message) -> None:
        """Send a message; the data of an event that many are sent is written once."""
        sent: Any = message
        shared = sent["payload"] if sent["type"] == "next" else {}
        data = shared.get("data")
        if not isinstance(data, SharedData) or len(shared) > 1:
            await super().send_message(message)
            return
        if data.encoded is None:
            data.encoded = json.dumps(data)
        text = f'{{"id": {json.dumps(sent["id"])}, "type": "next", "payload": {{"data": {data.encoded}}}}}'
        socket: Any = self.websocket
        try:
            await socket.ws.send_text(text)
        except WebSocketDisconnect as left:
            raise WebSocketDisconnected from left

    async def shutdown(self) -> None:
        """Cancel the watch and all operations with the socket, again until each has ended."""
        tasks = [operation.task for operation in self.operations.values() if operation.task]
        if self._watch is not None:
            tasks.append(self._watch)
        pending = set(tasks)
        while pending:
            for task in pending:
                task.cancel()
            _, pending = await asyncio.wait(pending, timeout=CANCEL_AGAIN_S)
        await super().shutdown()
        self.context.leave()

    async def _close_when_expired(self) -> None:
        await credentials_expired(self.context)
        with suppress(RuntimeError):
            await self.websocket.close(code=FORBIDDEN_CLOSE, reason="the token is no longer valid")


async def credentials_expired(context: RequestContext) -> None:
    """Return when the caller's credentials have expired, are no longer valid, or have other rights."""
    principal, bearer, identity = context.principal, context.bearer, context.services.identity
    if principal is None or bearer is None:
        return
    expires_at = principal.expires_at
    with identity.endings.watching(principal) as ended:
        while True:
            ended.clear()
            try:
                current = await identity.authenticate_again(principal, bearer)
            except Unauthenticated:
                return
            except DATABASE_FAULTS:
                pass
            else:
                if _rights(current) != _rights(principal):
                    return
                expires_at = current.expires_at
            left = (expires_at - context.services.now()).total_seconds()
            if left <= 0:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, PRINCIPAL_RECHECK_S)):
                    await ended.wait()


def _is_well_formed(message: object) -> bool:
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return False
    if message["type"] == "complete":
        return isinstance(message.get("id"), str)
    if message["type"] != "subscribe":
        return True
    payload = message.get("payload")
    return (
        isinstance(message.get("id"), str)
        and isinstance(payload, dict)
        and (isinstance(payload.get("query"), str) or names_document(payload))
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("operationName"), str | None)
    )


def _rights(principal: Principal) -> tuple[object, ...]:
    return principal.party_id, principal.roles, principal.scopes
