from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import numpy as np
from hypothesis import assume, given, reject
from hypothesis import strategies as st
from scipy.optimize import linprog
from tests.property.capacity.contracts.strategies import (
    DAY,
    bands,
    divisible,
    networks,
    proportional,
    rising_bands,
    shares,
)
from tests.unit.capacity.contracts.samples import (
    NOON,
    OTHER,
    YEAR,
    Leg,
    contract,
    cost,
    multi_point,
    network_to_json,
)

from capacity.contracts.algebra.band_filling import apportion
from capacity.contracts.algebra.bands import part, proportional_bands
from capacity.contracts.algebra.reduction import Order, Reduction, distribute, reduce
from capacity.contracts.algebra.split import kept, split
from capacity.contracts.algebra.unfolding import unfolded
from capacity.contracts.codec import contract_from_json, contract_to_json, network_from_json
from capacity.contracts.errors import NotReducible
from capacity.contracts.model import (
    Band,
    Binding,
    ContractEdge,
    ContractNetwork,
    ContractNode,
    ContractNodeKind,
    EdgeRole,
    IntegralKind,
    IntegralQuantity,
)
from capacity.contracts.pricing.calculation import exact_sum
from capacity.contracts.pricing.price import PriceProcedure, amount, is_proportional
from capacity.contracts.rules import network_faults
from capacity.rights.model import MovementCause, Route
from linepack.gasday import Period
from linepack.ids import ContractId

ACCOUNT = EdgeRole.ACCOUNTING
ROUNDED = Decimal("1e-9")
"""More than the rounding of a few shares comes to: each is rounded to ten decimals."""


def by_rank(network: ContractNetwork) -> Reduction:
    try:
        return reduce(network, role=ACCOUNT, order=Order.RANK, at=DAY)
    except NotReducible as refused:
        if "takes" in refused.reason:  # a meter demands more than arrives: nothing to reduce
            reject()
        raise


@given(networks(), st.data())
def test_flows_cost_the_same_before_and_after_reduction(
    network: ContractNetwork, data: st.DataObject
) -> None:
    reduction = by_rank(network)
    flows = {
        edge.id: Decimal(data.draw(st.integers(0, int(edge.quantity)), label=edge.id))
        for edge in reduction.network.edges
    }

    original = distribute(reduction, flows)

    assert set(original) == {edge.id for edge in network.edges}
    assert cost(network, original, DAY) == cost(reduction.network, flows, DAY)


@given(networks(), st.data())
def test_distributed_flows_arrive_where_the_reduced_ones_do(
    network: ContractNetwork, data: st.DataObject
) -> None:
    reduction = by_rank(network)
    flows = {
        edge.id: Decimal(data.draw(st.integers(0, int(edge.quantity)), label=edge.id))
        for edge in reduction.network.edges
    }

    original = distribute(reduction, flows)

    for node in network.nodes:
        if node in reduction.network.nodes:
            assert _surplus(network, original, node.id) == _surplus(reduction.network, flows, node.id)
        elif node.kind is ContractNodeKind.HUB:
            assert _surplus(network, original, node.id) == 0


@given(st.lists(rising_bands(), min_size=1, max_size=3), rising_bands(), st.integers(0, 400))
def test_merit_order_is_the_least_cost_of_a_linear_programme(
    supplies: list[tuple[Band, ...]], transport: tuple[Band, ...], quantity: int
) -> None:
    nodes = [ContractNode("p", ContractNodeKind.PARTNER), ContractNode("h", ContractNodeKind.HUB)]
    nodes.append(ContractNode("m", ContractNodeKind.METER))
    edges = [ContractEdge(f"s{n}", ACCOUNT, "p", "h", own) for n, own in enumerate(supplies)]
    edges.append(ContractEdge("t", ACCOUNT, "h", "m", transport))
    reduction = reduce(ContractNetwork(tuple(nodes), tuple(edges)), role=ACCOUNT, order=Order.MERIT, at=DAY)
    (edge,) = reduction.network.edges
    assume(quantity <= edge.quantity)

    supply = [band for own in supplies for band in own]
    prices = [float(amount(band.price, Decimal(1), DAY)) for band in (*supply, *transport)]
    use = np.zeros((2, len(prices)))
    use[0, : len(supply)], use[1, len(supply) :] = 1, 1
    bounds = [(0, float(band.width)) for band in (*supply, *transport)]
    least = linprog(prices, A_eq=use, b_eq=[quantity, quantity], bounds=bounds)

    assert abs(float(cost(reduction.network, {edge.id: Decimal(quantity)}, DAY)) - least.fun) < 1e-6


