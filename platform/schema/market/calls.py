"""Calls for orders: the initiator states what it wants, orders come in, it accepts some."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from capacity.rights.model import Firmness
from linepack.ids import CallId, ContractId, OrderId, PartyId
from linepack.money import Currency
from market.calls import commands, model, repository, service
from market.calls.model import CallState, OrderState, Side
from market.calls.repository import CALLS, CallSort, OrderSort
from market.rights_transfer.model import TradeKind
from schema.capacity.contract_holds import CapacityNotHeldProblem
from schema.capacity.contracts import Contract
from schema.capacity.networks import network_id_of
from schema.capacity.routes import RouteInput
from schema.identity.parties import Party
from schema.market.credit import CreditExceededProblem
from schema.market.offered_capacity import OfferedCapacity
from schema.market.trades import PASSES, Trade
from schema.types.commands import run
from schema.types.connections import ONLY_STATE, KeysetConnection, Shown, paged
from schema.types.context import Info
from schema.types.domain_values import command_of
from schema.types.nodes import StoredNode, batched, reference, uuid_of
from schema.types.permissions import MayRead, MayTrade
from schema.types.problems import Refusals
from schema.types.scalars import Period, PeriodInput, Price, Quantity

CALL_ID = "The id of the call."
SIDE = "What the initiator wants to do."
BINDS_UNTIL = "Until when the order binds; after that it has lapsed."


@strawberry.type
class CallForOrders(StoredNode):
    """An invitation to orders: to buy from the initiator, or to sell to it. Anonymous until a trade."""

    id: relay.NodeID[UUID]
    side: Side = strawberry.field(description=SIDE)
    capacity: OfferedCapacity
    kind: TradeKind = strawberry.field(description=PASSES)
    quantity: Quantity = strawberry.field(description="As it was opened.")
    remaining: Quantity = strawberry.field(description="The most that is left of it on any gas day.")
    limit_price: Price = strawberry.field(
        description="The least a seller, or the most a buyer, agrees to, per commercial unit and gas day."
    )
    currency: Currency
    state: CallState
    is_firm: bool = strawberry.field(
        description="True: the capacity to be sold is held for it. False: it shrinks when the initiator's "
        "capacity does; a call to BUY holds nothing."
    )
    opened_at: datetime = strawberry.field(description="When it was opened.")
    closes_at: datetime
    initiator_id: strawberry.Private[PartyId | None]
    contract_id: strawberry.Private[ContractId | None]
    initiator: Party | None = reference(
        Party,
        "initiator_id",
        "The party that opened it; shown to itself, the operator, regulators, billing and administrators, "
        "null to others.",
    )
    contract: Contract | None = reference(
        Contract, "contract_id", "The contract offered in a call to SELL; null to others."
    )

    load_rows = staticmethod(batched(CALLS.seen_by_id))


@strawberry.type
class Order(StoredNode):
    """An answer to a call, shown to its own party and the call's initiator."""

    id: relay.NodeID[UUID]
    period: Period
    quantity: Quantity
    price_per_unit_day: Price
    accept_by: datetime = strawberry.field(description=BINDS_UNTIL)
    state: OrderState
    placed_at: datetime = strawberry.field(description="When it was placed.")
    call_id: strawberry.Private[CallId]
    party_id: strawberry.Private[PartyId | None]
    call: CallForOrders | None = reference(CallForOrders, "call_id", "The call it answers.")
    party: Party | None = reference(
        Party, "party_id", "The party that placed it; null to the initiator before it accepts."
    )

    load_rows = staticmethod(batched(repository.orders_by_id))


@strawberry.input
class OpenCallToSellInput:
    """A part of a contract that you would sell."""

    contract_id: relay.GlobalID
    kind: TradeKind = strawberry.field(description=PASSES)
    start: date
    end: date
    quantity: Quantity
    limit_price: Price = strawberry.field(description="The least you agree to.")
    closes_at: datetime
    is_firm: bool = strawberry.field(
        default=True,
        description="Whether the capacity is held for the call until you close it; for an indicative call it "
        "is not.",
    )
    idempotency_key: strawberry.ID


@strawberry.input
class OpenCallToBuyInput:
    """Capacity on a route that you would buy from other shippers."""

    network: str
    receipt: str | None = None
    delivery: str | None = None
    firmness: Firmness = Firmness.FIRM
    kind: TradeKind = strawberry.field(description=PASSES)
    start: date
    end: date
    quantity: Quantity
    limit_price: Price = strawberry.field(description="The most you agree to.")
    closes_at: datetime
    idempotency_key: strawberry.ID


@strawberry.type
class CallPayload:
    """The call concerned."""

    call: CallForOrders = strawberry.field(description="The call, as it is now.")


@strawberry.input
class CloseCallInput:
    """A call that shall take no more orders."""

    call_id: relay.GlobalID = strawberry.field(description=CALL_ID)


@strawberry.input
class PlaceOrderInput:
    """An answer to a call."""

    call_id: relay.GlobalID = strawberry.field(description=CALL_ID)
    start: date
    end: date
    quantity: Quantity
    price_per_unit_day: Price
    accept_by: datetime = strawberry.field(description=BINDS_UNTIL)
    contract_id: relay.GlobalID | None = strawberry.field(
        default=None, description="The contract from which you would serve a call to BUY."
    )
    idempotency_key: strawberry.ID


@strawberry.type
class PlaceOrderPayload:
    """The order that was placed."""

    order: Order = strawberry.field(description="The order.")


