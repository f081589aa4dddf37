"""Audit of trades: they are what their events say, and on the terms of the offers that they name.

A trade's event holds both contracts; its parties, prices and days are theirs. The listing or the order that a
trade names was on those terms.
"""

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.ids import NetworkId
from market.calls.tables import CallRow, OrderRow
from market.listings.tables import ListingRow
from market.rights_transfer.tables import TradeRow
from settlement.audit.last_events import LastEvent, RowAndEvent, as_values, rows_and_events
from settlement.audit.model import AuditSubject, Report
from settlement.comparison.differences import Difference, Proof, differences_between

_trades = TradeRow.core()
_listings, _orders, _calls = ListingRow.core(), OrderRow.core(), CallRow.core()


async def trade_differences(
    connection: AsyncConnection, report: Report, network_id: NetworkId | None = None
) -> None:
    """Report every trade that is not what its event says or not on the terms of its offer."""
    async for pair in rows_and_events(connection, _trades, ["trade.concluded"], network_id=network_id):
        report.counts[AuditSubject.TRADES] += 1
        report.differences += _of_pair(pair)
    for row in await connection.execute(_on_other_terms(network_id)):
        terms = as_values(_terms(row, "offer"))
        by = "its listing" if row.listing_id is not None else "its order"
        report.differences += differences_between(
            Proof.TRADES, f"trade {row.id}", _terms(row, "own"), terms, by=by
        )


def _of_pair(pair: RowAndEvent) -> list[Difference]:
    subject = f"trade {pair.key}"
    if pair.event is None or pair.row is None:
        return [Difference(Proof.TRADES, subject, pair.missing)]
    stored = {name: _plain(value) for name, value in pair.row._mapping.items() if name in _COLUMNS}
    return differences_between(
        Proof.TRADES, subject, as_values(stored), as_values(_expected(pair.event)), by=pair.event.label
    )


_COLUMNS: Final = frozenset(
    {
        "id",
        "network_id",
        "operator_id",
        "kind",
        "seller_id",
        "buyer_id",
        "parent_contract_id",
        "child_contract_id",
        "start_day",
        "end_day",
        "quantity",
        "price_per_unit_day",
        "currency",
        "concluded_at",
    }
)


def _expected(event: LastEvent) -> dict[str, Any]:
    """Return the columns of a trade by its event; those that it does not hold are left out."""
    payload = event.payload
    child, parent = _object(payload, "child_contract"), _object(payload, "parent_contract")
    period = _object(payload, "period")
    found = {
        "id": payload.get("trade_id"),
        "network_id": _plain(event.network_id),
        "operator_id": parent.get("operator_id"),
        "kind": payload.get("kind"),
        "seller_id": payload.get("seller"),
        "buyer_id": payload.get("buyer"),
        "parent_contract_id": parent.get("id"),
        "child_contract_id": child.get("id"),
        "start_day": period.get("start"),
        "end_day": period.get("end"),
        "quantity": payload.get("quantity"),
        "price_per_unit_day": payload.get("price_per_unit_day"),
        "currency": payload.get("currency"),
        "concluded_at": child.get("created_at"),
    }
    return {name: value for name, value in found.items() if value is not None}


def _object(payload: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = payload.get(name)
    return value if isinstance(value, Mapping) else {}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, int):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _on_other_terms(network_id: NetworkId | None) -> sa.Select[Any]:
    """Return the query for trades that differ from what their listing, or order and call, were about."""
    own, listing, order, call = _trades.c, _listings.c, _orders.c, _calls.c
    is_listed = own.listing_id.is_not(None)

    def of(listed: sa.ColumnElement[Any], ordered: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        return sa.case((is_listed, listed), else_=ordered)

    sells = call.side == "SELL"
    terms: dict[str, tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]] = {
        "kind": (own.kind, of(listing.kind, call.kind)),
        "price_per_unit_day": (
            own.price_per_unit_day,
            of(listing.price_per_unit_day, order.price_per_unit_day),
        ),
        "seller_id": (
            own.seller_id,
            of(listing.seller_id, sa.case((sells, call.initiator_id), else_=order.party_id)),
        ),
        "parent_contract_id": (
            own.parent_contract_id,
            of(listing.contract_id, sa.case((sells, call.contract_id), else_=order.contract_id)),
        ),
        "quantity": (own.quantity, of(own.quantity, order.quantity)),
        "start_day": (own.start_day, of(own.start_day, order.start_day)),
        "end_day": (own.end_day, of(own.end_day, order.end_day)),
        "order_state": (of(sa.literal(""), sa.literal("ACCEPTED")), of(sa.literal(""), order.state)),
    }
    query = (
        sa.select(own.id, own.listing_id)
        .add_columns(*(mine.label(f"own_{name}") for name, (mine, _) in terms.items()))
        .add_columns(*(other.label(f"offer_{name}") for name, (_, other) in terms.items()))
        .select_from(
            _trades.outerjoin(_listings, listing.id == own.listing_id)
            .outerjoin(_orders, order.id == own.order_id)
            .outerjoin(_calls, call.id == order.call_id)
        )
        .where(sa.or_(*(mine.is_distinct_from(other) for mine, other in terms.values())))
        .order_by(own.id)
    )
    return query if network_id is None else query.where(own.network_id == network_id)


def _terms(row: sa.Row[Any], whose: str) -> dict[str, Any]:
    prefix = f"{whose}_"
    return {
        name.removeprefix(prefix): value for name, value in row._mapping.items() if name.startswith(prefix)
    }
