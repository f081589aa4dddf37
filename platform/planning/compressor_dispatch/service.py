"""Asking for compressor dispatches: an operator's command, which becomes a job."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from capacity.feasibility.network_views import NetworkViews
from capacity.feasibility.robust_validation.service import changed_capacities
from capacity.hydraulics.physics.network import compile_hydraulics
from capacity.networks.validation import PRESSURE_BAR_MAX
from linepack.access import Role, Scope
from linepack.commands.handling import Context, handles
from linepack.gasday import GasDay
from linepack.ids import NetworkId
from linepack.jobs.model import Job, NewJob
from linepack.jobs.service import enqueue
from linepack.limits import DISPATCH_S_MAX
from linepack.problems import Fault, FaultWithin, InvalidInput, NotFound
from planning.compressor_dispatch.model import METHOD, DispatchInput, PressureBounds
from planning.nominations import Nomination, injections, used_at_once

COMPRESSOR_DISPATCH = "compressor_dispatch"


@dataclass(frozen=True, slots=True)
class DispatchCompressors:
    """Find the least power that carries a nomination on a gas day, within so many seconds.

    Without a nomination all firm rights of the gas day are used at once.
    """

    network_id: NetworkId
    gas_day: GasDay
    seconds: float
    nomination: Nomination | None = None
    pressures: Mapping[str, PressureBounds] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchContext(Context):
    """The context of dispatches; `solver` is the name of the solver (`capacity.solvers.choice`)."""

    views: NetworkViews
    solver: str


@handles(Scope.OPERATE)
async def dispatch_compressors(command: DispatchCompressors, context: DispatchContext) -> Job:
    """Return the job that dispatches the stations: the one that did, if nothing has changed.

    Raises NotFound, Forbidden, InvalidInput (also where the network lacks the physics), TooManyJobs.
    """
    view = await context.views.refreshed(context.connection, command.network_id)
    published, principal = view.published, context.principal
    if published.operator_id != principal.party_id and not principal.holds(Role.ADMIN):
        raise NotFound("network", command.network_id)
    nomination = command.nomination
    if nomination is None:
        nomination = used_at_once(view.rights.stack(command.gas_day))
    faults = list(_faults(command, {node.id for node in published.network.nodes}))
    if faults:
        raise InvalidInput(faults)
    compiled = await asyncio.to_thread(compile_hydraulics, published.network, use_maps=False)
    injections(compiled, nomination)
    asked = DispatchInput(
        gas_day=command.gas_day,
        seconds=float(command.seconds),
        solver=context.solver,
        method=METHOD,
        revision_id=str(published.revision_id),
        revision_number=published.revision_number,
        network_version=published.version,
        nomination=nomination,
        pressures=command.pressures,
        capacities=changed_capacities(published, command.gas_day),
    )
    new = NewJob(
        network_id=published.id,
        operator_id=published.operator_id,
        requested_by=principal.party_id or published.operator_id,
        kind=COMPRESSOR_DISPATCH,
        input=asked.to_json(),
    )
    return await enqueue(context.uow, new)


def _faults(command: DispatchCompressors, nodes: set[str]) -> Iterator[Fault]:
    if not 1 <= command.seconds <= DISPATCH_S_MAX:
        yield Fault("seconds", f"must be from 1 to {DISPATCH_S_MAX}, not {command.seconds:g}")
    for node, bounds in command.pressures.items():
        place, least, most = f"node {node}", bounds.least_bar, bounds.most_bar
        if node not in nodes:
            yield FaultWithin(place, "is not a node", "pressures")
        if any(bar is not None and not 0 <= bar <= PRESSURE_BAR_MAX for bar in (least, most)):
            limits = f"its pressures must be from 0 to {PRESSURE_BAR_MAX:,.0f} bar"
            yield FaultWithin(place, limits, "pressures")
        elif least is not None and most is not None and least > most:
            limits = f"its least pressure, {least:g}, is above its most, {most:g}"
            yield FaultWithin(place, limits, "pressures")
