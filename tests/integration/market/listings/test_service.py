"""Listings on a real database: anonymous, first come first served, never sold twice."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    DORA,
    NOVEMBER,
    NOW,
    OPERATING,
    OTHER_OPERATOR,
    PATH,
    PRICE,
    REGULATING,
    WINTER,
    MarketFixture,
    acting_for,
    key,
)

from capacity.contracts.codec import contract_from_json
from capacity.contracts.contract import Contract
from capacity.contracts.pricing.price import Flat
from capacity.rights.model import MovementCause, Route
from linepack.access import Principal, Role
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.paging import newest
from linepack.gasday import Period
from linepack.ids import ListingId, PartyId, new_id
from linepack.problems import Conflict, Forbidden, InvalidInput, NotFound
from market.errors import DutiesNotHeld, NotOnOffer, NotOpen, OwnOffer
from market.listings.commands import PostListing, TakeListing, WithdrawListing
from market.listings.model import Listing, ListingState
from market.listings.repository import LISTINGS
from market.listings.service import post_listing, take_listing, withdraw_listing
from market.rights_transfer.model import TradeKind
from market.rights_transfer.repository import trades

pytestmark = pytest.mark.anyio


def offer(
    contract: Contract,
    quantity: int = 60,
    *,
    period: Period = NOVEMBER,
    minimum: Any = 1,
    price: Any = "0.30",
    **terms: Any,
) -> Any:
    return PostListing(
        contract_id=contract.id,
        kind=terms.get("kind", TradeKind.ASSIGNMENT),
        is_firm=terms.get("is_firm", True),
        start=period.start,
        end=period.end,
        quantity=quantity,
        minimum_quantity=minimum,
        price_per_unit_day=Decimal(price),
        idempotency_key=key(),
    )


async def post(market_fixture: MarketFixture, contract: Contract, quantity: int = 60, **terms: Any) -> Any:
    command = offer(contract, quantity, **terms)
    return await market_fixture.market.caller(acting_for(contract.holder_id), NOW).run(post_listing, command)


async def take(
    market_fixture: MarketFixture,
    listing: Listing,
    buyer: PartyId,
    quantity: int,
    *,
    idempotency_key: Any = "",
    at: datetime = NOW,
) -> Any:
    command = TakeListing(listing_id=listing.id, quantity=quantity, idempotency_key=idempotency_key or key())
    return await market_fixture.market.caller(acting_for(buyer), at).run(take_listing, command)


async def seen(market_fixture: MarketFixture, principal: Principal, listing_id: Any) -> Any:
    async with market_fixture.database.read() as connection:
        return (await LISTINGS.seen_by_id(connection, principal, [listing_id]))[listing_id]


async def test_assignment_moves_rights_and_keeps_the_price_owed_to_the_operator(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    listing = await post(market_fixture, parent)

    trade = await take(market_fixture, listing, BERT, 60)

    child = await market_fixture.contract(trade.child_contract_id)
    assert (child.holder_id, child.parent_id, child.cause) == (BERT, parent.id, MovementCause.ASSIGNMENT)
    assert child.network.edges[0].bands[0].price == Flat(PRICE)
    december_on = Period(NOVEMBER.end, WINTER.end)
    assert await market_fixture.rights(parent.id) == ((NOVEMBER, 20), (december_on, 80))
    assert await market_fixture.rights(child.id) == ((NOVEMBER, 60),)
    assert (await seen(market_fixture, acting_for(ANNA), listing.id)).state is ListingState.TAKEN


async def test_transfer_of_use_gives_a_contract_at_the_price_agreed_with_the_seller(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    listing = await post(market_fixture, parent, kind=TradeKind.TRANSFER_OF_USE)

    trade = await take(market_fixture, listing, BERT, 60)

    child = await market_fixture.contract(trade.child_contract_id)
    assert child.cause is MovementCause.TRANSFER_OF_USE
    assert child.network.edges[0].bands[0].price == Flat(Decimal("0.30"))


async def test_what_came_of_a_transfer_of_use_cannot_be_assigned_but_passed_on_for_use(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    trade = await take(
        market_fixture, await post(market_fixture, parent, kind=TradeKind.TRANSFER_OF_USE), BERT, 60
    )
    child = await market_fixture.contract(trade.child_contract_id)

    with pytest.raises(DutiesNotHeld, match=child.code):
        await post(market_fixture, child, kind=TradeKind.ASSIGNMENT)
    passed_on = await take(
        market_fixture, await post(market_fixture, child, kind=TradeKind.TRANSFER_OF_USE), CARLA, 60
    )
    assert await market_fixture.rights(passed_on.child_contract_id) == ((NOVEMBER, 60),)
    assert await market_fixture.rights(child.id) == ()


async def test_listing_is_taken_in_parts_until_nothing_remains(market_fixture: MarketFixture) -> None:
    listing = await post(market_fixture, await market_fixture.book(ANNA, quantity=80))

    await take(market_fixture, listing, BERT, 25)
    half_taken = await seen(market_fixture, acting_for(BERT), listing.id)
    await take(market_fixture, listing, CARLA, 35)

    assert (half_taken.state, half_taken.remaining) == (ListingState.OPEN, 35)
    with pytest.raises(NotOpen, match="taken"):
        await take(market_fixture, listing, DORA, 1)


@pytest.mark.parametrize(
    ("quantity", "reason"), [(19, "least that can be taken is 20"), (45, "take all"), (61, "60 are left")]
)
async def test_part_that_the_seller_does_not_offer_is_refused(
    market_fixture: MarketFixture, quantity: int, reason: Any
) -> None:
    listing = await post(market_fixture, await market_fixture.book(ANNA, quantity=80), minimum=20)
    with pytest.raises(NotOnOffer, match=reason):
        await take(market_fixture, listing, BERT, quantity)


async def test_last_part_may_be_smaller_than_the_minimum_only_as_a_whole(
    market_fixture: MarketFixture,
) -> None:
    listing = await post(market_fixture, await market_fixture.book(ANNA, quantity=80), minimum=20)
    await take(market_fixture, listing, BERT, 40)
    trade = await take(market_fixture, listing, CARLA, 20)
    assert trade.quantity == 20


async def test_second_sale_of_the_same_capacity_is_refused(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    first, second = [await post(market_fixture, parent, is_firm=False) for _ in range(2)]
    await take(market_fixture, first, BERT, 60)

    with pytest.raises(NotOnOffer, match="20 are left"):
        await take(market_fixture, second, CARLA, 60)

    assert (await seen(market_fixture, acting_for(ANNA), second.id)).remaining == 20
    assert len(await market_fixture.events("trade.concluded")) == 1


async def test_concurrent_takers_of_the_last_units_get_exactly_what_there_is(
    market_fixture: MarketFixture,
) -> None:
    listing = await post(market_fixture, await market_fixture.book(ANNA, quantity=80))
    processes = [market_fixture, market_fixture.another_process(), market_fixture.another_process()]
    buyers = [BERT, CARLA, DORA] * 10

    answers = await asyncio.gather(
        *(take(processes[i % 3], listing, buyer, 5) for i, buyer in enumerate(buyers)),
        return_exceptions=True,
    )

    outcomes = Counter(type(answer).__name__ for answer in answers)
    assert outcomes == {"Trade": 12, "NotOpen": 18}
    sold = [answer for answer in answers if not isinstance(answer, BaseException)]
    held = [await market_fixture.rights(trade.child_contract_id) for trade in sold]
    assert held == [((NOVEMBER, 5),)] * 12


async def test_concurrent_sales_of_one_contract_through_two_listings_never_exceed_it(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    listings = [await post(market_fixture, parent, is_firm=False) for _ in range(2)]

    answers = await asyncio.gather(
        *(take(market_fixture, listings[i % 2], BERT, 10) for i in range(12)), return_exceptions=True
    )

    outcomes = Counter(type(answer).__name__ for answer in answers)
    assert outcomes == {"Trade": 8, "NotOpen": 4}
    assert await market_fixture.rights(parent.id) == ((Period(NOVEMBER.end, WINTER.end), 80),)


async def test_same_key_takes_once_and_answers_the_same(market_fixture: MarketFixture) -> None:
    listing = await post(market_fixture, await market_fixture.book(ANNA, quantity=80))

    both = await asyncio.gather(
        *(take(market_fixture, listing, BERT, 10, idempotency_key="same") for _ in range(2))
    )

    assert both[0] == both[1]
    assert (await seen(market_fixture, acting_for(BERT), listing.id)).remaining == 50
    with pytest.raises(Conflict):
        await take(market_fixture, listing, BERT, 11, idempotency_key="same")


async def test_same_key_posts_once(market_fixture: MarketFixture) -> None:
    command = offer(await market_fixture.book(ANNA, quantity=80))
    first = await market_fixture.market.caller(acting_for(ANNA), NOW).run(post_listing, command)
    again = await market_fixture.market.caller(acting_for(ANNA), NOW + timedelta(minutes=1)).run(
        post_listing, command
    )
    assert again == first
    assert len(await market_fixture.events("listing.posted")) == 1


async def test_strangers_see_what_is_offered_and_not_whose_it_is(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    listing = await post(market_fixture, parent)

    for principal in (acting_for(BERT), acting_for(OTHER_OPERATOR, Role.OPERATOR)):
        shown = await seen(market_fixture, principal, listing.id)
        assert (shown.seller_id, shown.contract_id) == (None, None)
        assert shown == replace(listing, seller_id=None, contract_id=None)
    for principal in (acting_for(ANNA), OPERATING, REGULATING):
        assert (await seen(market_fixture, principal, listing.id)).seller_id == ANNA

    [event] = await market_fixture.events("listing.posted")
    assert event.audience is None
    assert str(ANNA) not in str(event.payload)
    assert str(parent.id) not in str(event.payload)


async def test_buyer_is_told_of_its_contract_and_nothing_of_the_sellers(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    trade = await take(market_fixture, await post(market_fixture, parent), BERT, 60)

    [concluded] = await market_fixture.events("trade.concluded")
    assert concluded.audience == [ANNA]
    assert concluded.payload["price_per_unit_day"] == "0.30"
    assert contract_from_json(concluded.payload["parent_contract"]) == parent
    [acquired] = await market_fixture.events("contract.acquired")
    assert acquired.audience == [BERT]
    assert contract_from_json(acquired.payload["contract"]).id == trade.child_contract_id


async def test_trade_is_seen_by_its_two_parties_and_the_operator_alone(market_fixture: MarketFixture) -> None:
    trade = await take(
        market_fixture, await post(market_fixture, await market_fixture.book(ANNA, quantity=80)), BERT, 60
    )

    async def visible(principal: Principal) -> Any:
        async with market_fixture.database.read() as connection:
            return await newest(connection, trades(principal), 10)

    for principal in (acting_for(ANNA), acting_for(BERT), OPERATING, REGULATING):
        assert await visible(principal) == [trade]
    for principal in (acting_for(CARLA), acting_for(OTHER_OPERATOR, Role.OPERATOR)):
        assert await visible(principal) == []


async def test_withdrawn_listing_cannot_be_taken_nor_withdrawn_again(market_fixture: MarketFixture) -> None:
    listing = await post(market_fixture, await market_fixture.book(ANNA, quantity=80))
    async with UnitOfWork(market_fixture.database) as other:
        await other.lock_network(market_fixture.network_id)
        # Somebody else's listing is refused at once: it must not be a way to the network's lock.
        with pytest.raises(NotFound):
            await market_fixture.market.caller(acting_for(BERT), NOW).run(
                withdraw_listing, WithdrawListing(listing.id)
            )

    withdrawn = await market_fixture.market.caller(acting_for(ANNA), NOW).run(
        withdraw_listing, WithdrawListing(listing.id)
    )

    assert withdrawn.state is ListingState.WITHDRAWN
    with pytest.raises(NotOpen, match="withdrawn"):
        await take(market_fixture, listing, BERT, 10)
    with pytest.raises(NotOpen, match="withdrawn"):
        await market_fixture.market.caller(acting_for(ANNA), NOW).run(
            withdraw_listing, WithdrawListing(listing.id)
        )


async def test_days_of_a_listing_that_have_not_begun_can_still_be_taken(
    market_fixture: MarketFixture,
) -> None:
    listing = await post(market_fixture, await market_fixture.book(ANNA, quantity=80))
    # The gas day of 1 November begins at 06:00 in Berlin, which is 05:00 UTC in winter.
    begins = NOW.replace(month=11, day=1, hour=5)
    whole = await take(market_fixture, listing, BERT, 10, at=begins - timedelta(seconds=1))
    from_the_second = await take(market_fixture, listing, BERT, 10, at=begins)
    # 06:30 Berlin time on 29 November: what has not begun is the 30th.
    last = await take(market_fixture, listing, BERT, 10, at=NOW.replace(month=11, day=29, hour=5, minute=30))

    assert whole.period == NOVEMBER
    assert from_the_second.period == Period(date(2026, 11, 2), NOVEMBER.end)
    assert last.period == Period(date(2026, 11, 30), NOVEMBER.end)
    with pytest.raises(NotOpen, match="last gas day, 2026-11-30, has begun"):
        await take(market_fixture, listing, BERT, 10, at=NOW.replace(month=11, day=30, hour=5))


async def test_all_faults_of_a_listing_are_found_at_once(market_fixture: MarketFixture) -> None:
    contract = await market_fixture.book(ANNA, quantity=80)
    command = replace(
        offer(contract),
        start=date(2026, 1, 1),
        quantity=81,
        minimum_quantity=0,
        price_per_unit_day=Decimal(-1),
    )
    with pytest.raises(InvalidInput) as refused:
        await market_fixture.market.caller(acting_for(ANNA), NOW).run(post_listing, command)
    assert [fault.place for fault in refused.value.faults] == [
        "start",
        "start",
        "quantity",
        "minimumQuantity",
        "pricePerUnitDay",
    ]


async def test_contract_of_another_party_is_not_found(market_fixture: MarketFixture) -> None:
    contract = await market_fixture.book(ANNA, quantity=80)
    with pytest.raises(NotFound):
        await market_fixture.market.caller(acting_for(BERT), NOW).run(post_listing, offer(contract))


async def test_own_listing_cannot_be_taken_and_an_unknown_one_is_not_found(
    market_fixture: MarketFixture,
) -> None:
    listing = await post(market_fixture, await market_fixture.book(ANNA, quantity=80))
    with pytest.raises(OwnOffer):
        await take(market_fixture, listing, ANNA, 10)
    with pytest.raises(NotFound):
        await take(market_fixture, replace(listing, id=ListingId(new_id())), BERT, 10)


async def test_those_who_keep_order_do_not_trade(market_fixture: MarketFixture) -> None:
    listing = await post(market_fixture, await market_fixture.book(ANNA, quantity=80))
    command = TakeListing(listing_id=listing.id, quantity=10, idempotency_key=key())
    for principal in (OPERATING, REGULATING):
        with pytest.raises(Forbidden):
            await market_fixture.market.caller(principal, NOW).run(take_listing, command)


async def test_open_listings_are_found_by_route_and_days_newest_first(market_fixture: MarketFixture) -> None:
    contract = await market_fixture.book(ANNA, quantity=80)
    posted = [await post(market_fixture, contract, quantity) for quantity in (10, 20, 30)]
    await market_fixture.market.caller(acting_for(ANNA), NOW).run(
        withdraw_listing, WithdrawListing(posted[1].id)
    )

    async def found(**filters: Any) -> Any:
        async with market_fixture.database.read() as connection:
            are_open = LISTINGS.matching(
                network_id=market_fixture.network_id, state=ListingState.OPEN, **filters
            )
            listings = await newest(connection, LISTINGS.seen(acting_for(BERT), *are_open), 10)
        return [listing.quantity for listing in listings]

    assert await found() == [30, 10]
    assert await found(route=PATH, period=NOVEMBER) == [30, 10]
    assert await found(route=Route("b", "x")) == []
    assert await found(route=Route("a", None)) == []
    assert await found(period=Period(NOVEMBER.end, WINTER.end)) == []
