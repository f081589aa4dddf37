"""The queries of network clearing. Clearings are for everyone; bids are sealed till the close.

Functions that serve commands take the connection of a unit of work.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.access import Principal, concerns
from linepack.database.paging import Listed
from linepack.database.rows import RowMapper
from linepack.database.together import Reader
from linepack.ids import ClearingBidId, ClearingId, ContractId, NetworkId, PartyId
from market.clearing.model import Side
from market.network_clearings.model import (
    ClearingAward,
    ClearingRecord,
    ClearingState,
    NetworkClearing,
    Parked,
    PathBid,
    PathBidState,
)
from market.network_clearings.rules import Placed
from market.network_clearings.tables import AwardedPathBidRow, ClearingAwardRow, ClearingRow, PathBidRow
from market.offers.binding import BindingOffer
from market.offers.repository import DAYS, MarketTable

CLEARINGS = MarketTable[ClearingId, NetworkClearing](ClearingRow, NetworkClearing, "clearing", period=DAYS)
PATH_BIDS = MarketTable[ClearingBidId, PathBid](
    PathBidRow, PathBid, "bid", period=DAYS, route=("receipt", "delivery")
)

_clearings, _bids = CLEARINGS.core, PATH_BIDS.core
_awards, _awarded = ClearingAwardRow.core(), AwardedPathBidRow.core()
_records = RowMapper(ClearingAwardRow, ClearingRecord)

_is_open = _clearings.c.state == ClearingState.OPEN.value
_is_parked = sa.and_(_is_open, _clearings.c.parked_at.is_not(None))


class ClearingSort(StrEnum):
    """The columns that clearings may be ordered by."""

    OPENED_AT = "id"
    CLOSES_AT = "closes_at"
    START = "start_day"
    END = "end_day"


class PathBidSort(StrEnum):
    """The columns that bids on paths may be ordered by."""

    PLACED_AT = "id"
    START = "start_day"
    END = "end_day"
    QUANTITY = "quantity"
    PRICE = "price"


def clearings(
    *, network_id: NetworkId | None = None, state: ClearingState | None = None
) -> Listed[NetworkClearing]:
    """Return the list of clearings, of one network and in one state if given."""
    return CLEARINGS.listed(*CLEARINGS.matching(network_id=network_id, state=state))


async def due(connection: AsyncConnection, now: datetime) -> list[NetworkClearing]:
    """Return the open clearings that are not parked and whose bids have closed, in the order of closing."""
    column = _clearings.c
    are_due = (_is_open, column.closes_at <= now, column.parked_at.is_(None))
    return await CLEARINGS.find(connection, *are_due, order_by=[column.closes_at, column.id])


async def parked(connection: AsyncConnection) -> list[NetworkClearing]:
    """Return the clearings that could not be closed, in the order in which they were parked."""
    return await CLEARINGS.find(connection, _is_parked, order_by=[_clearings.c.parked_at, _clearings.c.id])


async def park(connection: AsyncConnection, clearing_id: ClearingId, parked: Parked) -> None:
    """Store why an open clearing cannot be closed; the instant at which it was parked first stays."""
    await CLEARINGS.change_open(
        connection,
        clearing_id,
        parked_at=sa.func.coalesce(_clearings.c.parked_at, parked.parked_at),
        parked_code=parked.code,
        parked_reason=parked.reason,
    )


async def close_clearing(connection: AsyncConnection, clearing: NetworkClearing) -> None:
    """Store what became of an open clearing: its state and outcome."""
    closed = {"state": clearing.state.value, "outcome": clearing.outcome}
    unparked = {"parked_at": None, "parked_code": None, "parked_reason": None}
    if not await CLEARINGS.change_open(connection, clearing.id, **closed, **unparked):
        raise RuntimeError(f"clearing {clearing.id} was closed by another although its row is locked")


async def placed_before(connection: AsyncConnection, clearing_id: ClearingId, party_id: PartyId) -> Placed:
    """Return what was placed in a clearing before, withdrawn bids included, and the bids of a party."""
    is_open = _bids.c.state == PathBidState.OPEN.value
    counts = sa.select(sa.func.count(), sa.func.count().filter(is_open)).where(
        _bids.c.clearing_id == clearing_id
    )
    count, open_count = (await connection.execute(counts)).one()
    are_own = (_bids.c.clearing_id == clearing_id, _bids.c.party_id == party_id)
    return Placed(count, open_count, await PATH_BIDS.find(connection, *are_own, order_by=[_bids.c.sequence]))


async def open_bids_in(connection: AsyncConnection, clearing_id: ClearingId) -> list[PathBid]:
    """Return the open bids of a clearing, in the order of arrival."""
    is_open = (_bids.c.clearing_id == clearing_id, _bids.c.state == PathBidState.OPEN.value)
    return await PATH_BIDS.find(connection, *is_open, order_by=[_bids.c.sequence])


async def binding_path_bids(
    connection: AsyncConnection, network_id: NetworkId, party_ids: Sequence[PartyId]
) -> list[BindingOffer]:
    """Return the open bids of parties to buy in the clearings of a network."""
    binds = (
        _bids.c.network_id == network_id,
        _bids.c.party_id.in_(party_ids),
        _bids.c.side == Side.BUY.value,
        _bids.c.state == PathBidState.OPEN.value,
    )
    return [bid.binding() for bid in await PATH_BIDS.find(connection, *binds, order_by=[_bids.c.id])]


async def bids_by_id(
    connection: Reader, principal: Principal, bid_ids: Iterable[ClearingBidId]
) -> dict[ClearingBidId, PathBid]:
    """Return those of the bids that the principal may see; see `bids`."""
    return await PATH_BIDS.by_ids(connection, bid_ids, *_seen(principal))


def bids(
    principal: Principal, *, clearing_id: ClearingId | None = None, state: PathBidState | None = None
) -> Listed[PathBid]:
    """Return the list of the bids in a clearing that the principal may see; without one, of its own bids.

    A bidder sees its own, the operator of the network all; once the clearing is closed, those who oversee the
    market see them too.
    """
    conditions = [] if state is None else [_bids.c.state == state.value]
    if clearing_id is None:
        conditions.append(_bids.c.party_id == principal.party_id)
    else:
        conditions += [*_seen(principal), _bids.c.clearing_id == clearing_id]
    return PATH_BIDS.listed(*conditions)


async def set_bid_states(
    connection: AsyncConnection, bid_ids: Sequence[ClearingBidId], state: PathBidState
) -> None:
    """Change the state of open bids."""
    statement = (
        sa.update(_bids)
        .where(_bids.c.id.in_(bid_ids), _bids.c.state == PathBidState.OPEN.value)
        .values(state=state.value)
    )
    await connection.execute(statement)


async def insert_award(
    connection: AsyncConnection, award: ClearingAward, proofs: Sequence[Mapping[str, Any]]
) -> None:
    """Add the record of an award, and the verdicts that prove it."""
    values = _records.values(
        award.record, clearing_id=award.clearing_id, awarded_at=award.awarded_at, proofs=list(proofs)
    )
    await connection.execute(sa.insert(_awards).values(values))


async def insert_awarded(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add what bids became: `bid_id`, `clearing_id`, `contract_id`, `quantity` and `rate` of each."""
    if rows:
        await connection.execute(sa.insert(_awarded), list(rows))


