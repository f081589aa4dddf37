"""What the job of a compressor dispatch runs: a pure function, in a process of its own."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from capacity.feasibility.robust_validation.validate import on_the_day
from capacity.hydraulics.physics.network import compile_hydraulics
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.search.portfolio import HydraulicSolver
from capacity.networks.formats import native
from capacity.networks.model import Network, Node
from capacity.solvers.choice import solver_named
from capacity.solvers.deadline import Deadline
from capacity.solvers.engines import noted, own_engine
from linepack.jobs.model import JsonObject
from planning.compressor_dispatch.dispatch import dispatch
from planning.compressor_dispatch.model import DispatchInput, PressureBounds
from planning.nominations import injections


def run(question: JsonObject, progress: Callable[[float, str], None]) -> JsonObject:
    """Return the `Dispatch` of a question, both as JSON.

    The question is a `DispatchInput` with one member more: `network`, the revision in the native format.
    Raises CannotDispatch, and InvalidInput where the network cannot be compiled.
    """
    asked = DispatchInput.from_json({name: value for name, value in question.items() if name != "network"})
    network = on_the_day(native.read(question["network"].encode()), asked.capacities)
    compiled = compile_hydraulics(within(network, asked.pressures))
    problem = HydraulicProblem.of_nomination(compiled, injections(compiled, asked.nomination))
    with noted() as engines:
        solver = HydraulicSolver(compiled, solver_named(asked.solver))
        found = dispatch(solver, problem, Deadline(asked.seconds), progress)
    return replace(found, engines=tuple(map(str, sorted(engines) or [own_engine()]))).to_json()


def within(network: Network, pressures: Mapping[str, PressureBounds]) -> Network:
    """Return the network with the pressures of its nodes bounded further."""

    def bounded(node: Node) -> Node:
        bounds = pressures.get(node.id, PressureBounds())
        lows = [bar for bar in (node.pressure_min_bar, bounds.least_bar) if bar is not None]
        highs = [bar for bar in (node.pressure_max_bar, bounds.most_bar) if bar is not None]
        return replace(
            node,
            pressure_min_bar=max(lows, default=None),
            pressure_max_bar=min(highs, default=None),
        )

    return replace(network, nodes=tuple(bounded(node) for node in network.nodes))
