"""`linepack simulate`: the flows and pressures of a nomination in steady state."""

from pathlib import Path
from typing import Final

from capacity.networks.model import Network
from planning.simulation.request import SteadySimulation, SteadyState, simulated
from planning.simulation.steady import Compressibility
from server.cli.answers import Answer, Column, Rows
from server.cli.arguments import numbers
from server.cli.planning.options import nomination_of
from server.cli.session import Session

NODES: Final = (
    Column("node", "node"),
    Column("quantity", "quantity"),
    Column("pressure_bar", "pressure, bar", ".3f"),
)


async def simulate(
    session: Session,
    *,
    network: str,
    file: Path | None,
    nominate: list[str] | None,
    reference: str | None,
    ratio: list[str] | None,
    closed: list[str] | None,
    compressibility: str,
) -> Answer:
    """Return the flows and pressures of a nomination."""
    known = numbers([] if reference is None else [reference])
    asked = SteadySimulation(
        nomination=nomination_of(file, nominate),
        reference_node=next(iter(known), None),
        reference_bar=next(iter(known.values()), None),
        ratios=numbers(ratio or ()),
        closed=closed or (),
        compressibility=Compressibility(compressibility),
    )
    revision = (await session.network(network)).network
    return _answer(revision, simulated(revision, asked))


def _answer(network: Network, state: SteadyState) -> Answer:
    edges = (
        Column("edge", "edge"),
        Column("flow", f"flow, {network.unit}"),
        Column("flow_kg_per_s", "flow, kg/s", ".3f"),
        Column("residual_bar2", "residual, bar²", ".1e"),
    )
    of_nodes = [
        {"node": node.node_id, "quantity": node.quantity, "pressure_bar": node.pressure_bar}
        for node in state.nodes
    ]
    of_edges = [
        {
            "edge": edge.edge_id,
            "flow": edge.flow,
            "flow_kg_per_s": edge.flow_kg_per_s,
            "residual_bar2": edge.residual_bar2,
        }
        for edge in state.edges
    ]
    values = {
        "unit": network.unit,
        "nodes": of_nodes,
        "edges": of_edges,
        "residual_bar2": state.residual_bar2,
        "imbalance_kg_per_s": state.imbalance_kg_per_s,
        "rounds": state.rounds,
    }
    return Answer.of(
        values,
        Rows(NODES, of_nodes, title=f"Quantities in {network.unit}"),
        Rows(edges, of_edges),
        f"largest residual of a law {state.residual_bar2:.1e} bar², of a balance "
        f"{state.imbalance_kg_per_s:.1e} kg/s; compressibilities tried: {state.rounds}",
    )
