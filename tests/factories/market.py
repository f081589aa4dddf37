"""Rows of the market: tariffs, and offers on contracts of the market of `MarketFixture`."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    NOW,
    OPERATING,
    MarketFixture,
    acting_for,
    key,
)

from capacity.contracts.contract import Contract
from capacity.contracts.pricing.price import Flat
from capacity.rights.model import Firmness, RouteKind
from linepack.ids import ContractId, ListingId, ReleaseId
from market.calls.commands import CallToSell, PlaceOrder
from market.calls.service import open_call_to_sell, place_order
from market.clearing.model import Side
from market.credit.service import (
    RecordCreditPayment,
    SetCreditLimit,
    SetCreditSuspension,
    record_credit_payment,
    set_credit_limit,
    set_credit_suspension,
)
from market.listings.commands import PostListing, TakeListing
from market.listings.service import post_listing, take_listing
from market.network_clearings.commands import OpenClearing, PlacePathBid
from market.network_clearings.service import open_clearing, place_path_bid
from market.releases.bid_evaluation import BidEvalMethod
from market.releases.commands import AwardRelease, OfferRelease, PlaceBid
from market.releases.service import award_release, offer_release, place_bid
from market.rights_transfer.model import TradeKind
from market.set_asides.model import SetAside
from market.set_asides.service import set_aside
from market.tariffs.service import SetTariff, set_tariff

BY_ANNA, BY_BERT = acting_for(ANNA), acting_for(BERT)
BIDS_CLOSE = NOW + timedelta(hours=1)
_numbers = count(1)


async def add_tariffs(fixture: MarketFixture, rows: int) -> None:
    """Publish `rows` exit tariffs."""
    for _ in range(rows):
        tariff = SetTariff(
            network_id=fixture.network_id,
            kind=RouteKind.EXIT,
            firmness=Firmness.FIRM,
            valid_from=date(2026, 1, 1),
            price=Flat(Decimal(next(_numbers))),
        )
        await fixture.market.caller(OPERATING, NOW).run(set_tariff, tariff)


async def add_listings(fixture: MarketFixture, contracts: Sequence[Contract]) -> None:
    """Offer November of each of Anna's contracts, and let Bert take December of it."""
    for contract in contracts:
        await _post(fixture, contract.id, month=11)
        listing_id = await _post(fixture, contract.id, month=12)
        take = TakeListing(listing_id=listing_id, quantity=1, idempotency_key=key())
        await fixture.market.caller(BY_BERT, NOW).run(take_listing, take)


async def _post(fixture: MarketFixture, contract_id: ContractId, *, month: int) -> ListingId:
    listing = PostListing(
        contract_id=contract_id,
        kind=TradeKind.ASSIGNMENT,
        start=date(2026, month, 1),
        end=date(2026, month, 28),
        quantity=1,
        price_per_unit_day=Decimal("0.3"),
        idempotency_key=key(),
    )
    return (await fixture.market.caller(BY_ANNA, NOW).run(post_listing, listing)).id


async def add_calls(fixture: MarketFixture, contracts: Sequence[Contract]) -> None:
    """Ask who would buy January of each of Anna's contracts; Bert orders it."""
    for contract in contracts:
        start, end = date(2027, 1, 1), date(2027, 2, 1)
        asked = CallToSell(
            contract_id=contract.id,
            kind=TradeKind.ASSIGNMENT,
            start=start,
            end=end,
            quantity=1,
            limit_price=Decimal("0.1"),
            closes_at=NOW + timedelta(days=30),
            idempotency_key=key(),
        )
        call = await fixture.market.caller(BY_ANNA, NOW).run(open_call_to_sell, asked)
        order = PlaceOrder(
            call_id=call.id,
            start=start,
            end=end,
            quantity=1,
            price_per_unit_day=Decimal("0.2"),
            accept_by=NOW + timedelta(days=20),
            idempotency_key=key(),
        )
        await fixture.market.caller(BY_BERT, NOW).run(place_order, order)


async def add_releases(fixture: MarketFixture, contracts: Sequence[Contract]) -> None:
    """Release March of each of Anna's contracts, with a bid of Bert's; award him February of each tenth."""
    for contract in contracts:
        await _release(fixture, contract.id, date(2027, 3, 1))
    for contract in contracts[::10]:
        release_id = await _release(fixture, contract.id, date(2027, 2, 1))
        award = AwardRelease(release_id=release_id, idempotency_key=key())
        await award_release(award, fixture.market.caller(BY_ANNA, BIDS_CLOSE))


async def _release(fixture: MarketFixture, contract_id: ContractId, start: date) -> ReleaseId:
    end = start + timedelta(days=28)
    offer = OfferRelease(
        contract_id=contract_id,
        start=start,
        end=end,
        quantity=1,
        method=BidEvalMethod.PRESENT_VALUE,
        bids_close_at=BIDS_CLOSE,
        idempotency_key=key(),
    )
    release = await fixture.market.caller(BY_ANNA, NOW).run(offer_release, offer)
    bid = PlaceBid(
        release_id=release.id,
        start=start,
        end=end,
        quantity=1,
        rate=Decimal("0.4"),
        idempotency_key=key(),
    )
    await fixture.market.caller(BY_BERT, NOW).run(place_bid, bid)
    return release.id


async def add_set_asides(fixture: MarketFixture, rows: int) -> None:
    """Set aside one unit of June `rows` times, by turns on two paths."""
    for number in range(rows):
        receipt, delivery = (("a", "x"), ("b", "y"))[number % 2]
        command = SetAside(
            network_id=fixture.network_id,
            receipt=receipt,
            delivery=delivery,
            start=date(2027, 6, 1),
            end=date(2027, 7, 1),
            quantity=1,
            reason="short-term auctions",
            idempotency_key=key(),
        )
        await set_aside(command, fixture.market.caller(OPERATING, NOW))


async def add_clearings(fixture: MarketFixture, rows: int) -> None:
    """Open `rows` clearings of July, with a bid of BERT in each."""
    for _ in range(rows):
        start, end = date(2027, 7, 1), date(2027, 8, 1)
        command = OpenClearing(
            network_id=fixture.network_id,
            start=start,
            end=end,
            closes_at=BIDS_CLOSE,
            idempotency_key=key(),
        )
        clearing = await fixture.market.caller(OPERATING, NOW).run(open_clearing, command)
        bid = PlacePathBid(
            clearing_id=clearing.id,
            side=Side.BUY,
            receipt="b",
            delivery="y",
            quantity=1,
            price=Decimal("0.1"),
            start=start,
            end=end,
            idempotency_key=key(),
        )
        await fixture.market.caller(BY_BERT, NOW).run(place_path_bid, bid)


async def set_credit(fixture: MarketFixture, contract: Contract) -> None:
    """Set a wide limit for each shipper, record a payment for Anna's contract, and resume Anna's credit."""
    caller = fixture.market.caller(OPERATING, NOW)
    limit = SetCreditLimit(
        network_id=fixture.network_id,
        code="GUARANTEE",
        party_id=None,
        valid_from=date(2026, 1, 1),
        amount=Decimal(1_000_000),
        framework="standard",
    )
    await caller.run(set_credit_limit, limit)
    paid = RecordCreditPayment(
        contract_id=contract.id, amount=Decimal(10), reference="invoice 1", idempotency_key=key()
    )
    await caller.run(record_credit_payment, paid)
    resumed = SetCreditSuspension(
        network_id=fixture.network_id, party_id=ANNA, is_suspended=False, reason="paid"
    )
    await caller.run(set_credit_suspension, resumed)
