"""Audit of networks: revisions, overlays, set-asides and interruptible quantities are what events say."""

from collections import Counter
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.networks import interruptible_repository as interruptible
from capacity.networks.interruptible import InterruptibleQuantity
from capacity.networks.tables import NetworkRevisionRow, NetworkRow, OverlayRow
from linepack.events.tables import EventRow
from linepack.gasday import Period
from linepack.ids import NetworkId
from market.offers.model import period_to_json
from market.set_asides.tables import SetAsideRow
from settlement.audit.history import stated_by
from settlement.audit.last_events import RowAndEvent, as_values, of_keys, rows_and_events
from settlement.audit.model import AuditSubject, Report
from settlement.comparison.contracts import event_label
from settlement.comparison.differences import UNREADABLE, Difference, Proof, differences_between

_networks, _revisions = NetworkRow.core(), NetworkRevisionRow.core()
_overlays, _set_asides = OverlayRow.core(), SetAsideRow.core()
_events = EventRow.core()


async def network_differences(
    connection: AsyncConnection, report: Report, network_id: NetworkId | None = None
) -> None:
    """Report everything of networks that is not what its event says."""
    await _revision_differences(connection, report, network_id)
    async for pair in rows_and_events(
        connection, _networks, ["policy.set"], network_id=network_id, of_network=_networks.c.id
    ):
        if pair.event is not None:
            report.counts[AuditSubject.NETWORKS] += 1
            stored = None if pair.row is None else {"policy": pair.row.policy}
            report.differences += differences_between(
                Proof.NETWORKS,
                f"network {pair.key if pair.row is None else pair.row.code}",
                stored,
                {"policy": pair.event.payload},
                by=pair.event.label,
            )
    async for pair in rows_and_events(
        connection, _overlays, ["overlay.set", "overlay.withdrawn"], network_id=network_id
    ):
        report.counts[AuditSubject.NETWORKS] += 1
        report.differences += _of_overlay(pair)
    async for pair in rows_and_events(connection, _set_asides, ["capacity.set_aside"], network_id=network_id):
        report.counts[AuditSubject.NETWORKS] += 1
        report.differences += _of_set_aside(pair)
    await _statement_differences(connection, report, network_id)


async def _revision_differences(
    connection: AsyncConnection, report: Report, network_id: NetworkId | None
) -> None:
    event, revision = _events.c, _revisions.c
    event_revision_id = event.payload["revision_id"].astext
    published = (
        sa.select(_events, event_revision_id.label("event_revision_id"))
        .where(event.topic == "network.published")
        .subquery()
    )
    query = (
        sa.select(revision.id, revision.network_id, revision.number, revision.name, revision.unit)
        .add_columns(revision.node_count, revision.edge_count, revision.content, revision.content_hash)
        .add_columns(_networks.c.code, published.c.payload, published.c.topic, published.c.stream)
        .add_columns(published.c.position, published.c.event_revision_id)
        .select_from(
            _revisions.join(_networks, _networks.c.id == revision.network_id).outerjoin(
                published, published.c.event_revision_id == sa.cast(revision.id, sa.Text), full=True
            )
        )
        .order_by(published.c.position)
    )
    if network_id is not None:
        query = query.where(sa.or_(revision.network_id == network_id, published.c.network_id == network_id))
    for row in await connection.execute(query):
        report.counts[AuditSubject.NETWORKS] += 1
        report.differences += _of_revision(row)


def _of_revision(row: sa.Row[Any]) -> list[Difference]:
    if row.payload is None:
        return [_other(f"revision {row.id}", "no event records it")]
    place = event_label(row.topic, row.stream, row.position)
    if row.id is None:
        return [_other(f"revision {row.event_revision_id}", f"{place} records it, but it is not stored")]
    subject = f"revision {row.number} of network {row.code}"
    stored = {
        "network_id": str(row.network_id),
        "revision_id": str(row.id),
        "number": row.number,
        "content_hash": row.content_hash,
        "code": row.code,
        "name": row.name,
        "unit": row.unit,
        "nodes": row.node_count,
        "edges": row.edge_count,
    }
    found = differences_between(Proof.NETWORKS, subject, stored, row.payload, by=place)
    content_hash = sha256(row.content).hexdigest()
    return found + differences_between(
        Proof.NETWORKS, subject, row.content_hash, content_hash, by="its content", place="content_hash"
    )


def _of_overlay(pair: RowAndEvent) -> list[Difference]:
    subject = f"overlay {pair.key}"
    if pair.event is None or pair.row is None:
        return [_other(subject, pair.missing)]
    row = pair.row
    stored = {
        "network_id": row.network_id,
        "edge_id": row.edge_id,
        "kind": row.kind,
        "period": period_to_json(Period(row.period_start, row.period_end)),
        "factor": row.factor,
        "reason": row.reason,
    }
    expected = of_keys({**as_values(pair.event.payload), "network_id": pair.event.network_id}, stored)
    found = differences_between(Proof.NETWORKS, subject, stored, expected, by=pair.event.label)
    is_withdrawn = row.withdrawn_at is not None
    if is_withdrawn is not (pair.event.topic == "overlay.withdrawn"):
        found.append(
            _other(subject, f"withdrawn_at is {row.withdrawn_at}, the last event is {pair.event.label}")
        )
    return found


def _of_set_aside(pair: RowAndEvent) -> list[Difference]:
    subject = f"set-aside {pair.key}"
    if pair.event is None or pair.row is None:
        return [_other(subject, pair.missing)]
    row = pair.row
    stored = {
        "network_id": row.network_id,
        "receipt": row.receipt,
        "delivery": row.delivery,
        "period": period_to_json(Period(row.start_day, row.end_day)),
        "quantity": row.quantity,
        "reason": row.reason,
    }
    expected = of_keys({**pair.event.payload, "network_id": pair.event.network_id}, stored)
    return differences_between(Proof.NETWORKS, subject, stored, expected, by=pair.event.label)


async def _statement_differences(
    connection: AsyncConnection, report: Report, network_id: NetworkId | None
) -> None:
    """Report statements on interruptible capacity without an event, and events without a statement."""
    event = _events.c
    query = sa.select(_networks.c.id, _networks.c.code).order_by(_networks.c.code)
    if network_id is not None:
        query = query.where(_networks.c.id == network_id)
    for network in (await connection.execute(query)).all():
        events = sa.select(event.payload).where(
            event.topic == "interruptible.set", event.network_id == network.id
        )
        expected: Counter[InterruptibleQuantity] = Counter()
        subject = f"interruptible quantities of network {network.code}"
        try:
            stored = Counter(await interruptible.of_network(connection, NetworkId(network.id)))
            expected.update(stated_by(payload) for payload in (await connection.execute(events)).scalars())
        except UNREADABLE as fault:
            report.differences.append(_other(subject, f"cannot be read: {fault}"))
            continue
        report.counts[AuditSubject.NETWORKS] += stored.total()
        report.differences += [_other(subject, f"no event records {one}") for one in stored - expected]
        report.differences += [
            _other(subject, f"an event records {one}, but it is not stored") for one in expected - stored
        ]


def _other(subject: str, detail: str) -> Difference:
    return Difference(Proof.NETWORKS, subject, detail)
