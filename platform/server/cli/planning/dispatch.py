"""`linepack dispatch`: the compressor stations of a network run with least power."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from capacity.networks import repository as networks
from capacity.networks.model import Network, NodeRole
from linepack.access import Principal
from linepack.commands.unit_of_work import UnitOfWork
from linepack.jobs.model import Job, JobState
from linepack.limits import DISPATCH_S_MAX
from planning.compressor_dispatch.description import in_words
from planning.compressor_dispatch.model import Dispatch, DispatchInput, PressureBounds
from planning.compressor_dispatch.service import DispatchCompressors, DispatchContext, dispatch_compressors
from planning.nominations import published as published_nomination
from server.cli.job_progress import followed
from server.cli.planning.options import NominationFile, Nominations, nomination_of, numbers
from server.cli.session import console, run
from server.services import Services

commands = typer.Typer()


@commands.command()
def dispatch(
    network: Annotated[str, typer.Argument(help="Code of the network.")],
    day: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The gas day.")],
    is_published: Annotated[
        bool, typer.Option("--nomination", help="The published nomination, instead of all firm rights.")
    ] = False,
    scale: Annotated[float, typer.Option(min=0, help="Times the published nomination.")] = 1.0,
    file: NominationFile = None,
    nominate: Nominations = None,
    at_least: Annotated[
        list[str] | None,
        typer.Option(metavar="NODE=BAR", help="A pressure that a node needs; exits=BAR for all exits."),
    ] = None,
    at_most: Annotated[
        list[str] | None,
        typer.Option(metavar="NODE=BAR", help="The most that a node may have; entries=BAR for all."),
    ] = None,
    seconds: Annotated[int, typer.Option(min=1, max=DISPATCH_S_MAX, help="How long to search.")] = 60,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for the result.")] = True,
) -> None:
    """Find how compressor stations carry a nomination with least power, on the maps of their machines.

    Without a nomination all firm rights of the gas day are used at once. A worker runs it; if none takes it
    within seconds, this command does, unless it is not to wait. Ends with status 1 when there is no result.
    """
    ended: Job | None = None

    async def command(services: Services, principal: Principal) -> None:
        nonlocal ended
        async with services.database.read() as connection:
            found = await networks.by_code(connection, network)
        nomination = nomination_of(file, nominate or ())
        if nomination is None and is_published:
            nomination = published_nomination(found.network, scale)
        pressures = _bounds(found.network, at_least or (), at_most or ())
        asked = DispatchCompressors(found.id, day.date(), seconds, nomination, pressures)
        async with UnitOfWork(services.database) as uow:
            context = DispatchContext(
                principal=principal,
                at=services.now(),
                uow=uow,
                views=services.snapshots,
                solver=services.settings.solver,
            )
            job = await dispatch_compressors(asked, context)
        if not wait:
            console.print(f"{job.id}  {job.state}", highlight=False)
            ended = job
            return
        ended = await followed(services, principal, job)
        if ended.result is not None:
            _show(DispatchInput.from_json(ended.input), Dispatch.from_json(ended.result))
        else:
            console.print(f"{ended.state}: {ended.error}", style="red", soft_wrap=True, highlight=False)

    run(command)
    if wait and (ended is None or ended.state is not JobState.DONE):
        raise typer.Exit(1)


def _bounds(network: Network, at_least: Sequence[str], at_most: Sequence[str]) -> dict[str, PressureBounds]:
    least, most = _by_node(network, numbers(at_least)), _by_node(network, numbers(at_most))
    return {node: PressureBounds(least.get(node), most.get(node)) for node in {**least, **most}}


def _by_node(network: Network, given: Mapping[str, float]) -> dict[str, float]:
    """Return pressures by node; a node's own counts before that of all entries or exits."""
    found: dict[str, float] = {}
    for name, pick in (("entries", NodeRole.ENTRY), ("exits", NodeRole.EXIT)):
        if name in given:
            found |= {node.id: given[name] for node in network.nodes if node.role is pick}
    return found | {name: bar for name, bar in given.items() if name not in {"entries", "exits"}}


def _show(asked: DispatchInput, found: Dispatch) -> None:
    console.print(in_words(asked, found), soft_wrap=True, highlight=False)
    before = {station.edge_id: station.power_kw for station in found.initial}
    table = Table("station", "runs", "kg/s", "in, bar", "out, bar", "kW", "before", "1/min", box=None)
    for station in found.least:
        was = before[station.edge_id]
        table.add_row(
            station.edge_id,
            station.configuration or station.mode.value,
            f"{station.flow_kg_per_s:.2f}",
            f"{station.inlet_bar:.2f}",
            f"{station.outlet_bar:.2f}",
            f"{station.power_kw:,.0f}",
            "off map" if was is None else f"{was:,.0f}",
            ", ".join(f"{machine.speed_per_min:,.0f}" for machine in station.machines),
        )
    for column in table.columns:
        column.no_wrap = True
    for column in table.columns[2:]:
        column.justify = "right"
    console.print(table)
    if found.fuel_kg_per_s:
        console.print(f"fuel {found.fuel_kg_per_s:.3f} kg/s", highlight=False)
