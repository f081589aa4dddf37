"""The public tape: what passed between shippers, where and at what price, without saying whose it was."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from capacity.rights.model import Firmness
from linepack.gasday import Period
from linepack.ids import ContractId, NetworkId
from linepack.money import Currency


class Procedure(StrEnum):
    """How capacity passed from one shipper to another."""

    LISTING = "LISTING"
    CALL = "CALL"
    RELEASE = "RELEASE"


@dataclass(frozen=True, slots=True)
class TapeTrade:
    """Capacity that passed; `id` is that of the contract that came of it, which only its parties may see.

    `price_per_unit_day` is money per commercial unit of the contract and gas day.
    """

    id: ContractId
    network_id: NetworkId
    procedure: Procedure
    firmness: Firmness
    period: Period
    quantity: int
    price_per_unit_day: Decimal
    currency: Currency
    concluded_at: datetime
