"""Market events: what happens on the market, as far as the caller may know."""

from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, Self, TypeAlias

import strawberry
from strawberry import relay

from linepack.events.follower import OutOfStep
from linepack.events.model import Cursor, Event, Stream
from linepack.events.typed import TypedEvent
from linepack.ids import (
    BidId,
    CallId,
    ClearingBidId,
    ClearingId,
    ContractId,
    ListingId,
    NetworkId,
    OrderId,
    PartyId,
    ReleaseId,
    TradeId,
)
from market.calls import events as calls
from market.calls.model import CallState, OrderState
from market.credit import events as credit
from market.index_values.events import IndexPublished
from market.listings import events as listings
from market.listings.model import ListingState
from market.network_clearings import events as clearings
from market.network_clearings.model import ClearingState, PathBidState
from market.releases import events as releases
from market.releases.bid_evaluation import Reason
from market.releases.model import BidState, ReleaseState
from market.rights_transfer.events import ContractAcquired, TradeConcluded
from schema.capacity.contracts import Contract
from schema.capacity.networks import Network, may_receive, network_id_of
from schema.identity.parties import Party
from schema.market.bids import Bid
from schema.market.calls import CallForOrders, Order
from schema.market.clearing_bids import ClearingBid
from schema.market.clearings import NetworkClearing
from schema.market.listings import Listing
from schema.market.releases import ReleaseOffer
from schema.market.trades import Trade
from schema.types.context import Info
from schema.types.domain_values import FromDomain, shown_as
from schema.types.enumerations.names import EventTopic
from schema.types.event_streams import After, OneEvent, ResyncRequired, following, readable_events
from schema.types.nodes import reference
from schema.types.permissions import MayRead
from schema.types.scalars import Money, Period, Quantity
from settlement.release_credits.events import LatePaymentReceived, ReleaseCreditChanged, ReplacementDefaulted

STATE_THEN = "Its state when this happened."
REMAINING_THEN = "What was left of it when this happened."


@strawberry.interface
class MarketEvent(OneEvent):
    """An event of the market that the caller may see. Links show things as they are now."""

    cursor: Cursor
    topic: EventTopic = strawberry.field(description="What happened.")
    recorded_at: datetime
    network_id: strawberry.Private[NetworkId | None]
    network: Network | None = reference(Network, "network_id", "The network concerned.")
    _thing: ClassVar[str] = ""
    """What it is about, where it shows the state of that."""

    @classmethod
    def of(cls, event: Event, facts: Any, **given: Any) -> Self:
        """Show an event: the fields `given`, and the others from its facts."""
        if cls._thing:
            given[f"{cls._thing}_state"] = facts.state
        return shown_as(
            cls,
            facts,
            **given,
            cursor=event.position,
            topic=EventTopic(event.topic),
            recorded_at=event.recorded_at,
            network_id=event.network_id,
        )


@strawberry.type
class ListingEvent(MarketEvent):
    """A listing was posted, taken or withdrawn, or has shrunk."""

    _thing = "listing"
    listing_id: strawberry.Private[ListingId]
    remaining: Quantity = strawberry.field(description=REMAINING_THEN)
    listing_state: ListingState = strawberry.field(description=STATE_THEN)
    listing: Listing | None = reference(Listing, "listing_id", "The listing.")


@strawberry.type
class CallEvent(MarketEvent):
    """A call for orders was opened or closed, or has shrunk."""

    _thing = "call"
    call_id: strawberry.Private[CallId]
    remaining: Quantity = strawberry.field(description=REMAINING_THEN)
    call_state: CallState = strawberry.field(description=STATE_THEN)
    call: CallForOrders | None = reference(CallForOrders, "call_id", "The call.")


@strawberry.type
class OrderEvent(MarketEvent):
    """An order was placed on a call, accepted, or lapsed; for its party and the call's initiator."""

    _thing = "order"
    order_id: strawberry.Private[OrderId]
    call_id: strawberry.Private[CallId]
    order_state: OrderState = strawberry.field(description=STATE_THEN)
    order: Order | None = reference(Order, "order_id", "The order.")
    call: CallForOrders | None = reference(CallForOrders, "call_id", "The call that it answers.")


