"""The commands on network clearings: `linepack clear`.

They act for the operator of the network concerned, or for the shipper who bids.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid4

from capacity.networks import repository as networks
from linepack.access import PartyKind, Role
from linepack.database.paging import whole
from linepack.identity.repository import parties_by_id
from linepack.ids import ClearingBidId, ClearingId, ContractId, RevisionId
from linepack.jobs.model import Job
from linepack.problems import Fault, InvalidInput, NotFound
from market.clearing.model import Side
from market.network_clearings import repository
from market.network_clearings.commands import (
    AwardClearing,
    DraftClearing,
    OpenClearing,
    PlacePathBid,
    WithdrawClearing,
    WithdrawPathBid,
)
from market.network_clearings.inputs import replayed
from market.network_clearings.model import ClearingRecord, NetworkClearing, PathBid
from market.network_clearings.repository import CLEARINGS, PATH_BIDS
from market.network_clearings.service import (
    award_clearing,
    draft_clearing,
    open_clearing,
    place_path_bid,
    withdraw_clearing,
    withdraw_path_bid,
)
from server.cli.answers import INSTANT, Answer, Column, Line, Rows, Shown
from server.cli.arguments import period_of
from server.cli.job_progress import ending
from server.cli.session import Session

LISTED: Final = (
    Column("id", "id"),
    Column("period", "gas days"),
    Column("closes_at", "bids until", lambda at: at.strftime(INSTANT)),
    Column("state", "state"),
    Column("outcome", "outcome"),
)
BIDS: Final = (
    Column("id", "bid"),
    Column("party", "party"),
    Column("side", "side"),
    Column("route", "path"),
    Column("period", "gas days"),
    Column("quantity", "asked"),
    Column("price", "limit", "f"),
    Column("state", "state"),
    Column("awarded", "awarded"),
    Column("rate", "rate"),
    Column("payment", "payment"),
    Column("why", "why"),
)
DRAFTED: Final = (
    Column("id", "bid"),
    Column("party", "party"),
    Column("side", "side"),
    Column("route", "path"),
    Column("quantity", "asked"),
    Column("awarded", "awarded"),
    Column("rate", "rate"),
    Column("why", "why"),
)
EDGES: Final = (
    Column("edge", "edge"),
    Column("direction", "direction"),
    Column("price", "price"),
)


async def open_(
    session: Session,
    *,
    network: str,
    start: date,
    end: date,
    closes: datetime,
    reserve_price: Decimal,
    seconds: int,
    gap: Decimal,
    key: str | None,
) -> Answer:
    """Open a clearing of a network."""
    period = period_of(start, end)
    published = await session.network(network)
    command = OpenClearing(
        network_id=published.id,
        start=period.start,
        end=period.end,
        closes_at=closes,
        reserve_price=reserve_price,
        seconds_max=seconds,
        gap_max=gap,
        idempotency_key=key or str(uuid4()),
    )
    operator = session.caller_for(published.operator_id, Role.OPERATOR)
    return _clearing(await operator.run(open_clearing, command))


async def bid(
    session: Session,
    *,
    clearing: UUID,
    party: str,
    start: date,
    end: date,
    quantity: int,
    price: Decimal,
    receipt: str | None,
    delivery: str | None,
    contract: UUID | None,
    minimum: int,
    only_if: UUID | None,
    key: str | None,
) -> Answer:
    """Bid or offer for a shipper."""
    company = await session.party(party)
    if company.kind is not PartyKind.SHIPPER:
        raise InvalidInput([Fault("party", f"{company.name} is no shipper")])
    period = period_of(start, end)
    command = PlacePathBid(
        clearing_id=ClearingId(clearing),
        side=Side.BUY if contract is None else Side.SELL,
        start=period.start,
        end=period.end,
        quantity=quantity,
        price=price,
        receipt=receipt,
        delivery=delivery,
        contract_id=None if contract is None else ContractId(contract),
        minimum=minimum,
        only_if=None if only_if is None else ClearingBidId(only_if),
        idempotency_key=key or str(uuid4()),
    )
    shipper = session.caller_for(company.id, Role.SHIPPER)
    return _bid(await shipper.run(place_path_bid, command))


async def withdraw(session: Session, *, bid: UUID) -> Answer:
    """Withdraw a bid for its shipper."""
    async with session.services.database.read() as connection:
        placed = await PATH_BIDS.get(connection, ClearingBidId(bid))
    shipper = session.caller_for(placed.party_id, Role.SHIPPER)
    return _bid(await shipper.run(withdraw_path_bid, WithdrawPathBid(placed.id)))


async def call_off(session: Session, *, clearing: UUID) -> Answer:
    """Call a clearing off for its operator."""
    opened = await _opened(session, clearing)
    operator = session.caller_for(opened.operator_id, Role.OPERATOR)
    return _clearing(await operator.run(withdraw_clearing, WithdrawClearing(opened.id)))


async def draft(session: Session, *, clearing: UUID, wait: bool) -> Answer:
    """Clear the bids as they are now."""
    opened = await _opened(session, clearing)
    operator = session.caller_for(opened.operator_id, Role.OPERATOR)
    command = DraftClearing(opened.id, session.services.settings.solver)
    job = await operator.run(draft_clearing, command)
    return await ending(session, job, wait=wait, shown=_drafted)


async def award(session: Session, *, clearing: UUID) -> Answer:
    """Award a clearing for its operator."""
    opened = await _opened(session, clearing)
    operator = session.caller_for(opened.operator_id, Role.OPERATOR)
    return _clearing(await award_clearing(AwardClearing(opened.id), operator))


async def list_(session: Session, *, network: str) -> Answer:
    """List the clearings of a network, the newest first."""
    published = await session.network(network)
    async with session.services.database.read() as connection:
        found = await whole(connection, repository.clearings(network_id=published.id))
    return Answer.listing(Rows(LISTED, [_record(one) for one in found]), f"{network} has no clearing.")


async def show(session: Session, *, clearing: UUID) -> Answer:
    """Show a clearing with its bids."""
    opened = await _opened(session, clearing)
    operator = session.acting_for(opened.operator_id, Role.OPERATOR)
    async with session.services.database.read() as connection:
        bids = await whole(connection, repository.bids(operator, clearing_id=opened.id))
        awards = await repository.awards_of(connection, [opened.id])
        parties = await parties_by_id(connection, [one.party_id for one in bids])
    record = awards[opened.id].record if opened.id in awards else None
    codes = {party_id: party.code for party_id, party in parties.items()}
    rows = [_of_bid(one, codes[one.party_id], record) for one in sorted(bids, key=lambda one: one.sequence)]
    values = {**_record(opened), "bids": rows, "award": None if record is None else record.outcome}
    shown: list[Shown] = [_text(opened), Rows(BIDS, rows) if rows else "There are no bids."]
    if opened.parked is not None:
        shown.append(Line(f"could not be awarded: {opened.parked.reason}", "red"))
    return Answer.of(values, *shown, *([] if record is None else _of_record(record)))


async def replay(session: Session, *, clearing: UUID) -> Answer:
    """Clear an award's inputs again."""
    async with session.services.database.read() as connection:
        awards = await repository.awards_of(connection, [ClearingId(clearing)])
        if ClearingId(clearing) not in awards:
            raise NotFound("award of clearing", clearing)
        stored = awards[ClearingId(clearing)].record
        revision_id = RevisionId(UUID(stored.inputs["revision_id"]))
        network = await networks.revision_content(connection, revision_id)
    services = session.services
    again, _ = replayed(stored, network, services.market.verifiers.solver, services.now())
    values = {"stored": stored.hash, "again": again.hash, "is_same": stored.hash == again.hash}
    if stored.hash == again.hash:
        return Answer.of(values, f"the same outcome: {stored.hash}")
    return Answer.of(values, Line(f"another outcome: {again.hash}, not {stored.hash}", "red"), status=1)


