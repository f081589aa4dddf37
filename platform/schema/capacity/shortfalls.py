"""Shortfalls: what is sold beyond capacity, all of it for the operator, for each holder its own."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry

from capacity.feasibility.questions.shortfall_search import DaysOfOneKind, Shortfall
from capacity.feasibility.shortfalls import model
from capacity.feasibility.shortfalls.events import (
    TOPICS,
    CapacityRestored,
    CapacityShort,
    ShortLine,
    is_notice,
)
from capacity.feasibility.shortfalls.service import shortfalls as find
from capacity.feasibility.verdicts import explanation
from capacity.feasibility.verdicts.descriptions import shortfall_in_words
from capacity.networks.policy import Level
from capacity.rights import model as rights
from linepack import gasday
from linepack.events.follower import OutOfStep
from linepack.events.model import Cursor, Event, Stream
from linepack.ids import ContractId, NetworkId, PartyId
from linepack.units import CommercialUnit
from schema.capacity.contracts import Contract
from schema.capacity.network_elements import PhysicalNode, element
from schema.capacity.networks import Network, may_receive, network_id_of
from schema.capacity.routes import Route
from schema.capacity.verdicts import CutEdge, PressureShortage
from schema.identity.parties import Party
from schema.types.context import Info
from schema.types.domain_values import InNetwork, Newest, Within, shown_as
from schema.types.event_streams import (
    After,
    OneEvent,
    ResyncRequired,
    following,
    head_of,
    readable_events,
)
from schema.types.nodes import reference
from schema.types.permissions import MayRead
from schema.types.scalars import Period, PeriodInput, Quantity

SHORTFALL_DAYS_MAX = 400


@strawberry.type
class TouchedContract(InNetwork):
    """A contract affected by a shortfall, and how much of it, on every gas day of the period."""

    contract_id: strawberry.Private[ContractId]
    holder_id: strawberry.Private[PartyId]
    code: str
    route: Route
    period: Period
    units: Quantity = strawberry.field(description="How much of the contract is affected.")
    contract: Contract | None = reference(Contract, "contract_id", "The contract.")
    holder: Party = reference(Party, "holder_id", "The party that holds it.")

    @classmethod
    def of(cls, value: model.TouchedContract, within: Within) -> Self:
        """Show a touched contract."""
        return shown_as(cls, value, within=within, code=value.contract_code)


@strawberry.type
class CapacityShortfall(InNetwork):
    """A cut of the network, or the limit of a point or path, that carries less than is sold on it."""

    text: str = strawberry.field(description="The shortfall in words.")
    periods: list[Period]
    level: Level = strawberry.field(description="RIGHTS where the limit of a point or path is exceeded.")
    limit: Route | None = strawberry.field(description="That point or path; null for a cut of the network.")
    nodes: list[PhysicalNode] = element(
        "The side of the cut that gas cannot leave; empty for the limit of a point itself."
    )
    edges: list[CutEdge] = strawberry.field(description="All edges that leave it.")
    capacity: Quantity = strawberry.field(description="The most it carries.")
    demand: Quantity = strawberry.field(description="What the rights sold can force across.")
    units: Quantity = strawberry.field(description="Demand less capacity: what is sold beyond capacity.")
    contracts: list[TouchedContract] = strawberry.field(
        description="Contracts with firm rights on it, as far as you may see them."
    )

    @classmethod
    def short(cls, touching: model.Touching[Shortfall], unit: CommercialUnit, within: Within) -> Self:
        """Show a cut that is short."""
        return shown_as(
            cls,
            touching.found,
            within=within,
            text=in_words(touching, unit),
            periods=[Period.of(period) for period in touching.periods],
            contracts=[TouchedContract.of(contract, within) for contract in touching.contracts],
        )


@strawberry.type
class PressureShortfall(InNetwork):
    """Gas days whose firm rights, used at once, cannot keep every pressure within its limits."""

    periods: list[Period]
    shortage: PressureShortage | None = strawberry.field(
        description="Where pressure fails in the best state found; null where none was near enough to say."
    )
    contracts: list[TouchedContract] = strawberry.field(
        description="Contracts with firm rights on these days, as far as you may see them."
    )

    @classmethod
    def of(cls, touching: model.Touching[model.PressureShortfall], within: Within) -> Self:
        """Show days without a state."""
        found, shortage = touching.found.shortage, None
        if found is not None:
            named = explanation.PressureShortage(tuple(touching.periods), found)
            shortage = PressureShortage.of(named, within)
        return shown_as(cls, touching, within=within, shortage=shortage)


@strawberry.type
class UndecidedDays:
    """Gas days for which it was not proved in time whether, or how far, the rights can be transported."""

    periods: list[Period]
    reason: str

    @classmethod
    def of(cls, touching: model.Touching[DaysOfOneKind]) -> Self:
        """Show undecided days."""
        return shown_as(cls, touching, reason=touching.found.reason)


@strawberry.type
class Shortfalls:
    """What is sold firm beyond capacity: all of it for the operator, for a holder what affects its contracts.

    Gas days that are neither listed nor undecided can be transported.
    """

    unit: CommercialUnit
    rights_version: int
    cursor: Cursor = strawberry.field(
        description="Where the answer stands in the stream of `shortfallNotices`: continue after it."
    )
    level: Level = strawberry.field(description="The level that the network's policy demands of firm rights.")
    cuts: list[CapacityShortfall] = strawberry.field(description="Cuts and limits that are exceeded.")
    pressures: list[PressureShortfall] = strawberry.field(description="Gas days on which pressure fails.")
    undecided: list[UndecidedDays] = strawberry.field(description="Gas days without a proof.")

    @classmethod
    def of(cls, cursor: Cursor, found: model.NetworkShortfalls) -> Self:
        """Show what its viewer may see."""
        unit, within = found.published.network.unit, found.published.revision_id
        cuts = [CapacityShortfall.short(touching, unit, within) for touching in found.cuts]
        return shown_as(cls, found, within=within, unit=unit, cuts=cuts, cursor=cursor)


@strawberry.type
class ShortfallLine(InNetwork):
    """A contract of yours on one route across one cut, with the figures on its gas days."""

    contract_id: strawberry.Private[ContractId]
    route: Route
    level: Level
    cut: str = strawberry.field(description="The edges of the cut, the limit exceeded, or `pressure`.")
    period: Period
    units: Quantity = strawberry.field(description="What the contract has on the route.")
    missing: Quantity | None = strawberry.field(
        description="What is sold beyond the capacity of the whole cut; null where pressure fails."
    )
    contract: Contract | None = reference(Contract, "contract_id", "The contract.")

    @classmethod
    def of(cls, value: ShortLine, within: Within) -> Self:
        """Show a line of an event."""
        return shown_as(
            cls,
            value,
            within=within,
            route=Route.of(rights.Route(value.receipt, value.delivery), within),
            period=Period.of(gasday.Period(value.start, value.end)),
        )


@strawberry.type
class ShortfallNotice(OneEvent):
    """Less capacity is left than is sold to you, or a shortfall has ended.

    A notice of a shortfall is complete: it replaces the one before on that network.
    """

    cursor: Cursor
    recorded_at: datetime
    network_id: strawberry.Private[NetworkId]
    holder_id: strawberry.Private[PartyId]
    is_restored: bool = strawberry.field(description="Whether the shortfall has ended.")
    lines: list[ShortfallLine] = strawberry.field(description="What is short, by contract, route and cut.")
    network: Network = reference(Network, "network_id", "The network concerned.")
    holder: Party = reference(Party, "holder_id", "The party that it informs.")

    @classmethod
    def of(cls, event: Event) -> Self:
        """Show an event."""
        is_restored = event.topic == CapacityRestored.topic
        found = event.read_as(CapacityRestored if is_restored else CapacityShort)
        return shown_as(
            cls,
            found,
            within=Newest(found.network_id),
            cursor=event.position,
            recorded_at=event.recorded_at,
            holder_id=PartyId(UUID(event.key)),
            is_restored=is_restored,
        )


ShortfallNews = Annotated[ShortfallNotice | ResyncRequired, strawberry.union("ShortfallNews")]


@strawberry.type
class ShortfallQueries:
    """Queries of shortfalls."""

    @strawberry.field(permission_classes=[MayRead])
    async def shortfalls(self, info: Info, network: str, period: PeriodInput) -> Shortfalls:
        """Where firm rights exceed capacity, as maintenance may leave it: proved on each call."""
        days = period.to_period(days_max=SHORTFALL_DAYS_MAX)
        services = info.context.services
        network_id = await network_id_of(info, network)
        cursor = await head_of(info, Stream.CAPACITY)
        found = await find(services.database, services.snapshots, services.verifiers, network_id, days)
        return Shortfalls.of(cursor, found.seen_by(info.context.caller()))


@strawberry.type
class ShortfallSubscriptions:
    """Following shortfalls."""

    @strawberry.subscription(permission_classes=[MayRead])
    async def shortfall_notices(
        self, info: Info, network: str | None = None, after: After = None
    ) -> AsyncIterator[ShortfallNews]:
        """Which of your contracts are short, or no longer short, after capacity has changed.

        Operators receive the notices to all holders on their networks.
        """
        network_id = await network_id_of(info, network) if network else None
        notices = readable_events(info, Stream.CAPACITY, TOPICS)
        async with following(info, Stream.CAPACITY, after, notices) as events:
            async for event in events:
                if isinstance(event, OutOfStep):
                    yield ResyncRequired.of(event)
                elif (
                    is_notice(event)
                    and network_id in (None, event.network_id)
                    and await may_receive(info, event)
                ):
                    yield ShortfallNotice.of(event)


def in_words(touching: model.Touching[Shortfall], unit: CommercialUnit) -> str:
    """Return a shortfall in one sentence, on the days that are shown of it."""
    found = touching.found
    return shortfall_in_words(
        edges=found.edges,
        nodes=found.nodes,
        limited="" if found.limit is None else str(found.limit),
        periods=touching.periods,
        demand=found.demand,
        units=found.units,
        unit=unit,
    )
