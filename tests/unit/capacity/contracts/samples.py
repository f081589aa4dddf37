"""Contracts that several tests are about, and the networks they are made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from capacity.contracts.algebra.band_filling import band_parts
from capacity.contracts.booking import HUB, booking
from capacity.contracts.codec import contract_to_json
from capacity.contracts.contract import Contract, contract_code
from capacity.contracts.model import (
    ZERO,
    Band,
    ContractEdge,
    ContractNetwork,
    ContractNode,
    ContractNodeKind,
    EdgeRole,
)
from capacity.contracts.pricing.calculation import PricingContext, exact_sum
from capacity.contracts.pricing.price import Flat, PriceProcedure, amount
from capacity.contracts.rules import require_valid
from capacity.rights.model import Firmness, MovementCause, Route
from linepack.gasday import GasDay, Period
from linepack.ids import ContractId, NetworkId, PartyId, RevisionId
from linepack.money import Currency

YEAR = Period(date(2027, 1, 1), date(2028, 1, 1))
SHIPPER, OTHER, OPERATOR = (PartyId(UUID(int=number)) for number in (1, 2, 9))
NETWORK_ID, OTHER_NETWORK_ID = (NetworkId(UUID(int=number)) for number in (500, 600))
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def contract(
    network: ContractNetwork | None = None, *, quantity: int = 100, number: int = 1000, period: Period = YEAR
) -> Contract:
    contract_id = ContractId(UUID(int=number))
    return Contract(
        id=contract_id,
        code=contract_code(contract_id, period.start),
        network_id=NETWORK_ID,
        revision_id=RevisionId(UUID(int=501)),
        holder_id=SHIPPER,
        operator_id=OPERATOR,
        firmness=Firmness.FIRM,
        period=period,
        quantity=quantity,
        currency=Currency.EUR,
        network=network or path("r", "d", quantity, Flat(Decimal("0.25"))),
        parent_id=None,
        cause=MovementCause.BOOKING,
        verdict_id=None,
        created_at=NOON,
    )


def interruptible(one: Contract) -> Contract:
    return replace(one, firmness=Firmness.INTERRUPTIBLE)


@dataclass(frozen=True, slots=True)
class Leg:
    """One route of a contract, how much of it, and at what price."""

    route: Route
    quantity: int
    price: PriceProcedure


def path(receipt: str, delivery: str, quantity: int, price: PriceProcedure) -> ContractNetwork:
    """Return a path booking: from a receipt to a delivery point."""
    return booking(Route(receipt, delivery), quantity, price)


def entry_point(receipt: str, quantity: int, price: PriceProcedure) -> ContractNetwork:
    """Return an entry booking: from a receipt point to the hub."""
    return booking(Route(receipt, None), quantity, price)


def exit_point(delivery: str, quantity: int, price: PriceProcedure) -> ContractNetwork:
    """Return an exit booking: from the hub to a delivery point."""
    return booking(Route(None, delivery), quantity, price)


def bundled(
    receipt: str,
    delivery: str,
    quantity: int,
    *,
    entry_price: PriceProcedure,
    exit_price: PriceProcedure,
) -> ContractNetwork:
    """Return an entry and an exit of one quantity, sold together, each at its own price."""
    legs = [
        Leg(Route(receipt, None), quantity, entry_price),
        Leg(Route(None, delivery), quantity, exit_price),
    ]
    return multi_point(legs)


def storage(
    point: str,
    *,
    injection: int,
    withdrawal: int,
    storage_max: int,
    injection_price: PriceProcedure,
    withdrawal_price: PriceProcedure,
) -> ContractNetwork:
    """Return a storage contract: an exit to inject, an entry to withdraw, and a point that keeps gas.

    `storage_max` is in commercial units times gas days.
    """
    legs = [
        Leg(Route(None, point), injection, injection_price),
        Leg(Route(point, None), withdrawal, withdrawal_price),
    ]
    return _network(legs, storage_max={point: Decimal(storage_max)})


def multi_point(legs: Iterable[Leg]) -> ContractNetwork:
    """Return a contract of several routes, which must be connected: by points they share, or the hub."""
    return _network(list(legs), storage_max={})


def _network(legs: list[Leg], storage_max: dict[str, Decimal]) -> ContractNetwork:
    ends = {end for leg in legs for end in (leg.route.receipt, leg.route.delivery)}
    nodes = [
        ContractNode(HUB, ContractNodeKind.HUB)
        if end is None
        else ContractNode(
            _node_id(end), ContractNodeKind.POINT, physical_id=end, storage_max=storage_max.get(end)
        )
        for end in ends
    ]
    edges = [
        ContractEdge(
            id=str(leg.route),
            role=EdgeRole.BOOKING,
            tail=_node_id(leg.route.receipt),
            head=_node_id(leg.route.delivery),
            bands=(Band(Decimal(0), Decimal(leg.quantity), leg.price),),
        )
        for leg in legs
    ]
    return require_valid(ContractNetwork(tuple(nodes), tuple(edges)))


def _node_id(point: str | None) -> str:
    return HUB if point is None else f"point:{point}"


def passed_on_within(period: Period, children: Iterable[Contract]) -> int:
    """Return the most that `children` together have of their parent on any gas day of `period`."""
    changes: list[tuple[GasDay, int]] = []
    for child in children:
        if (shared := child.period.overlap(period)) is not None:
            changes += [(shared.start, child.quantity), (shared.end, -child.quantity)]
    most = held = 0
    for _, change in sorted(changes):
        held += change
        most = max(most, held)
    return most


def cost(network: ContractNetwork, flows: Mapping[str, Decimal], at: PricingContext) -> Decimal:
    """Return what `flows`, the quantity on each edge by id, cost on one gas day; errors as above."""
    due = ZERO
    for edge in network.edges:
        quantity = flows.get(edge.id, ZERO)
        for band, part in zip(edge.bands, band_parts(edge, quantity), strict=True):
            if part > 0:
                due = exact_sum(due, amount(band.price, part, at))
    return due


def network_to_json(network: ContractNetwork) -> dict[str, Any]:
    """Return the JSON form of a contract network, as its contract holds it."""
    plain: dict[str, Any] = contract_to_json(contract(network))["network"]
    return plain
