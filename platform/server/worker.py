"""The worker process: relay, settlement of what it positions, closing of releases, overdue holds, jobs.

Any number of workers may run. The relay is elected; settlement, the closing of releases and the ending of
holds serialise themselves in the database, so that a second worker only stands by; jobs are shared out among
all.
"""

import asyncio
import signal
from collections.abc import Mapping

from redis.asyncio import Redis

from linepack.database import DATABASE_FAULTS, Database
from linepack.events.relay import Relay
from linepack.logging import logger
from linepack.unit_of_work import UnitOfWork
from market.holds import end_overdue
from market.release.service import close_due
from server.child import begin
from server.jobs.kinds import KINDS
from server.jobs.runner import JobKind, JobRunner
from server.services import open_services, utc_now
from settlement.consumer import run as settle

CLOSING_POLL_S = 1.0
HOLDS_POLL_S = 1.0


async def work(database: Database, redis: Redis, jobs: Mapping[str, JobKind]) -> None:
    """Do everything that no request waits for; ends when cancelled."""
    async with asyncio.TaskGroup() as group:
        group.create_task(Relay(database, redis).run())
        group.create_task(settle(database, redis))
        group.create_task(_close_releases(database))
        group.create_task(_end_overdue_holds(database))
        group.create_task(JobRunner(database, jobs).run())


async def _close_releases(database: Database) -> None:
    while True:
        try:
            async with UnitOfWork(database) as uow:
                await close_due(uow, utc_now())
        except DATABASE_FAULTS as fault:
            logger.warning("release_closing_lost_database", fault=str(fault))
        await asyncio.sleep(CLOSING_POLL_S)


async def _end_overdue_holds(database: Database) -> None:
    while True:
        try:
            await end_overdue(database, utc_now())
        except DATABASE_FAULTS as fault:
            logger.warning("ending_holds_lost_database", fault=str(fault))
        await asyncio.sleep(HOLDS_POLL_S)


async def main() -> None:
    """Work until told to end."""
    settings = begin()
    loop = asyncio.get_running_loop()
    async with open_services(settings) as services:
        task = asyncio.create_task(work(services.database, services.redis, KINDS))
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            logger.info("worker_ended")


if __name__ == "__main__":
    asyncio.run(main())
