"""What an installation runs on: which programs and solvers are here, what is missing, and how to get it.

Needs neither a running server nor an installation, and changes nothing. A configured database or Redis is
asked for its version, and a licence of Gurobi is opened, over the network where it is given out there: that
is what the command is for. What is optional is never necessary: the platform runs without it.
"""

import asyncio
import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from redis.asyncio import Redis
from redis.exceptions import RedisError

import capacity
from capacity.solvers.automatic import Automatic
from capacity.solvers.choice import solver_named
from capacity.solvers.gurobi import Gurobi
from capacity.solvers.highs import Highs
from capacity.solvers.port import SolverRefused
from linepack.database.connections import DATABASE_FAULTS, Database
from linepack.settings import Settings
from server.cluster.description import description
from server.cluster.port import ClusterLost
from server.embedded.postgres import EmbeddedPostgres
from server.embedded.server import EmbeddedServerFailed
from server.embedded.valkey import EmbeddedValkey
from server.supervision.child_process import PARENT_PROCESS

LICENCE_WARNING_DAYS: Final = 30
"""A licence that ends sooner is reported as such."""
FROM_SOURCE: Final = "run from its source"
PREFIX: Final = "LINEPACK_"
NO_SETTINGS: Final = frozenset({"LINEPACK_KEY", "LINEPACK_URL", PARENT_PROCESS})
"""What clients and child processes are told by the environment."""
COMPILED_MODULE: Final = "@njit(cache=True"
"""What a module of kernels has in its text."""


class Condition(StrEnum):
    """How a part of the installation is."""

    WORKS = "works"
    WITHOUT = "without"
    """It is optional, and the platform does without it."""
    MISSING = "missing"
    """It is necessary, and not there or not usable."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an installation: what was found of it, and what would help."""

    name: str
    condition: Condition
    found: str
    advice: str = ""


async def examine(settings: Settings, today: date) -> list[Part]:
    """Return every part; those MISSING keep the installation from running."""
    return [
        Part("Linepack", Condition.WORKS, f"{installed('linepack') or FROM_SOURCE}, {settings.environment}"),
        Part("Python", Condition.WORKS, f"{platform.python_version()} on {platform.platform(terse=True)}"),
        *_unknown_settings(),
        await _database(settings),
        await _redis(settings),
        _data_directory(settings),
        *_solvers(settings, today),
        _finder(settings),
        await asyncio.to_thread(_cluster, settings),
        Part("ipopt", Condition.WORKS, f"in CasADi {version('casadi')}"),
        _kernels(),
    ]


def _unknown_settings() -> Iterator[Part]:
    """Yield what the environment sets that is no setting: misspelt, it has no effect and nothing says so."""
    known = NO_SETTINGS | {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    if unknown := sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known):
        found, advice = (
            f"no setting: {', '.join(unknown)}",
            "the settings are the fields of linepack.settings",
        )
        yield Part("settings", Condition.WITHOUT, found, advice)


async def _database(settings: Settings) -> Part:
    if settings.database_url is None:
        return _embedded("PostgreSQL", lambda: EmbeddedPostgres(settings.data_dir).version(), "DATABASE_URL")
    database = Database(settings.database_url)
    try:
        async with database.read() as connection:
            found = (await connection.execute(sa.text("SHOW server_version"))).scalar_one()
    except DATABASE_FAULTS as fault:
        return Part("PostgreSQL", Condition.MISSING, f"{fault}", "set DATABASE_URL to a server that answers")
    finally:
        await database.dispose()
    return Part("PostgreSQL", Condition.WORKS, f"{found}, configured")


async def _redis(settings: Settings) -> Part:
    if settings.redis_url is None:
        return _embedded("Valkey", lambda: EmbeddedValkey(settings.data_dir).version(), "REDIS_URL")
    redis = Redis.from_url(settings.redis_url)
    try:
        answer = await redis.info("server")
    except (RedisError, OSError) as fault:
        return Part("Valkey", Condition.MISSING, f"{fault}", "set REDIS_URL to a server that answers")
    finally:
        await redis.aclose()
    found = answer.get("valkey_version") or answer.get("redis_version")
    return Part("Valkey", Condition.WORKS, f"{found}, configured")


def _embedded(name: str, version_of: Callable[[], str], variable: str) -> Part:
    try:
        return Part(name, Condition.WORKS, f"{version_of()}, embedded")
    except (EmbeddedServerFailed, OSError) as fault:
        advice = f"install the locked requirements, or set {variable}"
        return Part(name, Condition.MISSING, str(fault), advice)


