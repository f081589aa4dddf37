"""Enumerations of what the domain names by text: topics of events, kinds of jobs and of certificates."""

from enum import StrEnum

from capacity.feasibility.robust_validation.service import ROBUST_VALIDATION
from capacity.publication.events import (
    InterruptibleSet,
    NetworkPublished,
    OverlaySet,
    OverlayWithdrawn,
    PolicySet,
)
from linepack.events.model import Stream
from market.calls import events as calls
from market.credit import events as credit
from market.index_values.events import IndexPublished
from market.listings import events as listings
from market.network_clearings import events as clearings
from market.network_clearings.service import NETWORK_CLEARING
from market.primary.events import ContractBooked
from market.releases import events as releases
from market.rights_transfer.events import ContractAcquired, TradeConcluded
from market.set_asides.events import SetAsideEnded, SetAsideMade
from planning.compressor_dispatch.service import COMPRESSOR_DISPATCH
from schema.types.enumerations.description import Described
from settlement.release_credits.events import LatePaymentReceived, ReplacementDefaulted


class JobKind(StrEnum):
    """The kinds of job."""

    ROBUST_VALIDATION = ROBUST_VALIDATION
    COMPRESSOR_DISPATCH = COMPRESSOR_DISPATCH
    NETWORK_CLEARING = NETWORK_CLEARING


class CertificateKind(StrEnum):
    """The kinds of certificate."""

    FLOW = "flow"
    CUT = "cut"
    TREE = "tree"
    STATE = "state"
    REFUTATION = "refutation"
    SOLD_OUT = "sold_out"


class EventTopic(StrEnum):
    """The topics of the events of capacity and of the market that clients follow."""

    NETWORK_PUBLISHED = NetworkPublished.topic
    POLICY_SET = PolicySet.topic
    OVERLAY_SET = OverlaySet.topic
    OVERLAY_WITHDRAWN = OverlayWithdrawn.topic
    INTERRUPTIBLE_SET = InterruptibleSet.topic
    CAPACITY_SET_ASIDE = SetAsideMade.topic
    CAPACITY_SET_ASIDE_ENDED = SetAsideEnded.topic
    CONTRACT_BOOKED = ContractBooked.topic
    CONTRACT_ACQUIRED = ContractAcquired.topic
    TRADE_CONCLUDED = TradeConcluded.topic
    LISTING_POSTED = listings.ListingPosted.topic
    LISTING_TAKEN = listings.ListingTaken.topic
    LISTING_SHRUNK = listings.ListingShrunk.topic
    LISTING_WITHDRAWN = listings.ListingWithdrawn.topic
    CALL_OPENED = calls.CallOpened.topic
    CALL_SHRUNK = calls.CallShrunk.topic
    CALL_EXHAUSTED = calls.CallExhausted.topic
    CALL_CLOSED = calls.CallClosed.topic
    ORDER_PLACED = calls.OrderPlaced.topic
    ORDER_ACCEPTED = calls.OrderAccepted.topic
    ORDER_LAPSED = calls.OrderLapsed.topic
    RELEASE_OFFERED = releases.ReleaseOffered.topic
    RELEASE_SHRUNK = releases.ReleaseShrunk.topic
    RELEASE_WITHDRAWN = releases.ReleaseWithdrawn.topic
    RELEASE_CLOSED = releases.ReleaseClosed.topic
    RELEASE_AWARDED = releases.ReleaseAwarded.topic
    BID_PLACED = releases.BidPlaced.topic
    BID_REPLACED = releases.BidReplaced.topic
    BID_WITHDRAWN = releases.BidWithdrawn.topic
    BID_DECIDED = releases.BidDecided.topic
    RIGHTS_CLEARED = clearings.RightsCleared.topic
    CLEARING_OPENED = clearings.ClearingOpened.topic
    CLEARING_WITHDRAWN = clearings.ClearingWithdrawn.topic
    CLEARING_CLOSED = clearings.ClearingClosed.topic
    CLEARING_BID_PLACED = clearings.PathBidPlaced.topic
    CLEARING_BID_WITHDRAWN = clearings.PathBidWithdrawn.topic
    CLEARING_BID_DECIDED = clearings.PathBidDecided.topic
    CLEARING_BID_AWARDED = clearings.PathBidAwarded.topic
    INDEX_PUBLISHED = IndexPublished.topic
    CREDIT_LIMIT_SET = credit.CreditLimitSet.topic
    CREDIT_PAYMENT_RECORDED = credit.CreditPaymentRecorded.topic
    SHIPPER_SUSPENDED = credit.ShipperSuspended.topic
    SHIPPER_RESUMED = credit.ShipperResumed.topic
    REPLACEMENT_DEFAULTED = ReplacementDefaulted.topic
    LATE_PAYMENT_RECEIVED = LatePaymentReceived.topic