async def _opened(session: Session, clearing: UUID) -> NetworkClearing:
    async with session.services.database.read() as connection:
        return await CLEARINGS.get(connection, ClearingId(clearing))


def _record(clearing: NetworkClearing) -> dict[str, object]:
    names = ("id", "period", "closes_at", "reserve_price", "currency", "state", "outcome")
    return {name: getattr(clearing, name) for name in names}


def _text(clearing: NetworkClearing) -> str:
    because = f": {clearing.outcome}" if clearing.outcome else ""
    until = clearing.closes_at.strftime(INSTANT)
    return f"{clearing.id}  {clearing.period}, bids until {until} UTC, {clearing.state.lower()}{because}"


def _clearing(clearing: NetworkClearing) -> Answer:
    return Answer.of(_record(clearing), _text(clearing))


def _bid(bid: PathBid) -> Answer:
    names = ("id", "side", "period", "quantity", "price", "minimum", "state")
    values = {**{name: getattr(bid, name) for name in names}, "route": str(bid.route)}
    text = f"{bid.id}  {bid.side} {bid.quantity:,} {bid.route}, {bid.period}, at {bid.price:f}"
    return Answer.of(values, f"{text}, {bid.state.lower()}")


def _of_bid(bid: PathBid, party: str, record: ClearingRecord | None) -> dict[str, Any]:
    found = None if record is None else record.award_of(bid.id)
    of_award = ("awarded", "rate", "payment", "uplift", "more_at", "why")
    return {
        "id": bid.id,
        "party": party,
        "side": bid.side,
        "route": str(bid.route),
        "period": bid.period,
        "quantity": bid.quantity,
        "price": bid.price,
        "state": bid.state,
        **{name: None if found is None else found[name] for name in of_award},
    }


def _of_record(record: ClearingRecord) -> Sequence[Shown]:
    return [*_outcome(record.inputs["currency"], record.outcome), f"record {record.hash}"]


def _drafted(job: Job) -> Sequence[Shown]:
    result = job.result or {}
    bids = [
        {**stated, **found}
        for stated, found in zip(job.input["inputs"]["bids"], result["awards"], strict=True)
    ]
    rows = [{**one, "route": f"{one['receipt']} → {one['delivery']}"} for one in bids]
    return [Rows(DRAFTED, rows), *_outcome(job.input["inputs"]["currency"], result)]


def _outcome(currency: str, outcome: Mapping[str, Any]) -> Sequence[Shown]:
    settled = outcome["settlement"]
    edges = [{**one, "direction": f"{one['tail']} → {one['head']}"} for one in outcome["edges"]]
    money = (
        f"buyers pay {settled['paid']}, sellers get {settled['received']}, uplift {settled['uplift']}, "
        f"the operator gets {settled['operator']}"
    )
    return [
        Rows(EDGES, edges, title="Edges with a price") if edges else "No edge has a price.",
        f"surplus {outcome['surplus']} {currency}, at most {outcome['gap']} from the best",
        money,
    ]