@strawberry.type
class ReleaseEvent(MarketEvent):
    """A release was offered, withdrawn or decided, or has shrunk."""

    _thing = "release"
    release_id: strawberry.Private[ReleaseId]
    quantity: Quantity = strawberry.field(description="What was offered when this happened.")
    release_state: ReleaseState = strawberry.field(description=STATE_THEN)
    release: ReleaseOffer | None = reference(ReleaseOffer, "release_id", "The release offer.")


@strawberry.type
class ReleaseAwardedEvent(MarketEvent):
    """Bids on a release won; for the releasing shipper."""

    release_id: strawberry.Private[ReleaseId]
    bid_ids: list[relay.GlobalID] = strawberry.field(description="The ids of the bids that won.")
    release: ReleaseOffer | None = reference(ReleaseOffer, "release_id", "The release offer.")

    @classmethod
    def of(cls, event: Event, facts: releases.ReleaseAwarded, **given: Any) -> Self:
        """Show an award."""
        won = [relay.GlobalID("Bid", str(award.bid_id)) for award in facts.awards]
        return super().of(event, facts, bid_ids=won, **given)


@strawberry.type
class BidEvent(MarketEvent):
    """A bid was placed, replaced, withdrawn or decided; for its bidder."""

    _thing = "bid"
    bid_id: strawberry.Private[BidId]
    release_id: strawberry.Private[ReleaseId]
    bid_state: BidState = strawberry.field(description=STATE_THEN)
    awarded: Quantity | None = strawberry.field(description="What it won, if it was decided by an award.")
    reason: Reason | None = strawberry.field(description="Why, if it was decided by an award.")
    text: str | None = strawberry.field(description="Why, in words, if it was decided by an award.")
    bid: Bid | None = reference(Bid, "bid_id", "The bid.")
    release: ReleaseOffer | None = reference(ReleaseOffer, "release_id", "The release offer.")

    @classmethod
    def of(cls, event: Event, facts: releases.BidEvent, **given: Any) -> Self:
        """Show what happened to a bid."""
        is_decided = isinstance(facts, releases.BidDecided)
        decided = {
            name: getattr(facts, name) if is_decided else None for name in ("awarded", "reason", "text")
        }
        return super().of(event, facts, **decided, **given)


@strawberry.type
class ClearingEvent(MarketEvent):
    """A network clearing was opened, called off or decided."""

    _thing = "clearing"
    clearing_id: strawberry.Private[ClearingId]
    clearing_state: ClearingState = strawberry.field(description=STATE_THEN)
    clearing: NetworkClearing | None = reference(NetworkClearing, "clearing_id", "The clearing.")


@strawberry.type
class ClearingBidEvent(MarketEvent):
    """A bid in a network clearing was placed, withdrawn or decided; for its bidder."""

    _thing = "clearing_bid"
    bid_id: strawberry.Private[ClearingBidId]
    clearing_bid_state: PathBidState = strawberry.field(description=STATE_THEN)
    awarded: Quantity | None = strawberry.field(description="What it was awarded, if it was decided.")
    text: str | None = strawberry.field(description="Why, in words, if it was decided.")
    clearing_bid: ClearingBid | None = reference(ClearingBid, "bid_id", "The bid.")

    @classmethod
    def of(cls, event: Event, facts: clearings.PathBidEvent, **given: Any) -> Self:
        """Show what happened to a bid."""
        is_decided = isinstance(facts, clearings.PathBidDecided)
        decided = {name: getattr(facts, name) if is_decided else None for name in ("awarded", "text")}
        return super().of(event, facts, **decided, **given)


