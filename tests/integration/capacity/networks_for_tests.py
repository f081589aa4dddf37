"""A small published network: r → j → d, 100 units wide, with a second exit."""

from uuid import uuid4

from tests.integration.capacity.parties import OPERATOR, acting_for
from tests.unit.capacity.contracts.samples import NOON

from capacity.networks.model import Edge, EdgeKind, Network, Node, NodeRole, Overlay
from capacity.networks.policy import Level, Policy
from capacity.networks.repository import PublishedNetwork
from capacity.publication.service import (
    ImportNetwork,
    PublishRevision,
    PutOverlay,
    import_network,
    publish_revision,
)
from capacity.publication.service import set_overlay as put_overlay
from linepack.access import Role
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.gasday import GasDayClock
from linepack.ids import NetworkId
from linepack.money import Currency
from linepack.units import CommercialUnit, GasQuality

OPERATING = acting_for(OPERATOR, Role.OPERATOR)


def line(width: int = 100) -> Network:
    return Network(
        code="line",
        name="Line",
        unit=CommercialUnit.KWH_PER_H,
        quality=GasQuality(11.2, 0.79),
        clock=GasDayClock("Europe/Berlin", 6),
        nodes=(Node("r", NodeRole.ENTRY), Node("j"), Node("d", NodeRole.EXIT), Node("e", NodeRole.EXIT)),
        edges=tuple(
            Edge(tail + head, EdgeKind.SHORT_PIPE, tail, head, capacity_forward=width, capacity_backward=0)
            for tail, head in (("r", "j"), ("j", "d"), ("j", "e"))
        ),
    )


async def publish(database: Database) -> PublishedNetwork:
    policy = Policy(Level.FLOW, Level.FLOW)
    async with UnitOfWork(database) as uow:
        return await import_network(
            ImportNetwork(network=line(), currency=Currency.EUR, policy=policy),
            Context(uow=uow, principal=OPERATING, at=NOON),
        )


async def widen(database: Database, network_id: NetworkId, width: int) -> PublishedNetwork:
    async with UnitOfWork(database) as uow:
        command = PublishRevision(network_id=network_id, network=line(width))
        return await publish_revision(command, Context(uow=uow, principal=OPERATING, at=NOON))


async def maintain(database: Database, network_id: NetworkId, overlay: Overlay) -> None:
    async with UnitOfWork(database) as uow:
        command = PutOverlay(network_id=network_id, overlay=overlay, idempotency_key=str(uuid4()))
        await put_overlay(command, Context(uow=uow, principal=OPERATING, at=NOON))
