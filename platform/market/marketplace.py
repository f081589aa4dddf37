"""The marketplace of a process: the market's commands with what each procedure does for the others."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.contract import Contract
from capacity.feasibility.network_views import NetworkViews
from capacity.feasibility.verifier_pool import VerifierPool
from capacity.rights.model import Hold, HoldCause, Purpose, Route
from linepack.access import Principal
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.gasday import Period
from linepack.ids import NetworkId, OrderId, PartyId
from market.calls.repository import binding_orders
from market.calls.service import record_lapse, shrink_calls
from market.context import Market, MarketCaller, MarketContext
from market.holds.free import FreeOfContract
from market.holds.service import end_overdue
from market.listings.service import find_listings, shrink_listings
from market.network_clearings.repository import binding_path_bids
from market.offers.binding import BindingOffer
from market.offers.model import Offer
from market.primary.service import Bookings
from market.releases.repository import binding_bids
from market.releases.service import find_releases, shrink_releases
from market.set_asides.events import SetAsideEnded


class Marketplace:
    """The market of one process; bookings are decided in batches, so there is one marketplace for each."""

    def __init__(self, database: Database, networks: NetworkViews, verifiers: VerifierPool) -> None:
        self.database, self.networks, self.verifiers = database, networks, verifiers
        self._market = Market(database, networks, verifiers, shrink_offers, find_offers, find_binding)
        self.bookings = Bookings(self._market)

    def caller(self, principal: Principal, at: datetime) -> MarketCaller:
        """Return what commands of `principal` at an instant run in."""
        return MarketCaller(principal=principal, at=at, market=self._market)

    async def end_overdue_holds(self, now: datetime) -> int:
        """End the holds whose time is over; return how many."""
        return await end_overdue(self.database, now, record_end)


async def record_end(uow: UnitOfWork, ended: Sequence[Hold]) -> None:
    """Record that a hold has ended by itself, given the lines that ended it."""
    purpose = ended[0].purpose
    if purpose.cause is HoldCause.SET_ASIDE:
        uow.record(SetAsideEnded.of(ended))
    elif purpose.cause is HoldCause.ORDER:
        await record_lapse(uow, OrderId(purpose.cause_id))


async def shrink_offers(context: MarketContext, contract: Contract, *, excluding: Purpose | None) -> None:
    """Shrink the listings, calls and releases of a contract that hold nothing to what is free of it."""
    free = FreeOfContract(context.connection, contract, at=context.at)
    for shrink in (shrink_listings, shrink_calls, shrink_releases):
        await shrink(context, free, excluding=excluding)


async def find_offers(
    connection: AsyncConnection,
    principal: Principal,
    network_id: NetworkId,
    *,
    route: Route,
    period: Period,
    at: datetime,
) -> Sequence[Offer]:
    """Return open listings, then open releases, on a route that the principal's party could take."""
    listings = await find_listings(connection, principal, network_id, route=route, period=period)
    releases = await find_releases(connection, principal, network_id, route=route, period=period, at=at)
    return [*listings, *releases]


async def find_binding(
    connection: AsyncConnection, network_id: NetworkId, party_ids: Sequence[PartyId], *, at: datetime
) -> Sequence[BindingOffer]:
    """Return the open bids on releases and to buy in clearings, and orders on calls, that bind parties."""
    orders = await binding_orders(connection, network_id, party_ids, at=at)
    path_bids = await binding_path_bids(connection, network_id, party_ids)
    return [*await binding_bids(connection, network_id, party_ids), *path_bids, *orders]
