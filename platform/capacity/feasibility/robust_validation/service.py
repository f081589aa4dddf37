"""The command that asks for a robust validation; it becomes a job."""

import asyncio
from dataclasses import dataclass

from capacity.feasibility.network_views import NetworkViews
from capacity.feasibility.robust_validation.model import METHOD, BookedDay, Capacity, ValidationInput
from capacity.hydraulics.physics.network import compile_hydraulics
from capacity.networks.overlays import on_day
from capacity.networks.repository import PublishedNetwork
from linepack.access import Principal, Role, Scope
from linepack.commands.unit_of_work import UnitOfWork
from linepack.gasday import GasDay
from linepack.ids import NetworkId
from linepack.jobs.model import Job, NewJob
from linepack.jobs.service import enqueue
from linepack.limits import VALIDATION_S_MAX
from linepack.problems import Fault, InvalidInput, NotFound, Problem

ROBUST_VALIDATION = "robust_validation"


class NothingBooked(Problem):
    """On the gas day no gas may both enter and leave, so that there is no nomination to be tried."""

    code = "NOTHING_BOOKED"

    def __init__(self, day: GasDay) -> None:
        super().__init__(f"no firm rights to both enter and leave are booked on {day}")
        self.day = day


@dataclass(frozen=True, slots=True)
class ValidateBookings:
    """Find out by how much the firm rights of a gas day may grow, within so many seconds."""

    network_id: NetworkId
    gas_day: GasDay
    seconds: float


async def validate_bookings(
    uow: UnitOfWork, snapshots: NetworkViews, principal: Principal, command: ValidateBookings, *, solver: str
) -> Job:
    """Return the job that validates the rights as they are now: the one that did, if nothing has changed.

    `solver` is the name of the solver (`capacity.solvers.choice`).

    Raises NotFound, Forbidden, InvalidInput (also where the network lacks the physics), NothingBooked,
    TooManyJobs.
    """
    principal.require(Scope.OPERATE)
    if not 1 <= command.seconds <= VALIDATION_S_MAX:
        limits = f"must be from 1 to {VALIDATION_S_MAX}, not {command.seconds:g}"
        raise InvalidInput([Fault("seconds", limits)])
    view = await snapshots.refreshed(uow.connection, command.network_id)
    published = view.published
    if published.operator_id != principal.party_id and not principal.holds(Role.ADMIN):
        raise NotFound("network", command.network_id)
    booked = BookedDay.of(view.rights.stack(command.gas_day))
    if not booked.entries or not booked.exits:
        raise NothingBooked(command.gas_day)
    await asyncio.to_thread(compile_hydraulics, published.network)
    asked = ValidationInput(
        gas_day=command.gas_day,
        seconds=float(command.seconds),
        solver=solver,
        method=METHOD,
        revision_id=str(published.revision_id),
        revision_number=published.revision_number,
        network_version=published.version,
        rights_version=view.rights.version,
        booked=booked,
        capacities=changed_capacities(published, command.gas_day),
    )
    new = NewJob(
        network_id=published.id,
        operator_id=published.operator_id,
        requested_by=principal.party_id or published.operator_id,
        kind=ROBUST_VALIDATION,
        input=asked.to_json(),
    )
    return await enqueue(uow, new)


def changed_capacities(published: PublishedNetwork, day: GasDay) -> dict[str, Capacity]:
    """Return the capacities of the edges that overlays change on the day."""
    edges = published.network.edges
    that_day = on_day(published.network, published.overlays, day)
    return {
        edge.id: (forward, backward)
        for edge, forward, backward in zip(edges, that_day.forward, that_day.backward, strict=True)
        if (forward, backward) != (edge.capacity_forward, edge.capacity_backward)
    }
