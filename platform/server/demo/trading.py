"""The market of the demo: bookings, maintenance, a trade, an award, and open offers of every kind."""

import asyncio
import random
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal

from capacity.contracts.contract import Contract
from capacity.feasibility.verifier import Verifier
from capacity.networks.model import NodeRole, Overlay, OverlayKind
from capacity.networks.policy import Policy
from capacity.networks.repository import PublishedNetwork
from capacity.publication.service import PutOverlay, set_overlay
from capacity.rights.model import Firmness, Route
from linepack.access import Principal
from linepack.gasday import Period
from linepack.identity.model import Party
from market.calls.commands import CallToBuy
from market.calls.service import open_call_to_buy
from market.clearing.model import Side
from market.context import MarketCaller
from market.errors import NotDecided
from market.listings.commands import PostListing, TakeListing
from market.listings.model import Listing
from market.listings.service import post_listing, take_listing
from market.network_clearings.commands import OpenClearing, PlacePathBid
from market.network_clearings.service import open_clearing, place_path_bid
from market.primary.commands import BookCapacity, CapacityRequest
from market.releases.bid_evaluation import BidEvalMethod
from market.releases.commands import AwardRelease, OfferRelease, PlaceBid
from market.releases.model import Release
from market.releases.rules import PROCESSING_TIME
from market.releases.service import award_release, offer_release, place_bid
from market.rights_transfer.model import TradeKind
from server.demo.parties import SHIPPERS, principal_of
from server.services import Services, solver_of

CONTRACTS_PER_SHIPPER = 12
TRIES = 4
"""Of a booking that a slow or busy machine does not prove in time: without one contract there is no demo."""
SHARE_BOOKED = (0.02, 0.08)
"""Of what flows would allow: pressures allow less."""


