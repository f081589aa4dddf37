"""Listed operations over HTTP, server-sent events and websockets, on a small schema."""

from typing import Any

import httpx2
import pytest
from redis.asyncio import Redis
from tests.identities import Identities
from tests.integration.schema.transport.security_client import SecurityClient, code_of, services_of
from tests.websocket_client import Socket, SocketClosed

from linepack.access import Scope
from linepack.database.connections import Database
from linepack.identity.service import create_api_key
from schema.transport.answers import GRAPHQL_JSON
from schema.types.listed_operations import AdHocUse, ListedOperations, id_of

pytestmark = pytest.mark.anyio

PING, WHO, TICKS = "query Ping { ping }", "query { who }", "subscription { ticks(count: 2) }"
MANY = "query A { ping } query B($of: Int!) { square(of: $of) }"
DOCUMENTS = {id_of(text): text for text in (PING, WHO, TICKS, MANY)}


def client_with(
    identities: Identities, database: Database, redis: Redis, ad_hoc: AdHocUse | None = None
) -> SecurityClient:
    listed = ListedOperations(DOCUMENTS, ad_hoc or AdHocUse())
    return SecurityClient(services_of(identities.identity, database, redis), listed=listed)


@pytest.fixture
def listing(identities: Identities, database: Database, redis: Redis) -> SecurityClient:
    """A client of an installation with listed operations that takes all others as well."""
    return client_with(identities, database, redis)


def persisted(text: str, **more: Any) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": id_of(text)}}, **more}


async def post(client: SecurityClient, body: dict[str, Any], accept: str, bearer: str | None = None) -> Any:
    return await client.post(body, bearer, {"accept": accept})


async def test_clients_ask_for_operations_by_id(listing: SecurityClient) -> None:
    for body in (
        {"documentId": f"sha256:{id_of(PING)}"},
        {"documentId": id_of(PING)},
        persisted(PING),
        persisted(PING, query=PING),
    ):
        answer = (await listing.post(body)).json()
        assert answer["data"] == {"ping": "pong"}
        assert answer["extensions"]["cost"]["requested"] >= 1
    several = {"documentId": id_of(MANY), "operationName": "B", "variables": {"of": 7}}
    assert (await listing.post(several)).json()["data"] == {"square": 49}
    assert code_of((await listing.post({"documentId": id_of(MANY)})).json()) == "BAD_REQUEST"


async def test_what_is_listed_is_not_therefore_permitted(
    listing: SecurityClient, identities: Identities
) -> None:
    assert code_of((await listing.post(persisted(WHO))).json()) == "UNAUTHENTICATED"
    token = await identities.token(identities.alice)
    answer = (await listing.post(persisted(WHO), token)).json()
    assert answer["data"] == {"who": f"user:{identities.alice.id}"}


@pytest.mark.parametrize(("accept", "status"), [("application/json", 200), (GRAPHQL_JSON, 400)])
async def test_an_unknown_id_is_answered_as_clients_of_persisted_queries_expect(
    listing: SecurityClient, accept: str, status: int
) -> None:
    unknown = "query { ping again: ping }"
    for body in (persisted(unknown), {"documentId": f"sha256:{id_of(unknown)}"}, {"documentId": "md5"}):
        answer: httpx2.Response = await post(listing, body, accept)
        assert answer.status_code == status
        assert answer.json() == {
            "errors": [
                {
                    "message": "PersistedQueryNotFound",
                    "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"},
                }
            ]
        }
        assert answer.headers["content-type"].startswith(accept)
    # Then they send the text with it; that lists nothing.
    answer = await post(listing, persisted(unknown, query=unknown), accept)
    assert answer.json()["data"] == {"ping": "pong", "again": "pong"}
    assert code_of((await post(listing, persisted(unknown), accept)).json()) == "PERSISTED_QUERY_NOT_FOUND"


async def test_an_id_that_is_not_that_of_the_text_is_refused(listing: SecurityClient) -> None:
    for body in (
        persisted(PING, query=WHO),
        {"documentId": id_of(PING), "query": WHO},
        persisted(PING, documentId=id_of(WHO)),
        {"documentId": 5},
    ):
        answer = await post(listing, body, GRAPHQL_JSON)
        assert (answer.status_code, code_of(answer.json())) == (400, "BAD_REQUEST")


