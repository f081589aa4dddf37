"""The command on index values: the operator of a network publishes what its indexed prices follow.

A value that is published already is passed over, so that the same values again change nothing and record no
event. The network's lock puts publishers in order: revisions and events follow it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from linepack.access import Scope
from linepack.commands.handling import handles
from linepack.ids import NetworkId
from linepack.problems import InvalidInput
from market.commands.access import require_operator
from market.context import MarketContext
from market.index_values import repository
from market.index_values.events import IndexPublished
from market.index_values.model import IndexValue, StatedValue, value_faults


@dataclass(frozen=True, slots=True)
class PublishIndexValues:
    """Publish values for a network, for one index or several."""

    network_id: NetworkId
    values: tuple[StatedValue, ...]


@handles(Scope.OPERATE)
async def publish_index_values(command: PublishIndexValues, context: MarketContext) -> list[IndexValue]:
    """Publish values; return those that are new, by index and gas day.

    Raises Forbidden, NotFound (another operator's network), or InvalidInput with every fault.
    """
    require_operator(context, await context.market.published(command.network_id))
    if faults := list(value_faults(command.values)):
        raise InvalidInput(faults)
    by_index: defaultdict[str, list[StatedValue]] = defaultdict(list)
    for one in sorted(command.values, key=lambda one: (one.index, one.day)):
        by_index[one.index].append(one)
    published: list[IndexValue] = []
    await context.lock_network(command.network_id)
    for index, stated in by_index.items():
        new = await _new(context, command.network_id, index, stated)
        if new:
            await repository.insert(context.connection, new)
            context.uow.record(IndexPublished.of(new))
            published += new
    return published


async def _new(
    context: MarketContext, network_id: NetworkId, index: str, stated: Sequence[StatedValue]
) -> list[IndexValue]:
    days = [one.day for one in stated]
    before = await repository.in_force(context.connection, network_id, index, days)
    return [
        IndexValue(
            network_id=network_id,
            index=index,
            day=one.day,
            value=one.value,
            revision=before[one.day].revision + 1 if one.day in before else 1,
            published_by=context.party_id,
            published_at=context.at,
        )
        for one in stated
        if one.day not in before or before[one.day].value != one.value
    ]