@given(divisible, st.integers(0, 100), st.integers(1, 100))
def test_bands_cut_to_proportional_prices_cost_what_they_did(
    price: PriceProcedure, quantity: int, width: int
) -> None:
    band = Band(Decimal(0), Decimal(width), price)
    whole = ContractEdge("whole", ACCOUNT, "a", "b", (band,))
    pieces = replace(whole, bands=tuple(proportional_bands([band])))
    flow = {"whole": Decimal(min(quantity, width))}

    assert all(is_proportional(piece.price) for piece in pieces.bands)
    assert cost(ContractNetwork((), (whole,)), flow, DAY) == cost(ContractNetwork((), (pieces,)), flow, DAY)


@given(proportional | shares, st.integers(0, 1000), st.integers(0, 1000))
def test_proportional_prices_add_up(price: PriceProcedure, left: int, right: int) -> None:
    parts = amount(price, Decimal(left), DAY) + amount(price, Decimal(right), DAY)

    assert amount(price, Decimal(left + right), DAY) == parts


@given(networks(), networks(), st.data())
def test_an_opened_network_has_every_element_of_both_and_none_that_is_bound(
    network: ContractNetwork, inner: ContractNetwork, data: st.DataObject
) -> None:
    inlet, outlet = inner.edges[0].tail, inner.edges[0].head
    elements: list[ContractNode | ContractEdge] = [*network.nodes, *network.edges]
    element = data.draw(st.sampled_from(elements))
    binding = Binding(inner, inlet, outlet)
    if isinstance(element, ContractEdge):
        bound = network.exchanged(drop_edges=[element.id], add_edges=[replace(element, binding=binding)])
        edges, nodes = -1, -2
    else:
        bound = network.exchanged(drop_nodes=[element.id], add_nodes=[replace(element, binding=binding)])
        edges, nodes = 0, -1

    opened = unfolded(bound)

    assert len(opened.edges) == len(network.edges) + len(inner.edges) + edges
    assert len(opened.nodes) == len(network.nodes) + len(inner.nodes) + nodes
    assert not any(node.binding for node in opened.nodes)
    assert not any(edge.binding for edge in opened.edges)


@given(networks())
def test_networks_survive_json(network: ContractNetwork) -> None:
    assert network_faults(network) == []
    assert network_from_json(network_to_json(network)) == network


weights = st.lists(st.integers(0, 50), min_size=1, max_size=6).filter(any)


@given(weights)
def test_apportionment_is_exact_and_of_one_unit_more_no_part_has_less(own: list[int]) -> None:
    before = [0] * len(own)
    for quantity in range(sum(own) + 1):
        parts = apportion(quantity, own)
        assert sum(parts) == quantity
        assert all(a <= b <= weight for a, b, weight in zip(before, parts, own, strict=True))
        before = parts
    assert before == own


@st.composite
def multi_point_networks(draw: st.DrawFn) -> ContractNetwork:
    quantities = draw(st.lists(st.integers(1, 40), min_size=1, max_size=4))
    legs = [Leg(Route(f"r{n}", None), q, draw(divisible)) for n, q in enumerate(quantities)]
    network = multi_point(legs)
    priced = [
        replace(edge, bands=draw(bands(divisible))) if draw(st.booleans()) else edge for edge in network.edges
    ]
    annual = IntegralQuantity(
        IntegralKind.ANNUAL, YEAR, Decimal(draw(st.integers(0, 900))), Decimal(1000), Decimal(100)
    )
    rate = IntegralQuantity(IntegralKind.MDQ, YEAR, maximum=Decimal(draw(st.integers(0, 90))))
    return replace(network, edges=tuple(priced), integrals=(annual, rate))


