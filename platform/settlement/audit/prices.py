"""Audit of prices: every booking is priced by the tariff that its event names, which covered its route.

Which of several tariffs was the narrowest when the booking was made is not checked.
"""

from collections.abc import AsyncIterator
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.codec import contract_from_json
from capacity.contracts.pricing.codec import price_to_json
from linepack.events.tables import EventRow
from linepack.ids import NetworkId
from market.tariffs.repository import TARIFFS
from market.tariffs.tables import TariffRow
from settlement.audit.model import AuditSubject, Report
from settlement.comparison.contracts import event_label
from settlement.comparison.differences import UNREADABLE, Difference, Proof, differences_between

_CHUNK: Final = 500

_tariffs = TariffRow.core()
_events = EventRow.core()


async def price_differences(
    connection: AsyncConnection, report: Report, network_id: NetworkId | None = None
) -> None:
    """Report every booking whose price is not that of its tariff."""
    async for row in _bookings(connection, network_id):
        report.counts[AuditSubject.PRICES] += 1
        sold = row.payload.get("contract")
        subject = f"contract {sold.get('code') if isinstance(sold, dict) else sold}"
        try:
            report.differences += _of_booking(subject, row)
        except UNREADABLE as fault:
            place = event_label(row.topic, row.stream, row.position)
            report.differences.append(Difference(Proof.PRICES, subject, f"{place} cannot be read: {fault}"))


def _of_booking(subject: str, row: sa.Row[Any]) -> list[Difference]:
    named = f"tariff {row.payload.get('tariff_id')}"
    if row.tariff_network_id is None:
        return [Difference(Proof.PRICES, subject, f"{named} is not stored")]
    contract = contract_from_json(row.payload["contract"])
    tariff = TARIFFS.read(row, prefix="tariff_")
    [(route, _)] = contract.routes()
    found = [
        difference
        for edge in contract.network.edges
        for band in edge.bands
        for difference in differences_between(
            Proof.PRICES,
            subject,
            price_to_json(band.price),
            price_to_json(tariff.price),
            by=named,
            place="price",
        )
    ]
    stored = {
        "network_id": contract.network_id,
        "kind": route.kind,
        "firmness": contract.firmness,
        "receipt": route.receipt if tariff.receipt is not None else None,
        "delivery": route.delivery if tariff.delivery is not None else None,
        "valid_from": min(tariff.valid_from, contract.period.start),
    }
    expected = {name: getattr(tariff, name) for name in stored}
    return found + differences_between(Proof.PRICES, subject, stored, expected, by=named)


async def _bookings(connection: AsyncConnection, network_id: NetworkId | None) -> AsyncIterator[sa.Row[Any]]:
    event = _events.c
    named = event.payload["tariff_id"].astext
    query = (
        sa.select(event.topic, event.stream, event.position, event.payload)
        .add_columns(*(column.label(f"tariff_{column.name}") for column in _tariffs.c))
        .select_from(_events.outerjoin(_tariffs, sa.cast(_tariffs.c.id, sa.Text) == named))
        .where(event.topic == "contract.booked")
        .order_by(event.id)
    )
    if network_id is not None:
        query = query.where(event.network_id == network_id)
    async with connection.stream(query) as result:
        async for rows in result.partitions(_CHUNK):
            for row in rows:
                yield row
