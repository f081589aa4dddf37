"""Reconciliation of rights with contracts.

Per contract: what its movements add up to on each gas day, route and firmness is what the contract gives less
what its child contracts took, and nothing where it was given up in a clearing; every movement is its
holder's, and what is held of it is no more than what is left. Per network: movements and holds together are
numbered 1, 2, 3, … without gaps, each is of a contract that is stored or of the operator's own capacity, and
of that just what is set aside is held. A line whose cause or firmness is none of those that there are is
named; what it is a line of is not compared any further.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.codec import contract_from_json
from capacity.contracts.contract import Contract
from capacity.contracts.tables import ContractRow
from capacity.rights import holds
from capacity.rights.balance import Balance, balance, segments_of
from capacity.rights.ledger import of_contracts
from capacity.rights.model import Firmness, Hold, HoldCause, Movement, MovementCause
from capacity.rights.tables import HoldRow, MovementRow
from linepack.events.tables import EventRow
from linepack.gasday import Period
from linepack.ids import ContractId, NetworkId
from market.set_asides.events import SetAsideEnded
from market.set_asides.tables import SetAsideRow
from settlement.comparison.differences import UNREADABLE, Difference, Proof

_CHUNK = 500
_SEQUENCE_MAX: Final = 2**62

_contracts = ContractRow.core()
_movements = MovementRow.core()
_holds = HoldRow.core()
_set_asides = SetAsideRow.core()
_events = EventRow.core()

_LINES: Final = (("movement", _movements, MovementCause), ("hold", _holds, HoldCause))

_Held = tuple[str | None, str | None, Period, int]
"""Receipt, delivery, and the quantity held of it on every gas day of a period."""


async def rights_differences(connection: AsyncConnection) -> list[Difference]:
    """Return every contract whose rights are not what it and its children say, and every gap.

    Also every line that cannot be read or is of no contract, and what is held of an operator's capacity but
    is not set aside.
    """
    unreadable = await _unreadable_lines(connection)
    found = await _numbering_differences(connection)
    found += await _of_no_contract(connection)
    found += [line.difference for line in unreadable]
    found += await _set_aside_differences(
        connection, left_out={line.network_id for line in unreadable if line.contract_id is None}
    )
    not_compared = {line.contract_id for line in unreadable}
    now = (await connection.execute(sa.select(sa.func.now()))).scalar_one()
    async for contracts in _all_contracts(connection):
        ids = [contract.id for contract in contracts if contract.id not in not_compared]
        movements = await of_contracts(connection, ids)
        children = await _children(connection, ids)
        held = await holds.on_contracts(connection, ids, at=now)
        for contract in contracts:
            if contract.id in not_compared:
                continue
            own = children.get(contract.id, [])
            found += contract_differences(contract, own, movements[contract.id])
            found += held_differences(contract, own, held[contract.id])
    return found


def contract_differences(
    contract: Contract, children: Iterable[Contract], movements: Sequence[Movement]
) -> list[Difference]:
    """Return what is wrong with the movements of one contract."""
    others = {str(one.holder_id) for one in movements if one.holder_id != contract.holder_id}
    found = [
        Difference(Proof.RIGHTS, contract.code, f"rights moved to {other}, who does not hold it")
        for other in sorted(others)
    ]
    taken = [replace(one, quantity=-one.quantity) for child in children for one in child.movements(child.id)]
    made = [] if contract.is_given_up else contract.movements(contract.id)
    expected, actual = balance([*made, *taken]), balance(movements)
    if expected != actual:
        detail = f"{_shown(actual)} by the rights ledger, {_shown(expected)} by the contracts"
        found.append(Difference(Proof.RIGHTS, contract.code, detail))
    return found


def held_differences(
    contract: Contract, children: Iterable[Contract], held: Sequence[Hold]
) -> list[Difference]:
    """Return the gas days of one contract on which more is passed on and held than it has."""
    own = list(children)
    changes: dict[date, int] = defaultdict(int)
    for period, quantity in (
        *((hold.period, hold.quantity) for hold in held),
        *((child.period, child.quantity) for child in own),
    ):
        changes[period.start] += quantity
        changes[period.end] -= quantity
    return [
        Difference(
            Proof.RIGHTS,
            contract.code,
            f"{segment.quantity:,} are passed on and held on {segment.period}, of {contract.quantity:,}",
        )
        for segment in segments_of(changes)
        if segment.quantity > contract.quantity
    ]


def _shown(held: Balance) -> str:
    parts = [
        f"{segment.quantity:,} {firmness} {route} {segment.period}"
        for (route, firmness), segments in held.items()
        for segment in segments
    ]
    return ", ".join(parts) or "nothing"


async def _numbering_differences(connection: AsyncConnection) -> list[Difference]:
    lines = sa.union_all(
        sa.select(_movements.c.network_id, _movements.c.sequence),
        sa.select(_holds.c.network_id, _holds.c.sequence),
    ).subquery()
    count, last = sa.func.count().label("count"), sa.func.max(lines.c.sequence).label("last")
    different = sa.func.count(sa.distinct(lines.c.sequence))
    statement = (
        sa.select(lines.c.network_id, count, last)
        .group_by(lines.c.network_id)
        .having(sa.or_(count != last, different != count))
    )
    return [
        Difference(
            Proof.RIGHTS,
            f"network {row.network_id}",
            f"{row.count} movements and holds, the last is number {row.last}",
        )
        for row in (await connection.execute(statement)).all()
    ]


async def _of_no_contract(connection: AsyncConnection) -> list[Difference]:
    found = []
    for what, table, _ in _LINES:
        is_stored = sa.exists().where(_contracts.c.id == table.c.contract_id)
        statement = (
            sa.select(table.c.network_id, table.c.sequence)
            .where(table.c.contract_id.is_not(None), ~is_stored)
            .order_by(table.c.network_id, table.c.sequence)
        )
        found += [
            Difference(Proof.RIGHTS, f"network {row.network_id}", f"{what} {row.sequence} is of no contract")
            for row in await connection.execute(statement)
        ]
    return found


@dataclass(frozen=True, slots=True)
class _UnreadableLine:
    """A movement or hold that no command writes, of a contract or, without one, of its network's operator."""

    network_id: UUID
    contract_id: UUID | None
    difference: Difference


