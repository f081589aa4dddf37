"""What taking a listing would cost and whether it would be refused, without taking it.

The rules are those of taking it (`market.listings.service.take_listing`), asked one after the other, so that
every refusal is named and not the first alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts import repository as contracts
from capacity.contracts.contract import Contract
from capacity.contracts.pricing.price import Flat
from linepack.access import Scope
from linepack.commands.handling import handles
from linepack.gasday import Period
from linepack.ids import ContractId, ListingId
from linepack.problems import Fault, InvalidInput, Problem
from market.commands.validation import Noting
from market.context import MarketCaller
from market.credit.check import require_credit_for
from market.holds.free import held_for_others
from market.index_values.repository import followed
from market.listings.model import Listing
from market.listings.repository import LISTINGS
from market.listings.rules import days_on_offer, taken_from, terms_of
from market.rights_transfer.model import TradeKind
from market.rights_transfer.transfer import Acquisition, derive
from market.tariffs.charge import Charge, Priced, charge, priced_in


@dataclass(frozen=True, slots=True)
class QuoteListing:
    """Ask what taking `quantity` of a listing costs; `period` are the gas days that one expects to get."""

    listing_id: ListingId
    quantity: int
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class ListingQuote:
    """What a buyer gets and owes; with `refusals` it does not get it.

    `price` is owed to the seller, `duties` to the operator; `duties` is None where rights alone pass, where
    the quantity cannot be had, and where a price is not known, as one that follows an index on days to come.
    """

    listing: Listing
    quantity: int
    period: Period
    price: Charge | None
    duties: Charge | None
    refusals: tuple[Problem, ...]


@handles(Scope.TRADE)
async def quote_listing(asked: QuoteListing, caller: MarketCaller) -> ListingQuote:
    """Answer what taking a listing would; raises Forbidden, or NotFound for a listing that there is not."""
    async with caller.market.database.read() as connection:
        listing = await LISTINGS.get(connection, asked.listing_id)
        parent = await _behind(connection, listing)
        clock = await caller.market.clock(listing.capacity.network_id)
        refusals: list[Problem] = []
        period, part = listing.capacity.period, None
        with Noting(refusals):
            period = days_on_offer(listing, clock, caller.at)
        if asked.period not in (None, period):
            whole = f"a listing is taken on all of its gas days to come, {period}"
            refusals.append(InvalidInput([Fault("period", whole)]))
        with Noting(refusals):
            taken_from(listing, caller.party_id, asked.quantity)
            part = await _part(connection, caller, listing, parent, quantity=asked.quantity, period=period)
        with Noting(refusals):
            await _require_credit(connection, caller, listing, parent, quantity=asked.quantity, period=period)
        at_price = [(Flat(listing.price_per_unit_day), Decimal(asked.quantity))]
        duties: Sequence[Priced] = ()
        if part is not None and listing.kind is TradeKind.ASSIGNMENT:
            duties = priced_in(part.network)
        prices = [price for price, _ in duties]
        values = await followed(connection, listing.capacity.network_id, prices, period)
    due = charge(duties, period, listing.currency, values) if duties else None
    return ListingQuote(
        listing=listing.seen_by(caller.principal),
        quantity=asked.quantity,
        period=period,
        price=charge(at_price, period, listing.currency, values),
        # Settlement estimates by what was known when the contract was booked, not by what is known now.
        duties=None if due is None or due.is_estimate else due,
        refusals=tuple(refusals),
    )


async def _behind(connection: AsyncConnection, listing: Listing) -> Contract:
    """Return the contract that a listing offers a part of."""
    if listing.contract_id is None:
        raise RuntimeError("a listing is quoted as its seller sees it")
    return await contracts.behind(connection, listing.contract_id)


async def _require_credit(
    connection: AsyncConnection,
    caller: MarketCaller,
    listing: Listing,
    parent: Contract,
    *,
    quantity: int,
    period: Period,
) -> None:
    """Raise CreditSuspended or CreditExceeded where the caller's party may not owe that much.

    What is no part of the listing is refused for that alone.
    """
    if not 0 < quantity <= listing.remaining:
        return
    await require_credit_for(
        terms_of(listing, period, parent),
        quantity,
        caller,
        connection,
        network_id=listing.capacity.network_id,
        currency=listing.currency,
        to_be_had=listing.largest_of,
    )


async def _part(
    connection: AsyncConnection,
    caller: MarketCaller,
    listing: Listing,
    parent: Contract,
    *,
    quantity: int,
    period: Period,
) -> Contract:
    """Return the contract that the buyer would get; raises NotHeld and NotDivisible."""
    earlier = await contracts.children(connection, parent.id, running=period)
    held = await held_for_others(connection, parent.id, at=caller.at, excluding=listing.purpose)
    price = Flat(listing.price_per_unit_day) if listing.kind is TradeKind.TRANSFER_OF_USE else None
    [part] = derive(
        parent,
        earlier,
        [Acquisition(caller.party_id, quantity, period, price)],
        [ContractId(caller.new_id())],
        held=held,
        cause=listing.kind.cause,
        at=caller.at,
    )
    return part
