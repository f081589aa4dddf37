"""The demo: a market on GasLib-40 as it could be, reproducible from a seed and a day.

An operator, six shippers, billing, a regulator and an administrator; tariffs with a winter season; a year of
entry and exit contracts, each a share of what could still be transported when it was booked; maintenance; a
trade and an award; and open offers of every kind. Everything is done by the same commands a user has, so that
nothing in the demo could not have happened. The three other shipped networks are there to be looked at.
"""

import asyncio
import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from capacity.contracts.contract import Contract
from capacity.contracts.pricing.price import Flat, Indexed, SeasonFactor
from capacity.feasibility.verifier import Verifier
from capacity.networks.interruptible import InterruptibleQuantity
from capacity.networks.model import NodeRole, Overlay, OverlayKind
from capacity.networks.policy import Level, Policy
from capacity.networks.repository import PublishedNetwork, list_networks
from capacity.publication import catalogue
from capacity.publication.interruptible import SetInterruptibleQuantity, set_interruptible_quantity
from capacity.publication.service import ImportNetwork, PutOverlay, import_network, set_overlay
from capacity.rights.model import Firmness, Route, RouteKind
from linepack.access import PARTY_ROLES, PartyKind, Principal, Role, platform_principal, scopes_of
from linepack.gasday import Period
from linepack.identity.commands import NewParty, NewUser
from linepack.identity.model import Party
from linepack.identity.service import create_party, create_user
from linepack.money import Currency
from linepack.problems import Problem
from market.calls.commands import CallToBuy
from market.calls.service import open_call_to_buy
from market.context import MarketCaller
from market.index_values.model import StatedValue
from market.index_values.service import PublishIndexValues, publish_index_values
from market.listings.commands import PostListing, TakeListing
from market.listings.model import Listing
from market.listings.service import post_listing, take_listing
from market.primary.commands import BookCapacity, CapacityRequest
from market.products.model import ProductRules
from market.products.service import set_product_rules
from market.releases.bid_evaluation import BidEvalMethod
from market.releases.commands import AwardRelease, OfferRelease, PlaceBid
from market.releases.model import Release
from market.releases.rules import PROCESSING_TIME
from market.releases.service import award_release, offer_release, place_bid
from market.rights_transfer.model import TradeKind
from market.tariffs.service import SetTariff, set_tariff
from server.services import Services, solver_of

NETWORK = "gaslib-40"
SEED = 40
PASSWORD = "open-capacity-2027"  # noqa: S105 no secret: it is printed at every start
CONTRACTS_PER_SHIPPER = 12
SHARE_BOOKED = (0.02, 0.08)
"""Of what flows would allow: pressures allow less."""
POLICY = Policy(firm_level=Level.HYDRAULIC, deadline_s=5.0)
WINTER = tuple(Decimal(percent) / 100 for percent in (130, 120, 110, 100, 80, 70, 70, 70, 80, 100, 110, 120))
"""What a gas day costs against its base price, January first."""
PRICES_PER_UNIT_DAY = {
    RouteKind.ENTRY: Decimal("0.0062"),
    RouteKind.EXIT: Decimal("0.0088"),
    RouteKind.PATH: Decimal("0.0140"),
}
INDEX = "TTF"
INDEX_VALUES = tuple(map(Decimal, ("31.20", "30.85", "30.10", "29.75", "30.40", "31.05", "30.60")))
"""Of today and the days before it."""
INDEXED_PRICE = Indexed(
    INDEX, multiplier=Decimal("0.0001"), addend=Decimal("0.0014"), cap_per_unit_day=Decimal("0.0088")
)
"""About half of what a firm exit costs, and never more than that."""
INTERRUPTIBLE_SHARE = Decimal("0.25")
"""Of the technical capacity of every path, entry and exit: on sale as interruptible capacity."""


@dataclass(frozen=True, slots=True)
class Login:
    """A user of the demo."""

    email: str
    party: str
    company: str
    kind: PartyKind
    role: Role
    description: str


_SHIPPERS = (
    ("nordwind", "Nordwind Energie"),
    ("alpengas", "Alpengas Handel"),
    ("ostsee", "Ostsee Gas"),
    ("rheinland", "Rheinland Stadtwerke"),
    ("donau", "Donau Trading"),
    ("harz", "Harz Speicher"),
)
LOGINS = (
    Login("operator@demo.test", "NETZ", "Netz Vierzig", PartyKind.OPERATOR, Role.OPERATOR, "runs networks"),
    *(
        Login(
            f"trader@{code}.test", code.upper(), name, PartyKind.SHIPPER, Role.SHIPPER, f"trades for {name}"
        )
        for code, name in _SHIPPERS
    ),
    Login("billing@demo.test", "BILLING", "Billing", PartyKind.BILLING, Role.BILLING, "reads settlements"),
    Login("regulator@demo.test", "REG", "Regulator", PartyKind.REGULATOR, Role.REGULATOR, "sees everything"),
    Login("admin@demo.test", "PLATFORM", "Platform", PartyKind.PLATFORM, Role.ADMIN, "keeps accounts"),
)


