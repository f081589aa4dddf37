"""Signing in, refreshing and signing out as a client meets it, on two processes of one installation."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr
from tests.identities import PASSWORD, SECRET, Identities
from tests.integration.schema.transport.security_client import SecurityClient
from tests.waiting import TIME_LIMIT_S, eventually

from linepack.identity.service import create_api_key
from linepack.settings import Settings
from schema.api import build_schema
from server.services import open_services

pytestmark = pytest.mark.anyio

SIGN_IN = """
mutation ($input: SignInInput!) { signIn(input: $input) {
  ... on SignInPayload { token refreshToken viewer { expiresAt session { id address userAgent } } }
  ... on Problem { code message }
} }
"""
REFRESH = """
mutation ($input: RefreshInput!) { refresh(input: $input) {
  ... on SignInPayload { token refreshToken viewer { expiresAt session { id address userAgent } } }
  ... on Problem { code message }
} }
"""
SIGN_OUT = """
mutation ($input: SignOutInput!) { signOut(input: $input) {
  ... on SignOutPayload { endedSessions } ... on Problem { code message }
} }
"""
END = """
mutation ($input: EndSessionInput!) { endSession(input: $input) {
  ... on EndSessionPayload { session { id endedAt } } ... on Problem { code message path }
} }
"""
SESSIONS = """
{ viewer { session { id } }
  sessions { edges { node { id createdAt lastUsedAt expiresAt endedAt address userAgent } } } }
"""
Process = SecurityClient


@pytest.fixture
async def processes(
    identities: Identities, database_url: str, valkey_url: str
) -> AsyncIterator[tuple[Process, Process]]:
    settings = Settings(database_url=database_url, redis_url=valkey_url, jwt_secret=SecretStr(SECRET))
    async with (
        open_services(settings) as first,
        open_services(settings) as second,
        first.identity.endings.following(),
        second.identity.endings.following(),
    ):
        hearing = (first.identity.endings, second.identity.endings)
        await eventually(lambda: all(one.heard for one in hearing), "both listen")
        yield Process(first, build_schema()), Process(second, build_schema())


async def result(process: Process, query: str, bearer: str | None, **given: Any) -> dict[str, Any]:
    agent = {"user-agent": "Firefox 150"}
    answer = await process.post({"query": query, "variables": {"input": given}}, bearer, headers=agent)
    body = answer.json()
    assert "errors" not in body, body
    [found] = body["data"].values()
    return dict(found)


async def sign_in(process: Process) -> dict[str, Any]:
    return await result(process, SIGN_IN, None, email="alice@a.example", password=PASSWORD)


async def status(process: Process, token: str) -> int:
    answer: httpx2.Response = await process.post({"query": "{ viewer { expiresAt } }"}, token)
    return answer.status_code


async def test_a_session_goes_on_over_both_processes_until_it_is_signed_out(
    processes: tuple[Process, Process],
) -> None:
    here, there = processes
    first = await sign_in(here)
    assert first["viewer"]["session"]["address"] == "198.51.100.7"
    assert first["viewer"]["session"]["userAgent"] == "Firefox 150"
    second = await result(there, REFRESH, None, refreshToken=first["refreshToken"])
    assert second["viewer"]["session"]["id"] == first["viewer"]["session"]["id"]
    for process in processes:
        assert [await status(process, each["token"]) for each in (first, second)] == [200, 200]

    assert await result(here, SIGN_OUT, second["token"]) == {"endedSessions": 1}
    for process in processes:
        for each in (first, second):
            await _until_refused(process, each["token"])
        refused = await result(process, REFRESH, None, refreshToken=second["refreshToken"])
        assert refused == {"code": "SESSION_ENDED", "message": "the session has ended; sign in again"}


async def _until_refused(process: Process, token: str) -> None:
    async with asyncio.timeout(TIME_LIMIT_S):
        while await status(process, token) != 401:  # noqa: ASYNC110 it is another process
            await asyncio.sleep(0.01)


async def test_twenty_refreshes_at_once_sign_nobody_out(processes: tuple[Process, Process]) -> None:
    first = await sign_in(processes[0])
    answers = await asyncio.gather(
        *(
            result(processes[number % 2], REFRESH, None, refreshToken=first["refreshToken"])
            for number in range(20)
        )
    )
    assert len({answer["refreshToken"] for answer in answers}) == 1
    assert await status(processes[1], answers[7]["token"]) == 200


async def test_a_person_sees_own_sessions_and_ends_one(
    processes: tuple[Process, Process], identities: Identities
) -> None:
    here, there = processes
    laptop, phone = await sign_in(here), await sign_in(there)
    await identities.token(identities.bob)
    seen = (await here.ask(SESSIONS, laptop["token"]))["data"]
    sessions = [edge["node"] for edge in seen["sessions"]["edges"]]
    assert [one["id"] for one in sessions] == [each["viewer"]["session"]["id"] for each in (phone, laptop)]
    assert seen["viewer"]["session"]["id"] == sessions[1]["id"]
    assert {one["endedAt"] for one in sessions} == {None}
    ended = await result(here, END, laptop["token"], sessionId=sessions[0]["id"])
    assert ended["session"]["endedAt"] is not None
    await _until_refused(there, phone["token"])
    again = await result(here, END, laptop["token"], sessionId=sessions[0]["id"])
    assert (again["code"], again["path"]) == ("CONFLICT", ["sessionId"])
    bob = await identities.token(identities.bob)
    assert (await result(here, END, bob, sessionId=sessions[1]["id"]))["code"] == "NOT_FOUND"
    assert await status(here, laptop["token"]) == 200


async def test_a_key_has_no_sessions(processes: tuple[Process, Process], identities: Identities) -> None:
    alice = identities.identity.context(await identities.sign_in(identities.alice))
    key = (await create_api_key(identities.new_key(identities.shipper), alice)).text
    seen = (await processes[0].ask(SESSIONS, key))["data"]
    assert seen == {"viewer": {"session": None}, "sessions": {"edges": []}}
    for everywhere in (False, True):
        refused = await result(processes[0], SIGN_OUT, key, everywhere=everywhere)
        assert refused["code"] == "FORBIDDEN"


async def test_signing_in_lets_nobody_do_the_rest_of_the_same_operation(
    processes: tuple[Process, Process],
) -> None:
    query = """
        mutation ($in: SignInInput!) {
          signIn(input: $in) { __typename }
          signOut(input: {everywhere: true}) { __typename }
        }
    """
    given = {"in": {"email": "alice@a.example", "password": PASSWORD}}
    answer = (await processes[0].post({"query": query, "variables": given})).json()
    assert answer["data"] is None or answer["data"]["signOut"] is None
    assert "UNAUTHENTICATED" in {error["extensions"]["code"] for error in answer["errors"]}
