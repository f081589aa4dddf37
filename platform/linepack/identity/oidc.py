"""Tokens of identity providers: any OpenID Connect provider, through its published keys (JWKS).

Only asymmetric algorithms, only keys that the provider publishes at the address configured or discovered,
only our audience. Keys are cached; a token that names an unknown key makes the cache refresh, but not more
often than once in 30 s, so that forged key ids cannot turn us against the provider. While the provider is
away, the keys last seen stay good for a day.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpx2
import jwt

from linepack.identity.errors import Unauthenticated
from linepack.identity.model import OidcSubject
from linepack.identity.tokens import decode, instant, refuse_header, unverified_header
from linepack.limits import JWKS_BYTES_MAX, JWKS_FRESH_S, JWKS_REFRESH_S, JWKS_STALE_S, JWKS_WAIT_S
from linepack.monitoring.logging import logger

ALGORITHMS: Mapping[str, tuple[str, str | None]] = {
    "RS256": ("RSA", None),
    "RS384": ("RSA", None),
    "RS512": ("RSA", None),
    "PS256": ("RSA", None),
    "PS384": ("RSA", None),
    "PS512": ("RSA", None),
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "ES512": ("EC", "P-521"),
    "EdDSA": ("OKP", "Ed25519"),
}
"""The algorithms accepted of others, each with the type and curve of the key that it takes."""

REQUIRED_CLAIMS = ("iss", "aud", "sub", "iat", "exp")
DISCOVERY_PATH = "/.well-known/openid-configuration"

Fetch = Callable[[str], Awaitable[Any]]
"""Returns the JSON document at a URL; raises OSError or ValueError when there is none."""


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider we trust; without `jwks_url` the keys' address is discovered from the issuer."""

    issuer: str
    audience: str
    jwks_url: str | None = None


@dataclass(frozen=True, slots=True)
class OidcToken:
    """What a valid token of a provider says."""

    foreign: OidcSubject
    expires_at: datetime


class ProviderKeys:
    """The cached public keys of one provider."""

    def __init__(
        self, provider: Provider, fetch: Fetch, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._provider = provider
        self._fetch = fetch
        self._clock = clock
        self._keys: list[Mapping[str, Any]] = []
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._refreshing = anyio.Lock()

    async def find(self, kid: str | None, algorithm: str) -> jwt.PyJWK:
        """Return the key a token names; raises Unauthenticated when the provider has no such key."""
        if not self._is_younger_than(JWKS_FRESH_S):
            await self._refresh()
        key = self._match(kid, algorithm)
        if key is None:
            await self._refresh()
            key = self._match(kid, algorithm)
        if key is None:
            raise Unauthenticated("the provider has no such key")
        try:
            return jwt.PyJWK(dict(key), algorithm=algorithm)
        except jwt.PyJWTError:
            raise Unauthenticated("the provider's key cannot be read") from None

    def _is_younger_than(self, seconds: float) -> bool:
        return self._fetched_at is not None and self._clock() - self._fetched_at < seconds

    def _match(self, kid: str | None, algorithm: str) -> Mapping[str, Any] | None:
        if not self._is_younger_than(JWKS_STALE_S):
            return None
        fitting = [key for key in self._keys if _fits(key, algorithm) and kid in (None, key.get("kid"))]
        return fitting[0] if len(fitting) == 1 else None

    async def _refresh(self) -> None:
        seen = self._tried_at
        async with self._refreshing:
            waited_for_another = self._tried_at != seen
            too_soon = self._tried_at is not None and self._clock() - self._tried_at < JWKS_REFRESH_S
            if waited_for_another or too_soon:
                return
            self._tried_at = self._clock()
            try:
                document = await self._fetch(await self._address())
                self._keys = _usable_keys(document)
                self._fetched_at = self._clock()
            except (OSError, ValueError) as fault:
                logger.warning("jwks_not_refreshed", issuer=self._provider.issuer, fault=type(fault).__name__)

    async def _address(self) -> str:
        if self._provider.jwks_url is not None:
            return self._provider.jwks_url
        document = await self._fetch(self._provider.issuer.rstrip("/") + DISCOVERY_PATH)
        if not isinstance(document, dict) or document.get("issuer") != self._provider.issuer:
            raise ValueError("the discovery document is of another issuer")
        address = document.get("jwks_uri")
        if not isinstance(address, str):
            raise ValueError("the discovery document has no jwks_uri")
        return address


class OidcTokens:
    """Verifies the tokens of one provider."""

    def __init__(self, provider: Provider, keys: ProviderKeys) -> None:
        self.issuer = provider.issuer
        self._audience = provider.audience
        self._keys = keys

    async def verify(self, token: str) -> OidcToken:
        """Return who the provider says has signed in; raises Unauthenticated unless all of it is right."""
        header = unverified_header(token)
        refuse_header(header, algorithms=frozenset(ALGORITHMS))
        kid = header.get("kid")
        key = await self._keys.find(kid, header["alg"])
        claims = decode(
            token,
            key,
            algorithm=header["alg"],
            issuer=self.issuer,
            audience=self._audience,
            required=REQUIRED_CLAIMS,
        )
        foreign = OidcSubject(self.issuer, claims["sub"])
        return OidcToken(foreign, instant(claims["exp"]))


def _fits(key: Mapping[str, Any], algorithm: str) -> bool:
    kind, curve = ALGORITHMS[algorithm]
    return key["kty"] == kind and curve in (None, key.get("crv")) and key.get("alg", algorithm) == algorithm


def _usable_keys(document: Any) -> list[Mapping[str, Any]]:
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise ValueError("not a JSON Web Key Set")
    kinds = {kind for kind, _ in ALGORITHMS.values()}
    return [
        key
        for key in document["keys"]
        if isinstance(key, dict) and key.get("kty") in kinds and key.get("use", "sig") == "sig"
    ]


def is_safe_address(url: str) -> bool:
    """Return whether keys may be fetched from `url`: over TLS, or from this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    )


async def fetch_json(url: str) -> Any:
    """Return the JSON document at `url`; raises OSError or ValueError when it is away, too big or not JSON.

    Redirects are not followed: the provider is where it was configured to be.
    """
    if not is_safe_address(url):
        raise ValueError("keys are fetched over https only")
    try:
        async with (
            httpx2.AsyncClient(timeout=JWKS_WAIT_S, follow_redirects=False) as client,
            client.stream("GET", url) as response,
        ):
            response.raise_for_status()
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > JWKS_BYTES_MAX:
                    raise ValueError("the document is too big")
    except httpx2.HTTPError as fault:
        raise OSError(f"{type(fault).__name__}: {fault}") from fault
    return httpx2.Response(200, content=bytes(body)).json()
