"""A second factor through the API, from enrolment to removal."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
from redis.asyncio import Redis
from tests.identities import PASSWORD, Identities, make_identities, make_identity
from tests.integration.market.market_fixture import fill_market
from tests.integration.schema.harness import SchemaHarness, schema_harness

from linepack.access import Principal
from linepack.database.connections import Database
from linepack.identity.second_factor.totp import code_of, step_at

pytestmark = pytest.mark.anyio

FACTOR = "{ viewer { secondFactor { confirmedAt recoveryCodesLeft } } }"
SIGNED_IN = "... on SignInPayload { token } ... on TooManyAttemptsProblem { retryAfterSeconds }"


@pytest.fixture
async def harness(database: Database, redis: Redis) -> SchemaHarness:
    return schema_harness(await fill_market(database), redis)


@pytest.fixture
async def identities(harness: SchemaHarness, database: Database, redis: Redis) -> Identities:
    return await make_identities(make_identity(database, redis))


def code_after(secret: str, steps: int) -> str:
    return code_of(base64.b32decode(secret), step_at(datetime.now(UTC)) + steps)


async def enrol(harness: SchemaHarness, principal: Principal) -> tuple[str, list[str]]:
    payload = "... on EnrolSecondFactorPayload { secret uri }"
    made = await harness.act(principal, "enrolSecondFactor", payload, password=PASSWORD)
    assert made["uri"].startswith("otpauth://totp/Linepack%3Aalice%40a.example?secret=")
    payload = "... on ConfirmSecondFactorPayload { recoveryCodes }"
    code = code_after(made["secret"], 0)
    confirmed = await harness.act(principal, "confirmSecondFactor", payload, code=code)
    return made["secret"], confirmed["recoveryCodes"]


async def sign_in(harness: SchemaHarness, code: str | None = None) -> dict[str, Any]:
    given = {"email": "alice@a.example", "password": PASSWORD, "code": code}
    return await harness.act(None, "signIn", SIGNED_IN, **given)


async def test_a_second_factor_is_enrolled_asked_for_and_removed(
    harness: SchemaHarness, identities: Identities
) -> None:
    alice = await identities.sign_in(identities.alice)
    assert await harness.ask(alice, FACTOR) == {"viewer": {"secondFactor": None}}
    secret, recovery_codes = await enrol(harness, alice)
    assert (await harness.ask(alice, FACTOR))["viewer"]["secondFactor"]["recoveryCodesLeft"] == 10
    asked = await sign_in(harness)
    assert (asked["code"], asked["path"]) == ("SECOND_FACTOR_REQUIRED", ["code"])
    assert (await sign_in(harness, recovery_codes[0] + "x"))["code"] == "INVALID_CODE"
    assert "token" in await sign_in(harness, code_after(secret, 1))
    assert "token" in await sign_in(harness, recovery_codes[0])
    assert (await harness.ask(alice, FACTOR))["viewer"]["secondFactor"]["recoveryCodesLeft"] == 9
    again = await harness.act(alice, "enrolSecondFactor", "", password=PASSWORD)
    assert again["__typename"] == "ConflictProblem"
    refused = await harness.act(alice, "removeSecondFactor", "", password=PASSWORD, code="000000x")
    assert refused["code"] == "INVALID_CODE"
    removed = await harness.act(
        alice,
        "removeSecondFactor",
        "... on RemoveSecondFactorPayload { removedAt }",
        password=PASSWORD,
        code=recovery_codes[1],
    )
    assert removed["removedAt"]
    assert "token" in await sign_in(harness)


async def test_an_administrator_resets_a_second_factor(
    harness: SchemaHarness, identities: Identities
) -> None:
    alice, admin = await identities.sign_in(identities.alice), await identities.sign_in(identities.admin)
    await enrol(harness, alice)
    viewer = await harness.ask(alice, "{ viewer { account { id } } }")
    account = viewer["viewer"]["account"]["id"]
    payload = "... on ResetSecondFactorPayload { account { email } }"
    bob = await identities.sign_in(identities.bob)
    assert (await harness.act(bob, "resetSecondFactor", payload, accountId=account))["code"] == "FORBIDDEN"
    reset = await harness.act(admin, "resetSecondFactor", payload, accountId=account)
    assert reset["account"] == {"email": "alice@a.example"}
    assert "token" in await sign_in(harness)


async def test_too_many_attempts_say_when_to_try_again(
    harness: SchemaHarness, identities: Identities
) -> None:
    given = {"email": "nobody@a.example", "password": "wrong horse battery"}
    answers = [await harness.act(None, "signIn", SIGNED_IN, **given) for _ in range(5)]
    assert [one["code"] for one in answers] == ["INVALID_CREDENTIALS"] * 5
    late = await harness.act(None, "signIn", SIGNED_IN, **given)
    while late["code"] == "INVALID_CREDENTIALS":  # on a busy machine the first waits have passed
        late = await harness.act(None, "signIn", SIGNED_IN, **given)
    assert (late["__typename"], late["code"]) == ("TooManyAttemptsProblem", "RATE_LIMITED")
    assert late["retryAfterSeconds"] >= 1
    assert f"try again in {late['retryAfterSeconds']} s" in late["message"]
