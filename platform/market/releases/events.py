"""The events of release.

What everyone may know (`release.offered`, `release.shrunk`, `release.withdrawn`, `release.closed`) says
nothing of who bid; `bid.placed`, `bid.replaced`, `bid.withdrawn` and `bid.decided` are for the bidder, the
first three sealed; `release.awarded`, which holds all of the contracts, is for the releasing shipper and for
settlement.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer

from capacity.contracts.codec import ContractInFull
from capacity.contracts.contract import Contract
from linepack.commands.unit_of_work import UnitOfWork
from linepack.events.model import Stream
from linepack.events.typed import Instant, TypedEvent
from linepack.gasday import Period
from linepack.ids import BidId, NetworkId, PartyId, ReleaseId
from linepack.money import Currency
from market.offers.events import PublicCapacity
from market.releases.bid_evaluation import BidEvalMethod, Fill, Reason, TieBreak
from market.releases.model import Award, Bid, BidState, Release, ReleaseState


class ReleaseEvent(TypedEvent):
    """An offer to release capacity, as it is from now on."""

    stream = Stream.MARKET

    release_id: ReleaseId
    releasing: PartyId
    capacity: PublicCapacity
    quantity: int
    method: BidEvalMethod
    tie_break: TieBreak
    minimum_rate: Decimal
    minimum_quantity: int
    minimum_term_days: int
    discount_rate: Decimal
    currency: Currency
    recallable: bool
    is_biddable: bool
    bids_close_at: Instant
    state: ReleaseState
    outcome: str

    @property
    def key(self) -> str:
        """The release's id."""
        return str(self.release_id)

    @classmethod
    def of(cls, release: Release, **more: Any) -> Self:
        """Return the event about an offer, with the fields that only some events have."""
        return cls(
            network_id=release.capacity.network_id,
            release_id=release.id,
            releasing=release.releasing_id,
            capacity=PublicCapacity.of(release.capacity),
            quantity=release.quantity,
            method=release.method,
            tie_break=release.tie_break,
            minimum_rate=release.minimum_rate,
            minimum_quantity=release.minimum_quantity,
            minimum_term_days=release.minimum_term_days,
            discount_rate=release.discount_rate,
            currency=release.currency,
            recallable=release.recallable,
            is_biddable=release.is_biddable,
            bids_close_at=release.bids_close_at,
            state=release.state,
            outcome=release.outcome,
            **more,
        )


class ReleaseOffered(ReleaseEvent):
    """Capacity is offered for release."""

    topic = "release.offered"


class ReleaseShrunk(ReleaseEvent):
    """The releasing shipper has less left than it offered."""

    topic = "release.shrunk"


class ReleaseWithdrawn(ReleaseEvent):
    """An offer is withdrawn, by its shipper or because it has too little left of it."""

    topic = "release.withdrawn"


class PublicAward(BaseModel):
    """What everyone may know of a winning bid."""

    model_config = ConfigDict(frozen=True)

    quantity: int
    rate: Decimal
    period: Period


class ReleaseClosed(ReleaseEvent):
    """How a release ended; `record_hash` names the record of the decision."""

    topic = "release.closed"

    awards: tuple[PublicAward, ...]
    record_hash: str

    @classmethod
    def by(cls, release: Release, award: Award) -> Self:
        """Return the event about a release that ended by `award`."""
        awards = tuple(
            PublicAward(quantity=won.quantity, rate=won.rate, period=won.period) for won in award.awards
        )
        return cls.of(release, awards=awards, record_hash=award.record.hash)


class Replacement(BaseModel):
    """A winning bid, and the replacement shipper's contract that it became."""

    model_config = ConfigDict(frozen=True)

    bid_id: BidId
    replacement: PartyId
    child_contract: ContractInFull
    rate: Decimal
    quantity: int
    period: Period


class ReleaseAwarded(TypedEvent):
    """What settlement needs of an award: the contracts in full."""

    stream = Stream.MARKET
    topic = "release.awarded"

    release_id: ReleaseId
    releasing: PartyId
    parent_contract: ContractInFull
    awards: tuple[Replacement, ...]

    @property
    def key(self) -> str:
        """The release's id."""
        return str(self.release_id)

    @classmethod
    def of(cls, release: Release, award: Award, parent: Contract, children: Sequence[Contract]) -> Self:
        """Return the event about an award; `children` are in the order of its awards."""
        return cls(
            network_id=release.capacity.network_id,
            audience=frozenset({release.releasing_id}),
            release_id=release.id,
            releasing=release.releasing_id,
            parent_contract=parent,
            awards=tuple(
                Replacement(
                    bid_id=won.bid_id,
                    replacement=won.replacement_id,
                    child_contract=child,
                    rate=won.rate,
                    quantity=won.quantity,
                    period=won.period,
                )
                for won, child in zip(award.awards, children, strict=True)
            ),
        )


class BidEvent(TypedEvent):
    """A bid, as it is from now on."""

    stream = Stream.MARKET

    bid_id: BidId
    release_id: ReleaseId
    quantity: int
    minimum_quantity: int
    rate: Decimal
    period: Period
    value: Decimal
    state: BidState

    @property
    def key(self) -> str:
        """The bid's id."""
        return str(self.bid_id)

    @classmethod
    def of(cls, bid: Bid, network_id: NetworkId | None = None, **more: Any) -> Self:
        """Return the event about a bid, with the fields that only some events have."""
        return cls(
            network_id=network_id,
            audience=frozenset({bid.bidder_id}),
            bid_id=bid.id,
            release_id=bid.release_id,
            quantity=bid.quantity,
            minimum_quantity=bid.minimum_quantity,
            rate=bid.rate,
            period=bid.period,
            value=bid.value,
            state=bid.state,
            **more,
        )


class BidPlaced(BidEvent):
    """A party bids for a release."""

    topic = "bid.placed"


class BidReplaced(BidEvent):
    """A newer bid of the same party stands instead."""

    topic = "bid.replaced"


class BidWithdrawn(BidEvent):
    """A party takes its bid back."""

    topic = "bid.withdrawn"


class BidDecided(BidEvent):
    """Whether a bid won; how much and why, unless the offer was withdrawn."""

    topic = "bid.decided"

    awarded: int | None = None
    reason: Reason | None = None
    text: str | None = None

    @classmethod
    def by(cls, bid: Bid, network_id: NetworkId, fill: Fill) -> Self:
        """Return the event about a bid that an evaluation gave `fill`."""
        return cls.of(bid, network_id, awarded=fill.quantity, reason=fill.reason, text=fill.text)

    @model_serializer(mode="wrap")
    def _without_none(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in write(self).items() if value is not None}


SEALED = frozenset({BidPlaced.topic, BidReplaced.topic, BidWithdrawn.topic})
"""The topics that those who oversee the market do not hear, because bids are still taken."""


def record_withdrawal(uow: UnitOfWork, withdrawn: Release, bids: Iterable[Bid]) -> None:
    """Record that an offer is withdrawn, and that its open `bids` are lost by that."""
    uow.record(ReleaseWithdrawn.of(withdrawn))
    for bid in bids:
        lost = replace(bid, state=BidState.LOST)
        uow.record(BidDecided.of(lost, withdrawn.capacity.network_id))
