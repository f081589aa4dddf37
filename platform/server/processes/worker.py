"""The worker process: relay, settlement, logs, closing of releases and clearings, holds, shortfalls, jobs.

Any number of workers may run. The relay is elected; jobs are shared out among all; the other tasks serialise
themselves in the database, so that a second worker only stands by. A fault that a task does not expect is
logged and counted; it begins again, and the others go on.
"""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

from redis.asyncio import Redis

from capacity.feasibility.shortfalls.watch import watch as watch_shortfalls
from linepack.access import platform_principal
from linepack.backoff import Backoff
from linepack.database.connections import DATABASE_FAULTS
from linepack.events.relay import Relay
from linepack.jobs.kinds import JobKind
from linepack.limits import RETRY_MAX_S
from linepack.monitoring.logging import logger
from linepack.monitoring.metrics import RELEASES_PARKED, WORKER_FAULTS
from linepack.settings import Settings
from linepack.transparency.integrator import Integrator
from linepack.transparency.model import LogName
from market.marketplace import Marketplace
from market.network_clearings.closing import close_due as close_due_clearings
from market.releases import repository as releases
from market.releases.closing import close_due
from server.declarations import job_kinds
from server.jobs.runner import JobRunner
from server.services import log_integrators_of, open_services, utc_now
from server.supervision.child_process import begin
from settlement.consumer import run as settle

CLOSING_POLL_S = 1.0
HOLDS_POLL_S = 1.0


async def work(
    market: Marketplace, redis: Redis, jobs: Sequence[JobKind], logs: Mapping[LogName, Integrator]
) -> None:
    """Do everything that no request waits for; ends when cancelled."""
    database = market.database
    tasks: dict[str, Callable[[], Awaitable[None]]] = {
        "relay": lambda: Relay(database, redis).run(),
        "settlement": lambda: settle(database, redis),
        "closing": lambda: _close_releases(market),
        "clearing": lambda: _close_clearings(market),
        "holds": lambda: _end_overdue_holds(market),
        "shortfalls": lambda: watch_shortfalls(database, market.networks, market.verifiers, utc_now),
        "jobs": lambda: JobRunner(database, jobs).run(),
        **{f"log of {log.slug}": integrator.run for log, integrator in logs.items()},
    }
    async with asyncio.TaskGroup() as group:
        for name, run in tasks.items():
            group.create_task(go_on(name, run))


async def go_on(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Run a task of the worker, again and again after a fault that it does not expect."""
    backoff = Backoff()
    while True:
        began_at = time.monotonic()
        try:
            await run()
        except Exception as fault:
            logger.error("worker_fault", task=name, exc_info=fault)
            WORKER_FAULTS.labels(name).inc()
        else:
            return
        if time.monotonic() - began_at > RETRY_MAX_S:
            backoff.succeeded()
        await backoff.wait()


async def _close_releases(market: Marketplace) -> None:
    backoff = Backoff()
    while True:
        try:
            async with market.database.read() as connection:
                RELEASES_PARKED.set(await releases.count_parked(connection))
            now = utc_now()
            await close_due(market.caller(platform_principal(now=now), now))
        except DATABASE_FAULTS as fault:
            logger.warning("release_closing_lost_database", fault=str(fault))
            await backoff.wait()
            continue
        backoff.succeeded()
        await asyncio.sleep(CLOSING_POLL_S)


async def _close_clearings(market: Marketplace) -> None:
    backoff = Backoff()
    while True:
        try:
            now = utc_now()
            await close_due_clearings(market.caller(platform_principal(now=now), now))
        except DATABASE_FAULTS as fault:
            logger.warning("clearing_lost_database", fault=str(fault))
            await backoff.wait()
            continue
        backoff.succeeded()
        await asyncio.sleep(CLOSING_POLL_S)


async def _end_overdue_holds(market: Marketplace) -> None:
    while True:
        try:
            await market.end_overdue_holds(utc_now())
        except DATABASE_FAULTS as fault:
            logger.warning("ending_holds_lost_database", fault=str(fault))
        await asyncio.sleep(HOLDS_POLL_S)


def main() -> None:
    """Work until asked to end."""
    asyncio.run(_work_until_asked_to_end(begin("linepack-worker")))


async def _work_until_asked_to_end(settings: Settings) -> None:
    loop = asyncio.get_running_loop()
    async with open_services(settings) as services:
        logs = log_integrators_of(settings, services.database)
        task = asyncio.create_task(work(services.market, services.redis, job_kinds(), logs))
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            logger.info("worker_ended")
