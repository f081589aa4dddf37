"""The web frontend as it was built: one document for the address of every screen, and the assets it loads.

The document holds no data and is public. It is told below which path the platform is, so that one build works
behind any proxy, and where the API can be explored: by a document of its own, which an installation may leave
out. The name of an asset says its content, so browsers keep it for ever.
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
_OWN: Final = {
    "default-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    "connect-src": "'self'",
    "font-src": "'self'",
    "img-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
}
_OF_THE_EDITOR: Final = {
    "font-src": "'self' data:",
    "img-src": "'self' data:",
    "style-src": "'self' 'unsafe-inline'",
    "worker-src": "'self'",
}


def _policy(sources: Mapping[str, str]) -> str:
    return "; ".join(f"{directive} {allowed}" for directive, allowed in sources.items())


POLICY: Final = _policy(_OWN)
"""It runs its own scripts and styles, none of them inline, and calls its own server."""
EXPLORER_POLICY: Final = _policy(_OWN | _OF_THE_EDITOR)
"""The editor of the explorer (Monaco) places every line by style elements and attributes that it writes as it
goes, and its style sheet holds its marks and their font as data. Scripts and workers are those of the build
alone, here too.
"""
EXPLORER: Final = "/graphql/explorer"
MEDIA_TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".woff2": "font/woff2",
}
FOR_EVER: Final = "public, max-age=31536000, immutable"
BASE: Final = '<base href="/" />'
NOT_BUILT: Final = "The web frontend has not been built: `make frontend` builds it. The API is at /graphql.\n"


class Asset(NamedTuple):
    """A file that the document loads."""

    content: bytes
    media_type: str


def frontend_routes(built: Path = BUILT, *, has_explorer: bool = False) -> list[BaseRoute]:
    """Return the routes of the frontend built into a folder; where there is none, of a hint to build it."""
    assets = {
        path.name: Asset(path.read_bytes(), MEDIA_TYPES.get(path.suffix, "application/octet-stream"))
        for path in sorted((built / "assets").glob("*"))
    }
    page = _Page(_text(built / "index.html"), POLICY, has_explorer)
    screens = (
        "/",
        "/sign-in",
        "/account",
        "/administration",
        "/import",
        "/settlement",
        "/networks/{path:path}",
    )
    routes: list[BaseRoute] = [Route(screen, partial(_shown, page)) for screen in screens]
    if has_explorer:
        explorer = _Page(_text(built / "explorer.html"), EXPLORER_POLICY, has_explorer)
        routes.append(Route(EXPLORER, partial(_shown, explorer)))
    return [*routes, Route("/assets/{name}", partial(_asset, assets))]


class _Page(NamedTuple):
    """A document of the build, if there is one."""

    text: str | None
    policy: str
    names_explorer: bool


def _text(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


async def _shown(page: _Page, request: Request) -> Response:
    if page.text is None:
        return PlainTextResponse(NOT_BUILT, status_code=404)
    place = html.escape(f"{request.scope.get('root_path', '').rstrip('/')}/")
    head = f'<base href="{place}" />'
    if page.names_explorer:
        head += f'<link rel="service-doc" href="{EXPLORER.removeprefix("/")}" />'
    shown = page.text.replace(BASE, head, 1)
    return document(request, shown, media_type="text/html", headers={"content-security-policy": page.policy})


async def _asset(assets: Mapping[str, Asset], request: Request) -> Response:
    """Return an asset; one of an earlier build is gone, and the document that names it is asked for again."""
    found = assets.get(request.path_params["name"])
    if found is None:
        return PlainTextResponse("There is no such file.\n", status_code=404)
    return Response(found.content, media_type=found.media_type, headers={"cache-control": FOR_EVER})
