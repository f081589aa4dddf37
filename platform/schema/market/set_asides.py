"""Capacity set aside in the API: what an operator keeps back, shown to everyone as availability is."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry import relay

from linepack.ids import NetworkId, SetAsideId
from market.set_asides import model, repository, service
from schema.capacity.contract_holds import HeldQuantity
from schema.capacity.networks import Network, network_id_of
from schema.market.booking import CapacityExhaustedProblem, NotDecidedProblem
from schema.types.capacity_route import Route
from schema.types.connections import KeysetConnection, page
from schema.types.context import RequestContext
from schema.types.nodes import (
    IDEMPOTENCY_KEY,
    Found,
    Info,
    Refusals,
    after_id,
    by_id,
    shown,
    uuid_of,
)
from schema.types.permissions import MayOperate, MayRead
from schema.types.scalars import Period, Quantity


async def load_set_asides(
    context: RequestContext, ids: Sequence[SetAsideId]
) -> list[model.CapacitySetAside | None]:
    """Return what was set aside under these ids."""
    async with context.services.database.read() as connection:
        found = await repository.by_id(connection, ids)
    return [found.get(set_aside_id) for set_aside_id in ids]


@strawberry.type(description="Firm capacity that an operator keeps back; it counts as sold.")
class CapacitySetAside(Found):
    """What was set aside, and what is left of it."""

    id: relay.NodeID[UUID]
    route: Route
    period: Period
    quantity: Quantity
    reason: str
    until: datetime | None = strawberry.field(description="When it ends by itself, if it does.")
    set_at: datetime
    held: list[HeldQuantity] = strawberry.field(description="What is left of it; empty when it was ended.")
    network_id: strawberry.Private[NetworkId]

    @classmethod
    def of(cls, aside: model.CapacitySetAside) -> Self:
        """Show capacity set aside."""
        return cls(
            id=aside.id,
            route=Route.of(aside.route),
            period=Period.of(aside.period),
            quantity=Quantity(aside.quantity),
            reason=aside.reason,
            until=aside.until,
            set_at=aside.set_at,
            held=[
                HeldQuantity(period=Period.of(one.period), quantity=Quantity(one.quantity))
                for one in aside.held
            ],
            network_id=aside.network_id,
        )

    @classmethod
    async def find(cls, info: Info, ids: Sequence[UUID]) -> list[Self | None]:
        """Return what was set aside under these ids."""
        found = await info.context.loader(load_set_asides).load_many([SetAsideId(one) for one in ids])
        return [shown(cls.of, one) for one in found]

    @strawberry.field
    async def network(self, info: Info) -> Network:
        """Return the network it lies on."""
        return await Network.load(info, self.network_id)


@strawberry.input
class SetAsideInput:
    """Firm capacity to keep back, on every gas day from `start` up to, not including, `end`."""

    network: str
    receipt: str | None = strawberry.field(default=None, description="Null: an exit from the hub.")
    delivery: str | None = strawberry.field(default=None, description="Null: an entry to the hub.")
    start: date
    end: date
    quantity: Quantity
    reason: str = strawberry.field(description="Why it is not for sale, in one line, for everyone.")
    until: datetime | None = strawberry.field(default=None, description="When it ends by itself.")
    idempotency_key: strawberry.ID = IDEMPOTENCY_KEY


@strawberry.input
class EndSetAsideInput:
    """What shall be for sale again; ending twice ends once."""

    set_aside_id: relay.GlobalID


@strawberry.type
class SetAsidePayload:
    """What is set aside, as it is from now on."""

    set_aside: CapacitySetAside


SetAsideResult = Annotated[
    SetAsidePayload | CapacityExhaustedProblem | NotDecidedProblem | Refusals,
    strawberry.union("SetAsideResult"),
]
EndSetAsideResult = Annotated[SetAsidePayload | Refusals, strawberry.union("EndSetAsideResult")]


@strawberry.type
class SetAsideQueries:
    """What operators keep back."""

    @strawberry.field(
        permission_classes=[MayRead],
        description="What the operator of a network has set aside, newest first.",
    )
    async def set_asides(
        self, info: Info, *, network: str, first: int | None = None, after: str | None = None
    ) -> KeysetConnection[CapacitySetAside]:
        """Return a page of what was set aside, ended or not."""
        asked = page("setAsides", first, after)
        network_id = await network_id_of(info, network)
        async with info.context.services.database.read() as connection:
            rows = await repository.of_network(
                connection, network_id, after=after_id(asked, SetAsideId), limit=asked.limit
            )
        return KeysetConnection[CapacitySetAside].of(rows, asked, key=by_id, node=CapacitySetAside.of)


@strawberry.type
class SetAsideMutations:
    """Keeping capacity back, and offering it again."""

    @strawberry.mutation(
        permission_classes=[MayOperate], description="Keep firm capacity back; proved like a booking."
    )
    async def set_aside(self, info: Info, input: SetAsideInput) -> SetAsideResult:  # noqa: A002
        """Return what is set aside."""
        command = model.SetAside(
            network_id=await network_id_of(info, input.network),
            receipt=input.receipt,
            delivery=input.delivery,
            start=input.start,
            end=input.end,
            quantity=input.quantity,
            reason=input.reason,
            until=input.until,
            idempotency_key=input.idempotency_key,
        )
        context = info.context
        aside = await service.set_aside(
            context.services.market, context.caller(), command, context.services.now()
        )
        return SetAsidePayload(set_aside=CapacitySetAside.of(aside))

    @strawberry.mutation(permission_classes=[MayOperate], description="Offer what was set aside again.")
    async def end_set_aside(self, info: Info, input: EndSetAsideInput) -> EndSetAsideResult:  # noqa: A002
        """Return what is set aside no more."""
        context = info.context
        set_aside_id = SetAsideId(uuid_of("CapacitySetAside", input.set_aside_id, "setAsideId"))
        aside = await service.end_set_aside(context.services.market, context.caller(), set_aside_id)
        return SetAsidePayload(set_aside=CapacitySetAside.of(aside))
