"""Path tracking: where the gas between two nodes comes from, of what quality it is and what it has cost.

It is tracked in the state in which a network would be run on a gas day, so every caller who may read that
state may read this. The figures are analysis, not amounts owed: floats, in the network's currency, never
invoiced.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Annotated, Final, Self

import anyio.to_thread
import strawberry

from capacity.feasibility.pressures.pressure_prover import PressurePicture
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.networks.repository import PublishedNetwork
from linepack.gasday import Period
from linepack.money import Currency
from linepack.problems import FaultWithin, InvalidInput
from linepack.units import CommercialUnit
from operations.gas_quality import paths as flow_paths
from operations.gas_quality.mixing import EdgeCost, LoopWithoutInflow
from operations.gas_quality.paths import AmbiguousPath, NoPath
from operations.gas_quality.provenance import KnownSupply, PathRequest, in_commercial_units, provenance
from schema.capacity.network_elements import PhysicalEdge, PhysicalNode, element
from schema.capacity.networks import network_id_of
from schema.capacity.pressures import PRESSURES_S, shortage_of
from schema.capacity.verdicts import PressureShortage
from schema.types.context import Info
from schema.types.domain_values import InNetwork, Within, command_of, shown_as
from schema.types.permissions import MayRead
from schema.types.problem_codes import ProblemCode
from schema.types.problems import (
    ForbiddenProblem,
    InvalidInputProblem,
    NotFoundProblem,
    Problem,
    RefusedProblem,
)
from schema.types.scalars import Quantity

SHARE_MIN: Final = 1e-6
"""A smaller part of the gas is not shown: it is within the error of the flows."""
FROM: Final = "The node where the path begins."
TO: Final = "The node where the path ends."
CODE_OF_FIRST: Final = "The code of the node where the path begins."
CODE_OF_LAST: Final = "The code of the node where the path ends."
CALORIFIC_VALUE: Final = "Gross, in kWh/Nm³"


@strawberry.input
class SupplyInput:
    """What is known of the gas that enters at a node.

    The cost is unknown at every node that is reached by gas without a price.
    """

    node: str
    calorific_value_kwh_per_nm3: float | None = strawberry.field(
        default=None, description=f"{CALORIFIC_VALUE}; the network's own, if omitted."
    )
    price_per_mwh: float | None = strawberry.field(default=None, description="What it costs where it enters.")


@strawberry.input
class EdgeCostInput:
    """What transport along an edge costs; an edge without an entry costs nothing."""

    edge: str
    operating_per_mwh: float = strawberry.field(default=0.0, description="For each MWh transported.")
    fixed_per_hour: float = strawberry.field(default=0.0, description="For each hour, divided by the flow.")


@strawberry.type
class SupplyShare(InNetwork):
    """The part of a supply in what passes a node, 0 to 1."""

    node: PhysicalNode = element("The node where the gas enters.")
    by_volume: float = strawberry.field(description="Its part of the volume.")
    by_energy: float = strawberry.field(description="Its part of the energy.")


@strawberry.type
class PathNode(InNetwork):
    """What passes a node of a path."""

    node: PhysicalNode = element()
    distance_km: float = strawberry.field(description="Along the path, from where it starts.")
    pressure_bar: float | None
    calorific_value_kwh_per_nm3: float = strawberry.field(description=f"{CALORIFIC_VALUE}.")
    supply_shares: list[SupplyShare] = strawberry.field(description="The largest by volume first.")
    unit_cost_per_mwh: float | None = strawberry.field(
        description="What a MWh has cost when it passes; null where some of the gas has no known price."
    )

    @classmethod
    def of(cls, value: flow_paths.PathNode, within: Within) -> Self:
        """Show a node."""
        largest_first = sorted(value.volume_shares.items(), key=lambda share: -share[1])
        shares = [
            shown_as(
                SupplyShare,
                value,
                within=within,
                node=node_id,
                by_volume=share,
                by_energy=value.energy_shares[node_id],
            )
            for node_id, share in largest_first
            if share >= SHARE_MIN
        ]
        return shown_as(cls, value, within=within, node=value.node_id, supply_shares=shares)


@strawberry.type
class PathEdge(InNetwork):
    """A step of a path from one node to the next: one edge, or several parallel ones."""

    edges: list[PhysicalEdge] = element("Its edges, the largest flow first.")
    length_km: float = strawberry.field(description="Its length, in km.")
    flow: Quantity = strawberry.field(
        description="Along the path, in whole commercial units; energy is counted at the network's own "
        "calorific value."
    )

    @classmethod
    def on(cls, published: PublishedNetwork, found: flow_paths.PathEdge) -> Self:
        """Show a step."""
        flow = in_commercial_units(published.network, found.flow_nm3_per_h)
        return shown_as(cls, found, within=published.revision_id, edges=list(found.edge_ids), flow=flow)


@strawberry.type
class TrackPathPayload:
    """The path of the gas between two nodes when all firm rights are used at once."""

    day: date
    unit: CommercialUnit
    currency: Currency
    rights_version: int
    nodes: list[PathNode] = strawberry.field(description="In the order in which the gas passes them.")
    edges: list[PathEdge] = strawberry.field(description="The steps between the nodes, one fewer than nodes.")


@strawberry.type
class AmbiguousPathProblem(Problem):
    """Gas takes several paths between the two nodes: name nodes to pass in `via`."""

    within: strawberry.Private[Within]
    from_node: PhysicalNode = element(FROM)
    to_node: PhysicalNode = element(TO)
    candidates: list[PhysicalNode] = element("The nodes that only some of the paths pass.")


@strawberry.type
class NoPathProblem(Problem):
    """No gas flows from one node to the other."""

    within: strawberry.Private[Within]
    from_node: PhysicalNode = element(FROM)
    to_node: PhysicalNode = element(TO)


@strawberry.type
class LoopWithoutInflowProblem(Problem):
    """Gas circulates in a loop without inflow, so its origin is unknown."""

    within: strawberry.Private[Within]
    loop: list[PhysicalNode] = element("Its nodes, in the order of the flow.")


@strawberry.type
class NoStateProblem(Problem):
    """No state of the network is known in which all firm rights are used at once."""

    outcome: Outcome = strawberry.field(description="Whether there is proved to be none.")
    shortage: PressureShortage | None = strawberry.field(description="Where pressure fails, if it is known.")
    reason: str = strawberry.field(description="Why it is UNDECIDED.")

    @classmethod
    def on(cls, day: date, picture: PressurePicture, within: Within) -> Self:
        """Show why a gas day has no state."""
        shortage = shortage_of(Period(day, day + timedelta(days=1)), picture, within)
        why = picture.reason or ("" if shortage is None else shortage.text)
        return cls(
            code=ProblemCode.NO_STATE,
            message=f"no state of the network is known on {day}" + (f": {why}" if why else ""),
            path=["day"],
            outcome=picture.outcome,
            shortage=shortage,
            reason=picture.reason,
        )


TrackPathResult = Annotated[
    TrackPathPayload
    | AmbiguousPathProblem
    | NoPathProblem
    | LoopWithoutInflowProblem
    | NoStateProblem
    | InvalidInputProblem
    | NotFoundProblem
    | ForbiddenProblem
    | RefusedProblem,
    strawberry.union("TrackPathResult"),
]


@strawberry.type
class TrackingQueries:
    """Queries of where gas comes from."""

    @strawberry.field(permission_classes=[MayRead])
    async def track_path(
        self,
        info: Info,
        *,
        network: str,
        day: date,
        from_node: Annotated[str, strawberry.argument(name="from", description=CODE_OF_FIRST)],
        to: Annotated[str, strawberry.argument(description=CODE_OF_LAST)],
        via: Annotated[
            Sequence[str], strawberry.argument(description="The codes of nodes to pass, in this order.")
        ] = (),
        supplies: Annotated[
            Sequence[SupplyInput],
            strawberry.argument(description="What is known of the gas that enters; at most once a node."),
        ] = (),
        edge_costs: Annotated[
            Sequence[EdgeCostInput],
            strawberry.argument(description="In the network's currency; at most once an edge."),
        ] = (),
    ) -> TrackPathResult:
        """Where the gas between two nodes comes from, of what quality it is, and what it has cost.

        On a gas day on which all firm rights are used at once.
        """
        services = info.context.services
        view = await services.snapshots.current(await network_id_of(info, network))
        published = view.published
        known = tuple(command_of(KnownSupply, supply, node_id=supply.node) for supply in supplies)
        asked = PathRequest(from_node, to, tuple(via), known, _costs(edge_costs))
        picture = await services.verifiers.run(
            published, lambda verifier: verifier.views.pressures(view.rights, day, seconds=PRESSURES_S)
        )
        if picture.state is None:
            return NoStateProblem.on(day, picture, published.revision_id)
        try:
            path = await anyio.to_thread.run_sync(
                partial(provenance, published.network, picture.state, asked, published.currency)
            )
        except (AmbiguousPath, NoPath, LoopWithoutInflow) as problem:
            return _problem(problem, published.revision_id)
        return TrackPathPayload(
            day=day,
            unit=published.network.unit,
            currency=published.currency,
            rights_version=view.rights.version,
            nodes=[PathNode.of(node, published.revision_id) for node in path.nodes],
            edges=[PathEdge.on(published, step) for step in path.edges],
        )


def _problem(
    problem: AmbiguousPath | NoPath | LoopWithoutInflow, within: Within
) -> AmbiguousPathProblem | NoPathProblem | LoopWithoutInflowProblem:
    if isinstance(problem, LoopWithoutInflow):
        return shown_as(LoopWithoutInflowProblem, problem, within=within, loop=list(problem.node_ids))
    ends = {"from_node": problem.from_id, "to_node": problem.to_id}
    if isinstance(problem, AmbiguousPath):
        return shown_as(AmbiguousPathProblem, problem, within=within, **ends)
    return shown_as(NoPathProblem, problem, within=within, **ends)


def _costs(given: Sequence[EdgeCostInput]) -> dict[str, EdgeCost]:
    twice = [edge for edge, count in Counter(cost.edge for cost in given).items() if count > 1]
    if twice:
        raise InvalidInput(
            FaultWithin(f"edge {edge}", "its costs are given twice", "edgeCosts") for edge in twice
        )
    return {cost.edge: EdgeCost(cost.operating_per_mwh, cost.fixed_per_hour) for cost in given}
