"""What the packages declare in modules of agreed names, found there so that none can be forgotten.

Tables are declared in modules named `tables`, a kind of job as `KIND` in a module named `job`.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import sqlalchemy as sa

from linepack.database import table
from linepack.jobs.kinds import JobKind

PACKAGES = ("linepack", "capacity", "market", "planning", "settlement")


def all_tables() -> sa.MetaData:
    """Return the tables of every package."""
    for _ in _modules_named("tables"):
        pass
    return table.metadata


def job_kinds() -> list[JobKind]:
    """Return the kinds of job of every package."""
    return [module.KIND for module in _modules_named("job")]


def _modules_named(name: str) -> Iterator[ModuleType]:
    for package_name in PACKAGES:
        package = importlib.import_module(package_name)
        for module in pkgutil.walk_packages(package.__path__, f"{package_name}."):
            if module.name.rpartition(".")[2] == name:
                yield importlib.import_module(module.name)
