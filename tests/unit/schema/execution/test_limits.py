import json
from typing import Any

import pytest
from graphql import GraphQLError, GraphQLSyntaxError, parse
from starlette.types import Message, Receive, Scope, Send

from schema.execution.limits import BodyLimit, refuse_size, refuse_text, refuse_variables
from schema.execution.query_cost import Measure

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("size", "message"),
    [
        (Measure(depth=13), "nests 13 fields; at most 12"),
        (Measure(aliases=31), "has 31 aliases; at most 30"),
        (Measure(cost=20_001), "costs 20001 points; at most 20000"),
        (Measure(overlaps=10_001), "same fields too many times"),
    ],
)
def test_what_is_too_big_is_refused_with_the_bound(size: Measure, message: str) -> None:
    with pytest.raises(GraphQLError, match=message) as refused:
        refuse_size(size)
    assert refused.value.extensions == {"code": "COST_LIMIT"}


def test_what_is_just_small_enough_passes() -> None:
    refuse_size(Measure(depth=12, aliases=30, cost=20_000, overlaps=10_000))
    refuse_variables({"list": list(range(500)), "text": "x" * 100_000})


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"deeper": value}
    return value


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"list": [0] * 501}, "a list has 501 members; at most 500"),
        ({"deep": nested(100_000)}, "nest deeper than 30"),
        ({"many": [[0] * 500] * 41}, "more than 20000 values"),
        ({"wide": {str(n): n for n in range(20_001)}}, "more than 20000 values"),
    ],
)
def test_huge_variables_are_refused(variables: dict[str, Any], message: str) -> None:
    with pytest.raises(GraphQLError, match=message) as refused:
        refuse_variables(variables)
    assert refused.value.extensions == {"code": "COST_LIMIT"}


@pytest.mark.parametrize("text", ["null\0", "half \ud83d of a smile", "\udfff"])
def test_a_variable_that_no_database_can_hold_is_a_bad_request(text: str) -> None:
    with pytest.raises(GraphQLError) as refused:
        refuse_variables({"names": [{"name": text}]})
    assert refused.value.extensions == {"code": "BAD_REQUEST"}


def test_a_null_character_in_a_document_is_a_bad_request() -> None:
    document = '{ x(a: "null\\u0000") }'
    with pytest.raises(GraphQLError) as refused:
        refuse_text(document, parse(document))
    assert refused.value.extensions == {"code": "BAD_REQUEST"}


@pytest.mark.parametrize("literal", [r"half \ud83d of a smile", r"\udfff"])
def test_half_a_character_in_a_document_is_no_graphql(literal: str) -> None:
    with pytest.raises(GraphQLSyntaxError, match="Invalid Unicode"):
        parse(f'{{ x(a: "{literal}") }}')


def test_text_of_any_language_passes() -> None:
    for text in ("Gaspool Süd", "天然气", "😀", "tab\t and line\n"):
        refuse_variables({"name": text})
    refuse_text('{ x(a: "\\u00fc") }', parse('{ x(a: "\\u00fc") }'))


class Connection:
    """An ASGI connection: what the client sends, and what came back."""

    def __init__(self, *messages: Message) -> None:
        self.coming = list(messages)
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        return self.coming.pop(0)

    async def send(self, message: Message) -> None:
        self.sent.append(message)


async def reads_all(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})
    else:
        while (await receive())["type"] != "websocket.disconnect":
            pass


def chunk(size: int, *, more: bool) -> Message:
    return {"type": "http.request", "body": b"x" * size, "more_body": more}


async def answer(connection: Connection, *headers: tuple[bytes, bytes]) -> int:
    limit = BodyLimit(reads_all, bytes_max=1000)
    await limit({"type": "http", "headers": headers, "method": "POST"}, connection.receive, connection.send)
    status: int = connection.sent[0]["status"]
    return status


async def test_a_body_up_to_the_limit_passes() -> None:
    assert (
        await answer(Connection(chunk(600, more=True), chunk(400, more=False)), (b"content-length", b"1000"))
        == 200
    )


@pytest.mark.parametrize("length", [b"1001", b"-1", b"1e3", b"9" * 400, b""])
async def test_a_body_declared_too_long_is_refused_before_it_is_read(length: bytes) -> None:
    connection = Connection(chunk(1, more=False))
    assert await answer(connection, (b"content-length", length)) == 413
    assert len(connection.coming) == 1
    [error] = json.loads(connection.sent[1]["body"])["errors"]
    assert error["extensions"]["code"] == "COST_LIMIT"


async def test_a_body_that_lies_about_its_length_is_cut_off() -> None:
    endless = [chunk(600, more=True) for _ in range(1000)]
    connection = Connection(*endless)
    assert await answer(connection) == 413
    assert len(connection.coming) == 998


async def test_a_websocket_message_that_is_too_long_closes_the_socket() -> None:
    connection = Connection(
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "text": "x" * 1000},
        {"type": "websocket.receive", "text": "x" * 1001},
    )
    await BodyLimit(reads_all, bytes_max=1000)({"type": "websocket"}, connection.receive, connection.send)
    assert [message["code"] for message in connection.sent] == [1009]


async def test_the_lifespan_passes_through() -> None:
    seen: list[str] = []

    async def app(scope: Scope, _: Receive, __: Send) -> None:
        seen.append(scope["type"])

    connection = Connection()
    await BodyLimit(app)({"type": "lifespan"}, connection.receive, connection.send)
    assert seen == ["lifespan"]
