"""Whose address failed sign-ins count for, when they come through a proxy or what claims to be one."""

import asyncio
import http.client
import json

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis
from tests.identities import PASSWORD, SECRET, make_identities, make_identity
from tests.integration.schema.transport.security_client import SecurityClient
from tests.integration.server.processes.test_api_process import served

from linepack.database.connections import Database
from linepack.settings import Settings
from schema.api import build_schema
from server.services import open_services

pytestmark = pytest.mark.anyio

SIGN_IN = """
mutation ($input: SignInInput!) { signIn(input: $input) {
  ... on SignInPayload { viewer { session { address } } } ... on Problem { code }
} }
"""


def sign_in(connection: http.client.HTTPConnection, address: str, password: str) -> dict[str, object]:
    """Sign Alice in as a proxy that forwards a request of `address`; return what is answered."""
    given = {"input": {"email": "alice@a.example", "password": password}}
    headers = {"content-type": "application/json", "x-forwarded-for": address}
    connection.request("POST", "/graphql", json.dumps({"query": SIGN_IN, "variables": given}), headers)
    answer: dict[str, object] = json.load(connection.getresponse())["data"]["signIn"]
    return answer


@pytest.mark.parametrize("proxies", [("127.0.0.1",), ()])
async def test_guesses_count_for_the_address_that_a_named_proxy_forwards(
    database: Database, redis: Redis, database_url: str, valkey_url: str, proxies: tuple[str, ...]
) -> None:
    await make_identities(make_identity(database, redis))
    settings = Settings(
        database_url=database_url,
        redis_url=valkey_url,
        jwt_secret=SecretStr(SECRET),
        trusted_proxies=proxies,
    )

    def guess(connection: http.client.HTTPConnection) -> tuple[set[object], dict[str, object]]:
        """Guess from one address after another, as one may claim to; then Alice signs in from hers."""
        guesses = {sign_in(connection, f"192.0.2.{n}", "wrong horse battery")["code"] for n in range(15)}
        return guesses, sign_in(connection, "203.0.113.9", PASSWORD)

    async with open_services(settings) as services:
        app = SecurityClient(services, build_schema()).app
        async with served(app, settings) as connection:
            guesses, alice = await asyncio.to_thread(guess, connection)
    if proxies:
        assert guesses == {"INVALID_CREDENTIALS"}
        assert alice == {"viewer": {"session": {"address": "203.0.113.9"}}}
    else:
        assert guesses == {"INVALID_CREDENTIALS", "RATE_LIMITED"}
        assert alice == {"code": "RATE_LIMITED"}
