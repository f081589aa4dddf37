"""The home of what releases may refuse, beside `market.errors`.

Problem
├── BidWorse            a bid after a withdrawal is worth less than the one withdrawn
├── BidStands           an offer cannot be withdrawn any more, because a bid meets its minimums
├── BidsNotClosed       an award is asked for while bids are still taken
├── TooManyBids         a party, or all parties together, have bid often enough
└── Prearranged         an offer is for another bidder alone
"""

from datetime import datetime
from decimal import Decimal

from linepack.problems import Problem


class BidWorse(Problem):
    """The re-bid rule: after a withdrawal a party bids again only at equal or better value."""

    code = "BID_WORSE"

    def __init__(self, value: Decimal, *, withdrawn: Decimal) -> None:
        super().__init__(
            f"this bid is worth {value:,.2f}, less than the {withdrawn:,.2f} of the bid you withdrew"
        )
        self.value = value
        self.withdrawn = withdrawn


class BidStands(Problem):
    """An offer binds as soon as a bid meets its minimums."""

    code = "BID_STANDS"

    def __init__(self) -> None:
        super().__init__("a bid meets the minimums of this offer, so that it cannot be withdrawn any more")


class BidsNotClosed(Problem):
    """A release is awarded after its bids have closed, not before."""

    code = "BIDS_NOT_CLOSED"

    def __init__(self, bids_close_at: datetime) -> None:
        super().__init__(f"bids are taken until {bids_close_at:%Y-%m-%d %H:%M} UTC")
        self.bids_close_at = bids_close_at


class TooManyBids(Problem):
    """There is a limit to the number of bids."""

    code = "TOO_MANY_BIDS"

    def __init__(self, limit: int, *, of_party: bool) -> None:
        whose = "you have placed" if of_party else "this release has got"
        super().__init__(f"{whose} the most bids there can be: {limit}")
        self.limit = limit


class Prearranged(Problem):
    """The releasing shipper offers this to another party alone."""

    code = "PREARRANGED"

    def __init__(self) -> None:
        super().__init__("this release is prearranged with another party and takes no other bids")
