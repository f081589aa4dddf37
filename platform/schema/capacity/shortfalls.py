"""Shortfalls in the API: what is sold beyond capacity, for the operator; for each holder, its own."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

import strawberry

from capacity.feasibility.questions.shortfall_search import DaysOfOneKind, Shortfall
from capacity.feasibility.shortfalls import model
from capacity.feasibility.shortfalls.events import CapacityRestored
from capacity.feasibility.shortfalls.service import shortfalls as find
from capacity.feasibility.verdicts.descriptions import shortfall_in_words
from capacity.networks.policy import Level
from capacity.rights import model as rights
from linepack import gasday
from linepack.events.model import Cursor, Event
from linepack.ids import ContractId, NetworkId, PartyId
from linepack.problems import Fault, InvalidInput
from linepack.units import CommercialUnit
from schema.capacity.contracts import Contract
from schema.capacity.networks import Network, network_id_of
from schema.capacity.verdicts import CutEdge, PressureShortage
from schema.identity.parties import Party
from schema.types.capacity_route import Route
from schema.types.nodes import Info, shown
from schema.types.permissions import MayRead
from schema.types.scalars import Period, PeriodInput, Quantity

SHORTFALL_DAYS_MAX = 400


@strawberry.type(description="What a contract has on a route that counts, on every gas day of the period.")
class TouchedContract:
    """A contract, and the units of it that are at stake."""

    contract_id: strawberry.Private[ContractId]
    holder_id: strawberry.Private[PartyId]
    code: str
    route: Route
    period: Period
    units: Quantity

    @classmethod
    def of(cls, found: model.TouchedContract) -> Self:
        """Show a touched contract."""
        return cls(
            contract_id=found.contract_id,
            holder_id=found.holder_id,
            code=found.contract_code,
            route=Route.of(found.route),
            period=Period.of(found.period),
            units=Quantity(found.units),
        )

    @strawberry.field
    async def contract(self, info: Info) -> Contract | None:
        """Return the contract."""
        return await Contract.load(info, self.contract_id)

    @strawberry.field
    async def holder(self, info: Info) -> Party:
        """Return who holds it."""
        return await Party.load(info, self.holder_id)


@strawberry.type(
    description="A cut of the network, or the limit of a point or path, that carries less than is sold on it."
)
class CapacityShortfall:
    """A cut that is short."""

    text: str = strawberry.field(description="The shortfall in words.")
    periods: list[Period]
    level: Level = strawberry.field(description="RIGHTS where the limit of a point or path is exceeded.")
    limit: Route | None = strawberry.field(description="That point or path; null for a cut of the network.")
    nodes: list[str] = strawberry.field(
        description="The side of the cut that gas cannot leave; empty for the limit of a point itself."
    )
    edges: list[CutEdge] = strawberry.field(description="All edges that leave it.")
    capacity: Quantity
    demand: Quantity = strawberry.field(description="What the rights sold can force across.")
    units: Quantity = strawberry.field(description="Demand less capacity: what is sold beyond capacity.")
    contracts: list[TouchedContract] = strawberry.field(
        description="Contracts with firm rights on it, as far as you may see them."
    )

    @classmethod
    def of(cls, touching: model.Touching[Shortfall], unit: CommercialUnit) -> Self:
        """Show a cut that is short."""
        found = touching.found
        return cls(
            text=in_words(touching, unit),
            periods=[Period.of(period) for period in touching.periods],
            level=found.level,
            limit=shown(Route.of, found.limit),
            nodes=list(found.nodes),
            edges=[CutEdge.of(edge) for edge in found.edges],
            capacity=Quantity(found.capacity),
            demand=Quantity(found.demand),
            units=Quantity(found.units),
            contracts=[TouchedContract.of(contract) for contract in touching.contracts],
        )


@strawberry.type(
    description="Gas days whose firm rights, used at once, cannot keep every pressure within its limits."
)
class PressureShortfall:
    """Days without a state."""

    periods: list[Period]
    shortage: PressureShortage | None = strawberry.field(
        description="Where pressure fails in the best state found; null where none was near enough to say."
    )
    contracts: list[TouchedContract] = strawberry.field(
        description="Contracts with firm rights on these days, as far as you may see them."
    )

    @classmethod
    def of(cls, touching: model.Touching[model.PressureShortfall]) -> Self:
        """Show days without a state."""
        shortage = touching.found.shortage
        return cls(
            periods=[Period.of(period) for period in touching.periods],
            shortage=None if shortage is None else PressureShortage.of(touching.periods, shortage),
            contracts=[TouchedContract.of(contract) for contract in touching.contracts],
        )


@strawberry.type(
    description="Gas days of which it was not proved in time that they are carried, or how short."
)
class UndecidedDays:
    """Days without a proof."""

    periods: list[Period]
    reason: str

    @classmethod
    def of(cls, touching: model.Touching[DaysOfOneKind]) -> Self:
        """Show undecided days."""
        return cls(periods=[Period.of(one) for one in touching.periods], reason=touching.found.reason)


@strawberry.type(
    description="What is sold firm beyond capacity: all of it for the operator, for a holder what touches "
    "its own contracts. Nothing listed means carried, but for days that are undecided."
)
class Shortfalls:
    """The answer about one network."""

    unit: CommercialUnit
    rights_version: int = strawberry.field(description="Names the state of all rights that was looked at.")
    level: Level = strawberry.field(description="The level that the network's policy demands of firm rights.")
    cuts: list[CapacityShortfall]
    pressures: list[PressureShortfall]
    undecided: list[UndecidedDays]

    @classmethod
    def of(cls, found: model.NetworkShortfalls) -> Self:
        """Show what its viewer may see."""
        unit = found.published.network.unit
        return cls(
            unit=unit,
            rights_version=found.rights_version,
            level=found.level,
            cuts=[CapacityShortfall.of(touching, unit) for touching in found.cuts],
            pressures=[PressureShortfall.of(touching) for touching in found.pressures],
            undecided=[UndecidedDays.of(touching) for touching in found.undecided],
        )


@strawberry.type(description="A contract of yours on one route across one cut, with the figures on its days.")
class ShortfallLine:
    """One line of a notice; see `capacity.feasibility.shortfalls.notices`."""

    contract_id: strawberry.Private[ContractId]
    route: Route
    level: Level
    cut: str = strawberry.field(description="The edges of the cut, the limit exceeded, or `pressure`.")
    period: Period
    units: Quantity = strawberry.field(description="What the contract has on the route.")
    missing: Quantity | None = strawberry.field(
        description="What is sold beyond the capacity of the whole cut; null where pressure fails."
    )

    @classmethod
    def of(cls, line: dict[str, Any]) -> Self:
        """Show a line of an event."""
        period = gasday.Period(date.fromisoformat(line["start"]), date.fromisoformat(line["end"]))
        return cls(
            contract_id=ContractId(UUID(line["contract_id"])),
            route=Route.of(rights.Route(line["receipt"], line["delivery"])),
            level=Level(line["level"]),
            cut=line["cut"],
            period=Period.of(period),
            units=Quantity(line["units"]),
            missing=shown(Quantity, line["missing"]),
        )

    @strawberry.field
    async def contract(self, info: Info) -> Contract | None:
        """Return the contract."""
        return await Contract.load(info, self.contract_id)


@strawberry.type(
    description="Less capacity is left than is sold to you, or what was short is restored. A notice of what "
    "is short is complete: it takes the place of the one before on that network."
)
class ShortfallNotice:
    """What one holder is informed of."""

    cursor: Cursor
    recorded_at: datetime
    network_id: strawberry.Private[NetworkId]
    holder_id: strawberry.Private[PartyId]
    is_restored: bool
    lines: list[ShortfallLine]

    @classmethod
    def of(cls, event: Event) -> Self:
        """Show an event."""
        payload: Any = event.payload
        return cls(
            cursor=event.position,
            recorded_at=event.recorded_at,
            network_id=NetworkId(UUID(payload["network_id"])),
            holder_id=PartyId(UUID(event.key)),
            is_restored=event.topic == CapacityRestored.topic,
            lines=[ShortfallLine.of(line) for line in payload["lines"]],
        )

    @strawberry.field
    async def network(self, info: Info) -> Network:
        """Return the network concerned."""
        return await Network.load(info, self.network_id)

    @strawberry.field
    async def holder(self, info: Info) -> Party:
        """Return whom it informs."""
        return await Party.load(info, self.holder_id)


@strawberry.type
class ShortfallQueries:
    """What is sold and cannot be transported."""

    @strawberry.field(
        permission_classes=[MayRead],
        description="Where firm rights exceed capacity, as maintenance may leave it: proved on each call.",
    )
    async def shortfalls(self, info: Info, network: str, period: PeriodInput) -> Shortfalls:
        """Return what the caller may see of the shortfalls of a network."""
        days = period.to_period()
        if days.days > SHORTFALL_DAYS_MAX:
            raise InvalidInput([Fault("period", f"at most {SHORTFALL_DAYS_MAX} gas days, not {days.days}")])
        services = info.context.services
        network_id = await network_id_of(info, network)
        found = await find(services.database, services.snapshots, services.verifiers, network_id, days)
        return Shortfalls.of(found.seen_by(info.context.caller()))


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
