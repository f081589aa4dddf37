"""The queries of release. Offers are for everyone; bids pass the tenant filter and are sealed till the close.

Functions that serve commands take the connection of a unit of work.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.access import Principal, concerns, visible_to
from linepack.database.paging import Listed
from linepack.database.rows import RowMapper
from linepack.database.together import Reader
from linepack.gasday import Period
from linepack.ids import BidId, ContractId, NetworkId, PartyId, ReleaseId
from market.offers.binding import BindingOffer
from market.offers.repository import CAPACITY, DAYS, MarketTable
from market.releases.award_record import AwardRecord
from market.releases.model import Award, AwardedBid, Bid, BidState, Parked, Release, ReleaseState
from market.releases.tables import AwardedBidRow, AwardRow, BidRow, ReleaseRow

RELEASES = MarketTable[ReleaseId, Release](ReleaseRow, Release, "release", capacity=CAPACITY)
BIDS = MarketTable[BidId, Bid](BidRow, Bid, "bid", period=DAYS)

_releases, _bids = RELEASES.core, BIDS.core
_awards = AwardRow.core()
_awarded_bids = AwardedBidRow.core()
_records = RowMapper(AwardRow, AwardRecord)

_is_open = _releases.c.state == ReleaseState.OPEN.value
_is_parked = sa.and_(_is_open, _releases.c.parked_at.is_not(None))


class ReleaseSort(StrEnum):
    """The columns that releases may be ordered by."""

    OFFERED_AT = "id"
    BIDS_CLOSE_AT = "bids_close_at"
    START = "start_day"
    END = "end_day"
    QUANTITY = "quantity"
    MINIMUM_RATE = "minimum_rate"


class BidSort(StrEnum):
    """The columns that bids may be ordered by."""

    PLACED_AT = "id"
    START = "start_day"
    END = "end_day"
    QUANTITY = "quantity"
    RATE = "rate"
    VALUE = "value"


def own_releases(principal: Principal, *conditions: sa.ColumnElement[bool]) -> Listed[Release]:
    """Return the list of the releases of the principal's party for which all conditions hold."""
    return RELEASES.listed(_releases.c.releasing_id == principal.party_id, *conditions)


async def due(connection: AsyncConnection, now: datetime) -> list[Release]:
    """Return the open releases that are not parked and whose bids have closed, in the order of closing."""
    column = _releases.c
    are_due = (_is_open, column.bids_close_at <= now, column.parked_at.is_(None))
    return await RELEASES.find(connection, *are_due, order_by=[column.bids_close_at, column.id])


async def parked(connection: AsyncConnection) -> list[Release]:
    """Return the releases that could not be closed, in the order in which they were parked."""
    return await RELEASES.find(connection, _is_parked, order_by=[_releases.c.parked_at, _releases.c.id])


async def count_parked(connection: AsyncConnection) -> int:
    """Return how many releases are parked."""
    return int((await connection.execute(sa.select(sa.func.count()).where(_is_parked))).scalar_one())


async def park(connection: AsyncConnection, release_id: ReleaseId, parked: Parked) -> None:
    """Store why an open release cannot be closed; the instant at which it was parked first stays."""
    await RELEASES.change_open(
        connection,
        release_id,
        parked_at=sa.func.coalesce(_releases.c.parked_at, parked.parked_at),
        parked_code=parked.code,
        parked_reason=parked.reason,
    )


async def parked_of(
    connection: Reader, principal: Principal, release_ids: Sequence[ReleaseId]
) -> dict[ReleaseId, Parked]:
    """Return why releases are parked, those that are; for the releasing shipper, bidders and the operator."""
    is_bidder = sa.exists().where(
        _bids.c.release_id == _releases.c.id, _bids.c.bidder_id == principal.party_id
    )
    seen = visible_to(principal, _releases.c.releasing_id, operator=_releases.c.operator_id)
    statement = sa.select(_releases).where(
        _releases.c.id.in_(release_ids),
        _is_parked,
        sa.or_(seen, is_bidder),
    )
    return {
        ReleaseId(row.id): Parked(row.parked_code, row.parked_reason, row.parked_at)
        for row in await connection.execute(statement)
    }


async def open_on_contract(connection: AsyncConnection, contract_id: ContractId) -> list[Release]:
    """Return the open releases of a contract, and keep others from bidding on them until the commit."""
    statement = sa.select(_releases).where(_releases.c.contract_id == contract_id, _is_open)
    locked = statement.order_by(_releases.c.id).with_for_update()
    return RELEASES.rows.all(await connection.execute(locked))


async def binding_bids(
    connection: AsyncConnection, network_id: NetworkId, party_ids: Sequence[PartyId]
) -> list[BindingOffer]:
    """Return the open bids of parties on releases of a network."""
    of_network = sa.select(_releases.c.id).where(_releases.c.network_id == network_id, _is_open)
    binds = (
        _bids.c.bidder_id.in_(party_ids),
        _bids.c.state == BidState.OPEN.value,
        _bids.c.release_id.in_(of_network),
    )
    bids = await BIDS.find(connection, *binds, order_by=[_bids.c.id])
    if not bids:
        return []
    releases = await RELEASES.by_ids(connection, {bid.release_id for bid in bids})
    return [bid.binding(releases[bid.release_id]) for bid in bids]


