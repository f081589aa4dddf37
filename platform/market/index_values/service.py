"""The command on index values: the operator of a network publishes what its indexed prices follow.

A value that is published already is passed over, so that the same values again change nothing and tell
nothing. The network's lock puts publishers in order: revisions and events follow it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from linepack.access import Principal
from linepack.commands.unit_of_work import UnitOfWork
from linepack.ids import NetworkId, PartyId
from linepack.problems import InvalidInput
from market.commands.access import require_operator
from market.index_values import repository
from market.index_values.events import IndexPublished
from market.index_values.model import IndexValue, StatedValue, value_faults
from market.marketplace import Marketplace


@dataclass(frozen=True, slots=True)
class PublishIndexValues:
    """Publish values for a network, for one index or several."""

    network_id: NetworkId
    values: tuple[StatedValue, ...]


async def publish_index_values(
    market: Marketplace, principal: Principal, command: PublishIndexValues, at: datetime
) -> list[IndexValue]:
    """Publish values; return those that are new, by index and gas day.

    Raises Forbidden, NotFound (another operator's network), or InvalidInput with every fault.
    """
    published_by = require_operator(principal, await market.published(command.network_id))
    if faults := list(value_faults(command.values)):
        raise InvalidInput(faults)
    by_index: defaultdict[str, list[StatedValue]] = defaultdict(list)
    for one in sorted(command.values, key=lambda one: (one.index, one.day)):
        by_index[one.index].append(one)
    published: list[IndexValue] = []
    async with market.unit_of_work() as uow:
        await uow.lock_network(command.network_id)
        for index, stated in by_index.items():
            new = await _new(uow, command.network_id, index, stated, published_by=published_by, at=at)
            if new:
                await repository.insert(uow.connection, new)
                uow.record(IndexPublished.of(new))
                published += new
    return published


async def _new(
    uow: UnitOfWork,
    network_id: NetworkId,
    index: str,
    stated: Sequence[StatedValue],
    *,
    published_by: PartyId,
    at: datetime,
) -> list[IndexValue]:
    days = [one.day for one in stated]
    before = await repository.in_force(uow.connection, network_id, index, days)
    return [
        IndexValue(
            network_id=network_id,
            index=index,
            day=one.day,
            value=one.value,
            revision=before[one.day].revision + 1 if one.day in before else 1,
            published_by=published_by,
            published_at=at,
        )
        for one in stated
        if one.day not in before or before[one.day].value != one.value
    ]
