"""Path tracking: where the gas between two nodes comes from, of what quality it is and what it has cost.

It is tracked in the state in which a network would be run on a gas day, so every caller who may read that
state may read this. The figures are analysis, not amounts owed: floats, in the network's currency, never
invoiced.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Annotated, Final, Self

import anyio.to_thread
import strawberry

from capacity.feasibility.pressures.pressure_prover import PressurePicture
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.networks.model import Network
from linepack.money import Currency
from linepack.problems import Fault, InvalidInput
from linepack.units import CommercialUnit
from operations.gas_quality import paths as flow_paths
from operations.gas_quality.mixing import EdgeCost, LoopWithoutInflow
from operations.gas_quality.paths import AmbiguousPath, NoPath
from operations.gas_quality.provenance import KnownSupply, PathRequest, in_commercial_units, provenance
from schema.capacity.networks import network_id_of
from schema.capacity.pressures import PRESSURES_S, shortage_of
from schema.capacity.verdicts import PressureShortage
from schema.types.context import Info
from schema.types.domain_values import FromDomain, command_of, shown_as
from schema.types.permissions import MayRead
from schema.types.problem_codes import ProblemCode
from schema.types.problems import (
    ForbiddenProblem,
    InvalidInputProblem,
    NotFoundProblem,
    Problem,
    RefusedProblem,
)

SHARE_MIN: Final = 1e-6
"""A smaller part of the gas is not shown: it is within the error of the flows."""
FROM: Final = "The id of the node where the path begins."
TO: Final = "The id of the node where the path ends."
CALORIFIC_VALUE: Final = "Gross, in kWh/Nm³"


@strawberry.input
class SupplyInput:
    """What is known of the gas that enters at a node.

    The cost is unknown at every node that is reached by gas without a price.
    """

    node: str = strawberry.field(description="The id of the node.")
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
class SupplyShare:
    """The part of a supply in what passes a node, 0 to 1."""

    node: str = strawberry.field(description="The id of the node where the gas enters.")
    by_volume: float = strawberry.field(description="Its part of the volume.")
    by_energy: float = strawberry.field(description="Its part of the energy.")


@strawberry.type
class PathNode(FromDomain):
    """What passes a node of a path."""

    node: str
    distance_km: float = strawberry.field(description="Along the path, from where it starts.")
    pressure_bar: float | None
    calorific_value_kwh_per_nm3: float = strawberry.field(description=f"{CALORIFIC_VALUE}.")
    supply_shares: list[SupplyShare] = strawberry.field(description="The largest by volume first.")
    unit_cost_per_mwh: float | None = strawberry.field(
        description="What a MWh has cost when it passes; null where some of the gas has no known price."
    )

    @classmethod
    def of(cls, value: flow_paths.PathNode) -> Self:
        """Show a node."""
        largest_first = sorted(value.volume_shares.items(), key=lambda share: -share[1])
        shares = [
            SupplyShare(node=node_id, by_volume=share, by_energy=value.energy_shares[node_id])
            for node_id, share in largest_first
            if share >= SHARE_MIN
        ]
        return shown_as(cls, value, node=value.node_id, supply_shares=shares)


@strawberry.type
class PathEdge:
    """A step of a path from one node to the next: one edge, or several parallel ones."""

    edges: list[str] = strawberry.field(description="The ids of its edges, the largest flow first.")
    length_km: float = strawberry.field(description="Its length, in km.")
    flow: int = strawberry.field(
        description="Along the path, in whole commercial units; energy is counted at the network's own "
        "calorific value."
    )

    @classmethod
    def of(cls, network: Network, found: flow_paths.PathEdge) -> Self:
        """Show a step."""
        flow = in_commercial_units(network, found.flow_nm3_per_h)
        return cls(edges=list(found.edge_ids), length_km=found.length_km, flow=flow)


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

    from_node: str = strawberry.field(description=FROM)
    to_node: str = strawberry.field(description=TO)
    candidates: list[str] = strawberry.field(description="The nodes that only some of the paths pass.")

    @classmethod
    def of(cls, value: AmbiguousPath) -> Self:
        """Show between which nodes, and what would decide."""
        return shown_as(cls, value, from_node=value.from_id, to_node=value.to_id)


@strawberry.type
class NoPathProblem(Problem):
    """No gas flows from one node to the other."""

    from_node: str = strawberry.field(description=FROM)
    to_node: str = strawberry.field(description=TO)

    @classmethod
    def of(cls, value: NoPath) -> Self:
        """Show between which nodes."""
        return shown_as(cls, value, from_node=value.from_id, to_node=value.to_id)


@strawberry.type
class LoopWithoutInflowProblem(Problem):
    """Gas circulates in a loop without inflow, so its origin is unknown."""

    loop: list[str] = strawberry.field(description="The ids of its nodes, in the order of the flow.")

    @classmethod
    def of(cls, value: LoopWithoutInflow) -> Self:
        """Show the loop."""
        return shown_as(cls, value, loop=list(value.node_ids))


@strawberry.type
class NoStateProblem(Problem):
    """No state of the network is known in which all firm rights are used at once."""

    outcome: Outcome = strawberry.field(description="Whether there is proved to be none.")
    shortage: PressureShortage | None = strawberry.field(description="Where pressure fails, if it is known.")
    reason: str = strawberry.field(description="Why it is UNDECIDED.")

    @classmethod
    def on(cls, day: date, picture: PressurePicture) -> Self:
        """Show why a gas day has no state."""
        shortage = shortage_of(day, picture)
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
        from_node: Annotated[str, strawberry.argument(name="from", description=FROM)],
        to: Annotated[str, strawberry.argument(description=TO)],
        via: Annotated[
            Sequence[str], strawberry.argument(description="The ids of nodes to pass, in this order.")
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
            return NoStateProblem.on(day, picture)
        path = await anyio.to_thread.run_sync(
            partial(provenance, published.network, picture.state, asked, published.currency)
        )
        return TrackPathPayload(
            day=day,
            unit=published.network.unit,
            currency=published.currency,
            rights_version=view.rights.version,
            nodes=[PathNode.of(node) for node in path.nodes],
            edges=[PathEdge.of(published.network, step) for step in path.edges],
        )


def _costs(given: Sequence[EdgeCostInput]) -> dict[str, EdgeCost]:
    twice = [edge for edge, count in Counter(cost.edge for cost in given).items() if count > 1]
    if twice:
        raise InvalidInput(Fault(f"edge {edge}", "its costs are given twice") for edge in twice)
    return {cost.edge: EdgeCost(cost.operating_per_mwh, cost.fixed_per_hour) for cost in given}
