"""What releases may refuse, beside `market.errors`.

Problem
├── BidWorse            a bid is worth less than an earlier one of its bidder
├── BindingBid           an offer cannot be withdrawn any more, because a bid meets its minimums
├── BidsNotClosed       an award is asked for while bids are still taken
├── TooManyBids         a party has bid often enough, or a release has enough open bids
├── Prearranged         an offer is for another bidder alone
├── HeldByTransferOfUse            capacity held by a transfer of use cannot be released
├── Interruptible       capacity that is not firm cannot be released
└── Conflict
    └── InputsChanged       the inputs of an award changed during every evaluation
"""

from datetime import datetime
from decimal import Decimal

from capacity.rights.model import Firmness
from linepack.problems import Conflict, Problem


class BidWorse(Problem):
    """The re-bid rule: a party bids again only at equal or better value than it bid before."""

    code = "BID_WORSE"

    def __init__(self, value: Decimal, *, earlier: Decimal) -> None:
        super().__init__(
            f"this bid is worth {value.normalize():f} by the offer's method, less than the "
            f"{earlier.normalize():f} of a bid you placed before"
        )
        self.value = value
        self.earlier = earlier


class BindingBid(Problem):
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
        whose = "you have placed" if of_party else "this release has"
        super().__init__(f"{whose} the most bids there can be: {limit}")
        self.limit = limit


class Prearranged(Problem):
    """The releasing shipper offers this to another party alone."""

    code = "PREARRANGED"

    def __init__(self) -> None:
        super().__init__("this release is prearranged with another party and takes no other bids")


class HeldByTransferOfUse(Problem):
    """Its holder owes nothing to the operator, and could not be credited by it."""

    code = "DUTIES_NOT_HELD"

    def __init__(self, contract_code: str) -> None:
        super().__init__(
            f"contract {contract_code} came of a transfer of use: its seller owes the operator and alone can "
            "release it",
            path=("contractId",),
        )
        self.contract_code = contract_code


class Interruptible(Problem):
    """Only firm capacity can be released."""

    code = "CAPACITY_NOT_FIRM"

    def __init__(self, contract_code: str, firmness: Firmness) -> None:
        super().__init__(
            f"contract {contract_code} is {firmness.value}; only firm capacity can be released",
            path=("contractId",),
        )
        self.contract_code = contract_code
        self.firmness = firmness


class InputsChanged(Conflict):
    """The releasing shipper's holding or the bids changed whenever the award was about to be written."""

    def __init__(self) -> None:
        super().__init__("the inputs of the award changed while it was evaluated; ask again")
