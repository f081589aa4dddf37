import base64
import hashlib
import hmac
import json
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from linepack.identity.errors import Unauthenticated
from linepack.identity.tokens import (
    TokenKey,
    Tokens,
    VerifiedToken,
    installation_secret,
    unverified_issuer,
)
from linepack.ids import SessionId, UserId

SECRET = "a secret of this test, long enough to sign"
USER = UserId(UUID(int=7))
SESSION = SessionId(UUID(int=8))


def pem(key: Any) -> str:
    text: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return text.decode()


def tokens(secret: str = SECRET, *, issuer: str = "linepack", audience: str = "linepack") -> Tokens:
    return Tokens(TokenKey.from_secret(secret), issuer=issuer, audience=audience)


def now() -> datetime:
    return datetime.now(UTC)


def forged(
    header: dict[str, Any] | None = None,
    *,
    key: Any = SECRET,
    algorithm: str = "HS256",
    without: str = "",
    **claims: Any,
) -> str:
    seconds = int(now().timestamp())
    complete = {
        "iss": "linepack",
        "aud": "linepack",
        "sub": str(USER),
        "sid": str(SESSION),
        "jti": "1",
        "iat": seconds,
        "nbf": seconds,
        "exp": seconds + 60,
    } | claims
    present = {name: value for name, value in complete.items() if name != without}
    return jwt.encode(present, key, algorithm=algorithm, headers=header)


def refusal(token: str, verifier: Tokens | None = None) -> str:
    with pytest.raises(Unauthenticated) as refused:
        (verifier or tokens()).verify(token)
    return refused.value.reason


@pytest.mark.parametrize("secret", [SECRET, pem(Ed25519PrivateKey.generate())])
def test_a_token_we_issued_says_who_signed_in_in_which_session_and_until_when(secret: str) -> None:
    issued_at = now()
    expires_at = issued_at.replace(microsecond=0) + timedelta(minutes=15)
    token = tokens(secret).issue(USER, SESSION, now=issued_at, expires_at=expires_at)
    assert tokens(secret).verify(token) == VerifiedToken(USER, SESSION, expires_at)


def test_the_forger_of_this_test_makes_good_tokens() -> None:
    assert tokens().verify(forged()).user_id == USER


def test_an_expired_token_is_refused_after_the_leeway_between_clocks() -> None:
    seconds = int(now().timestamp())
    assert tokens().verify(forged(exp=seconds - 20)).user_id == USER
    assert refusal(forged(exp=seconds - 40)) == "ExpiredSignatureError"


def test_a_token_of_the_future_is_refused() -> None:
    seconds = int(now().timestamp())
    assert refusal(forged(nbf=seconds + 60)) == "ImmatureSignatureError"
    assert refusal(forged(iat=seconds + 60)) == "ImmatureSignatureError"


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "sid", "iat", "nbf", "exp", "jti"])
def test_a_token_without_a_claim_is_refused(claim: str) -> None:
    assert refusal(forged(without=claim)) == "MissingRequiredClaimError"


def test_a_foreign_issuer_or_audience_is_refused() -> None:
    assert refusal(forged(iss="elsewhere")) == "InvalidIssuerError"
    assert refusal(forged(aud="elsewhere")) == "InvalidAudienceError"
    assert refusal(forged(aud=["elsewhere", "nowhere"])) == "InvalidAudienceError"


def test_another_secrets_signature_is_refused() -> None:
    assert refusal(forged(key="another secret that is long enough to sign")) == "InvalidSignatureError"


def test_a_changed_claim_breaks_the_signature() -> None:
    header, payload, signature = forged().split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    claims["sub"] = str(UUID(int=8))
    changed = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    assert refusal(f"{header}.{changed}.{signature}") == "InvalidSignatureError"


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE"])
def test_an_unsigned_token_is_refused_however_none_is_written(name: str) -> None:
    header = base64.urlsafe_b64encode(json.dumps({"alg": name, "typ": "JWT"}).encode()).decode().rstrip("=")
    payload = forged().split(".")[1]
    assert refusal(f"{header}.{payload}.") == "algorithm not allowed"


def test_a_token_signed_with_the_public_key_as_if_it_were_a_secret_is_refused() -> None:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header, payload = forged().split(".")[:2]
    mac = hmac.new(public, f"{header}.{payload}".encode(), hashlib.sha256).digest()
    confused = f"{header}.{payload}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"
    assert refusal(confused, tokens(pem(private))) == "algorithm not allowed"


def test_another_algorithm_of_the_same_secret_is_refused() -> None:
    secret = SECRET * 2
    assert refusal(forged(key=secret, algorithm="HS512"), tokens(secret)) == "algorithm not allowed"


@pytest.mark.parametrize("parameter", ["jwk", "jku", "x5u", "x5c"])
def test_a_token_that_brings_its_own_key_is_refused(parameter: str) -> None:
    assert refusal(forged({parameter: "https://evil.example/keys"})) == "token brings its own key"


def test_a_token_that_needs_an_unknown_extension_is_refused() -> None:
    assert refusal(forged({"crit": ["exp2"], "exp2": 1})) == "not a token"


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "....", "é.é.é", "x" * 10_000, "[" * 5000 + ".e30.x"])
def test_what_is_no_token_is_refused(text: str) -> None:
    assert refusal(text)
    assert unverified_issuer(text) is None


@pytest.mark.parametrize("claims", [{"sub": "alice"}, {"sid": "1"}, {"sid": 5}])
def test_a_subject_or_session_that_is_none_of_ours_is_refused(claims: dict[str, Any]) -> None:
    assert refusal(forged(**claims)) == "sub and sid are not of our accounts"


def test_a_time_beyond_all_calendars_is_refused() -> None:
    assert refusal(forged(exp=10**18)) == "time claim out of range"


def test_only_ed25519_keys_and_long_secrets_may_sign() -> None:
    for key in (ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)):
        with pytest.raises(ValueError, match="must be an Ed25519 key"):
            TokenKey.from_secret(pem(key))
    with pytest.raises(ValueError, match="at least 32 characters"):
        TokenKey.from_secret("too short")


def test_a_key_does_not_show_its_secret_when_printed() -> None:
    assert SECRET not in repr(TokenKey.from_secret(SECRET))


def test_the_installations_secret_is_made_once_and_for_this_user_only(tmp_path: Path) -> None:
    directory = tmp_path / "data"
    found: list[str] = []
    processes = [
        threading.Thread(target=lambda: found.append(installation_secret(directory))) for _ in range(16)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert len(found) == 16
    assert len(set(found)) == 1
    assert len(found[0]) >= 32
    assert [path.name for path in directory.iterdir()] == ["token-secret"]
    assert stat.S_IMODE((directory / "token-secret").stat().st_mode) == 0o600
