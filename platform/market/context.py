"""What market commands run in: the context of every command, and what the marketplace hands into it.

A command of one transaction is `handle(command, context)` with a `MarketContext`. One that proves something
before it takes the network's lock, or decides in several transactions, is `handle(command, caller)` with a
`MarketCaller`, which opens them.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.contract import Contract
from capacity.feasibility.network_views import NetworkViews
from capacity.feasibility.verifier_pool import VerifierPool
from capacity.networks.repository import PublishedNetwork
from capacity.rights.model import Purpose, Route
from linepack.access import Principal
from linepack.commands.handling import Caller, Context, Handler
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.gasday import GasDayClock, Period
from linepack.ids import NetworkId, PartyId
from market.offers.binding import BindingOffer
from market.offers.model import Offer

CommandT = TypeVar("CommandT")
Result = TypeVar("Result")


class ShrinkOffers(Protocol):
    """Shrinks the offers of a contract that hold nothing to what is free of it, all but one."""

    async def __call__(
        self, context: "MarketContext", contract: Contract, *, excluding: Purpose | None
    ) -> None:
        """Shrink them in the transaction of `context`; the network's lock is held."""


class FindOffers(Protocol):
    """Finds what shippers offer on a route that the principal's party could take."""

    async def __call__(
        self,
        connection: AsyncConnection,
        principal: Principal,
        network_id: NetworkId,
        *,
        route: Route,
        period: Period,
        at: datetime,
    ) -> Sequence[Offer]:
        """Return open offers that share gas days with `period`."""


class FindBinding(Protocol):
    """Finds the offers to buy that bind parties: whatever they owe once the other side accepts."""

    async def __call__(
        self,
        connection: AsyncConnection,
        network_id: NetworkId,
        party_ids: Sequence[PartyId],
        *,
        at: datetime,
    ) -> Sequence[BindingOffer]:
        """Return the offers of the parties that bind them at an instant."""


@dataclass(frozen=True, slots=True)
class Market:
    """What market commands use beside their transaction, one for a process: its view of the networks, its
    verifiers, and what the procedures do for one another, so that none imports another.
    """

    database: Database
    networks: NetworkViews
    verifiers: VerifierPool
    shrink_offers: ShrinkOffers
    find_offers: FindOffers
    find_binding: FindBinding
    _clocks: dict[NetworkId, GasDayClock] = field(default_factory=dict, repr=False, compare=False)

    async def published(self, network_id: NetworkId) -> PublishedNetwork:
        """Return the network's revision in force; raises NotFound."""
        return await self.networks.published(network_id)

    async def clock(self, network_id: NetworkId) -> GasDayClock:
        """Return when the network's gas days start, which no revision changes; raises NotFound."""
        if network_id not in self._clocks:
            self._clocks[network_id] = (await self.published(network_id)).network.clock
        return self._clocks[network_id]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketContext(Context):
    """The context of a market command of one transaction."""

    market: Market

    async def lock_network(self, network_id: NetworkId) -> None:
        """Wait for the network's lock; its clock is looked up before, on a connection of its own."""
        await self.market.clock(network_id)
        await self.uow.lock_network(network_id)

    async def shrink_offers(self, contract: Contract, *, excluding: Purpose | None = None) -> None:
        """Shrink the offers of a contract to what is free of it; `excluding` takes care of itself."""
        await self.market.shrink_offers(self, contract, excluding=excluding)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketCaller(Caller):
    """On whose behalf and when market commands run, each in a transaction of its own."""

    market: Market

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[MarketContext]:
        """Open a unit of work and lend its context."""
        async with UnitOfWork(self.market.database) as uow:
            yield MarketContext(
                principal=self.principal, at=self.at, new_id=self.new_id, uow=uow, market=self.market
            )

    async def run(self, handle: Handler[CommandT, MarketContext, Result], command: CommandT) -> Result:
        """Carry out a command of one transaction."""
        async with self.transaction() as context:
            return await handle(command, context)
