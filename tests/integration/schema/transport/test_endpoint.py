"""The endpoint over HTTP, on a small schema: which callers are let in, and how much they may request."""

import json
from collections.abc import MutableMapping
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from redis.asyncio import Redis
from tests.identities import Identities, bad_tokens
from tests.integration.schema.transport.security_client import LOADED, SecurityClient, code_of

from linepack.access import Scope
from linepack.identity.administration.service import disable_user
from linepack.identity.commands import DisableUser
from linepack.identity.service import create_api_key
from linepack.redis.leaky_buckets import Buckets
from linepack.settings import Settings
from schema.execution.rate_limit import payer_of
from schema.types.context import RequestContext

pytestmark = pytest.mark.anyio


async def test_an_anonymous_caller_reaches_what_is_public_only(client: SecurityClient) -> None:
    assert (await client.ask("{ ping }"))["data"] == {"ping": "pong"}
    assert code_of(await client.ask("{ who }")) == "UNAUTHENTICATED"
    assert code_of(await client.ask('mutation { act(text: "x") }')) == "UNAUTHENTICATED"


async def test_a_person_and_a_machine_are_let_in_as_themselves(
    client: SecurityClient, identities: Identities
) -> None:
    token = await identities.token(identities.alice)
    assert (await client.ask("{ who }", token))["data"] == {"who": f"user:{identities.alice.id}"}
    alice = await identities.sign_in(identities.alice)
    issued = await create_api_key(
        identities.new_key(identities.shipper, Scope.READ), identities.identity.context(alice)
    )
    assert (await client.ask("{ who }", issued.text))["data"] == {"who": f"key:{issued.key.prefix}"}


async def test_a_caller_without_the_scope_is_forbidden(
    client: SecurityClient, identities: Identities
) -> None:
    answer = await client.ask("{ operate }", await identities.token(identities.alice))
    assert code_of(answer) == "FORBIDDEN"
    assert answer["errors"][0]["message"] == "this needs the scope OPERATE, which you do not have"


async def test_a_bad_bearer_is_refused_over_http_even_for_what_is_public(
    client: SecurityClient, identities: Identities
) -> None:
    for bearer in bad_tokens(await identities.token(identities.alice)):
        answer = await client.post({"query": "{ ping }"}, bearer)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert code_of(answer.json()) == "UNAUTHENTICATED"
    basic = await client.post({"query": "{ ping }"}, headers={"authorization": "Basic YWRtaW46YWRtaW4="})
    assert basic.status_code == 401


async def test_a_request_id_is_kept_when_it_is_one_and_made_when_it_is_not(client: SecurityClient) -> None:
    kept = await client.post({"query": "{ ping }"}, headers={"x-request-id": "desk-42.retry-1"})
    assert kept.headers["x-request-id"] == "desk-42.retry-1"
    made = await client.post({"query": "{ ping }"}, headers={"x-request-id": "bad id\tforged"})
    assert len(made.headers["x-request-id"]) == 32


async def test_a_fault_shows_its_request_id_and_nothing_else(client: SecurityClient) -> None:
    answer = await client.post({"query": "{ broken }"}, headers={"x-request-id": "desk-42.retry-1"})
    assert "hunter2" not in answer.text
    [error] = answer.json()["errors"]
    assert error["message"] == "unexpected error"
    assert error["extensions"] == {"code": "INTERNAL", "requestId": "desk-42.retry-1"}


