"""Who may see what is no part of the API: the figures and the details of readiness.

In development everyone may. In production they are for callers with the token (`LINEPACK_METRICS_TOKEN`),
which needs no database, so that they can be read while it is away.
"""

import hmac

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from linepack.identity.errors import Unauthenticated
from schema.transport.callers import bearer_of
from server.services import Services

_SIGN_IN = {"www-authenticate": "Bearer"}


def may_see_figures(request: Request, services: Services) -> bool:
    """Return whether a caller may see the figures of the installation."""
    token = services.settings.metrics_token
    if token is None:
        return not services.settings.is_production
    try:
        given = bearer_of(request) or ""
    except Unauthenticated:
        return False
    return hmac.compare_digest(given.encode(), token.get_secret_value().encode())


def figures_refusal() -> Response:
    """Return the answer to a caller that may not see the figures."""
    text = "send the token of LINEPACK_METRICS_TOKEN as the bearer\n"
    return PlainTextResponse(text, status_code=401, headers=_SIGN_IN)
