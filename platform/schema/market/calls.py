"""Calls for orders in the API: the initiator says what it wants, orders come in, it picks."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry import relay

from capacity.rights.model import Firmness
from linepack.ids import CallId, ContractId, OrderId, PartyId
from linepack.money import Currency
from market.calls import commands, model, repository, service
from market.calls.model import CallState, OrderState, Side
from market.rights_transfer.model import TradeKind
from schema.capacity.contract_holds import CapacityNotHeldProblem
from schema.capacity.contracts import Contract
from schema.capacity.networks import network_id_of
from schema.identity.parties import Party
from schema.market.offered_capacity import OfferedCapacity
from schema.market.trades import Trade
from schema.types.capacity_route import RouteInput
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
from schema.types.permissions import MayRead, MayTrade
from schema.types.scalars import Period, PeriodInput, Price, Quantity


async def load_calls(context: RequestContext, ids: Sequence[CallId]) -> list[model.Call | None]:
    """Return the calls with these ids, as the caller may see them."""
    async with context.services.database.read() as connection:
        found = await repository.calls_by_id(connection, context.caller(), ids)
    return [found.get(call_id) for call_id in ids]


@strawberry.type(description="An invitation to orders: to buy from the initiator, or to sell to it.")
class CallForOrders(Found):
    """A call; anonymous until a trade is concluded."""

    id: relay.NodeID[UUID]
    side: Side
    capacity: OfferedCapacity
    kind: TradeKind
    quantity: Quantity
    remaining: Quantity = strawberry.field(description="The most that is left of it on any gas day.")
    limit_price: Price = strawberry.field(
        description="The least a seller, or the most a buyer, agrees to, per commercial unit and gas day."
    )
    currency: Currency
    state: CallState
    is_firm: bool = strawberry.field(
        description="True: it holds what it would sell. False: it shrinks when what its initiator has does; "
        "a call to BUY holds nothing."
    )
    opened_at: datetime
    closes_at: datetime
    initiator_id: strawberry.Private[PartyId | None]
    contract_id: strawberry.Private[ContractId | None]

    @classmethod
    def of(cls, call: model.Call) -> Self:
        """Show a call as its viewer may see it."""
        return cls(
            id=call.id,
            side=call.side,
            capacity=OfferedCapacity.of(call.capacity),
            kind=call.kind,
            quantity=Quantity(call.quantity),
            remaining=Quantity(call.remaining),
            limit_price=Price(call.limit_price),
            currency=call.currency,
            state=call.state,
            is_firm=call.is_firm,
            opened_at=call.opened_at,
            closes_at=call.closes_at,
            initiator_id=call.initiator_id,
            contract_id=call.contract_id,
        )

    @classmethod
    async def load(cls, info: Info, call_id: CallId) -> Self | None:
        """Show the call with this id."""
        call = await info.context.loader(load_calls).load(call_id)
        return shown(cls.of, call)

    @classmethod
    async def find(cls, info: Info, ids: Sequence[UUID]) -> list[Self | None]:
        """Return calls, as the caller may see them."""
        found = await info.context.loader(load_calls).load_many([CallId(one) for one in ids])
        return [shown(cls.of, one) for one in found]

    @strawberry.field(description="Whose it is; null to others.")
    async def initiator(self, info: Info) -> Party | None:
        """Return the initiator, to itself and to those who keep order."""
        return None if self.initiator_id is None else await Party.load(info, self.initiator_id)

    @strawberry.field(description="The contract offered in a call to SELL; null to others.")
    async def contract(self, info: Info) -> Contract | None:
        """Return the contract behind the call."""
        return await Contract.load(info, self.contract_id)


async def load_orders(context: RequestContext, ids: Sequence[OrderId]) -> list[model.Order | None]:
    """Return the orders with these ids that the caller may see."""
    async with context.services.database.read() as connection:
        found = await repository.orders_by_id(connection, context.caller(), ids)
    return [found.get(order_id) for order_id in ids]


@strawberry.type(description="An answer to a call, seen by its own party and the call's initiator.")
class Order(Found):
    """An order; the initiator does not see whose it is before it accepts."""

    id: relay.NodeID[UUID]
    period: Period
    quantity: Quantity
    price_per_unit_day: Price
    accept_by: datetime = strawberry.field(description="Until then the order binds; then it has lapsed.")
    state: OrderState
    placed_at: datetime
    call_id: strawberry.Private[CallId]
    party_id: strawberry.Private[PartyId | None]

    @classmethod
    def of(cls, order: model.Order) -> Self:
        """Show an order as its viewer may see it."""
        return cls(
            id=order.id,
            period=Period.of(order.period),
            quantity=Quantity(order.quantity),
            price_per_unit_day=Price(order.price_per_unit_day),
            accept_by=order.accept_by,
            state=order.state,
            placed_at=order.placed_at,
            call_id=order.call_id,
            party_id=order.party_id,
        )

    @classmethod
    async def find(cls, info: Info, ids: Sequence[UUID]) -> list[Self | None]:
        """Return the orders the caller may see; None for the others."""
        found = await info.context.loader(load_orders).load_many([OrderId(one) for one in ids])
        return [shown(cls.of, one) for one in found]

    @strawberry.field
    async def call(self, info: Info) -> CallForOrders | None:
        """Return the call it answers."""
        return await CallForOrders.load(info, self.call_id)

    @strawberry.field(description="Whose it is; null to the initiator before it accepts.")
    async def party(self, info: Info) -> Party | None:
        """Return the ordering party."""
        return None if self.party_id is None else await Party.load(info, self.party_id)


@strawberry.input
class OpenCallToSellInput:
    """A part of a contract that one would sell."""

    contract_id: relay.GlobalID
    kind: TradeKind
    start: date
    end: date
    quantity: Quantity
    limit_price: Price = strawberry.field(description="The least you agree to.")
    closes_at: datetime
    is_firm: bool = strawberry.field(
        default=True,
        description="Whether it holds what you would sell until you close it; an indicative one does not.",
    )
    idempotency_key: strawberry.ID = IDEMPOTENCY_KEY


@strawberry.input
class OpenCallToBuyInput:
    """Capacity on a route that one would buy from other shippers."""

    network: str
    receipt: str | None = None
    delivery: str | None = None
    firmness: Firmness = Firmness.FIRM
    kind: TradeKind
    start: date
    end: date
    quantity: Quantity
    limit_price: Price = strawberry.field(description="The most you agree to.")
    closes_at: datetime
    idempotency_key: strawberry.ID = IDEMPOTENCY_KEY


@strawberry.type
class CallPayload:
    """The call, as it is from now on."""

    call: CallForOrders


@strawberry.input
class CloseCallInput:
    """A call that shall take no more orders."""

    call_id: relay.GlobalID


@strawberry.input
class PlaceOrderInput:
    """An answer to a call; `contractId` is what a call to BUY would be served from."""

    call_id: relay.GlobalID
    start: date
    end: date
    quantity: Quantity
    price_per_unit_day: Price
    accept_by: datetime
    contract_id: relay.GlobalID | None = None
    idempotency_key: strawberry.ID = IDEMPOTENCY_KEY


@strawberry.type
class PlaceOrderPayload:
    """The order placed."""

    order: Order


@strawberry.input
class AcceptOrderInput:
    """The order that the initiator picks."""

    order_id: relay.GlobalID
    idempotency_key: strawberry.ID = IDEMPOTENCY_KEY


@strawberry.type
class AcceptOrderPayload:
    """The trade that was concluded."""

    trade: Trade


CallResult = Annotated[CallPayload | CapacityNotHeldProblem | Refusals, strawberry.union("CallResult")]
PlaceOrderResult = Annotated[
    PlaceOrderPayload | CapacityNotHeldProblem | Refusals, strawberry.union("PlaceOrderResult")
]
AcceptOrderResult = Annotated[AcceptOrderPayload | Refusals, strawberry.union("AcceptOrderResult")]


@strawberry.type
class CallQueries:
    """What others ask for, and who answered."""

    @strawberry.field(permission_classes=[MayRead], description="Open calls of a network, newest first.")
    async def calls_for_orders(
        self,
        info: Info,
        *,
        network: str,
        route: RouteInput | None = None,
        period: PeriodInput | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> KeysetConnection[CallForOrders]:
        """Return a page of open calls, those on `route` and sharing gas days with `period` if given."""
        asked = page("callsForOrders", first, after)
        network_id = await network_id_of(info, network)
        async with info.context.services.database.read() as connection:
            rows = await repository.open_calls(
                connection,
                info.context.caller(),
                network_id,
                route=route.to_route() if route else None,
                period=period.to_period() if period else None,
                after=after_id(asked, CallId),
                limit=asked.limit,
            )
        return KeysetConnection[CallForOrders].of(rows, asked, key=by_id, node=CallForOrders.of)

    @strawberry.field(permission_classes=[MayTrade], description="Your party's calls, newest first.")
    async def own_calls_for_orders(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> KeysetConnection[CallForOrders]:
        """Return a page of the caller's calls, whatever became of them."""
        asked = page("ownCallsForOrders", first, after)
        async with info.context.services.database.read() as connection:
            rows = await repository.own_calls(
                connection, info.context.caller(), after=after_id(asked, CallId), limit=asked.limit
            )
        return KeysetConnection[CallForOrders].of(rows, asked, key=by_id, node=CallForOrders.of)

    @strawberry.field(
        permission_classes=[MayRead],
        description="The orders on a call: all to its initiator, else your own; without a call, your own.",
    )
    async def orders(
        self,
        info: Info,
        call: relay.GlobalID | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> KeysetConnection[Order]:
        """Return a page of orders, newest first."""
        asked, caller = page("orders", first, after), info.context.caller()
        last = after_id(asked, OrderId)
        async with info.context.services.database.read() as connection:
            if call is None:
                rows = await repository.own_orders(connection, caller, after=last, limit=asked.limit)
            else:
                call_id = CallId(uuid_of("CallForOrders", call, "call"))
                rows = await repository.orders_of_call(
                    connection, caller, call_id, after=last, limit=asked.limit
                )
        return KeysetConnection[Order].of(rows, asked, key=by_id, node=Order.of)


@strawberry.type
class CallMutations:
    """Asking for orders, answering, and picking."""

    @strawberry.mutation(permission_classes=[MayTrade], description="Ask who would buy a part of a contract.")
    async def open_call_to_sell(self, info: Info, input: OpenCallToSellInput) -> CallResult:  # noqa: A002
        """Return the call."""
        command = commands.CallToSell(
            contract_id=ContractId(uuid_of("Contract", input.contract_id, "contractId")),
            kind=input.kind,
            start=input.start,
            end=input.end,
            quantity=input.quantity,
            limit_price=input.limit_price,
            closes_at=input.closes_at,
            is_firm=input.is_firm,
            idempotency_key=input.idempotency_key,
        )
        return await _open_call(info, command)

    @strawberry.mutation(permission_classes=[MayTrade], description="Ask who would sell capacity on a route.")
    async def open_call_to_buy(self, info: Info, input: OpenCallToBuyInput) -> CallResult:  # noqa: A002
        """Return the call."""
        command = commands.CallToBuy(
            network_id=await network_id_of(info, input.network),
            receipt=input.receipt,
            delivery=input.delivery,
            firmness=input.firmness,
            kind=input.kind,
            start=input.start,
            end=input.end,
            quantity=input.quantity,
            limit_price=input.limit_price,
            closes_at=input.closes_at,
            idempotency_key=input.idempotency_key,
        )
        return await _open_call(info, command)

    @strawberry.mutation(permission_classes=[MayTrade], description="Let your call take no more orders.")
    async def close_call(self, info: Info, input: CloseCallInput) -> CallResult:  # noqa: A002
        """Return the closed call."""
        context, call_id = info.context, CallId(uuid_of("CallForOrders", input.call_id, "callId"))
        call = await service.close_call(
            context.services.market, context.caller(), call_id, context.services.now()
        )
        return CallPayload(call=CallForOrders.of(call))

    @strawberry.mutation(permission_classes=[MayTrade], description="Answer a call.")
    async def place_order(self, info: Info, input: PlaceOrderInput) -> PlaceOrderResult:  # noqa: A002
        """Return the order."""
        own = input.contract_id
        command = commands.PlaceOrder(
            call_id=CallId(uuid_of("CallForOrders", input.call_id, "callId")),
            start=input.start,
            end=input.end,
            quantity=input.quantity,
            price_per_unit_day=input.price_per_unit_day,
            accept_by=input.accept_by,
            contract_id=None if own is None else ContractId(uuid_of("Contract", own, "contractId")),
            idempotency_key=input.idempotency_key,
        )
        context = info.context
        order = await service.place_order(
            context.services.market, context.caller(), command, context.services.now()
        )
        return PlaceOrderPayload(order=Order.of(order))

    @strawberry.mutation(permission_classes=[MayTrade], description="Pick an order; the trade is concluded.")
    async def accept_order(self, info: Info, input: AcceptOrderInput) -> AcceptOrderResult:  # noqa: A002
        """Return the trade."""
        command = commands.AcceptOrder(
            order_id=OrderId(uuid_of("Order", input.order_id, "orderId")),
            idempotency_key=input.idempotency_key,
        )
        context = info.context
        trade = await service.accept_order(
            context.services.market, context.caller(), command, context.services.now()
        )
        return AcceptOrderPayload(trade=Trade.of(trade))


async def _open_call(info: Info, command: commands.CallToSell | commands.CallToBuy) -> CallPayload:
    context = info.context
    call = await service.open_call(context.services.market, context.caller(), command, context.services.now())
    return CallPayload(call=CallForOrders.of(call))
