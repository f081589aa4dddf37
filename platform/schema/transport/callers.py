"""The caller of a request: who the bearer of its Authorization header is."""

from starlette.requests import HTTPConnection

from linepack.access import Principal
from linepack.identity.authentication import Authenticator
from linepack.identity.errors import Unauthenticated


def bearer_of(request: HTTPConnection) -> str | None:
    """Return the bearer of the Authorization header, None without one; raises Unauthenticated for another."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, bearer = header.partition(" ")
    if scheme.lower() != "bearer" or not bearer:
        raise Unauthenticated("not a bearer")
    return bearer.strip()


async def principal_of(request: HTTPConnection, identity: Authenticator) -> Principal | None:
    """Return who sent a request, None for an anonymous caller; raises Unauthenticated."""
    bearer = bearer_of(request)
    return None if bearer is None else await identity.authenticate(bearer)
