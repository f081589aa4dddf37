"""This process's view of the networks: each as published, with all rights on it.

A view is immutable and names its state: the network's `version` (revision and overlays) and the rights'
`version` (the sequence of the last movement or hold). It is kept per network and brought up to date by what
came since: one small query when nothing did, the movements of a booking when one did, the network when the
operator changed it. Tasks may ask at once; the newest view wins.

Inside a command, `refreshed` looks through the command's own connection, under the network's lock, so that
what it returns cannot change until the command ends. What a transaction that has written sees is not kept,
because it may yet roll back.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.networks import repository as networks
from capacity.networks.model import Network
from capacity.networks.repository import REVISIONS_KEPT_MAX, PublishedNetwork
from capacity.networks.tables import NetworkRow
from capacity.rights import holds, ledger
from capacity.rights.model import Hold
from capacity.rights.snapshot import RightsSnapshot
from linepack.database.connections import Database
from linepack.ids import NetworkId, RevisionId
from linepack.problems import NotFound

DELTA_IN_LOOP_MAX = 500
"""More movements than this are summed in a thread, so that the event loop goes on."""

_network = NetworkRow.core()


@dataclass(frozen=True, slots=True)
class NetworkView:
    """A network and the rights on it, as of one moment."""

    published: PublishedNetwork
    rights: RightsSnapshot

    @property
    def version(self) -> tuple[int, int]:
        """What names this state: the network's version and the rights'."""
        return self.published.version, self.rights.version


@dataclass(frozen=True, slots=True)
class _Head:
    network_version: int
    rights_version: int
    set_aside_version: int
    has_written: bool


class NetworkViews:
    """The views of one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._views: dict[NetworkId, NetworkView] = {}
        self._ids: dict[str, NetworkId] = {}
        self._revisions: dict[RevisionId, Network] = {}
        self._refreshing: defaultdict[NetworkId, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def current(self, network_id: NetworkId) -> NetworkView:
        """Return the view as committed by now; raises NotFound."""
        # One refresh at a time: a cold start reads the ledger once, and no connection is held while waiting.
        async with self._refreshing[network_id], self._database.read() as connection:
            return await self.refreshed(connection, network_id)

    async def id_of(self, code: str) -> NetworkId:
        """Return the id of the network with this code, looked up once; raises NotFound."""
        if code not in self._ids:
            async with self._database.read() as connection:
                self._ids[code] = await networks.id_of(connection, code)
        return self._ids[code]

    async def published(self, network_id: NetworkId) -> PublishedNetwork:
        """Return the network's newest revision and the overlays in force; raises NotFound."""
        return (await self.current(network_id)).published

    async def revisions(self, revision_ids: Iterable[RevisionId]) -> Mapping[RevisionId, Network]:
        """Return networks as they were in these revisions, those that exist; each is read once."""
        wanted = dict.fromkeys(revision_ids)
        views = [view.published for view in self._views.values()]
        known = {**self._revisions, **{view.revision_id: view.network for view in views}}
        if missing := [one for one in wanted if one not in known]:
            async with self._database.read() as connection:
                read = await networks.revisions(connection, missing)
            self._revisions |= read
            known |= read
        found = {one: known[one] for one in wanted if one in known}
        while len(self._revisions) > REVISIONS_KEPT_MAX:
            del self._revisions[next(iter(self._revisions))]
        return found

    async def refreshed(self, connection: AsyncConnection, network_id: NetworkId) -> NetworkView:
        """Return the view as this connection sees it; raises NotFound."""
        head = await _head(connection, network_id)
        kept = self._views.get(network_id)
        if kept is not None and kept.version == (head.network_version, head.rights_version):
            return kept
        if kept is not None and kept.rights.version > head.rights_version:
            kept = None  # an older transaction looks: what is kept lies in its future
        view = await _advanced(connection, network_id, head, kept)
        if not head.has_written:
            self._keep(view)
        return view

    def _keep(self, view: NetworkView) -> None:
        kept = self._views.setdefault(view.published.id, view)
        if view.published.version > kept.published.version:
            kept = replace(kept, published=view.published)
        if view.rights.version > kept.rights.version:
            kept = replace(kept, rights=view.rights)
        self._views[view.published.id] = kept


async def _advanced(
    connection: AsyncConnection, network_id: NetworkId, head: _Head, kept: NetworkView | None
) -> NetworkView:
    published = None if kept is None else kept.published
    if published is None or published.version != head.network_version:
        published = await networks.load(connection, network_id)
    rights = RightsSnapshot() if kept is None else kept.rights
    if rights.version == head.rights_version:
        return NetworkView(published, rights)
    movements = await ledger.since(connection, network_id, rights.version, until=head.rights_version)
    set_aside: list[Hold] = []
    if head.set_aside_version > rights.version:
        set_aside = await holds.of_operator_since(
            connection, network_id, rights.version, until=head.rights_version
        )
    if len(movements) > DELTA_IN_LOOP_MAX:
        rights = await asyncio.to_thread(rights.apply, movements)
    elif movements:
        rights = rights.apply(movements)
    if set_aside:
        rights = rights.hold(set_aside)
    return NetworkView(published, rights.as_of(head.rights_version))


async def _head(connection: AsyncConnection, network_id: NetworkId) -> _Head:
    query = sa.select(
        _network.c.version,
        ledger.last_sequence(_network.c.id),
        holds.last_of_operator(_network.c.id),
        sa.func.pg_current_xact_id_if_assigned().is_not(None),
    ).where(_network.c.id == network_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound("network", network_id)
    return _Head(*row)
