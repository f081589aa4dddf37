"""The home of schema upgrades: brings a database to the revision that this code expects."""

from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import create_async_engine

from linepack.database import database_url
from server.tables import metadata


async def upgrade(url: str) -> None:
    """Bring the database at `url` to the newest revision; does nothing when it is there."""
    engine = create_async_engine(database_url(url), poolclass=NullPool)
    async with engine.begin() as connection:
        complete = dict(metadata.tables)
        while unresolved := [
            name
            for name, table in complete.items()
            if any(key.target_fullname.split(".")[0] not in complete for key in table.foreign_keys)
        ]:
            for name in unresolved:
                del complete[name]
        await connection.run_sync(metadata.create_all, list(complete.values()))
    await engine.dispose()
