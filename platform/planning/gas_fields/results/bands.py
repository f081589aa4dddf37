"""Production by band: what was produced goes through the bands in their order, from each reset on anew."""

import numpy as np

from capacity.solvers.port import Reals
from planning.gas_fields.schedule.field_data import FieldData


def production_by_band(data: FieldData, production: Reals) -> Reals:
    """Return what each band gave, float64 (bands, intervals)."""
    begins = np.concatenate([[0.0], data.thresholds[:-1]])
    found = np.zeros((len(data.thresholds), len(production)))
    so_far = 0.0
    for interval, produced in enumerate(production):
        so_far = 0.0 if data.resets[interval] else so_far
        after = so_far + produced
        found[:, interval] = np.clip(
            np.minimum(after, data.thresholds) - np.maximum(so_far, begins), 0.0, None
        )
        found[-1, interval] += produced - found[:, interval].sum()
        so_far = after
    return found


def marginal_costs(data: FieldData, production: Reals) -> Reals:
    """Return what the last unit of each interval costs, with its dispatch; float64 (intervals,)."""
    bands = np.zeros(len(production), dtype=np.int64)
    so_far = 0.0
    for interval, produced in enumerate(production):
        so_far = (0.0 if data.resets[interval] else so_far) + produced
        bands[interval] = min(int(np.searchsorted(data.thresholds, so_far - 1e-9)), len(data.thresholds) - 1)
    return data.costs[bands, np.arange(len(production))]
