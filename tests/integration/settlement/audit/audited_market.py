"""A market in which everything that an audit looks at has happened, on the network of the market's
market_fixture.

Rules, overlays and revisions change between the bookings, so that each certificate holds only on what was in
force when it was made. Everything is placed and settled.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa
from tests.event_positions import place_all
from tests.factories.identity import add_accounts
from tests.factories.market import set_credit
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    DORA,
    NETWORK,
    NOVEMBER,
    NOW,
    OPERATING,
    MarketFixture,
    acting_for,
    key,
)
from tests.integration.market.network_clearings.clearing import buy, closed, opened, sell
from tests.integration.market.releases.releasing import award, bid, offer

from capacity.contracts.contract import Contract
from capacity.contracts.pricing.price import Indexed
from capacity.feasibility.shortfalls.tables import ShortfallNoticeRow
from capacity.networks.model import Overlay, OverlayKind
from capacity.networks.policy import Level, Policy
from capacity.publication.service import (
    PublishRevision,
    PutOverlay,
    SetPolicy,
    WithdrawOverlay,
    publish_revision,
    set_overlay,
    set_policy,
    withdraw_overlay,
)
from capacity.rights.model import Firmness, Route, RouteKind
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.gasday import Period
from linepack.ids import (
    CallId,
    ContractId,
    ListingId,
    OrderId,
    OverlayId,
    PartyId,
    ReleaseId,
    TradeId,
    new_id,
)
from market.calls.commands import AcceptOrder, CallToBuy, CallToSell, PlaceOrder
from market.calls.service import accept_order, open_call_to_buy, open_call_to_sell, place_order
from market.index_values.model import StatedValue
from market.index_values.service import PublishIndexValues, publish_index_values
from market.listings.commands import PostListing, TakeListing, WithdrawListing
from market.listings.service import post_listing, take_listing, withdraw_listing
from market.network_clearings.commands import WithdrawPathBid
from market.network_clearings.service import withdraw_path_bid
from market.products.model import ProductRules
from market.products.service import set_product_rules
from market.releases.commands import WithdrawBid
from market.releases.model import Release
from market.releases.service import withdraw_bid
from market.rights_transfer.model import TradeKind
from market.set_asides.model import CapacitySetAside, EndSetAside, SetAside
from market.set_asides.service import end_set_aside, set_aside
from market.tariffs.service import SetTariff, set_tariff
from settlement.consumer import settle_batch
from settlement.release_credits.model import ChangeKind
from settlement.release_credits.service import RecordCreditChange, record_change, release_credits

DECEMBER = Period(date(2026, 12, 1), date(2027, 1, 1))
JANUARY = Period(date(2027, 1, 1), date(2027, 2, 1))
TO_Y = Route("b", "y")


@dataclass(frozen=True)
class AuditedMarket:
    """What happened, by what it is called in the tests."""

    market_fixture: MarketFixture
    booked: Contract
    release_id: ReleaseId
    trade_id: TradeId


async def run_everything(market_fixture: MarketFixture) -> AuditedMarket:
    """Run every command whose effects an audit checks."""
    await market_fixture.market.caller(OPERATING, NOW).run(
        set_product_rules, ProductRules(market_fixture.network_id, date(2026, 1, 1))
    )
    booked = await market_fixture.book(ANNA, quantity=30)
    await set_credit(market_fixture, booked)
    await _follow_index(market_fixture)
    await market_fixture.ask_for(DORA, quantity=10, firmness=Firmness.INTERRUPTIBLE)
    withdrawn = await _close(market_fixture, "bj", DECEMBER, 0.5)
    await _close(market_fixture, "jy", NOVEMBER, 0.9)
    await market_fixture.book(BERT, quantity=20, route=TO_Y)
    async with UnitOfWork(market_fixture.database) as uow:
        await withdraw_overlay(WithdrawOverlay(withdrawn), Context(uow=uow, principal=OPERATING, at=NOW))
    await market_fixture.book(BERT, quantity=20, route=TO_Y)
    await _set_aside(market_fixture, 5)
    await market_fixture.market.caller(OPERATING, NOW).run(
        end_set_aside, EndSetAside((await _set_aside(market_fixture, 2)).id)
    )
    await _change_network(market_fixture)
    await market_fixture.book(CARLA, quantity=10)
    await market_fixture.book_profile(CARLA, [market_fixture.request(quantity=1, period=DECEMBER)])
    await market_fixture.ask_for(CARLA, quantity=5, firmness=Firmness.INTERRUPTIBLE)
    trade_id = await _trade(market_fixture, booked)
    await _call(market_fixture, booked)
    release_id = await _release(market_fixture, booked)
    await _clear(market_fixture, booked)
    await _note_shortfall(market_fixture, booked)
    await add_accounts(market_fixture.database, ANNA, 1, at=NOW)
    await settle(market_fixture)
    await _default(market_fixture, booked)
    await settle(market_fixture)
    return AuditedMarket(market_fixture, booked, release_id, trade_id)


async def settle(market_fixture: MarketFixture) -> None:
    """Place and settle every event."""
    await place_all(market_fixture.database)
    while await settle_batch(market_fixture.database, at=NOW):
        pass
    await place_all(market_fixture.database)


async def _follow_index(market_fixture: MarketFixture) -> None:
    """Let what is booked to y from now on cost an index."""
    value = StatedValue("TTF", date(2026, 1, 1), Decimal("0.30"), "values[0]")
    published = PublishIndexValues(market_fixture.network_id, (value,))
    await market_fixture.market.caller(OPERATING, NOW).run(publish_index_values, published)
    tariff = SetTariff(
        market_fixture.network_id,
        RouteKind.PATH,
        Firmness.FIRM,
        date(2026, 1, 1),
        Indexed("TTF"),
        delivery=TO_Y.delivery,
    )
    await market_fixture.market.caller(OPERATING, NOW).run(set_tariff, tariff)


async def _close(market_fixture: MarketFixture, edge: str, period: Period, factor: float) -> OverlayId:
    overlay = Overlay(edge, OverlayKind.MAINTENANCE, period, factor, "works")
    command = PutOverlay(network_id=market_fixture.network_id, overlay=overlay, idempotency_key=key())
    async with UnitOfWork(market_fixture.database) as uow:
        return (await set_overlay(command, Context(uow=uow, principal=OPERATING, at=NOW))).id


async def _set_aside(market_fixture: MarketFixture, quantity: int) -> CapacitySetAside:
    command = SetAside(
        network_id=market_fixture.network_id,
        receipt="a",
        delivery="x",
        start=NOVEMBER.start,
        end=NOVEMBER.end,
        quantity=quantity,
        reason="kept back",
        idempotency_key=key(),
    )
    return await set_aside(command, market_fixture.market.caller(OPERATING, NOW))


async def _change_network(market_fixture: MarketFixture) -> None:
    edges = tuple(replace(edge, capacity_forward=90) if edge.id == "jx" else edge for edge in NETWORK.edges)
    revision = PublishRevision(network_id=market_fixture.network_id, network=replace(NETWORK, edges=edges))
    async with UnitOfWork(market_fixture.database) as uow:
        await publish_revision(revision, Context(uow=uow, principal=OPERATING, at=NOW))
    async with UnitOfWork(market_fixture.database) as uow:
        await set_policy(
            SetPolicy(market_fixture.network_id, Policy(Level.ROBUST, Level.FLOW)),
            Context(uow=uow, principal=OPERATING, at=NOW),
        )


async def _trade(market_fixture: MarketFixture, parent: Contract) -> TradeId:
    """Take a part of one listing and all of another; withdraw a third. Return the first trade."""

    async def posted(quantity: int, kind: TradeKind) -> ListingId:
        command = PostListing(
            contract_id=parent.id,
            kind=kind,
            start=NOVEMBER.start,
            end=NOVEMBER.end,
            quantity=quantity,
            price_per_unit_day=Decimal("0.40"),
            idempotency_key=key(),
        )
        return (await market_fixture.market.caller(acting_for(ANNA), NOW).run(post_listing, command)).id

    async def taken(listing_id: ListingId, quantity: int) -> TradeId:
        command = TakeListing(listing_id=listing_id, quantity=quantity, idempotency_key=key())
        return (await market_fixture.market.caller(acting_for(BERT), NOW).run(take_listing, command)).id

    first = await taken(await posted(6, TradeKind.ASSIGNMENT), 4)
    await taken(await posted(2, TradeKind.TRANSFER_OF_USE), 2)
    await market_fixture.market.caller(acting_for(ANNA), NOW).run(
        withdraw_listing, WithdrawListing(await posted(1, TradeKind.ASSIGNMENT))
    )
    return first


async def _call(market_fixture: MarketFixture, parent: Contract) -> None:
    """Accept a part of a call to sell, and all of a call to buy; leave an order open."""
    sale = CallToSell(
        contract_id=parent.id,
        quantity=6,
        kind=TradeKind.ASSIGNMENT,
        start=NOVEMBER.start,
        end=NOVEMBER.end,
        limit_price=Decimal("0.20"),
        closes_at=NOW + timedelta(days=10),
        idempotency_key=key(),
    )
    selling = await market_fixture.market.caller(acting_for(ANNA), NOW).run(open_call_to_sell, sale)
    await _order(market_fixture, selling.id, CARLA, 2)
    await _accept(market_fixture, ANNA, await _order(market_fixture, selling.id, DORA, 3))
    purchase = CallToBuy(
        network_id=market_fixture.network_id,
        receipt="a",
        delivery="x",
        firmness=Firmness.FIRM,
        quantity=2,
        kind=TradeKind.ASSIGNMENT,
        start=NOVEMBER.start,
        end=NOVEMBER.end,
        limit_price=Decimal("0.90"),
        closes_at=NOW + timedelta(days=10),
        idempotency_key=key(),
    )
    buying = await market_fixture.market.caller(acting_for(DORA), NOW).run(open_call_to_buy, purchase)
    await _accept(
        market_fixture, DORA, await _order(market_fixture, buying.id, ANNA, 2, contract_id=parent.id)
    )


async def _order(
    market_fixture: MarketFixture,
    call_id: CallId,
    party: PartyId,
    quantity: int,
    *,
    contract_id: ContractId | None = None,
) -> OrderId:
    command = PlaceOrder(
        call_id=call_id,
        contract_id=contract_id,
        start=NOVEMBER.start,
        end=NOVEMBER.end,
        quantity=quantity,
        price_per_unit_day=Decimal("0.30"),
        accept_by=NOW + timedelta(days=5),
        idempotency_key=key(),
    )
    return (await market_fixture.market.caller(acting_for(party), NOW).run(place_order, command)).id


async def _accept(market_fixture: MarketFixture, party: PartyId, order_id: OrderId) -> None:
    command = AcceptOrder(order_id=order_id, idempotency_key=key())
    await market_fixture.market.caller(acting_for(party), NOW).run(accept_order, command)


async def _release(market_fixture: MarketFixture, parent: Contract) -> ReleaseId:
    """Award one release after bids were replaced and withdrawn; leave one without a bid unawarded."""
    release: Release = await offer(market_fixture, parent, 8, period=DECEMBER)
    await bid(market_fixture, release, BERT, 5, "0.30", period=DECEMBER)
    await bid(market_fixture, release, BERT, 5, "0.35", period=DECEMBER)
    await bid(market_fixture, release, CARLA, 8, "0.20", period=DECEMBER, minimum_quantity=1)
    placed = await bid(market_fixture, release, DORA, 8, "0.50", period=DECEMBER)
    await market_fixture.market.caller(acting_for(DORA), NOW).run(withdraw_bid, WithdrawBid(placed.id))
    lost = await bid(market_fixture, release, DORA, 8, "0.50", period=DECEMBER, minimum_quantity=8)
    assert lost.sequence == 5
    await award(market_fixture, release)
    await award(market_fixture, await offer(market_fixture, parent, 1, period=DECEMBER))
    release_id: ReleaseId = release.id
    return release_id


async def _clear(market_fixture: MarketFixture, parent: Contract) -> None:
    """Award a clearing in which one bid loses and one was withdrawn; close another without a bid.

    Nothing is scarce: what CARLA gets of ANNA's path owes the operator nothing, BERT pays the reserve price.
    """
    days = {"start": JANUARY.start, "end": JANUARY.end}
    clearing = await opened(market_fixture, reserve_price=Decimal("0.5"), **days)
    await sell(market_fixture, clearing, parent, 5, "0.1", period=JANUARY)
    await buy(market_fixture, clearing, CARLA, 4, "0.9", period=JANUARY)
    await buy(market_fixture, clearing, BERT, 3, "0.9", period=JANUARY, route=Route("b", "x"))
    await buy(market_fixture, clearing, DORA, 2, "0.05", period=JANUARY)
    taken_back = await buy(market_fixture, clearing, DORA, 1, "0.8", period=JANUARY, minimum=1)
    await market_fixture.market.caller(acting_for(DORA), NOW).run(
        withdraw_path_bid, WithdrawPathBid(taken_back.id)
    )
    await opened(market_fixture, **days)
    assert await closed(market_fixture) == 2


async def _default(market_fixture: MarketFixture, parent: Contract) -> None:
    """Record that a replacement shipper owes a part of its December."""
    async with market_fixture.database.read() as connection:
        [credit, *_] = await release_credits(connection, OPERATING, parent.id)
    command = RecordCreditChange(
        kind=ChangeKind.DEFAULTED,
        child_id=credit.child_id,
        gas_month=DECEMBER.start,
        amount=Decimal("1.00"),
        debtor=None,
        idempotency_key=key(),
    )
    await market_fixture.market.caller(OPERATING, NOW).run(record_change, command)


async def _note_shortfall(market_fixture: MarketFixture, contract: Contract) -> None:
    """Give a notice, whatever it says."""
    values = {
        "id": new_id(),
        "network_id": market_fixture.network_id,
        "network_version": 1,
        "assessment": 1,
        "holder_id": contract.holder_id,
        "contract_id": contract.id,
        "level": "flow",
        "cut": "a",
        "period_start": NOVEMBER.start,
        "period_end": NOVEMBER.end,
        "units": 1,
        "is_restored": False,
        "announced_at": NOW,
    }
    async with UnitOfWork(market_fixture.database) as uow:
        await uow.connection.execute(sa.insert(ShortfallNoticeRow.core()).values(values))
