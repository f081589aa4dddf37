"""The queries of release. Offers are for everyone; bids pass the tenant filter and are sealed until decided.

Lists are newest first; `after` is the last id seen. Functions that serve commands take the connection of a
unit of work.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.rights.model import Route
from linepack.access import Principal, visible_to
from linepack.gasday import Period
from linepack.ids import BidId, ContractId, NetworkId, PartyId, ReleaseId
from linepack.money import Currency
from linepack.problems import NotFound
from market.offers.repository import capacity_columns, capacity_of, newest, on_route, sharing_days
from market.releases.award_record import AwardRecord
from market.releases.bid_evaluation import BidEvalMethod, Terms, TieBreak
from market.releases.model import Award, AwardedBid, Bid, BidState, Parked, Release, ReleaseState
from market.releases.tables import AwardedBidRow, AwardRow, BidRow, ReleaseRow

_releases = ReleaseRow.core()
_bids = BidRow.core()
_awards = AwardRow.core()
_awarded_bids = AwardedBidRow.core()


async def release_for_update(connection: AsyncConnection, release_id: ReleaseId) -> Release:
    """Return a release and keep others from bidding on or closing it until the commit; raises NotFound."""
    statement = sa.select(_releases).where(_releases.c.id == release_id).with_for_update()
    return _release_found(release_id, (await connection.execute(statement)).first())


async def get_release(connection: AsyncConnection, release_id: ReleaseId) -> Release:
    """Return a release; raises NotFound."""
    statement = sa.select(_releases).where(_releases.c.id == release_id)
    return _release_found(release_id, (await connection.execute(statement)).first())


async def releases_by_id(
    connection: AsyncConnection, release_ids: Iterable[ReleaseId]
) -> dict[ReleaseId, Release]:
    """Return the releases with these ids."""
    statement = sa.select(_releases).where(_releases.c.id.in_(list(release_ids)))
    return {ReleaseId(row.id): release_of(row) for row in await connection.execute(statement)}


async def open_releases(
    connection: AsyncConnection,
    network_id: NetworkId,
    *,
    route: Route | None = None,
    period: Period | None = None,
    after: ReleaseId | None = None,
    limit: int,
) -> list[Release]:
    """Return open releases of a network, those on `route` and sharing gas days with `period` if given."""
    statement = sa.select(_releases).where(
        _releases.c.network_id == network_id,
        _releases.c.state == ReleaseState.OPEN.value,
        *on_route(_releases, route),
        *sharing_days(_releases, period),
    )
    rows = await newest(connection, statement, _releases.c.id, after=after, limit=limit)
    return [release_of(row) for row in rows]


async def own_releases(
    connection: AsyncConnection, principal: Principal, *, after: ReleaseId | None = None, limit: int
) -> list[Release]:
    """Return the releases of the principal's party, whatever became of them."""
    statement = sa.select(_releases).where(_releases.c.releasing_id == principal.party_id)
    rows = await newest(connection, statement, _releases.c.id, after=after, limit=limit)
    return [release_of(row) for row in rows]


async def due(connection: AsyncConnection, now: datetime) -> list[Release]:
    """Return the open releases that are not parked and whose bids have closed, in the order of closing."""
    statement = (
        sa.select(_releases)
        .where(
            _releases.c.state == ReleaseState.OPEN.value,
            _releases.c.bids_close_at <= now,
            _releases.c.parked_at.is_(None),
        )
        .order_by(_releases.c.bids_close_at, _releases.c.id)
    )
    return [release_of(row) for row in await connection.execute(statement)]


async def parked(connection: AsyncConnection) -> list[Release]:
    """Return the releases that could not be closed, in the order in which they were parked."""
    statement = (
        sa.select(_releases)
        .where(_releases.c.state == ReleaseState.OPEN.value, _releases.c.parked_at.is_not(None))
        .order_by(_releases.c.parked_at, _releases.c.id)
    )
    return [release_of(row) for row in await connection.execute(statement)]


async def count_parked(connection: AsyncConnection) -> int:
    """Return how many releases are parked."""
    statement = sa.select(sa.func.count()).where(
        _releases.c.state == ReleaseState.OPEN.value, _releases.c.parked_at.is_not(None)
    )
    return int((await connection.execute(statement)).scalar_one())


async def park(connection: AsyncConnection, release_id: ReleaseId, parked: Parked) -> None:
    """Store why an open release cannot be closed; the instant at which it was parked first stays."""
    statement = (
        sa.update(_releases)
        .where(_releases.c.id == release_id, _releases.c.state == ReleaseState.OPEN.value)
        .values(
            parked_at=sa.func.coalesce(_releases.c.parked_at, parked.parked_at),
            parked_code=parked.code,
            parked_reason=parked.reason,
        )
    )
    await connection.execute(statement)


