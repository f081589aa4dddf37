"""The events that settlement follows, read into charge plans.

Five topics matter: `contract.booked` on the capacity stream, `trade.concluded`, `release.awarded`,
`clearing_bid.awarded` and `index.published` on the market stream. All others are passed over. Contracts in
these events are complete, so that settling one needs nothing but the event, the ledger, and the index values
received in such events. Rates and index values are in currency per unit and gas day.
"""

from collections.abc import Callable, Mapping
from typing import Final

from pydantic import ValidationError

from capacity.contracts.pricing.price import Flat
from capacity.rights.model import MovementCause
from linepack.problems import InvalidInput
from market.index_values.events import IndexPublished
from market.network_clearings.events import PathBidAwarded
from market.primary.events import ContractBooked
from market.releases.events import ReleaseAwarded
from market.rights_transfer.events import TradeConcluded
from settlement.charges.errors import UnreadableEvent
from settlement.charges.indices.model import PublishedValues
from settlement.charges.plan import AwardPlan, BookingPlan, ChargePlan, ClearingPlan, TradePlan, TrueUpPlan


def charge_plan(topic: str, payload: Mapping[str, object]) -> ChargePlan | None:
    """Return what an event is charged for, None for a topic that is not followed; raises UnreadableEvent."""
    reader = _READERS.get(topic)
    if reader is None:
        return None
    try:
        return reader(payload)
    except ValidationError as fault:
        first = fault.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise UnreadableEvent(topic, f"{place}: {first['msg'].removeprefix('Value error, ')}") from fault
    except (ValueError, InvalidInput) as fault:
        raise UnreadableEvent(topic, str(fault)) from fault


def is_followed(topic: str) -> bool:
    """Return whether settlement follows events of a topic."""
    return topic in _READERS


def _booked(payload: Mapping[str, object]) -> ChargePlan:
    return BookingPlan(ContractBooked.read(payload).contract)


def _traded(payload: Mapping[str, object]) -> ChargePlan:
    event = TradeConcluded.read(payload)
    cause = event.child_contract.cause
    if cause not in (MovementCause.ASSIGNMENT, MovementCause.TRANSFER_OF_USE):
        raise ValueError(f"{cause} is not the cause of a trade")
    return TradePlan(event.parent_contract, event.child_contract, event.price_per_unit_day, event.currency)


def _awarded(payload: Mapping[str, object]) -> ChargePlan:
    event = ReleaseAwarded.read(payload)
    for award in event.awards:
        contract = award.child_contract
        prices = {band.price for edge in contract.network.edges for band in edge.bands}
        if award.quantity != contract.quantity or Flat(award.rate) not in prices:
            raise ValueError(f"award and contract {contract.code} differ")
    return AwardPlan(event.parent_contract, tuple(award.child_contract for award in event.awards))


def _cleared(payload: Mapping[str, object]) -> ChargePlan:
    event = PathBidAwarded.read(payload)
    contract, parent = event.contract, event.parent_contract
    prices = {band.price for edge in contract.network.edges for band in edge.bands}
    parent_id = None if parent is None else parent.id
    if prices != {Flat(event.rate)} or contract.parent_id != parent_id:
        raise ValueError(f"award and contract {contract.code} differ")
    return ClearingPlan(contract, parent)


def _published(payload: Mapping[str, object]) -> ChargePlan:
    event = IndexPublished.read(payload)
    values = {one.day: one.value for one in event.values}
    if not values or len(values) < len(event.values):
        raise ValueError("values is not a list of one number for each gas day")
    return TrueUpPlan(PublishedValues(event.network_id, event.index, values))


_READERS: Final[Mapping[str, Callable[[Mapping[str, object]], ChargePlan]]] = {
    ContractBooked.topic: _booked,
    TradeConcluded.topic: _traded,
    ReleaseAwarded.topic: _awarded,
    PathBidAwarded.topic: _cleared,
    IndexPublished.topic: _published,
}
