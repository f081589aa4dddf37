from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.unit.capacity.contracts.samples import cost

from capacity.contracts.algebra.band_filling import apportion
from capacity.contracts.algebra.plan import invoice, plan
from capacity.contracts.algebra.reduction import Order, distribute, reduce
from capacity.contracts.errors import NotReducible
from capacity.contracts.model import (
    Band,
    Binding,
    ContractEdge,
    ContractNetwork,
    ContractNode,
    ContractNodeKind,
    EdgeRole,
    Interval,
)
from capacity.contracts.pricing.calculation import PricingContext
from capacity.contracts.pricing.price import BlockTiers, Flat, Indexed, Tier, amount

D = Decimal
DAY = PricingContext(date(2027, 1, 15), index_values={"TTF": D(30)})
PARTNER = ContractNode("p", ContractNodeKind.PARTNER)
HUB = ContractNode("h", ContractNodeKind.HUB)
METER = ContractNode("m", ContractNodeKind.METER)


def edge(
    name: str, tail: str, head: str, *bands: Band, rank: int = 0, role: EdgeRole = EdgeRole.ACCOUNTING
) -> ContractEdge:
    return ContractEdge(name, role, tail, head, bands, rank)


def flat(low: int, high: int, price: int, **intervals: Interval) -> Band:
    return Band(D(low), D(high), Flat(D(price)), **intervals)


def reduced(network: ContractNetwork, order: Order = Order.MERIT) -> tuple[ContractEdge, ...]:
    reduction = reduce(network, role=EdgeRole.ACCOUNTING, order=order, at=DAY)
    return reduction.network.edges


def bands_of(one: ContractEdge) -> list[tuple[Decimal, Decimal, Decimal]]:
    return [(band.low, band.high, amount(band.price, D(1), DAY)) for band in one.bands]


def test_rank_order_keeps_the_order_of_the_contract_whatever_the_prices() -> None:
    network = ContractNetwork(
        (PARTNER, METER),
        (edge("dear", "p", "m", flat(0, 10, 9), rank=1), edge("cheap", "p", "m", flat(0, 10, 1), rank=2)),
    )

    (one,) = reduced(network, Order.RANK)

    assert bands_of(one) == [(0, 10, 9), (10, 20, 1)]


def test_merit_order_ranks_an_index_by_its_value_of_the_day() -> None:
    indexed = Band(D(0), D(10), Indexed("TTF"))
    network = ContractNetwork(
        (PARTNER, METER), (edge("a", "p", "m", indexed), edge("b", "p", "m", flat(0, 10, 29)))
    )

    (one,) = reduced(network)

    assert bands_of(one) == [(0, 10, 29), (10, 20, 30)]


def test_an_edge_whose_own_prices_fall_has_no_place_in_a_merit_order() -> None:
    falling = edge("a", "p", "m", flat(0, 10, 9), flat(10, 20, 8))
    network = ContractNetwork((PARTNER, METER), (falling, edge("b", "p", "m", flat(0, 10, 5))))

    with pytest.raises(NotReducible, match="its price falls from 9 to 8: reduce by rank"):
        reduced(network)


def test_block_tiers_take_their_places_among_the_bands_of_others() -> None:
    tiered = Band(D(0), D(30), BlockTiers((Tier(D(10), D(1)), Tier(None, D(5)))))
    network = ContractNetwork(
        (PARTNER, METER), (edge("a", "p", "m", tiered), edge("b", "p", "m", flat(0, 10, 3)))
    )

    (one,) = reduced(network)

    assert bands_of(one) == [(0, 10, 1), (10, 20, 3), (20, 40, 5)]


@pytest.mark.parametrize("what", ["pressure_bar", "calorific_value_kwh_per_nm3"])
def test_a_series_without_common_gas_is_refused(what: str) -> None:
    low, high = Interval(D(10), D(11)), Interval(D(12), D(13))
    network = ContractNetwork(
        (PARTNER, HUB, METER),
        (
            edge("a", "p", "h", flat(0, 10, 1, **{what: low})),
            edge("b", "h", "m", flat(0, 10, 1, **{what: high})),
        ),
    )

    with pytest.raises(NotReducible, match="10 to 11 and 12 to 13 have nothing in common"):
        reduced(network)


def test_gas_that_touches_in_one_value_is_common() -> None:
    touching = edge("b", "h", "m", flat(0, 10, 1, pressure_bar=Interval(D(11), D(13))))
    network = ContractNetwork(
        (PARTNER, HUB, METER),
        (edge("a", "p", "h", flat(0, 10, 1, pressure_bar=Interval(D(10), D(11)))), touching),
    )

    (one,) = reduced(network)

    assert one.bands[0].pressure_bar == Interval(D(11), D(11))


@pytest.mark.parametrize(
    "middle",
    [
        ContractNode("h", ContractNodeKind.PARTNER),
        ContractNode("h", ContractNodeKind.POINT, physical_id="s", storage_max=D(5)),
        ContractNode("h", ContractNodeKind.METER, demand=D(5)),
    ],
)
def test_a_series_does_not_run_through_a_node_with_gas_of_its_own(middle: ContractNode) -> None:
    network = ContractNetwork(
        (PARTNER, middle, METER), (edge("a", "p", "h", flat(0, 10, 1)), edge("b", "h", "m", flat(0, 10, 1)))
    )

    assert len(reduced(network)) == 2


