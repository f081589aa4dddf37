"""Positions: what a party has on each route of a network, gas day by gas day, whatever the contracts.

    acquired − traded − released − held = free

A position is what the lines of the ledgers of movements and holds add up to, and nothing else: it belongs to
one version of the network's rights, and changes with the next line of the party. So what lapses by itself
counts as held until the line that ends it. Quantities are whole commercial units of the route. What is held
of a contract with several routes is held of each in proportion, rounded up.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.tables import ContractRow
from capacity.rights.model import Firmness, HoldCause, MovementCause, Route
from capacity.rights.tables import HoldRow, MovementRow
from linepack.gasday import Period
from linepack.ids import ContractId, NetworkId, PartyId
from linepack.problems import Fault, InvalidInput

STEPS_MAX: Final = 50_000
"""Changes of quantity that one answer may be made of."""

_contract, _movement, _hold = ContractRow.core().c, MovementRow.core().c, HoldRow.core().c


class Part(StrEnum):
    """What a line of a ledger adds to or takes from a position."""

    ACQUIRED = "acquired"
    TRADED = "traded"
    RELEASED = "released"
    LISTED = "listed"
    HELD_ELSE = "held_else"


@dataclass(frozen=True, slots=True)
class Position:
    """How what a party has on a route comes about, the same on every gas day of `period`.

    `acquired` was booked or bought, `traded` and `released` went to others, `held` is promised, of which
    `listed` by listings.
    """

    period: Period
    acquired: int
    traded: int
    released: int
    listed: int
    held: int

    @property
    def owned(self) -> int:
        """What is left of what was acquired."""
        return self.acquired - self.traded - self.released

    @property
    def free(self) -> int:
        """What can be offered or passed on."""
        return self.owned - self.held


@dataclass(frozen=True, slots=True)
class RoutePositions:
    """The positions on one route, in the order of their gas days; without those of nothing at all."""

    route: Route
    firmness: Firmness
    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A change of one part of a position on a route, from a gas day on."""

    route: Route
    firmness: Firmness
    part: Part
    day: date
    change: Fraction


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose positions on which network and gas days; on one route, or of one firmness, if given."""

    network_id: NetworkId
    holder_id: PartyId
    period: Period
    route: Route | None = None
    firmness: Firmness | None = None


def positions_of(steps: Iterable[Step]) -> list[RoutePositions]:
    """Return what steps add up to, in the order of the routes' sort keys."""
    changes: dict[tuple[Route, Firmness], dict[date, dict[Part, Fraction]]] = {}
    for step in steps:
        by_day = changes.setdefault((step.route, step.firmness), {})
        parts = by_day.setdefault(step.day, defaultdict(Fraction))
        parts[step.part] += step.change
    ordered = sorted(changes.items(), key=lambda item: (item[0][0].sort_key, item[0][1]))
    return [RoutePositions(*key, tuple(_running(by_day))) for key, by_day in ordered]


async def positions(
    connection: AsyncConnection, asked: Asked, *, routes: Sequence[Route] | None = None
) -> list[RoutePositions]:
    """Return a party's positions, those on `routes` if given; raises InvalidInput where they are too many."""
    wanted = _wanted(asked, routes)
    if wanted == []:
        return []
    lines = sa.union_all(_moved(asked), _held(asked)).cte("lines")
    ends = sa.union_all(
        sa.select(*_keys(lines.c), lines.c.start.label("day"), lines.c.quantity.label("change")),
        sa.select(*_keys(lines.c), lines.c.end.label("day"), (-lines.c.quantity).label("change")),
    ).subquery()
    grouped = (*_keys(ends.c), ends.c.day)
    query: sa.Select[Any] = sa.select(*grouped, sa.func.sum(ends.c.change).label("change")).group_by(*grouped)
    if wanted is not None:
        query = query.where(sa.or_(*(_is_on(ends.c, route) for route in wanted)))
    rows: Sequence[sa.Row[Any]] = (await connection.execute(query.limit(STEPS_MAX + 1))).all()
    if len(rows) > STEPS_MAX:
        message = "too many changes in this period: ask for fewer gas days, or for one route"
        raise InvalidInput([Fault("period", message)])
    return positions_of(_step(row) for row in rows)


async def touched_since(
    connection: AsyncConnection, network_id: NetworkId, holder_id: PartyId, after: int, *, limit: int
) -> list[tuple[int, ContractId]]:
    """Return the party's contracts that lines after version `after` are about, each with its last of them.

    At most `limit`, those first whose last line is the oldest.
    """
    moved = sa.select(_movement.contract_id, _movement.sequence).where(
        _movement.network_id == network_id, _movement.sequence > after, _movement.holder_id == holder_id
    )
    held = sa.select(_hold.contract_id, _hold.sequence).where(
        _hold.network_id == network_id,
        _hold.sequence > after,
        _hold.party_id == holder_id,
        _hold.contract_id.is_not(None),
    )
    lines = sa.union_all(moved, held).subquery()
    last = sa.func.max(lines.c.sequence)
    query = sa.select(last, lines.c.contract_id).group_by(lines.c.contract_id).order_by(last).limit(limit)
    return [(sequence, ContractId(one)) for sequence, one in await connection.execute(query)]


