"""The rules of network clearing: the clearing or bid that a command makes, or all its faults."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from capacity.contracts.contract import Contract
from capacity.networks.model import Network
from capacity.networks.repository import PublishedNetwork
from capacity.rights.model import Firmness, Route, RouteKind
from linepack.gasday import Period
from linepack.ids import ClearingBidId, ClearingId, PartyId
from market.clearing.file_form import BIDS_MAX, PRICE_MAX
from market.clearing.model import Side
from market.commands.routes import route_on
from market.commands.validation import QUANTITY_MAX, Faults
from market.errors import NotOpen
from market.network_clearings.commands import OpenClearing, PlacePathBid
from market.network_clearings.errors import AgainstOwnBid, BidLinked, NotFirm, TooManyBids
from market.network_clearings.model import ClearingState, NetworkClearing, PathBid, PathBidState

BIDS_PER_PARTY_MAX: Final = 1_000
"""Bids that a party may place on one clearing, those that it withdrew included."""
PROCESSING_TIME: Final = timedelta(hours=2)
"""From the close of bids to the first gas day, at least: time to clear, and to nominate on what was won."""
SECONDS_MAX: Final = 600
PRICE_PLACES: Final = 6
"""As many decimals as a clearing's file may have."""


@dataclass(frozen=True, slots=True)
class Placed:
    """What was placed in a clearing before: how much, how much of it is open, and the bids of one party."""

    count: int
    open_count: int
    own: Sequence[PathBid]


def clearing_of(
    command: OpenClearing, published: PublishedNetwork, at: datetime, clearing_id: ClearingId
) -> NetworkClearing:
    """Return the clearing that an operator opens; raises InvalidInput with every fault."""
    faults = Faults()
    period = faults.period(command.start, command.end)
    _check_price(faults, command.reserve_price, "reservePrice")
    faults.quantity(command.seconds_max, "secondsMax", at_most=SECONDS_MAX)
    is_share = command.gap_max.is_finite() and 0 <= command.gap_max <= 1
    faults.require(is_share, "gapMax", "is a fraction from 0 to 1, as 0.01 is for 1 %")
    if period is not None:
        latest = published.network.clock.starts_at(period.start) - PROCESSING_TIME
        faults.instant(command.closes_at, "closesAt", after=at, until=latest)
    faults.raise_all()
    return NetworkClearing(
        id=clearing_id,
        network_id=published.id,
        operator_id=published.operator_id,
        period=Period(command.start, command.end),
        closes_at=command.closes_at,
        reserve_price=command.reserve_price,
        currency=published.currency,
        seconds_max=command.seconds_max,
        gap_max=command.gap_max,
        state=ClearingState.OPEN,
        outcome="",
        opened_at=at,
    )


def bid_of(
    clearing: NetworkClearing,
    command: PlacePathBid,
    network: Network,
    contract: Contract | None,
    *,
    before: Placed,
    at: datetime,
    party_id: PartyId,
    bid_id: ClearingBidId,
) -> PathBid:
    """Return the bid or offer of a party, given what was placed `before`; `contract` is what it offers of.

    Raises NotOpen, TooManyBids, NotFirm, AgainstOwnBid, or InvalidInput with every fault.
    """
    require_taking_bids(clearing, at)
    _require_not_too_many(before)
    own = before.own
    faults = Faults()
    period = faults.period(command.start, command.end, within=clearing.period)
    if contract is None:
        route = _bought(faults, command, network)
    else:
        route = _offered(faults, command, contract, period)
    most = QUANTITY_MAX if contract is None else contract.quantity
    faults.quantity(command.quantity, at_most=most)
    faults.quantity(command.minimum, "minimum", at_least=0, at_most=max(0, command.quantity))
    _check_price(faults, command.price, "price")
    named = [bid for bid in own if bid.id == command.only_if and bid.state is PathBidState.OPEN]
    faults.require(command.only_if is None or bool(named), "onlyIfBidId", "is no open bid of yours here")
    faults.raise_all()
    if route is None or period is None:
        raise RuntimeError("a bid without faults is for a path and a period")
    bid = PathBid(
        id=bid_id,
        clearing_id=clearing.id,
        network_id=clearing.network_id,
        party_id=party_id,
        side=command.side,
        route=route,
        period=period,
        quantity=command.quantity,
        price=command.price,
        minimum=command.minimum,
        only_if=command.only_if,
        contract_id=command.contract_id,
        state=PathBidState.OPEN,
        sequence=before.count + 1,
        placed_at=at,
    )
    _require_not_against(bid, own)
    return bid


