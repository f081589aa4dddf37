"""Enumerations of the API: the domain's own, each described with its members.

They must be registered before any type that has one is declared, so the package does it when it is imported.
Enumerations may grow: clients must accept members they do not know.
"""

from collections.abc import Mapping
from enum import EnumType

import strawberry

from capacity.contracts.contract import ContractState
from capacity.contracts.model import ContractNodeKind, EdgeRole, IntegralKind
from capacity.contracts.repository import ContractSort
from capacity.feasibility.questions.element_load import FlowDirection
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.explanation import LimitKind
from capacity.hydraulics.physics.state import Mode
from capacity.networks.model import EdgeKind, NodeRole, OverlayKind
from capacity.networks.policy import Level, WhenUndecided
from capacity.rights.model import Firmness, HoldCause, MovementCause, RouteKind
from linepack.access import PartyKind, Role, Scope
from linepack.database.paging import Direction
from linepack.events.model import Stream
from linepack.jobs.model import JobState
from linepack.money import Currency
from linepack.transparency.model import LogName
from linepack.units import CommercialUnit
from market.calls.model import CallState, OrderState, Side
from market.calls.repository import CallSort, OrderSort
from market.listings.model import ListingState
from market.listings.repository import ListingSort
from market.primary.model import AlternativeKind
from market.products.model import Runtime
from market.products.on_sale import NotOnSale
from market.releases.bid_evaluation import BidEvalMethod, Reason, TieBreak
from market.releases.model import BidState, ReleaseState
from market.releases.repository import BidSort, ReleaseSort
from market.rights_transfer.model import TradeKind
from market.rights_transfer.repository import TradeSort
from market.trade_tape.model import Procedure
from market.trade_tape.repository import TapeSort
from planning.simulation.steady import Compressibility
from schema.types.names import NAMES
from settlement.ledger.model import ChargeCode
from settlement.release_credits.model import ChangeKind

_DAYS_AND_QUANTITY: Mapping[str, str] = {
    "START": "Its first gas day.",
    "END": "The gas day after its last one.",
    "QUANTITY": "Its quantity, as it was made.",
}

