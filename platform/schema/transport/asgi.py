"""Routes of the API: the endpoint, uploads, and in development the schema as text.

The services come with the application's lifespan, as `request.state.services`.
"""

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from linepack.identity.errors import Unauthenticated
from linepack.settings import Settings
from schema.api import build_schema, sdl
from schema.execution.schema import Schema
from schema.transport.body_limit import BodyLimit
from schema.transport.callers import principal_of
from schema.transport.documents import FOR_THE_CALLER, document
from schema.transport.endpoint import REQUEST_ID_HEADER, GraphQLEndpoint
from schema.transport.operation_lists import listed_operations_of
from schema.transport.uploads import uploading
from schema.types.context import ResolverServices
from schema.types.listed_operations import ListedOperations

PREFLIGHT_S = 3600
"""How long a browser may remember that an origin is allowed."""


def graphql_routes(settings: Settings) -> list[BaseRoute]:
    """Return the routes of the API of an installation; pages of the allowed origins may call it.

    Raises InvalidInput when a list of operations has faults.
    """
    origins = settings.allowed_origins
    schema = build_schema()
    listed = listed_operations_of(settings, schema._schema)
    endpoint = open_to(origins, BodyLimit(_Endpoint(schema, listed, origins)))
    routes: list[BaseRoute] = [
        Route("/graphql", endpoint),
        WebSocketRoute("/graphql", endpoint),
        Route("/graphql/uploads", open_to(origins, uploading())),
    ]
    if not settings.is_production:
        routes.append(Route("/graphql/schema", schema_text))
    return routes


def open_to(origins: Sequence[str], app: ASGIApp) -> ASGIApp:
    """Return an application that browsers let pages of `origins` call, with a bearer and without cookies."""
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=["POST"],
        allow_headers=["authorization", REQUEST_ID_HEADER],
        expose_headers=[REQUEST_ID_HEADER, "retry-after"],
        max_age=PREFLIGHT_S,
    )


class _Endpoint:
    """The GraphQL endpoint on the services of the process, which exist once it has started."""

    def __init__(self, schema: Schema, listed: ListedOperations, allowed_origins: Sequence[str]) -> None:
        self._schema = schema
        self._listed = listed
        self._allowed_origins = allowed_origins
        self._served: GraphQLEndpoint | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or serve one socket."""
        if self._served is None:
            services: ResolverServices = scope["state"]["services"]
            self._served = GraphQLEndpoint(
                self._schema, services, listed=self._listed, allowed_origins=self._allowed_origins
            )
        await self._served(scope, receive, send)


async def schema_text(request: Request) -> Response:
    """Return the schema to a signed-in caller, for programs that read it."""
    services: ResolverServices = request.state.services
    try:
        principal = await principal_of(request, services.identity)
    except Unauthenticated:
        principal = None
    if principal is None:
        return PlainTextResponse("sign in first\n", status_code=401, headers={"www-authenticate": "Bearer"})
    return document(request, sdl(), cache_control=FOR_THE_CALLER)
