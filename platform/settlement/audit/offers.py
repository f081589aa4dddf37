"""The proof that offers, orders and bids are what the last event about each says.

An event is written with every change of a row and holds what everyone, or its party, is told of it. What no
event tells is named in `docs/guide/audit.md`.
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
from market.calls import repository as calls
from market.calls.tables import CallRow, OrderRow
from market.listings import events as listings_events
from market.listings import repository as listings
from market.listings.tables import ListingRow
from market.releases import events as release_events
from market.releases import repository as releases
from market.releases.tables import BidRow, ReleaseRow
from settlement.audit.last_events import LastEvent, RowAndEvent, as_values, clocks_of, of_keys, pairs
from settlement.audit.model import Looked, Report
from settlement.comparison.differences import UNREADABLE, Difference, Proof, differences_between


@dataclass(frozen=True, slots=True)
class _Kept:
    """A table whose rows events tell of."""

    what: str
    proof: Proof
    looked: Looked
    table: sa.Table
    topics: tuple[str, ...]
    to_json: Callable[[sa.Row[Any]], Mapping[str, Any]]
    of_network: sa.ColumnElement[Any] | None = None


_releases = ReleaseRow.core()
_bids = BidRow.core()
_network_of_release = (
    sa.select(_releases.c.network_id).where(_releases.c.id == _bids.c.release_id).scalar_subquery()
)

_KEPT: Final = (
    _Kept(
        "listing",
        Proof.OFFERS,
        Looked.OFFERS,
        ListingRow.core(),
        ("listing.posted", "listing.shrunk", "listing.taken", "listing.withdrawn"),
        lambda row: listings_events.ListingEvent.of(listings.listing_of(row)).payload,
    ),
    _Kept(
        "call",
        Proof.OFFERS,
        Looked.OFFERS,
        CallRow.core(),
        ("call.opened", "call.shrunk", "call.closed", "call.exhausted"),
        lambda row: calls_events.CallEvent.of(calls.call_of(row)).payload,
    ),
    _Kept(
        "order",
        Proof.OFFERS,
        Looked.OFFERS,
        OrderRow.core(),
        ("order.placed", "order.accepted"),
        lambda row: calls_events.OrderEvent.of(calls.order_of(row), initiator_id=None).payload,
    ),
    _Kept(
        "release",
        Proof.OFFERS,
        Looked.OFFERS,
        _releases,
        ("release.offered", "release.shrunk", "release.withdrawn", "release.closed"),
        lambda row: release_events.ReleaseEvent.of(releases.release_of(row)).payload,
    ),
    _Kept(
        "bid",
        Proof.AWARDS,
        Looked.BIDS,
        _bids,
        ("bid.placed", "bid.replaced", "bid.withdrawn", "bid.decided"),
        lambda row: release_events.BidEvent.of(releases.bid_of(row)).payload,
        _network_of_release,
    ),
)


async def offer_differences(
    connection: AsyncConnection, report: Report, network_id: NetworkId | None = None
) -> None:
    """Report every offer, order and bid that is not what the last event about it says."""
    clocks = await clocks_of(connection)
    for kept in _KEPT:
        found = pairs(connection, kept.table, kept.topics, network_id=network_id, of_network=kept.of_network)
        async for pair in found:
            report.counts[kept.looked] += 1
            report.differences += _of_pair(kept, pair, clocks)


def _of_pair(kept: _Kept, pair: RowAndEvent, clocks: Mapping[UUID, GasDayClock]) -> list[Difference]:
    subject = f"{kept.what} {pair.key}"
    if pair.told is None or pair.row is None:
        detail = "no event tells of it" if pair.told is None else f"{pair.told.place} tells of it"
        missing = "" if pair.told is None else ", and it is not there"
        return [Difference(kept.proof, subject, detail + missing)]
    try:
        stored = as_values(kept.to_json(pair.row))
    except UNREADABLE as fault:
        return [Difference(kept.proof, subject, f"its row cannot be read: {fault}")]
    told = as_values(of_keys(pair.told.payload, stored))
    if kept.what == "call":
        stored["remaining"], told["remaining"] = _remaining(stored, told)
    found = differences_between(kept.proof, subject, stored, told, by=pair.told.place)
    found += _of_audience(kept, subject, pair.row, pair.told)
    own = pair.row._mapping
    if "network_id" in own:
        network = {"network_id": own["network_id"]}
        told_network = {"network_id": pair.told.network_id}
        found += differences_between(kept.proof, subject, network, told_network, by=pair.told.place)
    if "starts_at" in own and (clock := clocks.get(own["network_id"])) is not None:
        begins = {"starts_at": clock.starts_at(own["start_day"])}
        found += differences_between(
            kept.proof, subject, {"starts_at": own["starts_at"]}, begins, by="its first gas day"
        )
    return found


def _remaining(stored: Mapping[str, Any], told: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return what is compared of what is left of a call: an accepted order lessens it without an event."""
    left, before = stored["remaining"], told.get("remaining")
    is_less = isinstance(before, int) and 0 < left < before and stored["state"] == "OPEN"
    return (before, before) if is_less else (left, before)


def _of_audience(kept: _Kept, subject: str, row: sa.Row[Any], told: LastEvent) -> list[Difference]:
    """Return whose an order or bid is, where its event was not for that party."""
    column = {"order": "party_id", "bid": "bidder_id"}.get(kept.what)
    if column is None or row._mapping[column] in told.audience:
        return []
    parties = ", ".join(map(str, told.audience))
    detail = f"{column} is {row._mapping[column]}, {told.place} was for {parties or 'everyone'}"
    return [Difference(kept.proof, subject, detail)]
