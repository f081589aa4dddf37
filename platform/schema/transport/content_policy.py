"""Content security policies: a page may run its own styles and scripts, and load nothing from elsewhere."""

import base64
import hashlib
from collections.abc import Iterable

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The policy of a response that is no page: shown in a browser, it can do nothing."""


def content_policy(
    *, styles: Iterable[str] = (), scripts: Iterable[str] = (), style_attributes: bool = False
) -> str:
    """Return the content security policy of a page with exactly these inline styles and scripts.

    A page with scripts may call its own server.
    """
    directives = [NOTHING]
    if hashes := _hashes(styles):
        directives.append(f"style-src {hashes}")
    if style_attributes:
        directives.append("style-src-attr 'unsafe-inline'")
    if hashes := _hashes(scripts):
        directives.append(f"script-src {hashes}; connect-src 'self'")
    return "; ".join(directives)


def _hashes(contents: Iterable[str]) -> str:
    digests = (hashlib.sha256(content.encode()).digest() for content in contents)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
