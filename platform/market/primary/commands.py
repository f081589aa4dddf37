"""The commands of primary sale."""

from dataclasses import dataclass

from capacity.rights.model import Firmness
from linepack.commands.handling import IdempotentCommand
from linepack.gasday import GasDay
from linepack.ids import NetworkId


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityRequest:
    """Capacity asked of an operator, on every gas day from `start` up to, not including, `end`.

    `receipt` None asks for an exit from the hub, `delivery` None for an entry to it. `quantity` is in whole
    commercial units of the network.
    """

    network_id: NetworkId
    receipt: str | None
    delivery: str | None
    start: GasDay
    end: GasDay
    quantity: int
    firmness: Firmness = Firmness.FIRM


@dataclass(frozen=True, slots=True, kw_only=True)
class BookCapacity(IdempotentCommand):
    """Book capacity at tariff, first come first served."""

    request: CapacityRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class BookProfile(IdempotentCommand):
    """Book several quantities on one network at tariff, such as one for each month: all of them or none."""

    parts: tuple[CapacityRequest, ...]
