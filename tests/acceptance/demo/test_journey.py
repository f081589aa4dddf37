"""The journey of the README, as its reader would make it: programs against a running server, nothing else."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from examples.client import Client, Faulted
from tests.acceptance.installation import Installation
from tests.waiting import TIME_LIMIT_S

pytestmark = pytest.mark.anyio

EXAMPLES = Path(__file__).parents[3] / "examples"
PASSWORD = "open-capacity-2027"
CREATE_KEY = """
mutation CreateKey($input: CreateApiKeyInput!) {
  createApiKey(input: $input) { ... on ApiKeyPayload { text } ... on Problem { message } }
}
"""


def run_example(name: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run `examples/<name>` as its reader would."""
    return subprocess.run(
        [sys.executable, str(EXAMPLES / name), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIME_LIMIT_S,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


async def settling_key(url: str, email: str, role: str) -> str:
    async with Client(url) as client:
        await client.sign_in(email, PASSWORD)
        asked = {
            "name": "billing consumer",
            "roles": [role],
            "scopes": ["READ", "SETTLE"],
            "expiresAt": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
        }
        answer = await client.execute(CREATE_KEY, {"input": asked})
        key: str = answer["createApiKey"]["text"]
        return key


def amounts(text: str) -> set[tuple[str, str, Decimal]]:
    """Return (party, charge code, sum) of every line that shows one."""
    rows = re.findall(r"\b([A-Z]+)\b\W+([A-Z_]+)\W+EUR\W+?(-?[\d,]+\.\d\d)", text)
    return {(party, code, Decimal(amount.replace(",", ""))) for party, code, amount in rows}


async def test_the_journey_is_made_and_billing_holds_the_sums_of_the_ledger(
    demo: Installation, tmp_path: Path
) -> None:
    for _ in range(2):
        journey = run_example("journey.py", "--url", demo.url)
        assert journey.returncode == 0, journey.stdout + journey.stderr
        assert journey.stdout.splitlines()[-1] == "The journey is over, and every promise was kept."
        assert "KWH_PER_H" not in journey.stdout

    key = await settling_key(demo.url, "billing@demo.test", "BILLING")
    consumer = ("--url", demo.url, "--key", key, "--once", "--books", str(tmp_path / "books.sqlite3"))
    for _ in range(2):
        books = run_example("billing_consumer.py", *consumer)
        assert books.returncode == 0, books.stderr

    reconciliation = demo.command("reconcile")
    assert reconciliation.returncode == 0, reconciliation.stdout + reconciliation.stderr
    held = amounts(books.stdout)
    assert held == amounts(reconciliation.stdout)
    parties = {party for party, _, _ in held}
    assert {"NETZ", "NORDWIND", "DONAU"} <= parties
    assert {code for _, code, _ in held} >= {"RESERVATION", "RELEASE_CREDIT"}
    assert sum(amount for _, _, amount in held) == 0


async def test_an_operator_keeps_books_of_its_own_feed(demo: Installation, tmp_path: Path) -> None:
    key = await settling_key(demo.url, "operator@demo.test", "OPERATOR")
    own = ("--url", demo.url, "--key", key, "--once", "--books", str(tmp_path / "own.sqlite3"))
    books = run_example("billing_consumer.py", *own)
    assert books.returncode == 0, books.stderr
    assert "NETZ" in {party for party, _, _ in amounts(books.stdout)}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--url", "http://127.0.0.1:9"), "http://127.0.0.1:9 does not answer"),
        (("--password", "not the password"), "cannot sign in"),
    ],
)
async def test_a_journey_that_cannot_begin_says_why_in_a_line(
    demo: Installation, options: tuple[str, str], reason: str
) -> None:
    journey = run_example("journey.py", "--url", demo.url, *options)
    assert (journey.returncode, len(journey.stderr.splitlines())) == (1, 1), journey.stderr
    assert reason in journey.stderr


async def test_the_client_says_what_was_wrong_with_a_request(demo: Installation) -> None:
    async with Client(demo.url) as client:
        with pytest.raises(Faulted) as refused:
            await client.execute("query Viewer { viewer { roles } }")
        assert refused.value.codes == ["UNAUTHENTICATED"]
        with pytest.raises(PermissionError, match="do not belong together"):
            await client.sign_in("billing@demo.test", "not the password")


async def test_the_explorer_is_a_page_of_its_own_and_the_schema_is_for_the_signed_in(
    demo: Installation,
) -> None:
    async with Client(demo.url) as client:
        page = await client.get("/graphql/explorer")
        assert page.status_code == 200
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert re.findall(r"(?:src|href)=[\"']?(?:https?:)?//", page.text) == []
        assert (await client.get("/graphql/schema")).status_code == 401
        await client.sign_in("trader@nordwind.test", PASSWORD)
        assert "type Contract implements Node" in (await client.get("/graphql/schema")).text