class DemoRefused(Problem):
    """The demo's people have a password that everybody knows."""

    code = "DEMO_REFUSED"

    def __init__(self) -> None:
        super().__init__("the demo is not for production: everybody knows the password of its people")


class DemoInterrupted(Problem):
    """Loading the demo was cut off before its end, and half a market is no demo."""

    code = "DEMO_INTERRUPTED"

    def __init__(self, data_dir: Path) -> None:
        super().__init__(f"the demo was interrupted while it was loaded: delete {data_dir} and start again")


async def load_demo(services: Services, *, seed: int = SEED) -> bool:
    """Load the demo unless this installation has a network already; return whether it was loaded.

    Raises DemoInterrupted when an earlier load did not come to its end, DemoRefused in production.
    """
    if services.settings.is_production:
        raise DemoRefused
    async with services.database.read() as connection:
        present = {summary.code for summary in await list_networks(connection)}
    if NETWORK in present and not present.issuperset(catalogue.codes()):
        raise DemoInterrupted(services.settings.data_dir)
    if present:
        return False
    now = services.now()
    parties = await add_parties(services, now)
    operator = principal_of(parties["NETZ"], now)
    published = await add_network(services, operator, NETWORK, now, POLICY)
    await _follow_an_index(services.market.caller(operator, now), published)
    demo = _Demo(services, published, parties, now, random.Random(seed))  # noqa: S311 a demo, no secret
    contracts = await demo.book_a_year()
    await demo.announce_maintenance()
    await demo.offer(contracts)
    for code in catalogue.codes():
        if code != NETWORK:
            await add_network(services, operator, code, now, Policy())
    return True


async def add_parties(services: Services, now: datetime) -> dict[str, Party]:
    """Add the companies and accounts of `LOGINS`; return the companies by code."""
    platform = platform_principal(now=now)
    parties: dict[str, Party] = {}
    for login in LOGINS:
        party = await create_party(
            NewParty(login.party, login.company, login.kind), services.identity.context(platform)
        )
        user = NewUser(party.id, login.email, login.company, frozenset({login.role}), PASSWORD)
        await create_user(user, services.identity.context(platform))
        parties[login.party] = party
    return parties


async def add_network(
    services: Services, operator: Principal, code: str, now: datetime, policy: Policy
) -> PublishedNetwork:
    """Publish a network of the catalogue, with product rules and tariffs from today on."""
    caller = services.market.caller(operator, now)
    command = ImportNetwork(network=catalogue.load(code), currency=Currency.EUR, policy=policy)
    published = await caller.run(import_network, command)
    today = published.network.clock.gas_day(now)
    await caller.run(set_product_rules, ProductRules(published.id, valid_from=today))
    await _set_tariffs(caller, published, today)
    await _state_interruptible(caller, published, today)
    return published


async def _state_interruptible(caller: MarketCaller, published: PublishedNetwork, today: date) -> None:
    """Put a part of what every path, entry and exit carries on sale as interruptible capacity."""
    for kind in RouteKind:
        stated = InterruptibleQuantity(kind, today, share=INTERRUPTIBLE_SHARE)
        await caller.run(set_interruptible_quantity, SetInterruptibleQuantity(published.id, stated))


async def _set_tariffs(caller: MarketCaller, published: PublishedNetwork, today: date) -> None:
    for kind, price in PRICES_PER_UNIT_DAY.items():
        for firmness, share in ((Firmness.FIRM, Decimal(1)), (Firmness.INTERRUPTIBLE, Decimal("0.5"))):
            command = SetTariff(
                network_id=published.id,
                kind=kind,
                firmness=firmness,
                valid_from=today,
                price=SeasonFactor(Flat(price * share), WINTER),
            )
            await caller.run(set_tariff, command)


async def _follow_an_index(caller: MarketCaller, published: PublishedNetwork) -> None:
    """Publish a week of an index, and let the price of interruptible exits follow it from today on."""
    today = published.network.clock.gas_day(caller.at)
    days = [today - timedelta(days=days_ago) for days_ago in range(len(INDEX_VALUES))]
    values = tuple(
        StatedValue(INDEX, day, value, str(day)) for day, value in zip(days, INDEX_VALUES, strict=True)
    )
    await caller.run(publish_index_values, PublishIndexValues(published.id, values))
    tariff = SetTariff(
        network_id=published.id,
        kind=RouteKind.EXIT,
        firmness=Firmness.INTERRUPTIBLE,
        valid_from=today,
        price=INDEXED_PRICE,
    )
    await caller.run(set_tariff, tariff)


def principal_of(party: Party, now: datetime) -> Principal:
    """Return a principal who acts for `party` in all it may do, while the demo is loaded."""
    roles = PARTY_ROLES[party.kind]
    return Principal("demo", party.id, roles, scopes_of(roles), now + timedelta(hours=1))


class _Demo:
    """The market of the demo while it is being made."""

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
        self._shippers = [parties[code.upper()] for code, _ in _SHIPPERS]
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
        """Post listings and take a part of one, offer a release, award a prearranged one, and open a call."""
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
        booking = await self._market.bookings.book(command, caller)
        return booking.contract

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
