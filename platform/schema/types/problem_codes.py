"""The closed list of the reasons for which requests are refused, as clients see them.

One for each code of a `linepack.problems.Problem` that the API can meet; a test compares the two.
"""

from enum import Enum

import strawberry


def _code(name: str, description: str) -> str:
    value: str = strawberry.enum_value(name, description=description)  # type: ignore[assignment]
    return value


@strawberry.enum(description="Why a request was refused.")
class ProblemCode(Enum):
    """Why a request was refused."""

    INVALID_INPUT = _code("INVALID_INPUT", "The input has faults, which are listed.")
    NOT_FOUND = _code("NOT_FOUND", "It does not exist, or you may not see it.")
    FORBIDDEN = _code("FORBIDDEN", "Your role, or the scope of your key, does not allow this.")
    CONFLICT = _code("CONFLICT", "The key was used for another input, or the state has changed meanwhile.")
    INVALID_CREDENTIALS = _code("INVALID_CREDENTIALS", "E-mail address and password do not belong together.")
    INITIAL_PASSWORD = _code(
        "INITIAL_PASSWORD", "The initial password is to be replaced: send `newPassword` too."
    )
    LAST_ADMINISTRATOR = _code("LAST_ADMINISTRATOR", "No other administrator of the company could act.")
    SECOND_FACTOR_REQUIRED = _code("SECOND_FACTOR_REQUIRED", "A code of the second factor is needed.")
    INVALID_CODE = _code("INVALID_CODE", "The code is not valid, or was used already.")
    SESSION_ENDED = _code("SESSION_ENDED", "The session has ended, or the refresh token is not valid.")
    RATE_LIMITED = _code("RATE_LIMITED", "Too many failed attempts; try again later.")
    NAME_TAKEN = _code("NAME_TAKEN", "What must be unique is in use.")
    NETWORK_CODE_TAKEN = _code("NETWORK_CODE_TAKEN", "Another network has this code.")
    TOO_MANY_JOBS = _code("TOO_MANY_JOBS", "Your party has as many jobs waiting as it may.")
    CAPACITY_EXHAUSTED = _code("CAPACITY_EXHAUSTED", "The network cannot transport it.")
    NOT_DECIDED = _code("NOT_DECIDED", "Whether it can be transported was not proved in time.")
    CREDIT_EXCEEDED = _code("CREDIT_EXCEEDED", "It would be owed more than the limits of the credit allow.")
    CREDIT_SUSPENDED = _code("CREDIT_SUSPENDED", "The operator lets your party take on no new duty.")
    PROFILE_REFUSED = _code("PROFILE_REFUSED", "Some parts of the profile cannot be had, so none is booked.")
    UNDECIDED = _code("UNDECIDED", "No proof was reached in the time there is.")
    CAPACITY_NOT_HELD = _code("CAPACITY_NOT_HELD", "The contract does not have that much left.")
    CAPACITY_NOT_FIRM = _code("CAPACITY_NOT_FIRM", "Only firm capacity can be released or offered.")
    RIGHTS_EXCEEDED = _code("RIGHTS_EXCEEDED", "The contract lacks the rights that were to be taken from it.")
    NOT_DIVISIBLE = _code("NOT_DIVISIBLE", "The contract lacks the quantity or gas days of the part.")
    NOT_REDUCIBLE = _code("NOT_REDUCIBLE", "Edges of the contract network cannot be merged.")
    BEYOND_BANDS = _code("BEYOND_BANDS", "The quantity is more than the bands of an edge allow.")
    NO_TARIFF = _code("NO_TARIFF", "No price is published for this route, firmness and runtime.")
    INDEX_VALUE_MISSING = _code("INDEX_VALUE_MISSING", "The index of the price has no value for a gas day.")
    CALORIFIC_VALUE_MISSING = _code("CALORIFIC_VALUE_MISSING", "The calorific value of a gas day is unknown.")
    NOT_OPEN = _code("NOT_OPEN", "The offer was taken, withdrawn or closed, or its time is over.")
    NOT_ON_OFFER = _code("NOT_ON_OFFER", "The offer is open, but not for this quantity.")
    OWN_OFFER = _code("OWN_OFFER", "Your party cannot answer its own offer.")
    DUTIES_NOT_HELD = _code("DUTIES_NOT_HELD", "The contract carries no duties to the operator to pass on.")
    PREARRANGED = _code("PREARRANGED", "The release is offered to another party alone.")
    BID_WORSE = _code("BID_WORSE", "A party bids again only at equal or better value.")
    BID_STANDS = _code("BID_STANDS", "The offer binds, because a bid meets its minimums.")
    BIDS_NOT_CLOSED = _code("BIDS_NOT_CLOSED", "Bids are still taken; an award is made after that.")
    AGAINST_OWN_BID = _code("AGAINST_OWN_BID", "Your party has an open bid on the other side of the path.")
    BID_LINKED = _code("BID_LINKED", "Another open bid of your party depends on this one.")
    NOT_CLEARABLE = _code("NOT_CLEARABLE", "No award was found in time, proved, and near enough to the best.")
    TOO_MANY_BIDS = _code("TOO_MANY_BIDS", "There is a limit to the number of bids.")
    NOTHING_CREDITED = _code("NOTHING_CREDITED", "There is no release credit in that gas month.")
    NOTHING_TAKEN_BACK = _code("NOTHING_TAKEN_BACK", "Nothing of the release credit is taken back.")
    AMOUNT_EXCEEDED = _code("AMOUNT_EXCEEDED", "The amount is more than can be taken back or credited.")
    NOTHING_BOOKED = _code("NOTHING_BOOKED", "No firm rights are booked on the gas day.")
    AMBIGUOUS_PATH = _code("AMBIGUOUS_PATH", "Gas takes several paths between the two nodes.")
    NO_PATH = _code("NO_PATH", "No gas flows from one node to the other.")
    LOOP_WITHOUT_INFLOW = _code("LOOP_WITHOUT_INFLOW", "Gas circulates in a loop without inflow.")
    NO_STATE = _code("NO_STATE", "No state of the network is known for the gas day.")
    CANNOT_SIMULATE = _code("CANNOT_SIMULATE", "There is no steady state of the nomination.")
    CANNOT_DISPATCH = _code("CANNOT_DISPATCH", "No way to run the stations was found within all limits.")
