"""What settlement learns from other packages: their events, read into values.

Four topics matter: `contract.booked` on the capacity stream, `trade.concluded`, `release.awarded` and
`index.published` on the market stream. All others are of no concern. Contracts in these events are complete,
so that settling one needs nothing but the event, the ledger, and the index values learnt from such events.
Rates and index values are in currency per unit and gas day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from capacity.contracts.codec import contract_from_json
from capacity.contracts.contract import Contract
from capacity.contracts.pricing.price import Flat
from capacity.rights.model import MovementCause
from linepack.gasday import GasDay
from linepack.ids import NetworkId
from linepack.money import Currency
from linepack.problems import InvalidInput
from market.index_values.events import IndexPublished
from settlement.charges.errors import UnreadableEvent


@dataclass(frozen=True, slots=True)
class Booked:
    """The operator sold capacity: a contract came to be."""

    contract: Contract


@dataclass(frozen=True, slots=True)
class Traded:
    """A shipper sold a right: `child` came of `parent`, for `rate` between seller and buyer.

    The cause of the child says whether obligations passed too (assignment) or not (transfer of use).
    """

    parent: Contract
    child: Contract
    rate: Decimal
    currency: Currency

    @property
    def passes_obligations(self) -> bool:
        """Whether the buyer owes the operator from then on.

        Who holds a right by transfer of use owes the operator nothing, so an assignment of it passes none.
        """
        return (
            self.child.cause is MovementCause.ASSIGNMENT
            and self.parent.cause is not MovementCause.TRANSFER_OF_USE
        )


@dataclass(frozen=True, slots=True)
class Awarded:
    """A release was awarded: parts of `parent` passed to replacement shippers, each at the rate it bid."""

    parent: Contract
    replacements: tuple[Contract, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """The operator of a network published values of an index for some gas days."""

    network_id: NetworkId
    index: str
    values: Mapping[GasDay, Decimal]


Fact = Booked | Traded | Awarded | Published


def read_fact(topic: str, payload: Mapping[str, object]) -> Fact | None:
    """Return what an event means for settlement, None when it is of no concern; raises UnreadableEvent."""
    reader = _READERS.get(topic)
    if reader is None:
        return None
    try:
        return reader(payload)
    except KeyError as missing:
        raise UnreadableEvent(topic, f"{missing} is missing") from missing
    except (InvalidInput, ValueError, TypeError, ArithmeticError) as fault:
        raise UnreadableEvent(topic, str(fault)) from fault


def is_of_concern(topic: str) -> bool:
    """Tell whether events of a topic mean something for settlement."""
    return topic in _READERS


def contracts_made(fact: Fact) -> list[Contract]:
    """Return the contracts that came to be."""
    match fact:
        case Booked(contract):
            return [contract]
        case Traded():
            return [fact.child]
        case Awarded():
            return list(fact.replacements)
        case Published():
            return []


def _booked(payload: Mapping[str, object]) -> Fact:
    return Booked(contract_from_json(_object(payload["contract"])))


def _traded(payload: Mapping[str, object]) -> Fact:
    child = contract_from_json(_object(payload["child_contract"]))
    if child.cause not in (MovementCause.ASSIGNMENT, MovementCause.TRANSFER_OF_USE):
        raise ValueError(f"{child.cause} is no trade")
    return Traded(
        parent=contract_from_json(_object(payload["parent_contract"])),
        child=child,
        rate=Decimal(str(payload["price_per_unit_day"])),
        currency=Currency(str(payload["currency"])),
    )


def _awarded(payload: Mapping[str, object]) -> Fact:
    awards = payload["awards"]
    if not isinstance(awards, Sequence):
        raise TypeError("awards is no list")
    return Awarded(
        parent=contract_from_json(_object(payload["parent_contract"])),
        replacements=tuple(_replacement(_object(award)) for award in awards),
    )


def _replacement(award: Mapping[str, object]) -> Contract:
    contract = contract_from_json(_object(award["child_contract"]))
    prices = {band.price for edge in contract.network.edges for band in edge.bands}
    if award["quantity"] != contract.quantity or Flat(Decimal(str(award["rate"]))) not in prices:
        raise ValueError(f"award and contract {contract.code} differ")
    return contract


def _published(payload: Mapping[str, object]) -> Fact:
    values = payload["values"]
    if not isinstance(values, Sequence) or not values:
        raise TypeError("values is no list of values")
    days = [date.fromisoformat(str(_object(one)["day"])) for one in values]
    numbers = [Decimal(str(_object(one)["value"])) for one in values]
    if len(set(days)) < len(days) or not all(number.is_finite() for number in numbers):
        raise ValueError("values is no list of one number for each gas day")
    return Published(
        network_id=NetworkId(UUID(str(payload["network_id"]))),
        index=str(payload["index"]),
        values=dict(zip(days, numbers, strict=True)),
    )


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{value!r} is no object")
    return value


_READERS = {
    "contract.booked": _booked,
    "trade.concluded": _traded,
    "release.awarded": _awarded,
    IndexPublished.topic: _published,
}
