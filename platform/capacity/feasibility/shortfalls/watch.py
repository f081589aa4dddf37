"""The watch over networks: each holder is informed once of what is short, and once of what is restored.

Overlays, revisions and policies all raise a network's version. A network whose version is above the one it
was last assessed at is assessed: from today over all days on which anything is sold, off the event loop and
without the network's lock. Notices, events and the version reached are one transaction, so that a watch that
is killed begins again where it stood, and a second one finds the work done. While it proves, the network may
change again; then its version is above the one assessed, and it is assessed again.

A fault of one network is stored with its reason and does not stop the others. It is tried again later, and so
is a network some of whose days were not proved in time.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy.exc import DataError, IntegrityError

from capacity.feasibility.network_views import NetworkViews
from capacity.feasibility.shortfalls import repository
from capacity.feasibility.shortfalls.events import CapacityRestored, CapacityShort
from capacity.feasibility.shortfalls.model import NetworkShortfalls
from capacity.feasibility.shortfalls.notices import Line, Notice, lines_of, notices
from capacity.feasibility.shortfalls.repository import Watched
from capacity.feasibility.shortfalls.service import days_ahead, shortfalls_of
from capacity.feasibility.verifier_pool import VerifierPool
from linepack.backoff import Backoff
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import DATABASE_FAULTS, Database
from linepack.gasday import GasDay
from linepack.ids import NetworkId
from linepack.monitoring.logging import logger
from linepack.monitoring.metrics import SHORT_DAYS

FIRST_LOOK_S: Final = 5.0
"""How long the watch waits at first, while everything else starts."""
POLL_S: Final = 1.0
ASSESSMENT_S: Final = 60.0
"""How long one assessment may take; it runs in the background."""


async def watch(
    database: Database, snapshots: NetworkViews, verifiers: VerifierPool, now: Callable[[], datetime]
) -> None:
    """Assess networks as they change; ends when cancelled, outlives a lost PostgreSQL."""
    backoff = Backoff()
    await asyncio.sleep(FIRST_LOOK_S)
    while True:
        if await assess_due(database, snapshots, verifiers, now):
            backoff.succeeded()
            await asyncio.sleep(POLL_S)
        else:
            await backoff.wait()


async def assess_due(
    database: Database, snapshots: NetworkViews, verifiers: VerifierPool, now: Callable[[], datetime]
) -> bool:
    """Assess every network that is due; return whether the database answered throughout."""
    try:
        async with database.read() as connection:
            networks = await repository.watched(connection, now())
    except DATABASE_FAULTS as fault:
        logger.warning("shortfalls_lost_database", fault=str(fault))
        return False
    for network in networks:
        SHORT_DAYS.labels(network.code).set(network.short_days)
    outcomes = [
        await _assess_or_park(database, snapshots, verifiers, network, now)
        for network in networks
        if network.is_due
    ]
    return all(outcomes)


async def assess(
    database: Database, snapshots: NetworkViews, verifiers: VerifierPool, network_id: NetworkId, at: datetime
) -> None:
    """Inform the holders on one network of what has changed for them; raises what a proof raises."""
    async with database.read() as connection:
        done = await repository.assessments(connection, network_id)
    view = await snapshots.current(network_id)
    version, today = view.published.version, view.published.network.clock.gas_day(at)
    period = days_ahead(view, today)
    found = None
    if period is not None:
        found = await shortfalls_of(database, verifiers, view, period, seconds=ASSESSMENT_S)
    async with UnitOfWork(database) as uow:
        if await repository.claim(uow.connection, network_id, at) != done:
            return  # Another watch was first.
        before = await repository.last_lines(uow.connection, network_id)
        given = await asyncio.to_thread(_given, before, found, today)
        await repository.insert_notices(
            uow.connection, network_id, version, given, assessment=done + 1, at=at
        )
        for notice in given:
            if notice.changed:
                uow.record(CapacityShort.of(network_id, version, notice.holder_id, notice.standing))
            if notice.restored:
                uow.record(CapacityRestored.of(network_id, version, notice.holder_id, notice.restored))
        await repository.store_assessed(
            uow.connection,
            network_id,
            version,
            short_days=0 if found is None else found.short_days,
            undecided_days=0 if found is None else found.undecided_days,
            at=at,
        )


def _given(before: list[Line], found: NetworkShortfalls | None, today: GasDay) -> list[Notice]:
    """Return the notices to give after what was `found`; all holders of a network may be many."""
    if found is None:
        return notices(before, [], [], today)
    undecided = [period for own in found.undecided for period in own.periods]
    return notices(before, lines_of(found), undecided, today)


async def _assess_or_park(
    database: Database,
    snapshots: NetworkViews,
    verifiers: VerifierPool,
    network: Watched,
    now: Callable[[], datetime],
) -> bool:
    """Assess one network, or store why it cannot be; return whether the database answered."""
    try:
        await assess(database, snapshots, verifiers, network.network_id, now())
    except (IntegrityError, DataError) as fault:
        return await _park(database, network, str(fault.orig), now())
    except DATABASE_FAULTS as fault:
        logger.warning("shortfalls_lost_database", network=network.code, fault=str(fault))
        return False
    except Exception as fault:
        logger.exception("shortfalls_fault", network=network.code)
        return await _park(database, network, repr(fault), now())
    return True


async def _park(database: Database, network: Watched, reason: str, at: datetime) -> bool:
    logger.error("shortfalls_parked", network=network.code, reason=reason)
    try:
        async with UnitOfWork(database) as uow:
            await repository.claim(uow.connection, network.network_id, at)
            await repository.store_failure(uow.connection, network.network_id, reason, at=at)
    except DATABASE_FAULTS as fault:
        logger.warning("shortfalls_lost_database", network=network.code, fault=str(fault))
        return False
    return True
