"""A small market on a real database: two operators, four shippers, and a network of four points.

    a (entry) --100--> j --80--> x (exit)
    b (entry) ---60--> j --50--> y (exit)

Quantities are kWh/h. Paths are proved at level FLOW. Everything is set in the autumn of 2026.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from capacity.contracts import repository as contracts
from capacity.contracts.contract import Contract
from capacity.contracts.pricing.price import Flat
from capacity.feasibility.network_views import NetworkViews
from capacity.feasibility.verifier_pool import VerifierPool
from capacity.networks.interruptible import InterruptibleQuantity
from capacity.networks.model import Edge, EdgeKind, Network, Node, NodeRole
from capacity.networks.policy import Level, Policy
from capacity.publication.interruptible import SetInterruptibleQuantity, set_interruptible_quantity
from capacity.publication.service import ImportNetwork, import_network
from capacity.rights.balance import Segment, balance
from capacity.rights.ledger import of_contracts
from capacity.rights.model import Firmness, Route, RouteKind
from capacity.solvers.highs import Highs
from linepack.access import PartyKind, Principal, Role, scopes_of
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.events.tables import EventRow
from linepack.gasday import GasDayClock, Period
from linepack.identity.model import Party
from linepack.identity.repository import insert_party
from linepack.ids import ContractId, NetworkId, PartyId
from linepack.money import Currency
from linepack.units import CommercialUnit, GasQuality
from market.marketplace import Marketplace
from market.primary.commands import BookCapacity, BookProfile, CapacityRequest
from market.primary.model import Booking
from market.tariffs.service import SetTariff, set_tariff

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))
WINTER = Period(date(2026, 11, 1), date(2027, 4, 1))
PATH = Route("a", "x")
PRICE = Decimal("0.25")

ANNA, BERT, CARLA, DORA = (PartyId(UUID(int=number)) for number in range(1, 5))
OPERATOR, OTHER_OPERATOR = PartyId(UUID(int=8)), PartyId(UUID(int=9))
SHIPPERS = (ANNA, BERT, CARLA, DORA)

_keys = count(1)


def key() -> str:
    """Return an idempotency key not used before."""
    return f"key-{next(_keys)}"


def acting_for(party_id: PartyId | None, role: Role = Role.SHIPPER) -> Principal:
    roles = frozenset({role})
    return Principal("test", party_id, roles, scopes_of(roles), datetime(2100, 1, 1, tzinfo=UTC))


OPERATING = acting_for(OPERATOR, Role.OPERATOR)
REGULATING = acting_for(None, Role.REGULATOR)

NETWORK = Network(
    code="fork",
    name="Fork",
    unit=CommercialUnit.KWH_PER_H,
    quality=GasQuality(11.2, 0.8),
    clock=GasDayClock("Europe/Berlin", 6),
    nodes=(
        Node("a", NodeRole.ENTRY),
        Node("b", NodeRole.ENTRY),
        Node("j"),
        Node("x", NodeRole.EXIT),
        Node("y", NodeRole.EXIT),
    ),
    edges=tuple(
        Edge(f"{tail}{head}", EdgeKind.PIPE, tail, head, capacity_forward=capacity, capacity_backward=0)
        for tail, head, capacity in (("a", "j", 100), ("b", "j", 60), ("j", "x", 80), ("j", "y", 50))
    ),
)


@dataclass(frozen=True)
class MarketFixture:
    """The market as one process sees it, and its one network."""

    market: Marketplace
    network_id: NetworkId

    @property
    def database(self) -> Database:
        return self.market.database

    def another_process(self) -> "MarketFixture":
        """Return the same market seen by another process: the database is all that both share."""
        return MarketFixture(process(self.database), self.network_id)

    async def book(
        self, holder: PartyId = ANNA, *, quantity: int = 80, period: Period = WINTER, route: Route = PATH
    ) -> Contract:
        return (await self.ask_for(holder, quantity=quantity, period=period, route=route)).contract

    async def ask_for(
        self,
        holder: PartyId = ANNA,
        *,
        quantity: int,
        period: Period = WINTER,
        route: Route = PATH,
        firmness: Firmness = Firmness.FIRM,
        idempotency_key: str = "",
        at: datetime = NOW,
    ) -> Booking:
        request = self.request(quantity=quantity, period=period, route=route, firmness=firmness)
        command = BookCapacity(request=request, idempotency_key=idempotency_key or key())
        return await self.market.bookings.book(command, self.market.caller(acting_for(holder), at))

    async def book_profile(
        self, holder: PartyId, parts: Sequence[CapacityRequest], *, idempotency_key: str = ""
    ) -> tuple[Booking, ...]:
        command = BookProfile(parts=tuple(parts), idempotency_key=idempotency_key or key())
        return await self.market.bookings.book_profile(command, self.market.caller(acting_for(holder), NOW))

    def request(
        self,
        *,
        quantity: int,
        period: Period = WINTER,
        route: Route = PATH,
        firmness: Firmness = Firmness.FIRM,
    ) -> CapacityRequest:
        return CapacityRequest(
            network_id=self.network_id,
            receipt=route.receipt,
            delivery=route.delivery,
            start=period.start,
            end=period.end,
            quantity=quantity,
            firmness=firmness,
        )

    async def rights(self, contract_id: ContractId) -> tuple[tuple[Period, int], ...]:
        """Return what a contract on one route still holds."""
        async with self.database.read() as connection:
            moved = await of_contracts(connection, [contract_id])
        segments: tuple[Segment, ...] = next(iter(balance(moved[contract_id]).values()), ())
        return tuple((segment.period, segment.quantity) for segment in segments)

    async def contract(self, contract_id: ContractId) -> Contract:
        async with self.database.read() as connection:
            return await contracts.behind(connection, contract_id)

    async def events(self, topic: str) -> list[sa.Row[tuple[object, ...]]]:
        """Return the events of a topic in the order in which they were recorded."""
        event = EventRow.core()
        async with self.database.read() as connection:
            query = sa.select(event).where(event.c.topic == topic).order_by(event.c.id)
            return list(await connection.execute(query))


def process(database: Database) -> Marketplace:
    """Return the market as a new process sees it."""
    return Marketplace(database, NetworkViews(database), VerifierPool(Highs()))


async def state_interruptible(database: Database, network_id: NetworkId, **changes: Any) -> None:
    """Put interruptible capacity on sale: of every path what it carries, or what `changes` say."""
    stated = InterruptibleQuantity(RouteKind.PATH, date(2026, 1, 1), share=Decimal(1))
    async with UnitOfWork(database) as uow:
        await set_interruptible_quantity(
            SetInterruptibleQuantity(network_id, replace(stated, **changes)),
            Context(uow=uow, principal=OPERATING, at=NOW),
        )


async def fill_market(
    database: Database, network: Network = NETWORK, firm_price: Decimal = PRICE
) -> MarketFixture:
    """Fill an empty database: parties, network, and tariffs for firm and interruptible paths."""
    async with UnitOfWork(database) as uow:
        for number, party_id in enumerate((*SHIPPERS, OPERATOR, OTHER_OPERATOR)):
            kind = PartyKind.SHIPPER if party_id in SHIPPERS else PartyKind.OPERATOR
            party = Party(party_id, f"P{number}", f"Party {number}", kind)
            await insert_party(uow.connection, party, now=NOW)
    async with UnitOfWork(database) as uow:
        command = ImportNetwork(
            network=network, currency=Currency.EUR, policy=Policy(Level.FLOW, Level.RIGHTS)
        )
        published = await import_network(command, Context(uow=uow, principal=OPERATING, at=NOW))
    await state_interruptible(database, published.id)
    market_fixture = MarketFixture(process(database), published.id)
    for firmness, price in ((Firmness.FIRM, firm_price), (Firmness.INTERRUPTIBLE, firm_price / 2)):
        tariff = SetTariff(
            network_id=published.id,
            kind=RouteKind.PATH,
            firmness=firmness,
            valid_from=date(2026, 1, 1),
            price=Flat(price),
        )
        await market_fixture.market.caller(OPERATING, NOW).run(set_tariff, tariff)
    return market_fixture
