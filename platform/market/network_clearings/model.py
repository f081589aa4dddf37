"""Network clearing as a procedure: what an operator opens, and the bids and offers for paths that it clears.

An operator opens a clearing of a period of its network and says until when bids are taken. Shippers bid to
buy capacity on paths, and offer what they hold on paths; what they offer is held until the close, so that
nothing can be awarded that is not there. What no right uses the operator sells at its reserve price or more.
Bids are sealed until the close: only the bidder and the operator, which runs the procedure, see them. At the
close all bids are cleared together (`market.clearing`): buyers get contracts with the operator, sellers give
up the use of what is awarded and are paid for it by the operator, and still owe it their own contracts. What
buyers pay and sellers do not get is the operator's.

Prices are money per commercial unit and gas day; instants are UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from capacity.rights.model import Firmness, HoldCause, Purpose, Route
from linepack.canonical_json import JsonValue, canonical_json, digest
from linepack.gasday import Period
from linepack.ids import ClearingBidId, ClearingId, ContractId, NetworkId, PartyId
from linepack.money import Currency
from market.clearing.model import Side
from market.offers.binding import BindingKind, BindingOffer

ALGORITHM = "network-clearing-1"
"""Changes whenever the same inputs could give another outcome."""


class ClearingState(StrEnum):
    """What became of a clearing."""

    OPEN = "OPEN"
    AWARDED = "AWARDED"
    UNAWARDED = "UNAWARDED"
    WITHDRAWN = "WITHDRAWN"


class PathBidState(StrEnum):
    """What became of a bid or an offer."""

    OPEN = "OPEN"
    WITHDRAWN = "WITHDRAWN"
    AWARDED = "AWARDED"
    LOST = "LOST"


@dataclass(frozen=True, slots=True)
class Parked:
    """Why an open clearing could not be closed, and since when."""

    code: str
    reason: str
    parked_at: datetime


@dataclass(frozen=True, slots=True)
class NetworkClearing:
    """A clearing that an operator has opened.

    It may take `seconds_max` to find an award; one that might be worth less than the best by more than the
    share `gap_max` of it is not made. `outcome` says in words why it was closed without an award.
    """

    id: ClearingId
    network_id: NetworkId
    operator_id: PartyId
    period: Period
    closes_at: datetime
    reserve_price: Decimal
    currency: Currency
    seconds_max: int
    gap_max: Decimal
    state: ClearingState
    outcome: str
    opened_at: datetime
    parked_at: datetime | None = None
    parked_code: str | None = None
    parked_reason: str | None = None

    @property
    def parked(self) -> Parked | None:
        """Why it could not be closed, None for all others."""
        if self.parked_at is None:
            return None
        return Parked(self.parked_code or "", self.parked_reason or "", self.parked_at)

    def ended(self, state: ClearingState, outcome: str) -> "NetworkClearing":
        """Return it as it is once it is not open any more."""
        return replace(
            self, state=state, outcome=outcome, parked_at=None, parked_code=None, parked_reason=None
        )


@dataclass(frozen=True, slots=True)
class PathBid:
    """A bid to buy, or an offer to sell, capacity on a path; `sequence` is its place in the order of arrival.

    It is awarded at least `minimum` or nothing, and nothing unless the bid `only_if` is awarded something.
    An offer is of a part of the contract `contract_id`.
    """

    id: ClearingBidId
    clearing_id: ClearingId
    network_id: NetworkId
    party_id: PartyId
    side: Side
    route: Route
    period: Period
    quantity: int
    price: Decimal
    minimum: int
    only_if: ClearingBidId | None
    contract_id: ContractId | None
    state: PathBidState
    sequence: int
    placed_at: datetime

    def binding(self) -> BindingOffer:
        """Return what this bid to buy binds its party to."""
        return BindingOffer(
            kind=BindingKind.CLEARING_BID,
            id=self.id,
            party_id=self.party_id,
            routes=((self.route, Fraction(1)),),
            firmness=Firmness.FIRM,
            period=self.period,
            quantity=self.quantity,
            price_per_unit_day=self.price,
        )

    @property
    def purpose(self) -> Purpose:
        """What an offer holds capacity for."""
        return Purpose(HoldCause.CLEARING, self.id)


@dataclass(frozen=True, slots=True)
class ClearingRecord:
    """All that an award was decided on and what came out, but for the proofs: anyone can decide it again.

    `inputs` is the file that `linepack calculate clearing` takes, with the revision in place of the network.
    `outcome` is `market.clearing.document`; `hash` is the SHA-256 of these and of the algorithm.
    """

    algorithm: str
    inputs: Mapping[str, Any]
    outcome: Mapping[str, Any]
    hash: str

    @classmethod
    def of(cls, inputs: Mapping[str, JsonValue], outcome: Mapping[str, JsonValue]) -> "ClearingRecord":
        """Return the record of a clearing."""
        return cls(ALGORITHM, inputs, outcome, digest(_whole(ALGORITHM, inputs, outcome)))

    @property
    def content_hash(self) -> str:
        """What `hash` has to be, from the content itself."""
        return digest(_whole(self.algorithm, self.inputs, self.outcome))

    @property
    def text(self) -> str:
        """The canonical JSON of which `hash` is the SHA-256."""
        return canonical_json(_whole(self.algorithm, self.inputs, self.outcome)).decode()

    def award_of(self, bid_id: ClearingBidId) -> Mapping[str, Any] | None:
        """Return what a bid was awarded and why, None for one that was not cleared."""
        return next((one for one in self.outcome["awards"] if one["bid"] == str(bid_id)), None)


@dataclass(frozen=True, slots=True)
class ClearingAward:
    """How a clearing ended."""

    clearing_id: ClearingId
    awarded_at: datetime
    record: ClearingRecord


def _whole(
    algorithm: str, inputs: Mapping[str, JsonValue], outcome: Mapping[str, JsonValue]
) -> dict[str, JsonValue]:
    return {"algorithm": algorithm, "inputs": dict(inputs), "outcome": dict(outcome)}