async def parked_of(
    connection: AsyncConnection, principal: Principal, release_ids: Sequence[ReleaseId]
) -> dict[ReleaseId, Parked]:
    """Return why releases are parked, those that are; for the releasing shipper, bidders and the operator."""
    is_bidder = sa.exists().where(
        _bids.c.release_id == _releases.c.id, _bids.c.bidder_id == principal.party_id
    )
    seen = visible_to(principal, _releases.c.releasing_id, operator=_releases.c.operator_id)
    statement = sa.select(_releases).where(
        _releases.c.id.in_(release_ids),
        _releases.c.state == ReleaseState.OPEN.value,
        _releases.c.parked_at.is_not(None),
        sa.or_(seen, is_bidder),
    )
    return {
        ReleaseId(row.id): Parked(row.parked_code, row.parked_reason, row.parked_at)
        for row in await connection.execute(statement)
    }


async def open_on_contract(connection: AsyncConnection, contract_id: ContractId) -> list[Release]:
    """Return the open releases of a contract, and keep others from bidding on them until the commit."""
    statement = (
        sa.select(_releases)
        .where(_releases.c.contract_id == contract_id, _releases.c.state == ReleaseState.OPEN.value)
        .order_by(_releases.c.id)
        .with_for_update()
    )
    return [release_of(row) for row in await connection.execute(statement)]


async def set_quantity(connection: AsyncConnection, release: Release) -> None:
    """Store the quantity of an open release that has shrunk; its row is locked."""
    statement = sa.update(_releases).where(_releases.c.id == release.id).values(quantity=release.quantity)
    await connection.execute(statement)


async def insert_release(connection: AsyncConnection, release: Release) -> None:
    """Add an offer."""
    values = capacity_columns(release.capacity) | {
        "id": release.id,
        "releasing_id": release.releasing_id,
        "contract_id": release.contract_id,
        "quantity": release.quantity,
        "method": release.terms.method.value,
        "tie_break": release.terms.tie_break.value,
        "minimum_rate": release.terms.minimum_rate,
        "minimum_quantity": release.terms.minimum_quantity,
        "minimum_term_days": release.terms.minimum_term_days,
        "discount_rate": release.terms.discount_rate,
        "currency": release.currency.value,
        "recallable": release.recallable,
        "prearranged_bidder_id": release.prearranged_bidder_id,
        "bids_close_at": release.bids_close_at,
        "state": release.state.value,
        "outcome": release.outcome,
        "offered_at": release.offered_at,
    }
    await connection.execute(sa.insert(_releases).values(values))


async def close_release(connection: AsyncConnection, release: Release) -> None:
    """Store what became of an open release: its state and outcome."""
    statement = (
        sa.update(_releases)
        .where(_releases.c.id == release.id, _releases.c.state == ReleaseState.OPEN.value)
        .values(
            state=release.state.value,
            outcome=release.outcome,
            parked_at=None,
            parked_code=None,
            parked_reason=None,
        )
    )
    if (await connection.execute(statement)).rowcount != 1:
        raise RuntimeError(f"release {release.id} was closed by another although its row is locked")


async def get_bid(connection: AsyncConnection, bid_id: BidId) -> Bid:
    """Return a bid, without visibility check; raises NotFound."""
    row = (await connection.execute(sa.select(_bids).where(_bids.c.id == bid_id))).first()
    if row is None:
        raise NotFound("bid", bid_id, path=("bidId",))
    return bid_of(row)


async def bids_on(connection: AsyncConnection, release_id: ReleaseId) -> list[Bid]:
    """Return all bids ever placed on a release, in the order of arrival."""
    statement = sa.select(_bids).where(_bids.c.release_id == release_id).order_by(_bids.c.sequence)
    return [bid_of(row) for row in await connection.execute(statement)]


async def open_bids_on(connection: AsyncConnection, release_id: ReleaseId) -> list[Bid]:
    """Return the open bids on a release, one for each bidder, in the order of arrival."""
    bids = await bids_on(connection, release_id)
    return [bid for bid in bids if bid.state is BidState.OPEN]


async def bids_by_id(
    connection: AsyncConnection, principal: Principal, bid_ids: Iterable[BidId]
) -> dict[BidId, Bid]:
    """Return those of the bids that the principal may see; see `bids_of_release`."""
    statement = _bids_seen(principal).where(_bids.c.id.in_(list(bid_ids)))
    return {BidId(row.id): bid_of(row) for row in await connection.execute(statement)}


async def bids_of_release(
    connection: AsyncConnection,
    principal: Principal,
    release_id: ReleaseId,
    *,
    after: BidId | None = None,
    limit: int,
) -> list[Bid]:
    """Return the bids on a release that the principal may see.

    A bidder sees its own; the releasing shipper sees all once they are decided; the operator always.
    """
    statement = _bids_seen(principal).where(_bids.c.release_id == release_id)
    rows = await newest(connection, statement, _bids.c.id, after=after, limit=limit)
    return [bid_of(row) for row in rows]


