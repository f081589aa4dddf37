"""Who uses an element: the contracts that load an edge or a point, as far as the caller may see them.

A party sees its own contracts by name and those of others as one sum; the operator and those who oversee the
market see all by name. The sum says no more than what is public: which rights load an element follows from
the network and from how much is sold on each route (`networkAvailability`), and what is sold less one's own
is what others have. So it is shown even where one other party has it all; neither who nor how many is said.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from heapq import nsmallest
from itertools import pairwise
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.tables import ContractRow
from capacity.feasibility.network_views import NetworkView
from capacity.feasibility.questions.element_load import ElementLoad, FlowDirection
from capacity.feasibility.views import StretchLoads
from capacity.rights.model import Firmness, Route
from capacity.rights.tables import MovementRow
from linepack.access import Principal, visible_to
from linepack.gasday import Period
from linepack.ids import ContractId, PartyId
from linepack.problems import Fault, InvalidInput

STEPS_MAX: Final = 50_000
"""Pieces of contracts that one answer may be made of."""
NAMED_MAX: Final = 200
"""Contracts that are named in one direction on one stretch; the others are summed."""

_contract, _movement = ContractRow.core().c, MovementRow.core().c


@dataclass(frozen=True, slots=True)
class ContractPiece:
    """What a contract has on a route on every gas day of a period; what is taken is negative."""

    contract_id: ContractId
    code: str
    holder_id: PartyId
    route: Route
    period: Period
    quantity: int


@dataclass(frozen=True, slots=True)
class Holding:
    """What a contract has on a route on a gas day."""

    contract_id: ContractId
    code: str
    holder_id: PartyId
    route: Route
    quantity: int


@dataclass(frozen=True, slots=True)
class ContractUse:
    """A contract that counts, and what part of the demand it is."""

    held: Holding
    share: Fraction


@dataclass(frozen=True, slots=True)
class SummedUse:
    """Rights that are not shown one by one, and what part of the demand they are."""

    quantity: int
    share: Fraction


@dataclass(frozen=True, slots=True)
class ElementUse:
    """Who can force gas through an element in one direction, and how much.

    `contracts` has the largest first, `set_aside` what the operator keeps back, `others` all the rest.
    """

    direction: FlowDirection
    capacity: int | None
    worst: int
    demand: int
    contracts: tuple[ContractUse, ...]
    set_aside: SummedUse
    others: SummedUse


@dataclass(frozen=True, slots=True)
class UsedStretch:
    """Gas days in a row on which an element is used alike, in each direction in which anything uses it.

    `uses` is None where an edge lies on too many cycles to say.
    """

    period: Period
    uses: tuple[ElementUse, ...] | None


async def pieces(
    connection: AsyncConnection, principal: Principal, view: NetworkView, period: Period
) -> list[ContractPiece]:
    """Return the firm rights of a view over a period that `principal` sees by name.

    Raises InvalidInput where they are too many.
    """
    start = sa.func.greatest(_movement.period_start, sa.literal(period.start, sa.Date))
    end = sa.func.least(_movement.period_end, sa.literal(period.end, sa.Date))
    of = (_contract.id, _contract.code, _contract.holder_id, _movement.receipt, _movement.delivery)
    query: sa.Select[Any] = (
        sa.select(*of, start.label("start"), end.label("end"), sa.func.sum(_movement.quantity).label("units"))
        .join_from(ContractRow.core(), MovementRow.core(), _movement.contract_id == _contract.id)
        .where(
            _movement.network_id == view.published.id,
            _movement.sequence <= view.rights.version,
            _movement.firmness == Firmness.FIRM.value,
            _movement.period_start < period.end,
            _movement.period_end > period.start,
            visible_to(principal, _contract.holder_id, operator=_contract.operator_id),
        )
        .group_by(*of, start, end)
        .limit(STEPS_MAX + 1)
    )
    rows = (await connection.execute(query)).all()
    if len(rows) > STEPS_MAX:
        raise InvalidInput([Fault("period", "too many contracts in this period: ask for fewer gas days")])
    return [
        ContractPiece(
            ContractId(row.id),
            row.code,
            PartyId(row.holder_id),
            Route(row.receipt, row.delivery),
            Period(row.start, row.end),
            int(row.units),
        )
        for row in rows
    ]


def uses(stretches: StretchLoads, seen: Iterable[ContractPiece], view: NetworkView) -> list[UsedStretch]:
    """Return who uses an element by stretches of equal days, from what loads it and the contracts seen."""
    counted = {route for _, loads in stretches for load in loads or () for route in load.units}
    whole = Period(stretches[0][0].start, stretches[-1][0].end)
    kept_back = {route: view.rights.set_aside(route, whole) for route in counted}
    changes: defaultdict[date, list[tuple[ContractPiece, int]]] = defaultdict(list)
    for piece in seen:
        if piece.route in counted:
            changes[piece.period.start].append((piece, piece.quantity))
            changes[piece.period.end].append((piece, -piece.quantity))
    cuts = {day for period, _ in stretches for day in (period.start, period.end)}
    cuts |= {period.start for spans in kept_back.values() for period, _ in spans}
    places = iter(stretches)
    reached, loads = next(places)
    held: dict[tuple[ContractId, Route], Holding] = {}
    found: list[UsedStretch] = []
    for start, end in pairwise(sorted(cuts | changes.keys())):
        while reached.end <= start:
            reached, loads = next(places)
        for piece, change in changes[start]:
            _change(held, piece, change)
        aside = {route: _on(start, spans) for route, spans in kept_back.items()}
        used = None if loads is None else tuple(_use(load, held.values(), aside) for load in loads)
        if found and found[-1].uses == used:
            found[-1] = replace(found[-1], period=Period(found[-1].period.start, end))
        else:
            found.append(UsedStretch(Period(start, end), used))
    return found


def _change(held: dict[tuple[ContractId, Route], Holding], piece: ContractPiece, change: int) -> None:
    key = piece.contract_id, piece.route
    before = held.pop(key, None)
    quantity = change if before is None else before.quantity + change
    if quantity:
        held[key] = Holding(piece.contract_id, piece.code, piece.holder_id, piece.route, quantity)


def _on(day: date, spans: Sequence[tuple[Period, int]]) -> int:
    return next((quantity for period, quantity in spans if day in period), 0)


def _use(load: ElementLoad, held: Iterable[Holding], set_aside: Mapping[Route, int]) -> ElementUse:
    counted = (one for one in held if one.route in load.units)
    named = nsmallest(NAMED_MAX, counted, key=lambda one: (-one.quantity, one.code, one.route.sort_key))
    kept_back = {route: set_aside[route] for route in load.units if set_aside.get(route)}
    left = {route: quantity - kept_back.get(route, 0) for route, quantity in load.units.items()}
    for one in named:
        left[one.route] -= one.quantity
    contracts = tuple(ContractUse(one, load.share(one.route, one.quantity)) for one in named)
    of_all = (load.direction, load.capacity, load.worst, load.demand)
    return ElementUse(*of_all, contracts, set_aside=_summed(load, kept_back), others=_summed(load, left))


def _summed(load: ElementLoad, units: Mapping[Route, int]) -> SummedUse:
    shares = (load.share(route, quantity) for route, quantity in units.items())
    return SummedUse(sum(units.values()), sum(shares, Fraction(0)))