async def test_websockets_and_streams_ask_by_id_too(listing: SecurityClient, identities: Identities) -> None:
    token = await identities.token(identities.alice)
    async with Socket(listing.app) as socket:
        await socket.start(token)
        for number, payload in enumerate(({"documentId": f"sha256:{id_of(TICKS)}"}, persisted(TICKS))):
            await socket.send(type="subscribe", id=str(number), payload=payload)
            received = [await socket.receive() for _ in range(3)]
            assert [one.get("payload", {}).get("data") for one in received] == [
                {"ticks": 0},
                {"ticks": 1},
                None,
            ]
        await socket.send(type="subscribe", id="unknown", payload=persisted("subscription { breaking }"))
        refused = await socket.receive()
        assert (refused["id"], refused["type"]) == ("unknown", "error")
        assert refused["payload"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
        # The socket goes on, and the id is free.
        await socket.send(type="subscribe", id="unknown", payload=persisted(WHO))
        assert (await socket.receive())["payload"]["data"] == {"who": f"user:{identities.alice.id}"}
    streamed = await post(listing, persisted(TICKS), "text/event-stream", token)
    assert '{"ticks":1}' in streamed.text


async def test_a_socket_that_was_not_let_in_learns_nothing(listing: SecurityClient) -> None:
    async with Socket(listing.app) as socket:
        await socket.send(type="subscribe", id="1", payload=persisted("{ unknown }"))
        with pytest.raises(SocketClosed) as closed:
            await socket.receive()
    assert closed.value.code == 4401


async def test_people_and_anonymous_callers_send_listed_operations_only(
    identities: Identities, database: Database, redis: Redis
) -> None:
    client = client_with(identities, database, redis, AdHocUse(is_open=False))
    token = await identities.token(identities.alice)
    alice = await identities.sign_in(identities.alice)
    key = await create_api_key(
        identities.new_key(identities.shipper, Scope.READ), identities.identity.context(alice)
    )
    own = "query { who __typename }"
    for bearer in (None, token):
        for text in (
            own,
            PING + " ",
            "{ ping }",
            'mutation { act(text: "x") }',
            "{ __schema { description } }",
        ):
            answer = await post(client, {"query": text}, GRAPHQL_JSON, bearer)
            assert (answer.status_code, code_of(answer.json())) == (400, "OPERATION_NOT_LISTED")
            assert "data" not in answer.json()
        # To claim its id does not list it; to the byte, the text of a listed one may be sent.
        assert (
            code_of((await client.post(persisted(own, query=own), bearer)).json()) == "OPERATION_NOT_LISTED"
        )
        assert (await client.post({"query": PING}, bearer)).json()["data"] == {"ping": "pong"}
        assert (await client.post(persisted(PING), bearer)).json()["data"] == {"ping": "pong"}
    machine = (await client.post({"query": own}, key.text)).json()
    assert machine["data"] == {"who": f"key:{key.key.prefix}", "__typename": "Query"}
    streamed = await post(client, {"query": "subscription { breaking }"}, "text/event-stream", token)
    assert "OPERATION_NOT_LISTED" in streamed.text
    async with Socket(client.app) as socket:
        await socket.start(token)
        await socket.subscribe("subscription { ticks(count: 1) }")
        assert (await socket.receive())["payload"][0]["extensions"]["code"] == "OPERATION_NOT_LISTED"
        await socket.subscribe(TICKS, identity="2")
        assert (await socket.receive())["payload"]["data"] == {"ticks": 0}


async def test_only_named_keys_send_others(identities: Identities, database: Database, redis: Redis) -> None:
    alice = identities.identity.context(await identities.sign_in(identities.alice))
    named, other = [
        await create_api_key(identities.new_key(identities.shipper, Scope.READ), alice) for _ in range(2)
    ]
    use = AdHocUse(is_open=False, keys=frozenset({named.key.prefix}))
    client = client_with(identities, database, redis, use)
    assert (await client.ask("{ ping }", named.text))["data"] == {"ping": "pong"}
    assert code_of(await client.ask("{ ping }", other.text)) == "OPERATION_NOT_LISTED"
    assert (await client.post(persisted(PING), other.text)).json()["data"] == {"ping": "pong"}
