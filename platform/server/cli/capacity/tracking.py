"""The command `linepack track`: where the gas on the way between two nodes comes from, and its cost."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from capacity.hydraulics.physics.state import HydraulicState
from capacity.hydraulics.search.portfolio import Feasible
from capacity.networks import repository as networks
from capacity.networks.model import Network
from capacity.networks.repository import PublishedNetwork
from linepack.access import Principal
from linepack.money import Currency
from operations.gas_quality.paths import PathNode, TrackedPath
from operations.gas_quality.provenance import KnownSupply, PathRequest, in_commercial_units, provenance
from schema.capacity.pressures import PRESSURES_S
from server.cli.capacity import nomination
from server.cli.session import console, run
from server.services import Services, solver_of

SHARE_MIN = 0.0005
"""A part of the gas that would show as 0.0 %."""

commands = typer.Typer()


@commands.command()
def track(
    network: Annotated[str, typer.Argument(help="Code of the network.")],
    from_node: Annotated[str, typer.Option("--from", metavar="NODE", help="Where the way starts.")],
    to_node: Annotated[str, typer.Option("--to", metavar="NODE", help="Where it ends.")],
    via: Annotated[
        list[str] | None, typer.Option(metavar="NODE", help="A node to pass; repeat it for more, in order.")
    ] = None,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A gas day, with all firm rights used.")
    ] = None,
    is_nomination: Annotated[
        bool, typer.Option("--nomination", help="The published nomination, without any rights.")
    ] = False,
    scale: Annotated[float, typer.Option(min=0, help="Times the nomination.")] = 1.0,
    price: Annotated[
        list[str] | None, typer.Option(metavar="NODE=NUMBER", help="Price of a MWh that enters at a node.")
    ] = None,
    calorific_value: Annotated[
        list[str] | None,
        typer.Option(metavar="NODE=NUMBER", help="kWh/Nm³ of what enters; the network's, if left out."),
    ] = None,
) -> None:
    """Show whose gas passes the way between two nodes, at what pressure, and what it has cost.

    Without the price of all gas that passes a node its cost is not known. Where gas takes several ways, the
    nodes are listed of which --via should name one. Ends with status 1 when there is nothing to track.
    """
    if (day is None) == (not is_nomination):
        raise typer.BadParameter("name a gas day with --day, or --nomination")
    asked = PathRequest(from_node, to_node, tuple(via or ()), _known(price or (), calorific_value or ()))
    has_state = False

    async def command(services: Services, principal: Principal) -> None:
        nonlocal has_state
        async with services.database.read() as connection:
            published = await networks.by_code(connection, network)
        if day is None:
            state = _nominated(services, published.network, scale)
        else:
            state = await _booked(services, published, day.date())
        if state is not None:
            has_state = True
            path = provenance(published.network, state, asked, published.currency)
            show(console, published.network, published.currency, path)

    run(command)
    if not has_state:
        raise typer.Exit(1)


def show(target: Console, network: Network, currency: Currency, path: TrackedPath) -> None:
    """Print a path: a line for each node, with what flows to it along the path."""
    table = Table("node", "km", "bar", "kWh/Nm³", network.unit, "gas of", f"{currency}/MWh", box=None)
    for column in table.columns:
        column.no_wrap = column.header != "gas of"
        column.justify = "left" if column.header in {"node", "gas of"} else "right"
    arriving = ["", *(f"{in_commercial_units(network, step.flow_nm3_per_h):,}" for step in path.edges)]
    for node, flow in zip(path.nodes, arriving, strict=True):
        table.add_row(
            node.node_id,
            f"{node.distance_km:.1f}",
            "" if node.pressure_bar is None else f"{node.pressure_bar:.2f}",
            f"{node.calorific_value_kwh_per_nm3:.3f}",
            flow,
            _shares(node),
            "–" if node.unit_cost_per_mwh is None else f"{node.unit_cost_per_mwh:.3f}",
        )
    target.print(table)


def _shares(node: PathNode) -> str:
    largest_first = sorted(node.volume_shares.items(), key=lambda share: -share[1])
    return "\n".join(f"{supply} {share:.1%}" for supply, share in largest_first if share >= SHARE_MIN)


def _known(prices: Sequence[str], calorific_values: Sequence[str]) -> tuple[KnownSupply, ...]:
    price, value = _by_node(prices), _by_node(calorific_values)
    return tuple(KnownSupply(node, value.get(node), price.get(node)) for node in {**price, **value})


def _by_node(texts: Sequence[str]) -> dict[str, float]:
    """Return the numbers of "NODE=NUMBER"; the last of a node counts, and what cannot be read is status 2."""
    found = {}
    for text in texts:
        node, _, number = text.rpartition("=")
        try:
            found[node] = float(number)
        except ValueError:
            node = ""
        if not node:
            raise typer.BadParameter(f'expected NODE=NUMBER such as "source_1=25", not "{text}"')
    return found


def _nominated(services: Services, network: Network, scale: float) -> HydraulicState | None:
    """Return the state of the published nomination; None, with the reasons printed, if there is none."""
    solver = solver_of(services.settings)
    decision = nomination.decide(network, scale, solver, PRESSURES_S)
    if isinstance(decision.found, Feasible):
        return decision.found.state
    nomination.show(console, decision)
    return None


async def _booked(services: Services, published: PublishedNetwork, day: date) -> HydraulicState | None:
    """Return the state of a gas day with all firm rights used; None, with the reasons printed, if none."""
    view = await services.snapshots.current(published.id)
    picture = await services.verifiers.run(
        view.published, lambda verifier: verifier.views.pressures(view.rights, day, seconds=PRESSURES_S)
    )
    if picture.state is None:
        reason = "no state keeps every limit" if not picture.reason else picture.reason
        console.print(f"{picture.outcome.upper()} on {day}: {reason}", soft_wrap=True, highlight=False)
        if picture.shortage is not None:
            console.print(f"  {picture.shortage.text}", soft_wrap=True, highlight=False)
    return picture.state
