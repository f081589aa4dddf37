"""What the duals of a linear programme prove, counted without the solver that gave them.

For any weights π of the rows, no x within the bounds costs less than

    Σ_r π_r b_r + Σ_c min(d_c l_c, d_c u_c),    d = c − Aᵀ π,

b_r being the lower bound of a row where π_r > 0 and the upper where π_r < 0.
"""

import numpy as np
from scipy.sparse import csc_array

from capacity.solvers.port import LinearModel, Reals


def reduced_costs(model: LinearModel, duals: Reals) -> Reals:
    """Return d = c − Aᵀ π, float64 (columns,)."""
    shape = (len(model.row_lower), len(model.costs))
    matrix = csc_array((model.values, model.rows, model.starts), shape=shape)
    found: Reals = model.costs - matrix.T @ duals
    return found


def proved_bound(model: LinearModel, duals: Reals) -> float:
    """Return what no solution costs less than, −∞ where the duals prove nothing."""
    weights = np.where(duals > 0, model.row_lower, model.row_upper)
    of_rows = np.multiply(duals, weights, out=np.zeros(len(duals)), where=duals != 0)
    reduced = reduced_costs(model, duals)
    bounds = np.where(reduced > 0, model.column_lower, model.column_upper)
    of_columns = np.multiply(reduced, bounds, out=np.zeros(len(reduced)), where=reduced != 0)
    return float(of_rows.sum() + of_columns.sum())
