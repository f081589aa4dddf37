"""The logs over HTTP as C2SP tlog-tiles lays them out, so that other monitors and witnesses read them.

They are public: checkpoints and tiles are hashes. Entries are not served here; a party that may see one gets
it with its proof from the API.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from linepack.database.connections import DATABASE_FAULTS, is_away
from linepack.problems import NotFound
from linepack.transparency import repository
from linepack.transparency.model import LogName
from linepack.transparency.tiles import Tile
from schema.transport.documents import document
from server.services import Services

TILE_TYPE = "application/octet-stream"
_FOREVER = {"cache-control": "public, max-age=31536000, immutable"}
_NOT_THERE = PlainTextResponse("not found\n", status_code=404)
_AWAY = PlainTextResponse("the database is away\n", status_code=503)


async def checkpoint(request: Request) -> Response:
    """Give the newest checkpoint of a log."""
    async with _services(request).database.read() as connection:
        head = await repository.newest(connection, _log(request))
    return document(request, head.note)


async def verifier_key(request: Request) -> Response:
    """Give the key that signed the newest checkpoint: to compare with the one that the operator published."""
    async with _services(request).database.read() as connection:
        head = await repository.newest(connection, _log(request))
    return document(request, f"{head.vkey}\n")


async def tile(request: Request) -> Response:
    """Give the hashes of a tile."""
    try:
        wanted = Tile.at(request.path_params["path"])
    except ValueError:
        return _NOT_THERE
    async with _services(request).database.read() as connection:
        hashes = await repository.tile(connection, _log(request), wanted)
    return Response(hashes, media_type=TILE_TYPE, headers=_FOREVER)


def _shown(give: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Return what gives a part of a log, or answers why it cannot."""

    async def shown(request: Request) -> Response:
        try:
            return await give(request)
        except NotFound:
            return _NOT_THERE
        except DATABASE_FAULTS as fault:
            if not is_away(fault):
                raise
            return _AWAY

    return shown


routes = [
    Route("/log/{log}/checkpoint", _shown(checkpoint)),
    Route("/log/{log}/key", _shown(verifier_key)),
    Route("/log/{log}/tile/{path:path}", _shown(tile)),
]


def _log(request: Request) -> LogName:
    """Return the log that a path names; raises NotFound."""
    for log in LogName:
        if log.slug == request.path_params["log"]:
            return log
    raise NotFound("log", request.path_params["log"])


def _services(request: Request) -> Services:
    services: Services = request.state.services
    return services
