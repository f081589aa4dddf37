"""Documents that clients may keep: each request asks whether it is still the one they have."""

import hashlib
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

ASK_AGAIN = "no-cache"
"""Keep it, and ask before using it again."""
FOR_THE_CALLER = "private, no-cache"
"""The same for what only this caller may keep."""


def document(
    request: Request,
    content: str,
    *,
    media_type: str = "text/plain",
    cache_control: str = ASK_AGAIN,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a document with its ETag, or 304 when the client has it already."""
    # Weak, because the same document may be sent compressed.
    etag = f'W/"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'
    given = {**(headers or {}), "etag": etag, "cache-control": cache_control}
    kept = {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}
    if kept & {etag, "*"}:
        return Response(status_code=304, headers=given)
    return Response(content, media_type=media_type, headers=given)
