"""The home of what market commands run on: the database, and this process's view of the networks."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

from capacity.networks.repository import PublishedNetwork
from capacity.snapshots import Snapshots
from capacity.verifiers import Verifiers
from linepack.database import Database
from linepack.gasday import GasDayClock
from linepack.ids import NetworkId
from linepack.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Marketplace:
    """What every market command gets beside its principal and its input."""

    database: Database
    snapshots: Snapshots
    verifiers: Verifiers
    _turns: defaultdict[NetworkId, asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock), repr=False, compare=False
    )

    def unit_of_work(self) -> UnitOfWork:
        """Return the one transaction of a command."""
        return UnitOfWork(self.database)

    def turn(self, network_id: NetworkId) -> asyncio.Lock:
        """Return what bookings of this process on one network take in turn.

        They would wait for each other in the database, with a connection each, and verify in vain meanwhile.
        """
        return self._turns[network_id]

    async def published(self, network_id: NetworkId) -> PublishedNetwork:
        """Return the network's revision in force; raises NotFound."""
        return await self.snapshots.published(network_id)

    async def clock(self, network_id: NetworkId) -> GasDayClock:
        """Return when the network's gas days start; raises NotFound."""
        return (await self.published(network_id)).network.clock
