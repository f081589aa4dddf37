"""The whole schema: importing this module declares the tables of every package.

A package declares tables in modules named `tables`; they are found here, so that none can be forgotten.
"""

import importlib
import pkgutil

import sqlalchemy as sa

from linepack.database import table

PACKAGES = ("linepack", "capacity", "market", "settlement")


def _import_tables() -> None:
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if module.name.rpartition(".")[2] == "tables":
                importlib.import_module(module.name)


_import_tables()
metadata: sa.MetaData = table.metadata
