"""What a bid would cost and whether it would be refused, without placing it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts import repository as contracts
from capacity.contracts.pricing.index_values import IndexValues
from capacity.contracts.pricing.price import Flat
from capacity.rights import holds
from linepack.access import Scope
from linepack.commands.handling import handles
from linepack.gasday import Period
from linepack.ids import BidId
from linepack.problems import Problem
from market.commands.validation import Noting
from market.context import MarketCaller
from market.holds.free import free, require_free
from market.products import repository as products
from market.releases import repository
from market.releases.bid_evaluation import below_minimum, value_of
from market.releases.commands import PlaceBid
from market.releases.credit import require_credit_for_bid
from market.releases.model import Release
from market.releases.repository import RELEASES
from market.releases.rules import bid_on, meets_minimums, open_bid_of
from market.tariffs.charge import Charge, charge


@dataclass(frozen=True, slots=True)
class BidQuote:
    """What a bid is worth and costs if all of it wins; with `refusals` it is not taken.

    `below_minimum` says why a bid that is taken would not win whatever others bid.
    """

    release: Release
    quantity: int
    period: Period
    price: Charge | None
    value: Decimal
    below_minimum: str | None
    refusals: tuple[Problem, ...]


@handles(Scope.TRADE)
async def quote_bid(asked: PlaceBid, caller: MarketCaller) -> BidQuote:
    """Answer what placing a bid would; its key is not looked at. Raises Forbidden, NotFound."""
    period, refusals = Period(asked.start, asked.end), list[Problem]()
    async with caller.market.database.read() as connection:
        release = await RELEASES.get(connection, asked.release_id)
        today = (await caller.market.clock(release.capacity.network_id)).gas_day(caller.at)
        rules = await products.in_force(connection, release.capacity.network_id, today)
        before = await repository.bids_on(connection, release.id)
        with Noting(refusals):
            bid = bid_on(
                release,
                asked,
                caller.party_id,
                before,
                caller.at,
                bid_id=BidId(caller.new_id()),
                negative_prices=rules.allows_negative_prices,
            )
            if meets_minimums(release, bid):
                await _require_deliverable(connection, release, caller.at)
            replaced = open_bid_of(caller.party_id, before)
            await require_credit_for_bid(caller, connection, release, bid, replaced)
    at_rate = [(Flat(asked.rate), Decimal(asked.quantity))]
    shortcoming = below_minimum(release.terms, rate=asked.rate, quantity=asked.quantity, period=period)
    return BidQuote(
        release=release,
        quantity=asked.quantity,
        period=period,
        price=charge(at_rate, period, release.currency, IndexValues({})),
        value=value_of(release.terms, asked.rate, asked.quantity, period),
        below_minimum=None if shortcoming is None else shortcoming[1],
        refusals=tuple(refusals),
    )


async def _require_deliverable(connection: AsyncConnection, release: Release, at: datetime) -> None:
    """Raise NotHeld where the first bid that meets the minimums could not be given a hold."""
    if holds.standing(await holds.of_purpose(connection, release.purpose)):
        return
    contract = await contracts.behind(connection, release.contract_id)
    left = await free(connection, contract, release.capacity.period, at=at)
    require_free(left, release.quantity)
