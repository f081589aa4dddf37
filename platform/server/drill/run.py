"""A drill from beginning to end: an installation, a market on it, random trading under kills, and the proofs.

Clients trade over HTTP while processes of the installation are killed. Then every client brings what is under
way to its answer, everything is repaired, the worker catches up, and the proofs look at the database, of one
instant, while the installation still runs.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.pricing.price import BlockTiers, SeasonFactor, Tier
from capacity.feasibility.shortfalls import events as shortfalls
from capacity.networks.policy import Policy
from capacity.publication import catalogue
from capacity.rights.model import Firmness, RouteKind
from linepack.access import Role
from linepack.database.connections import DATABASE_FAULTS, Database
from linepack.events.model import Stream
from linepack.jobs import events as jobs
from market.tariffs.service import SetTariff, set_tariff
from schema.market.market_events import SEALED
from server.demo.networks import WINTER, add_network
from server.demo.parties import LOGINS, add_parties, principal_of
from server.drill import documents, process_kills
from server.drill.client import Account, Lost, Session
from server.drill.followers import GAP_FREE, Follower, unheard
from server.drill.installation import DrillCannotRun, Installation
from server.drill.journal import Fate, Journal, Violation
from server.drill.market_view import MarketView
from server.drill.plan import OPERATOR_WEIGHTS, SHIPPER_WEIGHTS, Operation, actions, kills
from server.drill.proofs.reading import placed, read_market, unplaced
from server.drill.proofs.stored import read_stored, stored_violations
from server.drill.proofs.usage import usage_violations
from server.drill.shippers import Trader
from server.installation.opening import installation as attached
from server.services import Services, log_verifiers_of, open_services
from settlement.audit.audit import audit
from settlement.progress.status import positions
from settlement.reconciliation.reconcile import reconcile, summary

CAUGHT_UP_WITHIN_S = 600.0
SIGN_IN_ATTEMPTS = 5
LOOK_S = 0.25
RECONCILED = "reconcile finds no difference"
AUDITED = "audit finds no difference"
CAUGHT_UP = "the worker catches up"
OPERATOR_PAUSE_S = 2.0
CLEAN = "an installation leaves no process behind"
BUSY = "a drill trades and kills"
LEVEL = Policy()
TIERS = SeasonFactor(
    BlockTiers((Tier(Decimal(1_000), Decimal("0.021")), Tier(None, Decimal("0.014")))), WINTER
)
"""What firm paths cost: not in proportion to the quantity, so that parts of contracts bear shares."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be drilled."""

    seed: int
    seconds: float
    networks: tuple[str, ...]
    clients: int
    api_processes: int
    pause_s: float
    """The mean pause of a client between two actions."""


@dataclass(slots=True)
class Result:
    """What a drill has seen and proved."""

    plan: Plan
    journal: Journal = field(default_factory=Journal)
    followers: Sequence[Follower] = ()
    proved: dict[str, int] = field(default_factory=dict)
    """How much each proof has looked at."""


async def drill(plan: Plan, data_dir: Path) -> Result:
    """Run a drill below `data_dir`; raises CannotStart. Leaves no process behind, however it ends."""
    result = Result(plan)
    installed = Installation(data_dir, api_processes=plan.api_processes)
    async with attached(installed.settings) as (complete, _), open_services(complete) as services:
        await _prepare(services, plan)
    try:
        await installed.start()
        async with _sessions(installed) as sessions:
            await _trade(plan, installed, sessions, result)
    finally:
        for pid in await installed.stop():
            result.journal.violated(CLEAN, f"process {pid} is still there")
    return result


async def _prepare(services: Services, plan: Plan) -> None:
    """Add the demo's parties, and the networks with tariffs and product rules."""
    now = services.now()
    parties = await add_parties(services, now)
    operator = principal_of(parties["NETZ"], now)
    for code in plan.networks:
        published = await add_network(services, operator, code, now, LEVEL)
        command = SetTariff(
            network_id=published.id,
            kind=RouteKind.PATH,
            firmness=Firmness.FIRM,
            valid_from=published.network.clock.gas_day(now),
            price=TIERS,
        )
        await services.market.caller(operator, now).run(set_tariff, command)


