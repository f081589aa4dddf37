"""How much a proof was about: what the database holds, at the instant that it reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

_TABLES: Final = {
    "networks": "network",
    "contracts": "contract",
    "movements": "movement",
    "holds": "hold",
    "verdicts": "verdict",
    "trades": "trade",
    "awards": "release_award",
    "entries": "ledger_entry",
    "events": "event",
}


@dataclass(frozen=True, slots=True)
class Extent:
    """How many there are of what, at the instant `at`."""

    at: datetime
    counts: Mapping[str, int]

    def __str__(self) -> str:
        return ", ".join(f"{count:,} {what}" for what, count in self.counts.items())


async def extent(connection: AsyncConnection) -> Extent:
    """Return how much there is, as this connection sees it."""
    counted = [
        sa.select(sa.func.count()).select_from(sa.table(table)).scalar_subquery().label(what)
        for what, table in _TABLES.items()
    ]
    row = (await connection.execute(sa.select(sa.func.now().label("at"), *counted))).one()
    return Extent(row.at, {what: row._mapping[what] for what in _TABLES})
