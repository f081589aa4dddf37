"""Rights: what a holder may move where, the movements that give and take it, and the holds that bind it.

Rights are never stored as balances. A *movement* adds to or takes from the rights of one holder under one
contract on one route over a period; balances are sums of movements, a trade is −A +B, and nothing is ever
updated in place. Quantities are whole commercial units of the network, signed: positive gives, negative
takes.

A *hold* reserves capacity for one purpose without moving it: a part of a contract, or capacity of the
operator that is not booked. It takes with a positive and ends with a negative quantity; what is still held
for a purpose is the sum over it. Both kinds of lines are numbered together, network by network.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from linepack.gasday import Period
from linepack.ids import ContractId, NetworkId, PartyId

QUANTITY_MAX: Final = 10**12
"""No point or path is sold more than this, in commercial units, even where nothing limits it."""


class RouteKind(StrEnum):
    """Which ends of a route are points of the network."""

    ENTRY = "entry"
    EXIT = "exit"
    PATH = "path"


@dataclass(frozen=True, slots=True)
class Route:
    """Where gas may be handed over: a receipt node, a delivery node, or both; None is the hub.

    (r, None) is an entry right, (None, d) an exit right, (r, d) a path right.
    """

    receipt: str | None
    delivery: str | None

    def __post_init__(self) -> None:
        if self.receipt is None and self.delivery is None:
            raise ValueError("a route needs a receipt point, a delivery point or both")
        if self.receipt == self.delivery:
            raise ValueError(f"a route needs two different ends, not {self.receipt} twice")

    def __str__(self) -> str:
        return f"{self.receipt or 'hub'} → {self.delivery or 'hub'}"

    @property
    def kind(self) -> RouteKind:
        """Whether this is an entry, an exit or a path."""
        if self.delivery is None:
            return RouteKind.ENTRY
        return RouteKind.EXIT if self.receipt is None else RouteKind.PATH

    @property
    def sort_key(self) -> tuple[str, str]:
        """An order for listings: by receipt, then delivery, the hub first."""
        return (self.receipt or "", self.delivery or "")


class Firmness(StrEnum):
    """Whether a right may be interrupted without breach."""

    FIRM = "firm"
    INTERRUPTIBLE = "interruptible"


class MovementCause(StrEnum):
    """Why rights moved; `cause_id` names the booking, release, trade, recall or network clearing."""

    BOOKING = "booking"
    RELEASE = "release"
    ASSIGNMENT = "assignment"
    TRANSFER_OF_USE = "transfer_of_use"
    RECALL = "recall"
    CLEARING = "clearing"


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of the rights ledger.

    `sequence` is its position in the ledger of its network, counted from 1; 0 until the ledger has given it
    one, as for a movement that is only being tried.
    """

    network_id: NetworkId
    contract_id: ContractId
    holder_id: PartyId
    route: Route
    firmness: Firmness
    period: Period
    quantity: int
    cause: MovementCause
    cause_id: UUID
    sequence: int = 0


class HoldCause(StrEnum):
    """What capacity is held for; `cause_id` names it."""

    RELEASE = "release"
    LISTING = "listing"
    CALL = "call"
    ORDER = "order"
    SET_ASIDE = "set_aside"
    CLEARING = "clearing"
    """An offer in a network clearing."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """The one thing that capacity is held for: this release, this listing."""

    cause: HoldCause
    cause_id: UUID


@dataclass(frozen=True, slots=True)
class Hold:
    """One line of the ledger of holds.

    A part of a contract is held in units of that contract, whatever its routes (`contract_id`, no `route`);
    the operator's own capacity on a route (`route`, no `contract_id`). `party_id` is whose capacity it is.
    From the instant `until` on it no longer binds; without one it lasts until it is ended.
    """

    network_id: NetworkId
    party_id: PartyId
    contract_id: ContractId | None
    route: Route | None
    firmness: Firmness
    period: Period
    quantity: int
    purpose: Purpose
    until: datetime | None = None
    sequence: int = 0

    def __post_init__(self) -> None:
        if (self.contract_id is None) is (self.route is None):
            raise ValueError("a hold is on a contract or on a route of the operator's own capacity")
