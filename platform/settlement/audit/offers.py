"""Audit of offers, orders and bids: they are what the last event about each says.

An event is written with every change of a row and holds what everyone, or its party, may know of it. Columns
that no event holds are listed in `docs/guide/audit.md`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.gasday import GasDayClock
from linepack.ids import NetworkId
from market.calls import events as calls_events
from market.calls.repository import CALLS, ORDERS
from market.calls.tables import CallRow, OrderRow
from market.listings import events as listings_events
from market.listings.repository import LISTINGS
from market.listings.tables import ListingRow
from market.network_clearings import events as clearing_events
from market.network_clearings.repository import CLEARINGS, PATH_BIDS
from market.network_clearings.tables import ClearingRow, PathBidRow
from market.releases import events as release_events
from market.releases.repository import BIDS, RELEASES
from market.releases.tables import BidRow, ReleaseRow
from settlement.audit.last_events import (
    LastEvent,
    RowAndEvent,
    as_values,
    clocks_of,
    of_keys,
    rows_and_events,
)
from settlement.audit.model import AuditSubject, Report
from settlement.comparison.differences import UNREADABLE, Difference, Proof, differences_between


@dataclass(frozen=True, slots=True)
class _Audited:
    """A table whose rows events are about."""

    what: str
    proof: Proof
    counted_as: AuditSubject
    table: sa.Table
    topics: tuple[str, ...]
    to_json: Callable[[sa.Row[Any]], Mapping[str, Any]]
    of_network: sa.ColumnElement[Any] | None = None


_releases = ReleaseRow.core()
_bids = BidRow.core()
_network_of_release = (
    sa.select(_releases.c.network_id).where(_releases.c.id == _bids.c.release_id).scalar_subquery()
)

_AUDITED: Final = (
    _Audited(
        "listing",
        Proof.OFFERS,
        AuditSubject.OFFERS,
        ListingRow.core(),
        ("listing.posted", "listing.shrunk", "listing.taken", "listing.withdrawn"),
        lambda row: listings_events.ListingEvent.of(LISTINGS.rows.read(row)).payload,
    ),
    _Audited(
        "call",
        Proof.OFFERS,
        AuditSubject.OFFERS,
        CallRow.core(),
        ("call.opened", "call.shrunk", "call.closed", "call.exhausted"),
        lambda row: calls_events.CallEvent.of(CALLS.rows.read(row)).payload,
    ),
    _Audited(
        "order",
        Proof.OFFERS,
        AuditSubject.OFFERS,
        OrderRow.core(),
        ("order.placed", "order.accepted", "order.lapsed"),
        lambda row: calls_events.OrderEvent.of(ORDERS.rows.read(row), initiator_id=None).payload,
    ),
    _Audited(
        "release",
        Proof.OFFERS,
        AuditSubject.OFFERS,
        _releases,
        ("release.offered", "release.shrunk", "release.withdrawn", "release.closed"),
        lambda row: release_events.ReleaseEvent.of(RELEASES.rows.read(row)).payload,
    ),
    _Audited(
        "bid",
        Proof.AWARDS,
        AuditSubject.BIDS,
        _bids,
        ("bid.placed", "bid.replaced", "bid.withdrawn", "bid.decided"),
        lambda row: release_events.BidEvent.of(BIDS.rows.read(row)).payload,
        _network_of_release,
    ),
    _Audited(
        "clearing",
        Proof.OFFERS,
        AuditSubject.OFFERS,
        ClearingRow.core(),
        ("clearing.opened", "clearing.withdrawn", "clearing.closed"),
        lambda row: clearing_events.ClearingEvent.of(CLEARINGS.rows.read(row)).payload,
    ),
    _Audited(
        "path bid",
        Proof.AWARDS,
        AuditSubject.BIDS,
        PathBidRow.core(),
        ("clearing_bid.placed", "clearing_bid.withdrawn", "clearing_bid.decided"),
        lambda row: clearing_events.PathBidEvent.of(PATH_BIDS.rows.read(row)).payload,
    ),
)


async def offer_differences(
    connection: AsyncConnection, report: Report, network_id: NetworkId | None = None
) -> None:
    """Report every offer, order and bid that is not what the last event about it says."""
    clocks = await clocks_of(connection)
    for audited in _AUDITED:
        found = rows_and_events(
            connection, audited.table, audited.topics, network_id=network_id, of_network=audited.of_network
        )
        async for pair in found:
            report.counts[audited.counted_as] += 1
            report.differences += _of_pair(audited, pair, clocks)


def _of_pair(audited: _Audited, pair: RowAndEvent, clocks: Mapping[UUID, GasDayClock]) -> list[Difference]:
    subject = f"{audited.what} {pair.key}"
    if pair.event is None or pair.row is None:
        return [Difference(audited.proof, subject, pair.missing)]
    try:
        stored = as_values(audited.to_json(pair.row))
    except UNREADABLE as fault:
        return [Difference(audited.proof, subject, f"its row cannot be read: {fault}")]
    expected = as_values(of_keys(pair.event.payload, stored))
    if audited.what == "call":
        stored["remaining"], expected["remaining"] = _remaining(stored, expected)
    found = differences_between(audited.proof, subject, stored, expected, by=pair.event.label)
    found += _of_audience(audited, subject, pair.row, pair.event)
    own = pair.row._mapping
    if "network_id" in own:
        network = {"network_id": own["network_id"]}
        expected_network = {"network_id": pair.event.network_id}
        found += differences_between(audited.proof, subject, network, expected_network, by=pair.event.label)
    if "starts_at" in own and (clock := clocks.get(own["network_id"])) is not None:
        begins = {"starts_at": clock.starts_at(own["start_day"])}
        found += differences_between(
            audited.proof, subject, {"starts_at": own["starts_at"]}, begins, by="its first gas day"
        )
    return found


def _remaining(stored: Mapping[str, Any], expected: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return what is compared of what is left of a call: an accepted order reduces it without an event."""
    left, before = stored["remaining"], expected.get("remaining")
    is_less = isinstance(before, int) and 0 < left < before and stored["state"] == "OPEN"
    return (before, before) if is_less else (left, before)


def _of_audience(audited: _Audited, subject: str, row: sa.Row[Any], event: LastEvent) -> list[Difference]:
    """Return a difference where the event of an order or bid was not for the party that it belongs to."""
    column = {"order": "party_id", "bid": "bidder_id", "path bid": "party_id"}.get(audited.what)
    if column is None or row._mapping[column] in event.audience:
        return []
    parties = ", ".join(map(str, event.audience))
    detail = f"{column} is {row._mapping[column]}, {event.label} was for {parties or 'everyone'}"
    return [Difference(audited.proof, subject, detail)]
