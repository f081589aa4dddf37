"""Enumerations of the market: products, offers, and how capacity passes from one shipper to another."""

from market.calls.model import CallState, OrderState, Side
from market.calls.repository import CallSort, OrderSort
from market.clearing.model import Side as PathSide
from market.credit.model import DutyCause, DutyTermKind
from market.listings.model import ListingState
from market.listings.repository import ListingSort
from market.network_clearings.model import ClearingState, PathBidState
from market.network_clearings.repository import ClearingSort, PathBidSort
from market.primary.model import AlternativeKind
from market.products.model import Runtime
from market.products.on_sale import NotOnSale
from market.releases.bid_evaluation import BidEvalMethod, Reason, TieBreak
from market.releases.model import BidState, ReleaseState
from market.releases.repository import BidSort, ReleaseSort
from market.rights_transfer.model import TradeKind
from market.rights_transfer.repository import TradeSort
from market.set_asides.repository import SetAsideSort
from market.trade_tape.model import Procedure
from market.trade_tape.repository import TapeSort
from schema.types.enumerations.description import DAYS_AND_QUANTITY, Described

ENUMERATIONS: Described = {
    ListingSort: (
        "What listings are ordered by.",
        {
            "POSTED_AT": "When it was posted.",
            **DAYS_AND_QUANTITY,
            "REMAINING": "What can still be taken.",
            "PRICE": "Its price per unit and gas day.",
        },
    ),
    CallSort: (
        "What calls for orders are ordered by.",
        {
            "OPENED_AT": "When it was opened.",
            "CLOSES_AT": "Until when orders are taken.",
            **DAYS_AND_QUANTITY,
            "REMAINING": "What is left of it.",
            "LIMIT_PRICE": "The price up to or from which its initiator agrees.",
        },
    ),
    OrderSort: (
        "What orders are ordered by.",
        {
            "PLACED_AT": "When it was placed.",
            "ACCEPT_BY": "Until when it binds.",
            **DAYS_AND_QUANTITY,
            "PRICE": "Its price per unit and gas day.",
        },
    ),
    ReleaseSort: (
        "What release offers are ordered by.",
        {
            "OFFERED_AT": "When it was offered.",
            "BIDS_CLOSE_AT": "Until when bids are taken.",
            **DAYS_AND_QUANTITY,
            "MINIMUM_RATE": "The lowest rate accepted.",
        },
    ),
    BidSort: (
        "What bids are ordered by.",
        {
            "PLACED_AT": "When it was placed.",
            **DAYS_AND_QUANTITY,
            "RATE": "Its rate per unit and gas day.",
            "VALUE": "Its value by the offer's method.",
        },
    ),
    ClearingSort: (
        "What network clearings are ordered by.",
        {
            "OPENED_AT": "When it was opened.",
            "CLOSES_AT": "Until when bids are taken.",
            "START": DAYS_AND_QUANTITY["START"],
            "END": DAYS_AND_QUANTITY["END"],
        },
    ),
    PathBidSort: (
        "What bids in network clearings are ordered by.",
        {
            "PLACED_AT": "When it was placed.",
            **DAYS_AND_QUANTITY,
            "PRICE": "Its limit price per unit and gas day.",
        },
    ),
    PathSide: (
        "Whether capacity is asked for or offered.",
        {"BUY": "It is asked for.", "SELL": "It is offered."},
    ),
    ClearingState: (
        "The state of a network clearing.",
        {
            "OPEN": "It takes bids, or waits for its award.",
            "AWARDED": "At least one bid was awarded something.",
            "UNAWARDED": "It was closed without an award.",
            "WITHDRAWN": "The operator called it off.",
        },
    ),
    PathBidState: (
        "The state of a bid in a network clearing.",
        {
            "OPEN": "It binds from the close of bids on.",
            "WITHDRAWN": "The bidder withdrew it.",
            "AWARDED": "It was awarded something.",
            "LOST": "It was awarded nothing.",
        },
    ),
    SetAsideSort: (
        "What capacity set aside is ordered by.",
        {"SET_AT": "When it was set aside.", **DAYS_AND_QUANTITY},
    ),
    TapeSort: (
        "What the tape is ordered by.",
        {"CONCLUDED_AT": "When it passed.", **DAYS_AND_QUANTITY},
    ),
    Procedure: (
        "How capacity passed from one shipper to another.",
        {
            "LISTING": "A listing was taken.",
            "CALL": "An order on a call was accepted.",
            "RELEASE": "A release was awarded.",
        },
    ),
    TradeSort: (
        "What trades are ordered by.",
        {
            "CONCLUDED_AT": "When it was concluded.",
            **DAYS_AND_QUANTITY,
            "PRICE": "Its price per unit and gas day.",
        },
    ),
    AlternativeKind: (
        "How an alternative differs from the rejected request.",
        {
            "OTHER_DATES": "In its gas days.",
            "NEARBY_ROUTE": "In its receipt or delivery point.",
            "INTERRUPTIBLE": "In its firmness.",
        },
    ),
    DutyCause: (
        "Why a shipper owes, or may come to owe.",
        {
            "CONTRACT": "It holds a contract.",
            "BID": "It has an open bid on a release.",
            "CLEARING_BID": "It has an open bid to buy in a network clearing.",
            "ORDER": "It has an open order on a call to sell.",
        },
    ),
    DutyTermKind: (
        "What a term of a lock is.",
        {
            "CHARGE": "What the quantity costs at its price, by the index values known now.",
            "TRADE_PRICE": "What the buyer owes the seller of what was assigned to it.",
            "PASSED_ON": "What others owe now, to whom parts of the contract were assigned.",
            "PAID": "What was paid.",
        },
    ),
    Runtime: (
        "The standard length of a product.",
        {
            "YEARLY": "A gas year.",
            "QUARTERLY": "Three months.",
            "MONTHLY": "A month.",
            "DAILY": "A gas day.",
            "ANY": "Any period of whole gas days.",
        },
    ),
    NotOnSale: (
        "Why gas days cannot be booked.",
        {
            "TOO_LATE": "They are over, or nearer than the operator's lead time.",
            "TOO_EARLY": "They are beyond the operator's horizon.",
        },
    ),
    TradeKind: (
        "What passes to the buyer.",
        {
            "ASSIGNMENT": "The rights and the duty to pay the operator.",
            "TRANSFER_OF_USE": "The rights only; the seller still pays the operator.",
        },
    ),
    ListingState: (
        "Whether a listing can still be taken.",
        {
            "OPEN": "It can.",
            "TAKEN": "All of it was taken.",
            "WITHDRAWN": "The seller withdrew it.",
            "EXHAUSTED": "The seller has none of the capacity left.",
        },
    ),
    Side: (
        "What the initiator of a call wants to do.",
        {"SELL": "Sell a part of a contract.", "BUY": "Buy capacity on a route."},
    ),
    CallState: (
        "Whether a call still takes orders.",
        {
            "OPEN": "It does.",
            "CLOSED": "The initiator closed it.",
            "EXHAUSTED": "Nothing of it is left.",
        },
    ),
    OrderState: (
        "The state of an order.",
        {
            "OPEN": "It binds until `acceptBy`; after that it has lapsed.",
            "ACCEPTED": "The trade is concluded.",
        },
    ),
    ReleaseState: (
        "The state of a release offer.",
        {
            "OPEN": "It takes bids, or waits for its award.",
            "AWARDED": "At least one bid won.",
            "UNAWARDED": "It was closed without an award.",
            "WITHDRAWN": "The releasing shipper withdrew it.",
        },
    ),
    BidEvalMethod: (
        "How bids are valued (NAESB WGQ 5.3.3).",
        {
            "HIGHEST_RATE": "By their rate.",
            "NET_REVENUE": "Rate × quantity × gas days.",
            "PRESENT_VALUE": "The revenue of each gas month, discounted at the offer's annual rate.",
        },
    ),
    TieBreak: (
        "Which of several bids of equal value wins.",
        {
            "EARLIEST": "The one that arrived first.",
            "PRO_RATA": "Each, in proportion to its quantity.",
            "LOTTERY": "One drawn by lot; the seed is in the award.",
        },
    ),
    Reason: (
        "Why a bid was awarded what it was awarded.",
        {
            "FILLED": "It won all that it asked for.",
            "PARTLY_FILLED": "It won what was left.",
            "PRO_RATA": "It won its share among bids of equal value.",
            "KILLED": "Its share was below its minimum.",
            "EXHAUSTED": "Nothing was left.",
            "BELOW_MINIMUM_RATE": "Its rate is below the minimum of the offer.",
            "BELOW_MINIMUM_QUANTITY": "Its quantity is below the minimum of the offer.",
            "BELOW_MINIMUM_TERM": "It has fewer gas days than the offer demands.",
            "BEGUN": "Its gas days had begun.",
        },
    ),
    BidState: (
        "The state of a bid.",
        {
            "OPEN": "It binds until the award.",
            "REPLACED": "The bidder placed a better one.",
            "WITHDRAWN": "The bidder withdrew it.",
            "AWARDED": "It won, in whole or in part.",
            "LOST": "It won nothing.",
        },
    ),
}