@strawberry.input
class AcceptOrderInput:
    """The order that the initiator accepts."""

    order_id: relay.GlobalID = strawberry.field(description="The id of the order.")
    idempotency_key: strawberry.ID


@strawberry.type
class AcceptOrderPayload:
    """The trade that was concluded."""

    trade: Trade


CallResult = Annotated[CallPayload | CapacityNotHeldProblem | Refusals, strawberry.union("CallResult")]
PlaceOrderResult = Annotated[
    PlaceOrderPayload | CapacityNotHeldProblem | CreditExceededProblem | Refusals,
    strawberry.union("PlaceOrderResult"),
]
AcceptOrderResult = Annotated[
    AcceptOrderPayload | CreditExceededProblem | Refusals, strawberry.union("AcceptOrderResult")
]


@strawberry.type
class CallQueries:
    """Queries of calls for orders and orders."""

    @paged(KeysetConnection[CallForOrders], MayRead, orders=CallSort, followed_by="marketEvents")
    async def calls_for_orders(
        self,
        info: Info,
        *,
        network: str,
        route: RouteInput | None = None,
        period: PeriodInput | None = None,
        side: Annotated[Side | None, strawberry.argument(description=SIDE)] = None,
    ) -> Shown[model.Call]:
        """Open calls of a network: on a route, and with gas days in a period, if given."""
        conditions = CALLS.matching(
            network_id=await network_id_of(info, network),
            route=route.to_route() if route else None,
            period=period.to_period() if period else None,
            side=side,
            state=CallState.OPEN,
        )
        return Shown(CALLS.seen(info.context.caller(), *conditions))

    @paged(KeysetConnection[CallForOrders], MayTrade, orders=CallSort, followed_by="marketEvents")
    async def own_calls_for_orders(
        self,
        info: Info,
        *,
        network: str | None = None,
        route: RouteInput | None = None,
        period: PeriodInput | None = None,
        side: Annotated[Side | None, strawberry.argument(description=SIDE)] = None,
        state: Annotated[CallState | None, strawberry.argument(description=ONLY_STATE)] = None,
    ) -> Shown[model.Call]:
        """Your party's calls, in every state if none is given."""
        conditions = CALLS.matching(
            network_id=await network_id_of(info, network) if network else None,
            route=route.to_route() if route else None,
            period=period.to_period() if period else None,
            side=side,
            state=state,
        )
        return Shown(CALLS.own(info.context.caller(), *conditions))

    @paged(KeysetConnection[Order], MayRead, orders=OrderSort, followed_by="marketEvents")
    async def orders(
        self,
        info: Info,
        *,
        call: Annotated[relay.GlobalID | None, strawberry.argument(description=CALL_ID)] = None,
        state: Annotated[OrderState | None, strawberry.argument(description=ONLY_STATE)] = None,
    ) -> Shown[model.Order]:
        """Orders on a call: all for its initiator, else your own; without a call your own."""
        call_id = CallId(uuid_of("CallForOrders", call, "call")) if call else None
        listed = repository.orders(info.context.caller(), call_id=call_id, state=state)
        return Shown(listed)


@strawberry.type
class CallMutations:
    """Mutations of calls for orders and orders."""

    @strawberry.mutation(permission_classes=[MayTrade])
    async def open_call_to_sell(self, info: Info, input: OpenCallToSellInput) -> CallResult:  # noqa: A002
        """Ask who would buy a part of a contract."""
        contract_id = ContractId(uuid_of("Contract", input.contract_id, "contractId"))
        command = command_of(commands.CallToSell, input, contract_id=contract_id)
        return CallPayload(call=CallForOrders.of(await run(info, service.open_call_to_sell, command)))

    @strawberry.mutation(permission_classes=[MayTrade])
    async def open_call_to_buy(self, info: Info, input: OpenCallToBuyInput) -> CallResult:  # noqa: A002
        """Ask who would sell capacity on a route."""
        network_id = await network_id_of(info, input.network)
        command = command_of(commands.CallToBuy, input, network_id=network_id)
        return CallPayload(call=CallForOrders.of(await run(info, service.open_call_to_buy, command)))

    @strawberry.mutation(permission_classes=[MayTrade])
    async def close_call(self, info: Info, input: CloseCallInput) -> CallResult:  # noqa: A002
        """Let your call take no more orders."""
        call_id = CallId(uuid_of("CallForOrders", input.call_id, "callId"))
        return CallPayload(
            call=CallForOrders.of(await run(info, service.close_call, commands.CloseCall(call_id)))
        )

    @strawberry.mutation(permission_classes=[MayTrade])
    async def place_order(self, info: Info, input: PlaceOrderInput) -> PlaceOrderResult:  # noqa: A002
        """Answer a call; the order binds."""
        own = input.contract_id
        command = command_of(
            commands.PlaceOrder,
            input,
            call_id=CallId(uuid_of("CallForOrders", input.call_id, "callId")),
            contract_id=own and ContractId(uuid_of("Contract", own, "contractId")),
        )
        return PlaceOrderPayload(order=Order.of(await run(info, service.place_order, command)))

    @strawberry.mutation(permission_classes=[MayTrade])
    async def accept_order(self, info: Info, input: AcceptOrderInput) -> AcceptOrderResult:  # noqa: A002
        """Accept an order on your call, which concludes the trade."""
        order_id = OrderId(uuid_of("Order", input.order_id, "orderId"))
        command = command_of(commands.AcceptOrder, input, order_id=order_id)
        return AcceptOrderPayload(trade=Trade.of(await run(info, service.accept_order, command)))
