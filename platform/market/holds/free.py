"""What a contract has that is free: its quantity, less what it passed on, less what is held for others.

Quantities are units of the contract, on every gas day of a period.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts import repository as contracts
from capacity.contracts.contract import Contract
from capacity.rights import holds
from capacity.rights.model import Hold, Purpose
from linepack.gasday import GasDay, Period
from linepack.ids import ContractId
from market.errors import NotHeld

Free = tuple[tuple[Period, int], ...]
"""Consecutive sub-periods with what is free on each of their gas days."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """How what is free comes about on the gas days of `period`."""

    period: Period
    quantity: int
    passed_on: int
    held: int

    @property
    def free(self) -> int:
        """What can be passed on or held."""
        return self.quantity - self.passed_on - self.held


async def free(
    connection: AsyncConnection,
    contract: Contract,
    period: Period,
    *,
    at: datetime,
    excluding: Purpose | None = None,
) -> Free:
    """Return what is free of a contract at the instant `at`; what is held for `excluding` counts as free."""
    children = await contracts.children(connection, contract.id, running=period)
    others = await held_for_others(connection, contract.id, at=at, excluding=excluding)
    return free_of(contract, children, others, period)


async def held_for_others(
    connection: AsyncConnection, contract_id: ContractId, *, at: datetime, excluding: Purpose | None = None
) -> list[Hold]:
    """Return what is held of a contract at the instant `at`, except for `excluding`."""
    standing = await holds.on_contracts(connection, [contract_id], at=at)
    return [hold for hold in standing[contract_id] if hold.purpose != excluding]


class FreeOfContract:
    """What is free of one contract at an instant, read when it is first asked for."""

    def __init__(self, connection: AsyncConnection, contract: Contract, *, at: datetime) -> None:
        self.contract = contract
        self._connection = connection
        self._at = at
        self._read: tuple[Sequence[Contract], Sequence[Hold]] | None = None

    async def during(self, period: Period) -> Free:
        """Return what is free over `period`."""
        children, held = await self._children_and_holds()
        return free_of(self.contract, children, held, period)

    async def purposes(self) -> frozenset[Purpose]:
        """Return what parts of the contract are held for."""
        _, held = await self._children_and_holds()
        return frozenset(hold.purpose for hold in held)

    async def _children_and_holds(self) -> tuple[Sequence[Contract], Sequence[Hold]]:
        if self._read is None:
            children = await contracts.children(self._connection, self.contract.id)
            self._read = children, await held_for_others(self._connection, self.contract.id, at=self._at)
        return self._read


def free_of(contract: Contract, children: Iterable[Contract], held: Iterable[Hold], period: Period) -> Free:
    """Return what `children` and holds leave of `contract` over `period`."""
    return tuple((one.period, one.free) for one in stretches(contract, children, held, period))


def stretches(
    contract: Contract, children: Iterable[Contract], held: Iterable[Hold], period: Period
) -> list[Stretch]:
    """Return what a contract was made with, passed on and holds back, in stretches of equal figures."""
    changes: dict[GasDay, list[int]] = {period.start: [0, 0], period.end: [0, 0]}
    taken = [(0, child.period, child.quantity) for child in children]
    taken += [(1, segment.period, segment.quantity) for segment in holds.together(held)]
    for place, whole, quantity in taken:
        if (shared := whole.overlap(period)) is not None:
            changes.setdefault(shared.start, [0, 0])[place] += quantity
            changes.setdefault(shared.end, [0, 0])[place] -= quantity
    found, passed_on, held_back = [], 0, 0
    for start, end in pairwise(sorted(changes)):
        passed_on += changes[start][0]
        held_back += changes[start][1]
        found.append(Stretch(Period(start, end), contract.quantity, passed_on, held_back))
    return found


def require_free(free: Sequence[tuple[Period, int]], quantity: int) -> None:
    """Raise NotHeld unless `quantity` is free on every gas day."""
    if any(left < quantity for _, left in free):
        raise NotHeld(quantity, free=free, period=Period(free[0][0].start, free[-1][0].end))


def throughout(free: Free) -> int:
    """Return what is free on every gas day."""
    return max(0, min(left for _, left in free))
