"""Which solver a name of the settings stands for."""

from capacity.solvers.automatic import Automatic
from capacity.solvers.gurobi import Gurobi
from capacity.solvers.highs import Highs
from capacity.solvers.licence import users_licence, wheels_licence
from capacity.solvers.port import Solver


def solver_named(name: str, *, allows_size_limited: bool = False) -> Solver:
    """Return the solver called "auto", "highs" or "gurobi"; nothing is opened yet.

    `allows_size_limited` lets Gurobi run under the licence inside its wheel, which is not for production.
    Raises ValueError for other names.
    """
    match name:
        case "auto":
            return _automatic(allows_size_limited=allows_size_limited)
        case "highs":
            return Highs()
        case "gurobi":
            return Gurobi(allows_size_limited=allows_size_limited)
    raise ValueError(f"no solver is called {name}")


def _automatic(*, allows_size_limited: bool) -> Automatic:
    licence = users_licence()
    if licence is None and allows_size_limited:
        licence = wheels_licence()
    if licence is None:
        return Automatic(None)
    return Automatic(Gurobi(licence, allows_size_limited=allows_size_limited))
