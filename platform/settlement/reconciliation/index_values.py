"""The proof that index values are what was published, wherever they are kept, and that none is unknown.

The events tell what was published. The market's table must hold that and nothing else, and what settlement
learnt must be the values of the events that are settled. So must the contracts be that follow an index: one
that is missing would not be trued up.
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
from linepack.problems import Problem
from market.index_values.events import IndexPublished
from market.index_values.tables import IndexValueRow
from settlement.charges.events_in import Fact, Traded, contracts_made, read_fact
from settlement.charges.indices.repository import under_way
from settlement.charges.indices.tables import IndexedContractRow, ReceivedValueRow
from settlement.charges.rules import follows
from settlement.comparison.differences import Difference, Proof
from settlement.ledger.tables import SettlementFailureRow
from settlement.progress.status import positions

_events = EventRow.core()
_failures = SettlementFailureRow.core()
_published = IndexValueRow.core()
_learnt = ReceivedValueRow.core()
_contracts = IndexedContractRow.core()

_Value = tuple[UUID, str, date, Decimal, int]
"""Network, index, gas day, value, and its revision or the position of its event."""


async def index_differences(connection: AsyncConnection) -> list[Difference]:
    """Return every value that is not in all three places, and every gap in what was learnt."""
    told, settled = await _told(connection)
    published = {
        (row.network_id, row.index_name, row.gas_day, row.value, row.revision)
        for row in await connection.execute(sa.select(_published))
    }
    rows = (await connection.execute(sa.select(_learnt).order_by(_learnt.c.lesson))).all()
    learnt = {(row.network_id, row.index_name, row.gas_day, row.value, row.position) for row in rows}
    return [
        *_compared("published as revision", told, published),
        *_compared("learnt from event", settled, learnt),
        *_lesson_differences(rows),
    ]


class IndexedContracts:
    """The contracts that follow an index, as the settled events tell of them."""

    def __init__(self) -> None:
        self._told: dict[tuple[UUID, str], tuple[UUID, int]] = {}
        self._roots: dict[ContractId, ContractId] = {}

    def tell(self, event: Event, fact: Fact) -> None:
        """Note the contract that an event made, if it follows an index; events come in the order settled."""
        if isinstance(fact, Traded) and not fact.passes_obligations:
            return
        for contract in contracts_made(fact):
            root_id = self._roots.get(fact.parent.id) if isinstance(fact, Traded) else contract.id
            followed = follows(contract.network)
            if root_id is None or not followed:
                continue
            self._roots[contract.id] = root_id
            for index in followed:
                self._told.setdefault((contract.id, index), (root_id, event.position))

    async def differences(self, connection: AsyncConnection) -> list[Difference]:
        """Return every contract that settlement does not know as its event tells of it."""
        stored = {
            (row.contract_id, row.index_name): (row.root_id, row.position)
            for row in await connection.execute(sa.select(_contracts))
        }
        return [
            Difference(Proof.CHARGES, f"contract {contract_id}", f"is not known to follow index {index}")
            for contract_id, index in sorted(self._told.keys() | stored.keys())
            if self._told.get((contract_id, index)) != stored.get((contract_id, index))
        ]


async def _told(connection: AsyncConnection) -> tuple[set[_Value], set[_Value]]:
    """Return what events have published, by revision, and what settled ones have, by position."""
    reached = (await positions(connection))[Stream.MARKET]
    statement = sa.select(_failures.c.position).where(
        _failures.c.stream == Stream.MARKET.value, _failures.c.settled_at.is_(None)
    )
    parked = set((await connection.execute(statement)).scalars())
    progress = await under_way(connection)
    told: set[_Value] = set()
    settled: set[_Value] = set()
    events = await connection.execute(
        sa.select(_events.c.position, _events.c.payload).where(_events.c.topic == IndexPublished.topic)
    )
    for row in events:
        values = _values(row.payload)
        told |= {
            (network_id, index, day, revision, value) for network_id, index, day, revision, value in values
        }
        is_settled = row.position is not None and row.position <= reached and row.position not in parked
        if is_settled or (progress is not None and progress.position == row.position):
            settled |= {(*value, row.position) for *value, _ in values}
    return told, settled


def _values(payload: dict[str, Any]) -> list[_Value]:
    try:
        read_fact(IndexPublished.topic, payload)
    except Problem:
        return []
    network_id, index = UUID(payload["network_id"]), payload["index"]
    return [
        (network_id, index, date.fromisoformat(one["day"]), Decimal(one["value"]), one["revision"])
        for one in payload["values"]
    ]


def _compared(what: str, told: set[_Value], stored: set[_Value]) -> list[Difference]:
    return [
        Difference(
            Proof.INDICES,
            f"index {index} on {day}",
            f"{value:f} is {what} {number} by {'the event' if one in told else 'the table'} only",
        )
        for one in sorted(told ^ stored)
        for _, index, day, value, number in [one]
    ]


def _lesson_differences(rows: Iterable[sa.Row[Any]]) -> list[Difference]:
    found = []
    lesson = sequence = 0
    for row in rows:
        if row.lesson not in (lesson, lesson + 1) or row.after_sequence < sequence:
            subject = f"index {row.index_name} on {row.gas_day}"
            found.append(Difference(Proof.INDICES, subject, f"lesson {row.lesson} is out of order"))
        lesson, sequence = row.lesson, row.after_sequence
    return found
