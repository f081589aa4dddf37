"""Contract networks: a contract as a small graph over the physical network."""

from decimal import Decimal
from typing import Self
from uuid import UUID

import strawberry

from capacity.contracts import model
from capacity.contracts.model import ContractNodeKind, EdgeRole, IntegralKind
from schema.capacity.network_elements import PhysicalNode, element
from schema.identity.parties import Party
from schema.types.domain_values import FromDomain, InNetwork, Within, shown_as
from schema.types.nodes import reference
from schema.types.prices import PriceProcedure, price_of
from schema.types.scalars import Period


@strawberry.type
class Interval(FromDomain):
    """A closed interval; its unit is in the name of the field that has it."""

    low: Decimal = strawberry.field(description="The lower bound.")
    high: Decimal = strawberry.field(description="The upper bound.")


@strawberry.type
class ContractNetworkNode(InNetwork):
    """A party to the contract, the hub, a point or a meter."""

    code: str = strawberry.field(description="Its name in its contract.")
    kind: ContractNodeKind
    name: str
    physical_node: PhysicalNode | None = element(
        "The node of the physical network that a point stands for; null for others."
    )
    party_id: strawberry.Private[UUID | None]
    party: Party | None = reference(Party, "party_id", "The company; null unless the node is one.")

    @classmethod
    def of(cls, value: model.ContractNode, within: Within) -> Self:
        """Show a node."""
        return shown_as(cls, value, within=within, code=value.id, physical_node=value.physical_id)


@strawberry.type
class Band(FromDomain):
    """The units from `low` up to, not including, `high`, and their price."""

    low: Decimal = strawberry.field(description="The lower bound, in the network's commercial unit.")
    high: Decimal = strawberry.field(description="The upper bound, in the network's commercial unit.")
    price: PriceProcedure = strawberry.field(
        description="The price, per unit and gas day. Of a part of a contract whose tariff has tiers it is "
        "a `SharedPrice`."
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
        return shown_as(cls, value, price=price_of(value.price))


@strawberry.type
class ContractNetworkEdge(FromDomain):
    """What may pass from `tail` to `head`; of parallel edges the lowest rank is used first."""

    code: str = strawberry.field(description="Its name in its contract.")
    role: EdgeRole = strawberry.field(description="What the edge is for.")
    tail: ContractNetworkNode
    head: ContractNetworkNode
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

    @classmethod
    def on(cls, within: Within, value: model.ContractNetwork) -> Self:
        """Show the network of a contract, whose points are of the revision `within`."""
        nodes = {node.id: ContractNetworkNode.of(node, within) for node in value.nodes}
        edges = [
            shown_as(ContractNetworkEdge, edge, code=edge.id, tail=nodes[edge.tail], head=nodes[edge.head])
            for edge in value.edges
        ]
        return shown_as(cls, value, nodes=list(nodes.values()), edges=edges)
