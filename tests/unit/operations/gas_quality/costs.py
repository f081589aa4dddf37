"""What gas has cost in all, for checks that nothing is lost on the way."""

import numpy as np

from operations.gas_quality.mixing import KWH_PER_MWH, NOISE, Reals, Tracking


def prices(tracking: Tracking) -> Reals:
    """Return the price of each supply, NaN where it is not known."""
    return np.array([supply.gas.price_per_mwh for supply in tracking.supplies], dtype=np.float64)


def purchases_per_h(tracking: Tracking) -> Reals:
    """Return what each supply is paid, float64 (supplies,)."""
    energy = [
        supply.flow_nm3_per_h * supply.gas.calorific_value_kwh_per_nm3 / KWH_PER_MWH
        for supply in tracking.supplies
    ]
    return np.array(energy) * prices(tracking)


def delivered_cost_per_h(tracking: Tracking) -> Reals:
    """Return what the gas taken off at each node has cost, float64 (nodes,)."""
    energy = tracking.offtake_nm3_per_h * tracking.calorific_value_kwh_per_nm3 / KWH_PER_MWH
    cost = energy * tracking.unit_cost_per_mwh
    is_taken = tracking.offtake_nm3_per_h > NOISE * tracking.inflow_nm3_per_h.max(initial=0.0)
    return np.where(np.isnan(cost) & ~is_taken, 0.0, cost)


def stranded_cost_per_h(tracking: Tracking) -> float:
    """Return the fixed cost of edges that carry nothing."""
    return float(tracking.graph.fixed_cost_per_h[~tracking.graph.carries].sum())
