"""The commands on overlays: `linepack overlay set`, `list` and `withdraw`. They act for the operator."""

from datetime import date
from typing import Final
from uuid import UUID, uuid4

from capacity.networks import repository
from capacity.networks.model import Overlay, OverlayKind
from capacity.networks.repository import SetOverlay
from capacity.publication.service import PutOverlay, WithdrawOverlay, set_overlay, withdraw_overlay
from linepack.access import Role
from linepack.ids import OverlayId
from server.cli.answers import Answer, Column, Rows
from server.cli.arguments import period_of
from server.cli.session import Session

OVERLAYS: Final = (
    Column("id", "id"),
    Column("edge", "edge"),
    Column("kind", "kind"),
    Column("period", "gas days"),
    Column("factor", "factor", "g"),
    Column("reason", "reason"),
)


async def set_(
    session: Session,
    *,
    network: str,
    edge: str,
    start: date,
    end: date,
    factor: float,
    reason: str,
    kind: OverlayKind,
    key: str | None,
) -> Answer:
    """Change what an edge carries on some gas days."""
    overlay = Overlay(edge, kind, period_of(start, end), factor, reason)
    published = await session.network(network)
    order = PutOverlay(network_id=published.id, overlay=overlay, idempotency_key=key or str(uuid4()))
    put = await session.caller_for(published.operator_id, Role.OPERATOR).run(set_overlay, order)
    return Answer.of(_record(put), Rows(OVERLAYS, [_record(put)]))


async def list_(session: Session, *, network: str) -> Answer:
    """List the overlays in force on a network, the oldest first."""
    network_id = await session.services.snapshots.id_of(network)
    async with session.services.database.read() as connection:
        found = await repository.overlays(connection, [network_id])
    records = [_record(one) for one in found]
    return Answer.listing(Rows(OVERLAYS, records), f"No overlay is in force on {network}.")


async def withdraw(session: Session, *, overlay: UUID) -> Answer:
    """Take an overlay out of force."""
    put = await session.caller().run(withdraw_overlay, WithdrawOverlay(OverlayId(overlay)))
    text = f"{put.id}  {put.overlay.edge_id} carries its own capacity again on {put.overlay.period}"
    return Answer.of(_record(put), text)


def _record(put: SetOverlay) -> dict[str, object]:
    overlay = put.overlay
    return {
        "id": put.id,
        "edge": overlay.edge_id,
        "kind": overlay.kind,
        "period": overlay.period,
        "factor": overlay.factor,
        "reason": overlay.reason,
    }
