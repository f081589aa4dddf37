"""Steady simulation: the flows and pressures of a nomination, with settings as they are given.

A network's physics are shown to every caller who may see the network, and a simulation uses nothing else.
"""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Self

import anyio.to_thread
import strawberry

from linepack.units import CommercialUnit
from planning.simulation import request
from planning.simulation.request import simulated
from planning.simulation.steady import Compressibility
from schema.capacity.network_elements import PhysicalEdge, PhysicalNode, element
from schema.capacity.networks import network_id_of
from schema.planning.nominations import NominatedQuantityInput, nomination_of, once
from schema.types.context import Info
from schema.types.domain_values import InNetwork, Within, shown_as
from schema.types.permissions import MayRead
from schema.types.problems import ForbiddenProblem, InvalidInputProblem, NotFoundProblem, RefusedProblem
from schema.types.scalars import Quantity

PRESSURE_BAR = "Absolute, in bar."


@strawberry.input
class ReferencePressureInput:
    """The node whose pressure is known, and that pressure."""

    node: str
    pressure_bar: float = strawberry.field(description=PRESSURE_BAR)


@strawberry.input
class PressureRatioInput:
    """A pressure ratio that a compressor station or a control valve holds."""

    edge: str
    ratio: float = strawberry.field(description="Outlet over inlet pressure.")


@strawberry.type
class SimulatedNode(InNetwork):
    """A node in steady state."""

    node: PhysicalNode = element()
    quantity: Quantity = strawberry.field(description="What enters; negative leaves.")
    pressure_bar: float = strawberry.field(description=PRESSURE_BAR)

    @classmethod
    def of(cls, value: request.SimulatedNode, within: Within) -> Self:
        """Show a node."""
        return shown_as(cls, value, within=within, node=value.node_id)


@strawberry.type
class SimulatedEdge(InNetwork):
    """An edge in steady state."""

    edge: PhysicalEdge = element()
    flow: Quantity = strawberry.field(description="Rounded; positive from tail to head.")
    flow_kg_per_s: float
    residual_bar2: float = strawberry.field(
        description="By how much its law is missed, in squared pressures (bar²)."
    )

    @classmethod
    def of(cls, value: request.SimulatedEdge, within: Within) -> Self:
        """Show an edge."""
        return shown_as(cls, value, within=within, edge=value.edge_id)


@strawberry.type
class SteadyState:
    """The flows and pressures that follow from a nomination, and by how much they miss the laws."""

    unit: CommercialUnit
    nodes: list[SimulatedNode] = strawberry.field(description="In the order of the network.")
    edges: list[SimulatedEdge] = strawberry.field(description="In the order of the network.")
    residual_bar2: float = strawberry.field(description="The largest residual of any edge, in bar².")
    imbalance_kg_per_s: float = strawberry.field(description="The largest imbalance of any node, in kg/s.")
    rounds: int = strawberry.field(description="How many compressibilities were tried.")


SteadySimulationResult = Annotated[
    SteadyState | InvalidInputProblem | NotFoundProblem | ForbiddenProblem | RefusedProblem,
    strawberry.union("SteadySimulationResult"),
]


@strawberry.type
class SimulationQueries:
    """Queries of simulations."""

    @strawberry.field(permission_classes=[MayRead])
    async def steady_simulation(
        self,
        info: Info,
        *,
        network: str,
        nomination: Annotated[
            Sequence[NominatedQuantityInput] | None,
            strawberry.argument(description="At most once a node; the published one, if omitted."),
        ] = None,
        reference: Annotated[
            ReferencePressureInput | None,
            strawberry.argument(description="The largest entry at its upper limit, if omitted."),
        ] = None,
        ratios: Annotated[
            Sequence[PressureRatioInput],
            strawberry.argument(description="At most once an edge; the other stations are open."),
        ] = (),
        closed: Annotated[Sequence[str], strawberry.argument(description="The codes of closed edges.")] = (),
        compressibility: Annotated[
            Compressibility, strawberry.argument(description="How each pipe's compressibility is found.")
        ] = Compressibility.CONSTANT,
    ) -> SteadySimulationResult:
        """The flows and pressures of a nomination in steady state.

        Nothing is chosen and no limit is checked: stations and valves without a setting are open.
        """
        view = await info.context.services.snapshots.current(await network_id_of(info, network))
        revision = view.published.network
        once("ratios", "edge", [one.edge for one in ratios])
        asked = request.SteadySimulation(
            nomination=nomination_of(nomination),
            reference_node=None if reference is None else reference.node,
            reference_bar=None if reference is None else reference.pressure_bar,
            ratios={one.edge: one.ratio for one in ratios},
            closed=tuple(closed),
            compressibility=compressibility,
        )
        state = await anyio.to_thread.run_sync(partial(simulated, revision, asked))
        return SteadyState(
            unit=revision.unit,
            nodes=[SimulatedNode.of(node, view.published.revision_id) for node in state.nodes],
            edges=[SimulatedEdge.of(edge, view.published.revision_id) for edge in state.edges],
            residual_bar2=state.residual_bar2,
            imbalance_kg_per_s=state.imbalance_kg_per_s,
            rounds=state.rounds,
        )