@given(multi_point_networks(), st.data())
def test_what_is_split_off_and_what_remains_are_together_what_there_was(
    network: ContractNetwork, data: st.DataObject
) -> None:
    whole = int(sum(edge.quantity for edge in network.edges))
    parent = contract(network, quantity=whole)
    quantity = data.draw(st.integers(1, whole))

    child = split(
        parent,
        child_id=ContractId(UUID(int=7)),
        holder_id=OTHER,
        quantity=quantity,
        period=Period(date(2027, 2, 1), date(2027, 5, 1)),
        cause=MovementCause.RELEASE,
        created_at=NOON,
    )

    rest = kept(parent, whole - quantity)
    assert network_faults(child.network) == []
    assert sum(edge.quantity for edge in child.network.edges) == quantity
    assert abs(_all_cost(child.network) + _all_cost(rest) - _all_cost(network)) <= ROUNDED
    for edge in network.edges:
        assert _quantity(child.network, edge.id) + _quantity(rest, edge.id) == edge.quantity
    for before, given_ in zip(network.integrals, child.network.integrals, strict=True):
        assert given_.minimum <= before.minimum
        assert given_.maximum is not None
        assert before.remaining is not None
        assert given_.maximum <= before.remaining
    assert contract_from_json(contract_to_json(child)) == child


@given(multi_point_networks(), st.data())
def test_parts_split_off_one_after_another_add_up_to_the_whole(
    network: ContractNetwork, data: st.DataObject
) -> None:
    whole = int(sum(edge.quantity for edge in network.edges))
    parent = contract(network, quantity=whole)
    passed_on, due = 0, Decimal(0)
    while passed_on < whole:
        quantity = data.draw(st.integers(1, whole - passed_on))
        child = split(
            parent,
            child_id=ContractId(UUID(int=7)),
            holder_id=OTHER,
            quantity=quantity,
            period=YEAR,
            cause=MovementCause.RELEASE,
            created_at=NOON,
            passed_on=passed_on,
        )
        due += _all_cost(child.network)
        passed_on += quantity

    assert abs(due - _all_cost(network)) <= ROUNDED * whole


@given(bands(divisible), st.data())
def test_a_unit_costs_the_same_whichever_units_a_part_is(
    whole: tuple[Band, ...], data: st.DataObject
) -> None:
    """The first units, the last, the middle ones, a part of a part: equal quantities have equal prices."""
    top = int(whole[-1].high)
    quantity = data.draw(st.integers(1, top))
    low = data.draw(st.integers(0, top - quantity))
    first = part(whole, Decimal(0), Decimal(quantity))
    of_a_part = part(part(whole, Decimal(low), Decimal(top)), Decimal(0), Decimal(quantity))
    assert _costs(first) == _costs(part(whole, Decimal(low), Decimal(low + quantity))) == _costs(of_a_part)
    assert abs(_costs(first) - _costs(whole) * quantity / top) <= ROUNDED


def _costs(of: tuple[Band, ...]) -> Decimal:
    return exact_sum(*(amount(band.price, band.width, DAY) for band in of))


def _surplus(network: ContractNetwork, flows: dict[str, Decimal], node_id: str) -> Decimal:
    arriving = sum((flows[edge.id] for edge in network.edges if edge.head == node_id), start=Decimal(0))
    leaving = sum((flows[edge.id] for edge in network.edges if edge.tail == node_id), start=Decimal(0))
    return arriving - leaving


def _all_cost(network: ContractNetwork) -> Decimal:
    return cost(network, {edge.id: edge.quantity for edge in network.edges}, DAY)


def _quantity(network: ContractNetwork, edge_id: str) -> Decimal:
    return sum((edge.quantity for edge in network.edges if edge.id == edge_id), start=Decimal(0))
