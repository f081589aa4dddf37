"""`linepack ledger` as an operator, a party and a witness type it, and the log over HTTP as others read it.

What checks needs no installation: it gets files, an address and a key.
"""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import httpx2
import pytest
from pydantic import SecretStr
from tests.event_positions import place_all
from tests.identities import SECRET
from tests.integration.market.market_fixture import ANNA, BERT, fill_market
from tests.integration.server.cli.command_line import Finished, run
from tests.integration.settlement.logs import KEYS, LOG_DELETED, NOW, SEED, integrate, tamper
from tests.integration.settlement.serving import serving
from tlog_scales.backend import HttpBackend, LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey

from linepack.database.connections import Database
from linepack.settings import Settings
from linepack.transparency.checkpoint import InclusionProof
from linepack.transparency.merkle import EMPTY_ROOT
from linepack.transparency.model import LogName
from server.migrations.upgrade import upgrade
from settlement.consumer import settle_batch

Command = Callable[..., Finished]

KEY = KEYS.vkey(LogName.LEDGER)


@pytest.fixture
def installed(postgres_url: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated database with three entries and three verdicts in the logs."""
    name = f"ledger_{uuid4().hex}"
    asyncio.run(_administer(postgres_url, f"CREATE DATABASE {name}"))
    url = urlsplit(postgres_url)._replace(path=f"/{name}").geturl()
    asyncio.run(_fill(url, tmp_path))
    yield url
    asyncio.run(_administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)"))


async def _administer(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


async def _fill(url: str, directory: Path) -> None:
    await upgrade(url)
    database = Database(url)
    market_fixture = await fill_market(database)
    for holder in (ANNA, BERT, ANNA):
        await market_fixture.book(holder, quantity=10)
    await _settle(database)
    await integrate(database, directory)
    await database.dispose()


async def _settle(database: Database) -> None:
    await place_all(database)
    while await settle_batch(database, at=NOW):
        pass
    await place_all(database)


@pytest.fixture
def linepack(installed: str, valkey_url: str, tmp_path: Path) -> Command:
    """Run a command beside the installation, in a folder of its own."""
    given = {
        "DATABASE_URL": installed,
        "REDIS_URL": valkey_url,
        "LINEPACK_DATA_DIR": str(tmp_path),
        "LINEPACK_LOG_KEY": SEED,
        "LINEPACK_LOG_ORIGIN": "linepack.example/log",
    }
    return partial(run, environment=given, folder=tmp_path)


@pytest.mark.timeout(600)
def test_what_an_operator_gives_out_others_check_without_it(linepack: Command, tmp_path: Path) -> None:
    assert linepack("ledger", "key").stdout.splitlines() == [KEYS.vkey(name) for name in LogName]
    assert "3 entries" in linepack("ledger", "feed", "-o", "feed").stdout
    assert "1 checkpoints up to 3 leaves" in linepack("ledger", "checkpoints", "-o", "notes").stdout
    files = ("--feed", "feed", "--checkpoints", "notes")
    verified = linepack("ledger", "verify", *files, "--key", KEY)
    assert verified.returncode == 0, verified.stderr
    assert verified.stdout.startswith("3 entries, each what its hash covers")

    unsigned = linepack("ledger", "verify", *files)
    assert (unsigned.returncode, "No signature was checked" in unsigned.stdout) == (0, True)

    told = (tmp_path / "feed").read_text()
    (tmp_path / "feed").write_text("".join(told.splitlines(keepends=True)[:2]))
    cut = linepack("ledger", "verify", *files, "--key", KEY)
    assert (cut.returncode, cut.stderr) == (1, "TRUNCATED: a checkpoint signed 3 entries, the feed has 2\n")

    assert "3 leaves of ledger" in linepack("ledger", "tiles", "-o", "log").stdout
    _read_by_foreigner(TilesReader(LocalBackend(tmp_path / "log")))

    assert linepack("ledger", "proof", "--entry", "2", "-o", "two.tlog-proof").returncode == 0
    proved = linepack("ledger", "verify-proof", "two.tlog-proof", "--record", "two.json", "--key", KEY)
    assert "The record is in linepack.example/log/ledger, which had 3 leaves then." in proved.stdout
    assert len((tmp_path / "two.tlog-proof").read_bytes()) <= 2_048
    record = (tmp_path / "two.json").read_text()
    (tmp_path / "two.json").write_text(record.replace("0.25", "0.05"))
    refused = linepack("ledger", "verify-proof", "two.tlog-proof", "--record", "two.json", "--key", KEY)
    assert (refused.returncode, "PROOF_INVALID" in refused.stderr) == (1, True)
    assert linepack("ledger", "proof", "--entry", "4", "-o", "four").returncode == 1
    assert linepack("ledger", "proof", "-o", "nothing").returncode == 2
    assert linepack("ledger", "verify", *files, "--key", "no key").returncode == 2
    reconciled = linepack("reconcile")
    assert "No differences." in reconciled.stdout, reconciled.stderr


@pytest.mark.timeout(600)
def test_monitors_and_witnesses_read_the_log_over_http(
    installed: str, linepack: Command, valkey_url: str, tmp_path: Path
) -> None:
    asyncio.run(_watched(installed, linepack, valkey_url, tmp_path))


async def _watched(url: str, linepack: Command, valkey_url: str, tmp_path: Path) -> None:
    settings = Settings(database_url=url, redis_url=valkey_url, jwt_secret=SecretStr(SECRET))
    database = Database(url)
    async with serving(settings) as address:
        await asyncio.to_thread(_read_by_foreigner, TilesReader(HttpBackend(f"{address}/log/ledger")))
        await asyncio.to_thread(_served, address)

        def look(*also: str) -> Finished:
            command = ("ledger", "witness", f"{address}/log/ledger", "--state", "seen", "--key", KEY)
            return linepack(*command, *also)

        other = KEYS.sign(LogName.LEDGER, 2, EMPTY_ROOT, NOW)
        (tmp_path / "others").write_text(other.note)
        divided = await asyncio.to_thread(look, "--also", "others")
        assert divided.returncode == 1
        assert divided.stderr.startswith("SPLIT_VIEW: the tree of 3 leaves does not extend that of 2")

        for _ in range(2):
            seen = await asyncio.to_thread(look)
            assert (seen.returncode, seen.stdout) == (0, "3 leaves, which extend all that was seen before.\n")

        # The last entry is settled anew, and the whole log made anew with its own key.
        removed = ("DELETE FROM ledger_posting", "DELETE FROM ledger_entry")
        tables = (
            "DELETE FROM event WHERE stream = 'settlement'",
            "UPDATE settlement_position SET position = 0",
        )
        await tamper(database, *removed, *tables, *LOG_DELETED, "UPDATE verdict_leaf SET place = NULL")
        await _settle(database)
        (tmp_path / "new").mkdir()
        await integrate(database, tmp_path / "new")
        forked = await asyncio.to_thread(look)
        assert forked.returncode == 1
        assert forked.stderr == "SPLIT_VIEW: two trees of 3 leaves have different roots\n"
    await database.dispose()


def _read_by_foreigner(reader: TilesReader) -> None:
    """Read the log as tlog-scales does, unmodified: checkpoint, root out of tiles, a proof of each leaf."""
    checkpoint = reader.get_checkpoint()
    checkpoint.verify(Vkey.from_string(KEY))
    assert reader.calculate_root_hash() == checkpoint.root_hash
    for index in range(3):
        leaf = reader.mth(index, index + 1)
        reader.get_inclusion_proof(index, 3).check(leaf, checkpoint.root_hash)
    reader.get_consistency_proof(2, 3).check(reader.mth(0, 2), checkpoint.root_hash)


def _served(address: str) -> None:
    with httpx2.Client(base_url=address) as http:
        checkpoint = http.get("/log/ledger/checkpoint")
        assert checkpoint.headers["content-type"] == "text/plain; charset=utf-8"
        assert checkpoint.headers["cache-control"] == "no-cache"
        assert http.get("/log/ledger/key").text == f"{KEY}\n"
        tile = http.get("/log/ledger/tile/0/000.p/3")
        assert (tile.headers["content-type"], len(tile.content)) == ("application/octet-stream", 96)
        assert "immutable" in tile.headers["cache-control"]
        for missing in (
            "/log/ledger/tile/0/000",
            "/log/ledger/tile/0/000.p/4",
            "/log/ledger/tile/0/x",
            "/log/ledger/tile/entries/000.p/3",
            "/log/trades/checkpoint",
            "/log/trades/key",
            "/log/trades/tile/0/000.p/1",
        ):
            assert http.get(missing).status_code == 404, missing


@pytest.mark.timeout(600)
def test_a_foreign_tool_writes_the_same_proof(
    installed: str, linepack: Command, valkey_url: str, tmp_path: Path
) -> None:
    """`tlog-tiles gen-proof` of tlog-scales reads our tiles, and writes what `linepack ledger proof` does."""
    linepack("ledger", "proof", "--entry", "2", "-o", "two.tlog-proof")
    foreign = asyncio.run(_foreign_proof(installed, valkey_url))
    assert InclusionProof.of_file(foreign) == InclusionProof.of_file(
        (tmp_path / "two.tlog-proof").read_text()
    )


async def _foreign_proof(url: str, valkey_url: str) -> str:
    settings = Settings(database_url=url, redis_url=valkey_url, jwt_secret=SecretStr(SECRET))
    async with serving(settings) as address:
        made = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "tlog_scales.cli", "gen-proof", f"{address}/log/ledger", "1"],
            capture_output=True,
            text=True,
            check=True,
        )
    return made.stdout
