"""The ASGI application of one API process: the API, the web frontend, health and metrics."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from redis.exceptions import RedisError
from starlette.applications import Starlette
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from capacity.solvers.automatic import standing_of
from linepack.database.connections import DATABASE_FAULTS
from linepack.monitoring.metrics import SETTLEMENT_BEHIND_SECONDS, SETTLEMENT_PARKED, exposition
from linepack.settings import Settings
from schema.transport.asgi import graphql_routes
from server.cluster.description import description
from server.services import Services, open_services, solver_of
from server.web import log_tiles
from server.web.frontend import frontend_routes
from server.web.security_headers import SafeHeaders
from server.web.visitors import figures_refusal, may_see_figures
from settlement.progress import status as settlement

PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8"
COMPRESSED_BYTES_MIN = 1_000
"""Less fits into one packet as it is."""
COMPRESSION_LEVEL = 5
INCOMPRESSIBLE = (*DEFAULT_EXCLUDED_CONTENT_TYPES, log_tiles.TILE_TYPE)


def create(settings: Settings) -> ASGIApp:
    """Return the application of an installation; its services open with it and close with it.

    Answers are compressed, those with tokens too: an attacker could read one from lengths only if it made the
    caller's browser fetch the same secret many times beside a text of its own. No answer repeats a secret,
    and no browser sends a bearer by itself.
    """

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        async with open_services(settings) as services, services.identity.endings.following():
            yield {"services": services}

    application = Starlette(
        routes=[
            *frontend_routes(has_explorer=not settings.is_production),
            Route("/healthz", alive),
            Route("/readyz", ready),
            Route("/metrics", figures),
            *log_tiles.routes,
            *graphql_routes(settings),
        ],
        lifespan=lifespan,
    )
    compressed = GZipMiddleware(
        application,
        minimum_size=COMPRESSED_BYTES_MIN,
        compresslevel=COMPRESSION_LEVEL,
        exclude_content_types=INCOMPRESSIBLE,
    )
    return SafeHeaders(compressed)


async def alive(_: Request) -> Response:
    """Answer that this process runs."""
    return PlainTextResponse("ok\n")


async def ready(request: Request) -> Response:
    """Answer whether this process can serve, and with what: 200, or 503 while the database is away.

    Redis may be away: bookings go on, and subscriptions read from the database. So may a licence of Gurobi:
    HiGHS solves meanwhile, and the answer says why. Events that settlement has parked do not stop bookings;
    the answer counts them, and says how far each stream is settled. In production such details are for who
    may see the figures.
    """
    services = _services(request)
    standing = standing_of(solver_of(services.settings))
    found: dict[str, object] = {"database": True, "redis": True}
    details: dict[str, object] = {
        "solver": str(standing.engine),
        "solver_reason": standing.reason,
        "parts_of_jobs": description(services.settings),
    }
    try:
        async with services.database.read() as connection:
            reached = await settlement.positions(connection)
            details["settled_through"] = {stream.value: position for stream, position in reached.items()}
            details["settlement_parked"] = await settlement.parked_count(connection)
    except DATABASE_FAULTS:
        found["database"] = False
    try:
        await services.redis.ping()
    except (RedisError, OSError):
        found["redis"] = False
    shown = found | details if may_see_figures(request, services) else found
    return JSONResponse(shown, status_code=200 if found["database"] else 503)


async def figures(request: Request) -> Response:
    """Give the figures of every process, for Prometheus.

    Those of settlement are read here, so that they go on when the worker, which settles, does not.
    """
    services = _services(request)
    if not may_see_figures(request, services):
        return figures_refusal()
    with suppress(*DATABASE_FAULTS):
        async with services.database.read() as connection:
            SETTLEMENT_PARKED.set(await settlement.parked_count(connection))
            SETTLEMENT_BEHIND_SECONDS.set(await settlement.behind_s(connection, at=services.now()))
    return Response(exposition(), media_type=PROMETHEUS_TEXT)


def _services(request: Request) -> Services:
    services: Services = request.state.services
    return services
