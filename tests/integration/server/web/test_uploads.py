"""Files are sent whole and then imported by id; one that does not arrive whole leaves nothing behind."""

import hashlib
from collections.abc import MutableMapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from redis.asyncio import Redis
from tests.identities import make_identities
from tests.integration.server.web.conftest import Opening

from capacity.networks.formats import native
from capacity.publication.catalogue import load
from linepack.access import PartyKind, Role, Scope, platform_principal
from linepack.identity.authentication import Authenticator
from linepack.identity.commands import NewParty
from linepack.identity.service import create_api_key, create_party
from linepack.settings import Settings

pytestmark = pytest.mark.anyio

BYTES = 15_000_000
IMPORT = """
    mutation Import($input: ImportNetworkInput!) { importNetwork(input: $input) {
        __typename
        ... on NetworkPayload { network { code } }
        ... on Problem { code message path }
        ... on InvalidInputProblem { faults { path message } }
    } }
"""
Headers = dict[str, str]


@pytest.fixture
async def operators(identity: Authenticator) -> tuple[Headers, Headers]:
    """The headers of the keys of two operators."""
    identities = await make_identities(identity)
    platform = identity.context(platform_principal(now=datetime.now(UTC)))
    bearers = []
    for code in ("GRID-A", "GRID-B"):
        party = await create_party(NewParty(code, code, PartyKind.OPERATOR), platform)
        scopes = (Scope.READ, Scope.OPERATE)
        key = await create_api_key(identities.new_key(party, *scopes, role=Role.OPERATOR), platform)
        bearers.append({"authorization": f"Bearer {key.text}"})
    first, second = bearers
    return first, second


def network_file(code: str, size: int) -> bytes:
    """A network document of this code and size."""
    content = native.write(replace(load("belgian"), code=code))
    return content + b" " * (size - len(content))


async def send(client: httpx2.AsyncClient, bearer: Headers, content: bytes) -> dict[str, Any]:
    answer = await client.post("/graphql/uploads", content=content, headers=bearer)
    assert answer.status_code == 201, answer.text
    sent: dict[str, Any] = answer.json()
    return sent


async def import_file(client: httpx2.AsyncClient, bearer: Headers, **file: Any) -> dict[str, Any]:
    variables = {"input": {"file": {"name": "wide.json", **file}, "currency": "EUR", "firmLevel": "FLOW"}}
    answer = await client.post("/graphql", json={"query": IMPORT, "variables": variables}, headers=bearer)
    assert "errors" not in answer.json(), answer.text
    shown: dict[str, Any] = answer.json()["data"]["importNetwork"]
    return shown


async def test_a_large_file_is_sent_and_then_imported_by_its_operator_only(
    opening: Opening, operators: tuple[Headers, Headers]
) -> None:
    owner, other = operators
    content = network_file("wide", BYTES)
    async with opening(Settings()) as client:
        sent = await send(client, owner, content)
        assert (sent["bytes"], sent["sha256"]) == (BYTES, hashlib.sha256(content).hexdigest())
        foreign = await import_file(client, other, upload=sent["upload"])
        assert (foreign["__typename"], foreign["path"]) == ("NotFoundProblem", ["file", "upload"])
        made = await import_file(client, owner, upload=sent["upload"])
        assert made["network"] == {"code": "wide"}


async def test_a_file_is_limited_and_faulty_ones_are_refused_as_a_whole(
    opening: Opening, operators: tuple[Headers, Headers]
) -> None:
    owner, _ = operators
    async with opening(Settings()) as client:
        refused = await client.post("/graphql/uploads", content=b" " * 20_000_001, headers=owner)
        assert refused.status_code == 413
        [error] = refused.json()["errors"]
        assert error["message"] == "a request has at most 20000000 bytes"
        broken = await send(client, owner, network_file("wide", BYTES)[: -BYTES // 2].strip()[:-1])
        assert (await import_file(client, owner, upload=broken["upload"]))["code"] == "INVALID_INPUT"
        networks = await client.post("/graphql", json={"query": "{ networks { code } }"}, headers=owner)
        assert networks.json()["data"] == {"networks": [{"code": "belgian"}]}


async def test_a_file_is_given_once_and_a_later_upload_takes_the_place_of_the_last(
    opening: Opening, operators: tuple[Headers, Headers]
) -> None:
    owner, _ = operators
    async with opening(Settings()) as client:
        first, second = [await send(client, owner, b"{}") for _ in range(2)]
        for file in ({}, {"content": "e30=", "upload": second["upload"]}):
            refused = await import_file(client, owner, **file)
            assert [fault["path"] for fault in refused["faults"]] == [["file"]]
        gone = await import_file(client, owner, upload=first["upload"])
        assert gone["__typename"] == "NotFoundProblem"
        assert (await import_file(client, owner, upload=second["upload"]))["code"] == "INVALID_INPUT"


async def test_only_an_operator_may_send_files(opening: Opening, identity: Authenticator) -> None:
    identities = await make_identities(identity)
    shipper = {"authorization": f"Bearer {await identities.token(identities.alice)}"}
    async with opening(Settings()) as client:
        for headers, status in ((None, 401), ({"authorization": "Bearer forged"}, 401), (shipper, 403)):
            answer = await client.post("/graphql/uploads", content=b"{}", headers=headers)
            assert answer.status_code == status
        assert (await client.get("/graphql/uploads")).status_code == 405


async def test_a_connection_that_ends_in_the_middle_of_a_file_leaves_nothing(
    opening: Opening, operators: tuple[Headers, Headers], redis: Redis
) -> None:
    owner, _ = operators
    coming: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"x" * 100_000, "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return coming.pop(0)

    async def note(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    connection = {
        "type": "http",
        "method": "POST",
        "path": "/graphql/uploads",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in owner.items()],
        "client": ("198.51.100.7", 40000),
    }
    async with opening(Settings()) as client:
        transport: Any = client._transport
        await transport.app(connection, receive, note)
    assert sent[0]["status"] == 400
    assert [key async for key in redis.scan_iter("upload:*")] == []
