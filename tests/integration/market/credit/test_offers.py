"""Credit is checked where capacity of other shippers is taken; by hand at 0.25 a unit and gas day.

Anna books 40 units for November (30 gas days): 300.00. A unit of it costs 7.50.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.integration.market.credit.test_booking import set_limit, standing, used
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    NOVEMBER,
    NOW,
    OPERATING,
    PATH,
    MarketFixture,
    acting_for,
    key,
)
from tests.integration.market.network_clearings.clearing import buy, opened, sell

from capacity.contracts.contract import Contract
from capacity.rights.model import Firmness
from linepack.gasday import Period
from linepack.ids import PartyId
from market.calls.commands import AcceptOrder, CallToBuy, CallToSell, PlaceOrder
from market.calls.service import accept_order, open_call_to_buy, open_call_to_sell, place_order
from market.credit.errors import CreditExceeded, CreditSuspended
from market.credit.model import DutyCause, DutyTermKind
from market.credit.service import SetCreditSuspension, set_credit_suspension
from market.listings.commands import PostListing, TakeListing
from market.listings.model import Listing
from market.listings.quote import QuoteListing, quote_listing
from market.listings.service import post_listing, take_listing
from market.network_clearings.commands import WithdrawPathBid
from market.network_clearings.service import withdraw_path_bid
from market.releases.bid_evaluation import BidEvalMethod
from market.releases.commands import AwardRelease, OfferRelease, PlaceBid, WithdrawBid
from market.releases.model import Release
from market.releases.quote import quote_bid
from market.releases.service import award_release, offer_release, place_bid, withdraw_bid
from market.rights_transfer.model import TradeKind

pytestmark = pytest.mark.anyio

PART = Period(date(2026, 11, 16), NOVEMBER.end)
"""15 gas days: a unit costs 3.75 by the tariff."""
CLOSE = NOW + timedelta(hours=1)


async def run(
    market_fixture: MarketFixture, party_id: PartyId, handle: Any, command: Any, at: Any = NOW
) -> Any:
    return await market_fixture.market.caller(acting_for(party_id), at).run(handle, command)


async def listed(
    market_fixture: MarketFixture, contract: Contract, kind: TradeKind, *, price: str = "0.1", **terms: Any
) -> Listing:
    post = PostListing(
        contract_id=contract.id,
        kind=kind,
        start=PART.start,
        end=PART.end,
        quantity=20,
        price_per_unit_day=Decimal(price),
        idempotency_key=key(),
        **terms,
    )
    return await market_fixture.market.caller(acting_for(ANNA), NOW).run(post_listing, post)


def taking(listing: Listing, quantity: int) -> TakeListing:
    return TakeListing(listing_id=listing.id, quantity=quantity, idempotency_key=key())


async def test_who_takes_an_assignment_owes_duties_and_price_and_the_seller_owes_less(
    market_fixture: MarketFixture,
) -> None:
    """A unit costs 15 × (0.25 + 0.10) = 5.25, so that 60 allow 11; Anna owes 300 − 11 × 3.75."""
    contract = await market_fixture.book(ANNA, quantity=40, period=NOVEMBER)
    listing = await listed(market_fixture, contract, TradeKind.ASSIGNMENT)
    await set_limit(market_fixture, "60", party_id=BERT)
    await set_limit(market_fixture, "300", party_id=ANNA)
    quoted = await quote_listing(
        QuoteListing(listing.id, 12), market_fixture.market.caller(acting_for(BERT), NOW)
    )
    assert [one.code for one in quoted.refusals] == ["CREDIT_EXCEEDED"]
    with pytest.raises(CreditExceeded) as refused:
        await run(market_fixture, BERT, take_listing, taking(listing, 12))
    assert [one.missing.amount for one in refused.value.exceeded] == [3]
    assert refused.value.largest == 11
    await run(market_fixture, BERT, take_listing, taking(listing, 11))
    [usage] = (await standing(market_fixture, BERT)).usages
    terms = {one.kind: one.amount for one in usage.locks[0].duty.terms}
    assert terms == {DutyTermKind.CHARGE: Decimal("41.25"), DutyTermKind.TRADE_PRICE: Decimal("16.50")}
    assert await used(market_fixture, ANNA) == Decimal("258.75")


async def test_who_takes_a_transfer_of_use_owes_the_price_and_the_seller_what_it_did(
    market_fixture: MarketFixture,
) -> None:
    contract = await market_fixture.book(ANNA, quantity=40, period=NOVEMBER)
    listing = await listed(market_fixture, contract, TradeKind.TRANSFER_OF_USE)
    await set_limit(market_fixture, "300")
    await run(market_fixture, BERT, take_listing, taking(listing, 20))
    assert await used(market_fixture, BERT) == 30
    assert await used(market_fixture, ANNA) == 300


async def test_the_largest_quantity_of_a_listing_keeps_to_its_minimum(market_fixture: MarketFixture) -> None:
    contract = await market_fixture.book(ANNA, quantity=40, period=NOVEMBER)
    listing = await listed(market_fixture, contract, TradeKind.TRANSFER_OF_USE, minimum_quantity=12)
    await set_limit(market_fixture, "20", party_id=BERT)  # 13 units at 1.50
    with pytest.raises(CreditExceeded) as refused:
        await run(market_fixture, BERT, take_listing, taking(listing, 20))
    assert refused.value.largest == 0  # 13 of 20 would leave 7, less than the minimum


async def called(market_fixture: MarketFixture, kind: TradeKind) -> Any:
    contract = await market_fixture.book(ANNA, quantity=40, period=NOVEMBER)
    call = CallToSell(
        contract_id=contract.id,
        kind=kind,
        start=PART.start,
        end=PART.end,
        quantity=20,
        limit_price=Decimal("0.1"),
        closes_at=CLOSE,
        idempotency_key=key(),
    )
    return await run(market_fixture, ANNA, open_call_to_sell, call)


def ordering(call: Any, quantity: int, **given: Any) -> PlaceOrder:
    return PlaceOrder(
        call_id=call.id,
        start=PART.start,
        end=PART.end,
        quantity=quantity,
        price_per_unit_day=Decimal("0.1"),
        accept_by=NOW + timedelta(hours=2),
        idempotency_key=key(),
        **given,
    )


async def test_an_order_locks_what_it_may_cost_until_it_lapses_or_becomes_a_contract(
    market_fixture: MarketFixture,
) -> None:
    """Duties pass: a unit costs 5.25, so that 60 allow 11, in one order or in several."""
    call = await called(market_fixture, TradeKind.ASSIGNMENT)
    await set_limit(market_fixture, "60", party_id=BERT)
    first = await run(market_fixture, BERT, place_order, ordering(call, 8))
    [usage] = (await standing(market_fixture, BERT)).usages
    assert (usage.locks[0].duty.cause, usage.used.amount) == (DutyCause.ORDER, 42)
    with pytest.raises(CreditExceeded) as refused:
        await run(market_fixture, BERT, place_order, ordering(call, 4))
    assert refused.value.largest == 3
    await run(market_fixture, ANNA, accept_order, AcceptOrder(order_id=first.id, idempotency_key=key()))
    assert await used(market_fixture, BERT) == 42
    await run(market_fixture, BERT, place_order, ordering(call, 3))
    later = NOW + timedelta(hours=3)
    assert await used(market_fixture, BERT, at=later) == 42


async def test_the_initiator_of_a_call_to_buy_is_checked_when_it_accepts(
    market_fixture: MarketFixture,
) -> None:
    contract = await market_fixture.book(ANNA, quantity=40, period=NOVEMBER)
    await set_limit(market_fixture, "14.99", party_id=BERT)
    call = CallToBuy(
        network_id=market_fixture.network_id,
        receipt="a",
        delivery="x",
        firmness=Firmness.FIRM,
        kind=TradeKind.TRANSFER_OF_USE,
        start=PART.start,
        end=PART.end,
        quantity=20,
        limit_price=Decimal("0.1"),
        closes_at=CLOSE,
        idempotency_key=key(),
    )
    opened = await run(market_fixture, BERT, open_call_to_buy, call)
    order = await run(market_fixture, ANNA, place_order, ordering(opened, 10, contract_id=contract.id))
    accept = AcceptOrder(order_id=order.id, idempotency_key=key())
    with pytest.raises(CreditExceeded):  # 10 × 15 × 0.10 = 15.00
        await run(market_fixture, BERT, accept_order, accept)
    await set_limit(market_fixture, "15", party_id=BERT)
    await run(market_fixture, BERT, accept_order, accept)
    assert await used(market_fixture, BERT) == 15


async def offered(market_fixture: MarketFixture, contract: Contract) -> Release:
    offer = OfferRelease(
        contract_id=contract.id,
        start=PART.start,
        end=PART.end,
        quantity=20,
        minimum_rate=Decimal("0.1"),
        method=BidEvalMethod.HIGHEST_RATE,
        bids_close_at=CLOSE,
        idempotency_key=key(),
    )
    return await market_fixture.market.caller(acting_for(ANNA), NOW).run(offer_release, offer)


def bidding(release: Release, quantity: int, rate: str) -> PlaceBid:
    return PlaceBid(
        release_id=release.id,
        quantity=quantity,
        rate=Decimal(rate),
        start=PART.start,
        end=PART.end,
        idempotency_key=key(),
    )


async def test_a_bid_locks_its_whole_quantity_and_the_one_it_replaces_no_more(
    market_fixture: MarketFixture,
) -> None:
    """At 0.20 a unit costs 3.00 and at 0.24 3.60: 60 allow 20 and 16."""
    contract = await market_fixture.book(ANNA, quantity=40, period=NOVEMBER)
    release = await offered(market_fixture, contract)
    await set_limit(market_fixture, "60", party_id=BERT)
    await run(market_fixture, BERT, place_bid, bidding(release, 20, "0.20"))
    assert await used(market_fixture, BERT) == 60
    better = bidding(release, 20, "0.24")
    with pytest.raises(CreditExceeded) as refused:
        await run(market_fixture, BERT, place_bid, better)
    assert refused.value.largest == 16
    quoted = await quote_bid(better, market_fixture.market.caller(acting_for(BERT), NOW))
    assert [one.code for one in quoted.refusals] == ["CREDIT_EXCEEDED"]
    assert await used(market_fixture, BERT) == 60
    await set_limit(market_fixture, "72", party_id=BERT)
    bid = await run(market_fixture, BERT, place_bid, better)
    assert await used(market_fixture, BERT) == 72
    await run(market_fixture, BERT, withdraw_bid, WithdrawBid(bid.id))
    assert await used(market_fixture, BERT) == 0


async def test_a_bid_that_wins_becomes_what_its_contract_costs(market_fixture: MarketFixture) -> None:
    contract = await market_fixture.book(ANNA, quantity=40, period=NOVEMBER)
    release = await offered(market_fixture, contract)
    await set_limit(market_fixture, "300")
    await run(market_fixture, BERT, place_bid, bidding(release, 15, "0.24"))
    await run(market_fixture, CARLA, place_bid, bidding(release, 10, "0.20"))
    award = AwardRelease(release_id=release.id, idempotency_key=key())
    await award_release(award, market_fixture.market.caller(acting_for(ANNA), CLOSE))
    assert await used(market_fixture, BERT) == 54  # 15 × 15 × 0.24
    assert await used(market_fixture, CARLA) == 15  # 5 × 15 × 0.20
    assert await used(market_fixture, ANNA) == 300  # what the operator credits may be taken back


async def test_a_suspended_shipper_sells_and_does_not_buy(market_fixture: MarketFixture) -> None:
    contract = await market_fixture.book(ANNA, quantity=40, period=NOVEMBER)
    own = await market_fixture.book(BERT, quantity=10, period=NOVEMBER)
    release = await offered(market_fixture, contract)
    listing = await listed(market_fixture, contract, TradeKind.ASSIGNMENT)
    suspend = SetCreditSuspension(
        network_id=market_fixture.network_id, party_id=BERT, is_suspended=True, reason="unpaid"
    )
    await market_fixture.market.caller(OPERATING, NOW).run(set_credit_suspension, suspend)
    with pytest.raises(CreditSuspended):
        await run(market_fixture, BERT, take_listing, taking(listing, 1))
    with pytest.raises(CreditSuspended):
        await run(market_fixture, BERT, place_bid, bidding(release, 1, "0.2"))
    post = PostListing(
        contract_id=own.id,
        kind=TradeKind.ASSIGNMENT,
        start=PART.start,
        end=PART.end,
        quantity=10,
        price_per_unit_day=Decimal("0.1"),
        idempotency_key=key(),
    )
    sold = await run(market_fixture, BERT, post_listing, post)
    await run(market_fixture, CARLA, take_listing, taking(sold, 10))


async def test_a_bid_to_buy_in_a_clearing_locks_its_limit_price_and_an_offer_needs_no_credit(
    market_fixture: MarketFixture,
) -> None:
    """A unit may cost 30 × 0.50 = 15.00, so that 60 allow 4."""
    contract = await market_fixture.book(ANNA, quantity=40, period=NOVEMBER, route=PATH)
    clearing = await opened(market_fixture)
    await set_limit(market_fixture, "60", party_id=BERT)
    await set_limit(market_fixture, "0", party_id=ANNA)
    with pytest.raises(CreditExceeded) as refused:
        await buy(market_fixture, clearing, BERT, 5, "0.5")
    assert refused.value.largest == 4
    with pytest.raises(CreditExceeded) as refused:
        await buy(market_fixture, clearing, BERT, 6, "0.5", minimum=5)
    assert refused.value.largest == 0
    bid = await buy(market_fixture, clearing, BERT, 4, "0.5")
    [usage] = (await standing(market_fixture, BERT)).usages
    assert [(one.duty.cause, one.amount.amount) for one in usage.locks] == [(DutyCause.CLEARING_BID, 60)]
    with pytest.raises(CreditExceeded):
        await buy(market_fixture, clearing, BERT, 1, "0.1")
    await run(market_fixture, BERT, withdraw_path_bid, WithdrawPathBid(bid.id))
    assert await used(market_fixture, BERT) == 0
    await sell(market_fixture, clearing, contract, 10, "0.1")


async def test_who_is_suspended_bids_in_no_clearing(market_fixture: MarketFixture) -> None:
    clearing = await opened(market_fixture)
    suspend = SetCreditSuspension(
        network_id=market_fixture.network_id, party_id=BERT, is_suspended=True, reason="unpaid"
    )
    await market_fixture.market.caller(OPERATING, NOW).run(set_credit_suspension, suspend)
    with pytest.raises(CreditSuspended):
        await buy(market_fixture, clearing, BERT, 1, "0.1")
