"""The command on interruptible quantities: the operator of a network states how much is on sale.

It takes the network's lock, because bookings are counted against it, and grows the network's version, so that
every process counts against the newest. A statement may leave less than is sold: then nothing more is, and no
right is moved. Event, on the capacity stream and public: `interruptible.set`.
"""

from dataclasses import dataclass
from typing import Final

from capacity.networks import interruptible_repository
from capacity.networks import repository as networks
from capacity.networks.interruptible import InterruptibleQuantity
from capacity.networks.model import Network
from capacity.publication.events import InterruptibleSet
from capacity.publication.service import owned_and_locked
from capacity.rights.model import QUANTITY_MAX, RouteKind
from linepack.access import Scope
from linepack.commands.handling import Context, handles
from linepack.gasday import GAS_DAY_FIRST, GAS_DAY_LAST
from linepack.ids import NetworkId
from linepack.problems import Fault, InvalidInput

SHARE_DECIMALS_MAX: Final = 9


@dataclass(frozen=True, slots=True)
class SetInterruptibleQuantity:
    """State how much interruptible capacity of a network is on sale."""

    network_id: NetworkId
    quantity: InterruptibleQuantity


@handles(Scope.OPERATE)
async def set_interruptible_quantity(
    command: SetInterruptibleQuantity, context: Context
) -> InterruptibleQuantity:
    """Store the statement; raises NotFound, Forbidden, InvalidInput."""
    network_id, new = command.network_id, command.quantity
    current = await owned_and_locked(context, network_id)
    faults = [*_place_faults(new, current.network), *_measure_faults(new)]
    if faults:
        raise InvalidInput(faults)
    set_by = context.principal.party_id or current.operator_id
    await interruptible_repository.insert(context.connection, network_id, new, set_by=set_by, at=context.at)
    await networks.grow_version(context.connection, network_id)
    context.uow.record(InterruptibleSet.of(network_id, new))
    return new


def _place_faults(new: InterruptibleQuantity, network: Network) -> list[Fault]:
    faults = []
    for place, point, foreign in (
        ("receipt", new.receipt, RouteKind.EXIT),
        ("delivery", new.delivery, RouteKind.ENTRY),
    ):
        if point is None:
            continue
        node = next((node for node in network.nodes if node.id == point), None)
        if new.kind is foreign:
            faults.append(Fault(place, "this kind of route has no such end"))
        elif node is None:
            faults.append(Fault(place, f"network {network.code} has no point {point}"))
        elif not (node.role.may_enter if place == "receipt" else node.role.may_exit):
            verb = "enter" if place == "receipt" else "leave"
            faults.append(Fault(place, f"gas cannot {verb} the network at {point}"))
    if new.kind is RouteKind.PATH and (new.receipt is None) is not (new.delivery is None):
        place = "receipt" if new.receipt is None else "delivery"
        faults.append(Fault(place, "a path needs both ends; every path has neither"))
    if new.receipt is not None and new.receipt == new.delivery:
        faults.append(Fault("delivery", f"{new.delivery} is the receipt point as well"))
    if not GAS_DAY_FIRST <= new.valid_from <= GAS_DAY_LAST:
        faults.append(Fault("validFrom", f"must be from {GAS_DAY_FIRST} to {GAS_DAY_LAST}"))
    return faults


def _measure_faults(new: InterruptibleQuantity) -> list[Fault]:
    faults = []
    if new.quantity is not None and new.share is not None:
        faults.append(Fault("share", "give a quantity or a share, not both"))
    if new.quantity is not None and not 0 <= new.quantity <= QUANTITY_MAX:
        faults.append(Fault("quantity", f"must be from 0 to {QUANTITY_MAX:,}, not {new.quantity:,}"))
    if new.share is not None and not (new.share.is_finite() and 0 <= new.share <= 1):
        faults.append(Fault("share", f"is a fraction from 0 to 1 of the technical capacity, not {new.share}"))
    elif new.share is not None and new.share != round(new.share, SHARE_DECIMALS_MAX):
        faults.append(Fault("share", f"has at most {SHARE_DECIMALS_MAX} decimals"))
    return faults
