"""The services of a process, composed from the settings of its installation."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from redis.asyncio import Redis

from capacity.feasibility.network_views import NetworkViews
from capacity.feasibility.solver_use import SolverBudget
from capacity.feasibility.storage.transparency_log import VerdictLeaves
from capacity.feasibility.verifier_pool import VerifierPool
from capacity.hydraulics.search.primal_heuristics import PrimalHeuristic, heuristic_named
from capacity.solvers.choice import solver_named
from capacity.solvers.port import Solver
from linepack.database.connections import Database
from linepack.events.follower import Feeds
from linepack.identity.attempts import Attempts
from linepack.identity.authentication import Authenticator
from linepack.identity.oidc import OidcTokens, Provider, ProviderKeys, fetch_json
from linepack.identity.passwords import Passwords
from linepack.identity.second_factor.checking import SecondFactors
from linepack.identity.second_factor.sealing import Sealing, sealing_key
from linepack.identity.sessions.endings import Endings
from linepack.identity.tokens import TokenKey, Tokens
from linepack.redis.leaky_buckets import Buckets, Rule
from linepack.redis.uploads import Uploads
from linepack.settings import Settings
from linepack.transparency.integrator import Integrator, Memory, integrators
from linepack.transparency.keys import LogKeys, installation_key
from linepack.transparency.model import LogName
from linepack.transparency.notes import Verifier
from market.marketplace import Marketplace
from server.errors import FinderMissing
from settlement.ledger.log import EntryLeaves


@dataclass(frozen=True, slots=True)
class Services:
    """What a process runs on; the API sees of it what `schema.types.context.ResolverServices` names."""

    settings: Settings
    database: Database
    redis: Redis
    identity: Authenticator
    buckets: Buckets
    snapshots: NetworkViews
    verifiers: VerifierPool
    market: Marketplace
    """What market commands run on: one per process, because bookings are decided in batches."""
    feeds: Feeds
    now: Callable[[], datetime]

    @property
    def uploads(self) -> Uploads:
        """The files that commands will read."""
        return Uploads(self.redis)


def utc_now() -> datetime:
    """The clock of the installation."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Lend the services of one process, connected to the database and Redis that `settings` name.

    Raises ValueError when the settings name no database, Redis or secret: a process of an installation is
    started by `linepack serve`, which supplies those of the embedded servers.
    """
    if settings.database_url is None or settings.redis_url is None or settings.jwt_secret is None:
        raise ValueError(
            "DATABASE_URL, REDIS_URL and LINEPACK_JWT_SECRET must be set in a process of their own"
        )
    database = Database(settings.database_url)
    redis = Redis.from_url(settings.redis_url)
    buckets = Buckets(redis)
    snapshots, verifiers = NetworkViews(database), verifiers_of(settings, buckets)
    try:
        yield Services(
            settings=settings,
            database=database,
            redis=redis,
            identity=_identity(settings, settings.jwt_secret.get_secret_value(), database, redis, buckets),
            buckets=buckets,
            snapshots=snapshots,
            verifiers=verifiers,
            market=Marketplace(database, snapshots, verifiers),
            feeds=Feeds(database, redis),
            now=utc_now,
        )
    finally:
        await redis.aclose()
        await database.dispose()


def _identity(
    settings: Settings, secret: str, database: Database, redis: Redis, buckets: Buckets
) -> Authenticator:
    key = TokenKey.from_secret(secret)
    return Authenticator(
        database,
        tokens=Tokens(key, issuer=settings.jwt_issuer, audience=settings.jwt_audience),
        passwords=Passwords(),
        attempts=Attempts(redis, buckets),
        second_factors=SecondFactors(_sealing_of(settings), buckets),
        endings=Endings(redis),
        oidc_tokens=_oidc_tokens(settings),
        now=utc_now,
    )


def _sealing_of(settings: Settings) -> Sealing:
    key = settings.second_factor_key
    return Sealing(sealing_key(settings.data_dir) if key is None else key.get_secret_value())


def _oidc_tokens(settings: Settings) -> OidcTokens | None:
    if settings.oidc_issuer is None or settings.oidc_audience is None:
        return None
    provider = Provider(settings.oidc_issuer, settings.oidc_audience, settings.oidc_jwks_url)
    return OidcTokens(provider, ProviderKeys(provider, fetch_json))


def verifiers_of(settings: Settings, buckets: Buckets | None = None) -> VerifierPool:
    """Return verifiers with the solver and the finder the installation has chosen; raises as `finder_of`.

    Each party's use of them is limited by its bucket.
    """
    budget = None
    if buckets is not None:
        rule = Rule("solver", settings.solver_burst_s, settings.solver_per_s)
        budget = SolverBudget(buckets, rule)
    return VerifierPool(solver_of(settings), finder_of(settings), budget=budget)


def log_keys_of(settings: Settings) -> LogKeys:
    """Return the keys of the transparency logs, made under the data directory where none is set."""
    seed = (
        installation_key(settings.data_dir)
        if settings.log_key is None
        else settings.log_key.get_secret_value()
    )
    return LogKeys(seed, origin=settings.log_origin, retired=settings.log_retired_keys)


def log_verifiers_of(settings: Settings) -> Mapping[LogName, Sequence[Verifier]]:
    """Return the keys that may have signed the logs of an installation."""
    keys = log_keys_of(settings)
    return {name: keys.verifiers(name) for name in LogName}


def log_integrators_of(settings: Settings, database: Database) -> Mapping[LogName, Integrator]:
    """Return what integrates the transparency logs of an installation."""
    return integrators(
        database,
        [EntryLeaves(), VerdictLeaves()],
        keys=log_keys_of(settings),
        memory=Memory(settings.data_dir),
        now=utc_now,
    )


def finder_of(settings: Settings) -> PrimalHeuristic | None:
    """Return the finder the installation has chosen, if any; raises FinderMissing."""
    try:
        return heuristic_named(settings.finder)
    except ValueError as fault:
        raise FinderMissing(str(fault)) from fault


def solver_of(settings: Settings) -> Solver:
    """Return this process's solver, as the installation has chosen; nothing is opened yet."""
    return _solver(settings.solver, allows_size_limited=not settings.is_production)


@cache
def _solver(name: str, *, allows_size_limited: bool) -> Solver:
    return solver_named(name, allows_size_limited=allows_size_limited)
