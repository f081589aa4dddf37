"""`linepack verify --nomination`: whether the published nomination keeps every pressure."""

import time
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.table import Table

from capacity.hydraulics.physics.network import HydraulicNetwork, Reals, compile_hydraulics
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.physics.state_summary import edge_settings, nearest_to_limits, node_pressures
from capacity.hydraulics.search.portfolio import Feasible, HydraulicSolver, Infeasible, Undecided
from capacity.hydraulics.search.primal_heuristics import PrimalHeuristic
from capacity.networks.model import Network
from capacity.solvers.deadline import Deadline
from capacity.solvers.engines import Engine, noted, own_engine
from capacity.solvers.port import Solver

NODES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Decision:
    """What was found about a nomination, and how long it took from the arrays to the answer."""

    network: HydraulicNetwork
    supply: int
    found: Feasible | Infeasible | Undecided
    seconds: float
    engines: tuple[Engine, ...]

    @property
    def is_feasible(self) -> bool:
        """Whether it can be transported."""
        return isinstance(self.found, Feasible)


def decide(
    network: Network, scale: float, solver: Solver, seconds: float, *, finder: PrimalHeuristic | None = None
) -> Decision:
    """Decide the published nomination of `network`, times `scale`, within `seconds`."""
    began = time.perf_counter()
    compiled = compile_hydraulics(network)
    injection = _scaled(compiled, scale)
    question = HydraulicProblem.of_nomination(compiled, injection)
    with noted() as engines:
        found = HydraulicSolver(compiled, solver, heuristic=finder).decide(
            question, Deadline(seconds, time.monotonic)
        )
    supply = round(np.maximum(injection, 0).sum() / compiled.kg_per_s_per_unit)
    spent = time.perf_counter() - began
    return Decision(compiled, supply, found, spent, tuple(sorted(engines) or [own_engine()]))


def show(console: Console, decision: Decision) -> None:
    """Print a decision: its state or its shortage."""
    outcome, colour = _OUTCOMES[type(decision.found)]
    unit = decision.network.network.unit
    console.print(
        f"[{colour}]{outcome}[/{colour}] at level hydraulic in {decision.seconds:.2f} s, by "
        f"{', '.join(map(str, decision.engines))}: {decision.supply:,} {unit} nominated",
        highlight=False,
        soft_wrap=True,
    )
    found = decision.found
    if isinstance(found, Feasible):
        _show_state(console, decision.network, found)
    elif isinstance(found, Infeasible):
        console.print("no state keeps every limit", soft_wrap=True)
    else:
        console.print(found.reason, soft_wrap=True, highlight=False)
    if not isinstance(found, Feasible) and found.shortage is not None:
        console.print(f"  {found.shortage.text}", soft_wrap=True, highlight=False)


_OUTCOMES = {
    Feasible: ("FEASIBLE", "green"),
    Infeasible: ("INFEASIBLE", "red"),
    Undecided: ("UNDECIDED", "yellow"),
}


def _scaled(network: HydraulicNetwork, scale: float) -> Reals:
    """Return the nomination times `scale`, kg/s, balanced to the last digit at its largest node."""
    injection = network.nomination() * scale
    injection[np.argmax(np.abs(injection))] -= injection.sum()
    return injection


def _show_state(console: Console, network: HydraulicNetwork, found: Feasible) -> None:
    nodes = Table("nearest their limits", "bar", "lowest", "highest", "margin", box=None)
    for node in nearest_to_limits(node_pressures(network, found.state), NODES_SHOWN):
        figures = (node.pressure_bar, node.pressure_min_bar, node.pressure_max_bar, node.margin_bar)
        nodes.add_row(node.node_id, *(f"{figure:.3f}" for figure in figures))
    stations = Table("station", "mode", "ratio", "flow", "configuration", box=None)
    for edge in edge_settings(network, found.state):
        if edge.is_station:
            stations.add_row(
                edge.edge_id, edge.mode.value, f"{edge.ratio:.3f}", f"{edge.flow:,}", edge.configuration
            )
    for table, numbers in ((nodes, (1, 2, 3, 4)), (stations, (2, 3))):
        for number in numbers:
            table.columns[number].justify = "right"
        if table.row_count:
            console.print(table)
