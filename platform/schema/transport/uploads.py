"""Uploads: a file is sent as the body of a request, and a mutation then names it by the id in the answer.

So a file has the size that it has, not that of its base64 in JSON, and nothing is imported before all of it
is there. The request needs the bearer of a caller that may operate networks; pages of another origin have
none.
"""

import asyncio
import hashlib
from datetime import timedelta

from redis.exceptions import RedisError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import request_response
from starlette.types import ASGIApp
from strawberry.relay import GlobalID

from linepack.access import Scope
from linepack.database.connections import DATABASE_FAULTS
from linepack.identity.errors import Unauthenticated
from linepack.ids import PartyId, new_id
from linepack.limits import UPLOAD_BYTES_MAX, UPLOAD_HELD_S, UPLOAD_S, UPLOADS_AT_ONCE
from linepack.problems import Forbidden, RateLimited
from schema.execution.errors import UNAVAILABLE_TEXT
from schema.execution.rate_limit import charge
from schema.transport.answers import refusal
from schema.transport.body_limit import BodyLimit
from schema.transport.callers import principal_of
from schema.types.context import RequestContext, ResolverServices
from schema.types.problems import ErrorCode
from schema.types.scalars import show_instant

UPLOAD_COST = 500


def uploading() -> ASGIApp:
    """Return the application that takes uploads, a few at once."""
    turns = asyncio.Semaphore(UPLOADS_AT_ONCE)

    async def answer(request: Request) -> Response:  # noqa: PLR0911 one for each reason
        if request.method != "POST":
            return refusal(request, 405, ErrorCode.BAD_REQUEST, "send a file by POST", {"allow": "POST"})
        try:
            party_id = await _sender(request)
            async with asyncio.timeout(UPLOAD_S), turns:
                return await _held(request, party_id)
        except Unauthenticated as fault:
            headers = {"www-authenticate": "Bearer"}
            return refusal(request, 401, ErrorCode.UNAUTHENTICATED, fault.message, headers)
        except Forbidden as fault:
            return refusal(request, 403, ErrorCode.FORBIDDEN, fault.message)
        except RateLimited as limited:
            headers = {"retry-after": str(int(limited.retry_after_s) + 1)}
            return refusal(request, 429, ErrorCode.RATE_LIMITED, limited.message, headers)
        except ClientDisconnect:
            return Response(status_code=400)
        except TimeoutError:
            return refusal(request, 408, ErrorCode.TIMEOUT, f"an upload takes at most {UPLOAD_S} s")
        except (RedisError, *DATABASE_FAULTS):
            return refusal(request, 503, ErrorCode.UNAVAILABLE, UNAVAILABLE_TEXT)

    return BodyLimit(request_response(answer), bytes_max=UPLOAD_BYTES_MAX)


async def _sender(request: Request) -> PartyId:
    """Return the party for which the caller operates networks, and charge the upload to the caller.

    Raises Unauthenticated, Forbidden or RateLimited.
    """
    services: ResolverServices = request.state.services
    principal = await principal_of(request, services.identity)
    if principal is None:
        raise Unauthenticated("sign in first")
    principal.require(Scope.OPERATE)
    address = request.client.host if request.client else ""
    await charge(RequestContext(services, principal, new_id().hex, address), UPLOAD_COST)
    return principal.require_party()


async def _held(request: Request, party_id: PartyId) -> Response:
    """Read the body, hold it, and answer by which id it is named."""
    services: ResolverServices = request.state.services
    content = await request.body()
    upload_id = await services.uploads.hold(party_id, content)
    answer = {
        "upload": str(GlobalID("Upload", str(upload_id))),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "heldUntil": show_instant(services.now() + timedelta(seconds=UPLOAD_HELD_S)),
    }
    return JSONResponse(answer, status_code=201)