@strawberry.type
class ClearingBidAwardedEvent(MarketEvent):
    """A bid in a network clearing became a contract; for its bidder."""

    bid_id: strawberry.Private[ClearingBidId]
    contract_id: strawberry.Private[ContractId]
    clearing_bid: ClearingBid | None = reference(ClearingBid, "bid_id", "The bid.")
    contract: Contract | None = reference(
        Contract, "contract_id", "The buyer's contract, or what the seller gave up of its own."
    )

    @classmethod
    def of(cls, event: Event, facts: clearings.PathBidAwarded, **given: Any) -> Self:
        """Show that a bid became a contract."""
        return super().of(event, facts, contract_id=facts.contract.id, **given)


@strawberry.type
class TradeEvent(MarketEvent):
    """A trade was concluded; for its seller."""

    trade_id: strawberry.Private[TradeId]
    trade: Trade | None = reference(Trade, "trade_id", "The trade.")


@strawberry.type
class ContractAcquiredEvent(MarketEvent):
    """A trade or a release gave a shipper a contract; for that shipper."""

    contract_id: strawberry.Private[ContractId]
    contract: Contract | None = reference(Contract, "contract_id", "The contract.")

    @classmethod
    def of(cls, event: Event, facts: ContractAcquired, **given: Any) -> Self:
        """Show that a contract was acquired."""
        return super().of(event, facts, contract_id=facts.contract.id, **given)


@strawberry.type
class PublishedIndexValue(FromDomain):
    """The value of an index for a gas day."""

    day: date
    value: Decimal = strawberry.field(description="Money per commercial unit and gas day.")
    revision: int = strawberry.field(description="1 for the first of a gas day; a correction has the next.")


@strawberry.type
class IndexEvent(MarketEvent):
    """The operator of a network published values of an index."""

    index: str = strawberry.field(description="The name of the index.")
    values: list[PublishedIndexValue] = strawberry.field(description="The new values.")


@strawberry.type
class ReleaseCreditEvent(MarketEvent):
    """Money of a replacement shipper was missed, or came late.

    For the releasing shipper and the party that owes it.
    """

    contract_id: strawberry.Private[ContractId]
    debtor_id: strawberry.Private[PartyId]
    contract_code: str = strawberry.field(description="The code of the replacement contract.")
    gas_month: date
    period: Period
    amount: Money
    contract: Contract | None = reference(
        Contract, "contract_id", "The replacement contract; null when it is not yours to see."
    )
    debtor: Party = reference(Party, "debtor_id", "The party that did not pay, or paid late.")

    @classmethod
    def of(cls, event: Event, facts: ReleaseCreditChanged, **given: Any) -> Self:
        """Show a missed or a late payment."""
        return super().of(
            event,
            facts,
            contract_id=facts.replacement_contract_id,
            contract_code=facts.replacement_contract,
            amount=Money(amount=facts.amount, currency=facts.currency),
            **given,
        )


@strawberry.type
class CreditLimitEvent(MarketEvent):
    """The operator set a credit limit; for its shipper, or for everyone where it is for each shipper."""

    code: str = strawberry.field(description="The code of the limit.")
    party_id: strawberry.Private[PartyId | None]
    valid_from: date
    allowed: Money | None = strawberry.field(description="How much may be locked; null where it ends.")
    shipper: Party | None = reference(Party, "party_id", "Whose it is; null where it is for each shipper.")

    @classmethod
    def of(cls, event: Event, facts: credit.CreditLimitSet, **given: Any) -> Self:
        """Show a limit."""
        allowed = None if facts.amount is None else Money(amount=facts.amount, currency=facts.currency)
        return super().of(event, facts, allowed=allowed, **given)


@strawberry.type
class CreditSuspensionEvent(MarketEvent):
    """A shipper was suspended or resumed; for that shipper."""

    party_id: strawberry.Private[PartyId]
    suspension_reason: str = strawberry.field(description="Why.")
    shipper: Party | None = reference(Party, "party_id", "The shipper.")

    @classmethod
    def of(cls, event: Event, facts: credit.ShipperSuspended | credit.ShipperResumed, **given: Any) -> Self:
        """Show that a shipper was suspended or resumed."""
        return super().of(event, facts, suspension_reason=facts.reason, **given)


