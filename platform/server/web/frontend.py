"""The web frontend as it was built: one document for the address of every screen, and the assets it loads.

The document holds no data and is public. It is told below which path the platform is, so that one build works
behind any proxy. The name of an asset says its content, so browsers keep it for ever.
"""

import html
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from schema.transport.documents import document

BUILT: Final = Path(__file__).with_name("frontend")
"""Where the build is, once there is one."""
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "base-uri 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "connect-src 'self'",
        "font-src 'self'",
        "img-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
    )
)
"""It runs its own scripts and styles, none of them inline, and calls its own server."""
MEDIA_TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
FOR_EVER: Final = "public, max-age=31536000, immutable"
BASE: Final = '<base href="/" />'
NOT_BUILT: Final = "The web frontend has not been built: `make frontend` builds it. The API is at /graphql.\n"


class Asset(NamedTuple):
    """A file that the document loads."""

    content: bytes
    media_type: str


def frontend_routes(built: Path = BUILT) -> list[BaseRoute]:
    """Return the routes of the frontend built into a folder; where there is none, of a hint to build it."""
    page = built / "index.html"
    text = page.read_text() if page.exists() else None
    assets = {
        path.name: Asset(path.read_bytes(), MEDIA_TYPES.get(path.suffix, "application/octet-stream"))
        for path in sorted((built / "assets").glob("*"))
    }
    screens = ("/", "/sign-in", "/networks/{path:path}")
    return [
        *(Route(screen, partial(_screen, text)) for screen in screens),
        Route("/assets/{name}", partial(_asset, assets)),
    ]


async def _screen(text: str | None, request: Request) -> Response:
    if text is None:
        return PlainTextResponse(NOT_BUILT, status_code=404)
    place = html.escape(f"{request.scope.get('root_path', '').rstrip('/')}/")
    shown = text.replace(BASE, f'<base href="{place}" />', 1)
    return document(request, shown, media_type="text/html", headers={"content-security-policy": POLICY})


async def _asset(assets: Mapping[str, Asset], request: Request) -> Response:
    """Return an asset; one of an earlier build is gone, and the document that names it is asked for again."""
    found = assets.get(request.path_params["name"])
    if found is None:
        return PlainTextResponse("There is no such file.\n", status_code=404)
    return Response(found.content, media_type=found.media_type, headers={"cache-control": FOR_EVER})
