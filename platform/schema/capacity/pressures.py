"""Pressures: the state of a network when all firm rights of a gas day are used at once.

Every caller who may read a network's usage may read its pressures.
"""

from datetime import date, timedelta
from typing import Final, Self

import strawberry

from capacity.feasibility.pressures.pressure_prover import PressurePicture
from capacity.feasibility.verdicts import explanation
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.hydraulics.physics import state_summary
from capacity.hydraulics.physics.network import compile_hydraulics
from capacity.hydraulics.physics.state import Mode
from capacity.networks.model import EdgeKind
from linepack import gasday
from linepack.units import CommercialUnit
from schema.capacity.networks import network_id_of
from schema.capacity.verdicts import PressureShortage
from schema.types.context import Info
from schema.types.domain_values import FromDomain, Within, shown_as
from schema.types.permissions import MayRead
from schema.types.scalars import Quantity

PRESSURES_S: Final = 8.0
"""How long a state may be searched for; it bounds how long one query holds a verifier."""


@strawberry.type
class NodePressure(FromDomain):
    """A node's pressure, absolute, and its limits."""

    node: str
    pressure_bar: float
    pressure_min_bar: float = strawberry.field(
        description="The highest of its own least pressure and those of the pipes that end there."
    )
    pressure_max_bar: float = strawberry.field(
        description="The lowest of its own highest pressure and those of the pipes that end there."
    )

    @classmethod
    def of(cls, value: state_summary.NodePressure) -> Self:
        """Show a node."""
        return shown_as(cls, value, node=value.node_id)


@strawberry.type
class EdgeSetting(FromDomain):
    """How an edge is set and what it carries."""

    edge: str
    kind: EdgeKind
    mode: Mode = strawberry.field(description="How it is set.")
    configuration: str | None = strawberry.field(
        description="The configuration that a station runs, where its characteristic maps are known."
    )
    flow: Quantity = strawberry.field(description="Negative from head to tail.")
    tail_pressure_bar: float = strawberry.field(description="The pressure at the tail, absolute, in bar.")
    head_pressure_bar: float = strawberry.field(description="The pressure at the head, absolute, in bar.")

    @classmethod
    def of(cls, value: state_summary.EdgeSetting) -> Self:
        """Show an edge."""
        return shown_as(cls, value, edge=value.edge_id, configuration=value.configuration or None)


@strawberry.type
class NetworkPressures:
    """Pressures when all firm rights of a gas day are used at once: one state of possibly many.

    Of entry and exit rights the scarcer side is used in full, the other in proportion.
    """

    day: date
    unit: CommercialUnit
    rights_version: int
    outcome: Outcome = strawberry.field(description="Whether such a state was found.")
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
    """Queries of pressures."""

    @strawberry.field(permission_classes=[MayRead])
    async def pressures(self, info: Info, network: str, day: date) -> NetworkPressures:
        """The pressures of a gas day when all firm rights are used at once."""
        services = info.context.services
        view = await services.snapshots.current(await network_id_of(info, network))
        published = view.published
        picture, compiled = await services.verifiers.run(
            published,
            lambda verifier: (
                verifier.views.pressures(view.rights, day, seconds=PRESSURES_S),
                compile_hydraulics(published.network, use_maps=False),
            ),
        )
        state = picture.state
        nodes = () if state is None else state_summary.node_pressures(compiled, state)
        edges = () if state is None else state_summary.edge_settings(compiled, state)
        return NetworkPressures(
            day=day,
            unit=published.network.unit,
            rights_version=view.rights.version,
            outcome=picture.outcome,
            nodes=[NodePressure.of(node) for node in nodes],
            edges=[EdgeSetting.of(edge) for edge in edges],
            shortage=shortage_of(day, picture, published.revision_id),
            reason=picture.reason,
        )


def shortage_of(day: date, picture: PressurePicture, within: Within) -> PressureShortage | None:
    """Return where pressure fails on a gas day, if it does."""
    if picture.shortage is None:
        return None
    period = gasday.Period(day, day + timedelta(days=1))
    return PressureShortage.of(explanation.PressureShortage((period,), picture.shortage), within)