async def close_release(connection: AsyncConnection, release: Release) -> None:
    """Store what became of an open release: its state and outcome."""
    closed = {"state": release.state.value, "outcome": release.outcome}
    unparked = {"parked_at": None, "parked_code": None, "parked_reason": None}
    if not await RELEASES.change_open(connection, release.id, **closed, **unparked):
        raise RuntimeError(f"release {release.id} was closed by another although its row is locked")


async def bids_on(connection: AsyncConnection, release_id: ReleaseId) -> list[Bid]:
    """Return all bids ever placed on a release, in the order of arrival."""
    return await BIDS.find(connection, _bids.c.release_id == release_id, order_by=[_bids.c.sequence])


async def open_bids_on(connection: AsyncConnection, release_id: ReleaseId) -> list[Bid]:
    """Return the open bids on a release, one for each bidder, in the order of arrival."""
    bids = await bids_on(connection, release_id)
    return [bid for bid in bids if bid.state is BidState.OPEN]


async def bids_by_id(connection: Reader, principal: Principal, bid_ids: Iterable[BidId]) -> dict[BidId, Bid]:
    """Return those of the bids that the principal may see; see `bids`."""
    return await BIDS.by_ids(connection, bid_ids, *_seen(principal))


def bids(
    principal: Principal, *, release_id: ReleaseId | None = None, state: BidState | None = None
) -> Listed[Bid]:
    """Return the list of the bids on a release that the principal may see; without one, of its own bids.

    A bidder sees its own, the operator of the network all. Once the offer is closed, those who oversee the
    market see them too, and once bids are decided the releasing shipper.
    """
    conditions = [] if state is None else [_bids.c.state == state.value]
    if release_id is None:
        conditions.append(_bids.c.bidder_id == principal.party_id)
    else:
        conditions += [*_seen(principal), _bids.c.release_id == release_id]
    return BIDS.listed(*conditions)


async def set_bid_states(connection: AsyncConnection, bid_ids: Sequence[BidId], state: BidState) -> None:
    """Change the state of open bids."""
    statement = (
        sa.update(_bids)
        .where(_bids.c.id.in_(bid_ids), _bids.c.state == BidState.OPEN.value)
        .values(state=state.value)
    )
    await connection.execute(statement)


async def insert_award(connection: AsyncConnection, award: Award) -> None:
    """Add the record of an award and what each winning bid became."""
    values = _records.values(
        award.record,
        release_id=award.release_id,
        awarded_at=award.awarded_at,
        due_at=award.due_at,
        first_day=award.first_day,
    )
    await connection.execute(sa.insert(_awards).values(values))
    if award.awards:
        rows = [
            {
                "bid_id": won.bid_id,
                "release_id": award.release_id,
                "child_contract_id": won.child_contract_id,
                "quantity": won.quantity,
            }
            for won in award.awards
        ]
        await connection.execute(sa.insert(_awarded_bids), rows)


async def award_of(connection: AsyncConnection, principal: Principal, release_id: ReleaseId) -> Award | None:
    """Return how a release was decided, None while it is not; see `awards_of`."""
    return (await awards_of(connection, principal, [release_id])).get(release_id)


async def awards_of(
    connection: Reader, principal: Principal, release_ids: Sequence[ReleaseId]
) -> dict[ReleaseId, Award]:
    """Return how releases were decided, those that were.

    The record is for everyone to check; it names bids, not bidders. `awards` are those that the principal
    may see: its own, those on its own release, all for the operator.
    """
    records = await connection.execute(sa.select(_awards).where(_awards.c.release_id.in_(release_ids)))
    statement = (
        sa.select(
            _bids,
            _awarded_bids.c.child_contract_id,
            _awarded_bids.c.quantity.label("won"),
            sa.func.greatest(_bids.c.start_day, _awards.c.first_day, type_=sa.Date()).label("first_day"),
        )
        .join(_awarded_bids, _awarded_bids.c.bid_id == _bids.c.id)
        .join(_awards, _awards.c.release_id == _bids.c.release_id)
        .join(_releases, _releases.c.id == _bids.c.release_id)
        .where(
            _bids.c.release_id.in_(release_ids),
            visible_to(
                principal, _bids.c.bidder_id, _releases.c.releasing_id, operator=_releases.c.operator_id
            ),
        )
        .order_by(_bids.c.release_id, _bids.c.sequence)
    )
    won = (await connection.execute(statement)).all()
    return {
        ReleaseId(row.release_id): Award(
            ReleaseId(row.release_id),
            row.awarded_at,
            row.due_at,
            row.first_day,
            tuple(_awarded(bid) for bid in won if bid.release_id == row.release_id),
            _records.read(row),
        )
        for row in records
    }


def _seen(principal: Principal) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions for bids that the principal may see, each with the release that it is on."""
    decided = _releases.c.state.in_([ReleaseState.AWARDED.value, ReleaseState.UNAWARDED.value])
    released_by_viewer = sa.and_(decided, _releases.c.releasing_id == principal.party_id)
    while_sealed = concerns(principal, _bids.c.bidder_id, operator=_releases.c.operator_id)
    unsealed = sa.and_(sa.not_(_is_open), sa.literal(principal.oversees))
    return _releases.c.id == _bids.c.release_id, sa.or_(while_sealed, unsealed, released_by_viewer)


def _awarded(row: sa.Row[Any]) -> AwardedBid:
    return AwardedBid(
        bid_id=row.id,
        replacement_id=row.bidder_id,
        child_contract_id=row.child_contract_id,
        quantity=row.won,
        rate=row.rate,
        period=Period(row.first_day, row.end_day),
    )
