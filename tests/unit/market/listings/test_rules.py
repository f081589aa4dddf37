"""The rules of listings: what may be posted, what may be taken, and what is left."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from tests.unit.capacity.contracts.samples import NOON, OTHER, SHIPPER, contract

from capacity.contracts.contract import Contract
from capacity.rights.model import MovementCause
from linepack.gasday import GasDayClock, Period
from linepack.ids import ListingId
from linepack.problems import InvalidInput
from market.errors import DutiesNotHeld, NotOnOffer, NotOpen, OwnOffer
from market.listings.commands import PostListing
from market.listings.model import Listing, ListingState
from market.listings.rules import days_on_offer, listing_on, shrunk_to, taken_from
from market.rights_transfer.model import TradeKind

CLOCK = GasDayClock("Europe/Berlin", 6)
MARCH = Period(date(2027, 3, 1), date(2027, 4, 1))


def posting(**changes: Any) -> PostListing:
    terms: dict[str, Any] = {
        "idempotency_key": "k",
        "contract_id": contract().id,
        "kind": TradeKind.ASSIGNMENT,
        "start": MARCH.start,
        "end": MARCH.end,
        "quantity": 40,
        "price_per_unit_day": Decimal("0.30"),
        "minimum_quantity": 10,
    }
    return PostListing(**{**terms, **changes})


def posted(parent: Contract | None = None, *, negative_prices: bool = False, **changes: Any) -> Listing:
    return listing_on(
        posting(**changes),
        parent or contract(),
        CLOCK,
        NOON,
        listing_id=ListingId(UUID(int=1)),
        negative_prices=negative_prices,
    )


def test_a_listing_is_on_the_days_and_routes_of_its_contract() -> None:
    listing = posted()
    assert (listing.capacity.period, listing.remaining, listing.seller_id) == (MARCH, 40, SHIPPER)
    assert listing.capacity.starts_at == CLOCK.starts_at(MARCH.start)


def test_every_fault_of_a_listing_is_found_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        posted(start=date(2026, 11, 1), quantity=101, minimum_quantity=102, price_per_unit_day=Decimal(-1))
    assert [fault.place for fault in refused.value.faults] == [
        "start",
        "start",
        "quantity",
        "minimumQuantity",
        "pricePerUnitDay",
    ]


def test_a_negative_price_needs_rules_that_allow_it() -> None:
    assert posted(price_per_unit_day=Decimal(-1), negative_prices=True).price_per_unit_day == -1


def test_what_came_of_a_transfer_of_use_is_not_assigned() -> None:
    used = replace(contract(), cause=MovementCause.TRANSFER_OF_USE)
    with pytest.raises(DutiesNotHeld):
        posted(used)
    assert posted(used, kind=TradeKind.TRANSFER_OF_USE).kind is TradeKind.TRANSFER_OF_USE


@pytest.mark.parametrize(
    ("quantity", "left", "state"), [(40, 0, ListingState.TAKEN), (30, 10, ListingState.OPEN)]
)
def test_a_part_or_all_of_a_listing_is_taken(quantity: int, left: int, state: ListingState) -> None:
    rest = taken_from(posted(), OTHER, quantity)
    assert (rest.remaining, rest.state) == (left, state)


@pytest.mark.parametrize("quantity", [9, 31, 41])
def test_less_than_the_minimum_is_neither_taken_nor_left(quantity: int) -> None:
    listing = replace(posted(), quantity=50)
    with pytest.raises(NotOnOffer):
        taken_from(listing, OTHER, quantity)


def test_a_seller_does_not_take_its_own_listing() -> None:
    with pytest.raises(OwnOffer):
        taken_from(posted(), SHIPPER, 40)


def test_only_days_that_have_not_begun_are_on_offer() -> None:
    listing, second = posted(), MARCH.start + timedelta(days=1)
    assert days_on_offer(listing, CLOCK, NOON) == MARCH
    assert days_on_offer(listing, CLOCK, CLOCK.starts_at(MARCH.start)) == Period(second, MARCH.end)
    with pytest.raises(NotOpen):
        days_on_offer(listing, CLOCK, CLOCK.starts_at(MARCH.end - timedelta(days=1)))
    with pytest.raises(NotOpen):
        days_on_offer(replace(listing, state=ListingState.WITHDRAWN), CLOCK, NOON)


def test_an_indicative_listing_shrinks_to_what_is_left_and_never_grows() -> None:
    listing = posted()
    assert shrunk_to(listing, 50) is listing
    assert shrunk_to(listing, 15).remaining == 15
    assert shrunk_to(listing, 0).state is ListingState.EXHAUSTED