async def own_bids(
    connection: AsyncConnection, principal: Principal, *, after: BidId | None = None, limit: int
) -> list[Bid]:
    """Return the bids of the principal's party."""
    statement = sa.select(_bids).where(_bids.c.bidder_id == principal.party_id)
    rows = await newest(connection, statement, _bids.c.id, after=after, limit=limit)
    return [bid_of(row) for row in rows]


async def insert_bid(connection: AsyncConnection, bid: Bid) -> None:
    """Add a bid; the release's row is locked."""
    values = {
        "id": bid.id,
        "release_id": bid.release_id,
        "bidder_id": bid.bidder_id,
        "quantity": bid.quantity,
        "minimum_quantity": bid.minimum_quantity,
        "rate": bid.rate,
        "start_day": bid.period.start,
        "end_day": bid.period.end,
        "value": bid.value,
        "state": bid.state.value,
        "sequence": bid.sequence,
        "placed_at": bid.placed_at,
    }
    await connection.execute(sa.insert(_bids).values(values))


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
    record = award.record
    values = {
        "release_id": award.release_id,
        "awarded_at": award.awarded_at,
        "due_at": award.due_at,
        "first_day": award.first_day,
        "algorithm": record.algorithm,
        "seed": record.seed,
        "inputs": record.inputs,
        "outcome": record.outcome,
        "hash": record.hash,
    }
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
    connection: AsyncConnection, principal: Principal, release_ids: Sequence[ReleaseId]
) -> dict[ReleaseId, Award]:
    """Return how releases were decided, those that were.

    The record is for everyone to replay; it names bids, not bidders. `awards` are those that the principal
    may see: its own, those on its own release, all for the operator.
    """
    records = await connection.execute(sa.select(_awards).where(_awards.c.release_id.in_(release_ids)))
    statement = (
        sa.select(
            _bids,
            _awarded_bids.c.child_contract_id,
            _awarded_bids.c.quantity.label("won"),
            sa.func.greatest(_bids.c.start_day, _awards.c.first_day).label("first_day"),
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
            tuple(_awarded_bid(bid) for bid in won if bid.release_id == row.release_id),
            AwardRecord(row.algorithm, row.seed, row.inputs, row.outcome, row.hash),
        )
        for row in records
    }


def _bids_seen(principal: Principal) -> sa.Select[Any]:
    decided = _releases.c.state.in_([ReleaseState.AWARDED.value, ReleaseState.UNAWARDED.value])
    released_by_viewer = sa.and_(decided, _releases.c.releasing_id == principal.party_id)
    seen = visible_to(principal, _bids.c.bidder_id, operator=_releases.c.operator_id)
    return (
        sa.select(_bids)
        .join(_releases, _releases.c.id == _bids.c.release_id)
        .where(sa.or_(seen, released_by_viewer))
    )


def _release_found(release_id: ReleaseId, row: sa.Row[Any] | None) -> Release:
    if row is None:
        raise NotFound("release", release_id, path=("releaseId",))
    return release_of(row)


def release_of(row: sa.Row[Any]) -> Release:
    """Return the release that a row holds."""
    capacity = capacity_of(row)
    return Release(
        id=ReleaseId(row.id),
        capacity=capacity,
        quantity=row.quantity,
        terms=Terms(
            term=capacity.period,
            capacity=((capacity.period, row.quantity),),
            method=BidEvalMethod(row.method),
            tie_break=TieBreak(row.tie_break),
            minimum_rate=row.minimum_rate,
            minimum_quantity=row.minimum_quantity,
            minimum_term_days=row.minimum_term_days,
            discount_rate=row.discount_rate,
        ),
        currency=Currency(row.currency),
        recallable=row.recallable,
        bids_close_at=row.bids_close_at,
        state=ReleaseState(row.state),
        outcome=row.outcome,
        releasing_id=PartyId(row.releasing_id),
        contract_id=ContractId(row.contract_id),
        prearranged_bidder_id=None
        if row.prearranged_bidder_id is None
        else PartyId(row.prearranged_bidder_id),
        offered_at=row.offered_at,
    )


def bid_of(row: sa.Row[Any]) -> Bid:
    """Return the bid that a row holds."""
    return Bid(
        id=BidId(row.id),
        release_id=ReleaseId(row.release_id),
        bidder_id=PartyId(row.bidder_id),
        quantity=row.quantity,
        minimum_quantity=row.minimum_quantity,
        rate=row.rate,
        period=Period(row.start_day, row.end_day),
        value=row.value,
        state=BidState(row.state),
        sequence=row.sequence,
        placed_at=row.placed_at,
    )


def _awarded_bid(row: sa.Row[Any]) -> AwardedBid:
    return AwardedBid(
        bid_id=BidId(row.id),
        replacement_id=PartyId(row.bidder_id),
        child_contract_id=ContractId(row.child_contract_id),
        quantity=row.won,
        rate=row.rate,
        period=Period(row.first_day, row.end_day),
    )
