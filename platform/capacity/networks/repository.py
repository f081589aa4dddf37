"""Networks in the database.

Networks, their revisions and overlays are public to every signed-in principal; only changing them is the
operator's (`capacity.publication.service`). Parsed revisions are kept in memory: they never change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.networks import interruptible_repository as interruptible
from capacity.networks.formats import native
from capacity.networks.interruptible import InterruptibleQuantity
from capacity.networks.model import Network, Overlay
from capacity.networks.policy import Policy
from capacity.networks.tables import NetworkRevisionRow, NetworkRow, OverlayRow
from linepack.canonical_json import JsonValue
from linepack.database.rows import RowMapper, Stored
from linepack.database.together import Reader
from linepack.ids import NetworkId, OverlayId, PartyId, RevisionId
from linepack.money import Currency
from linepack.problems import NotFound
from linepack.units import CommercialUnit

REVISIONS_KEPT_MAX = 64

_network = NetworkRow.core()
_revision = NetworkRevisionRow.core()
_overlay = OverlayRow.core()


@dataclass(frozen=True, slots=True)
class PublishedNetwork:
    """A network as it stands: its newest revision, the overlays on it, and what is stated interruptible.

    `version` grows with every revision published, every overlay set or withdrawn, every statement made.
    """

    id: NetworkId
    revision_id: RevisionId
    revision_number: int
    network: Network
    overlays: tuple[Overlay, ...]
    operator_id: PartyId
    currency: Currency
    policy: Policy
    version: int
    interruptible: tuple[InterruptibleQuantity, ...] = ()


@dataclass(frozen=True, slots=True)
class NetworkSummary:
    """What a list of networks shows of one, without reading it."""

    id: NetworkId
    code: str
    name: str
    unit: CommercialUnit
    operator_id: PartyId
    currency: Currency
    policy: Policy
    revision_id: RevisionId
    revision_number: int
    published_at: datetime
    node_count: int
    edge_count: int
    version: int


@dataclass(frozen=True, slots=True)
class SetOverlay:
    """An overlay in force, and when it was set."""

    id: OverlayId
    network_id: NetworkId
    overlay: Overlay
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Revision:
    """A network ready to be stored: its content and what identifies it."""

    network: Network
    content: bytes
    content_hash: str


_overlays = RowMapper(
    OverlayRow,
    SetOverlay,
    overlay={
        "period": ("period_start", "period_end"),
        "factor": Stored(lambda factor: Decimal(repr(factor)), float),
    },
)
_POLICY = TypeAdapter(Policy)


async def load(connection: AsyncConnection, network_id: NetworkId) -> PublishedNetwork:
    """Return a network with its newest revision and the overlays in force; raises NotFound."""
    return await _load(connection, _network.c.id == network_id, network_id)


async def by_code(connection: AsyncConnection, code: str) -> PublishedNetwork:
    """Return the network with this code; raises NotFound."""
    return await _load(connection, _network.c.code == code, code)


async def list_networks(connection: AsyncConnection) -> list[NetworkSummary]:
    """Return all networks with their newest revisions, by code."""
    query = _summaries().order_by(_network.c.code)
    return [_summary(row) for row in await connection.execute(query)]


async def summaries(connection: Reader, network_ids: Sequence[NetworkId]) -> dict[NetworkId, NetworkSummary]:
    """Return the networks with these ids, those that exist, without reading them."""
    query = _summaries().where(_network.c.id.in_(network_ids))
    return {NetworkId(row.id): _summary(row) for row in await connection.execute(query)}


async def id_of(connection: AsyncConnection, code: str) -> NetworkId:
    """Return the id of the network with this code, which never changes; raises NotFound."""
    query = sa.select(_network.c.id).where(_network.c.code == code)
    found = (await connection.execute(query)).scalar_one_or_none()
    if found is None:
        raise NotFound("network", code)
    return NetworkId(found)


async def revision(connection: AsyncConnection, revision_id: RevisionId) -> Network:
    """Return the network as it was in one revision, newest or not; raises NotFound."""
    return _parsed(await revision_content(connection, revision_id))


async def revisions(
    connection: AsyncConnection, revision_ids: Sequence[RevisionId]
) -> dict[RevisionId, Network]:
    """Return the networks as they were in these revisions, those that exist."""
    query = sa.select(_revision.c.id, _revision.c.content).where(_revision.c.id.in_(revision_ids))
    return {RevisionId(row.id): _parsed(bytes(row.content)) for row in await connection.execute(query)}


async def revision_ids(
    connection: Reader, network_ids: Sequence[NetworkId]
) -> dict[NetworkId, list[RevisionId]]:
    """Return the ids of each network's revisions, newest first."""
    found: dict[NetworkId, list[RevisionId]] = {one: [] for one in network_ids}
    query = (
        sa.select(_revision.c.network_id, _revision.c.id)
        .where(_revision.c.network_id.in_(network_ids))
        .order_by(_revision.c.number.desc())
    )
    for row in await connection.execute(query):
        found[NetworkId(row.network_id)].append(RevisionId(row.id))
    return found


async def revision_content(connection: AsyncConnection, revision_id: RevisionId) -> bytes:
    """Return a revision in the native format, as it was published; raises NotFound."""
    query = sa.select(_revision.c.content).where(_revision.c.id == revision_id)
    content = (await connection.execute(query)).scalar_one_or_none()
    if content is None:
        raise NotFound("network revision", revision_id)
    return bytes(content)


async def overlays(connection: Reader, network_ids: Sequence[NetworkId]) -> list[SetOverlay]:
    """Return the overlays in force on some networks, oldest first."""
    query = (
        sa.select(_overlay)
        .where(_overlay.c.network_id.in_(network_ids), _overlay.c.withdrawn_at.is_(None))
        .order_by(_overlay.c.id)
    )
    return [_overlays.read(row) for row in await connection.execute(query)]


