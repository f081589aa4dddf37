"""The home of contract networks in the API: a contract as a small graph over the physical network."""

from decimal import Decimal
from typing import Self
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from capacity.contracts import model
from capacity.contracts.model import ContractNodeKind, EdgeRole, IntegralKind
from capacity.contracts.pricing.codec import price_to_json
from linepack.ids import PartyId
from schema.identity.parties import Party
from schema.types.nodes import Info
from schema.types.scalars import Period


@strawberry.type(description="A closed interval; its unit is in the name of the field that has it.")
class Interval:
    """Two bounds."""

    low: Decimal
    high: Decimal

    @classmethod
    def of(cls, interval: model.Interval | None) -> Self | None:
        """Show an interval."""
        return None if interval is None else cls(low=interval.low, high=interval.high)


@strawberry.type(description="A partner, the hub, a point or a meter.")
class ContractNetworkNode:
    """A node of a contract network."""

    id: str
    kind: ContractNodeKind
    name: str
    physical_node: str | None = strawberry.field(
        description="The node of the physical network that a point stands for."
    )
    party_id: strawberry.Private[UUID | None]

    @classmethod
    def of(cls, node: model.ContractNode) -> Self:
        """Show a node."""
        return cls(
            id=node.id,
            kind=node.kind,
            name=node.name,
            physical_node=node.physical_id,
            party_id=node.party_id,
        )

    @strawberry.field(description="Who a partner is.")
    async def party(self, info: Info) -> Party | None:
        """Return the partner's party."""
        return None if self.party_id is None else await Party.load(info, PartyId(self.party_id))


@strawberry.type(description="The units from `low` up to, not including, `high`, and their price.")
class Band:
    """A band of an edge, in the network's commercial unit."""

    low: Decimal
    high: Decimal
    price: JSON = strawberry.field(
        description="A declarative price procedure, per unit and gas day. Of a part of a contract whose "
        "tariff has tiers it is a `SHARE` of what all units of `blocks` cost together."
    )
    pressure_bar: Interval | None
    calorific_value_kwh_per_nm3: Interval | None

    @classmethod
    def of(cls, band: model.Band) -> Self:
        """Show a band."""
        return cls(
            low=band.low,
            high=band.high,
            price=JSON(price_to_json(band.price)),
            pressure_bar=Interval.of(band.pressure_bar),
            calorific_value_kwh_per_nm3=Interval.of(band.calorific_value_kwh_per_nm3),
        )


@strawberry.type(description="What may pass from `tail` to `head`; of parallel edges the lowest rank first.")
class ContractNetworkEdge:
    """An edge of a contract network."""

    id: str
    role: EdgeRole
    tail: str
    head: str
    rank: int
    bands: list[Band]

    @classmethod
    def of(cls, edge: model.ContractEdge) -> Self:
        """Show an edge."""
        bands = [Band.of(band) for band in edge.bands]
        return cls(id=edge.id, role=edge.role, tail=edge.tail, head=edge.head, rank=edge.rank, bands=bands)


@strawberry.type(description="A bound on a period's quantities: each day's or hour's, or their total.")
class IntegralQuantity:
    """An obligation or allowance over a period."""

    kind: IntegralKind
    period: Period
    minimum: Decimal
    maximum: Decimal | None
    used: Decimal

    @classmethod
    def of(cls, integral: model.IntegralQuantity) -> Self:
        """Show an integral quantity."""
        return cls(
            kind=integral.kind,
            period=Period.of(integral.period),
            minimum=integral.minimum,
            maximum=integral.maximum,
            used=integral.used,
        )


@strawberry.type(description="The graph of a contract.")
class ContractNetwork:
    """Nodes, edges and integral quantities; small, so that it is never paged."""

    nodes: list[ContractNetworkNode]
    edges: list[ContractNetworkEdge]
    integrals: list[IntegralQuantity]

    @classmethod
    def of(cls, network: model.ContractNetwork) -> Self:
        """Show a contract network."""
        return cls(
            nodes=[ContractNetworkNode.of(node) for node in network.nodes],
            edges=[ContractNetworkEdge.of(edge) for edge in network.edges],
            integrals=[IntegralQuantity.of(integral) for integral in network.integrals],
        )
