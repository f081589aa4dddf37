"""Reconciliation of index values: the market's table and what settlement received, with the events.

The market's table must hold exactly the values that events published, and settlement those of the events that
are settled. It must also know every contract that follows an index: a missing one would not be trued up.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.events.model import Event, Stream
from linepack.events.tables import EventRow
from linepack.ids import ContractId
from market.index_values.events import IndexPublished
from market.index_values.tables import IndexValueRow
from settlement.charges.cost import followed_indices
from settlement.charges.errors import UnreadableEvent
from settlement.charges.events_in import charge_plan
from settlement.charges.indices.repository import under_way
from settlement.charges.indices.tables import IndexedContractRow, ReceivedValueRow
from settlement.charges.plan import ChargePlan
from settlement.comparison.differences import Difference, Proof
from settlement.progress.parking import parked
from settlement.progress.status import positions

_events = EventRow.core()
_published = IndexValueRow.core()
_received = ReceivedValueRow.core()
_contracts = IndexedContractRow.core()

_Value = tuple[UUID, str, date, Decimal, int]
"""Network, index, gas day, value, and its revision or the position of its event."""


async def index_differences(connection: AsyncConnection) -> list[Difference]:
    """Return every value that is not in all three places, and every gap in what was received."""
    announced, settled = await _announced(connection)
    published = {
        (row.network_id, row.index_name, row.gas_day, row.value, row.revision)
        for row in await connection.execute(sa.select(_published))
    }
    rows = (await connection.execute(sa.select(_received).order_by(_received.c.lesson))).all()
    received = {(row.network_id, row.index_name, row.gas_day, row.value, row.position) for row in rows}
    return [
        *_compared("published as revision", announced, published),
        *_compared("received from event", settled, received),
        *_order_differences(rows),
    ]


class IndexedContracts:
    """The contracts that follow an index, by the settled events."""

    def __init__(self) -> None:
        self._expected: dict[tuple[UUID, str], tuple[UUID, int]] = {}
        self._roots: dict[ContractId, ContractId] = {}

    def add(self, event: Event, plan: ChargePlan) -> None:
        """Add the contract that an event made, if it follows an index; events come in the order settled."""
        if (contract := plan.indexed) is None:
            return
        root_id = contract.id if plan.open_lines_of is None else self._roots.get(plan.open_lines_of)
        if root_id is None:
            return
        self._roots[contract.id] = root_id
        for index in followed_indices(contract.network):
            self._expected.setdefault((contract.id, index), (root_id, event.position))

    async def differences(self, connection: AsyncConnection) -> list[Difference]:
        """Return every contract that settlement does not know as its event made it."""
        stored = {
            (row.contract_id, row.index_name): (row.root_id, row.position)
            for row in await connection.execute(sa.select(_contracts))
        }
        return [
            Difference(Proof.CHARGES, f"contract {contract_id}", f"is not known to follow index {index}")
            for contract_id, index in sorted(self._expected.keys() | stored.keys())
            if self._expected.get((contract_id, index)) != stored.get((contract_id, index))
        ]


async def _announced(connection: AsyncConnection) -> tuple[set[_Value], set[_Value]]:
    """Return what events have published, by revision, and what settled ones have, by position."""
    reached = (await positions(connection))[Stream.MARKET]
    left_out = await parked(connection)
    progress = await under_way(connection)
    announced: set[_Value] = set()
    settled: set[_Value] = set()
    events = await connection.execute(
        sa.select(_events.c.position, _events.c.payload).where(_events.c.topic == IndexPublished.topic)
    )
    for row in events:
        values = _values(row.payload)
        announced |= set(values)
        is_reached = row.position is not None and row.position <= reached
        is_settled = is_reached and (Stream.MARKET.value, row.position) not in left_out
        if is_settled or (progress is not None and progress.position == row.position):
            settled |= {(*value, row.position) for *value, _ in values}
    return announced, settled


def _values(payload: dict[str, Any]) -> list[_Value]:
    try:
        charge_plan(IndexPublished.topic, payload)
    except UnreadableEvent:
        return []
    event = IndexPublished.read(payload)
    return [(event.network_id, event.index, one.day, one.value, one.revision) for one in event.values]


def _compared(what: str, announced: set[_Value], stored: set[_Value]) -> list[Difference]:
    return [
        Difference(
            Proof.INDICES,
            f"index {index} on {day}",
            f"{value:f} is {what} {number} by {'the event' if one in announced else 'the table'} only",
        )
        for one in sorted(announced ^ stored)
        for _, index, day, value, number in [one]
    ]


def _order_differences(rows: Iterable[sa.Row[Any]]) -> list[Difference]:
    found = []
    number = sequence = 0
    for row in rows:
        if row.lesson not in (number, number + 1) or row.after_sequence < sequence:
            subject = f"index {row.index_name} on {row.gas_day}"
            found.append(Difference(Proof.INDICES, subject, f"publication {row.lesson} is out of order"))
        number, sequence = row.lesson, row.after_sequence
    return found
