"""What an audit reads of bookings: the events of a network, its bookings, and their verdicts."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.codec import contract_from_json
from capacity.contracts.contract import Contract
from capacity.contracts.tables import ContractRow
from capacity.feasibility.storage.tables import VerdictRow
from capacity.networks.policy import Policy
from capacity.networks.repository import policy_from_json
from capacity.networks.tables import NetworkRow
from capacity.rights.model import MovementCause
from capacity.rights.tables import MovementRow
from linepack.events.model import Stream
from linepack.events.tables import EventRow
from linepack.ids import NetworkId
from settlement.audit.history import TOPICS
from settlement.comparison.contracts import event_label
from settlement.comparison.differences import UNREADABLE, Difference, Proof

SOLD: Final = "contract.booked"

_EVENTS: Final = 200

_event = EventRow.core().c
_verdict, _contract = VerdictRow.core().c, ContractRow.core().c
_movement, _network = MovementRow.core().c, NetworkRow.core().c


@dataclass(frozen=True, slots=True)
class Sold:
    """A booking by its event, and what is stored of its verdict."""

    contract: Contract
    place: str
    event_hash: str | None
    row: sa.Row[Any] | None
    sequence: int | None
    """The number of the first movement that gave its rights."""

    @property
    def subject(self) -> str:
        """How a report names its verdict."""
        return f"verdict of contract {self.contract.code}"


async def bookings(connection: AsyncConnection, network_id: NetworkId | None) -> dict[UUID, UUID]:
    """Return the network of every booking, from the oldest to the newest."""
    query = (
        sa.select(_contract.id, _contract.network_id)
        .where(_contract.cause == MovementCause.BOOKING.value)
        .order_by(_contract.id)
    )
    if network_id is not None:
        query = query.where(_contract.network_id == network_id)
    return {row.id: row.network_id for row in await connection.execute(query)}


async def first_policy(connection: AsyncConnection, network_id: NetworkId) -> Policy | None:
    """Return the policy with which a network began, None where it was changed since, or cannot be read."""
    changed = sa.exists().where(_event.topic == "policy.set", _event.network_id == network_id)
    query = sa.select(_network.policy, changed.label("is_changed")).where(_network.id == network_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None or row.is_changed:
        return None
    try:
        return policy_from_json(row.policy)
    except UNREADABLE:
        return None


async def log(
    connection: AsyncConnection, network_id: NetworkId, chosen: Collection[UUID] | None
) -> AsyncIterator[Sequence[sa.Row[Any]]]:
    """Yield a network's log in order, of its bookings those `chosen`; what has no position comes last."""
    concerns: sa.ColumnElement[bool] = _event.topic.in_((*TOPICS, SOLD))
    if chosen is not None:
        keys = [str(contract_id) for contract_id in chosen]
        concerns = sa.or_(_event.topic.in_(TOPICS), sa.and_(_event.topic == SOLD, _event.key.in_(keys)))
    query: sa.Select[Any] = sa.select(
        _event.id, _event.topic, _event.stream, _event.position, _event.key, _event.payload
    ).where(_event.stream == Stream.CAPACITY.value, _event.network_id == network_id, concerns)
    placed, after = query.order_by(_event.position).limit(_EVENTS), 0
    while rows := (await connection.execute(placed.where(_event.position > after))).all():
        yield rows
        after = rows[-1].position
    unplaced = query.where(_event.position.is_(None)).order_by(_event.transaction_id, _event.id)
    yield (await connection.execute(unplaced)).all()


async def sold(connection: AsyncConnection, events: Sequence[sa.Row[Any]]) -> Mapping[UUID, Sold]:
    """Return the bookings among some events, by the event's id; unreadable ones are left out."""
    contracts: dict[UUID, Contract] = {}
    for event in events:
        if event.topic == SOLD:
            with suppress(*UNREADABLE):
                contracts[event.id] = contract_from_json(event.payload["contract"])
    verdict_ids = [one.verdict_id for one in contracts.values()]
    query = sa.select(VerdictRow.core()).where(_verdict.id.in_(verdict_ids))
    rows = {row.id: row for row in await connection.execute(query)}
    first = (
        sa.select(_movement.contract_id, sa.func.min(_movement.sequence).label("first"))
        .where(_movement.contract_id.in_([one.id for one in contracts.values()]))
        .group_by(_movement.contract_id)
    )
    sequences = {row.contract_id: row.first for row in await connection.execute(first)}
    return {
        event.id: Sold(
            one,
            event_label(event.topic, event.stream, event.position),
            event.payload.get("verdict_hash"),
            rows.get(one.verdict_id),
            sequences.get(one.id),
        )
        for event in events
        if (one := contracts.get(event.id)) is not None
    }


async def unused_verdicts(connection: AsyncConnection, network_id: NetworkId | None) -> list[Difference]:
    """Return the verdicts that no booking refers to."""
    is_used = sa.exists().where(_contract.verdict_id == _verdict.id)
    query = sa.select(_verdict.id).where(~is_used).order_by(_verdict.id)
    if network_id is not None:
        query = query.where(_verdict.network_id == network_id)
    return [
        Difference(Proof.CERTIFICATES, f"verdict {verdict_id}", "no contract refers to it")
        for verdict_id in (await connection.execute(query)).scalars()
    ]
