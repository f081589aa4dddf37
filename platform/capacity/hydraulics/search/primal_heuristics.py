"""Primal heuristics: global solvers that look for modes and a point beside the platform's own search.

A heuristic proves nothing. The nonlinear program begins at its modes and its point, and the resulting state
has to pass the residual checker. That a heuristic finds no point means nothing: refusals need certificates.
"""

from importlib.util import find_spec
from typing import Protocol

import numpy as np

from capacity.hydraulics.physics.network import HydraulicNetwork
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.search.flow_bounds import FlowBounds
from capacity.hydraulics.search.milp_relaxation import CandidatePoint
from capacity.hydraulics.search.minlp import ScipHeuristic
from capacity.hydraulics.search.modes import can_be_set
from capacity.solvers.deadline import Deadline


class HeuristicRun(Protocol):
    """One problem that a heuristic works on, for slices of time."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be expected."""
        ...

    def next(self, deadline: Deadline) -> CandidatePoint | None:
        """Go on until the deadline; return a point that was found, or None.

        Raises LimitReached when the deadline has passed already, and SolverRefused.
        """
        ...


class PrimalHeuristic(Protocol):
    """A solver that may know modes that carry a problem."""

    def find(self, problem: HydraulicProblem, bounds: FlowBounds) -> HeuristicRun:
        """Begin with a problem; raises SolverRefused."""
        ...


def heuristic_named(name: str) -> PrimalHeuristic | None:
    """Return the heuristic of that name: "scip", "none", or "auto" for SCIP where it is installed.

    Raises ValueError for other names, and where SCIP is named and not installed.
    """
    if name not in {"auto", "none", "scip"}:
        raise ValueError(f"LINEPACK_FINDER must be auto, none or scip, not {name}")
    if name == "none":
        return None
    if find_spec("pyscipopt") is not None:
        return ScipHeuristic()
    if name == "scip":
        raise ValueError("LINEPACK_FINDER=scip needs the extra: pip install linepack[scip]")
    return None


def is_sound(network: HydraulicNetwork, candidate: CandidatePoint) -> bool:
    """Return whether the candidate is one about this network: settings that exist, and finite numbers."""
    return (
        can_be_set(network, candidate.modes)
        and candidate.flow.shape == (len(network.kind),)
        and candidate.potential.shape == (network.size,)
        and bool(np.isfinite(candidate.flow).all() and np.isfinite(candidate.potential).all())
        and bool(np.isfinite(candidate.step))
    )
