"""Operations made to hurt, on the whole schema: each is refused, quickly, and the next caller is served."""

import time
from itertools import product
from typing import Any

import pytest
from graphql import get_introspection_query
from tests.identities import Identities
from tests.integration.schema.transport.security_client import SecurityClient, code_of
from tests.websocket_client import Socket

pytestmark = pytest.mark.anyio
QUICKLY_S = 3.0
"""Of this process: far above what a refusal takes (milliseconds), far below what the abuse would."""

PAGE = "edges { node { ... on Contract { id } } }"
Variables = dict[str, Any] | None


def nest(field: str, depth: int, inner: str) -> str:
    return f"{field} {{ " * depth + inner + " }" * depth


def chain(count: int, spreads: int) -> str:
    """Fragments each of which spreads the next one `spreads` times."""
    links = " ".join(
        f"fragment f{number} on Query {{ {f'...f{number + 1} ' * spreads}}}" for number in range(count)
    )
    return f"{{ ...f0 }} {links} fragment f{count} on Query {{ viewer {{ expiresAt }} }}"


MANY_ROWS = """{ contracts(first: 100) { edges { node {
    movements { sequence }
    parent { movements { sequence } parent { movements { sequence } network { edges { id } nodes { id } } } }
    network { nodes { id } edges { id } overlays { id } }
} } } }"""
TWENTY_YEARS = (
    '(network: "belgian", kind: PATH, period: {start: "2027-01-01", end: "2046-12-31"}) { rightsVersion }'
)
KEY = {"name": "x", "roles": ["SHIPPER"] * 501, "scopes": [], "expiresAt": "2027-01-01T00:00:00Z"}
CIRCLE = "fields { type { " * 4 + "name" + " } }" * 4