async def test_an_operation_that_takes_too_long_is_ended(
    client: SecurityClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schema.execution.limits.OPERATION_S", 0.05)
    answer = await client.ask("{ slow }")
    assert code_of(answer) == "TIMEOUT"
    assert "data" not in answer


async def test_the_cost_of_an_operation_is_told_and_charged(
    client: SecurityClient, identities: Identities
) -> None:
    token = await identities.token(identities.alice)
    first = (await client.ask("{ who }", token))["extensions"]["cost"]
    assert first == {
        "requested": 1,
        "limit": 20_000,
        "available": 199_999,
        "restoredPerSecond": 5_000,
        "solverSeconds": 0,
        "solverSecondsAvailable": None,
    }
    await client.ask('mutation { act(text: "x") }', token)
    assert (await client.ask("{ who }", token))["extensions"]["cost"]["available"] <= 200_000


async def test_a_caller_who_spends_too_fast_waits_and_others_do_not(
    client: SecurityClient, identities: Identities
) -> None:
    client = SecurityClient(replace(client.services, settings=Settings(cost_burst=30, cost_per_s=1)))
    alice, bob = await identities.token(identities.alice), await identities.token(identities.bob)
    answers = [await client.ask('mutation { act(text: "x") }', alice) for _ in range(3)]
    assert [("errors" in answer) for answer in answers] == [False, False, True]
    assert code_of(answers[-1]) == "RATE_LIMITED"
    assert 0 < answers[-1]["errors"][0]["extensions"]["retryAfter"] <= 4
    assert (await client.ask('mutation { act(text: "x") }', bob))["data"] == {"act": "x"}


async def test_all_keys_of_a_party_spend_from_one_bucket(
    client: SecurityClient, identities: Identities
) -> None:
    client = SecurityClient(replace(client.services, settings=Settings(cost_burst=30, cost_per_s=1)))
    alice = await identities.sign_in(identities.alice)
    key = await create_api_key(identities.new_key(identities.shipper), identities.identity.context(alice))
    for bearer in (await identities.token(identities.alice), key.text):
        assert (await client.ask('mutation { act(text: "x") }', bearer))["data"] == {"act": "x"}
    another = await create_api_key(identities.new_key(identities.shipper), identities.identity.context(alice))
    assert code_of(await client.ask('mutation { act(text: "x") }', another.text)) == "RATE_LIMITED"


async def test_refused_operations_are_not_free(client: SecurityClient, identities: Identities) -> None:
    client = SecurityClient(replace(client.services, settings=Settings(cost_burst=3, cost_per_s=1)))
    token = await identities.token(identities.alice)
    too_deep = "{ who " + "x { " * 20 + "y" + " }" * 20 + " }"
    codes = [code_of(await client.ask(too_deep, token)) for _ in range(5)]
    assert codes[:3] == ["COST_LIMIT"] * 3
    assert codes[-1] == "RATE_LIMITED"


@pytest.mark.parametrize("unfit", ["{ who", "", "subscription { ticks(count: 1) } fragment on on who { x }"])
async def test_what_cannot_be_parsed_is_not_free(
    client: SecurityClient, identities: Identities, unfit: str
) -> None:
    client = SecurityClient(replace(client.services, settings=Settings(cost_burst=3, cost_per_s=1)))
    token = await identities.token(identities.alice)
    assert [code_of(await client.ask(unfit, token)) for _ in range(6)] == ["BAD_REQUEST"] * 6
    assert code_of(await client.ask("{ who }", token)) == "RATE_LIMITED"


async def test_limits_go_on_and_operations_too_when_redis_is_lost(
    client: SecurityClient, identities: Identities
) -> None:
    nowhere = Redis.from_url("redis://127.0.0.1:1")
    settings = Settings(cost_burst=2, cost_per_s=1)
    lost = replace(client.services, buckets=Buckets(nowhere), settings=settings)
    token = await identities.token(identities.alice)
    answers = [await SecurityClient(lost).ask("{ who }", token) for _ in range(4)]
    assert answers[0]["data"] is not None
    assert code_of(answers[-1]) == "RATE_LIMITED"
    await nowhere.aclose()


async def test_introspection_and_suggestions_are_for_the_signed_in(
    client: SecurityClient, identities: Identities
) -> None:
    token = await identities.token(identities.alice)
    for query in ("{ __schema { queryType { name } } }", '{ __type(name: "Query") { name } }'):
        assert code_of(await client.ask(query)) == "BAD_REQUEST"
        for _ in range(2):
            assert "errors" not in await client.ask(query, token)
        assert code_of(await client.ask(query)) == "BAD_REQUEST"
    assert "Did you mean" not in json.dumps(await client.ask("{ pong }"))
    assert "Did you mean 'ping'" in json.dumps(await client.ask("{ pingg }", token))


async def test_only_a_post_of_one_json_operation_is_an_operation(client: SecurityClient) -> None:
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=client.app), base_url="http://linepack.example"
    ) as http:
        for method in ("GET", "PUT", "OPTIONS"):
            answer = await http.request(method, "/graphql?query={ping}", headers={"accept": "text/html"})
            assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
            assert code_of(answer.json()) == "BAD_REQUEST"
        form = {"content-type": "application/x-www-form-urlencoded"}
        for refused in (
            await http.post("/graphql", content="query={ping}"),
            await http.post("/graphql", content="query={ping}", headers=form),
            await http.post("/graphql", files={"0": b"x"}, data={"operations": '{"query":"{ping}"}'}),
        ):
            assert refused.status_code == 415
            assert code_of(refused.json()) == "BAD_REQUEST"


@pytest.mark.parametrize(
    "content",
    [
        [{"query": "{ ping }"}] * 2,
        "[]",
        "",
        "{",
        "null",
        "5",
        '"text"',
        "[" * 100_000,
        '{"query": ' + "1" * 10_000 + "}",
        {"query": 5},
        {"query": None},
        {"query": "{ ping }", "variables": []},
        {"query": "{ ping }", "variables": "x"},
        {"query": "{ ping }", "extensions": 1},
        {"query": "{ ping }", "operationName": "Other"},
        '{"query": "{ ping }", "variables": {"x": NaN}}',
        b"\xff\xfe",
    ],
)
async def test_a_body_out_of_shape_is_a_bad_request(client: SecurityClient, content: Any) -> None:
    answer = await client.post(content)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/json"
    assert code_of(answer.json()) == "BAD_REQUEST"


NOT_EXECUTED: dict[str, dict[str, Any]] = {
    "no document": {"query": "{"},
    "an unknown field": {"query": "{ nothing }"},
    "variables that do not fit": {"query": "query($of: Int!) { square(of: $of) }", "variables": {"of": "x"}},
    "several operations and none named": {"query": "query A { ping } query B { ping }"},
}


