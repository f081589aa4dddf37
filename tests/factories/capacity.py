"""Rows of capacity: networks, overlays, and finished robust validations."""

from dataclasses import replace
from datetime import datetime
from itertools import count

from capacity.feasibility.robust_validation.model import BookedDay, Injection, Validation, ValidationInput
from capacity.feasibility.robust_validation.service import ROBUST_VALIDATION
from capacity.networks import repository
from capacity.networks.model import Network, Overlay, OverlayKind
from capacity.publication.service import ImportNetwork, PutOverlay, import_network, set_overlay
from linepack.access import Principal
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.gasday import Period
from linepack.ids import NetworkId, PartyId
from linepack.jobs import queue
from linepack.jobs.model import NewJob
from linepack.jobs.service import enqueue
from linepack.money import Currency

_numbers = count(1)
FOUND = Validation(
    certified=1.034,
    unrefuted=None,
    witnessed=1.064,
    witness=(Injection("a", 106, 1.5), Injection("x", -106, -1.5)),
    binding=("a", "x"),
    pairs_total=1,
    pairs_proved=1,
    boxes=4,
    nominations=12,
    asked=20,
    undecided=0,
    is_passive=True,
    methods=("on a tree",),
    compressibility=0.9,
    uses_maps=False,
)


async def add_networks(
    database: Database, operator: Principal, network: Network, rows: int, *, at: datetime
) -> None:
    """Import `network` under `rows` other codes."""
    for _ in range(rows):
        another = replace(network, code=f"{network.code}-{next(_numbers)}")
        async with UnitOfWork(database) as uow:
            command = ImportNetwork(network=another, currency=Currency.EUR)
            await import_network(command, Context(uow=uow, principal=operator, at=at))


async def add_overlays(
    database: Database,
    operator: Principal,
    network_id: NetworkId,
    rows: int,
    *,
    edge: str,
    period: Period,
    at: datetime,
) -> None:
    """Halve the capacity of an edge `rows` times."""
    for _ in range(rows):
        overlay = Overlay(edge, OverlayKind.MAINTENANCE, period, 0.5)
        put = PutOverlay(network_id=network_id, overlay=overlay, idempotency_key=f"overlay-{next(_numbers)}")
        async with UnitOfWork(database) as uow:
            await set_overlay(put, Context(uow=uow, principal=operator, at=at))


async def add_validations(
    database: Database,
    network_id: NetworkId,
    operator_id: PartyId,
    requested_by: PartyId,
    rows: int,
    *,
    period: Period,
) -> None:
    """Add `rows` jobs that have validated the rights of the period's first gas day."""
    async with database.read() as connection:
        published = await repository.load(connection, network_id)
    asked = ValidationInput(
        gas_day=period.start,
        seconds=60.0,
        solver="highs",
        method=1,
        revision_id=str(published.revision_id),
        revision_number=1,
        network_version=1,
        rights_version=1,
        booked=BookedDay({"a": 100}, {"x": 100}, 100),
        capacities={},
    )
    for _ in range(rows):
        new = NewJob(
            network_id=network_id,
            operator_id=operator_id,
            requested_by=requested_by,
            kind=ROBUST_VALIDATION,
            input={**asked.to_json(), "rights_version": next(_numbers)},
        )
        async with UnitOfWork(database) as uow:
            await enqueue(uow, new)
        async with UnitOfWork(database) as uow:
            claim = await queue.claim(uow, "worker")
            assert claim is not None
            await queue.finish(uow, claim, FOUND.to_json())
