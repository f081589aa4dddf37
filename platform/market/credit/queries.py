"""What a principal may read of credit: a shipper its own, the operator that of all on its network."""

from collections.abc import Sequence

from linepack.identity.repository import parties_by_id
from linepack.ids import NetworkId, PartyId
from linepack.problems import Fault, InvalidInput, NotFound
from market.context import MarketCaller
from market.credit import repository
from market.credit.exposure import credit_of
from market.credit.model import Credit, CreditLimit


async def credit_seen(caller: MarketCaller, network_id: NetworkId, party_id: PartyId | None) -> Credit:
    """Return how a party stands on a network; None stands for the caller's own.

    Raises NotFound for a network, or a party whose affairs the caller may not see, and InvalidInput where a
    caller without a party names none.
    """
    published = await caller.market.published(network_id)
    if party_id is None:
        if caller.principal.party_id is None:
            raise InvalidInput([Fault("party", "say whose credit you ask for")])
        return await credit_by_id(caller, network_id, caller.principal.party_id)
    async with caller.market.database.read() as connection:
        is_known = party_id in await parties_by_id(connection, [party_id])
    if not is_known or not caller.principal.sees(party_id, operator_id=published.operator_id):
        raise NotFound("party", party_id, path=("party",))
    return await credit_by_id(caller, network_id, party_id)


async def credit_by_id(caller: MarketCaller, network_id: NetworkId, party_id: PartyId) -> Credit:
    """Return how a party stands on a network, to any caller; raises NotFound (the network)."""
    clock = await caller.market.clock(network_id)
    async with caller.market.database.read() as connection:
        found = await credit_of(
            connection,
            caller.market,
            network_id,
            [party_id],
            day=clock.gas_day(caller.at),
            at=caller.at,
        )
    return found[party_id]


async def limits_seen(caller: MarketCaller, network_id: NetworkId) -> Sequence[CreditLimit]:
    """Return every version of the limits of a network that the caller may see, in the order they were set.

    Raises NotFound (the network).
    """
    published = await caller.market.published(network_id)
    async with caller.market.database.read() as connection:
        limits = await repository.limits_for(connection, network_id)
    sees = caller.principal.sees
    return [
        limit
        for limit in limits
        if limit.party_id is None or sees(limit.party_id, operator_id=published.operator_id)
    ]