@pytest.mark.parametrize("body", NOT_EXECUTED.values(), ids=NOT_EXECUTED)
async def test_what_was_not_executed_has_a_status_for_clients_that_can_tell_where_it_comes_from(
    client: SecurityClient, body: dict[str, Any]
) -> None:
    accepted = {"accept": "application/graphql-response+json, application/json;q=0.9"}
    refused = await client.post(body, headers=accepted)
    assert refused.status_code == 400
    assert refused.headers["content-type"] == "application/graphql-response+json; charset=utf-8"
    legacy = await client.post(body, headers={"accept": "application/json"})
    assert (legacy.status_code, legacy.headers["content-type"]) == (200, "application/json")
    for answer in (refused, legacy):
        assert code_of(answer.json()) == "BAD_REQUEST"
        assert "data" not in answer.json()


async def test_what_was_executed_is_a_success_whatever_its_fields_say(client: SecurityClient) -> None:
    for query, data in (("{ ping }", {"ping": "pong"}), ("{ who }", None)):
        answer = await client.post({"query": query}, headers={"accept": "application/graphql-response+json"})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/graphql-response+json; charset=utf-8"
        assert answer.json()["data"] == data


async def test_a_client_that_also_accepts_events_gets_json_and_one_that_only_does_gets_events(
    client: SecurityClient,
) -> None:
    urql = "application/graphql-response+json, application/json, text/event-stream, multipart/mixed"
    answer = await client.post({"query": "{ ping }"}, headers={"accept": urql})
    assert answer.json()["data"] == {"ping": "pong"}
    events = await client.post({"query": "{ ping }"}, headers={"accept": "text/event-stream"})
    assert events.headers["content-type"].startswith("text/event-stream")
    assert "event: next" in events.text


async def test_one_of_several_operations_is_executed_by_its_name(client: SecurityClient) -> None:
    document = "query A { ping } query B { a: ping }"
    answer = await client.post({"query": document, "operationName": "B"})
    assert answer.json()["data"] == {"a": "pong"}


async def test_an_error_does_not_repeat_a_long_input(client: SecurityClient) -> None:
    long, longer = "y" * 99_000, "y" * 900_000
    for body in (
        {"query": f'{{ square(of: "{long}") }}'},
        {"query": "query($of: Int!) { square(of: $of) }", "variables": {"of": longer}},
        {"query": f"{{ {long} }}"},
    ):
        answer = await client.post(body)
        assert code_of(answer.json()) == "BAD_REQUEST"
        assert len(answer.content) < 3_000


async def test_a_caller_who_spent_too_much_learns_when_to_try_again(
    client: SecurityClient, identities: Identities
) -> None:
    client = SecurityClient(replace(client.services, settings=Settings(cost_burst=1, cost_per_s=1)))
    token = await identities.token(identities.alice)
    accepted = {"accept": "application/graphql-response+json"}
    body = {"query": 'mutation { act(text: "x") }'}
    answer = await client.post(body, token, accepted)
    assert (answer.status_code, code_of(answer.json())) == (429, "RATE_LIMITED")
    assert int(answer.headers["retry-after"]) > 0


async def test_anonymous_callers_of_one_ipv6_network_pay_together(client: SecurityClient) -> None:
    def payer(address: str) -> str:
        return payer_of(RequestContext(client.services, None, "test", address))

    assert payer("2001:db8::1") == payer("2001:db8::ffff:1") == payer("2001:db8:0:0:1::")
    assert payer("2001:db8::1") != payer("2001:db8:0:1::1")
    assert payer("192.0.2.1") != payer("192.0.2.2")


async def test_a_body_too_large_is_refused(client: SecurityClient) -> None:
    answer = await client.post({"query": "{ ping }", "variables": {"x": "y" * 1_000_001}})
    assert answer.status_code == 413


async def test_a_disabled_account_is_out_at_its_next_request(
    client: SecurityClient, identities: Identities
) -> None:
    token = await identities.token(identities.alice)
    await client.ask("{ who }", token)
    await disable_user(DisableUser(identities.alice.id), identities.identity.context(identities.platform))
    assert (await client.post({"query": "{ ping }"}, token)).status_code == 401


async def test_one_operation_loads_once_for_all_its_fields(client: SecurityClient) -> None:
    before = len(LOADED)
    answer = await client.ask("{ a: square(of: 2) b: square(of: 3) c: square(of: 2) }")
    assert answer["data"] == {"a": 4, "b": 9, "c": 4}
    assert LOADED[before:] == [[2, 3]]


async def test_a_client_that_hangs_up_in_the_middle_of_its_request_is_no_fault(
    client: SecurityClient,
) -> None:
    coming: list[dict[str, object]] = [
        {"type": "http.request", "body": b'{"query": "{ pi', "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[int] = []

    async def receive() -> dict[str, object]:
        return coming.pop(0)

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            sent.append(message["status"])

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
        "client": ("198.51.100.7", 40000),
        "state": {},
    }
    await client.app(scope, receive, send)
    assert sent == [400]
