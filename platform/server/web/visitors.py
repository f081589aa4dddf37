"""Who may see what is no part of the API: the page, the figures and the details of readiness.

In development everyone may. In production the page is for callers that may read by the API, unless the
operator shows it to everyone (`LINEPACK_PUBLIC_PAGE`); figures and details are for callers with the token
(`LINEPACK_METRICS_TOKEN`), which needs no database, so that they can be read while it is away. The page is
charged to its caller as an operation of the API is.
"""

import hmac

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from linepack.access import Scope
from linepack.identity.errors import Unauthenticated
from linepack.ids import new_id
from linepack.problems import RateLimited
from schema.execution.rate_limit import charge
from schema.transport.callers import bearer_of, principal_of
from schema.types.context import RequestContext
from server.services import Services

PAGE_COST = 200
_SIGN_IN = {"www-authenticate": "Bearer"}


async def page_refusal(request: Request, services: Services) -> Response | None:
    """Return why the page is not shown to a caller; None when it is, which is then charged."""
    try:
        principal = await principal_of(request, services.identity)
    except Unauthenticated as fault:
        return PlainTextResponse(f"{fault.message}\n", status_code=401, headers=_SIGN_IN)
    if services.settings.is_production and not services.settings.public_page:
        if principal is None:
            text = "send the bearer with which you use the API\n"
            return PlainTextResponse(text, status_code=401, headers=_SIGN_IN)
        if not principal.holds(Scope.READ):
            return PlainTextResponse(f"this needs the scope {Scope.READ}\n", status_code=403)
    address = request.client.host if request.client else ""
    try:
        await charge(RequestContext(services, principal, new_id().hex, address), PAGE_COST)
    except RateLimited as refused:
        headers = {"retry-after": str(int(refused.retry_after_s) + 1)}
        return PlainTextResponse(f"{refused.message}\n", status_code=429, headers=headers)
    return None


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