def _data_directory(settings: Settings) -> Part:
    directory = settings.data_dir.resolve()
    # Not Path.exists, which raises where a folder above may not be looked into.
    nearest = next(folder for folder in (directory, *directory.parents) if os.path.lexists(folder))
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        found = str(directory) if nearest == directory else f"{directory}, made at the first start"
        return Part("data", Condition.WORKS, found)
    return Part("data", Condition.MISSING, f"cannot write in {nearest}", "set LINEPACK_DATA_DIR")


def _solvers(settings: Settings, today: date) -> Iterator[Part]:
    chosen = solver_named(settings.solver, allows_size_limited=not settings.is_production)
    yield Part("HiGHS", Condition.WORKS, Highs().version)
    if isinstance(chosen, Gurobi):
        chosen_part = _forced(chosen, today)
        yield chosen_part
        name = "Gurobi" if chosen_part.condition is Condition.WORKS else "no solver"
        yield Part("solver", chosen_part.condition, f"{name}, by LINEPACK_SOLVER=gurobi")
        return
    if not isinstance(chosen, Automatic):
        yield Part("Gurobi", Condition.WITHOUT, "not asked for: LINEPACK_SOLVER=highs")
        yield Part("solver", Condition.WORKS, "HiGHS, by LINEPACK_SOLVER=highs")
        return
    chosen.open()
    standing = chosen.standing()
    library = f"gurobipy {version('gurobipy')}"
    if standing.engine.name == Gurobi.name:
        licence = f"{library}, licence: {standing.licence}"
        yield Part(
            "Gurobi", Condition.WORKS, licence + _until(standing.ends_on), _ending(standing.ends_on, today)
        )
    else:
        advice = "put a licence where Gurobi looks for it (docs/guide/solvers.md), or let HiGHS do it"
        yield Part("Gurobi", Condition.WITHOUT, f"{library}: {standing.reason}", advice)
    yield Part("solver", Condition.WORKS, f"{standing.engine}: {standing.reason}")


def _forced(gurobi: Gurobi, today: date) -> Part:
    try:
        gurobi.open()
    except SolverRefused as refused:
        return Part("Gurobi", Condition.MISSING, str(refused), "get a licence, or set LINEPACK_SOLVER=auto")
    found = f"gurobipy {gurobi.version}, licence: {gurobi.licence.place}"
    return Part("Gurobi", Condition.WORKS, found + _until(gurobi.ends_on), _ending(gurobi.ends_on, today))


def _until(ends_on: date | None) -> str:
    return "" if ends_on is None else f", until {ends_on}"


def _ending(ends_on: date | None, today: date) -> str:
    if ends_on is None or (ends_on - today).days > LICENCE_WARNING_DAYS:
        return ""
    return f"the licence ends in {(ends_on - today).days} days: HiGHS takes over then"


def _finder(settings: Settings) -> Part:
    scip = installed("pyscipopt")
    if scip is None:
        is_named = settings.finder == "scip"
        condition = Condition.MISSING if is_named else Condition.WITHOUT
        return Part("SCIP", condition, "not installed", "pip install linepack[scip]")
    found = f"pyscipopt {scip}"
    if settings.finder == "none":
        return Part("SCIP", Condition.WITHOUT, f"{found}, not asked: LINEPACK_FINDER={settings.finder}")
    return Part("SCIP", Condition.WORKS, f"{found}, looks for modes where pressures are decided")


def _cluster(settings: Settings) -> Part:
    """Return who computes the parts of jobs; a scheduler that does not answer costs time, not jobs."""
    name, said = "parts of jobs", description(settings)
    if settings.dask_scheduler is None:
        return Part(name, Condition.WORKS, said)
    # Dask takes half a second to load, which only this line needs.
    from server.cluster.dask_clusters import open_cluster  # noqa: PLC0415

    try:
        with open_cluster(settings) as cluster:
            threads = cluster.threads()
    except ClusterLost as lost:
        advice = "start the scheduler, or look at its address and certificates"
        return Part(name, Condition.WITHOUT, f"{said}: {lost}; jobs compute their parts themselves", advice)
    return Part(name, Condition.WORKS, f"{said}: workers with {threads} threads")


def installed(name: str) -> str | None:
    """Return the version of an installed package, None if it is not."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _kernels() -> Part:
    modules = [path for path in _sources() if COMPILED_MODULE in path.read_text()]
    compiled = sum(any((path.parent / "__pycache__").glob(f"{path.stem}.*.nbi")) for path in modules)
    found = f"{compiled} of {len(modules)} modules compiled beside the code"
    rest = "" if compiled == len(modules) else ", the rest when they are first used"
    return Part("kernels", Condition.WORKS, found + rest)


def _sources() -> Iterator[Path]:
    for folder in capacity.__path__:
        yield from sorted(Path(folder).rglob("*.py"))
