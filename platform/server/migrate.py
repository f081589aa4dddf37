"""The home of schema upgrades: brings a database to the revision that this code expects."""

from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import create_async_engine

from linepack.database import database_url
from server.tables import metadata


async def upgrade(url: str) -> None:
    """Bring the database at `url` to the newest revision; does nothing when it is there."""
    engine = create_async_engine(database_url(url), poolclass=NullPool)
    async with engine.begin() as connection:
        known = metadata.tables
        complete = [
            table
            for table in known.values()
            if all(key.target_fullname.split(".")[0] in known for key in table.foreign_keys)
        ]
        await connection.run_sync(metadata.create_all, complete)
    await engine.dispose()
