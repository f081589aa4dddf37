"""Gives events their positions as the relay does, for tests that run no relay."""

import asyncio

from tests.waiting import TIME_LIMIT_S

from linepack.database.connections import Database
from linepack.events.log import has_unplaced, place_settled

BATCH = 1_000


async def place_all(database: Database) -> None:
    """Place until nothing waits: transactions of other tests on the same server hold events back."""
    async with asyncio.timeout(TIME_LIMIT_S):
        waiting = True
        while waiting:
            async with database.engine.begin() as connection:
                await place_settled(connection, BATCH)
            async with database.read() as connection:
                waiting = await has_unplaced(connection)
            await asyncio.sleep(0.01 if waiting else 0)
