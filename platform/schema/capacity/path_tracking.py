"""The home of tracking in the API: whose gas passes the way between two nodes, and what it has cost.

It is tracked in the state in which a network would be run on a gas day, so whoever sees that state sees this.
The figures are analysis, not amounts owed: floats, in the network's currency, never invoiced.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Annotated, Final, Self

import anyio.to_thread
import strawberry

from capacity.feasibility.pressures.pressure_prover import PressurePicture
from capacity.feasibility.verdicts.verdict import Outcome
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
from schema.types.nodes import Info
from schema.types.permissions import MayRead
from schema.types.problems import (
    ForbiddenProblem,
    InvalidInputProblem,
    NotFoundProblem,
    Problem,
    RefusedProblem,
)

SHARE_MIN: Final = 1e-6
"""A smaller part of the gas is not shown."""


@strawberry.input(description="What is known of the gas that enters at a node.")
class SupplyInput:
    """A supply; the cost is not known wherever gas without a price gets to."""

    node: str
    calorific_value_kwh_per_nm3: float | None = strawberry.field(
        default=None, description="Gross; the network's own, if left out."
    )
    price_per_mwh: float | None = strawberry.field(default=None, description="What it costs where it enters.")


@strawberry.input(description="What transport along an edge costs.")
class EdgeCostInput:
    """A cost; an edge without one costs nothing."""

    edge: str
    operating_per_mwh: float = 0.0
    fixed_per_hour: float = 0.0


@strawberry.type(description="The part of a supply in what passes a node.")
class SupplyShare:
    """A share, 0 to 1."""

    node: str = strawberry.field(description="Where the gas enters.")
    by_volume: float
    by_energy: float


@strawberry.type(description="What passes a node of a path.")
class PathNode:
    """A node of a path."""

    node: str
    distance_km: float = strawberry.field(description="Along the path, from where it starts.")
    pressure_bar: float | None
    calorific_value_kwh_per_nm3: float
    supply_shares: list[SupplyShare] = strawberry.field(description="The largest by volume first.")
    unit_cost_per_mwh: float | None = strawberry.field(
        description="What a MWh has cost when it passes; null where some of the gas has no known price."
    )

    @classmethod
    def of(cls, found: flow_paths.PathNode) -> Self:
        """Show a node."""
        largest_first = sorted(found.volume_shares.items(), key=lambda share: -share[1])
        return cls(
            node=found.node_id,
            distance_km=found.distance_km,
            pressure_bar=found.pressure_bar,
            calorific_value_kwh_per_nm3=found.calorific_value_kwh_per_nm3,
            supply_shares=[
                SupplyShare(node=node_id, by_volume=share, by_energy=found.energy_shares[node_id])
                for node_id, share in largest_first
                if share >= SHARE_MIN
            ],
            unit_cost_per_mwh=found.unit_cost_per_mwh,
        )


@strawberry.type(description="A step of a path: one edge, or several parallel ones.")
class PathEdge:
    """What leads from one node of a path to the next."""

    edges: list[str] = strawberry.field(description="The one that carries most first.")
    length_km: float
    flow: int = strawberry.field(
        description="Along the path, in whole commercial units; energy is counted at the network's own "
        "calorific value."
    )

    @classmethod
    def of(cls, network: Network, found: flow_paths.PathEdge) -> Self:
        """Show a step."""
        return cls(
            edges=list(found.edge_ids),
            length_km=found.length_km,
            flow=in_commercial_units(network, found.flow_nm3_per_h),
        )


@strawberry.type(description="The way gas takes between two nodes when all firm rights are used at once.")
class TrackPathPayload:
    """A path: n nodes and the n − 1 steps between them."""

    day: date
    unit: CommercialUnit
    currency: Currency
    rights_version: int = strawberry.field(description="Names the state of all rights that was looked at.")
    nodes: list[PathNode] = strawberry.field(description="In the order in which the gas passes them.")
    edges: list[PathEdge]


@strawberry.type(description="Gas takes several ways between the two nodes: name nodes to pass in `via`.")
class AmbiguousPathProblem(Problem):
    """A path that is not unique."""

    from_node: str
    to_node: str
    candidates: list[str] = strawberry.field(description="The nodes that only some of the ways pass.")

    @classmethod
    def of(cls, problem: AmbiguousPath) -> Self:
        """Show between which nodes, and what would decide."""
        return cls(
            code=problem.code,
            message=problem.message,
            path=list(problem.path),
            from_node=problem.from_id,
            to_node=problem.to_id,
            candidates=list(problem.candidates),
        )


@strawberry.type(description="No gas gets from one node to the other.")
class NoPathProblem(Problem):
    """A path that is not there."""

    from_node: str
    to_node: str

    @classmethod
    def of(cls, problem: NoPath) -> Self:
        """Show between which nodes."""
        return cls(
            code=problem.code,
            message=problem.message,
            path=list(problem.path),
            from_node=problem.from_id,
            to_node=problem.to_id,
        )


@strawberry.type(description="Gas circulates in a loop that gets none from outside: its origin is unknown.")
class LoopWithoutInflowProblem(Problem):
    """Gas of nobody."""

    loop: list[str] = strawberry.field(description="Its nodes, in the order of the flow.")

    @classmethod
    def of(cls, problem: LoopWithoutInflow) -> Self:
        """Show the loop."""
        return cls(
            code=problem.code,
            message=problem.message,
            path=list(problem.path),
            loop=list(problem.node_ids),
        )


@strawberry.type(description="No state of the network is known in which all firm rights are used at once.")
class NoStateProblem(Problem):
    """A gas day on which there is nothing to track."""

    outcome: Outcome
    shortage: PressureShortage | None = strawberry.field(description="Where pressure fails, if it is known.")
    reason: str = strawberry.field(description="Why it is UNDECIDED.")

    @classmethod
    def on(cls, day: date, picture: PressurePicture) -> Self:
        """Show why a gas day has no state."""
        shortage = shortage_of(day, picture)
        why = picture.reason or ("" if shortage is None else shortage.text)
        return cls(
            code="NO_STATE",
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
    """Where gas comes from."""

    @strawberry.field(
        permission_classes=[MayRead],
        description="Whose gas passes the way between two nodes on a gas day on which all firm rights are "
        "used at once, of what quality, and what it has cost.",
    )
    async def track_path(
        self,
        info: Info,
        *,
        network: str,
        day: date,
        from_node: Annotated[str, strawberry.argument(name="from")],
        to: str,
        via: Annotated[Sequence[str], strawberry.argument(description="Nodes to pass, in this order.")] = (),
        supplies: Annotated[
            Sequence[SupplyInput],
            strawberry.argument(description="What is known of the gas that enters; at most once a node."),
        ] = (),
        edge_costs: Annotated[
            Sequence[EdgeCostInput],
            strawberry.argument(description="In the network's currency; at most once an edge."),
        ] = (),
    ) -> TrackPathResult:
        """Return a path, or why there is none."""
        services = info.context.services
        view = await services.snapshots.current(await network_id_of(info, network))
        published = view.published
        asked = PathRequest(from_node, to, tuple(via), _known(supplies), _costs(edge_costs))
        picture = await services.verifiers.run(
            published, lambda verifier: verifier.pressures(view.rights, day, seconds=PRESSURES_S)
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


def _known(supplies: Sequence[SupplyInput]) -> tuple[KnownSupply, ...]:
    return tuple(
        KnownSupply(supply.node, supply.calorific_value_kwh_per_nm3, supply.price_per_mwh)
        for supply in supplies
    )


def _costs(given: Sequence[EdgeCostInput]) -> dict[str, EdgeCost]:
    twice = [edge for edge, count in Counter(cost.edge for cost in given).items() if count > 1]
    if twice:
        raise InvalidInput(Fault(f"edge {edge}", "its costs are given twice") for edge in twice)
    return {cost.edge: EdgeCost(cost.operating_per_mwh, cost.fixed_per_hour) for cost in given}