def deep_list(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


TOO_EXPENSIVE: dict[str, tuple[str, Variables]] = {
    "deep": (f"{{ contracts {{ edges {{ node {{ {nest('parent', 12, 'id')} }} }} }} }}", None),
    "wide by aliases": (
        "{ " + " ".join(f"a{number}: viewer {{ expiresAt }}" for number in range(31)) + " }",
        None,
    ),
    "wide by aliases in fragments": (
        "{ ...f ...f ...f ...f } fragment f on Query { "
        + " ".join(f"a{number}: viewer {{ expiresAt }}" for number in range(8))
        + " }",
        None,
    ),
    "dear by pages in pages": (MANY_ROWS, None),
    "dear by a page size in a variable": (
        "query($n: Int!) { contracts(first: $n) { edges { node { id } } } }",
        {"n": 1_000_000},
    ),
    "dear by a page size that Python hardly reads": (
        f"{{ contracts(first: {'9' * 6000}) {{ edges {{ node {{ id }} }} }} }}",
        None,
    ),
    "dear by days": (
        "{ " + " ".join(f"m{number}: networkAvailability{TWENTY_YEARS}" for number in range(4)) + " }",
        None,
    ),
    "fragments that double each other": (chain(180, 2).replace("expiresAt", "a: expiresAt"), None),
    "one field five hundred times": ("{ " + "viewer { expiresAt } " * 490 + "}", None),
    "one field in two hundred fragments": (
        "{ "
        + " ".join(f"...f{number}" for number in range(150))
        + " } "
        + " ".join(f"fragment f{number} on Query {{ viewer {{ expiresAt }} }}" for number in range(150)),
        None,
    ),
    "a list of too many members": (
        "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { __typename } }",
        {
            "input": {
                "name": "x",
                "roles": ["SHIPPER"] * 501,
                "scopes": [],
                "expiresAt": "2027-01-01T00:00:00Z",
            }
        },
    ),
    "variables that nest": ("{ viewer { expiresAt } }", {"x": deep_list(32)}),
    "nearly a megabyte of commas": ("{ viewer { expiresAt } }" + "," * 900_000, None),
    "nearly a megabyte of comment": ("{ viewer { expiresAt } } #" + "x" * 900_000, None),
    "variables of too many values": ("{ viewer { expiresAt } }", {str(n): [0] * 400 for n in range(60)}),
}
MALFORMED: dict[str, tuple[str, Variables]] = {
    "too many tokens": ("{ " + "viewer { expiresAt } " * 600 + "}", None),
    "fragments in a circle": (
        "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a viewer { expiresAt } }",
        None,
    ),
    "a fragment in itself": ("{ ...a } fragment a on Query { ...a ...a ...a }", None),
    "unknown fields": ("{ " + " ".join(f"nothing{number}" for number in range(900)) + " }", None),
    "a thousand directives": ("{ viewer " + "@include(if: true) " * 300 + "{ expiresAt } }", None),
    "undefined variables": (
        "{ " + " ".join(f"node(id: $v{number}) {{ id }}" for number in range(90)) + " }",
        None,
    ),
    "fields that cannot merge": (
        "{ " + " ".join(f'node(id: "{number}") {{ id }}' for number in range(90)) + " }",
        None,
    ),
    "introspection in circles": (
        f"{{ __schema {{ types {{ {CIRCLE} }} }} }}",
        None,
    ),
    "a number that Python refuses": (f"{{ contract(id: {'9' * 6000}) {{ id }} }}", None),
    "a null character": ('{ network(code: "\\u0000") { name } }', None),
    "nothing at all": ("   ", None),
}
HARMLESS_BUT_BIG: dict[str, tuple[str, Variables]] = {
    "one field ninety times": ("{ " + "viewer { expiresAt } " * 90 + "}", None),
    "fragments one after the other": (chain(180, 1), None),
    "many commas": ("{ viewer { expiresAt } }" + "," * 99_000, None),
    "a long comment": ("{ viewer { expiresAt } } #" + "x" * 99_000, None),
    "a long text": ("query($c: String!) { network(code: $c) { name } }", {"c": "x" * 900_000}),
    "standard introspection": (get_introspection_query(), None),
}


@pytest.fixture
async def token(identities: Identities) -> str:
    return await identities.token(identities.alice)


async def timed(
    full_client: SecurityClient, bearer: str | None, query: str, variables: Variables
) -> tuple[dict[str, Any], float]:
    start = time.process_time()
    answer = await full_client.post({"query": query, "variables": variables}, bearer)
    took = time.process_time() - start
    assert answer.status_code in (200, 400)
    received = (
        answer.json() if answer.status_code == 200 else {"errors": [{"extensions": {"code": "BAD_REQUEST"}}]}
    )
    return received, took


@pytest.mark.parametrize(("abuse", "code"), [(TOO_EXPENSIVE, "COST_LIMIT"), (MALFORMED, "BAD_REQUEST")])
async def test_abuse_is_refused_quickly(
    full_client: SecurityClient, token: str, abuse: dict[str, tuple[str, Variables]], code: str
) -> None:
    wrong = {}
    for name, (query, variables) in abuse.items():
        answer, took = await timed(full_client, token, query, variables)
        if answer.get("data") is not None or code_of(answer) != code or took > QUICKLY_S:
            wrong[name] = (answer, took)
    assert wrong == {}


async def test_brackets_without_end_are_refused_quickly(full_client: SecurityClient, token: str) -> None:
    for opening, depth in product(("{ viewer {", "{ node(id: [", "query($a: ["), (10, 400, 990)):
        answer, took = await timed(full_client, token, opening + opening[-1] * depth, None)
        assert code_of(answer) in ("BAD_REQUEST", "COST_LIMIT")
        assert took < QUICKLY_S


async def test_fields_nested_beyond_pythons_stack_are_refused_quickly(
    full_client: SecurityClient, token: str
) -> None:
    for depth in (200, 300, 480):
        answer, took = await timed(full_client, token, "{ " + nest("viewer", depth, "expiresAt") + " }", None)
        assert code_of(answer) in ("BAD_REQUEST", "COST_LIMIT")
        assert took < QUICKLY_S


async def test_what_is_big_but_harmless_is_answered_quickly(full_client: SecurityClient, token: str) -> None:
    for name, (query, variables) in HARMLESS_BUT_BIG.items():
        answer, took = await timed(full_client, token, query, variables)
        assert "data" in answer, name
        assert all(error["extensions"]["code"] == "NOT_FOUND" for error in answer.get("errors", [])), name
        assert took < QUICKLY_S, name


async def test_an_anonymous_caller_is_refused_just_as_quickly(full_client: SecurityClient) -> None:
    for query, variables in [*TOO_EXPENSIVE.values(), *MALFORMED.values()]:
        answer, took = await timed(full_client, None, query, variables)
        assert not any((answer.get("data") or {}).values())
        assert code_of(answer) in ("COST_LIMIT", "BAD_REQUEST", "UNAUTHENTICATED", "RATE_LIMITED")
        assert took < QUICKLY_S


async def test_a_websocket_refuses_the_same_and_stays_open_where_the_protocol_lets_it(
    full_client: SecurityClient, token: str
) -> None:
    async with Socket(full_client.app) as socket:
        await socket.start(token)
        for name, (query, variables) in TOO_EXPENSIVE.items():
            start = time.process_time()
            await socket.subscribe(query, variables, identity=name)
            refused = await socket.receive()
            assert (refused["type"], refused["id"]) == ("error", name)
            assert {error["extensions"]["code"] for error in refused["payload"]} == {"COST_LIMIT"}
            assert time.process_time() - start < QUICKLY_S
        await socket.subscribe("{ viewer { scopes } }", identity="after")
        assert (await socket.receive())["payload"]["data"] is not None


async def test_the_refusals_are_answers_of_some_hundred_bytes(
    full_client: SecurityClient, token: str
) -> None:
    for query, variables in [*TOO_EXPENSIVE.values(), *MALFORMED.values()]:
        answer = await full_client.post({"query": query, "variables": variables}, token)
        assert len(answer.content) < 60_000
