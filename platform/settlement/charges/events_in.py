"""The events that settlement follows, read into charge plans.

Four topics matter: `contract.booked` on the capacity stream, `trade.concluded`, `release.awarded` and
`index.published` on the market stream. All others are passed over. Contracts in these events are complete, so
that settling one needs nothing but the event, the ledger, and the index values received in such events. Rates
and index values are in currency per unit and gas day.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from capacity.contracts.codec import contract_from_json
from capacity.contracts.contract import Contract
from capacity.contracts.pricing.price import Flat
from capacity.rights.model import MovementCause
from linepack.ids import NetworkId
from linepack.money import Currency
from linepack.problems import InvalidInput
from market.index_values.events import IndexPublished
from settlement.charges.errors import UnreadableEvent
from settlement.charges.indices.model import PublishedValues
from settlement.charges.plan import AwardPlan, BookingPlan, ChargePlan, TradePlan, TrueUpPlan


def charge_plan(topic: str, payload: Mapping[str, object]) -> ChargePlan | None:
    """Return what an event is charged for, None for a topic that is not followed; raises UnreadableEvent."""
    reader = _READERS.get(topic)
    if reader is None:
        return None
    try:
        return reader(payload)
    except KeyError as missing:
        raise UnreadableEvent(topic, f"{missing} is missing") from missing
    except (InvalidInput, ValueError, TypeError, ArithmeticError) as fault:
        raise UnreadableEvent(topic, str(fault)) from fault


def is_followed(topic: str) -> bool:
    """Return whether settlement follows events of a topic."""
    return topic in _READERS


def _booked(payload: Mapping[str, object]) -> ChargePlan:
    return BookingPlan(contract_from_json(_object(payload["contract"])))


def _traded(payload: Mapping[str, object]) -> ChargePlan:
    child = contract_from_json(_object(payload["child_contract"]))
    if child.cause not in (MovementCause.ASSIGNMENT, MovementCause.TRANSFER_OF_USE):
        raise ValueError(f"{child.cause} is not the cause of a trade")
    return TradePlan(
        parent=contract_from_json(_object(payload["parent_contract"])),
        child=child,
        rate=Decimal(str(payload["price_per_unit_day"])),
        currency=Currency(str(payload["currency"])),
    )


def _awarded(payload: Mapping[str, object]) -> ChargePlan:
    awards = payload["awards"]
    if not isinstance(awards, Sequence):
        raise TypeError("awards is not a list")
    return AwardPlan(
        parent=contract_from_json(_object(payload["parent_contract"])),
        replacements=tuple(_replacement(_object(award)) for award in awards),
    )


def _replacement(award: Mapping[str, object]) -> Contract:
    contract = contract_from_json(_object(award["child_contract"]))
    prices = {band.price for edge in contract.network.edges for band in edge.bands}
    if award["quantity"] != contract.quantity or Flat(Decimal(str(award["rate"]))) not in prices:
        raise ValueError(f"award and contract {contract.code} differ")
    return contract


def _published(payload: Mapping[str, object]) -> ChargePlan:
    values = payload["values"]
    if not isinstance(values, Sequence) or not values:
        raise TypeError("values is not a list of values")
    days = [date.fromisoformat(str(_object(one)["day"])) for one in values]
    numbers = [Decimal(str(_object(one)["value"])) for one in values]
    if len(set(days)) < len(days) or not all(number.is_finite() for number in numbers):
        raise ValueError("values is not a list of one number for each gas day")
    return TrueUpPlan(
        PublishedValues(
            network_id=NetworkId(UUID(str(payload["network_id"]))),
            index=str(payload["index"]),
            values=dict(zip(days, numbers, strict=True)),
        )
    )


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{value!r} is not an object")
    return value


_READERS = {
    "contract.booked": _booked,
    "trade.concluded": _traded,
    "release.awarded": _awarded,
    IndexPublished.topic: _published,
}
