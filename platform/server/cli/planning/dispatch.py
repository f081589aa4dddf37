"""`linepack dispatch`: the compressor stations of a network run with least power."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from capacity.networks.model import Network, NodeRole
from linepack.commands.unit_of_work import UnitOfWork
from linepack.jobs.model import Job
from planning.compressor_dispatch.description import in_words
from planning.compressor_dispatch.model import Dispatch, DispatchInput, PressureBounds
from planning.compressor_dispatch.service import DispatchCompressors, DispatchContext, dispatch_compressors
from planning.nominations import published as published_nomination
from server.cli.answers import Answer, Column, Rows, Shown
from server.cli.arguments import numbers
from server.cli.job_progress import ending
from server.cli.planning.options import nomination_of
from server.cli.session import Session

OFF_MAP: Final = "off map"

STATIONS: Final = (
    Column("station", "station"),
    Column("runs", "runs"),
    Column("flow_kg_per_s", "kg/s", ".2f"),
    Column("inlet_bar", "in, bar", ".2f"),
    Column("outlet_bar", "out, bar", ".2f"),
    Column("power_kw", "kW", ",.0f"),
    Column("before", "before"),
    Column("speeds", "1/min"),
)


async def dispatch(
    session: Session,
    *,
    network: str,
    day: date,
    is_published: bool,
    scale: float,
    file: Path | None,
    nominate: list[str] | None,
    at_least: list[str] | None,
    at_most: list[str] | None,
    seconds: int,
    wait: bool,
) -> Answer:
    """Find how compressor stations carry a nomination with least power."""
    services = session.services
    nomination = nomination_of(file, nominate)
    least, most = numbers(at_least or ()), numbers(at_most or ())
    found = await session.network(network)
    if nomination is None and is_published:
        nomination = published_nomination(found.network, scale)
    pressures = _bounds(found.network, least, most)
    asked = DispatchCompressors(found.id, day, seconds, nomination, pressures)
    async with UnitOfWork(services.database) as uow:
        context = DispatchContext(
            principal=session.principal,
            at=services.now(),
            uow=uow,
            views=services.snapshots,
            solver=services.settings.solver,
        )
        job = await dispatch_compressors(asked, context)
    return await ending(session, job, wait=wait, shown=_shown)


def _bounds(
    network: Network, at_least: Mapping[str, float], at_most: Mapping[str, float]
) -> dict[str, PressureBounds]:
    least, most = _by_node(network, at_least), _by_node(network, at_most)
    return {node: PressureBounds(least.get(node), most.get(node)) for node in {**least, **most}}


def _by_node(network: Network, given: Mapping[str, float]) -> dict[str, float]:
    """Return pressures by node; a node's own counts before that of all entries or exits."""
    found: dict[str, float] = {}
    for name, pick in (("entries", NodeRole.ENTRY), ("exits", NodeRole.EXIT)):
        if name in given:
            found |= {node.id: given[name] for node in network.nodes if node.role is pick}
    return found | {name: bar for name, bar in given.items() if name not in {"entries", "exits"}}


def _shown(job: Job) -> Sequence[Shown]:
    asked, found = DispatchInput.from_json(job.input), Dispatch.from_json(job.result or {})
    before = {station.edge_id: station.power_kw for station in found.initial}
    records = [
        {
            "station": station.edge_id,
            "runs": station.configuration or station.mode,
            "flow_kg_per_s": station.flow_kg_per_s,
            "inlet_bar": station.inlet_bar,
            "outlet_bar": station.outlet_bar,
            "power_kw": OFF_MAP if station.power_kw is None else station.power_kw,
            "before": OFF_MAP if (was := before[station.edge_id]) is None else f"{was:,.0f}",
            "speeds": ", ".join(f"{machine.speed_per_min:,.0f}" for machine in station.machines),
        }
        for station in found.least
    ]
    shown: list[Shown] = [in_words(asked, found), Rows(STATIONS, records)]
    if found.fuel_kg_per_s:
        shown.append(f"fuel {found.fuel_kg_per_s:.3f} kg/s")
    return shown
