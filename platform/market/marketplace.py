"""The home of what market commands run on: the database, and this process's view of the networks."""

from dataclasses import dataclass

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

    def unit_of_work(self) -> UnitOfWork:
        """Return the one transaction of a command."""
        return UnitOfWork(self.database)

    async def published(self, network_id: NetworkId) -> PublishedNetwork:
        """Return the network's revision in force; raises NotFound."""
        return await self.snapshots.published(network_id)

    async def clock(self, network_id: NetworkId) -> GasDayClock:
        """Return when the network's gas days start; raises NotFound."""
        return (await self.published(network_id)).network.clock
