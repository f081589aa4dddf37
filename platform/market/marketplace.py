"""The home of what market commands run on: the database, and this process's view of the networks."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from capacity.feasibility.network_views import NetworkViews
from capacity.feasibility.verifier_pool import VerifierPool
from capacity.networks.repository import PublishedNetwork
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.gasday import GasDayClock
from linepack.ids import NetworkId
from market.commands.batching import Counter


@dataclass(frozen=True, slots=True)
class Marketplace:
    """What every market command gets beside its principal and its input; one for a process."""

    database: Database
    snapshots: NetworkViews
    verifiers: VerifierPool
    _counters: defaultdict[NetworkId, Counter[Any]] = field(
        default_factory=lambda: defaultdict(Counter), repr=False, compare=False
    )

    def unit_of_work(self) -> UnitOfWork:
        """Return the one transaction of a command."""
        return UnitOfWork(self.database)

    def counter(self, network_id: NetworkId) -> Counter[Any]:
        """Return where the bookings of this process on one network are served."""
        return self._counters[network_id]

    async def published(self, network_id: NetworkId) -> PublishedNetwork:
        """Return the network's revision in force; raises NotFound."""
        return await self.snapshots.published(network_id)

    async def clock(self, network_id: NetworkId) -> GasDayClock:
        """Return when the network's gas days start; raises NotFound."""
        return (await self.published(network_id)).network.clock
