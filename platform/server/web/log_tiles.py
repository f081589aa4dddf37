"""The logs over HTTP as C2SP tlog-tiles lays them out, so that other monitors and witnesses read them.

They are public: checkpoints and tiles are hashes. Entries are not served here; a party that may see one gets
it with its proof from the API.
"""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from linepack.problems import NotFound
from linepack.transparency import repository
from linepack.transparency.model import LogName
from linepack.transparency.tiles import Tile
from schema.transport.documents import document
from server.services import Services

TILE_TYPE = "application/octet-stream"
_FOREVER = {"cache-control": "public, max-age=31536000, immutable"}
_NOT_THERE = PlainTextResponse("not found\n", status_code=404)


async def checkpoint(request: Request) -> Response:
    """Give the newest checkpoint of a log."""
    try:
        async with _services(request).database.read() as connection:
            head = await repository.newest(connection, _log(request))
    except NotFound:
        return _NOT_THERE
    return document(request, head.note)


async def verifier_key(request: Request) -> Response:
    """Give the key that signed the newest checkpoint: to compare with the one that the operator published."""
    try:
        async with _services(request).database.read() as connection:
            head = await repository.newest(connection, _log(request))
    except NotFound:
        return _NOT_THERE
    return document(request, f"{head.vkey}\n")


async def tile(request: Request) -> Response:
    """Give the hashes of a tile."""
    try:
        wanted = Tile.at(request.path_params["path"])
        async with _services(request).database.read() as connection:
            hashes = await repository.tile(connection, _log(request), wanted)
    except (NotFound, ValueError):
        return _NOT_THERE
    return Response(hashes, media_type=TILE_TYPE, headers=_FOREVER)


routes = [
    Route("/log/{log}/checkpoint", checkpoint),
    Route("/log/{log}/key", verifier_key),
    Route("/log/{log}/tile/{path:path}", tile),
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
