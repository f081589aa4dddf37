"""The home of what market commands run on: the database, and this process's view of the networks."""

from dataclasses import dataclass

from capacity.snapshots import Snapshots

from linepack.database import Database
from linepack.gasday import GasDayClock
from linepack.ids import NetworkId
from linepack.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Marketplace:
    """What every market command gets beside its principal and its input."""

    database: Database
    snapshots: Snapshots

    def unit_of_work(self) -> UnitOfWork:
        """Return the one transaction of a command."""
        return UnitOfWork(self.database)

    async def clock(self, network_id: NetworkId) -> GasDayClock:
        """Return when the network's gas days start; raises NotFound."""
        published = await self.snapshots.published(network_id)
        return published.network.clock
