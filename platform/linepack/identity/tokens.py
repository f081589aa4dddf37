"""Access tokens: short-lived JWTs that state who signed in and in which session, not what they may do.

What an account may do is read from the account each time, and whether the session is live from the session,
so that neither a change of roles nor a sign-out waits for a token to expire. Signed with EdDSA when the
installation's secret is an Ed25519 key in PEM, else with HS256; the algorithm is pinned by the key, never
taken from the token. Issuer, audience and every time claim must be there and right, with 30 s of leeway
between clocks.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from linepack.identity.errors import Unauthenticated
from linepack.ids import SessionId, UserId, new_id
from linepack.kept_secrets import local_secret
from linepack.limits import JWT_LEEWAY_S, JWT_LENGTH_MAX, JWT_SECRET_LENGTH_MIN

REQUIRED_CLAIMS = ("iss", "aud", "sub", "sid", "iat", "nbf", "exp", "jti")
KEYS_IN_HEADER = frozenset({"jwk", "jku", "x5u", "x5c"})
"""Header parameters by which a token would bring its own key along (RFC 7515, 4.1.2 to 4.1.6)."""

_PEM_MARK = "-----BEGIN"


@dataclass(frozen=True, slots=True)
class TokenKey:
    """The one algorithm of an installation and its keys."""

    algorithm: str
    signing: Ed25519PrivateKey | bytes
    verifying: Ed25519PublicKey | bytes

    @classmethod
    def from_secret(cls, secret: str) -> "TokenKey":
        """Read the installation's secret: an Ed25519 private key in PEM, or random text for HS256.

        Raises ValueError for another kind of key and for text that is too short to be a secret.
        """
        if secret.lstrip().startswith(_PEM_MARK):
            private = load_pem_private_key(secret.encode(), password=None)
            if not isinstance(private, Ed25519PrivateKey):
                raise ValueError("the key that signs tokens must be an Ed25519 key")
            return cls("EdDSA", private, private.public_key())
        if len(secret) < JWT_SECRET_LENGTH_MIN:
            raise ValueError(f"the secret that signs tokens has at least {JWT_SECRET_LENGTH_MIN} characters")
        return cls("HS256", secret.encode(), secret.encode())

    def __repr__(self) -> str:
        return f"TokenKey({self.algorithm})"


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """What a valid token of ours says."""

    user_id: UserId
    session_id: SessionId
    expires_at: datetime


class Tokens:
    """Issues and verifies the access tokens of one installation."""

    def __init__(self, key: TokenKey, *, issuer: str, audience: str) -> None:
        self._key = key
        self.issuer = issuer
        self.audience = audience

    def issue(self, user_id: UserId, session_id: SessionId, *, now: datetime, expires_at: datetime) -> str:
        """Return a token for a session of the account, valid from `now` to `expires_at`."""
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": str(user_id),
            "sid": str(session_id),
            "iat": now.timestamp(),
            "nbf": now,
            "exp": expires_at,
            "jti": new_id().hex,
        }
        return jwt.encode(claims, self._key.signing, algorithm=self._key.algorithm)

    def verify(self, token: str) -> VerifiedToken:
        """Return what `token` says; raises Unauthenticated unless we issued it for here and now."""
        refuse_header(unverified_header(token), algorithms=frozenset({self._key.algorithm}))
        claims = decode(
            token,
            self._key.verifying,
            algorithm=self._key.algorithm,
            issuer=self.issuer,
            audience=self.audience,
            required=REQUIRED_CLAIMS,
        )
        try:
            user_id, session_id = UserId(UUID(claims["sub"])), SessionId(UUID(claims["sid"]))
        except (ValueError, TypeError, AttributeError):
            raise Unauthenticated("sub and sid are not of our accounts") from None
        return VerifiedToken(user_id, session_id, instant(claims["exp"]))


def unverified_header(token: str) -> dict[str, Any]:
    """Return the header of `token`; raises Unauthenticated when it has none that can be read."""
    if len(token) > JWT_LENGTH_MAX:
        raise Unauthenticated("token too long")
    try:
        return jwt.get_unverified_header(token)
    except (jwt.InvalidTokenError, ValueError, RecursionError):
        raise Unauthenticated("not a token") from None


def unverified_issuer(token: str) -> str | None:
    """Return who claims to have issued `token`: good for choosing a verifier, and for nothing else."""
    if len(token) > JWT_LENGTH_MAX:
        return None
    try:
        issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
    except (jwt.InvalidTokenError, ValueError, RecursionError):
        return None
    return issuer if isinstance(issuer, str) else None


def refuse_header(header: dict[str, Any], *, algorithms: frozenset[str]) -> None:
    """Raise Unauthenticated for another algorithm, or a key brought along."""
    if header.get("alg") not in algorithms:
        raise Unauthenticated("algorithm not allowed")
    if not KEYS_IN_HEADER.isdisjoint(header):
        raise Unauthenticated("token brings its own key")


def decode(
    token: str,
    key: Any,
    *,
    algorithm: str,
    issuer: str,
    audience: str,
    required: tuple[str, ...],
) -> dict[str, Any]:
    """Return the claims of `token` after checking its signature, issuer, audience and times.

    Raises Unauthenticated with the reason.
    """
    try:
        return jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            issuer=issuer,
            audience=audience,
            leeway=JWT_LEEWAY_S,
            options={"require": list(required), "enforce_minimum_key_length": True},
        )
    except (jwt.PyJWTError, ValueError, RecursionError) as refusal:
        raise Unauthenticated(type(refusal).__name__) from None


def instant(seconds: float) -> datetime:
    """Return the instant of a time claim; raises Unauthenticated when it is beyond all calendars."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        raise Unauthenticated("time claim out of range") from None


def installation_secret(data_dir: Path) -> str:
    """Return the secret kept under `data_dir`, made at first use, readable by this user only."""
    return local_secret(data_dir / "token-secret", lambda: token_urlsafe(48))
