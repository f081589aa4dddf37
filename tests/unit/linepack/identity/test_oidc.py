import json
from datetime import UTC, datetime
from typing import Any

import anyio
import anyio.lowlevel
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt import InsecureKeyLengthWarning
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from linepack.identity.errors import Unauthenticated
from linepack.identity.model import OidcSubject
from linepack.identity.oidc import OidcTokens, Provider, ProviderKeys, fetch_json, is_safe_address

pytestmark = pytest.mark.anyio
ISSUER = "https://login.example"
PROVIDER = Provider(ISSUER, "linepack", f"{ISSUER}/keys")
RSA = rsa.generate_private_key(65537, 2048)
OTHER_RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = Ed25519PrivateKey.generate()


def jwk(private: Any, kid: str, **more: str) -> dict[str, Any]:
    shapes: dict[type, Any] = {rsa.RSAPrivateKey: RSAAlgorithm, ec.EllipticCurvePrivateKey: ECAlgorithm}
    shape = next((found for kind, found in shapes.items() if isinstance(private, kind)), OKPAlgorithm)
    return {**json.loads(shape.to_jwk(private.public_key())), "kid": kid, **more}


class Publisher:
    """Stands for the provider's web server: counts how often it is asked."""

    def __init__(self, *keys: dict[str, Any]) -> None:
        self.keys = list(keys)
        self.asked: list[str] = []
        self.is_away = False

    async def __call__(self, url: str) -> Any:
        self.asked.append(url)
        await anyio.lowlevel.checkpoint()
        if self.is_away:
            raise OSError("away")
        if url.endswith("/.well-known/openid-configuration"):
            return {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/discovered"}
        return {"keys": self.keys}


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def verifier(publisher: Publisher, clock: Clock | None = None, provider: Provider = PROVIDER) -> OidcTokens:
    return OidcTokens(provider, ProviderKeys(provider, publisher, clock=clock or Clock()))


def token(key: Any = RSA, algorithm: str = "RS256", kid: str | None = "1", **claims: Any) -> str:
    seconds = int(datetime.now(UTC).timestamp())
    complete = {"iss": ISSUER, "aud": "linepack", "sub": "alice", "iat": seconds, "exp": seconds + 60}
    headers = {} if kid is None else {"kid": kid}
    extra = claims.pop("headers", {})
    return jwt.encode({**complete, **claims}, key, algorithm=algorithm, headers=headers | extra)


async def refusal(tokens: OidcTokens, text: str) -> str:
    with pytest.raises(Unauthenticated) as refused:
        await tokens.verify(text)
    return refused.value.reason


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(RSA, "RS256"), (RSA, "PS384"), (RSA, "RS512"), (EC, "ES256"), (ED, "EdDSA")],
)
async def test_a_token_by_a_published_key_says_who_signed_in(key: Any, algorithm: str) -> None:
    verified = await verifier(Publisher(jwk(key, "1"))).verify(token(key, algorithm))
    assert verified.foreign == OidcSubject(ISSUER, "alice")
    assert verified.expires_at > datetime.now(UTC)


async def test_the_keys_are_fetched_once_for_many_tokens_at_once() -> None:
    publisher = Publisher(jwk(RSA, "1"))
    tokens = verifier(publisher)
    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(tokens.verify, token())
    assert publisher.asked == [PROVIDER.jwks_url]


async def test_without_an_address_the_keys_are_discovered_from_the_issuer() -> None:
    publisher = Publisher(jwk(RSA, "1"))
    await verifier(publisher, provider=Provider(ISSUER, "linepack")).verify(token())
    assert publisher.asked == [f"{ISSUER}/.well-known/openid-configuration", f"{ISSUER}/discovered"]


async def test_a_discovery_document_of_another_issuer_is_not_believed() -> None:
    provider = Provider(f"{ISSUER}/tenant", "linepack")
    tokens = verifier(Publisher(jwk(RSA, "1")), provider=provider)
    assert await refusal(tokens, token(iss=provider.issuer)) == "the provider has no such key"


async def test_a_new_key_is_found_by_fetching_again() -> None:
    publisher, clock = Publisher(jwk(RSA, "1")), Clock()
    tokens = verifier(publisher, clock)
    await tokens.verify(token())
    publisher.keys.append(jwk(OTHER_RSA, "2"))
    clock.now += 31
    await tokens.verify(token(OTHER_RSA, kid="2"))
    assert len(publisher.asked) == 2


async def test_forged_key_ids_do_not_make_us_flood_the_provider() -> None:
    publisher, clock = Publisher(jwk(RSA, "1")), Clock()
    tokens = verifier(publisher, clock)
    for number in range(50):
        assert await refusal(tokens, token(kid=f"forged-{number}")) == "the provider has no such key"
    assert len(publisher.asked) == 1
    clock.now += 31
    await refusal(tokens, token(kid="forged"))
    assert len(publisher.asked) == 2


