"""The events of network clearing.

What everyone may know (`clearing.opened`, `clearing.withdrawn`, `clearing.closed` and, on the stream of
capacity, `rights.cleared`) says nothing of who bid;
`clearing_bid.placed`, `clearing_bid.withdrawn` and `clearing_bid.decided` are for the bidder, the first two
sealed; `clearing_bid.awarded`, which holds the contracts, is for the bidder and for settlement.
"""

from decimal import Decimal
from typing import Any, Self

from capacity.contracts.codec import ContractInFull
from capacity.contracts.contract import Contract
from linepack.events.model import Stream
from linepack.events.typed import Instant, TypedEvent
from linepack.gasday import Period
from linepack.ids import ClearingBidId, ClearingId, ContractId, PartyId
from linepack.money import Currency
from market.clearing.model import Side
from market.network_clearings.model import ClearingState, NetworkClearing, PathBid, PathBidState


class ClearingEvent(TypedEvent):
    """A clearing, as it is from now on."""

    stream = Stream.MARKET

    clearing_id: ClearingId
    period: Period
    closes_at: Instant
    reserve_price: Decimal
    currency: Currency
    seconds_max: int
    gap_max: Decimal
    state: ClearingState
    outcome: str

    @property
    def key(self) -> str:
        """The clearing's id."""
        return str(self.clearing_id)

    @classmethod
    def of(cls, clearing: NetworkClearing, **more: Any) -> Self:
        """Return the event about a clearing, with the fields that only some events have."""
        return cls(
            network_id=clearing.network_id,
            clearing_id=clearing.id,
            period=clearing.period,
            closes_at=clearing.closes_at,
            reserve_price=clearing.reserve_price,
            currency=clearing.currency,
            seconds_max=clearing.seconds_max,
            gap_max=clearing.gap_max,
            state=clearing.state,
            outcome=clearing.outcome,
            **more,
        )


class ClearingOpened(ClearingEvent):
    """Bids and offers for paths are taken."""

    topic = "clearing.opened"


class ClearingWithdrawn(ClearingEvent):
    """The operator has called a clearing off."""

    topic = "clearing.withdrawn"


class ClearingClosed(ClearingEvent):
    """How a clearing ended; `record_hash` names the record of the decision, if there is one."""

    topic = "clearing.closed"

    record_hash: str | None


class RightsCleared(TypedEvent):
    """An award has changed what is free on the gas days of a clearing, on any route."""

    stream = Stream.CAPACITY
    topic = "rights.cleared"

    clearing_id: ClearingId
    period: Period

    @property
    def key(self) -> str:
        """The clearing's id."""
        return str(self.clearing_id)

    @classmethod
    def of(cls, clearing: NetworkClearing) -> Self:
        """Return the event about the award of a clearing."""
        return cls(network_id=clearing.network_id, clearing_id=clearing.id, period=clearing.period)


class PathBidEvent(TypedEvent):
    """A bid or an offer, as it is from now on."""

    stream = Stream.MARKET

    bid_id: ClearingBidId
    clearing_id: ClearingId
    side: Side
    receipt: str | None
    delivery: str | None
    period: Period
    quantity: int
    price: Decimal
    minimum: int
    only_if: ClearingBidId | None
    contract_id: ContractId | None
    state: PathBidState

    @property
    def key(self) -> str:
        """The bid's id."""
        return str(self.bid_id)

    @classmethod
    def of(cls, bid: PathBid, **more: Any) -> Self:
        """Return the event about a bid, with the fields that only some events have."""
        return cls(
            network_id=bid.network_id,
            audience=frozenset({bid.party_id}),
            bid_id=bid.id,
            clearing_id=bid.clearing_id,
            side=bid.side,
            receipt=bid.route.receipt,
            delivery=bid.route.delivery,
            period=bid.period,
            quantity=bid.quantity,
            price=bid.price,
            minimum=bid.minimum,
            only_if=bid.only_if,
            contract_id=bid.contract_id,
            state=bid.state,
            **more,
        )


class PathBidPlaced(PathBidEvent):
    """A party bids for capacity on a path, or offers some."""

    topic = "clearing_bid.placed"


class PathBidWithdrawn(PathBidEvent):
    """A party takes its bid back."""

    topic = "clearing_bid.withdrawn"


class PathBidDecided(PathBidEvent):
    """What a bid was awarded and why; nothing where its clearing ended without an award."""

    topic = "clearing_bid.decided"

    awarded: int
    text: str


class PathBidAwarded(TypedEvent):
    """What settlement needs of an awarded bid: the contracts in full.

    A buyer has `contract` with the operator. Of an offer it is the part of the `parent_contract` that the
    seller gave up, which the operator pays for.
    """

    stream = Stream.MARKET
    topic = "clearing_bid.awarded"

    bid_id: ClearingBidId
    clearing_id: ClearingId
    party: PartyId
    side: Side
    contract: ContractInFull
    parent_contract: ContractInFull | None
    rate: Decimal

    @property
    def key(self) -> str:
        """The bid's id."""
        return str(self.bid_id)

    @classmethod
    def of(cls, bid: PathBid, contract: Contract, parent: Contract | None, rate: Decimal) -> Self:
        """Return the event about a bid that became a contract."""
        return cls(
            network_id=contract.network_id,
            audience=frozenset({bid.party_id}),
            bid_id=bid.id,
            clearing_id=bid.clearing_id,
            party=bid.party_id,
            side=bid.side,
            contract=contract,
            parent_contract=parent,
            rate=rate,
        )


SEALED = frozenset({PathBidPlaced.topic, PathBidWithdrawn.topic})
"""The topics that those who oversee the market do not hear, because bids are still taken."""
