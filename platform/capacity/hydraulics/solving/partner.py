"""The home of partners: who may suggest modes to the portfolio, chosen by name, and what it heeds of them.

A partner is not believed. Its modes and its point are where the nonlinear programme begins; its silence, and
whatever else it says, mean nothing.
"""

from importlib.util import find_spec
from typing import Protocol

import numpy as np

from capacity.deadline import Deadline
from capacity.hydraulics.model import HydraulicNetwork
from capacity.hydraulics.question import Question
from capacity.hydraulics.solving.exact import ScipPartner
from capacity.hydraulics.solving.flow_bounds import FlowBounds
from capacity.hydraulics.solving.mixed import Suggestion
from capacity.hydraulics.solving.modes import can_be_set


class Partner(Protocol):
    """Somebody who may know modes that carry a question."""

    def suggest(self, question: Question, bounds: FlowBounds, deadline: Deadline) -> Suggestion | None:
        """Return modes and a point, or None; may raise Unproved after the deadline, and SolverRefused."""


def partner_named(name: str) -> Partner | None:
    """Return the partner called "scip", or none for "none"; raises ValueError when it is not installed."""
    if name == "none":
        return None
    if name != "scip":
        raise ValueError(f"no partner is called {name}")
    if find_spec("pyscipopt") is None:
        raise ValueError("LINEPACK_HYDRAULIC_PARTNER=scip needs the extra: pip install linepack[scip]")
    return ScipPartner()


def is_sound(network: HydraulicNetwork, suggestion: Suggestion) -> bool:
    """Tell whether the suggestion is one about this network: settings that exist, and finite numbers."""
    return (
        can_be_set(network, suggestion.modes)
        and suggestion.flow.shape == (len(network.kind),)
        and suggestion.potential.shape == (network.size,)
        and bool(np.isfinite(suggestion.flow).all() and np.isfinite(suggestion.potential).all())
        and bool(np.isfinite(suggestion.step))
    )