@asynccontextmanager
async def _sessions(installed: Installation) -> AsyncIterator["_Sessions"]:
    sessions = _Sessions(installed.url)
    try:
        yield sessions
    finally:
        await sessions.close()


class _Sessions:
    """The sessions that clients and followers share their installation by."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._accounts = {login.email: Account(login.email) for login in LOGINS}
        self._open: list[Session] = []

    def of(self, role: Role, number: int = 0) -> Session:
        """Return a session of its own for the account with that role, the `number`-th in turn."""
        emails = [login.email for login in LOGINS if login.role is role]
        session = Session(self._url, self._accounts[emails[number % len(emails)]])
        self._open.append(session)
        return session

    async def sign_in(self) -> None:
        """Sign every account in that has a session, one after the other; raises DrillCannotRun."""
        for session in self._open:
            for _ in range(SIGN_IN_ATTEMPTS):
                try:
                    await session.sign_in()
                    break
                except Lost as lost:
                    reason = str(lost)
            else:
                raise DrillCannotRun(f"{session.account.email} cannot sign in: {reason}")

    async def close(self) -> None:
        for session in self._open:
            await session.close()


async def _trade(plan: Plan, installed: Installation, sessions: _Sessions, result: Result) -> None:
    """Trade and kill for the time planned, until everything has its answer and is repaired; then prove."""
    networks = [catalogue.load(code) for code in plan.networks]
    market_view = MarketView(networks, networks[0].clock.gas_day(datetime.now(UTC)))
    over = asyncio.Event()
    traders = _traders(plan, sessions, market_view, result.journal)
    result.followers = _followers(sessions, result.journal)
    await sessions.sign_in()
    async with asyncio.TaskGroup() as following:
        tasks = [following.create_task(follower.follow()) for follower in result.followers]
        async with asyncio.TaskGroup() as trading:
            for trader in traders:
                trading.create_task(trader.trade(over))
            trading.create_task(
                process_kills.carry_out(
                    installed, kills(plan.seed, seconds=plan.seconds), result.journal, over
                )
            )
            await asyncio.sleep(plan.seconds)
            over.set()
        async with _reading(installed) as database, _caught_up(database, result) as connection:
            for task in tasks:
                task.cancel()
            await _prove(plan, installed, connection, result)


def _traders(plan: Plan, sessions: _Sessions, market_view: MarketView, journal: Journal) -> list[Trader]:
    """Return the shippers' clients, and one of the operator's."""
    shippers = [
        Trader(
            sessions.of(Role.SHIPPER, number),
            actions(plan.seed, number, weights=SHIPPER_WEIGHTS, pause_s=plan.pause_s),
            market_view,
            journal,
        )
        for number in range(plan.clients)
    ]
    plan_of_operator = actions(plan.seed, plan.clients, weights=OPERATOR_WEIGHTS, pause_s=OPERATOR_PAUSE_S)
    operator = Trader(sessions.of(Role.OPERATOR), plan_of_operator, market_view, journal, is_operator=True)
    return [*shippers, operator]


def _followers(sessions: _Sessions, journal: Journal) -> list[Follower]:
    """Return a follower of every stream that may see all of it."""
    return [
        Follower(sessions.of(Role.BILLING), Stream.SETTLEMENT, "settlements", documents.SETTLEMENTS, journal),
        Follower(
            sessions.of(Role.REGULATOR),
            Stream.MARKET,
            "marketEvents",
            documents.MARKET,
            journal,
            withheld=SEALED,
        ),
        Follower(
            sessions.of(Role.SHIPPER),
            Stream.CAPACITY,
            "availabilityChanges",
            documents.AVAILABILITY_CHANGES,
            journal,
            withheld=jobs.TOPICS | shortfalls.TOPICS,
        ),
    ]


@asynccontextmanager
async def _reading(installed: Installation) -> AsyncIterator[Database]:
    """Lend the database of the running installation."""
    async with attached(installed.settings) as (complete, _):
        database = Database(str(complete.database_url))
        try:
            yield database
        finally:
            await database.dispose()


@asynccontextmanager
async def _caught_up(database: Database, result: Result) -> AsyncIterator[AsyncConnection]:
    """Lend the database of an instant when every event had its place, was settled and had reached followers.

    The installation goes on, and may close a release at any time: later instants have other events.
    """
    until = time.monotonic() + CAUGHT_UP_WITHIN_S
    while True:
        is_late = time.monotonic() > until
        async with AsyncExitStack() as opened:
            missing = "the database does not answer"
            with suppress(*(() if is_late else DATABASE_FAULTS)):
                connection = await opened.enter_async_context(database.read())
                missing = await _behind(connection, result.followers)
            if is_late or not missing:
                if missing:
                    result.journal.violated(CAUGHT_UP, f"after {CAUGHT_UP_WITHIN_S:g} s {missing}")
                yield connection
                return
        await asyncio.sleep(LOOK_S)


async def _behind(connection: AsyncConnection, followers: Sequence[Follower]) -> str:
    """Return in words who is behind, or ahead of the instant looked at; empty when none is."""
    events = {stream: await placed(connection, stream) for stream in Stream}
    behind = [f"{count} events have no place" for count in [await unplaced(connection)] if count]
    for stream, settled in (await positions(connection)).items():
        if settled < max(events[stream], default=0):
            behind.append(f"{stream} is settled to {settled}")
    for follower in followers:
        stored = events[follower.stream]
        if missing := unheard(follower, stored):
            behind.append(f"{follower.name} has not heard {len(missing)} events")
        if follower.cursor > max(stored, default=0):
            behind.append(f"{follower.name} has heard event {follower.cursor} already")
    return ", ".join(behind)


async def _prove(plan: Plan, installed: Installation, connection: AsyncConnection, result: Result) -> None:
    journal = result.journal
    stored = await read_stored(connection)
    journal.violations += stored_violations(journal.commands, stored)
    result.proved["commands"] = len(journal.commands)
    result.proved["keys stored"] = len(stored.keys)
    journal.violations += idle_violations(journal)
    for code in plan.networks:
        market = await read_market(connection, code)
        journal.violations += await asyncio.to_thread(usage_violations, market.network, market.movements)
        result.proved[f"movements on {code}"] = len(market.movements)
    for difference in await reconcile(connection, log_verifiers_of(installed.settings)):
        journal.violated(RECONCILED, str(difference))
    report = await audit(connection)
    for difference in report.differences:
        journal.violated(AUDITED, str(difference))
    result.proved |= {f"{what} audited": count for what, count in report.counts.items()}
    await _prove_feeds(connection, result)


def idle_violations(journal: Journal) -> list[Violation]:
    """Return what a drill has not done, so that its proofs would be about nothing."""
    bookings = sum(
        command.operation is Operation.BOOK and command.fate is Fate.ACKNOWLEDGED
        for command in journal.commands
    )
    counts = {"bookings were acknowledged": bookings, "processes were killed": len(journal.recoveries)}
    return [Violation(BUSY, f"no {what}") for what, count in counts.items() if not count]


async def _prove_feeds(connection: AsyncConnection, result: Result) -> None:
    """Prove that followers heard what there is, and that billing holds the sums of the ledger."""
    for follower in result.followers:
        events = await placed(connection, follower.stream)
        result.proved[f"events of {follower.name}"] = len(follower.heard)
        for position in unheard(follower, events):
            detail = f"{follower.name}: event {position} ({events[position]}) was not heard"
            result.journal.violated(GAP_FREE, detail)
        for position in sorted(follower.heard.keys() - events.keys()):
            result.journal.violated(
                GAP_FREE, f"{follower.name}: event {position} was heard and is not stored"
            )
    held = {key: amount for key, amount in result.followers[0].sums.items() if amount}
    booked = {
        (line.party_code, line.charge_code.value, line.currency.value): line.amount
        for line in await summary(connection)
        if line.amount
    }
    for key in sorted(held.keys() | booked.keys()):
        if held.get(key) != booked.get(key):
            detail = f"{' '.join(key)}: billing holds {held.get(key)}, the ledger says {booked.get(key)}"
            result.journal.violated(GAP_FREE, detail)
