"""Kill −9 in the middle of bookings: every API process, the worker, Valkey and PostgreSQL.

Clients repeat what was not answered, with the same key. Afterwards every acknowledged key has exactly one
contract, the books are proven, and a subscriber that came back with its cursor holds every settlement once.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from examples.client import Client, Faulted
from tests.acceptance.installation import Installation, running
from tests.acceptance.market import (
    BILLING,
    SETTLEMENTS,
    SHIPPERS,
    Data,
    book,
    contracts,
    days,
    tokens,
)
from tests.patience import eventually
from websockets.exceptions import WebSocketException

pytestmark = pytest.mark.anyio

BOOKERS = 6
BOOKINGS_BETWEEN_KILLS = 12
API_PROCESSES = 2
VICTIMS = (*["server.api_process"] * API_PROCESSES, "server.worker", "valkey-server", "bin/postgres")
PAUSE_S = 0.1
AWAY = (httpx2.HTTPError, WebSocketException, OSError, EOFError)
"""What a client meets while the server it talks to is being killed."""
TRANSIENT = {"INTERNAL", "TIMEOUT", None}


class Load:
    """Clients that book one after the other until told to stop; each key is repeated until it is answered."""

    def __init__(self, clients: list[Client], period: Data) -> None:
        self.acknowledged: dict[str, str] = {}
        self.repetitions = 0
        self._clients = clients
        self._period = period
        self._is_over = False

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for client in self._clients:
                group.create_task(self._book_on(client))

    def stop(self) -> None:
        self._is_over = True

    async def more(self, number: int) -> None:
        """Wait until so many more bookings are acknowledged."""
        aim = len(self.acknowledged) + number
        await eventually(lambda: len(self.acknowledged) >= aim, f"{number} more bookings")

    async def _book_on(self, client: Client) -> None:
        while not self._is_over:
            key = str(uuid4())
            while (answer := await self._try(client, key)) is None:
                self.repetitions += 1
                await asyncio.sleep(PAUSE_S)
            assert answer["__typename"] == "BookCapacityPayload", answer
            self.acknowledged[key] = answer["contract"]["code"]

    async def _try(self, client: Client, key: str) -> Data | None:
        try:
            return await book(client, self._period, 10, key)
        except AWAY:
            return None
        except Faulted as fault:
            if not set(fault.codes) <= TRANSIENT:
                raise
            return None


class Subscriber:
    """Follows the settlements, and comes back with its cursor whenever it is cut off."""

    def __init__(self, client: Client) -> None:
        self.events: list[Data] = []
        self.returns = 0
        self._client = client

    async def run(self) -> None:
        while True:
            cursor = self.events[-1]["cursor"] if self.events else "0"
            try:
                async for data in self._client.subscribe(SETTLEMENTS, {"after": cursor}):
                    assert data["settlements"]["__typename"] == "SettlementEvent", data
                    self.events.append(data["settlements"])
            except (*AWAY, Faulted):
                pass
            self.returns += 1
            await asyncio.sleep(PAUSE_S)

    async def has(self, codes: set[str]) -> None:
        """Wait until every one of these contracts is settled."""
        await eventually(lambda: codes <= self.settled(), f"the settlement of {len(codes)} contracts")

    def settled(self) -> set[str]:
        """The contracts that entries tell of."""
        return {line["contract"] for event in self.events for line in event["lines"]}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    directory: Path = tmp_path_factory.mktemp("faults")
    with running(directory, api_processes=API_PROCESSES, demo=True) as lent:
        yield lent


@pytest.fixture
async def clients(installation: Installation) -> AsyncIterator[list[Client]]:
    """The shippers' clients, then the billing department's."""
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(Client(installation.url, token))
            for token in await tokens(installation.url, *SHIPPERS[:BOOKERS], BILLING)
        ]


async def test_nothing_is_lost_and_nothing_is_doubled_when_any_process_is_killed(
    installation: Installation, clients: list[Client]
) -> None:
    *shippers, billing = clients
    load, subscriber = Load(shippers, days(1)), Subscriber(billing)
    async with asyncio.TaskGroup() as group:
        following = group.create_task(subscriber.run())
        booking = group.create_task(load.run())
        await load.more(BOOKINGS_BETWEEN_KILLS)
        for victim in VICTIMS:
            killed = installation.kill(victim)
            await _back(installation, victim, killed)
            await load.more(BOOKINGS_BETWEEN_KILLS)
        load.stop()
        await booking
        await subscriber.has(set(load.acknowledged.values()))
        following.cancel()

    assert load.repetitions > 0
    # Both API processes were killed, the elder first: the subscriber was on one of them.
    assert subscriber.returns > 0
    codes = [contract["code"] for client in shippers for contract in await contracts(client, days(1))]
    assert sorted(codes) == sorted(load.acknowledged.values())
    cursors = [int(event["cursor"]) for event in subscriber.events]
    assert cursors == list(range(1, len(cursors) + 1))
    assert [event["sequence"] for event in subscriber.events] == list(range(1, len(cursors) + 1))
    assert len({event["entry"] for event in subscriber.events}) == len(cursors)
    await asyncio.to_thread(installation.reconcile)


async def _back(installation: Installation, victim: str, killed: int) -> None:
    """Wait until the killed process has a successor and the installation is ready."""
    await eventually(lambda: any(pid != killed for pid in installation.pids(victim)), f"another {victim}")
    await asyncio.to_thread(installation.await_status, "/readyz", 200)
