"""The home of trades in the API: what passed from a seller to a buyer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry
from strawberry import relay

from linepack.ids import ContractId, PartyId, TradeId
from linepack.money import Currency
from market.rights_transfer import model, repository
from market.rights_transfer.model import TradeKind
from schema.capacity.contracts import Contract
from schema.capacity.networks import network_id_of
from schema.identity.parties import Party
from schema.types.connections import KeysetConnection, page
from schema.types.context import RequestContext
from schema.types.nodes import Found, Info, after_id, by_id, shown
from schema.types.permissions import MayRead
from schema.types.scalars import Period, Price, Quantity


async def load_trades(context: RequestContext, ids: Sequence[TradeId]) -> list[model.Trade | None]:
    """Return the trades with these ids that the caller may see."""
    async with context.services.database.read() as connection:
        found = await repository.trades_by_id(connection, context.caller(), ids)
    return [found.get(trade_id) for trade_id in ids]


@strawberry.type(description="A concluded trade, shown to its two parties and those who keep order.")
class Trade(Found):
    """What the buyer acquired."""

    id: relay.NodeID[UUID]
    kind: TradeKind
    period: Period
    quantity: Quantity
    price_per_unit_day: Price
    currency: Currency
    concluded_at: datetime
    seller_id: strawberry.Private[PartyId]
    buyer_id: strawberry.Private[PartyId]
    parent_contract_id: strawberry.Private[ContractId]
    child_contract_id: strawberry.Private[ContractId]

    @classmethod
    def of(cls, trade: model.Trade) -> Self:
        """Show a trade."""
        return cls(
            id=trade.id,
            kind=trade.kind,
            period=Period.of(trade.period),
            quantity=Quantity(trade.quantity),
            price_per_unit_day=Price(trade.price_per_unit_day),
            currency=trade.currency,
            concluded_at=trade.concluded_at,
            seller_id=trade.seller_id,
            buyer_id=trade.buyer_id,
            parent_contract_id=trade.parent_contract_id,
            child_contract_id=trade.child_contract_id,
        )

    @classmethod
    async def load(cls, info: Info, trade_id: TradeId) -> Self | None:
        """Show the trade with this id; None when there is none that the caller may see."""
        trade = await info.context.loader(load_trades).load(trade_id)
        return shown(cls.of, trade)

    @classmethod
    async def find(cls, info: Info, ids: Sequence[UUID]) -> list[Self | None]:
        """Return the trades the caller may see; None for the others."""
        found = await info.context.loader(load_trades).load_many([TradeId(one) for one in ids])
        return [shown(cls.of, one) for one in found]

    @strawberry.field
    async def seller(self, info: Info) -> Party:
        """Return the seller."""
        return await Party.load(info, self.seller_id)

    @strawberry.field
    async def buyer(self, info: Info) -> Party:
        """Return the buyer."""
        return await Party.load(info, self.buyer_id)

    @strawberry.field(description="The seller's contract; null to the buyer.")
    async def parent_contract(self, info: Info) -> Contract | None:
        """Return the contract the rights came from."""
        return await Contract.load(info, self.parent_contract_id)

    @strawberry.field(description="The buyer's contract; null to the seller.")
    async def child_contract(self, info: Info) -> Contract | None:
        """Return the contract the rights went to."""
        return await Contract.load(info, self.child_contract_id)


@strawberry.type
class TradeQueries:
    """What was traded."""

    @strawberry.field(
        permission_classes=[MayRead],
        description="The trades of your party, newest first; to keepers of order, all.",
    )
    async def trades(
        self, info: Info, *, network: str | None = None, first: int | None = None, after: str | None = None
    ) -> KeysetConnection[Trade]:
        """Return a page of trades."""
        asked = page("trades", first, after)
        network_id = await network_id_of(info, network) if network else None
        async with info.context.services.database.read() as connection:
            rows = await repository.trades(
                connection,
                info.context.caller(),
                network_id=network_id,
                after=after_id(asked, TradeId),
                limit=asked.limit,
            )
        return KeysetConnection[Trade].of(rows, asked, key=by_id, node=Trade.of)
