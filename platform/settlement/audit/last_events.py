"""The rows of a table, each with the last event about it, by the event's key."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.networks import repository as networks
from capacity.networks.tables import NetworkRow
from linepack.events.tables import EventRow
from linepack.gasday import GasDayClock
from linepack.ids import NetworkId
from settlement.comparison.contracts import event_label
from settlement.comparison.differences import UNREADABLE

_CHUNK: Final = 500
_NUMBERS: Final = {
    "price",
    "price_per_unit_day",
    "reserve_price",
    "gap_max",
    "limit_price",
    "rate",
    "value",
    "minimum_rate",
    "discount_rate",
    "factor",
    "share",
}
_INSTANTS: Final = {"closes_at", "accept_by", "bids_close_at"}

_events = EventRow.core()
_networks = NetworkRow.core()


@dataclass(frozen=True, slots=True)
class LastEvent:
    """The last event about one thing; `label` is how a report names it."""

    label: str
    topic: str
    payload: Mapping[str, Any]
    network_id: UUID | None
    audience: Collection[UUID]


@dataclass(frozen=True, slots=True)
class RowAndEvent:
    """A row, and the last event about it; either may be missing."""

    key: str
    row: sa.Row[Any] | None
    event: LastEvent | None

    @property
    def missing(self) -> str:
        """What a report says where one is missing."""
        if self.event is None:
            return "no event records it"
        return f"{self.event.label} records it, but it is not stored"


async def rows_and_events(
    connection: AsyncConnection,
    table: sa.Table,
    topics: Collection[str],
    *,
    network_id: NetworkId | None = None,
    key: sa.ColumnElement[Any] | None = None,
    of_network: sa.ColumnElement[Any] | None = None,
) -> AsyncIterator[RowAndEvent]:
    """Yield every row of `table` and every subject of events of `topics`, in the order of their keys.

    `key` is the column that events name; `of_network` the network of a row, where no column says it.
    """
    event = _events.c
    last = (
        sa.select(event.key, event.topic, event.stream, event.position, event.payload)
        .add_columns(event.network_id, event.audience)
        .where(event.topic.in_(topics))
        .ext(distinct_on(event.key))
        .order_by(
            event.key, event.position.desc().nulls_first(), event.transaction_id.desc(), event.id.desc()
        )
        .subquery("last")
    )
    own_key = sa.cast(table.c.id if key is None else key, sa.Text)
    network = table.c.network_id if of_network is None else of_network
    query = (
        sa.select(table, *(column.label(f"event_{column.name}") for column in last.c))
        .select_from(table.outerjoin(last, last.c.key == own_key, full=True))
        .add_columns(own_key.label("own_key"))
        .order_by(sa.func.coalesce(own_key, last.c.key))
    )
    if network_id is not None:
        query = query.where(sa.or_(network == network_id, last.c.network_id == network_id))
    async with connection.stream(query) as result:
        async for rows in result.partitions(_CHUNK):
            for row in rows:
                yield _row_and_event(row)


async def clocks_of(connection: AsyncConnection) -> dict[UUID, GasDayClock]:
    """Return the gas-day clock of every network that can be read; it is the same in all revisions."""
    found: dict[UUID, GasDayClock] = {}
    for network_id in (await connection.execute(sa.select(_networks.c.id))).scalars().all():
        with suppress(*UNREADABLE):
            found[network_id] = (await networks.load(connection, NetworkId(network_id))).network.clock
    return found


def of_keys(payload: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return those members of an event's payload that a row has as well."""
    return {name: payload[name] for name in stored if name in payload}


def as_values(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return a payload with numbers and instants as values, which may be written in more than one way."""
    return {name: _value(name, member) for name, member in payload.items()}


def _value(name: str, member: Any) -> Any:
    try:
        if name in _NUMBERS and isinstance(member, str):
            return Decimal(member)
        if name in _INSTANTS and isinstance(member, str):
            return datetime.fromisoformat(member)
    except (ValueError, ArithmeticError):
        return member
    return member


def _row_and_event(row: sa.Row[Any]) -> RowAndEvent:
    if row.event_key is None:
        return RowAndEvent(row.own_key, row, None)
    event = LastEvent(
        event_label(row.event_topic, row.event_stream, row.event_position),
        row.event_topic,
        row.event_payload,
        row.event_network_id,
        row.event_audience or (),
    )
    return RowAndEvent(row.event_key, None if row.own_key is None else row, event)
