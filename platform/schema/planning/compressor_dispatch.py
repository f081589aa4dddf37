"""Compressor dispatch: the stations of a network run with least power, as a job."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry import relay

from capacity.hydraulics.physics.state import Mode
from linepack.commands.unit_of_work import UnitOfWork
from linepack.ids import JobId, RevisionId
from linepack.jobs import model as jobs
from linepack.limits import DISPATCH_S_MAX
from planning.compressor_dispatch import model
from planning.compressor_dispatch.description import in_words
from planning.compressor_dispatch.service import (
    COMPRESSOR_DISPATCH,
    DispatchCompressors,
    DispatchContext,
    dispatch_compressors,
)
from schema.capacity.network_elements import PhysicalEdge, element
from schema.capacity.networks import network_id_of
from schema.jobs.jobs import JOB_ID, Job, JobPayload, JobResult
from schema.planning.nominations import NominatedQuantityInput, nomination_of, once
from schema.types.context import Info
from schema.types.domain_values import FromDomain, InNetwork, Within, shown_as
from schema.types.nodes import uuid_of
from schema.types.permissions import MayOperate, MayRead

POWER_KW = "At the shafts of its machines, in kW"


@strawberry.type
class MachineRun(FromDomain):
    """How one machine of a running station runs."""

    code: str = strawberry.field(description="Its name in its station.")
    flow_kg_per_s: float = strawberry.field(description="Its part of the station's flow, in kg/s.")
    speed_per_min: float = strawberry.field(description="In revolutions per minute.")
    power_kw: float = strawberry.field(description="At its shaft, in kW.")
    fuel_kg_per_s: float = strawberry.field(description="Gas that its drive burns, in kg/s.")

    @classmethod
    def of(cls, value: model.MachineRun) -> Self:
        """Show a machine."""
        return shown_as(cls, value, code=value.machine_id)


@strawberry.type
class StationRun(InNetwork):
    """How a compressor station runs."""

    edge: PhysicalEdge = element("The edge that the station is.")
    mode: Mode = strawberry.field(description="Whether it works, is bypassed or closed.")
    configuration: str = strawberry.field(description="Which machines run; empty unless the station works.")
    flow_kg_per_s: float = strawberry.field(description="Positive from tail to head, in kg/s.")
    inlet_bar: float = strawberry.field(description="Pressure before its machines, absolute, in bar.")
    outlet_bar: float = strawberry.field(description="Pressure behind its machines, absolute, in bar.")
    power_kw: float | None = strawberry.field(
        description=f"{POWER_KW}; null where flow and pressures are off the machines' maps."
    )
    has_machines: bool = strawberry.field(
        description="Whether its machines are known; else its power is that of an assumed efficiency."
    )
    machines: list[MachineRun] = strawberry.field(description="The machines that run, if they are known.")

    @classmethod
    def of(cls, value: model.StationRun, within: Within) -> Self:
        """Show a station."""
        return shown_as(cls, value, within=within, edge=value.edge_id)


@strawberry.type
class CompressorDispatch:
    """The compressor stations of a network, run with the least power that was found.

    A good way to run them, not proved to be the best; its state keeps every limit of the network.
    """

    gas_day: date = strawberry.field(description="The gas day whose capacities hold.")
    revision: int = strawberry.field(description="The network's revision that was looked at.")
    initial: list[StationRun] = strawberry.field(description="The stations in the state found first.")
    least: list[StationRun] = strawberry.field(description="The stations in the state of least power.")
    initial_kw: float | None = strawberry.field(description=f"{POWER_KW}, in the state found first.")
    least_kw: float = strawberry.field(description=f"{POWER_KW}, in the state of least power.")
    fuel_kg_per_s: float = strawberry.field(description="Gas burnt in the state of least power, in kg/s.")
    tried: int = strawberry.field(description="How many combinations of modes were tried.")
    is_complete: bool = strawberry.field(
        description="Whether no change of one station saves power; else the time ended before."
    )
    solvers: list[str] = strawberry.field(description="Which solvers of which version worked on it.")
    summary: str = strawberry.field(description="The result in words.")

    @classmethod
    def of(cls, asked: model.DispatchInput, found: model.Dispatch) -> Self:
        """Show what was found."""
        return shown_as(
            cls,
            found,
            within=RevisionId(UUID(asked.revision_id)),
            gas_day=asked.gas_day,
            revision=asked.revision_number,
            solvers=list(found.engines),
            summary=in_words(asked, found),
        )


@strawberry.input
class PressureBoundsInput:
    """The pressure that a node is to have, beside its own limits: absolute, in bar."""

    node: str
    least_bar: float | None = strawberry.field(default=None, description="The least; its own, if omitted.")
    most_bar: float | None = strawberry.field(default=None, description="The most; its own, if omitted.")


@strawberry.input
class DispatchCompressorsInput:
    """Which nomination to carry at which pressures, and how long it may take."""

    network: str
    gas_day: date = strawberry.field(description="The gas day whose capacities hold.")
    nomination: list[NominatedQuantityInput] | None = strawberry.field(
        default=None,
        description="At most once a node; if omitted, all firm rights of the gas day are used at once.",
    )
    pressures: list[PressureBoundsInput] = strawberry.field(
        default_factory=list, description="At most once a node."
    )
    seconds: int = strawberry.field(default=60, description=f"1 to {DISPATCH_S_MAX}; it may end earlier.")


@strawberry.type
class DispatchQueries:
    """Queries of compressor dispatches."""

    @strawberry.field(permission_classes=[MayRead])
    async def compressor_dispatch(
        self,
        info: Info,
        job: Annotated[relay.GlobalID, strawberry.argument(description=JOB_ID)],
    ) -> CompressorDispatch | None:
        """What a job of `dispatchCompressors` has found; null until it is done, and for other jobs."""
        stored = (await Job.visible(info, JobId(uuid_of("Job", job, "job")))).job
        return _found(stored)


@strawberry.type
class DispatchMutations:
    """Requesting compressor dispatches."""

    @strawberry.mutation(permission_classes=[MayOperate])
    async def dispatch_compressors(self, info: Info, input: DispatchCompressorsInput) -> JobResult:  # noqa: A002
        """Find how the compressor stations of a network carry a nomination with least power.

        The same question about the same network is one job; `compressorDispatch` returns its result.
        """
        context, services = info.context, info.context.services
        command = DispatchCompressors(
            network_id=await network_id_of(info, input.network),
            gas_day=input.gas_day,
            seconds=input.seconds,
            nomination=nomination_of(input.nomination),
            pressures=_bounds(input.pressures),
        )
        async with UnitOfWork(services.database) as uow:
            job = await dispatch_compressors(
                command,
                DispatchContext(
                    principal=context.caller(),
                    at=services.now(),
                    uow=uow,
                    views=services.snapshots,
                    solver=services.settings.solver,
                ),
            )
        return JobPayload(job=Job.of(job))


def _bounds(given: Sequence[PressureBoundsInput]) -> dict[str, model.PressureBounds]:
    once("pressures", "node", [one.node for one in given])
    return {one.node: model.PressureBounds(one.least_bar, one.most_bar) for one in given}


def _found(job: jobs.Job) -> CompressorDispatch | None:
    if job.kind != COMPRESSOR_DISPATCH or job.result is None:
        return None
    asked = model.DispatchInput.from_json(job.input)
    return CompressorDispatch.of(asked, model.Dispatch.from_json(job.result))
