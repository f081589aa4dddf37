"""Enumerations of capacity: networks, contracts, rights and what is proved of them."""

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
from schema.types.enumerations.description import DAYS_AND_QUANTITY, Described

ENUMERATIONS: Described = {
    ContractSort: (
        "What contracts are ordered by.",
        {"CREATED_AT": "When it was made.", **DAYS_AND_QUANTITY},
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
            "CLEARING": "Bought or given up in a network clearing.",
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
            "CLEARING": "An offer in a network clearing.",
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
}
