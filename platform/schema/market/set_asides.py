"""Capacity set aside: what an operator keeps back, shown to every caller as availability is."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry import relay

from linepack.ids import NetworkId, SetAsideId
from market.set_asides import model, repository, service
from market.set_asides.repository import SetAsideSort
from schema.capacity.contract_holds import HeldQuantity
from schema.capacity.networks import Network, network_id_of
from schema.capacity.routes import Route
from schema.market.booking import DELIVERY, RECEIPT, CapacityExhaustedProblem, NotDecidedProblem
from schema.types.commands import caller_of, run
from schema.types.connections import KeysetConnection, Shown, paged
from schema.types.context import Info
from schema.types.domain_values import Newest, command_of, shown_as
from schema.types.nodes import StoredNode, batched_public, reference, uuid_of
from schema.types.permissions import MayOperate, MayRead
from schema.types.problems import Refusals
from schema.types.scalars import Period, Quantity

ENDS = "When it ends by itself, if it does."
WHY = "Why it is not for sale, in one line; every caller may read it."


@strawberry.type
class CapacitySetAside(StoredNode):
    """Firm capacity that an operator keeps back; it counts as sold."""

    id: relay.NodeID[UUID]
    route: Route
    period: Period
    quantity: Quantity
    reason: str = strawberry.field(description=WHY)
    until: datetime | None = strawberry.field(description=ENDS)
    set_at: datetime
    held: list[HeldQuantity] = strawberry.field(description="What is left of it; empty when it was ended.")
    network_id: strawberry.Private[NetworkId]
    network: Network = reference(Network, "network_id", "The network it lies on.")

    load_rows = staticmethod(batched_public(repository.by_id))

    @classmethod
    def of(cls, value: model.CapacitySetAside) -> Self:
        """Show capacity set aside."""
        return shown_as(cls, value, within=Newest(value.network_id))


@strawberry.input
class SetAsideInput:
    """Firm capacity to keep back, on every gas day from `start` up to, not including, `end`."""

    network: str
    receipt: str | None = strawberry.field(default=None, description=RECEIPT)
    delivery: str | None = strawberry.field(default=None, description=DELIVERY)
    start: date
    end: date
    quantity: Quantity
    reason: str = strawberry.field(description=WHY)
    until: datetime | None = strawberry.field(default=None, description=ENDS)
    idempotency_key: strawberry.ID


@strawberry.input
class EndSetAsideInput:
    """What shall be for sale again; ending it twice has no further effect."""

    set_aside_id: relay.GlobalID = strawberry.field(description="The id of the capacity set aside.")


@strawberry.type
class SetAsidePayload:
    """The capacity set aside, as it is now."""

    set_aside: CapacitySetAside = strawberry.field(description="The capacity set aside.")


SetAsideResult = Annotated[
    SetAsidePayload | CapacityExhaustedProblem | NotDecidedProblem | Refusals,
    strawberry.union("SetAsideResult"),
]
EndSetAsideResult = Annotated[SetAsidePayload | Refusals, strawberry.union("EndSetAsideResult")]


@strawberry.type
class SetAsideQueries:
    """Queries of capacity set aside."""

    @paged(
        KeysetConnection[CapacitySetAside], MayRead, orders=SetAsideSort, followed_by="availabilityChanges"
    )
    async def set_asides(self, info: Info, *, network: str) -> Shown[model.CapacitySetAside]:
        """What the operator of a network has set aside, ended or not, newest first."""
        return Shown(repository.of_network(await network_id_of(info, network)))


@strawberry.type
class SetAsideMutations:
    """Mutations of capacity set aside."""

    @strawberry.mutation(permission_classes=[MayOperate])
    async def set_aside(self, info: Info, input: SetAsideInput) -> SetAsideResult:  # noqa: A002
        """Keep firm capacity back; proved like a booking."""
        network_id = await network_id_of(info, input.network)
        command = command_of(model.SetAside, input, network_id=network_id)
        aside = await service.set_aside(command, caller_of(info))
        return SetAsidePayload(set_aside=CapacitySetAside.of(aside))

    @strawberry.mutation(permission_classes=[MayOperate])
    async def end_set_aside(self, info: Info, input: EndSetAsideInput) -> EndSetAsideResult:  # noqa: A002
        """Offer what was set aside again."""
        set_aside_id = SetAsideId(uuid_of("CapacitySetAside", input.set_aside_id, "setAsideId"))
        aside = await run(info, service.end_set_aside, model.EndSetAside(set_aside_id))
        return SetAsidePayload(set_aside=CapacitySetAside.of(aside))
