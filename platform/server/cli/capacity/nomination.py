"""`linepack verify --nomination`: whether the published nomination keeps every pressure."""

import time
from dataclasses import dataclass
from typing import Final

import numpy as np

from capacity.hydraulics.physics.network import HydraulicNetwork, Reals, compile_hydraulics
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.physics.state_summary import edge_settings, nearest_to_limits, node_pressures
from capacity.hydraulics.search.portfolio import Feasible, HydraulicSolver, Infeasible, Undecided
from capacity.hydraulics.search.primal_heuristics import PrimalHeuristic
from capacity.networks.model import Network
from capacity.solvers.deadline import Deadline
from capacity.solvers.engines import Engine, noted, own_engine
from capacity.solvers.port import Solver
from linepack.problems import Fault, InvalidInput
from server.cli.answers import Answer, Column, Line, Rows, Shown

NODES_SHOWN: Final = 5

NODES: Final = (
    Column("node", "nearest their limits"),
    Column("pressure_bar", "bar", ".3f"),
    Column("pressure_min_bar", "lowest", ".3f"),
    Column("pressure_max_bar", "highest", ".3f"),
    Column("margin_bar", "margin", ".3f"),
)
STATIONS: Final = (
    Column("edge", "station"),
    Column("mode", "mode"),
    Column("ratio", "ratio", ".3f"),
    Column("flow", "flow"),
    Column("configuration", "configuration"),
)


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
    """Decide the published nomination of `network`, times `scale`, within `seconds`.

    Raises InvalidInput where that is no nomination: where nothing enters or leaves.
    """
    began = time.perf_counter()
    compiled = compile_hydraulics(network)
    injection = _scaled(compiled, scale)
    if not injection.any():
        raise InvalidInput([Fault("nomination", "is empty: nothing enters or leaves")])
    question = HydraulicProblem.of_nomination(compiled, injection)
    with noted() as engines:
        found = HydraulicSolver(compiled, solver, heuristic=finder).decide(
            question, Deadline(seconds, time.monotonic)
        )
    supply = round(np.maximum(injection, 0).sum() / compiled.kg_per_s_per_unit)
    spent = time.perf_counter() - began
    return Decision(compiled, supply, found, spent, tuple(sorted(engines) or [own_engine()]))


def answer(decision: Decision) -> Answer:
    """Return a decision as an answer: its state or its shortage; status 1 when it is not feasible."""
    outcome, colour = _OUTCOMES[type(decision.found)]
    unit, found = decision.network.network.unit, decision.found
    engines = ", ".join(map(str, decision.engines))
    values: dict[str, object] = {
        "outcome": outcome,
        "seconds": decision.seconds,
        "engines": engines,
        "nominated": decision.supply,
        "unit": unit,
    }
    shown: list[Shown] = [
        Line(
            f"{outcome} at level hydraulic in {decision.seconds:.2f} s, by {engines}: "
            f"{decision.supply:,} {unit} nominated",
            colour,
        )
    ]
    if isinstance(found, Feasible):
        nodes, stations = _nodes(decision.network, found), _stations(decision.network, found)
        values |= {"nearest_limits": nodes.records, "stations": stations.records}
        shown += [table for table in (nodes, stations) if table.records]
    else:
        reason = "no state keeps every limit" if isinstance(found, Infeasible) else found.reason
        shortage = None if found.shortage is None else found.shortage.text
        values |= {"reason": reason, "shortage": shortage}
        shown += [reason] if shortage is None else [reason, f"  {shortage}"]
    return Answer.of(values, *shown, status=int(not decision.is_feasible))


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


def _nodes(network: HydraulicNetwork, found: Feasible) -> Rows:
    nearest = nearest_to_limits(node_pressures(network, found.state), NODES_SHOWN)
    records = [
        {
            "node": node.node_id,
            "pressure_bar": node.pressure_bar,
            "pressure_min_bar": node.pressure_min_bar,
            "pressure_max_bar": node.pressure_max_bar,
            "margin_bar": node.margin_bar,
        }
        for node in nearest
    ]
    return Rows(NODES, records)


def _stations(network: HydraulicNetwork, found: Feasible) -> Rows:
    records = [
        {
            "edge": edge.edge_id,
            "mode": edge.mode,
            "ratio": edge.ratio,
            "flow": edge.flow,
            "configuration": edge.configuration,
        }
        for edge in edge_settings(network, found.state)
        if edge.is_station
    ]
    return Rows(STATIONS, records)
