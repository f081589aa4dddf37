"""Contract networks: a contract as a small graph over the physical network."""

from decimal import Decimal
from typing import Self
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from capacity.contracts import model
from capacity.contracts.model import ContractNodeKind, EdgeRole, IntegralKind
from capacity.contracts.pricing.codec import price_to_json
from schema.identity.parties import Party
from schema.types.domain_values import FromDomain, shown_as
from schema.types.nodes import reference
from schema.types.scalars import Period


@strawberry.type
class Interval(FromDomain):
    """A closed interval; its unit is in the name of the field that has it."""

    low: Decimal = strawberry.field(description="The lower bound.")
    high: Decimal = strawberry.field(description="The upper bound.")


@strawberry.type
class ContractNetworkNode(FromDomain):
    """A party to the contract, the hub, a point or a meter."""

    id: str = strawberry.field(description="The id of the node in its contract network.")
    kind: ContractNodeKind
    name: str
    physical_node: str | None = strawberry.field(
        description="The node of the physical network that a point stands for."
    )
    party_id: strawberry.Private[UUID | None]
    party: Party | None = reference(Party, "party_id", "The company; null unless the node is one.")

    @classmethod
    def of(cls, value: model.ContractNode) -> Self:
        """Show a node."""
        return shown_as(cls, value, physical_node=value.physical_id)


@strawberry.type
class Band(FromDomain):
    """The units from `low` up to, not including, `high`, and their price."""

    low: Decimal = strawberry.field(description="The lower bound, in the network's commercial unit.")
    high: Decimal = strawberry.field(description="The upper bound, in the network's commercial unit.")
    price: JSON = strawberry.field(
        description="A declarative price procedure, per unit and gas day. Of a part of a contract whose "
        "tariff has tiers it is a `SHARE` of what all units of `blocks` cost together."
    )
    pressure_bar: Interval | None = strawberry.field(
        description="The pressures agreed, in bar; null for none."
    )
    calorific_value_kwh_per_nm3: Interval | None = strawberry.field(
        description="The gross calorific values agreed, in kWh/Nm³; null for none."
    )

    @classmethod
    def of(cls, value: model.Band) -> Self:
        """Show a band."""
        return shown_as(cls, value, price=JSON(price_to_json(value.price)))


@strawberry.type
class ContractNetworkEdge(FromDomain):
    """What may pass from `tail` to `head`; of parallel edges the lowest rank is used first."""

    id: str = strawberry.field(description="The id of the edge in its contract network.")
    role: EdgeRole = strawberry.field(description="What the edge is for.")
    tail: str
    head: str
    rank: int = strawberry.field(description="The order of use among parallel edges.")
    bands: list[Band] = strawberry.field(description="Quantities and their prices, from the lowest on.")


@strawberry.type
class IntegralQuantity(FromDomain):
    """A bound on a period's quantities: on each day or hour, or on their total."""

    kind: IntegralKind = strawberry.field(description="What is bound.")
    period: Period
    minimum: Decimal = strawberry.field(description="The least.")
    maximum: Decimal | None = strawberry.field(description="The most; null for no bound.")
    used: Decimal = strawberry.field(description="How much of it was used.")


@strawberry.type
class ContractNetwork(FromDomain):
    """The graph of a contract; small, so that it is never paged."""

    nodes: list[ContractNetworkNode] = strawberry.field(description="Parties, hub, points and meters.")
    edges: list[ContractNetworkEdge] = strawberry.field(description="What may pass between them.")
    integrals: list[IntegralQuantity] = strawberry.field(description="Bounds over whole periods.")