async def test_known_keys_stay_good_for_a_day_while_the_provider_is_away() -> None:
    publisher, clock = Publisher(jwk(RSA, "1")), Clock()
    tokens = verifier(publisher, clock)
    await tokens.verify(token())
    publisher.is_away = True
    clock.now += 80_000
    await tokens.verify(token())
    clock.now += 10_000
    assert await refusal(tokens, token()) == "the provider has no such key"
    publisher.is_away = False
    clock.now += 31
    await tokens.verify(token())


async def test_a_withdrawn_key_is_forgotten_when_the_keys_are_fetched_again() -> None:
    publisher, clock = Publisher(jwk(RSA, "1"), jwk(OTHER_RSA, "2")), Clock()
    tokens = verifier(publisher, clock)
    await tokens.verify(token())
    publisher.keys = [jwk(OTHER_RSA, "2")]
    clock.now += 3601
    assert await refusal(tokens, token()) == "the provider has no such key"


async def test_a_token_without_key_id_is_accepted_only_when_one_key_fits() -> None:
    await verifier(Publisher(jwk(RSA, "1"), jwk(EC, "2"))).verify(token(kid=None))
    both = verifier(Publisher(jwk(RSA, "1"), jwk(OTHER_RSA, "2")))
    assert await refusal(both, token(kid=None)) == "the provider has no such key"


async def test_a_token_by_another_key_under_a_known_id_is_refused() -> None:
    assert await refusal(verifier(Publisher(jwk(RSA, "1"))), token(OTHER_RSA)) == "InvalidSignatureError"


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "https://evil.example"}, "InvalidIssuerError"),
        ({"aud": "another-client"}, "InvalidAudienceError"),
        ({"exp": 1_700_000_000}, "ExpiredSignatureError"),
        ({"iat": 10**11}, "ImmatureSignatureError"),
    ],
)
async def test_a_wrong_claim_is_refused(claims: dict[str, Any], reason: str) -> None:
    assert await refusal(verifier(Publisher(jwk(RSA, "1"))), token(**claims)) == reason


@pytest.mark.parametrize("secret", ["", "x" * 64])
async def test_symmetric_and_unsigned_tokens_are_refused_whatever_is_published(secret: str) -> None:
    published = {"kty": "oct", "kid": "1", "k": "eHh4", "alg": "HS256"}
    tokens = verifier(Publisher(published, jwk(RSA, "2")))
    algorithm = "HS256" if secret else "none"
    text = token(secret or None, algorithm)
    assert await refusal(tokens, text) == "algorithm not allowed"


async def test_a_key_published_for_encryption_does_not_verify() -> None:
    assert await refusal(verifier(Publisher(jwk(RSA, "1", use="enc"))), token()) == (
        "the provider has no such key"
    )


async def test_a_key_published_for_one_algorithm_does_not_verify_another() -> None:
    tokens = verifier(Publisher(jwk(RSA, "1", alg="RS512")))
    assert await refusal(tokens, token()) == "the provider has no such key"


@pytest.mark.parametrize("parameter", ["jwk", "jku", "x5u", "x5c"])
async def test_a_key_that_a_token_brings_along_is_refused(parameter: str) -> None:
    publisher = Publisher(jwk(RSA, "1"))
    brought = {parameter: "https://evil.example/keys"}
    assert await refusal(verifier(publisher), token(OTHER_RSA, headers=brought)) == "token brings its own key"
    assert publisher.asked == []


@pytest.mark.parametrize("document", [None, [], {"keys": 1}, {"keys": [None, {"kid": "1"}, {"kty": "RSA"}]}])
async def test_a_broken_key_set_verifies_nothing_and_breaks_nothing(document: Any) -> None:
    async def publish(_: str) -> Any:
        return document

    tokens = OidcTokens(PROVIDER, ProviderKeys(PROVIDER, publish))
    assert await refusal(tokens, token()) == "the provider has no such key"


async def test_a_weak_key_is_refused_even_when_published() -> None:
    with pytest.warns(InsecureKeyLengthWarning):
        weak_token = token(rsa.generate_private_key(65537, 1024))
    weak = jwk(rsa.generate_private_key(65537, 1024), "1")
    assert await refusal(verifier(Publisher(weak)), weak_token) == "InvalidKeyError"


@pytest.mark.parametrize(
    ("url", "is_safe"),
    [
        ("https://login.example/keys", True),
        ("http://127.0.0.1:8080/keys", True),
        ("http://login.example/keys", False),
        ("file:///etc/passwd", False),
        ("http://127.0.0.1.evil.example/keys", False),
    ],
)
def test_keys_are_fetched_over_tls_or_from_this_machine(url: str, is_safe: bool) -> None:
    assert is_safe_address(url) is is_safe


async def test_an_unsafe_address_is_not_fetched() -> None:
    with pytest.raises(ValueError, match="https only"):
        await fetch_json("http://login.example/keys")


async def test_a_provider_that_cannot_be_reached_is_an_os_error() -> None:
    with pytest.raises(OSError, match="connection"):
        await fetch_json("http://127.0.0.1:1/keys")
