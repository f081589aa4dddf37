"""The home of choosing a solver by its name."""

from capacity.solvers.highs import Highs
from capacity.solvers.port import Solver


def solver_named(name: str) -> Solver:
    """Return the solver called "highs" or "gurobi"; raises ValueError when it is not installed."""
    if name == "highs":
        return Highs()
    try:
        # An extra that an installation without a licence does not have.
        from capacity.solvers.gurobi import Gurobi  # noqa: PLC0415
    except ModuleNotFoundError:
        raise ValueError("LINEPACK_SOLVER=gurobi needs the extra: pip install linepack[gurobi]") from None
    return Gurobi()
