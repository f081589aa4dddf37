"""The home of the door: who is calling, over HTTP, server-sent events and websockets.

HTTP: the bearer of the Authorization header; none at all is an anonymous caller, a bad one is 401. Only POST,
no batches, no uploads. Websockets: the graphql-transport-ws protocol only (the older graphql-ws has let
callers in unauthenticated), our own origin or a listed one, and a bearer in `connection_init`, without which
nothing opens. A socket is closed with 4403 when its token expires, or when its bearer, looked at again every
minute, is no longer good or has other rights. Server-sent events end likewise.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.subscriptions.protocols.graphql_transport_ws.types import ConnectionInitMessage, Message
from strawberry.types.unset import UNSET, UnsetType

from linepack.access import Principal
from linepack.database.connections import DATABASE_FAULTS
from linepack.identity.errors import Unauthenticated
from linepack.ids import new_id
from linepack.limits import (
    CONNECTION_INIT_S,
    PRINCIPAL_RECHECK_S,
    SUBSCRIPTIONS_PER_SOCKET_MAX,
)
from linepack.monitoring.logging import bind_request, logger
from schema.execution.schema import Schema
from schema.types.context import RequestContext, ResolverServices
from schema.types.problems import UNAVAILABLE_TEXT, ErrorCode

FORBIDDEN_CLOSE = 4403
TRY_AGAIN_CLOSE = 1013
RETRY_AFTER_S = 2
CANCEL_AGAIN_S = 1
REQUEST_ID_HEADER = "x-request-id"

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class SocketHandler(BaseGraphQLTransportWSHandler[RequestContext, None]):
    """One websocket: closes it when its principal is over."""

    _watch: asyncio.Task[None] | None = None

    async def handle_message(self, message: Message) -> None:
        """Handle one message of the client; one that is out of shape closes the socket."""
        if _is_well_formed(message):
            await super().handle_message(message)
        else:
            await self.handle_invalid_message("Failed to parse message")

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """Acknowledge the connection, then watch over its principal."""
        try:
            await super().handle_connection_init(message)
        except DATABASE_FAULTS:
            await self.websocket.close(code=TRY_AGAIN_CLOSE, reason="not ready; try again later")
        if self.connection_acknowledged and self._watch is None:
            self._watch = asyncio.create_task(self._close_when_over())

    async def shutdown(self) -> None:
        """End the watch and all operations with the socket, however often they must be told."""
        tasks = [operation.task for operation in self.operations.values() if operation.task]
        if self._watch is not None:
            tasks.append(self._watch)
        pending = set(tasks)
        while pending:
            for task in pending:
                task.cancel()
            _, pending = await asyncio.wait(pending, timeout=CANCEL_AGAIN_S)
        await super().shutdown()

    async def _close_when_over(self) -> None:
        await until_over(self.context)
        with suppress(RuntimeError):
            await self.websocket.close(code=FORBIDDEN_CLOSE, reason="the token is no longer valid")


class GraphQLEndpoint(GraphQL[RequestContext, None]):
    """The GraphQL endpoint as an ASGI application."""

    graphql_transport_ws_handler_class = SocketHandler

    def __init__(
        self, schema: Schema, services: ResolverServices, *, allowed_origins: Sequence[str] = ()
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            allow_queries_via_get=False,
            multipart_uploads_enabled=False,
            subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL],
            connection_init_wait_timeout=timedelta(seconds=CONNECTION_INIT_S),
            max_subscriptions_per_connection=SUBSCRIPTIONS_PER_SOCKET_MAX,
            allowed_origins=allowed_origins,
        )
        self._services = services

    async def run(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer one request or serve one socket."""
        try:
            return await super().run(request, *args, **kwargs)
        except Unauthenticated as refusal:
            headers = {"www-authenticate": "Bearer"}
            return _refusal(401, ErrorCode.UNAUTHENTICATED, refusal.message, headers)
        except DATABASE_FAULTS as fault:
            logger.error("database_away", fault=type(fault).__name__)
            headers = {"retry-after": str(RETRY_AFTER_S)}
            return _refusal(503, ErrorCode.UNAVAILABLE, UNAVAILABLE_TEXT, headers)
        except ClientDisconnect:
            return Response(status_code=400)

    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> RequestContext:
        """Return the context of a request, with its principal; a socket's comes with `connection_init`."""
        request_id = _request_id(request)
        bind_request(request_id)
        bearer = None if isinstance(request, WebSocket) else _header_bearer(request)
        principal = await self._services.identity.authenticate(bearer) if bearer else None
        if isinstance(response, Response):
            response.headers[REQUEST_ID_HEADER] = request_id
        context = RequestContext(
            services=self._services,
            principal=principal,
            request_id=request_id,
            address=request.client.host if request.client else "",
            bearer=bearer,
        )
        request.state.graphql_context = context
        return context

    async def on_ws_connect(self, context: RequestContext) -> UnsetType | dict[str, object] | None:
        """Authenticate a socket by the bearer in its `connection_init`; without a good one it is closed."""
        bearer = _init_bearer(context.connection_params)
        context.connection_params = None
        if bearer is None:
            raise ConnectionRejectionError
        try:
            context.principal = await self._services.identity.authenticate(bearer)
        except Unauthenticated:
            raise ConnectionRejectionError from None
        context.bearer = bearer
        acknowledged: UnsetType = UNSET
        return acknowledged

    def decode_json(self, data: str | bytes) -> object:
        """Read JSON; what Python cannot hold (too deep, too many digits) is as bad as a syntax error."""
        try:
            return json.loads(data, parse_constant=_refuse_constant)
        except (RecursionError, ValueError) as fault:
            raise json.JSONDecodeError(str(fault), "", 0) from None

    def parse_json(self, data: str | bytes) -> Any:
        """Read a body: a JSON object, or an array, which is then refused as a batch."""
        parsed = super().parse_json(data)
        return parsed if isinstance(parsed, dict | list) else {}

    async def create_streaming_response(
        self,
        request: Request | WebSocket,
        stream: Callable[[], AsyncIterator[str]],
        sub_response: Response,
        headers: Mapping[str, str],
    ) -> Response:
        """Stream events until they end or the principal is over."""
        context: RequestContext = request.state.graphql_context

        async def bounded() -> AsyncGenerator[str, None]:
            over = asyncio.create_task(until_over(context))
            try:
                async for chunk in stream():
                    if over.done():
                        return
                    yield chunk
            finally:
                over.cancel()

        return await super().create_streaming_response(request, bounded, sub_response, headers)


