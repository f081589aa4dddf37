"""The billing consumer against the real API, as its own process, killed at random: it holds the same sums."""

import asyncio
import random
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from examples.billing_consumer import Books, Feed, consume
from pydantic import SecretStr
from redis.asyncio import Redis
from tests.identities import SECRET, make_identity
from tests.integration.settlement.logs import KEYS, VERIFIERS
from tests.integration.settlement.market import Market
from tests.integration.settlement.serving import serving
from tests.unit.settlement.examples import BERT, CARLA, days
from tests.waiting import TIME_LIMIT_S

from capacity.rights.model import MovementCause
from linepack.access import PartyKind, Role, Scope, platform_principal
from linepack.database.connections import Database
from linepack.events.relay import Relay
from linepack.identity.commands import NewApiKey, NewParty
from linepack.identity.service import create_api_key, create_party
from linepack.settings import Settings
from linepack.transparency.integrator import Integrator, Memory
from linepack.transparency.model import LogName
from settlement.consumer import run
from settlement.ledger.log import EntryLeaves
from settlement.reconciliation.reconcile import reconcile, summary

pytestmark = pytest.mark.anyio

CONSUMER = Path(__file__).parents[3] / "examples" / "billing_consumer.py"
SALES = 25
ENTRIES = SALES * (1 + 3 + 2)


@dataclass(frozen=True)
class Billing:
    """The consumer program with its key and books."""

    url: str
    key: str
    books: Path

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        command = [
            sys.executable,
            str(CONSUMER),
            "--url",
            self.url,
            "--key",
            self.key,
            "--books",
            str(self.books),
            "--log-key",
            KEYS.vkey(LogName.LEDGER),
        ]
        return subprocess.Popen(
            [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )


@pytest.fixture
async def billing(
    market: Market, redis: Redis, database_url: str, valkey_url: str, tmp_path: Path
) -> AsyncIterator[Billing]:
    """A billing system beside a market that is served and settled."""
    key = await _billing_key(market.database, redis)
    settings = Settings(database_url=database_url, redis_url=valkey_url, jwt_secret=SecretStr(SECRET))
    async with serving(settings) as url, _working(market.database, redis, tmp_path):
        yield Billing(url, key, tmp_path / "books.sqlite3")


async def test_a_consumer_killed_at_random_holds_every_entry_once(market: Market, billing: Billing) -> None:
    sales = asyncio.create_task(_sell(market))
    await _kill_at_random(billing, sales)
    await _until_settled(market.database)
    last = await asyncio.to_thread(billing.start("--once").communicate)
    books = Books(billing.books)
    async with market.database.read() as connection:
        assert await reconcile(connection, VERIFIERS) == []
        expected = [(s.party_code, s.charge_code, s.currency, s.amount) for s in await summary(connection)]
    assert (books.sequence, books.signed) == (ENTRIES, ENTRIES), last
    assert list(books.sums()) == expected
    assert f"{ENTRIES} entries" in last[0]


async def test_an_entry_comes_by_subscription_as_soon_as_it_is_posted(
    market: Market, billing: Billing
) -> None:
    books = Books(billing.books)
    task = asyncio.create_task(consume(Feed(billing.url, billing.key), books))
    await asyncio.sleep(0.5)
    await market.book()
    async with asyncio.timeout(TIME_LIMIT_S):
        while books.sequence == 0:  # noqa: ASYNC110 the books are another program's
            await asyncio.sleep(0.01)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert [(party, str(amount)) for party, _, _, amount in books.sums()] == [
        ("ANNA", "10950"),
        ("OP", "-10950"),
    ]


async def test_a_key_that_is_not_valid_ends_the_consumer_with_a_reason(billing: Billing) -> None:
    program = replace(billing, key="not a key").start("--once")
    _, errors = await asyncio.to_thread(program.communicate)
    assert (program.returncode, errors) == (1, "stopped at entry 0: the key is not valid\n")


async def _kill_at_random(billing: Billing, sales: "asyncio.Task[None]") -> None:
    clock = random.Random(11)
    for _ in range(8):
        program = billing.start()
        await asyncio.sleep(clock.uniform(0.2, 1.2))
        program.kill()
        await asyncio.to_thread(program.communicate)
    await sales


async def _sell(market: Market) -> None:
    summer, june = days("2027-03-10", "2027-09-20"), days("2027-06-01", "2027-06-15")
    for _ in range(SALES):
        contract = await market.book(quantity=50)
        await market.trade(contract, BERT, MovementCause.ASSIGNMENT, quantity=7, period=summer, rate="0.02")
        await market.award(contract, [(CARLA, 3, june, "0.11")])
        await asyncio.sleep(0.15)


async def _billing_key(database: Database, redis: Redis) -> str:
    now = datetime.now(UTC)
    identity, platform = make_identity(database, redis), platform_principal(now=now)
    party = await create_party(NewParty("BILL", "Billing", PartyKind.BILLING), identity.context(platform))
    command = NewApiKey(
        party.id,
        "books",
        frozenset({Role.BILLING}),
        frozenset({Scope.READ, Scope.SETTLE}),
        now + timedelta(days=1),
    )
    return (await create_api_key(command, identity.context(platform))).text


async def _until_settled(database: Database) -> None:
    for _ in range(400):
        async with database.read() as connection:
            events = await connection.exec_driver_sql(
                "SELECT count(*) FROM event WHERE stream = 'settlement' AND position IS NOT NULL"
            )
            if events.scalar_one() == ENTRIES:
                return
        await asyncio.sleep(0.05)
    raise AssertionError("not settled within 20 seconds")


@asynccontextmanager
async def _working(database: Database, redis: Redis, directory: Path) -> AsyncIterator[None]:
    memory = Memory(directory)
    log = Integrator(database, EntryLeaves(), KEYS, memory, lambda: datetime.now(UTC))
    work = (Relay(database, redis).run(), run(database, redis), log.run())
    tasks = [asyncio.create_task(task) for task in work]
    yield
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