def require_open(clearing: NetworkClearing) -> None:
    """Raise NotOpen when a clearing was awarded, closed or withdrawn."""
    if clearing.state is not ClearingState.OPEN:
        raise NotOpen("clearing", clearing.state.lower())


def require_taking_bids(clearing: NetworkClearing, at: datetime) -> None:
    """Raise NotOpen when bids can neither be placed nor withdrawn any more."""
    require_open(clearing)
    if at >= clearing.closes_at:
        raise NotOpen("clearing", f"bids closed at {clearing.closes_at:%Y-%m-%d %H:%M} UTC")


def require_withdrawable(bid: PathBid, others: Iterable[PathBid]) -> None:
    """Raise NotOpen for a bid that is not open, BidLinked while an open one depends on it."""
    if bid.state is not PathBidState.OPEN:
        raise NotOpen("bid", bid.state.lower())
    if any(one.only_if == bid.id and one.state is PathBidState.OPEN for one in others):
        raise BidLinked


def _require_not_too_many(before: Placed) -> None:
    if before.open_count >= BIDS_MAX:
        raise TooManyBids(BIDS_MAX, of_party=False)
    if len(before.own) >= BIDS_PER_PARTY_MAX:
        raise TooManyBids(BIDS_PER_PARTY_MAX, of_party=True)


def _require_not_against(bid: PathBid, own: Iterable[PathBid]) -> None:
    """Raise AgainstOwnBid where a party would buy on a path and a gas day on which it offers."""
    for other in own:
        is_other_side = other.state is PathBidState.OPEN and other.side is not bid.side
        if is_other_side and other.route == bid.route and other.period.overlap(bid.period):
            raise AgainstOwnBid(bid.route)


def _bought(faults: Faults, command: PlacePathBid, network: Network) -> Route | None:
    if command.side is Side.SELL:
        faults.add("contractId", "an offer is of a part of a contract")
    for place, point in (("receipt", command.receipt), ("delivery", command.delivery)):
        faults.require(point is not None, place, "a path has a receipt and a delivery point")
    return None if faults.are_any else route_on(faults, network, command.receipt, command.delivery)


def _offered(
    faults: Faults, command: PlacePathBid, contract: Contract, period: Period | None
) -> Route | None:
    if contract.firmness is not Firmness.FIRM:
        raise NotFirm(contract.code, contract.firmness)
    faults.require(command.side is Side.SELL, "contractId", "a bid to buy names a path, not a contract")
    is_named = command.receipt is not None or command.delivery is not None
    faults.require(not is_named, "receipt", "the path of an offer is its contract's")
    is_within = period is None or contract.period.covers(period)
    faults.require(is_within, "start", f"contract {contract.code} is for {contract.period}")
    routes = contract.routes()
    if len(routes) != 1 or routes[0][0].kind is not RouteKind.PATH or routes[0][1] != contract.quantity:
        faults.add("contractId", f"contract {contract.code} is not for one path alone")
        return None
    return routes[0][0]


def _check_price(faults: Faults, value: Decimal, place: str) -> None:
    """Note a price that is none, negative, too high or too fine."""
    faults.price(value, place, may_be_negative=False)
    if value.is_finite():
        exponent = value.as_tuple().exponent
        is_coarse = isinstance(exponent, int) and exponent >= -PRICE_PLACES
        faults.require(
            is_coarse and value <= PRICE_MAX, place, f"has at most {PRICE_PLACES} places and {PRICE_MAX:,}"
        )
