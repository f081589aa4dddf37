"""A program for test_logs.py: does everything in which secrets occur, logging all of it to standard error.

    python -m tests.integration.schema.transport.logged_flow DATABASE_URL REDIS_URL {production|development}

Writes the secrets that occurred to standard output, as a JSON list.
"""

import asyncio
import base64
import json
import logging
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr
from redis.asyncio import Redis
from tests.identities import PASSWORD, SECRET, Identities, bad_tokens, make_identities, make_identity
from tests.integration.schema.transport.market_data import book, make_trading
from tests.integration.schema.transport.security_client import SecurityClient
from tests.websocket_client import Socket, SocketClosed

from linepack.database.connections import Database
from linepack.identity.authentication import Authenticator
from linepack.identity.second_factor.totp import code_of, step_at
from linepack.monitoring.logging import configure_logging
from linepack.settings import Settings
from schema.api import build_schema
from server.services import open_services

WRONG_PASSWORD = "wrong horse battery staple"
NEW_PASSWORD = "another horse battery staple"

SIGN_IN = """
    mutation($email: String!, $password: String!) { signIn(input: {email: $email, password: $password}) {
        __typename ... on SignInPayload { token refreshToken }
    } }
"""
REFRESH = """
    mutation($refreshToken: String!) { refresh(input: {refreshToken: $refreshToken}) {
        __typename ... on SignInPayload { token refreshToken }
    } }
"""
SIGN_IN_BY_CODE = """
    mutation($email: String!, $password: String!, $code: String) {
        signIn(input: {email: $email, password: $password, code: $code}) { __typename }
    }
"""
ENROL = """
    mutation($password: String!) { enrolSecondFactor(input: {password: $password}) {
        ... on EnrolSecondFactorPayload { secret uri }
    } }
"""
CONFIRM = """
    mutation($code: String!) { confirmSecondFactor(input: {code: $code}) {
        ... on ConfirmSecondFactorPayload { recoveryCodes }
    } }
"""
CHANGE = """
    mutation($current: String!, $new: String!) { changePassword(input: {current: $current, new: $new}) {
        __typename
    } }
"""
CREATE_KEY = """
    mutation($expiresAt: DateTime!) { createApiKey(input: {
        name: "robot", roles: [SHIPPER], scopes: [READ], expiresAt: $expiresAt
    }) { ... on ApiKeyPayload { text apiKey { id } } } }
"""
ROTATE_KEY = """
    mutation($id: ID!) { rotateApiKey(input: {keyId: $id}) { ... on ApiKeyPayload { text } } }
"""


async def sign_in(full_client: SecurityClient, email: str, password: str) -> str:
    answer = await full_client.ask(SIGN_IN, email=email, password=password)
    return str(((answer.get("data") or {}).get("signIn") or {}).get("token", ""))


async def refreshed(full_client: SecurityClient, email: str) -> list[str]:
    """Sign in, refresh twice and use a token that was replaced; return all tokens."""
    answer = await full_client.ask(SIGN_IN, email=email, password=NEW_PASSWORD)
    tokens: list[str] = list(answer["data"]["signIn"].values())[1:]
    for text in (tokens[1], "lr_" + "a" * 43 + "_" + "b" * 43, None):
        answer = await full_client.ask(REFRESH, refreshToken=text or tokens[-1])
        tokens += list(answer["data"]["refresh"].values())[1:]
    await full_client.ask(REFRESH, refreshToken=tokens[1])
    return tokens


async def enrolled(full_client: SecurityClient, email: str, bearer: str) -> list[str]:
    """Enrol a second factor and sign in with it, wrongly and rightly; return its secret and all codes."""
    made: Any = (await full_client.ask(ENROL, bearer, password=NEW_PASSWORD))["data"]["enrolSecondFactor"]
    secret, step = base64.b32decode(made["secret"]), step_at(datetime.now(UTC))
    confirmed: Any = (await full_client.ask(CONFIRM, bearer, code=code_of(secret, step)))["data"]
    codes: list[str] = confirmed["confirmSecondFactor"]["recoveryCodes"]
    for code in (None, "000000", codes[0], codes[0], code_of(secret, step + 1)):
        await full_client.ask(SIGN_IN_BY_CODE, email=email, password=NEW_PASSWORD, code=code)
    return [made["secret"], *codes]


async def flow(full_client: SecurityClient, identities: Identities) -> list[str]:
    """Do everything, right and wrong; return the secrets that occurred."""
    trading = await make_trading(full_client, identities)
    await book(full_client, trading.alice, 500)
    email = identities.alice.email
    await sign_in(full_client, email, WRONG_PASSWORD)
    await sign_in(full_client, WRONG_PASSWORD, PASSWORD)
    first = await sign_in(full_client, email, PASSWORD)
    await full_client.ask(CHANGE, first, current=WRONG_PASSWORD, new=NEW_PASSWORD)
    await full_client.ask(CHANGE, first, current=PASSWORD, new=NEW_PASSWORD)
    second = await sign_in(full_client, email, NEW_PASSWORD)
    expires_at = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    key: Any = (await full_client.ask(CREATE_KEY, second, expiresAt=expires_at))["data"]["createApiKey"]
    rotated = (await full_client.ask(ROTATE_KEY, second, id=key["apiKey"]["id"]))["data"]["rotateApiKey"]
    forged = [first, *bad_tokens(first)]
    for bearer in (key["text"], rotated["text"], *forged):
        await full_client.post({"query": "{ viewer { scopes } }"}, bearer)
        with suppress(SocketClosed):
            async with Socket(full_client.app) as socket:
                await socket.start(bearer)
                await socket.subscribe("subscription { marketEvents { __typename } }")
    session = await refreshed(full_client, email)
    factor = await enrolled(full_client, email, second)
    secrets = [
        *factor,
        *session,
        PASSWORD,
        WRONG_PASSWORD,
        NEW_PASSWORD,
        SECRET,
        second,
        key["text"],
        rotated["text"],
        *forged,
    ]
    return [*secrets, *(secret.rpartition(".")[2].rpartition("_")[2] for secret in secrets)]


async def break_down(full_client: SecurityClient, identities: Identities) -> None:
    """Let commands with secrets in their hands fail by faults of ours and of the database."""

    async def broken(self: Authenticator, email: str, password: str, **others: Any) -> Any:
        copy = f"{email} {password} {others}"
        raise RuntimeError(f"broken with {len(copy)} characters in hand")

    intact = Authenticator.sign_in
    Authenticator.sign_in = broken  # type: ignore[method-assign]
    await sign_in(full_client, identities.alice.email, PASSWORD)
    Authenticator.sign_in = intact  # type: ignore[method-assign]
    async with full_client.services.database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE account RENAME TO gone")
    await sign_in(full_client, identities.alice.email, PASSWORD)
    answer = await full_client.post({"query": "{ viewer { scopes } }"}, "lp_aaaaaaaaaaaa_" + "b" * 43)
    assert answer.status_code == 401


async def main(database_url: str, redis_url: str, mode: str) -> None:
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    logging.getLogger("numba").setLevel(logging.INFO)
    configure_logging(production=mode == "production", level=logging.DEBUG)
    settings = Settings(database_url=database_url, redis_url=redis_url, jwt_secret=SecretStr(SECRET))
    database, redis = Database(database_url), Redis.from_url(redis_url)
    identities = await make_identities(make_identity(database, redis))
    async with open_services(settings) as services:
        full_client = SecurityClient(services, build_schema())
        secrets = await flow(full_client, identities)
        await break_down(full_client, identities)
    await redis.aclose()
    await database.dispose()
    json.dump(secrets, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
