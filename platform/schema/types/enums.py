"""The home of the enumerations of the API: the domain's own, each named and described once.

They are the rooms' classes, not copies. They must be registered before any type that has one is declared, so
the package does it when it is imported. Enumerations may grow: clients must bear members they do not know.
"""

from collections.abc import Mapping
from enum import EnumType

import strawberry

from capacity.contracts.model import ContractNodeKind, EdgeRole, IntegralKind
from capacity.feasibility.verdicts.verdict import LimitKind, Outcome
from capacity.hydraulics.physics.state import Mode
from capacity.networks.model import EdgeKind, NodeRole, OverlayKind
from capacity.networks.policy import Level, WhenUndecided
from capacity.rights.model import Firmness, HoldCause, MovementCause, RouteKind
from linepack.access import PartyKind, Role, Scope
from linepack.jobs.model import JobState
from linepack.money import Currency
from linepack.transparency.model import LogName
from linepack.units import CommercialUnit
from market.calls.model import CallState, OrderState, Side
from market.listings.model import ListingState
from market.primary.model import AlternativeKind
from market.products.model import Runtime
from market.releases.bid_evaluation import BidEvalMethod, TieBreak
from market.releases.model import BidState, ReleaseState
from market.rights_transfer.model import TradeKind
from settlement.ledger.model import ChargeCode

DESCRIPTIONS: Mapping[EnumType, str] = {
    PartyKind: "What a company is in this market.",
    Role: "What an account or a key is; it opens scopes.",
    Scope: "What one may do.",
    Currency: "ISO 4217 code.",
    LogName: "Which transparency log.",
    CommercialUnit: "The unit in which capacity is booked, traded and charged.",
    NodeRole: "What gas may do at a node.",
    EdgeKind: "What an edge is made of.",
    OverlayKind: "Why capacity differs for a while.",
    RouteKind: "Which ends of a route are points of the network.",
    Firmness: "Whether a right may be interrupted without breach.",
    MovementCause: "Why rights moved.",
    HoldCause: "What capacity is held for.",
    Level: "How much has been proved; each level includes those before it.",
    WhenUndecided: "What becomes of a request whose pressures could not be decided in time.",
    Mode: "What an element of a network is set to; pipes are OPEN.",
    LimitKind: "What limits a quantity.",
    Outcome: "What was found. Nothing UNDECIDED is ever sold.",
    ContractNodeKind: "What a node of a contract network is.",
    EdgeRole: "Which function of the platform reads an edge.",
    IntegralKind: "What the quantities of a period are bound by.",
    AlternativeKind: "In what an alternative differs from the request that was refused.",
    Runtime: "The standard length that a product runs for.",
    TradeKind: "What passes to the buyer: rights and duties, or rights only.",
    ListingState: "Whether a listing can still be taken.",
    Side: "What the initiator of a call wants to do.",
    CallState: "Whether a call still takes orders.",
    OrderState: "What became of an order.",
    ReleaseState: "What became of an offer.",
    BidEvalMethod: "How bids are valued.",
    TieBreak: "How bids of equal value are settled.",
    BidState: "What became of a bid.",
    ChargeCode: "What a charge is for.",
    JobState: "Where a job stands; the last three are final.",
}

for _enumeration, _description in DESCRIPTIONS.items():
    strawberry.enum(_enumeration, description=_description)
