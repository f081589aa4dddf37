"""Planning and invoicing on a contract network: the same ordered fill in two directions.

Planning goes forward in time: the demands of all meters together fill the bands they may be bought from.
Invoicing goes backward: a metered quantity fills the bands it may have been delivered under, and what no band
holds is overrun. Where both are about the same quantity they agree to the last digit. Quantities are
commercial units of one gas day, amounts exact in the contract's currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from capacity.contracts.algebra.band_filling import edge_steps
from capacity.contracts.algebra.bands import proportional_bands
from capacity.contracts.algebra.reduction import Order, Reduction, distribute, reduce
from capacity.contracts.errors import NotReducible
from capacity.contracts.model import ZERO, ContractEdge, ContractNetwork, EdgeRole
from capacity.contracts.pricing.calculation import (
    CalculationSteps,
    PricingContext,
    exact_product,
    format_decimal,
    total,
)
from capacity.contracts.pricing.price import amount


@dataclass(frozen=True, slots=True)
class Settled:
    """Quantities on the edges of a network, by edge id, what is beyond them, and what all of it costs."""

    flows: Mapping[str, Decimal]
    overrun: Decimal
    steps: CalculationSteps


def plan(
    network: ContractNetwork, *, role: EdgeRole, at: PricingContext, order: Order = Order.MERIT
) -> Settled:
    """Buy what the meters of `network` demand.

    Raises NotReducible when the network is not one line of supply, BeyondBands when it cannot supply that
    much, and what the prices raise.
    """
    reduction = reduce(network, role=role, order=order, at=at)
    edge = _single(reduction, role)
    demand = reduction.network.node(edge.head).demand
    flows = distribute(reduction, {edge.id: demand})
    return Settled(flows, ZERO, _steps(network, flows, at))


def invoice(
    network: ContractNetwork,
    metered: Decimal,
    *,
    role: EdgeRole,
    at: PricingContext,
    overrun_factor: Decimal,
    order: Order = Order.RANK,
) -> Settled:
    """Charge what was metered at the end of `network`.

    Overrun costs the price of the last unit times `overrun_factor`. Raises NotReducible when the network is
    not one line of supply, and what the prices raise.
    """
    reduction = reduce(network, role=role, order=order, at=at)
    edge = _single(reduction, role)
    flows = distribute(reduction, {edge.id: min(metered, edge.quantity)})
    steps = _steps(network, flows, at)
    overrun = max(ZERO, metered - edge.quantity)
    if not overrun:
        return Settled(flows, ZERO, steps)
    *_, last = proportional_bands(edge.bands)
    unit_price = amount(last.price, Decimal(1), at)
    label = (
        f"overrun {format_decimal(overrun)} × {format_decimal(unit_price)} × {format_decimal(overrun_factor)}"
    )
    due = exact_product(exact_product(overrun, unit_price), overrun_factor)
    return Settled(flows, overrun, total((steps, CalculationSteps.single(label, due))))


def _single(reduction: Reduction, role: EdgeRole) -> ContractEdge:
    edges = reduction.network.edges_of(role)
    if len(edges) != 1:
        names = [edge.id for edge in edges] or [str(role)]
        raise NotReducible(names, "they do not form one line of supply")
    return edges[0]


def _steps(network: ContractNetwork, flows: Mapping[str, Decimal], at: PricingContext) -> CalculationSteps:
    used = [edge for edge in network.edges if flows.get(edge.id, ZERO) > 0]
    if not used:
        return CalculationSteps.single("nothing taken", ZERO)
    return total(tuple(edge_steps(edge, flows[edge.id], at) for edge in used))