async def _unreadable_lines(connection: AsyncConnection) -> list[_UnreadableLine]:
    found = []
    for what, table, causes in _LINES:
        known = {"cause": list(map(str, causes)), "firmness": list(map(str, Firmness))}
        statement = (
            sa.select(table)
            .where(sa.or_(*(table.c[name].not_in(values) for name, values in known.items())))
            .order_by(table.c.network_id, table.c.sequence)
        )
        for row in await connection.execute(statement):
            forged = {name: row._mapping[name] for name in known if row._mapping[name] not in known[name]}
            said = " and ".join(f"{name} {value!r}" for name, value in forged.items())
            detail = f"{what} {row.sequence} has the {said}, which no command writes"
            difference = Difference(Proof.RIGHTS, f"network {row.network_id}", detail)
            found.append(_UnreadableLine(row.network_id, row.contract_id, difference))
    return found


async def _set_aside_differences(
    connection: AsyncConnection, *, left_out: Collection[UUID]
) -> list[Difference]:
    """Return where an operator's capacity is not held as it is set aside: all of it until it is ended.

    On networks `left_out` it is not compared.
    """
    due = await _due_to_be_held(connection, left_out)
    held = await _held_of_operators(connection, left_out)
    return [
        Difference(
            Proof.RIGHTS,
            f"set-aside {cause_id}",
            f"{_shown_held(held.get(cause_id, []))} is held, not {_shown_held(due.get(cause_id, []))}",
        )
        for cause_id in sorted(due.keys() | held.keys())
        if due.get(cause_id, []) != held.get(cause_id, [])
    ]


async def _due_to_be_held(connection: AsyncConnection, left_out: Collection[UUID]) -> dict[UUID, list[_Held]]:
    query = sa.select(_events.c.key).where(_events.c.topic == SetAsideEnded.topic)
    ended = set((await connection.execute(query)).scalars())
    return {
        row.id: [(row.receipt, row.delivery, Period(row.start_day, row.end_day), row.quantity)]
        for row in await connection.execute(sa.select(_set_asides))
        if str(row.id) not in ended and row.network_id not in left_out
    }


async def _held_of_operators(
    connection: AsyncConnection, left_out: Collection[UUID]
) -> dict[UUID, list[_Held]]:
    found: dict[UUID, list[_Held]] = defaultdict(list)
    query = sa.select(_holds.c.network_id).where(_holds.c.contract_id.is_(None)).distinct()
    for network_id in (await connection.execute(query)).scalars().all():
        if network_id in left_out:
            continue
        lines = await holds.of_operator_since(connection, NetworkId(network_id), 0, until=_SEQUENCE_MAX)
        for line in holds.standing(lines):
            if line.route is not None:
                own = (line.route.receipt, line.route.delivery, line.period, line.quantity)
                found[line.purpose.cause_id].append(own)
    return found


def _shown_held(held: Iterable[_Held]) -> str:
    parts = [
        f"{quantity:,} {receipt or 'hub'} → {delivery or 'hub'} {period}"
        for receipt, delivery, period, quantity in held
    ]
    return ", ".join(parts) or "nothing"


async def _all_contracts(connection: AsyncConnection) -> AsyncIterator[list[Contract]]:
    query = sa.select(_contracts.c.id).order_by(_contracts.c.id).limit(_CHUNK)
    ids = (await connection.execute(query)).scalars().all()
    while ids:
        yield await _read(connection, sa.select(_contracts.c.document).where(_contracts.c.id.in_(ids)))
        ids = (await connection.execute(query.where(_contracts.c.id > ids[-1]))).scalars().all()


async def _children(
    connection: AsyncConnection, parent_ids: Sequence[ContractId]
) -> Mapping[ContractId, list[Contract]]:
    children: dict[ContractId, list[Contract]] = {}
    statement = sa.select(_contracts.c.document).where(_contracts.c.parent_id.in_(parent_ids))
    for child in await _read(connection, statement):
        if child.parent_id is not None:
            children.setdefault(child.parent_id, []).append(child)
    return children


async def _read(connection: AsyncConnection, statement: sa.Select[Any]) -> list[Contract]:
    found = []
    for document in (await connection.execute(statement)).scalars():
        with suppress(*UNREADABLE):  # reported by the comparison of contracts
            found.append(contract_from_json(document))
    return found
