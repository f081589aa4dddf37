"""The parties of the capacity tests, who acts for them, and how they come to hold contracts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from tests.unit.capacity.contracts.samples import NOON, OPERATOR, OTHER, SHIPPER, contract

from capacity.contracts import repository
from capacity.contracts.algebra.split import split
from capacity.contracts.contract import Contract
from capacity.rights import ledger
from capacity.rights.model import Movement, MovementCause
from linepack.access import Principal, Role, scopes_of
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.gasday import Period
from linepack.ids import ContractId, PartyId, new_id

__all__ = ["BERT", "CARLA", "OPERATOR", "OTHER_OPERATOR", "SHIPPER"]

BERT, CARLA, OTHER_OPERATOR = OTHER, PartyId(UUID(int=3)), PartyId(UUID(int=8))


def acting_for(party_id: PartyId | None, role: Role = Role.SHIPPER) -> Principal:
    roles = frozenset({role})
    return Principal("test", party_id, roles, scopes_of(roles), datetime(2100, 1, 1, tzinfo=UTC))


def fresh(quantity: int = 100) -> Contract:
    """Return a new contract of SHIPPER on one path."""
    return replace(contract(quantity=quantity), id=ContractId(new_id()), code=f"LP-{new_id()}")


async def append(database: Database, movements: Sequence[Movement]) -> list[Movement]:
    async with UnitOfWork(database) as uow:
        await uow.lock_network(movements[0].network_id)
        return await ledger.append(uow, movements)


async def book(database: Database, booked: Contract) -> Contract:
    """Write a contract and its rights."""
    async with UnitOfWork(database) as uow:
        await uow.lock_network(booked.network_id)
        await repository.insert(uow.connection, booked)
        await ledger.append(uow, booked.movements(booked.id))
    return booked


async def release(
    database: Database,
    parent: Contract,
    holder_id: PartyId,
    quantity: int,
    period: Period,
    *,
    cause: MovementCause = MovementCause.RELEASE,
) -> Contract:
    """Pass a part of a contract on, without asking whether there is that much."""
    child = split(
        parent,
        child_id=ContractId(new_id()),
        holder_id=holder_id,
        quantity=quantity,
        period=period,
        cause=cause,
        created_at=NOON,
    )
    async with UnitOfWork(database) as uow:
        await uow.lock_network(parent.network_id)
        await repository.insert(uow.connection, child)
        await ledger.append(uow, child.movements_from(parent, child.id))
    return child
