"""Division: the child contract that a trade derives from its parent, and what the parent keeps.

A part costs its share of what the whole contract costs, whatever was passed on before and on whichever days:
half of the units cost half as much, and all parts together what the whole did. The child takes the top units
of every edge, below those passed on before, and the parent keeps the first ones. Where a contract has several
edges, each gives in proportion (`capacity.contracts.algebra.band_filling.apportion`); a bundle gives the
same of each.
Integral quantities divide likewise: a rate (MDQ, MHQ) by quantity, a total by quantity and gas days, rounded
down to whole units, from what is not yet used; what was used stays with the parent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from capacity.contracts.algebra.band_filling import apportion
from capacity.contracts.algebra.bands import part
from capacity.contracts.contract import Contract, contract_code
from capacity.contracts.errors import NotDivisible
from capacity.contracts.model import ZERO, Band, ContractEdge, ContractNetwork, EdgeRole, IntegralQuantity
from capacity.contracts.pricing.price import Flat, PriceProcedure
from capacity.contracts.rules import apart
from capacity.rights.model import MovementCause
from linepack.gasday import Period
from linepack.ids import ContractId, PartyId


def split(
    parent: Contract,
    *,
    child_id: ContractId,
    holder_id: PartyId,
    quantity: int,
    period: Period,
    cause: MovementCause,
    created_at: datetime,
    passed_on: int = 0,
    price: PriceProcedure | None = None,
) -> Contract:
    """Derive the contract of `holder_id` for `quantity` whole units on the gas days of `period`.

    `passed_on` is what earlier trades took from the parent on those days. With `price`
    the child pays that for each of its units instead of its share. Raises NotDivisible when the parent has
    not that much, or not on all those days.
    """
    _require_part(parent, quantity, period, passed_on)
    before = _shares(parent, passed_on)
    after = _shares(parent, passed_on + quantity)
    prices = _own_prices(parent, price)
    child_edges = [
        _child_edge(edge, edge.quantity - after[edge.id], edge.quantity - before[edge.id], prices)
        for edge in parent.network.edges
        if not edge.bands or after[edge.id] > before[edge.id]
    ]
    given = [_given(integral, parent, quantity, period) for integral in parent.network.integrals]
    child_network = _network(parent, child_edges, (passed for passed in given if passed is not None))
    if apart(child_network):
        raise NotDivisible(parent.code, f"{quantity:,} units are too few for each of its edges")
    return replace(
        parent,
        id=child_id,
        code=contract_code(child_id, period.start),
        holder_id=holder_id,
        period=period,
        quantity=quantity,
        network=_held_by(child_network, parent.holder_id, holder_id),
        parent_id=parent.id,
        cause=cause,
        created_at=created_at,
    )


def kept(parent: Contract, quantity: int) -> ContractNetwork:
    """Return the edges of a contract that has passed on all but `quantity` units, at their share of its cost.

    Integral quantities are left out.
    """
    gone = _shares(parent, parent.quantity - quantity)
    edges = [
        replace(edge, bands=part(edge.bands, ZERO, edge.quantity - gone[edge.id])) if edge.bands else edge
        for edge in parent.network.edges
        if not edge.bands or edge.quantity > gone[edge.id]
    ]
    return _network(parent, edges, ())


def _require_part(parent: Contract, quantity: int, period: Period, passed_on: int) -> None:
    if not parent.period.covers(period):
        raise NotDivisible.beyond_period(parent.code, parent.period, period)
    if quantity <= 0:
        raise NotDivisible(parent.code, f"a part has a unit or more, not {quantity}")
    if passed_on + quantity > parent.quantity:
        raise NotDivisible.beyond_quantity(parent.code, parent.quantity, passed_on, quantity)
    bound = [node.id for node in parent.network.nodes if node.binding is not None]
    bound += [edge.id for edge in parent.network.edges if edge.binding is not None]
    if bound:
        raise NotDivisible(parent.code, f"{', '.join(bound)} stands for a sub-network: unfold it first")


def _shares(contract: Contract, quantity: int) -> dict[str, Decimal]:
    shares: dict[str, Decimal] = {}
    for role in EdgeRole:
        edges = contract.network.edges_of(role)
        decimals = max((_decimals(edge.quantity) for edge in edges), default=0)
        weights = [int(edge.quantity.scaleb(decimals)) for edge in edges]
        parts = apportion(quantity * sum(weights) // contract.quantity, weights)
        shares |= {edge.id: Decimal(n).scaleb(-decimals) for edge, n in zip(edges, parts, strict=True)}
    return shares


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _own_prices(parent: Contract, price: PriceProcedure | None) -> Mapping[str, PriceProcedure]:
    """Return the price of each booking edge of a child that pays `price` for each of its units.

    Where the edges together make up the contract's quantity, each unit of an edge pays. Where units run over
    several edges, as in a bundle, they pay on the largest.
    """
    edges = parent.network.edges_of(EdgeRole.BOOKING)
    if price is None:
        return {}
    if sum(edge.quantity for edge in edges) == parent.quantity:
        return dict.fromkeys((edge.id for edge in edges), price)
    largest = max(edges, key=lambda edge: edge.quantity)
    return {edge.id: price if edge is largest else Flat(ZERO) for edge in edges}


def _child_edge(
    edge: ContractEdge, low: Decimal, high: Decimal, prices: Mapping[str, PriceProcedure]
) -> ContractEdge:
    if edge.id in prices:
        return replace(edge, bands=(Band(ZERO, high - low, prices[edge.id]),))
    return replace(edge, bands=part(edge.bands, low, high)) if edge.bands else edge


def _given(
    integral: IntegralQuantity, parent: Contract, quantity: int, period: Period
) -> IntegralQuantity | None:
    """Return what a part of a contract takes of an integral quantity."""
    shared = integral.period.overlap(period)
    if shared is None:
        return None
    share = Fraction(quantity, parent.quantity)
    if not integral.kind.is_rate:
        share *= Fraction(shared.days, integral.period.days)
    minimum = Decimal(int(Fraction(integral.deficiency) * share))
    maximum = None if integral.remaining is None else Decimal(int(Fraction(integral.remaining) * share))
    return replace(integral, period=shared, minimum=minimum, maximum=maximum, used=ZERO)


def _network(
    parent: Contract, edges: list[ContractEdge], integrals: Iterable[IntegralQuantity]
) -> ContractNetwork:
    ends = {end for edge in edges for end in (edge.tail, edge.head)}
    nodes = tuple(node for node in parent.network.nodes if node.id in ends)
    return ContractNetwork(nodes, tuple(edges), tuple(integrals))


def _held_by(network: ContractNetwork, before: PartyId, after: PartyId) -> ContractNetwork:
    nodes = (replace(node, party_id=after) if node.party_id == before else node for node in network.nodes)
    return replace(network, nodes=tuple(nodes))
