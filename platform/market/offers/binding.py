"""Offers to buy that bind the party that made them: it owes their price as soon as the other side accepts."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from capacity.rights.model import Firmness
from linepack.gasday import Period
from linepack.ids import ContractId, PartyId
from market.offers.model import Routes


class BindingKind(StrEnum):
    """By which procedure a party is bound."""

    BID = "BID"
    CLEARING_BID = "CLEARING_BID"
    ORDER = "ORDER"


@dataclass(frozen=True, slots=True)
class BindingOffer:
    """An offer of `party_id` to take up to `quantity` units on every gas day of `period`.

    The price is money per unit and gas day, in the currency of the network. Where duties to the operator pass
    with the capacity, they are those of the contract `assigned_from`.
    """

    kind: BindingKind
    id: UUID
    party_id: PartyId
    routes: Routes
    firmness: Firmness
    period: Period
    quantity: int
    price_per_unit_day: Decimal
    assigned_from: ContractId | None = None