def _running(by_day: Mapping[date, Mapping[Part, Fraction]]) -> list[Position]:
    """Return the running sums of changes, each from its day on; neighbours that are alike are one."""
    level: dict[Part, Fraction] = dict.fromkeys(Part, Fraction(0))
    found: list[Position] = []
    for start, end in pairwise(sorted(by_day)):
        for part, change in by_day[start].items():
            level[part] += change
        if not any(level.values()):
            continue
        one = _position(Period(start, end), level)
        before = found[-1] if found and found[-1].period.end == start else None
        if before is not None and replace(one, period=before.period) == before:
            found[-1] = replace(before, period=Period(before.period.start, end))
        else:
            found.append(one)
    return found


def _position(period: Period, level: Mapping[Part, Fraction]) -> Position:
    held = ceil(level[Part.LISTED] + level[Part.HELD_ELSE])
    return Position(
        period=period,
        acquired=int(level[Part.ACQUIRED]),
        traded=int(level[Part.TRADED]),
        released=int(level[Part.RELEASED]),
        listed=ceil(level[Part.LISTED]),
        held=held,
    )


def _moved(asked: Asked) -> sa.Select[Any]:
    """Select the movements of the party's contracts; what is taken counts as positive."""
    line = _movement
    part = sa.case(
        (line.quantity > 0, Part.ACQUIRED.value),
        (line.cause == MovementCause.RELEASE.value, Part.RELEASED.value),
        else_=Part.TRADED.value,
    )
    columns = (*_days(line, asked.period), sa.func.abs(line.quantity).label("quantity"))
    one = sa.literal(1, sa.BigInteger)
    return (
        sa.select(*_route(line), part.label("part"), one.label("units"), one.label("per"), *columns)
        .join_from(ContractRow.core(), MovementRow.core(), line.contract_id == _contract.id)
        .where(*_own(asked), *_overlaps(line, asked.period))
    )


def _held(asked: Asked) -> sa.Select[Any]:
    """Select what is held of the party's contracts, once for each route that they were made with."""
    part = sa.case((_hold.cause == HoldCause.LISTING.value, Part.LISTED.value), else_=Part.HELD_ELSE.value)
    is_whole = _movement.quantity == _contract.quantity
    units = sa.case((is_whole, 1), else_=_movement.quantity)
    per = sa.case((is_whole, 1), else_=_contract.quantity)
    columns = (*_days(_hold, asked.period), _hold.quantity.label("quantity"))
    return (
        sa.select(*_route(_movement), part.label("part"), units.label("units"), per.label("per"), *columns)
        .join_from(ContractRow.core(), HoldRow.core(), _hold.contract_id == _contract.id)
        .join(MovementRow.core(), sa.and_(_movement.contract_id == _contract.id, _movement.quantity > 0))
        .where(*_own(asked), *_overlaps(_hold, asked.period))
    )


def _own(asked: Asked) -> list[sa.ColumnElement[bool]]:
    conditions = [_contract.holder_id == asked.holder_id, _contract.network_id == asked.network_id]
    if asked.firmness is not None:
        conditions.append(_contract.firmness == asked.firmness.value)
    return conditions


def _wanted(asked: Asked, routes: Sequence[Route] | None) -> list[Route] | None:
    if asked.route is None:
        return None if routes is None else list(routes)
    return [asked.route] if routes is None or asked.route in routes else []


def _overlaps(line: Any, period: Period) -> tuple[sa.ColumnElement[bool], ...]:
    return line.period_start < period.end, line.period_end > period.start


def _days(line: Any, period: Period) -> tuple[sa.Label[date], sa.Label[date]]:
    start = sa.func.greatest(line.period_start, sa.literal(period.start, sa.Date))
    end = sa.func.least(line.period_end, sa.literal(period.end, sa.Date))
    return start.label("start"), end.label("end")


def _route(line: Any) -> tuple[sa.ColumnElement[Any], ...]:
    return line.receipt, line.delivery, line.firmness


def _keys(columns: Any) -> tuple[sa.ColumnElement[Any], ...]:
    return columns.receipt, columns.delivery, columns.firmness, columns.part, columns.units, columns.per


def _is_on(columns: Any, route: Route) -> sa.ColumnElement[bool]:
    return sa.and_(
        columns.receipt.is_not_distinct_from(route.receipt),
        columns.delivery.is_not_distinct_from(route.delivery),
    )


def _step(row: sa.Row[Any]) -> Step:
    return Step(
        Route(row.receipt, row.delivery),
        Firmness(row.firmness),
        Part(row.part),
        row.day,
        Fraction(int(row.change) * row.units, row.per),
    )
