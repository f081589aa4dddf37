"""A small market: it books, trades and releases as `market` does, so that settlement can follow it.

Every command writes contract, rights and event in one transaction; `place` does what the relay does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import sqlalchemy as sa
from tests.event_positions import place_all
from tests.unit.settlement.examples import ANNA, BERT, CARLA, NETWORK, OPERATOR, days

from capacity.contracts import repository as contracts
from capacity.contracts.algebra.split import split
from capacity.contracts.booking import booking
from capacity.contracts.contract import Contract, contract_code
from capacity.contracts.pricing.price import Flat, PriceProcedure
from capacity.networks.policy import Level, Policy
from capacity.networks.repository import insert_network
from capacity.rights import ledger as rights
from capacity.rights.model import Firmness, MovementCause, Route
from linepack.access import PartyKind, Principal, Role, scopes_of
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.events.model import NewEvent
from linepack.events.typed import TypedEvent
from linepack.gasday import Period
from linepack.identity.model import Party
from linepack.identity.repository import insert_party
from linepack.ids import (
    BidId,
    ContractId,
    NetworkId,
    PartyId,
    ReleaseId,
    RevisionId,
    TariffId,
    TradeId,
    new_id,
)
from linepack.money import Currency
from market.primary.events import ContractBooked
from market.releases.events import ReleaseAwarded, Replacement
from market.rights_transfer.events import TradeConcluded
from market.rights_transfer.model import TradeKind

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
YEAR = days("2027-01-01", "2028-01-01")
CODES = {OPERATOR: "OP", ANNA: "ANNA", BERT: "BERT", CARLA: "CARLA"}
ROUTE = Route("north", "south")
TARIFF = Flat(Decimal("0.3"))


def principal(party_id: PartyId | None, *roles: Role) -> Principal:
    held = frozenset(roles)
    return Principal("test", party_id, held, scopes_of(held), datetime(2100, 1, 1, tzinfo=UTC))


BILLING = principal(None, Role.BILLING)


@dataclass(frozen=True)
class Market:
    database: Database

    async def open(self) -> None:
        async with UnitOfWork(self.database) as uow:
            for party_id, code in CODES.items():
                kind = PartyKind.OPERATOR if party_id == OPERATOR else PartyKind.SHIPPER
                await insert_party(uow.connection, Party(party_id, code, code.title(), kind), now=NOW)
            await insert_network(
                uow.connection,
                NETWORK,
                "line",
                operator_id=OPERATOR,
                currency=Currency.EUR,
                policy=Policy(Level.FLOW, Level.FLOW),
                at=NOW,
            )

    async def book(
        self,
        holder: PartyId = ANNA,
        *,
        quantity: int = 100,
        period: Period = YEAR,
        price: PriceProcedure = TARIFF,
        network_id: NetworkId = NETWORK,
    ) -> Contract:
        contract_id = ContractId(new_id())
        contract = Contract(
            id=contract_id,
            code=contract_code(contract_id, period.start),
            network_id=network_id,
            revision_id=RevisionId(UUID(int=2)),
            holder_id=holder,
            operator_id=OPERATOR,
            firmness=Firmness.FIRM,
            period=period,
            quantity=quantity,
            currency=Currency.EUR,
            network=booking(ROUTE, quantity, price),
            parent_id=None,
            cause=MovementCause.BOOKING,
            verdict_id=None,
            created_at=NOW,
        )
        async with UnitOfWork(self.database) as uow:
            await uow.lock_network(network_id)
            await contracts.insert(uow.connection, contract)
            await rights.append(uow, contract.movements(contract.id))
            uow.record(booked(contract))
        return contract

    async def trade(
        self,
        parent: Contract,
        buyer: PartyId,
        kind: MovementCause,
        *,
        quantity: int,
        period: Period,
        rate: str,
    ) -> Contract:
        child = _child(parent, buyer, kind, quantity=quantity, period=period)
        await self._move(parent, [child], concluded(parent, child, rate))
        return child

    async def award(
        self, parent: Contract, bids: Sequence[tuple[PartyId, int, Period, str]]
    ) -> list[Contract]:
        children = [
            _child(
                parent,
                bidder,
                MovementCause.RELEASE,
                quantity=quantity,
                period=period,
                price=Flat(Decimal(rate)),
            )
            for bidder, quantity, period, rate in bids
        ]
        event = ReleaseAwarded(
            release_id=ReleaseId(uuid4()),
            releasing=parent.holder_id,
            parent_contract=parent,
            awards=tuple(
                Replacement(
                    bid_id=BidId(uuid4()),
                    replacement=child.holder_id,
                    child_contract=child,
                    rate=Decimal(rate),
                    quantity=child.quantity,
                    period=child.period,
                )
                for child, (*_, rate) in zip(children, bids, strict=True)
            ),
        )
        await self._move(parent, children, recorded(event, parent.network_id))
        return children

    async def record(self, *events: NewEvent) -> None:
        async with UnitOfWork(self.database) as uow:
            for event in events:
                uow.record(event)

    async def place(self) -> None:
        """Give every committed event its position, as the relay does."""
        await place_all(self.database)

    async def _move(self, parent: Contract, children: list[Contract], event: NewEvent) -> None:
        async with UnitOfWork(self.database) as uow:
            await uow.lock_network(parent.network_id)
            for child in children:
                await contracts.insert(uow.connection, child)
                await rights.append(uow, child.movements_from(parent, child.id))
            uow.record(event)


def booked(contract: Contract) -> NewEvent:
    event = ContractBooked.of(contract, tariff_id=TariffId(uuid4()), verdict_hash="")
    return recorded(event, contract.network_id)


def concluded(parent: Contract, child: Contract, rate: str) -> NewEvent:
    event = TradeConcluded(
        trade_id=TradeId(uuid4()),
        kind=TradeKind(child.cause.value.upper()),
        seller=parent.holder_id,
        buyer=child.holder_id,
        parent_contract=parent,
        child_contract=child,
        price_per_unit_day=Decimal(rate),
        currency=child.currency,
        quantity=child.quantity,
        period=child.period,
    )
    return recorded(event, parent.network_id)


def recorded(event: TypedEvent, network_id: NetworkId) -> NewEvent:
    """Return a typed event in the form in which a test can change it."""
    return NewEvent(
        stream=event.stream,
        topic=event.topic,
        key=event.key,
        payload=event.payload,
        network_id=network_id,
    )


async def count(database: Database, table: str) -> int:
    async with database.read() as connection:
        return int((await connection.execute(sa.text(f"SELECT count(*) FROM {table}"))).scalar_one())


def _child(
    parent: Contract,
    holder: PartyId,
    cause: MovementCause,
    *,
    quantity: int,
    period: Period,
    price: PriceProcedure | None = None,
) -> Contract:
    return split(
        parent,
        child_id=ContractId(new_id()),
        holder_id=holder,
        quantity=quantity,
        period=period,
        cause=cause,
        created_at=NOW,
        price=price,
    )
