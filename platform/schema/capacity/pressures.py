"""The home of pressures in the API: how a network is when all firm rights of a gas day are used at once.

Everyone who reads a network's usage sees how it would be run: what pressures deny one is no secret.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, Self

import strawberry

from capacity.feasibility.pressures.pressure_prover import PressurePicture
from capacity.feasibility.verdicts.verdict import Outcome
from capacity.hydraulics.physics import state_summary
from capacity.hydraulics.physics.network import HydraulicNetwork, compile_hydraulics
from capacity.hydraulics.physics.state import Mode
from capacity.networks.model import EdgeKind
from linepack import gasday
from linepack.units import CommercialUnit
from schema.capacity.networks import network_id_of
from schema.capacity.verdicts import PressureShortage
from schema.types.nodes import Info
from schema.types.permissions import MayRead

PRESSURES_S: Final = 8.0
"""How long a state may be sought."""


@strawberry.type(description="A node's pressure, absolute, and the limits it is held to.")
class NodePressure:
    """A node in a state."""

    node: str
    pressure_bar: float
    pressure_min_bar: float = strawberry.field(
        description="The highest of its own least pressure and those of the pipes that end there."
    )
    pressure_max_bar: float

    @classmethod
    def of(cls, found: state_summary.NodePressure) -> Self:
        """Show a node."""
        return cls(
            node=found.node_id,
            pressure_bar=found.pressure_bar,
            pressure_min_bar=found.pressure_min_bar,
            pressure_max_bar=found.pressure_max_bar,
        )


@strawberry.type(description="What an edge is set to and carries.")
class EdgeSetting:
    """An edge in a state."""

    edge: str
    kind: EdgeKind
    mode: Mode
    configuration: str | None = strawberry.field(
        description="The configuration that a station runs, where its characteristic maps are known."
    )
    flow: int = strawberry.field(description="In whole commercial units, negative from head to tail.")
    tail_pressure_bar: float
    head_pressure_bar: float

    @classmethod
    def of(cls, found: state_summary.EdgeSetting) -> Self:
        """Show an edge."""
        return cls(
            edge=found.edge_id,
            kind=found.kind,
            mode=found.mode,
            configuration=found.configuration or None,
            flow=found.flow,
            tail_pressure_bar=found.tail_pressure_bar,
            head_pressure_bar=found.head_pressure_bar,
        )


@strawberry.type(
    description="Pressures when all firm rights of a gas day are used at once: one state of possibly many. "
    "Of entry and exit rights the scarcer side is used in full, the other in proportion."
)
class NetworkPressures:
    """A state, or why there is none."""

    day: date
    unit: CommercialUnit
    rights_version: int = strawberry.field(description="Names the state of all rights that was looked at.")
    outcome: Outcome
    nodes: list[NodePressure] = strawberry.field(
        description="In the revision's order; empty unless FEASIBLE."
    )
    edges: list[EdgeSetting] = strawberry.field(description="In the revision's order; empty unless FEASIBLE.")
    shortage: PressureShortage | None = strawberry.field(
        description="Where pressure fails, if it does: maintenance may leave less than is sold."
    )
    reason: str = strawberry.field(description="Why it is UNDECIDED.")


@strawberry.type
class PressureQueries:
    """How a network would be run."""

    @strawberry.field(
        permission_classes=[MayRead],
        description="The pressures of a gas day when all firm rights are used at once.",
    )
    async def pressures(self, info: Info, network: str, day: date) -> NetworkPressures:
        """Return a state of the network on a gas day."""
        services = info.context.services
        view = await services.snapshots.current(await network_id_of(info, network))
        published = view.published
        picture, compiled = await services.verifiers.run(
            published,
            lambda verifier: (
                verifier.pressures(view.rights, day, seconds=PRESSURES_S),
                compile_hydraulics(published.network, use_maps=False),
            ),
        )
        return NetworkPressures(
            day=day,
            unit=published.network.unit,
            rights_version=view.rights.version,
            outcome=picture.outcome,
            nodes=_nodes(compiled, picture),
            edges=_edges(compiled, picture),
            shortage=shortage_of(day, picture),
            reason=picture.reason,
        )


def _nodes(network: HydraulicNetwork, picture: PressurePicture) -> list[NodePressure]:
    found: Sequence[state_summary.NodePressure] = ()
    if picture.state is not None:
        found = state_summary.node_pressures(network, picture.state)
    return [NodePressure.of(node) for node in found]


def _edges(network: HydraulicNetwork, picture: PressurePicture) -> list[EdgeSetting]:
    found: Sequence[state_summary.EdgeSetting] = ()
    if picture.state is not None:
        found = state_summary.edge_settings(network, picture.state)
    return [EdgeSetting.of(edge) for edge in found]


def shortage_of(day: date, picture: PressurePicture) -> PressureShortage | None:
    """Return where pressure fails on a gas day, if it does."""
    if picture.shortage is None:
        return None
    return PressureShortage.of([gasday.Period(day, day + timedelta(days=1))], picture.shortage)