ENUMERATIONS: Described = {
    JobKind: (
        "What a job does.",
        {
            "ROBUST_VALIDATION": "Finds by how much the firm rights of a gas day may grow.",
            "COMPRESSOR_DISPATCH": "Finds how compressor stations run with least power.",
            "NETWORK_CLEARING": "Clears the bids of a network clearing, and awards nothing.",
        },
    ),
    CertificateKind: (
        "What proves a verdict. Each can be checked again without a solver.",
        {
            "FLOW": "A flow that carries all rights.",
            "CUT": "A cut of the network and a nomination that exceeds it.",
            "TREE": "A division of all nominations into parts, each with its bound.",
            "STATE": "Flows and pressures within every limit.",
            "REFUTATION": "A proof that no state is within every limit.",
            "SOLD_OUT": "The statement of interruptible capacity, all of which is sold.",
        },
    ),
    Stream: (
        "The streams of events.",
        {
            "CAPACITY": "Networks, bookings, availability and jobs.",
            "MARKET": "Offers, trades, releases and index values.",
            "SETTLEMENT": "Entries of the ledger.",
        },
    ),
    EventTopic: (
        "What happened.",
        {
            "NETWORK_PUBLISHED": "A revision of a network was published.",
            "POLICY_SET": "The operator demands other levels of proof.",
            "OVERLAY_SET": "The capacity of an edge changes for a while.",
            "OVERLAY_WITHDRAWN": "An overlay was ended.",
            "INTERRUPTIBLE_SET": "The operator stated how much interruptible capacity is on sale.",
            "CAPACITY_SET_ASIDE": "The operator keeps capacity back.",
            "CAPACITY_SET_ASIDE_ENDED": "Capacity that was kept back is for sale again.",
            "CONTRACT_BOOKED": "Capacity was booked.",
            "CONTRACT_ACQUIRED": "A trade or a release gave a shipper a contract.",
            "TRADE_CONCLUDED": "A seller and a buyer concluded a trade.",
            "LISTING_POSTED": "Capacity is offered at a fixed price.",
            "LISTING_TAKEN": "A listing, or a part of it, was taken.",
            "LISTING_SHRUNK": "The seller of a listing that is not firm has less left than it offered.",
            "LISTING_WITHDRAWN": "What was left of a listing was withdrawn.",
            "CALL_OPENED": "A call takes orders.",
            "CALL_SHRUNK": "The initiator of a call that is not firm has less left than it offered.",
            "CALL_EXHAUSTED": "Nothing is left of a call.",
            "CALL_CLOSED": "The initiator closed a call.",
            "ORDER_PLACED": "An order was placed on a call.",
            "ORDER_ACCEPTED": "An order was accepted.",
            "ORDER_LAPSED": "An order on a call to buy was not accepted in time; what it held is free again.",
            "RELEASE_OFFERED": "Capacity is offered for release.",
            "RELEASE_SHRUNK": "The releasing shipper has less left than it offered.",
            "RELEASE_WITHDRAWN": "A release was withdrawn.",
            "RELEASE_CLOSED": "A release was decided.",
            "RELEASE_AWARDED": "Bids on a release won, and their contracts exist.",
            "BID_PLACED": "A bid was placed.",
            "BID_REPLACED": "A newer bid of the same party stands in place of a bid.",
            "BID_WITHDRAWN": "A bid was withdrawn.",
            "BID_DECIDED": "It was decided whether a bid won.",
            "RIGHTS_CLEARED": "A network clearing was awarded, and changed what is free.",
            "CLEARING_OPENED": "A network clearing takes bids and offers.",
            "CLEARING_WITHDRAWN": "The operator called a network clearing off.",
            "CLEARING_CLOSED": "A network clearing was decided.",
            "CLEARING_BID_PLACED": "A bid was placed in a network clearing.",
            "CLEARING_BID_WITHDRAWN": "A bid in a network clearing was withdrawn.",
            "CLEARING_BID_DECIDED": "It was decided what a bid in a network clearing is awarded.",
            "CLEARING_BID_AWARDED": "A bid in a network clearing became a contract.",
            "INDEX_PUBLISHED": "The operator published values of an index.",
            "CREDIT_LIMIT_SET": "The operator set a credit limit.",
            "CREDIT_PAYMENT_RECORDED": "The operator recorded a payment, or took one back.",
            "SHIPPER_SUSPENDED": "A shipper may take on no new duty.",
            "SHIPPER_RESUMED": "A shipper may take on duties again.",
            "REPLACEMENT_DEFAULTED": "A replacement shipper did not pay.",
            "LATE_PAYMENT_RECEIVED": "Money of a replacement shipper came late.",
        },
    ),
}
