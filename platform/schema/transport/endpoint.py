"""The GraphQL endpoint: which caller is calling, over HTTP, server-sent events and websockets.

HTTP: the bearer of the Authorization header; none is an anonymous caller, an invalid one is 401. Only POST of
JSON, which a page of another origin cannot send without asking first; no batches. Server-sent events end as
websockets do (`schema.transport.websockets`), when the caller's credentials expire.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

from cross_web import HTTPException
from graphql import GraphQLError
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http import GraphQLHTTPResponse
from strawberry.http.streaming import HTTPStreamTransport
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.unset import UNSET, UnsetType

from linepack.database.connections import DATABASE_FAULTS
from linepack.identity.errors import Unauthenticated
from linepack.ids import new_id
from linepack.limits import CONNECTION_INIT_S
from linepack.monitoring.logging import bind_request, logger
from schema.execution.errors import UNAVAILABLE_TEXT
from schema.execution.rate_limit import payer_of
from schema.execution.schema import Schema
from schema.transport.answers import (
    EVENT_STREAM,
    JSON,
    complete,
    media_type_for,
    not_executed,
    refusal,
    without_data_unless_executed,
)
from schema.transport.callers import bearer_of
from schema.transport.websockets import SocketHandler, credentials_expired
from schema.types.context import RequestContext, ResolverServices
from schema.types.listed_operations import ListedOperations
from schema.types.listeners import Listeners, TooManyListeners
from schema.types.problems import ErrorCode

RETRY_AFTER_S = 2
REQUEST_ID_HEADER = "x-request-id"

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class _NoDocument(Exception):
    """There is no document to execute."""

    def __init__(self, error: GraphQLError) -> None:
        super().__init__(error.message)
        self.error = error


class GraphQLEndpoint(GraphQL[RequestContext, None]):
    """The GraphQL endpoint as an ASGI application."""

    graphql_transport_ws_handler_class = SocketHandler

    def __init__(
        self,
        schema: Schema,
        services: ResolverServices,
        *,
        listed: ListedOperations | None = None,
        allowed_origins: Sequence[str] = (),
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            allow_queries_via_get=False,
            multipart_uploads_enabled=False,
            subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL],
            connection_init_wait_timeout=timedelta(seconds=CONNECTION_INIT_S),
            max_subscriptions_per_connection=None,
            allowed_origins=allowed_origins,
        )
        self._services = services
        self._listed = listed or ListedOperations()
        self._listeners = Listeners()

    async def run(self, request: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: PLR0911 one per refusal
        """Answer one request or serve one socket."""
        if isinstance(request, Request) and (unfit := _unfit(request)) is not None:
            return unfit
        try:
            return await super().run(request, *args, **kwargs)
        except _NoDocument as fault:
            return not_executed(request, fault.error)
        except HTTPException as fault:
            return refusal(request, fault.status_code, ErrorCode.BAD_REQUEST, fault.reason)
        except Unauthenticated as fault:
            headers = {"www-authenticate": "Bearer"}
            return refusal(request, 401, ErrorCode.UNAUTHENTICATED, fault.message, headers)
        except DATABASE_FAULTS as fault:
            logger.error("database_away", fault=type(fault).__name__)
            headers = {"retry-after": str(RETRY_AFTER_S)}
            return refusal(request, 503, ErrorCode.UNAVAILABLE, UNAVAILABLE_TEXT, headers)
        except ClientDisconnect:
            return Response(status_code=400)

    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> RequestContext:
        """Return the context of a request, with its principal; a socket's comes with `connection_init`."""
        request_id = _request_id(request)
        bind_request(request_id)
        bearer = None if isinstance(request, WebSocket) else bearer_of(request)
        principal = await self._services.identity.authenticate(bearer) if bearer else None
        if isinstance(response, Response):
            response.headers[REQUEST_ID_HEADER] = request_id
        context = RequestContext(
            services=self._services,
            principal=principal,
            request_id=request_id,
            address=request.client.host if request.client else "",
            user_agent=request.headers.get("user-agent", ""),
            bearer=bearer,
            listed=self._listed,
            listeners=self._listeners,
        )
        request.state.graphql_context = context
        return context

    async def on_ws_connect(self, context: RequestContext) -> UnsetType | dict[str, object] | None:
        """Authenticate a socket by the bearer in its `connection_init`; without a valid one it is closed.

        Raises TooManyListeners.
        """
        bearer = _init_bearer(context.connection_params)
        context.connection_params = None
        if bearer is None:
            raise ConnectionRejectionError
        try:
            context.principal = await self._services.identity.authenticate(bearer)
        except Unauthenticated:
            raise ConnectionRejectionError from None
        self._listeners.sockets.require(payer_of(context))
        context.leave = self._listeners.sockets.take(payer_of(context))
        context.bearer = bearer
        acknowledged: UnsetType = UNSET
        return acknowledged

    def decode_json(self, data: str | bytes) -> object:
        """Read JSON; what Python cannot hold (too deep, too many digits) counts as a syntax error."""
        try:
            return json.loads(data, parse_constant=_refuse_constant)
        except (RecursionError, ValueError) as fault:
            raise json.JSONDecodeError(str(fault), "", 0) from None

    def parse_json(self, data: str | bytes) -> Any:
        """Read a body: a JSON object, or an array, which is then rejected as a batch.

        The text of a document that is asked for by id is put in.
        """
        parsed = super().parse_json(data)
        if not isinstance(parsed, dict):
            return parsed if isinstance(parsed, list) else {}
        try:
            return self._listed.with_query(parsed)
        except GraphQLError as error:
            raise _NoDocument(error) from None

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        """Return the response that an answer completes, with the media type that the client prefers."""
        response = await super().get_sub_response(request)
        response.media_type = media_type_for(request.headers.get("accept", ""))
        return response

    async def process_result(self, request: Any, result: ExecutionResult) -> GraphQLHTTPResponse:
        """Return the body of an answer: without `data` if nothing was executed."""
        body: Any = without_data_unless_executed(await super().process_result(request, result))
        return cast("GraphQLHTTPResponse", body)

    def create_response(self, response_data: Any, sub_response: Response) -> Response:
        """Return the answer in the media type that the client prefers, with the status that goes with it."""
        response = super().create_response(response_data, sub_response)
        complete(response, response_data, sub_response.media_type or JSON)
        return response

    def _get_stream_transport_from_headers(self, headers: Mapping[str, str]) -> HTTPStreamTransport | None:
        if media_type_for(headers.get("accept", "")) != EVENT_STREAM:
            return None
        return super()._get_stream_transport_from_headers(headers)

    async def create_streaming_response(
        self,
        request: Request | WebSocket,
        stream: Callable[[], AsyncIterator[str]],
        sub_response: Response,
        headers: Mapping[str, str],
    ) -> Response:
        """Stream events until they end or the caller's credentials expire, if the party may have one more."""
        context: RequestContext = request.state.graphql_context
        try:
            self._listeners.subscriptions.require(payer_of(context))
        except TooManyListeners as fault:
            again = {"retry-after": str(RETRY_AFTER_S)}
            return refusal(request, 429, ErrorCode.RATE_LIMITED, fault.message, again)

        async def bounded() -> AsyncGenerator[str, None]:
            leave = self._listeners.subscriptions.take(payer_of(context))
            # An anonymous caller has no credentials that could expire.
            watch = credentials_expired(context) if context.principal is not None else asyncio.Event().wait()
            over: asyncio.Task[object] = asyncio.create_task(watch)
            try:
                async for chunk in stream():
                    if over.done():
                        return
                    yield chunk
            finally:
                over.cancel()
                leave()

        return await super().create_streaming_response(request, bounded, sub_response, headers)


def _unfit(request: Request) -> Response | None:
    """Return the refusal of what cannot be an operation: another method, or another media type."""
    if request.method != "POST":
        return refusal(request, 405, ErrorCode.BAD_REQUEST, "send operations by POST", {"allow": "POST"})
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        return refusal(request, 415, ErrorCode.BAD_REQUEST, f"send the operation as {JSON}")
    return None


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
