"""Exposure: how parties stand on a network, reckoned from its contracts and the offers that bind them.

Nothing is stored of it but payments: it is added up whenever it is asked for, under the network's lock where
something is decided by it. Without a limit nothing is added up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts import repository as contracts
from capacity.contracts.contract import Contract
from capacity.contracts.pricing.index_values import IndexValues
from capacity.rights.model import MovementCause
from linepack.gasday import GasDay, Period
from linepack.ids import NetworkId, PartyId
from linepack.money import Currency
from market.context import Market
from market.credit import repository
from market.credit.duties import Pricing, duty_of_contract, duty_of_offer
from market.credit.model import Credit, Duty, in_force, usage_of
from market.index_values.repository import followed
from market.products.repository import in_force as rules_in_force
from market.rights_transfer.repository import prices_of_assignments
from market.tariffs.charge import priced_in


async def credit_of(
    connection: AsyncConnection,
    market: Market,
    network_id: NetworkId,
    party_ids: Iterable[PartyId],
    *,
    day: GasDay,
    at: datetime,
    excluding: UUID | None = None,
) -> dict[PartyId, Credit]:
    """Return how each of the parties stands on a network at an instant, by the limits of that gas day.

    What the offer `excluding` binds a party to does not count.
    """
    asked = sorted(set(party_ids))
    versions = await repository.limits_for(connection, network_id, asked)
    suspended = await repository.suspended(connection, network_id, asked)
    limits = {party_id: in_force(versions, party_id, day) for party_id in asked}
    limited = [party_id for party_id in asked if limits[party_id]]
    duties: Mapping[PartyId, Sequence[Duty]] = {}
    if limited:
        currency = limits[limited[0]][0].currency
        reckoned = _Exposure(connection, market, network_id, currency, day)
        duties = await reckoned.duties(limited, at, excluding)
    return {
        party_id: Credit(
            network_id,
            party_id,
            tuple(usage_of(limit, duties[party_id]) for limit in limits[party_id]),
            suspended.get(party_id),
        )
        for party_id in asked
    }


async def pricing_of(
    connection: AsyncConnection,
    network_id: NetworkId,
    currency: Currency,
    day: GasDay,
    priced: Sequence[Contract] = (),
) -> Pricing:
    """Return what duties on a network are reckoned with on a gas day.

    It has the values of the indices that the prices of contracts `priced` follow.
    """
    rules = await rules_in_force(connection, network_id, day)
    values = IndexValues({})
    if priced:
        prices = [price for one in priced for price, _ in priced_in(one.network)]
        days = Period(min(one.period.start for one in priced), max(one.period.end for one in priced))
        values = await followed(connection, network_id, prices, days)
    return Pricing(currency, rules, values)


@dataclass(frozen=True, slots=True)
class _Exposure:
    """Adds up the duties of parties on one network."""

    connection: AsyncConnection
    market: Market
    network_id: NetworkId
    currency: Currency
    day: GasDay

    async def duties(
        self, party_ids: Sequence[PartyId], at: datetime, excluding: UUID | None
    ) -> Mapping[PartyId, Sequence[Duty]]:
        """Return the duties of each party: of its contracts, then of the offers that bind it."""
        held = await contracts.held_by(self.connection, self.network_id, party_ids)
        binding = await self.market.find_binding(self.connection, self.network_id, party_ids, at=at)
        offers = [one for one in binding if one.id != excluding]
        parent_ids = {one.assigned_from for one in offers if one.assigned_from is not None}
        parents = await contracts.behind_many(self.connection, parent_ids) if parent_ids else {}
        priced = [*held, *parents.values()]
        pricing = await pricing_of(self.connection, self.network_id, self.currency, self.day, priced)
        found: dict[PartyId, list[Duty]] = {party_id: [] for party_id in party_ids}
        for contract, duty in zip(held, await self._of_contracts(pricing, held), strict=True):
            found[contract.holder_id].append(duty)
        for offer in offers:
            parent = None if offer.assigned_from is None else parents[offer.assigned_from]
            found[offer.party_id].append(duty_of_offer(pricing, offer, parent))
        return found

    async def _of_contracts(self, pricing: Pricing, held: Sequence[Contract]) -> list[Duty]:
        if not held:
            return []
        ids = [contract.id for contract in held]
        children = await contracts.children_of(self.connection, ids)
        prices = await prices_of_assignments(self.connection, ids)
        paid = await repository.paid(self.connection, ids)
        return [
            duty_of_contract(
                pricing,
                contract,
                passed_on=[one for one in children[contract.id] if one.cause is MovementCause.ASSIGNMENT],
                price_per_unit_day=prices.get(contract.id),
                paid=paid.get(contract.id, Decimal(0)),
            )
            for contract in held
        ]
