"""Websockets and server-sent events, on a small schema: which callers are let in, and until when."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from redis.asyncio import Redis
from tests.identities import ADDRESS, PASSWORD, Identities, bad_tokens, make_identity, session_of
from tests.integration.schema.transport.security_client import LOADED, SecurityClient, ticked
from tests.waiting import TIME_LIMIT_S, eventually
from tests.websocket_client import Socket, SocketClosed

from linepack.access import Principal
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.identity.administration.service import disable_user
from linepack.identity.commands import DisableUser, RevokeApiKey
from linepack.identity.service import create_api_key, revoke_api_key
from linepack.identity.sessions.tables import SessionRow
from linepack.identity.signing_out import SignOut, sign_out
from schema.types.listeners import Listeners

pytestmark = pytest.mark.anyio


async def test_a_websocket_runs_queries_mutations_and_subscriptions(
    client: SecurityClient, identities: Identities
) -> None:
    async with Socket(client.app) as socket:
        assert (await socket.start(await identities.token(identities.alice)))["type"] == "connection_ack"
        await socket.subscribe("subscription { ticks(count: 3) }")
        received = [await socket.receive() for _ in range(4)]
        assert [message.get("payload", {}).get("data") for message in received] == [
            {"ticks": 0},
            {"ticks": 1},
            {"ticks": 4},
            None,
        ]
        assert received[-1]["type"] == "complete"
        await socket.subscribe('mutation { act(text: "x") }', identity="2")
        assert (await socket.receive())["payload"]["data"] == {"act": "x"}


async def test_a_subscription_asks_for_its_scope(client: SecurityClient, identities: Identities) -> None:
    async with Socket(client.app) as socket:
        await socket.start(await identities.token(identities.alice))
        await socket.subscribe("subscription { operations }")
        refused = await socket.receive()
        assert "FORBIDDEN" in json.dumps(refused)
        assert "data" not in json.dumps(refused) or refused["payload"]["data"] is None


async def test_every_event_of_a_subscription_loads_the_state_of_its_own_time(
    client: SecurityClient, identities: Identities
) -> None:
    async with Socket(client.app) as socket:
        await socket.start(await identities.token(identities.alice))
        before = len(LOADED)
        await socket.subscribe("subscription { ticks(count: 2) }")
        for _ in range(3):
            await socket.receive()
        assert len(LOADED) == before + 2


async def test_only_the_one_safe_protocol_is_spoken(client: SecurityClient) -> None:
    for protocols in (["graphql-ws"], [], ["something"]):
        async with Socket(client.app, protocols=protocols) as socket:
            with pytest.raises(SocketClosed) as closed:
                await socket.receive()
        assert closed.value.code == 4406


@pytest.mark.parametrize(
    ("origin", "is_let_in"),
    [
        (None, True),
        ("https://linepack.example", True),
        ("https://desk.example", True),
        ("https://evil.example", False),
        ("https://desk.example.evil.example", False),
        ("null", False),
    ],
)
async def test_pages_of_strange_origins_open_no_sockets(
    client: SecurityClient, origin: str | None, is_let_in: bool
) -> None:
    socket = Socket(client.app, headers={} if origin is None else {"origin": origin})
    if is_let_in:
        async with socket:
            pass
    else:
        with pytest.raises(SocketClosed):
            async with socket:
                pass


async def test_a_socket_that_never_authenticates_is_closed(
    client: SecurityClient, identities: Identities, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schema.transport.endpoint.CONNECTION_INIT_S", 0.05)
    client = SecurityClient(client.services)
    async with Socket(client.app) as socket:
        with pytest.raises(SocketClosed) as closed:
            await socket.receive()
    assert closed.value.code == 4408


async def test_nothing_runs_on_a_socket_before_it_has_authenticated(client: SecurityClient) -> None:
    async with Socket(client.app) as socket:
        await socket.subscribe("{ ping }")
        with pytest.raises(SocketClosed) as closed:
            await socket.receive()
    assert closed.value.code == 4401


async def test_a_socket_is_closed_when_the_newest_token_of_its_session_expires(
    client: SecurityClient, identities: Identities
) -> None:
    token = await identities.token(identities.alice)
    await _let_tokens_expire(client.services.database, token, datetime.now(UTC) + timedelta(seconds=2))
    async with Socket(client.app) as socket:
        await socket.start(token)
        await socket.subscribe("subscription { ticks(count: 1000, pauseS: 0.05) }")
        with pytest.raises(SocketClosed) as closed:
            while True:
                await socket.receive()
    assert closed.value.code == 4403


async def test_a_socket_goes_on_while_its_session_is_refreshed_anywhere(
    client: SecurityClient, identities: Identities
) -> None:
    signed_in = await identities.identity.sign_in(identities.alice.email, PASSWORD, address=ADDRESS)
    expires_at = datetime.now(UTC) + timedelta(seconds=2)
    await _let_tokens_expire(client.services.database, signed_in.token, expires_at)
    async with Socket(client.app) as socket:
        await socket.start(signed_in.token)
        await socket.subscribe("subscription { ticks(count: 100000, pauseS: 0.02) }")
        await socket.receive()
        await identities.identity.refresh(signed_in.refresh_token, address=ADDRESS)
        while datetime.now(UTC) < expires_at + timedelta(seconds=1):
            assert (await socket.receive())["type"] == "next"


async def _let_tokens_expire(database: Database, token: str, at: datetime) -> None:
    table = SessionRow.core()
    async with UnitOfWork(database) as uow:
        sooner = sa.update(table).where(table.c.id == session_of(token))
        await uow.connection.execute(sooner.values(access_expires_at=at))


@pytest.mark.parametrize("transport", ["websocket", "server-sent events"])
async def test_subscriptions_end_when_another_process_ends_their_session(
    client: SecurityClient,
    identities: Identities,
    redis: Redis,
    monkeypatch: pytest.MonkeyPatch,
    transport: str,
) -> None:
    """Without waiting for the next check, which is far off here."""
    monkeypatch.setattr("schema.transport.websockets.PRINCIPAL_RECHECK_S", 10_000)
    token = await identities.token(identities.alice)
    other_process = make_identity(client.services.database, redis)
    alice = await other_process.authenticate(token)
    query = "subscription { ticks(count: 100000, pauseS: 0.02) }"

    async def watch_a_websocket() -> None:
        async with Socket(client.app) as socket:
            await socket.start(token)
            await socket.subscribe(query)
            with pytest.raises(SocketClosed) as closed:
                while True:
                    await socket.receive()
        assert closed.value.code == 4403

    async def watch_events() -> None:
        headers = {"accept": "text/event-stream"}
        answer = await client.post({"query": query}, token, headers=headers)
        assert 1 <= answer.text.count('"ticks"') < 100_000

    ticked.clear()
    async with identities.identity.endings.following():
        await eventually(lambda: identities.identity.endings.heard > 0, "this process listens")
        watch = watch_a_websocket if transport == "websocket" else watch_events
        watching = asyncio.create_task(watch())
        await eventually(ticked.is_set, "the first tick")
        await sign_out(SignOut(everywhere=False), other_process.context(alice))
        await asyncio.wait_for(watching, TIME_LIMIT_S)
        assert (await client.post({"query": "{ ping }"}, token)).status_code == 401


async def test_a_socket_whose_session_has_ended_is_closed_without_redis_too(
    client: SecurityClient, identities: Identities, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schema.transport.websockets.PRINCIPAL_RECHECK_S", 0.05)
    monkeypatch.setattr("linepack.identity.sessions.endings.AUTHENTICATION_FRESH_S", 0.05)
    token = await identities.token(identities.alice)
    unreachable = make_identity(client.services.database, Redis(port=1))
    alice = await unreachable.authenticate(token)
    async with Socket(client.app) as socket:
        await socket.start(token)
        await socket.subscribe("subscription { ticks(count: 100000, pauseS: 0.02) }")
        await socket.receive()
        await sign_out(SignOut(everywhere=True), unreachable.context(alice))
        with pytest.raises(SocketClosed) as closed:
            while True:
                await socket.receive()
    assert closed.value.code == 4403


async def test_a_socket_is_closed_when_its_key_is_revoked(
    client: SecurityClient, identities: Identities, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schema.transport.websockets.PRINCIPAL_RECHECK_S", 0.05)
    alice = await identities.sign_in(identities.alice)
    issued = await create_api_key(identities.new_key(identities.shipper), identities.identity.context(alice))
    async with Socket(client.app) as socket:
        await socket.start(issued.text)
        await socket.subscribe("subscription { ticks(count: 1000, pauseS: 0.02) }")
        await socket.receive()
        await revoke_api_key(RevokeApiKey(issued.key.id), identities.identity.context(alice))
        with pytest.raises(SocketClosed) as closed:
            while True:
                await socket.receive()
    assert closed.value.code == 4403


async def test_events_sent_by_the_server_end_when_the_key_is_revoked(
    client: SecurityClient, identities: Identities, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schema.transport.websockets.PRINCIPAL_RECHECK_S", 0.05)
    alice = await identities.sign_in(identities.alice)
    issued = await create_api_key(identities.new_key(identities.shipper), identities.identity.context(alice))
    query = {"query": "subscription { ticks(count: 1000, pauseS: 0.02) }"}
    ticked.clear()
    streaming = asyncio.create_task(client.post(query, issued.text, headers={"accept": "text/event-stream"}))
    await eventually(ticked.is_set, "the first tick")
    await revoke_api_key(RevokeApiKey(issued.key.id), identities.identity.context(alice))
    answer = await asyncio.wait_for(streaming, TIME_LIMIT_S)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert 1 <= answer.text.count('"ticks"') < 1000


async def test_a_socket_has_a_bounded_number_of_subscriptions(
    client: SecurityClient, identities: Identities
) -> None:
    async with Socket(client.app) as socket:
        await socket.start(await identities.token(identities.alice))
        for number in range(21):
            await socket.subscribe("subscription { ticks(count: 99, pauseS: 9) }", identity=str(number))
        errors = []
        for _ in range(21):
            message = await socket.receive()
            if message["type"] == "error":
                errors.append((message["id"], message["payload"][0]["extensions"]["code"]))
        assert errors == [("20", "RATE_LIMITED")]
        await socket.send(type="complete", id="0")
        await socket.subscribe("subscription { ticks(count: 1) }", identity="again")
        assert (await socket.receive())["payload"]["data"] == {"ticks": 0}


async def test_a_party_has_a_bounded_number_of_sockets(
    client: SecurityClient, identities: Identities, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schema.types.listeners.SOCKETS_PER_PARTY_MAX", 2)
    client = SecurityClient(client.services)
    alice = await identities.sign_in(identities.alice)
    key = await create_api_key(identities.new_key(identities.shipper), identities.identity.context(alice))
    async with Socket(client.app) as first, Socket(client.app) as second:
        await first.start(await identities.token(identities.alice))
        await second.start(key.text)
        async with Socket(client.app) as third:
            with pytest.raises(SocketClosed) as closed:
                await third.start(key.text)
        assert closed.value.code == 1013
        async with Socket(client.app) as of_another:
            started = await of_another.start(await identities.token(identities.bob))
            assert started["type"] == "connection_ack"
    async with Socket(client.app) as later:
        assert (await later.start(key.text))["type"] == "connection_ack"


async def test_a_party_has_a_bounded_number_of_subscriptions_over_sockets_and_events_sent_by_the_server(
    client: SecurityClient, identities: Identities, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schema.types.listeners.SUBSCRIPTIONS_PER_PARTY_MAX", 3)
    client = SecurityClient(client.services)
    token = await identities.token(identities.alice)
    query = "subscription { ticks(count: 2, pauseS: 600) }"
    streaming = {"accept": "text/event-stream"}
    async with Socket(client.app) as first, Socket(client.app) as second:
        for socket in (first, second):
            await socket.start(token)
        await first.subscribe(query, identity="1")
        await first.receive()
        await second.subscribe(query, identity="1")
        await second.receive()
        sent = asyncio.create_task(client.post({"query": query}, token, headers=streaming))
        subscriptions = listeners_of(client).subscriptions
        await eventually(lambda: subscriptions._taken[str(identities.shipper.id)] == 3, "all are taken")
        await first.subscribe(query, identity="2")
        refused = await first.receive()
        assert (refused["type"], refused["payload"][0]["extensions"]) == ("error", {"code": "RATE_LIMITED"})
        answer = await client.post({"query": query}, token, headers=streaming)
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (429, "RATE_LIMITED")
        async with Socket(client.app) as of_another:
            await of_another.start(await identities.token(identities.bob))
            await of_another.subscribe(query)
            assert (await of_another.receive())["payload"]["data"] == {"ticks": 0}
        sent.cancel()
        await asyncio.gather(sent, return_exceptions=True)
        await second.send(type="complete", id="1")
        await eventually(lambda: subscriptions._taken[str(identities.shipper.id)] == 1, "two are given back")
        await first.subscribe(query, identity="2")
        assert (await first.receive())["payload"]["data"] == {"ticks": 0}
    await eventually(lambda: not subscriptions._taken, "all are given back")


def listeners_of(client: SecurityClient) -> Listeners:
    """What the endpoint of `client` counts."""
    listeners: Listeners = client.endpoint._listeners
    return listeners


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[]",
        "5",
        '{"type": 5}',
        '{"type": "subscribe", "id": {}, "payload": {"query": "{ ping }"}}',
        '{"type": "subscribe", "id": "1", "payload": []}',
        '{"type": "subscribe", "id": "1", "payload": {"query": 5}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ ping }", "variables": []}}',
        '{"type": "complete", "id": []}',
        '{"type": "unknown"}',
        "[" * 100_000,
    ],
)
async def test_a_message_out_of_shape_closes_the_socket(
    client: SecurityClient, identities: Identities, text: str
) -> None:
    async with Socket(client.app) as socket:
        await socket.start(await identities.token(identities.alice))
        await socket.send_text(text)
        with pytest.raises(SocketClosed) as closed:
            await socket.receive()
    assert closed.value.code == 4400


async def test_the_limits_hold_on_a_websocket_too(client: SecurityClient, identities: Identities) -> None:
    async with Socket(client.app) as socket:
        await socket.start(await identities.token(identities.alice))
        await socket.subscribe("{ " + " ".join(f"a{n}: ping" for n in range(31)) + " }")
        refused = await socket.receive()
        assert refused["type"] == "error"
        assert refused["payload"][0]["extensions"]["code"] == "COST_LIMIT"


async def test_a_bad_bearer_closes_a_websocket(client: SecurityClient, identities: Identities) -> None:
    for bearer in [*bad_tokens(await identities.token(identities.alice)), None]:
        async with Socket(client.app) as socket:
            with pytest.raises(SocketClosed) as closed:
                await socket.start(bearer)
        assert closed.value.code == 4403


async def test_a_fault_in_a_subscription_shows_nothing_else_either(
    client: SecurityClient, identities: Identities
) -> None:
    async with Socket(client.app) as socket:
        await socket.start(await identities.token(identities.alice))
        await socket.subscribe("subscription { breaking }")
        assert (await socket.receive())["payload"]["data"] == {"breaking": 1}
        broken = await socket.receive()
        assert broken["payload"]["errors"][0]["extensions"]["code"] == "INTERNAL"
        assert "hunter2" not in json.dumps(broken)


async def test_a_socket_outlives_the_absence_of_the_database_but_not_of_its_token(
    client: SecurityClient, identities: Identities, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schema.transport.websockets.PRINCIPAL_RECHECK_S", 0.05)
    token = await identities.token(identities.alice)
    async with Socket(client.app) as socket:
        await socket.start(token)
        authenticate_again = identities.identity.authenticate_again
        asked: list[str] = []

        async def away(_: Principal, bearer: str) -> Principal:
            asked.append(bearer)
            raise OSError("the database is away")

        monkeypatch.setattr(identities.identity, "authenticate_again", away)
        await socket.subscribe("subscription { ticks(count: 1000, pauseS: 0.02) }")
        while len(asked) < 3:
            await socket.receive()
        monkeypatch.setattr(identities.identity, "authenticate_again", authenticate_again)
        await disable_user(DisableUser(identities.alice.id), identities.identity.context(identities.platform))
        with pytest.raises(SocketClosed) as closed:
            while True:
                await socket.receive()
    assert closed.value.code == 4403


async def test_without_the_database_nobody_is_let_in_and_all_are_told_to_try_again(
    client: SecurityClient, identities: Identities, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await identities.token(identities.alice)

    async def away(_: str) -> Principal:
        raise OSError("the database is away")

    monkeypatch.setattr(identities.identity, "authenticate", away)
    answer = await client.post({"query": "{ ping }"}, token)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.json()["errors"][0]["extensions"] == {"code": "UNAVAILABLE"}
    assert "away" not in answer.text
    async with Socket(client.app) as socket:
        with pytest.raises(SocketClosed) as closed:
            await socket.start(token)
    assert closed.value.code == 1013


async def test_a_socket_that_is_dropped_at_once_leaves_nothing_running(
    client: SecurityClient, identities: Identities
) -> None:
    token = await identities.token(identities.alice)
    before = len(asyncio.all_tasks())
    for pause in range(40):
        async with Socket(client.app) as socket:
            await socket.start(token)
            await socket.subscribe("subscription { ticks(count: 1000, pauseS: 9) }")
            for _ in range(pause):
                await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == before
