"""Tracking conserves money and mixes within bounds, whatever flows, circulating or not."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.operations.gas_quality.costs import delivered_cost_per_h, purchases_per_h

from operations.gas_quality.mixing import FlowGraph, SuppliedGas, Supply, Tracking, track

NODES = 7


@st.composite
def trackings(draw: st.DrawFn) -> Tracking:
    """A sum of walks that start at supplies and may cross themselves, so that gas circulates at times."""
    flows: dict[tuple[int, int], float] = {}
    supplies: list[Supply] = []
    for number in range(draw(st.integers(1, 4))):
        walk = draw(st.lists(st.integers(0, NODES - 1), min_size=1, max_size=9))
        quantity = draw(st.floats(0.5, 500.0))
        for step in pairwise(walk):
            if step[0] != step[1]:
                flows[step] = flows.get(step, 0.0) + quantity
        gas = SuppliedGas(draw(st.floats(8.0, 13.0)), draw(st.floats(0.0, 60.0)))
        supplies.append(Supply(f"S{number}", f"n{walk[0]}", quantity, gas))
    turned = draw(st.lists(st.booleans(), min_size=len(flows), max_size=len(flows)))
    costs = st.lists(st.floats(0.0, 10.0), min_size=len(flows), max_size=len(flows))
    tail = [j if turn else i for (i, j), turn in zip(flows, turned, strict=True)]
    head = [i if turn else j for (i, j), turn in zip(flows, turned, strict=True)]
    graph = FlowGraph(
        node_ids=tuple(f"n{v}" for v in range(NODES)),
        edge_ids=tuple(map(str, flows)),
        tail=np.array(tail, dtype=np.int64),
        head=np.array(head, dtype=np.int64),
        flow_nm3_per_h=np.array(list(flows.values())) * np.where(turned, -1.0, 1.0),
        operating_cost_per_mwh=np.array(draw(costs)),
        fixed_cost_per_h=np.array(draw(costs)),
        length_km=np.ones(len(flows)),
    )
    return track(graph, supplies)


@settings(deadline=None)
@given(trackings())
def test_money_delivered_is_money_spent(tracking: Tracking) -> None:
    spent = purchases_per_h(tracking).sum() + tracking.edge_costs_per_h.sum()
    np.testing.assert_allclose(delivered_cost_per_h(tracking).sum(), spent, rtol=1e-9, atol=1e-12)


@settings(deadline=None)
@given(trackings())
def test_shares_add_up_to_one_wherever_gas_passes(tracking: Tracking) -> None:
    passes = tracking.inflow_nm3_per_h > 0
    np.testing.assert_allclose(tracking.volume_share[passes].sum(axis=1), 1.0, rtol=1e-10)
    np.testing.assert_allclose(tracking.energy_share[passes].sum(axis=1), 1.0, rtol=1e-10)
    assert (tracking.volume_share[passes] >= -1e-12).all()


@settings(deadline=None)
@given(trackings())
def test_the_calorific_value_stays_between_those_of_the_supplies(tracking: Tracking) -> None:
    values = [supply.gas.calorific_value_kwh_per_nm3 for supply in tracking.supplies]
    passing = tracking.calorific_value_kwh_per_nm3[tracking.inflow_nm3_per_h > 0]
    assert (passing >= min(values) - 1e-9).all()
    assert (passing <= max(values) + 1e-9).all()


@settings(deadline=None)
@given(trackings())
def test_each_supply_is_delivered_in_full(tracking: Tracking) -> None:
    delivered = np.nan_to_num(tracking.offtake_nm3_per_h[:, None] * tracking.volume_share).sum(axis=0)
    np.testing.assert_allclose(
        delivered, [supply.flow_nm3_per_h for supply in tracking.supplies], rtol=1e-9, atol=1e-9
    )
