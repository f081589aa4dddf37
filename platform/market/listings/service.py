"""The commands on listings: post, take, withdraw. `at` is the instant of the command, in UTC."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from capacity.contracts import repository as contracts
from capacity.contracts.contract import Contract
from capacity.rights import holds
from linepack.access import Principal, Scope
from linepack.commands.unit_of_work import UnitOfWork
from linepack.gasday import GasDay, GasDayClock, Period
from linepack.ids import ContractId, ListingId, PartyId, TradeId, new_id
from linepack.problems import NotFound
from market.commands.access import acting_party
from market.commands.idempotency import Command, made_before
from market.commands.validation import Faults
from market.errors import NotOnOffer, NotOpen, OwnOffer
from market.holds.free import free, require_free
from market.holds.service import take
from market.listings import repository
from market.listings.events import ListingPosted, ListingTaken, ListingWithdrawn
from market.listings.model import Listing, ListingState
from market.marketplace import Marketplace
from market.offers.model import OfferedCapacity, days_to_come
from market.products.repository import allows_negative_prices
from market.rights_transfer.model import Trade, TradeAgreement, TradeKind
from market.rights_transfer.repository import trades_by_id
from market.rights_transfer.trades import conclude_trade, require_duties
from market.rights_transfer.transfer import own_contract


@dataclass(frozen=True, slots=True, kw_only=True)
class PostListing(Command):
    """Offer a part of a contract at a fixed price, in lots of `minimum_quantity` or more.

    A firm offer holds what it offers; an indicative one shrinks when what its seller has does.
    """

    contract_id: ContractId
    kind: TradeKind
    start: GasDay
    end: GasDay
    quantity: int
    price_per_unit_day: Decimal
    minimum_quantity: int = 1
    is_firm: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeListing(Command):
    """Take a listing, or a part of it, at its price."""

    listing_id: ListingId
    quantity: int


async def post_listing(
    market: Marketplace, principal: Principal, command: PostListing, at: datetime
) -> Listing:
    """Post a listing.

    Raises Forbidden, NotFound (a contract that is not the party's), DutiesNotHeld, NotHeld, Conflict, or
    InvalidInput with every fault.
    """
    party_id = acting_party(principal, Scope.TRADE)
    async with market.unit_of_work() as uow:
        contract = await own_contract(uow.connection, principal, party_id, command.contract_id)
        clock = await market.clock(contract.network_id)
        await uow.lock_network(contract.network_id)
        listing_id = ListingId(new_id())
        if (earlier := await made_before(uow, party_id, command, listing_id)) is not None:
            return await repository.listing_for_update(uow.connection, ListingId(earlier))
        require_duties(contract, command.kind)
        negative_prices = await allows_negative_prices(uow.connection, contract.network_id, clock.gas_day(at))
        _check(command, contract, clock, at, negative_prices=negative_prices)
        listing = _listing(listing_id, command, contract, clock, at)
        period = listing.capacity.period
        if listing.is_firm:
            await take(uow, contract, listing.purpose, period, listing.quantity, at=at)
        else:
            require_free(await free(uow.connection, contract, period, at=at), listing.quantity)
        await repository.insert_listing(uow.connection, listing)
        uow.record(ListingPosted.of(listing))
        return listing


async def take_listing(
    market: Marketplace, principal: Principal, command: TakeListing, at: datetime
) -> Trade:
    """Take a listing fully or in part, on its gas days that have not yet begun; the first to ask wins.

    Raises NotFound, OwnOffer, NotOpen, NotOnOffer, NotHeld, NotDivisible, Conflict, Forbidden.
    """
    party_id = acting_party(principal, Scope.TRADE)
    async with market.unit_of_work() as uow:
        offered = await repository.listing_for_update(uow.connection, command.listing_id)
        clock = await market.clock(offered.capacity.network_id)
        await uow.lock_network(offered.capacity.network_id)
        trade_id = TradeId(new_id())
        if (earlier := await made_before(uow, party_id, command, trade_id)) is not None:
            return (await trades_by_id(uow.connection, principal, [TradeId(earlier)]))[TradeId(earlier)]
        listing = await repository.listing_for_update(uow.connection, command.listing_id)
        period = _days_on_offer(listing, clock, at)
        _require_takeable(listing, party_id, command.quantity)
        bargain = TradeAgreement(
            trade_id=trade_id,
            purpose=listing.purpose,
            kind=listing.kind,
            buyer_id=party_id,
            quantity=command.quantity,
            period=period,
            price_per_unit_day=listing.price_per_unit_day,
            listing_id=listing.id,
        )
        return await _take(uow, listing, bargain, at)


async def withdraw_listing(
    market: Marketplace, principal: Principal, listing_id: ListingId, at: datetime
) -> Listing:
    """Withdraw what is left of the party's listing; what was taken stays taken.

    Raises NotFound for a listing that is not the party's, NotOpen, Forbidden.
    """
    party_id = acting_party(principal, Scope.TRADE)
    async with market.unit_of_work() as uow:
        offered = await repository.listing_for_update(uow.connection, listing_id)
        if offered.seller_id != party_id:
            raise NotFound("listing", listing_id, path=("listingId",))
        clock = await market.clock(offered.capacity.network_id)
        await uow.lock_network(offered.capacity.network_id)
        listing = await repository.listing_for_update(uow.connection, listing_id)
        _days_on_offer(listing, clock, at)
        await repository.withdraw_listing(uow.connection, listing_id)
        await holds.end(uow, listing.purpose)
        withdrawn = replace(listing, state=ListingState.WITHDRAWN)
        uow.record(ListingWithdrawn.of(withdrawn))
        return withdrawn


async def _take(uow: UnitOfWork, listing: Listing, bargain: TradeAgreement, at: datetime) -> Trade:
    if listing.contract_id is None:
        raise RuntimeError("a listing is taken as its seller sees it")
    parent = await contracts.behind(uow.connection, listing.contract_id)
    trade = await conclude_trade(uow, parent, bargain, at=at)
    if not await repository.take_from_listing(uow.connection, listing.id, bargain.quantity):
        raise RuntimeError(f"listing {listing.id} changed although the network's lock is held")
    left = listing.remaining - bargain.quantity
    state = ListingState.OPEN if left else ListingState.TAKEN
    if state is ListingState.TAKEN:
        await holds.end(uow, listing.purpose)
    uow.record(ListingTaken.of(replace(listing, remaining=left, state=state)))
    return trade


def _check(
    command: PostListing, contract: Contract, clock: GasDayClock, at: datetime, *, negative_prices: bool
) -> None:
    faults = Faults()
    period = faults.period(command.start, command.end, within=contract.period)
    if period is not None:
        faults.require(clock.starts_at(period.start) > at, "start", "this gas day has begun")
    faults.quantity(command.quantity, at_most=contract.quantity)
    most = max(1, min(command.quantity, contract.quantity))
    faults.quantity(command.minimum_quantity, "minimumQuantity", at_most=most)
    faults.price(command.price_per_unit_day, "pricePerUnitDay", may_be_negative=negative_prices)
    faults.raise_all()


def _listing(
    listing_id: ListingId, command: PostListing, contract: Contract, clock: GasDayClock, at: datetime
) -> Listing:
    return Listing(
        id=listing_id,
        capacity=OfferedCapacity.under(contract, Period(command.start, command.end), clock),
        kind=command.kind,
        quantity=command.quantity,
        remaining=command.quantity,
        minimum_quantity=command.minimum_quantity,
        price_per_unit_day=command.price_per_unit_day,
        currency=contract.currency,
        state=ListingState.OPEN,
        is_firm=command.is_firm,
        posted_at=at,
        seller_id=contract.holder_id,
        contract_id=contract.id,
    )


def _days_on_offer(listing: Listing, clock: GasDayClock, at: datetime) -> Period:
    if listing.state is not ListingState.OPEN:
        raise NotOpen("listing", listing.state.lower())
    return days_to_come("listing", listing.capacity.period, clock, at)


def _require_takeable(listing: Listing, buyer_id: PartyId, quantity: int) -> None:
    if buyer_id == listing.seller_id:
        raise OwnOffer("listing")
    faults = Faults()
    faults.quantity(quantity, at_most=listing.quantity)
    faults.raise_all()
    if (reason := listing.refusal(quantity)) is not None:
        raise NotOnOffer(quantity, remaining=listing.remaining, reason=reason)