@strawberry.type
class CreditPaymentEvent(MarketEvent):
    """A payment for a contract was recorded, or taken back; for the shipper that holds the contract."""

    contract_id: strawberry.Private[ContractId]
    amount: Money = strawberry.field(description="Negative where it was taken back.")
    contract: Contract | None = reference(Contract, "contract_id", "The contract.")
    reference: str = strawberry.field(description="What the operator finds the payment by.")

    @classmethod
    def of(cls, event: Event, facts: credit.CreditPaymentRecorded, **given: Any) -> Self:
        """Show a payment."""
        return super().of(event, facts, amount=Money(amount=facts.amount, currency=facts.currency), **given)


_KINDS: Final[Mapping[type[MarketEvent], tuple[type[TypedEvent], ...]]] = {
    ListingEvent: (
        listings.ListingPosted,
        listings.ListingTaken,
        listings.ListingShrunk,
        listings.ListingWithdrawn,
    ),
    CallEvent: (calls.CallOpened, calls.CallShrunk, calls.CallExhausted, calls.CallClosed),
    OrderEvent: (calls.OrderPlaced, calls.OrderAccepted, calls.OrderLapsed),
    ReleaseEvent: (
        releases.ReleaseOffered,
        releases.ReleaseShrunk,
        releases.ReleaseWithdrawn,
        releases.ReleaseClosed,
    ),
    ReleaseAwardedEvent: (releases.ReleaseAwarded,),
    BidEvent: (releases.BidPlaced, releases.BidReplaced, releases.BidWithdrawn, releases.BidDecided),
    ClearingEvent: (clearings.ClearingOpened, clearings.ClearingWithdrawn, clearings.ClearingClosed),
    ClearingBidEvent: (clearings.PathBidPlaced, clearings.PathBidWithdrawn, clearings.PathBidDecided),
    ClearingBidAwardedEvent: (clearings.PathBidAwarded,),
    TradeEvent: (TradeConcluded,),
    ContractAcquiredEvent: (ContractAcquired,),
    IndexEvent: (IndexPublished,),
    CreditLimitEvent: (credit.CreditLimitSet,),
    CreditSuspensionEvent: (credit.ShipperSuspended, credit.ShipperResumed),
    CreditPaymentEvent: (credit.CreditPaymentRecorded,),
    ReleaseCreditEvent: (ReplacementDefaulted, LatePaymentReceived),
}
SEALED: Final = releases.SEALED | clearings.SEALED
"""The topics that those who oversee the market do not hear."""

_TOPICS: Final = {event.topic: (kind, event) for kind, events in _KINDS.items() for event in events}
"""How the events of each topic are read and shown."""

MarketNews: TypeAlias = Annotated[
    ListingEvent
    | CallEvent
    | OrderEvent
    | ReleaseEvent
    | ReleaseAwardedEvent
    | BidEvent
    | ClearingEvent
    | ClearingBidEvent
    | ClearingBidAwardedEvent
    | TradeEvent
    | ContractAcquiredEvent
    | IndexEvent
    | CreditLimitEvent
    | CreditSuspensionEvent
    | CreditPaymentEvent
    | ReleaseCreditEvent
    | ResyncRequired,
    strawberry.union("MarketNews"),
]


@strawberry.type
class MarketSubscriptions:
    """Following the market."""

    @strawberry.subscription(permission_classes=[MayRead])
    async def market_events(
        self, info: Info, network: str | None = None, after: After = None
    ) -> AsyncIterator[MarketNews]:
        """What happens on the market, as far as you may know."""
        network_id = await network_id_of(info, network) if network else None
        readable = readable_events(info, Stream.MARKET, sealed=SEALED)
        async with following(info, Stream.MARKET, after, readable) as events:
            async for event in events:
                if isinstance(event, OutOfStep):
                    yield ResyncRequired.of(event)
                elif network_id in (None, event.network_id) and await may_receive(info, event, sealed=SEALED):
                    yield market_event(event)


def market_event(event: Event) -> Any:
    """Return what is shown of an event of the market's stream."""
    kind, typed = _TOPICS[event.topic]
    return kind.of(event, event.read_as(typed))