def test_edges_of_other_roles_are_left_alone() -> None:
    nodes = (PARTNER, HUB, METER)
    supply = (edge("a", "p", "h", flat(0, 10, 1)), edge("b", "h", "m", flat(0, 10, 1)))
    dispatch = edge("c", "p", "h", role=EdgeRole.COMMUNICATION)

    assert {one.id for one in reduced(ContractNetwork(nodes, (*supply, dispatch)))} == {"a", "b", "c"}


def test_a_circle_is_not_reduced_to_a_loop() -> None:
    network = ContractNetwork(
        (PARTNER, HUB), (edge("a", "p", "h", flat(0, 10, 1)), edge("b", "h", "p", flat(0, 10, 1)))
    )

    assert len(reduced(network)) == 2


def test_an_element_that_stands_for_a_sub_network_is_left_alone() -> None:
    inner = ContractNetwork((PARTNER, METER), (edge("x", "p", "m", flat(0, 10, 1)),))
    bound = replace(edge("a", "p", "m", flat(0, 10, 1)), binding=Binding(inner, "p", "m"))
    network = ContractNetwork((PARTNER, METER), (bound, edge("b", "p", "m", flat(0, 10, 1))))

    assert len(reduced(network)) == 2


def test_a_meter_that_its_edge_cannot_serve_is_refused() -> None:
    meters = [ContractNode(f"m{n}", ContractNodeKind.METER, demand=D(20)) for n in (1, 2)]
    network = ContractNetwork(
        (HUB, *meters), tuple(edge(m.id + "e", "h", m.id, flat(0, 10, 1)) for m in meters)
    )

    with pytest.raises(NotReducible, match="carries 10 of the 20 that m1 takes"):
        reduced(network)


def test_names_of_reduced_elements_avoid_those_in_use() -> None:
    network = ContractNetwork(
        (PARTNER, METER),
        (edge("reduced:1", "p", "m", flat(0, 10, 1)), edge("b", "p", "m", flat(0, 10, 1))),
    )

    (one,) = reduced(network)

    assert one.id == "reduced:2"


def test_a_network_that_is_no_single_line_of_supply_cannot_be_invoiced() -> None:
    other = ContractNode("n", ContractNodeKind.METER)
    network = ContractNetwork(
        (PARTNER, METER, other), (edge("a", "p", "m", flat(0, 9, 1)), edge("b", "p", "n", flat(0, 9, 1)))
    )

    with pytest.raises(NotReducible, match="one line of supply"):
        invoice(network, D(5), role=EdgeRole.ACCOUNTING, at=DAY, overrun_factor=D(2))


def test_nothing_demanded_costs_nothing() -> None:
    network = ContractNetwork((PARTNER, METER), (edge("a", "p", "m", flat(0, 10, 1)),))

    assert plan(network, role=EdgeRole.ACCOUNTING, at=DAY).steps.amount == 0


def test_overrun_of_a_tiered_band_costs_a_multiple_of_its_last_tier() -> None:
    tiered = Band(D(0), D(30), BlockTiers((Tier(D(10), D(1)), Tier(None, D(5)))))
    network = ContractNetwork((PARTNER, METER), (edge("a", "p", "m", tiered),))

    invoiced = invoice(network, D(32), role=EdgeRole.ACCOUNTING, at=DAY, overrun_factor=D(2))

    assert invoiced.steps.amount == 10 * 1 + 20 * 5 + 2 * 5 * 2


def test_flows_on_a_network_that_does_not_reduce_stay_where_they_are() -> None:
    network = ContractNetwork((PARTNER, METER), (edge("a", "p", "m", flat(0, 10, 3)),))
    reduction = reduce(network, role=EdgeRole.ACCOUNTING, order=Order.MERIT, at=DAY)

    assert distribute(reduction, {"a": D(4)}) == {"a": D(4)}
    assert cost(network, {"a": D(4)}, DAY) == 12


@pytest.mark.parametrize(
    ("quantity", "weights", "parts"),
    [
        # Webster by hand: quotients 53, 24, 23, 17.67, 10.6, 8, 7.67, 7.57, ... of 53, 24, 23
        (1, [53, 24, 23], [1, 0, 0]),
        (3, [53, 24, 23], [1, 1, 1]),
        (8, [53, 24, 23], [4, 2, 2]),
        (100, [53, 24, 23], [53, 24, 23]),
        (0, [53, 24, 23], [0, 0, 0]),
        (1, [5, 5], [1, 0]),
        (3, [0, 5], [0, 3]),
        (0, [], []),
    ],
)
def test_apportionment_is_exact_to_the_last_unit(quantity: int, weights: list[int], parts: list[int]) -> None:
    assert apportion(quantity, weights) == parts


@pytest.mark.parametrize(("quantity", "weights"), [(11, [5, 5]), (-1, [5]), (1, [-1, 5])])
def test_apportionment_of_more_than_there_is_is_an_error(quantity: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="cannot be divided"):
        apportion(quantity, weights)
