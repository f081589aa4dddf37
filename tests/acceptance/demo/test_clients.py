"""Clients that are not ours connect as the guide shows, and keep what they were told correctly."""

import json
import os
import re
import subprocess
from contextlib import aclosing
from pathlib import Path

import pytest
from gql import GraphQLRequest
from gql.transport.exceptions import TransportConnectionFailed, TransportQueryError
from tests.acceptance.demo.trading import BOOK, SHIPPERS, TOO_MUCH, days, request, tokens
from tests.acceptance.installation import Installation
from tests.clients.connect.python import over_http, over_websocket
from tests.clients.documents import document
from tests.waiting import TIME_LIMIT_S

from server.demo.loading import NETWORK

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[3]
CLIENTS = ROOT / "tests" / "clients"
CONNECT = sorted(path for path in (CLIENTS / "connect").iterdir() if path.is_file())
PROGRAMS = {"requests": 20, "live": 21, "urql": 22, "apollo": 23}
"""The programs that use a client, and the days that each books."""
REVISED = ROOT / "platform" / "capacity" / "publication" / "shipped" / "belgian.json"
LENGTH = '"length_m": 4000.0'
"""Of the pipe that comes first in the network that is revised."""

NEWS = """
subscription News($after: Cursor) {
  marketEvents(after: $after) { __typename ... on MarketEvent { cursor } ... on ResyncRequired { cursor } }
}
"""


def node(*command: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of the Node tool chain in `tests/clients`."""
    run = 'cd ../tests/clients && exec "$@"'
    return subprocess.run(
        [ROOT / "script" / "frontend", "sh", "-c", run, "sh", *command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIME_LIMIT_S,
        env={**os.environ, "NODE_ENV": "production"},
    )


def succeeded(done: "subprocess.CompletedProcess[str]") -> None:
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def generated() -> Path:
    """The folder of what GraphQL Code Generator makes of everything that the schema can be asked."""
    (CLIENTS / "all.graphql").write_text(document())
    succeeded(node("node_modules/.bin/graphql-codegen", "--config", "codegen.ts"))
    return CLIENTS / "gql"


def test_generated_types_compile_and_none_is_unknown(generated: Path) -> None:
    succeeded(node("node_modules/.bin/tsc", "--project", "."))
    text = re.sub(r"/\*.*?\*/", "", (generated / "graphql.ts").read_text(), flags=re.DOTALL)
    types = [line for line in text.splitlines() if not line.startswith("export const ")]
    assert sum("export type " in line for line in types) > 200
    loose = [line for line in types if re.search(r"\b(any|unknown)\b", line)]
    assert [line for line in loose if not line.startswith("type Exact<")] == []


@pytest.mark.usefixtures("generated")
@pytest.mark.parametrize("program", PROGRAMS)
async def test_a_client_is_answered_and_keeps_what_it_was_told(
    program: str, demo: Installation, tmp_path: Path
) -> None:
    trader, buyer, operator = await tokens(demo.url, SHIPPERS[0], SHIPPERS[1], "operator@demo.test")
    number = PROGRAMS[program]
    revision = tmp_path / "revision.json"
    revision.write_text(REVISED.read_text().replace(LENGTH, LENGTH.replace("4000", str(4000 + number))))
    given = {
        "url": demo.url,
        "trader": trader,
        "buyer": buyer,
        "operator": operator,
        "network": NETWORK,
        "twin": "gaslib-135",
        "revised": REVISED.stem,
        "revisionFile": str(revision),
        "route": {"receipt": "source_1", "delivery": "sink_1"},
        "period": days(number),
    }
    succeeded(node("node", f"check/{program}.ts", json.dumps(given)))


async def test_pythons_gql_is_answered(demo: Installation) -> None:
    [trader] = await tokens(demo.url, SHIPPERS[0])
    asked = {**request(days(24), 1000), "idempotencyKey": "gql"}
    more = {**asked, "quantity": str(TOO_MUCH), "idempotencyKey": "gql, more"}
    async with over_http(demo.url, trader) as session:
        booked = (await session.execute(GraphQLRequest(BOOK, variable_values={"input": asked})))[
            "bookCapacity"
        ]
        assert booked["contract"]["quantity"] == 1000
        refused = (await session.execute(GraphQLRequest(BOOK, variable_values={"input": more})))[
            "bookCapacity"
        ]
        assert refused["code"] == "CAPACITY_EXHAUSTED"
        with pytest.raises(TransportQueryError) as missing:
            await session.execute(GraphQLRequest('{ network(code: "none") { name } }'))
        assert missing.value.errors is not None
        assert missing.value.errors[0]["extensions"]["code"] == "NOT_FOUND"


async def test_pythons_gql_follows_and_continues_after_a_cursor(demo: Installation) -> None:
    [trader] = await tokens(demo.url, SHIPPERS[0])

    async def cursors(after: str, count: int) -> list[str]:
        found = []
        async with over_websocket(demo.url, trader) as session:
            news = session.subscribe(GraphQLRequest(NEWS, variable_values={"after": after}))
            async with aclosing(news):
                async for data in news:
                    found.append(data["marketEvents"]["cursor"])
                    if len(found) == count:
                        break
        return found

    first = await cursors("0", 8)
    assert [*await cursors("0", 3), *await cursors(first[2], 5)] == first
    async with over_websocket(demo.url, trader) as session:
        news = session.subscribe(GraphQLRequest(NEWS, variable_values={"after": "999999999"}))
        ahead = [data async for data in news]
    assert [each["marketEvents"]["__typename"] for each in ahead] == ["ResyncRequired"]
    with pytest.raises(TransportConnectionFailed):
        async with over_websocket(demo.url, "nobody's"):
            pass


@pytest.mark.parametrize("path", CONNECT, ids=lambda path: path.stem)
def test_the_guide_shows_how_each_client_connects(path: Path) -> None:
    guide = (ROOT / "docs" / "guide" / "api-clients.md").read_text()
    language = {".ts": "ts", ".py": "python"}[path.suffix]
    assert f"```{language}\n{path.read_text()}```\n" in guide
