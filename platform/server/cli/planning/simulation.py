"""`linepack simulate`: the flows and pressures of a nomination in steady state."""

from dataclasses import replace
from typing import Annotated

import typer
from rich.table import Table

from capacity.networks import repository as networks
from capacity.networks.model import Network
from linepack.access import Principal
from planning.simulation.request import SteadySimulation, SteadyState, simulated
from planning.simulation.steady import Compressibility
from server.cli.planning.options import NominationFile, Nominations, nomination_of, numbers
from server.cli.session import console, run
from server.services import Services

commands = typer.Typer()


@commands.command()
def simulate(
    network: Annotated[str, typer.Argument(help="Code of the network.")],
    file: NominationFile = None,
    nominate: Nominations = None,
    reference: Annotated[
        str | None,
        typer.Option(metavar="NODE=BAR", help="Where the pressure is known; the largest entry at its limit."),
    ] = None,
    ratio: Annotated[
        list[str] | None,
        typer.Option(metavar="EDGE=NUMBER", help="A ratio that a station or control valve holds."),
    ] = None,
    closed: Annotated[list[str] | None, typer.Option(metavar="EDGE", help="An edge that is closed.")] = None,
    compressibility: Annotated[
        Compressibility, typer.Option(help="One for the network, or Papay's of each pipe.")
    ] = Compressibility.CONSTANT,
) -> None:
    """Show the flows and pressures of a nomination in steady state, and by how much they miss the laws.

    Without a nomination the published one is taken. Nothing is chosen and no limit is checked: stations and
    valves without a setting are open.
    """
    known = numbers([] if reference is None else [reference])
    asked = SteadySimulation(
        nomination=None,
        reference_node=next(iter(known), None),
        reference_bar=next(iter(known.values()), None),
        ratios=numbers(ratio or ()),
        closed=closed or (),
        compressibility=compressibility,
    )

    async def command(services: Services, _: Principal) -> None:
        async with services.database.read() as connection:
            published = await networks.by_code(connection, network)
        revision = published.network
        nomination = nomination_of(file, nominate or ())
        _show(revision, simulated(revision, replace(asked, nomination=nomination)))

    run(command)


def _show(network: Network, state: SteadyState) -> None:
    nodes = Table("node", f"quantity, {network.unit}", "pressure, bar", box=None)
    for node in state.nodes:
        nodes.add_row(node.node_id, f"{node.quantity:,}" if node.quantity else "", f"{node.pressure_bar:.3f}")
    edges = Table("edge", f"flow, {network.unit}", "flow, kg/s", "residual, bar²", box=None)
    for edge in state.edges:
        figures = f"{edge.flow:,}", f"{edge.flow_kg_per_s:.3f}", f"{edge.residual_bar2:.1e}"
        edges.add_row(edge.edge_id, *figures)
    for table in (nodes, edges):
        for column in table.columns[1:]:
            column.justify = "right"
        console.print(table)
    console.print(
        f"largest residual of a law {state.residual_bar2:.1e} bar², of a balance "
        f"{state.imbalance_kg_per_s:.1e} kg/s; compressibilities tried: {state.rounds}",
        highlight=False,
        soft_wrap=True,
    )
