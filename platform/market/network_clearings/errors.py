"""What network clearings may refuse, beside `market.errors`.

Problem
├── AgainstOwnBid       a party would trade with itself
├── BidLinked           a bid cannot be withdrawn while another of the party depends on it
├── BidsNotClosed       an award is asked for while bids are still taken
├── TooManyBids         a party has bid often enough, or a clearing has enough open bids
├── NotFirm             only firm capacity can be offered
└── NotClearable        no award can be made of the bids as they are
"""

from datetime import datetime

from capacity.rights.model import Firmness, Route
from linepack.problems import Problem


class AgainstOwnBid(Problem):
    """Who buys where it sells would move prices without giving anything up."""

    code = "AGAINST_OWN_BID"

    def __init__(self, route: Route) -> None:
        super().__init__(
            f"you have an open bid on the other side of {route} on some of these gas days; withdraw it first"
        )
        self.route = route


class BidLinked(Problem):
    """Another open bid of the party is awarded nothing unless this one is awarded something."""

    code = "BID_LINKED"

    def __init__(self) -> None:
        super().__init__("another open bid of yours depends on this one; withdraw that first")


class BidsNotClosed(Problem):
    """A clearing is awarded after its bids have closed, not before."""

    code = "BIDS_NOT_CLOSED"

    def __init__(self, closes_at: datetime) -> None:
        super().__init__(f"bids are taken until {closes_at:%Y-%m-%d %H:%M} UTC")
        self.closes_at = closes_at


class TooManyBids(Problem):
    """There is a limit to the number of bids."""

    code = "TOO_MANY_BIDS"

    def __init__(self, limit: int, *, of_party: bool) -> None:
        whose = "you have placed" if of_party else "this clearing has"
        super().__init__(f"{whose} the most bids there can be: {limit:,}")
        self.limit = limit


class NotFirm(Problem):
    """Only firm capacity can be offered."""

    code = "CAPACITY_NOT_FIRM"

    def __init__(self, contract_code: str, firmness: Firmness) -> None:
        super().__init__(
            f"contract {contract_code} is {firmness.value}; only firm capacity can be offered in a clearing",
            path=("contractId",),
        )
        self.contract_code = contract_code
        self.firmness = firmness


class NotClearable(Problem):
    """No award was found, it was not proved, or it might be too far from the best."""

    code = "NOT_CLEARABLE"

    def __init__(self, reason: str) -> None:
        super().__init__(f"nothing can be awarded: {reason}")
        self.reason = reason