async def overlay(connection: AsyncConnection, overlay_id: OverlayId) -> SetOverlay:
    """Return an overlay, in force or withdrawn; raises NotFound."""
    row = (await connection.execute(sa.select(_overlay).where(_overlay.c.id == overlay_id))).one_or_none()
    if row is None:
        raise NotFound("overlay", overlay_id)
    return _overlays.read(row)


async def insert_network(
    connection: AsyncConnection,
    network_id: NetworkId,
    code: str,
    *,
    operator_id: PartyId,
    currency: Currency,
    policy: Policy,
    at: datetime,
) -> bool:
    """Add a network without revision; return whether its code was free."""
    values = {
        "id": network_id,
        "code": code,
        "operator_id": operator_id,
        "currency": currency.value,
        "policy": policy_json(policy),
        "version": 0,
        "created_at": at,
    }
    statement = (
        insert(_network)
        .values(values)
        .on_conflict_do_nothing(index_elements=[_network.c.code])
        .returning(_network.c.id)
    )
    return (await connection.execute(statement)).first() is not None


async def set_policy(connection: AsyncConnection, network_id: NetworkId, policy: Policy) -> None:
    """Demand other levels of proof from now on."""
    statement = sa.update(_network).where(_network.c.id == network_id)
    await connection.execute(statement.values(policy=policy_json(policy)))
    await grow_version(connection, network_id)


async def insert_revision(
    connection: AsyncConnection,
    network_id: NetworkId,
    revision_id: RevisionId,
    *,
    number: int,
    stored: Revision,
    at: datetime,
) -> None:
    """Add a revision; it is the newest from now on."""
    network = stored.network
    values = {
        "id": revision_id,
        "network_id": network_id,
        "number": number,
        "name": network.name,
        "unit": network.unit.value,
        "node_count": len(network.nodes),
        "edge_count": len(network.edges),
        "content": stored.content,
        "content_hash": stored.content_hash,
        "published_at": at,
    }
    await connection.execute(sa.insert(_revision).values(values))
    await grow_version(connection, network_id)


async def insert_overlay(connection: AsyncConnection, put: SetOverlay) -> None:
    """Add an overlay."""
    await connection.execute(sa.insert(_overlay).values(_overlays.values(put)))
    await grow_version(connection, put.network_id)


async def withdraw_overlay(connection: AsyncConnection, put: SetOverlay, at: datetime) -> bool:
    """Take an overlay out of force; return whether it was in force until now."""
    statement = (
        sa.update(_overlay)
        .where(_overlay.c.id == put.id, _overlay.c.withdrawn_at.is_(None))
        .values(withdrawn_at=at)
    )
    if (await connection.execute(statement)).rowcount == 0:
        return False
    await grow_version(connection, put.network_id)
    return True


async def _load(
    connection: AsyncConnection, condition: sa.ColumnElement[bool], reference: object
) -> PublishedNetwork:
    query = (
        sa.select(
            _network,
            _revision.c.id.label("revision_id"),
            _revision.c.number.label("revision_number"),
            _revision.c.content,
        )
        .join(_revision, _is_newest())
        .where(condition)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound("network", reference)
    network_id = NetworkId(row.id)
    return PublishedNetwork(
        id=network_id,
        revision_id=RevisionId(row.revision_id),
        revision_number=row.revision_number,
        network=_parsed(bytes(row.content)),
        overlays=tuple(put.overlay for put in await overlays(connection, [network_id])),
        operator_id=PartyId(row.operator_id),
        currency=Currency(row.currency),
        policy=policy_from_json(row.policy),
        version=row.version,
        interruptible=await interruptible.of_network(connection, network_id),
    )


def _summaries() -> sa.Select[Any]:
    columns = [column for column in _revision.c if column.name != "content"]
    labelled = (column.label(f"revision_{column.name}") for column in columns)
    return sa.select(_network, *labelled).join(_revision, _is_newest())


def _is_newest() -> sa.ColumnElement[bool]:
    newest = (
        sa.select(sa.func.max(_revision.c.number))
        .where(_revision.c.network_id == _network.c.id)
        .correlate(_network)
        .scalar_subquery()
    )
    return sa.and_(_revision.c.network_id == _network.c.id, _revision.c.number == newest)


async def grow_version(connection: AsyncConnection, network_id: NetworkId) -> None:
    """Let every process see that the network has changed."""
    statement = sa.update(_network).where(_network.c.id == network_id)
    await connection.execute(statement.values(version=_network.c.version + 1))


@lru_cache(maxsize=REVISIONS_KEPT_MAX)
def _parsed(content: bytes) -> Network:
    return native.read(content)


def _summary(row: sa.Row[Any]) -> NetworkSummary:
    return NetworkSummary(
        id=NetworkId(row.id),
        code=row.code,
        name=row.revision_name,
        unit=CommercialUnit(row.revision_unit),
        operator_id=PartyId(row.operator_id),
        currency=Currency(row.currency),
        policy=policy_from_json(row.policy),
        revision_id=RevisionId(row.revision_id),
        revision_number=row.revision_number,
        published_at=row.revision_published_at,
        node_count=row.revision_node_count,
        edge_count=row.revision_edge_count,
        version=row.version,
    )


def policy_json(policy: Policy) -> dict[str, JsonValue]:
    """Return the policy as plain JSON values."""
    plain: dict[str, JsonValue] = _POLICY.dump_python(policy, mode="json")
    return plain


def policy_from_json(stored: Mapping[str, Any]) -> Policy:
    """Return the policy that `policy_json` wrote."""
    return _POLICY.validate_python(stored)