async def awards_of(
    connection: Reader, clearing_ids: Sequence[ClearingId]
) -> dict[ClearingId, ClearingAward]:
    """Return how clearings were decided, those that were; the record is for everyone and names no party."""
    rows = await connection.execute(sa.select(_awards).where(_awards.c.clearing_id.in_(clearing_ids)))
    return {
        ClearingId(row.clearing_id): ClearingAward(
            ClearingId(row.clearing_id), row.awarded_at, _records.read(row)
        )
        for row in rows
    }


async def contracts_of(
    connection: Reader, bid_ids: Sequence[ClearingBidId]
) -> dict[ClearingBidId, ContractId]:
    """Return the contract that each bid became, of those that were awarded something."""
    columns = (_awarded.c.bid_id, _awarded.c.contract_id)
    rows = await connection.execute(sa.select(*columns).where(_awarded.c.bid_id.in_(bid_ids)))
    return {ClearingBidId(row.bid_id): ContractId(row.contract_id) for row in rows}


def _seen(principal: Principal) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions for bids that the principal may see, each with the clearing that it is in."""
    while_sealed = concerns(principal, _bids.c.party_id, operator=_clearings.c.operator_id)
    unsealed = sa.and_(sa.not_(_is_open), sa.literal(principal.oversees))
    return _clearings.c.id == _bids.c.clearing_id, sa.or_(while_sealed, unsealed)