class DemoMarket:
    """Makes the bookings, works and offers of the demo."""

    def __init__(
        self,
        services: Services,
        published: PublishedNetwork,
        parties: dict[str, Party],
        now: datetime,
        chance: random.Random,
    ) -> None:
        self._market = services.market
        self._database = services.database
        self._published = published
        self._shippers = [parties[code.upper()] for code, _ in SHIPPERS]
        self._operator = principal_of(parties["NETZ"], now)
        self._now = now
        self._today = published.network.clock.gas_day(now)
        self._chance = chance
        self._flows = Verifier(
            published.network, (), Policy(), solver_of(services.settings), revision_id=published.revision_id
        )

    async def book_a_year(self) -> list[Contract]:
        """Let every shipper book entries and exits in turn; return their contracts."""
        contracts: list[Contract] = []
        for turn in range(CONTRACTS_PER_SHIPPER):
            for shipper in self._shippers:
                contract = await self._book(shipper, turn)
                if contract is not None:
                    contracts.append(contract)
        return contracts

    async def announce_maintenance(self) -> None:
        """Put two works on the operator's calendar."""
        stations = [edge for edge in self._published.network.edges if edge.capacity_forward is not None]
        for number, edge in enumerate(self._chance.sample(stations, 2), start=1):
            start = self._today + timedelta(days=30 * number)
            overlay = Overlay(
                edge.id, OverlayKind.MAINTENANCE, Period(start, start + timedelta(days=6)), 0.9, "inspection"
            )
            command = PutOverlay(
                network_id=self._published.id, overlay=overlay, idempotency_key=f"demo-works-{number}"
            )
            await self._caller(self._operator).run(set_overlay, command)

    async def offer(self, contracts: list[Contract]) -> None:
        """Post listings and take a part of one, offer releases, award one, open a call and a clearing."""
        start = _month_after(_month_after(self._today))
        lasting = [contract for contract in contracts if contract.period.end > _month_after(start)]
        listed, subleased, released, arranged = self._chance.sample(lasting, 4)
        for contract, kind in ((listed, TradeKind.ASSIGNMENT), (subleased, TradeKind.TRANSFER_OF_USE)):
            post = PostListing(
                idempotency_key=f"demo-listing-{kind}",
                contract_id=contract.id,
                kind=kind,
                start=start,
                end=contract.period.end,
                quantity=contract.quantity // 2,
                price_per_unit_day=Decimal("0.0075"),
                minimum_quantity=contract.quantity // 10,
            )
            listing = await self._caller(self._holder(contract)).run(post_listing, post)
            if kind is TradeKind.ASSIGNMENT:
                await self._take(listing, contract)
        await self._release(released, start)
        await self._arrange(arranged, start)
        await self._call()
        await self._clear(start)

    async def _take(self, listing: Listing, contract: Contract) -> None:
        take = TakeListing(
            idempotency_key="demo-take", listing_id=listing.id, quantity=listing.minimum_quantity
        )
        buyer = principal_of(self._other_than(contract), self._now)
        await self._caller(buyer).run(take_listing, take)

    async def _release(self, contract: Contract, start: date, *, bidder: Party | None = None) -> Release:
        offer = OfferRelease(
            idempotency_key=f"demo-release-{contract.id}",
            contract_id=contract.id,
            start=start,
            end=contract.period.end,
            quantity=contract.quantity // 2,
            method=BidEvalMethod.PRESENT_VALUE,
            discount_rate=Decimal("0.05"),
            minimum_rate=Decimal("0.002"),
            bids_close_at=min(self._now + timedelta(days=7), self._starts_at(start) - PROCESSING_TIME),
            prearranged_bidder_id=None if bidder is None else bidder.id,
        )
        return await self._caller(self._holder(contract)).run(offer_release, offer)

    async def _arrange(self, contract: Contract, start: date) -> None:
        """Release to a bidder agreed on beforehand, who bids and is awarded at once."""
        bidder = self._other_than(contract)
        release = await self._release(contract, start, bidder=bidder)
        bid = PlaceBid(
            idempotency_key="demo-bid",
            release_id=release.id,
            rate=Decimal("0.004"),
            quantity=release.quantity,
            start=release.capacity.period.start,
            end=release.capacity.period.end,
        )
        await self._caller(principal_of(bidder, self._now)).run(place_bid, bid)
        award = AwardRelease(idempotency_key="demo-award", release_id=release.id)
        await award_release(award, self._caller(self._holder(contract)))

    async def _call(self) -> None:
        start = _month_after(self._today)
        call = CallToBuy(
            idempotency_key="demo-call",
            network_id=self._published.id,
            receipt=None,
            delivery=self._points(NodeRole.EXIT)[0],
            firmness=Firmness.FIRM,
            kind=TradeKind.ASSIGNMENT,
            start=start,
            end=_month_after(start),
            quantity=100_000,
            limit_price=Decimal("0.0110"),
            closes_at=min(self._now + timedelta(days=5), self._starts_at(start)),
        )
        await self._caller(principal_of(self._shippers[0], self._now)).run(open_call_to_buy, call)

    async def _clear(self, start: date) -> None:
        """Open a clearing of a month; every shipper bids for a path in it."""
        opening = OpenClearing(
            idempotency_key="demo-clearing",
            network_id=self._published.id,
            start=start,
            end=_month_after(start),
            closes_at=min(self._now + timedelta(days=7), self._starts_at(start) - PROCESSING_TIME),
            reserve_price=Decimal("0.004"),
        )
        clearing = await self._caller(self._operator).run(open_clearing, opening)
        receipts, deliveries = self._points(NodeRole.ENTRY), self._points(NodeRole.EXIT)
        for number, shipper in enumerate(self._shippers):
            bid = PlacePathBid(
                idempotency_key=f"demo-path-bid-{number}",
                clearing_id=clearing.id,
                side=Side.BUY,
                receipt=receipts[number % len(receipts)],
                delivery=deliveries[number % len(deliveries)],
                start=clearing.period.start,
                end=clearing.period.end,
                quantity=50_000 + 10_000 * number,
                price=Decimal("0.008") + Decimal("0.001") * number,
            )
            await self._caller(principal_of(shipper, self._now)).run(place_path_bid, bid)

    async def _book(self, shipper: Party, turn: int) -> Contract | None:
        is_entry = turn % 2 == 0
        point = self._chance.choice(self._points(NodeRole.ENTRY if is_entry else NodeRole.EXIT))
        route = Route(point, None) if is_entry else Route(None, point)
        months = self._chance.choice((12, 12, 3, 1))
        start = self._chance.choice((self._today, self._today, _month_after(self._today)))
        end = start
        for _ in range(months):
            end = _month_after(end)
        largest = await self._largest(route, Period(start, end))
        quantity = int(largest * self._chance.uniform(*SHARE_BOOKED))
        if quantity == 0:
            return None
        request = CapacityRequest(
            network_id=self._published.id,
            receipt=route.receipt,
            delivery=route.delivery,
            start=start,
            end=end,
            quantity=quantity,
        )
        command = BookCapacity(idempotency_key=f"demo-{shipper.code}-{turn}", request=request)
        caller = self._caller(principal_of(shipper, self._now))
        for _ in range(TRIES - 1):
            with suppress(NotDecided):
                return (await self._market.bookings.book(command, caller)).contract
        return (await self._market.bookings.book(command, caller)).contract

    async def _largest(self, route: Route, period: Period) -> int:
        """Return what flows alone would allow; to look for the most that pressures do takes long."""
        view = await self._market.networks.current(self._published.id)
        return await asyncio.to_thread(
            self._flows.largest_throughout, view.rights, route, period, Firmness.FIRM
        )

    def _caller(self, principal: Principal) -> MarketCaller:
        return self._market.caller(principal, self._now)

    def _starts_at(self, day: date) -> datetime:
        return self._published.network.clock.starts_at(day)

    def _points(self, role: NodeRole) -> list[str]:
        return [node.id for node in self._published.network.nodes if node.role is role]

    def _holder(self, contract: Contract) -> Principal:
        shipper = next(party for party in self._shippers if party.id == contract.holder_id)
        return principal_of(shipper, self._now)

    def _other_than(self, contract: Contract) -> Party:
        return next(party for party in self._shippers if party.id != contract.holder_id)


def _month_after(day: date) -> date:
    """Return the first of the month after `day`'s."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
