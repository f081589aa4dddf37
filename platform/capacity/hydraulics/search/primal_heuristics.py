"""Finders: global solvers that look for modes and a point beside the platform's own search.

A finder is not believed. Its modes and its point are where the nonlinear programme begins, whose state has to
pass the residual checker; its silence, and whatever else it says, mean nothing: refusals are our own.
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


class Finding(Protocol):
    """One question that a finder works on, for slices of time."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be expected."""
        ...

    def next(self, deadline: Deadline) -> CandidatePoint | None:
        """Go on until the deadline; return a point that was found, or None.

        Raises LimitReached when the deadline has passed already, and SolverRefused.
        """
        ...


class Finder(Protocol):
    """A solver that may know modes that carry a question."""

    def find(self, question: HydraulicProblem, bounds: FlowBounds) -> Finding:
        """Begin with a question; raises SolverRefused."""
        ...


def heuristic_named(name: str) -> Finder | None:
    """Return the finder of that name: "scip", "none", or "auto" for SCIP where it is installed.

    Raises ValueError for other names, and where SCIP is named and not installed.
    """
    if name not in {"auto", "none", "scip"}:
        raise ValueError(f"no finder is called {name}")
    if name == "none":
        return None
    if find_spec("pyscipopt") is not None:
        return ScipHeuristic()
    if name == "scip":
        raise ValueError("LINEPACK_FINDER=scip needs the extra: pip install linepack[scip]")
    return None


def is_sound(network: HydraulicNetwork, suggestion: CandidatePoint) -> bool:
    """Tell whether the suggestion is one about this network: settings that exist, and finite numbers."""
    return (
        can_be_set(network, suggestion.modes)
        and suggestion.flow.shape == (len(network.kind),)
        and suggestion.potential.shape == (network.size,)
        and bool(np.isfinite(suggestion.flow).all() and np.isfinite(suggestion.potential).all())
        and bool(np.isfinite(suggestion.step))
    )
