"""The home of the whole schema: importing this module declares the tables of every room.

A room declares tables in modules named `tables`; they are found here, so that none can be forgotten.
"""

import importlib
import pkgutil

import sqlalchemy as sa

import linepack.database.connections

ROOMS = ("linepack", "capacity", "market", "settlement")


def _import_tables() -> None:
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if module.name.rpartition(".")[2] == "tables":
                importlib.import_module(module.name)
    importlib.import_module("linepack.commands.idempotency")


_import_tables()
metadata: sa.MetaData = linepack.database.connections.metadata