async def until_over(context: RequestContext) -> None:
    """Return when the principal has expired, or its bearer is refused or has got other rights."""
    while True:
        principal, bearer = context.principal, context.bearer
        if principal is None or bearer is None:
            return
        left = (principal.expires_at - context.services.now()).total_seconds()
        if left <= 0:
            return
        await asyncio.sleep(min(left, PRINCIPAL_RECHECK_S))
        try:
            current = await context.services.identity.authenticate(bearer)
        except Unauthenticated:
            return
        except DATABASE_FAULTS:
            continue
        if _rights(current) != _rights(principal):
            return


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
        and isinstance(payload.get("query"), str)
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("operationName"), str | None)
    )


def _refusal(status: int, code: ErrorCode, message: str, headers: Mapping[str, str]) -> Response:
    error = {"message": message, "extensions": {"code": code}}
    return JSONResponse({"data": None, "errors": [error]}, status_code=status, headers=headers)


def _rights(principal: Principal) -> tuple[object, ...]:
    return principal.party_id, principal.roles, principal.scopes


def _header_bearer(request: HTTPConnection) -> str | None:
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, bearer = header.partition(" ")
    if scheme.lower() != "bearer" or not bearer:
        raise Unauthenticated("not a bearer")
    return bearer.strip()


def _init_bearer(params: dict[str, Any] | None) -> str | None:
    given = {name.lower(): value for name, value in (params or {}).items()}
    text = given.get("authorization") or given.get("token")
    if not isinstance(text, str):
        return None
    scheme, _, bearer = text.partition(" ")
    return bearer.strip() if scheme.lower() == "bearer" else text


def _request_id(request: HTTPConnection) -> str:
    given = request.headers.get(REQUEST_ID_HEADER, "")
    return given if _REQUEST_ID.fullmatch(given) else new_id().hex


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
