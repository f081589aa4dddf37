"""Network clearing: what is bid and offered for paths, and what is outstanding already.

A *bid* asks for, or offers, firm capacity on a path, the same quantity on every gas day of its period. Its
limit price is money per commercial unit and gas day: a buyer pays at most, a seller gets at least so much.
With a minimum it is awarded at least that or nothing; with `only_if` it is awarded nothing unless the bid
named there is awarded something. A seller gives up rights that it holds and still owes the operator for
them. What no right uses the operator sells at its reserve price or more.

Quantities are whole commercial units, prices exact decimals.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from capacity.networks.model import Network, Overlay
from capacity.networks.policy import Level
from capacity.rights.model import Route
from linepack.gasday import Period
from linepack.money import Currency


class Side(StrEnum):
    """Whether capacity is asked for or offered."""

    BUY = "buy"
    SELL = "sell"

    @property
    def sign(self) -> int:
        """+1 where an award adds to the rights on a path, −1 where it takes from them."""
        return 1 if self is Side.BUY else -1


@dataclass(frozen=True, slots=True)
class Bid:
    """A bid to buy or an offer to sell capacity on a path; see the module docstring."""

    id: str
    party: str
    side: Side
    route: Route
    period: Period
    quantity: int
    price: Decimal
    minimum: int = 0
    only_if: str | None = None


@dataclass(frozen=True, slots=True)
class OutstandingRight:
    """Firm capacity that a party holds before the clearing, on any route."""

    party: str
    route: Route
    period: Period
    quantity: int


@dataclass(frozen=True, slots=True)
class Draft:
    """All that a clearing depends on. Earlier bids come first: ties are settled by that order.

    `overlays` change what edges carry on some gas days.
    """

    network: Network
    level: Level
    currency: Currency
    reserve_price: Decimal
    rights: tuple[OutstandingRight, ...]
    bids: tuple[Bid, ...]
    overlays: tuple[Overlay, ...] = ()
