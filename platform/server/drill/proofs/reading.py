"""What the proofs of a drill read: one instant of the database, without looking at what has been derived."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.codec import contract_from_json
from capacity.contracts.tables import ContractRow
from capacity.feasibility.tables import VerdictRow
from capacity.feasibility.verdict import Verdict
from capacity.networks import repository as networks
from capacity.networks.model import Network, Overlay
from capacity.rights import ledger
from capacity.rights.model import Movement
from linepack.events.model import Stream
from linepack.events.tables import EventRow
from linepack.ids import NetworkId, OverlayId
from server.drill.proofs.usage import Booked

_event = EventRow.core().c
_contract, _verdict = ContractRow.core().c, VerdictRow.core().c
_TOPICS = ("contract.booked", "overlay.set", "overlay.withdrawn")


@dataclass(frozen=True, slots=True)
class Market:
    """A network, all movements of rights on it, and its bookings in the order of the event log."""

    network: Network
    movements: list[Movement]
    bookings: list[Booked]


async def read_market(connection: AsyncConnection, code: str) -> Market:
    """Read a network's market; raises NotFound."""
    published = await networks.by_code(connection, code)
    movements = await ledger.since(connection, published.id, 0)
    return Market(published.network, movements, await _bookings(connection, published.id))


async def placed(connection: AsyncConnection, stream: Stream) -> dict[int, str]:
    """Return the topic of every event of a stream that has its position, by that."""
    query = sa.select(_event.position, _event.topic).where(
        _event.stream == stream.value, _event.position.is_not(None)
    )
    return dict((await connection.execute(query)).tuples().all())


async def unplaced(connection: AsyncConnection) -> int:
    """Return how many events have no position yet."""
    query = sa.select(sa.func.count()).where(_event.position.is_(None))
    return int((await connection.execute(query)).scalar_one())


async def _bookings(connection: AsyncConnection, network_id: NetworkId) -> list[Booked]:
    proved = {
        row.id: (row.document, row.verdict)
        for row in await connection.execute(
            sa.select(_contract.id, _contract.document, _verdict.document.label("verdict"))
            .join(VerdictRow.core(), _verdict.id == _contract.verdict_id)
            .where(_contract.network_id == network_id)
        )
    }
    events = (
        sa.select(_event.topic, _event.key)
        .where(_event.network_id == network_id, _event.topic.in_(_TOPICS))
        .order_by(_event.position)
    )
    in_force: dict[str, Overlay] = {}
    found = []
    for row in await connection.execute(events):
        if row.topic == "overlay.set":
            in_force[row.key] = (await networks.overlay(connection, OverlayId(UUID(row.key)))).overlay
        elif row.topic == "overlay.withdrawn":
            in_force.pop(row.key, None)
        else:
            document, verdict = proved[UUID(row.key)]
            contract = contract_from_json(document)
            found.append(Booked(contract, Verdict.from_json(verdict), tuple(in_force.values())))
    return found
