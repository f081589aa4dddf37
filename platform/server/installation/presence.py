"""Which installation a process works on: that there is one, and how a proof names it."""

from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL

from linepack.database.connections import database_url
from linepack.settings import Settings
from server.embedded.postgres import EmbeddedPostgres
from server.errors import NothingInstalled, TablesOfAnotherVersion
from server.migrations.upgrade import newest_revision, revision_of

_SHOWN: Final = ("host", "port")
"""What of a URL's query is shown: where a database is, and no secret."""


def require_data_directory(settings: Settings) -> None:
    """Raise NothingInstalled where an embedded database would have to be made."""
    if settings.database_url is None and not EmbeddedPostgres(settings.data_dir).is_installed:
        raise NothingInstalled(_in_directory(settings.data_dir))


async def require_tables(settings: Settings) -> None:
    """Raise NothingInstalled where the database that complete settings name has no tables of ours.

    Raises TablesOfAnotherVersion where it has others than this code works on: a server may run on them.
    """
    found, needed = await revision_of(str(settings.database_url)), newest_revision()
    if found is None:
        raise NothingInstalled(address_of(settings))
    if found != needed:
        raise TablesOfAnotherVersion(found, needed)


async def description(settings: Settings) -> str:
    """Return in words which installation complete settings name: its database, and the schema's revision."""
    revision = await revision_of(str(settings.database_url))
    directory = settings.data_dir.resolve()
    return f"{address_of(settings)}, schema revision {revision}, data directory {directory}"


def address_of(settings: Settings) -> str:
    """Return the address of the database that complete settings name, without any secret."""
    url = database_url(str(settings.database_url))
    shown = URL.create(
        "postgresql",
        username=url.username,
        host=url.host,
        port=url.port,
        database=url.database,
        query={name: value for name, value in url.query.items() if name in _SHOWN},
    )
    return shown.render_as_string()


def _in_directory(data_dir: Path) -> str:
    return f"{data_dir.resolve()} (set LINEPACK_DATA_DIR or DATABASE_URL to where it is)"