ENUMERATIONS: Mapping[EnumType, tuple[str, Mapping[str, str]]] = {
    Direction: (
        "In which direction a list goes.",
        {"ASCENDING": "The smallest or earliest first.", "DESCENDING": "The largest or latest first."},
    ),
    ContractSort: (
        "What contracts are ordered by.",
        {"CREATED_AT": "When it was made.", **_DAYS_AND_QUANTITY},
    ),
    ListingSort: (
        "What listings are ordered by.",
        {
            "POSTED_AT": "When it was posted.",
            **_DAYS_AND_QUANTITY,
            "REMAINING": "What can still be taken.",
            "PRICE": "Its price per unit and gas day.",
        },
    ),
    CallSort: (
        "What calls for orders are ordered by.",
        {
            "OPENED_AT": "When it was opened.",
            "CLOSES_AT": "Until when orders are taken.",
            **_DAYS_AND_QUANTITY,
            "REMAINING": "What is left of it.",
            "LIMIT_PRICE": "The price up to or from which its initiator agrees.",
        },
    ),
    OrderSort: (
        "What orders are ordered by.",
        {
            "PLACED_AT": "When it was placed.",
            "ACCEPT_BY": "Until when it binds.",
            **_DAYS_AND_QUANTITY,
            "PRICE": "Its price per unit and gas day.",
        },
    ),
    ReleaseSort: (
        "What release offers are ordered by.",
        {
            "OFFERED_AT": "When it was offered.",
            "BIDS_CLOSE_AT": "Until when bids are taken.",
            **_DAYS_AND_QUANTITY,
            "MINIMUM_RATE": "The lowest rate accepted.",
        },
    ),
    BidSort: (
        "What bids are ordered by.",
        {
            "PLACED_AT": "When it was placed.",
            **_DAYS_AND_QUANTITY,
            "RATE": "Its rate per unit and gas day.",
            "VALUE": "Its value by the offer's method.",
        },
    ),
    TapeSort: (
        "What the tape is ordered by.",
        {"CONCLUDED_AT": "When it passed.", **_DAYS_AND_QUANTITY},
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
            **_DAYS_AND_QUANTITY,
            "PRICE": "Its price per unit and gas day.",
        },
    ),
    PartyKind: (
        "What a company is in this market.",
        {
            "SHIPPER": "Books, trades and uses capacity.",
            "OPERATOR": "Runs a network and sells capacity on it.",
            "BILLING": "Reads settlements to issue invoices.",
            "REGULATOR": "Oversees the market; reads everything.",
            "PLATFORM": "Administers the installation.",
        },
    ),
    Role: (
        "What an account or an API key is; each role allows some scopes.",
        {
            "SHIPPER": "Reads, books, trades and settles for a shipper.",
            "MARKETER": "Reads, books and trades for a shipper.",
            "OPERATOR": "Operates networks and reads what happens on them.",
            "BILLING": "Reads settlements of every party.",
            "REGULATOR": "Reads everything.",
            "ADMIN": "Administers parties, accounts and keys; reads everything.",
        },
    ),
    Scope: (
        "What a caller may do.",
        {
            "READ": "See networks, availability, prices and the own party's contracts.",
            "BOOK": "Buy capacity from the operator.",
            "TRADE": "Sell, release and take capacity of other shippers.",
            "SETTLE": "Read charges and the billing feed; operators and billing also record missed payments.",
            "OPERATE": "Change networks, tariffs, product rules and overlays.",
            "ADMINISTER": "Keep parties, accounts and keys of every party.",
        },
    ),
    Currency: (
        "ISO 4217 code.",
        {"EUR": "Euro.", "GBP": "Pound sterling.", "USD": "United States dollar."},
    ),
    LogName: (
        "Which transparency log.",
        {
            "LEDGER": "The entries of the settlement ledger, by their sequence.",
            "VERDICTS": "What was proved about bookings.",
        },
    ),
    CommercialUnit: (
        "The unit in which capacity is booked, traded and charged.",
        {
            "KWH_PER_H": "Kilowatt-hours per hour.",
            "MWH_PER_D": "Megawatt-hours per gas day.",
            "DTH_PER_D": "Dekatherms per gas day; one is a million British thermal units.",
            "MMSCF_PER_D": "Million standard cubic feet per gas day.",
            "SM3_PER_H": "Standard cubic metres per hour.",
        },
    ),
    NodeRole: (
        "What gas may do at a node.",
        {
            "ENTRY": "Enter the network.",
            "EXIT": "Leave the network.",
            "STORAGE": "Enter and leave: a storage facility.",
            "INTERCONNECTION": "Enter and leave: the border to another network.",
            "JUNCTION": "Only flow through.",
        },
    ),
    EdgeKind: (
        "What an edge is.",
        {
            "PIPE": "A pipe, in which pressure drops with the flow.",
            "SHORT_PIPE": "A connection without pressure drop.",
            "COMPRESSOR_STATION": "A station that raises pressure.",
            "CONTROL_VALVE": "A valve that lowers pressure to a set value.",
            "VALVE": "A valve that is open or closed.",
            "RESISTOR": "An element with a given pressure drop, such as a filter or a meter run.",
        },
    ),
    ContractState: (
        "Where a contract stands in time.",
        {
            "UPCOMING": "Its first gas day has not begun.",
            "RUNNING": "Today is one of its gas days.",
            "ENDED": "Its last gas day is over.",
        },
    ),
    OverlayKind: (
        "Why an edge's capacity differs for a while.",
        {
            "MAINTENANCE": "Planned work.",
            "SEASON": "A seasonal capacity profile.",
            "DERATING": "A technical restriction.",
        },
    ),
    FlowDirection: (
        "How gas passes an edge or a point.",
        {
            "FORWARD": "Along an edge, from tail to head.",
            "BACKWARD": "Along an edge, from head to tail.",
            "ENTERING": "Into the network at a point.",
            "LEAVING": "Out of the network at a point.",
        },
    ),
    RouteKind: (
        "Which ends of a route are points of the network.",
        {
            "ENTRY": "The receipt point: capacity from there to the hub.",
            "EXIT": "The delivery point: capacity from the hub to there.",
            "PATH": "Both: capacity from the receipt point to the delivery point.",
        },
    ),
    Firmness: (
        "Whether the operator may interrupt the use of a right without breach.",
        {"FIRM": "No.", "INTERRUPTIBLE": "Yes."},
    ),
    MovementCause: (
        "Why rights moved.",
        {
            "BOOKING": "Bought from the operator.",
            "RELEASE": "Awarded in a capacity release.",
            "ASSIGNMENT": "Traded with the duty to pay the operator.",
            "TRANSFER_OF_USE": "Traded without that duty, which stays with the seller.",
            "RECALL": "Called back by the releasing shipper.",
        },
    ),
    HoldCause: (
        "What capacity is held for.",
        {
            "RELEASE": "A release offer.",
            "LISTING": "A listing.",
            "CALL": "A call for orders to sell.",
            "ORDER": "An order on a call to buy.",
            "SET_ASIDE": "The operator, who keeps it back.",
        },
    ),
    Level: (
        "How much has been proved; each level includes those before it.",
        {
            "RIGHTS": "The limit of each point and path alone.",
            "FLOW": "All rights, used at once, can be transported.",
            "ROBUST": "Every balanced nomination within all rights can be transported.",
            "HYDRAULIC": "Moreover all firm rights, used at once, keep every pressure within its limits.",
        },
    ),
    WhenUndecided: (
        "What happens to a request whose pressures could not be decided in time.",
        {
            "REFUSE": "It is rejected.",
            "SELL_AT_LEVEL_REACHED": "It is sold at the lower level that was proved, and says so.",
        },
    ),
    Mode: (
        "How an element of a network is set; pipes are OPEN.",
        {
            "OPEN": "Gas flows through unchanged.",
            "CLOSED": "No gas flows.",
            "ACTIVE": "The station compresses, or the control valve regulates.",
            "BYPASS": "Gas passes the station or control valve unchanged.",
        },
    ),
    LimitKind: (
        "What limits a quantity.",
        {
            "CUT": "A cut of the network that is full.",
            "PRESSURE": "A pressure limit.",
            "INTERRUPTIBLE": "The interruptible quantity on sale.",
        },
    ),
    Outcome: (
        "What was found. Nothing UNDECIDED is ever sold.",
        {
            "FEASIBLE": "Proved to be possible.",
            "INFEASIBLE": "Proved to be impossible.",
            "UNDECIDED": "Neither was proved within the time limit.",
        },
    ),
    ContractNodeKind: (
        "What a node of a contract network is.",
        {
            "PARTNER": "A party to the contract.",
            "HUB": "The virtual trading point.",
            "POINT": "A point of the physical network.",
            "METER": "A meter.",
        },
    ),
    EdgeRole: (
        "What an edge of a contract network is for.",
        {
            "BOOKING": "A right to transport.",
            "ACCOUNTING": "Quantities to allocate and charge.",
            "OPERATION": "Operation of the network.",
            "COMMUNICATION": "Messages between the parties.",
        },
    ),
    IntegralKind: (
        "What binds the quantities of a period.",
        {
            "MDQ": "Maximum daily quantity.",
            "MHQ": "Maximum hourly quantity.",
            "ANNUAL": "Quantity of the contract year.",
            "TAKE_OR_PAY": "Minimum to be paid for, taken or not.",
            "MAKE_UP": "Paid for earlier and not taken yet.",
            "CARRY_FORWARD": "Taken beyond the minimum and counted in a later period.",
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
    ChargeCode: (
        "What a charge is for.",
        {
            "RESERVATION": "The right to transport, owed to the operator whether used or not.",
            "RELEASE_CREDIT": "What a replacement shipper pays, credited to the releasing shipper.",
            "SECONDARY_PRICE": "What the buyer of a right owes its seller.",
        },
    ),
    ChangeKind: (
        "Why a release credit changed.",
        {
            "DEFAULTED": "The replacement shipper did not pay.",
            "PAID_LATE": "Money came that had been taken back.",
        },
    ),
    JobState: (
        "The state of a job; the last three are final.",
        {
            "QUEUED": "It waits for a worker.",
            "RUNNING": "A worker runs it.",
            "DONE": "Its result is stored.",
            "FAILED": "It ended with an error.",
            "CANCELLED": "It was cancelled.",
        },
    ),
    Compressibility: (
        "How the compressibility factor of a pipe's gas is found.",
        {
            "CONSTANT": "One factor for the whole network.",
            "PAPAY": "By Papay's formula, from the mean pressure of the pipe.",
        },
    ),
}
"""Each enumeration with its description, and the descriptions of its members by name."""


GRAPHQL_NAMES: Mapping[EnumType, str] = {Reason: "BidDecisionReason", Stream: "EventStream"}
"""The names of those that are called otherwise in the schema."""


def _register() -> None:
    for enumeration, (description, members) in {**ENUMERATIONS, **NAMES}.items():
        strawberry.enum(enumeration, name=GRAPHQL_NAMES.get(enumeration), description=description)
        for member in enumeration.__strawberry_definition__.values:  # type: ignore[attr-defined]
            member.description = members[member.name]


_register()
