"""Trades of every kind in any order, over the pure rules: no contract ever gives more than it has.

The machine keeps the contracts, holds and offers that the services would store, and carries each command
out by the rules alone. After every step, on every gas day: what a contract passed on and holds is no more
than its quantity; all contracts together have what the first one had; a firm listing can be delivered in
full, and an indicative one offers no more than is free.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule
from tests.unit.capacity.contracts.samples import NOON, contract

from capacity.contracts.contract import Contract
from capacity.rights import holds
from capacity.rights.model import Hold
from linepack.gasday import GasDayClock, Period
from linepack.ids import ContractId, ListingId, PartyId
from market.errors import NotHeld, NotOnOffer, OwnOffer
from market.holds.free import Free, free_of, require_free, throughout
from market.listings.commands import PostListing
from market.listings.model import Listing, ListingState
from market.listings.rules import listing_on, shrunk_to, taken_from
from market.rights_transfer.model import TradeKind
from market.rights_transfer.transfer import Acquisition, derive

DAYS = Period(date(2027, 1, 1), date(2027, 1, 13))
CLOCK = GasDayClock("Europe/Berlin", 6)
SHIPPERS = [PartyId(UUID(int=number)) for number in range(1, 5)]
QUANTITY = 60


class Trading(RuleBasedStateMachine):
    contracts = Bundle("contracts")
    listings = Bundle("listings")

    def __init__(self) -> None:
        super().__init__()
        self.numbers = iter(range(10_000, 1_000_000))
        self.first = contract(quantity=QUANTITY, period=DAYS)
        self.known: dict[ContractId, Contract] = {self.first.id: self.first}
        self.held: dict[ListingId, list[Hold]] = {}
        self.offers: dict[ListingId, Listing] = {}

    def children(self, parent: Contract) -> list[Contract]:
        return [one for one in self.known.values() if one.parent_id == parent.id]

    def free(self, parent: Contract, period: Period, *, without: ListingId | None = None) -> Free:
        lines = [
            line
            for listing_id, own in self.held.items()
            if listing_id != without
            for line in holds.standing(own)
            if line.contract_id == parent.id
        ]
        return free_of(parent, self.children(parent), lines, period)

    def shrink(self, parent: Contract, *, excluding: ListingId) -> None:
        for listing_id, listing in self.offers.items():
            is_concerned = listing.contract_id == parent.id and not listing.is_firm
            if is_concerned and listing_id != excluding and listing.state is ListingState.OPEN:
                left = throughout(self.free(parent, listing.capacity.period))
                self.offers[listing_id] = shrunk_to(listing, left)

    @rule(target=contracts)
    def start(self) -> ContractId:
        return self.first.id

    @rule(
        target=listings,
        parent_id=contracts,
        first=st.integers(0, DAYS.days - 1),
        length=st.integers(1, DAYS.days),
        quantity=st.integers(1, QUANTITY),
        is_firm=st.booleans(),
    )
    def post(self, parent_id: ContractId, first: int, length: int, quantity: int, is_firm: bool) -> object:
        parent = self.known[parent_id]
        start = min(parent.period.start + timedelta(first), parent.period.end - timedelta(1))
        period = Period(start, min(start + timedelta(length), parent.period.end))
        listing = listing_on(
            PostListing(
                idempotency_key="",
                contract_id=parent_id,
                kind=TradeKind.ASSIGNMENT,
                start=period.start,
                end=period.end,
                quantity=min(quantity, parent.quantity),
                price_per_unit_day=Decimal("0.25"),
                is_firm=is_firm,
            ),
            parent,
            CLOCK,
            NOON,
            listing_id=ListingId(UUID(int=next(self.numbers))),
            negative_prices=False,
        )
        try:
            require_free(self.free(parent, period), listing.quantity)
        except NotHeld:
            return multiple()
        self.offers[listing.id] = listing
        if is_firm:
            line = Hold(
                parent.network_id,
                parent.holder_id,
                parent.id,
                None,
                parent.firmness,
                period,
                listing.quantity,
                listing.purpose,
            )
            self.held[listing.id] = [line]
            self.shrink(parent, excluding=listing.id)
        return listing.id

    @rule(
        target=contracts,
        listing_id=listings,
        buyer=st.sampled_from(SHIPPERS),
        quantity=st.integers(1, QUANTITY),
    )
    def take(self, listing_id: ListingId, buyer: PartyId, quantity: int) -> object:
        listing = self.offers[listing_id]
        if listing.state is not ListingState.OPEN or listing.contract_id is None:
            return multiple()
        parent = self.known[listing.contract_id]
        try:
            left = taken_from(listing, buyer, min(quantity, listing.quantity))
        except (OwnOffer, NotOnOffer):
            return multiple()
        period, taken = listing.capacity.period, listing.remaining - left.remaining
        others = [
            line for other, own in self.held.items() if other != listing_id for line in holds.standing(own)
        ]
        [child] = derive(
            parent,
            self.children(parent),
            [Acquisition(buyer, taken, period)],
            [ContractId(UUID(int=next(self.numbers)))],
            held=[line for line in others if line.contract_id == parent.id],
            cause=listing.kind.cause,
            at=NOON,
        )
        self.known[child.id] = child
        self.offers[listing_id] = left
        if listing_id in self.held:
            self.held[listing_id] += holds.used(self.held[listing_id], [(period, taken)])
        self.shrink(parent, excluding=listing_id)
        return child.id

    @rule(listing_id=consumes(listings))
    def withdraw(self, listing_id: ListingId) -> None:
        listing = self.offers[listing_id]
        if listing.state is ListingState.OPEN:
            self.offers[listing_id] = replace(listing, state=ListingState.WITHDRAWN)
        self.held.pop(listing_id, None)

    @invariant()
    def no_contract_gives_more_than_it_has(self) -> None:
        for one in self.known.values():
            assert all(left >= 0 for _, left in self.free(one, one.period))

    @invariant()
    def all_contracts_together_have_what_the_first_had(self) -> None:
        for day in DAYS:
            kept = sum(
                (one.quantity if day in one.period else 0)
                - sum(child.quantity for child in self.children(one) if day in child.period)
                for one in self.known.values()
            )
            assert kept == QUANTITY

    @invariant()
    def what_is_on_offer_can_be_delivered(self) -> None:
        for listing_id, listing in self.offers.items():
            if listing.state is ListingState.OPEN and listing.contract_id is not None:
                parent = self.known[listing.contract_id]
                free = self.free(parent, listing.capacity.period, without=listing_id)
                assert throughout(free) >= listing.remaining


TestTrading = Trading.TestCase
TestTrading.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
