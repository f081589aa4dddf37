"""Contracts: the sub-network, the rights left, the proof and the charges."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry
from sqlalchemy.ext.asyncio import AsyncConnection
from strawberry import relay

from capacity.contracts import lineage as lineages
from capacity.contracts import repository
from capacity.contracts.contract import Contract as DomainContract
from capacity.contracts.contract import ContractState
from capacity.contracts.errors import CalorificValueMissing, IndexValueMissing
from capacity.contracts.repository import ContractSort
from capacity.feasibility.storage import repository as verdicts
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.networks.policy import Level
from capacity.rights import holds, ledger, model
from capacity.rights.balance import Segment, balance
from capacity.rights.model import Firmness, Hold, MovementCause
from linepack.events.model import Cursor
from linepack.gasday import GasDay
from linepack.ids import ContractId, NetworkId, PartyId
from linepack.money import Currency, Money
from linepack.problems import NotFound
from linepack.units import CommercialUnit
from market.holds.free import stretches
from market.primary.profiles import repository as profiles
from market.tariffs.charge import Charge as Priced
from schema.capacity.contract_charges import (
    Charge,
    Exposure,
    TariffCharge,
    load_charges,
    load_exposures,
)
from schema.capacity.contract_holds import ContractHold, FreeCapacity
from schema.capacity.contract_networks import ContractNetwork
from schema.capacity.networks import Network, network_id_of
from schema.capacity.routes import Route, RouteInput
from schema.capacity.verdicts import Verdict
from schema.identity.parties import Party
from schema.types.commands import caller_of
from schema.types.connections import KeysetConnection, ReadCursor, Shown, paged
from schema.types.context import Info, RequestContext
from schema.types.domain_values import FromDomain, InNetwork, Newest, Within, shown_as
from schema.types.nodes import StoredNode, batched, batched_public, reference, uuid_of
from schema.types.permissions import MayRead, MaySettle
from schema.types.scalars import Period, PeriodInput, Quantity
from settlement.charges.cost import contract_cost

load_verdicts = batched(verdicts.get_many)
load_proved = batched_public(verdicts.proved)
load_movements = batched_public(ledger.of_contracts)
load_routes = batched_public(ledger.routes_of)
load_children = batched_public(repository.children_of)
load_booked_together = batched_public(profiles.booked_together)


async def load_holds(context: RequestContext, ids: Sequence[ContractId]) -> list[list[Hold]]:
    """Return what is held of contracts that the caller has been shown."""
    found = await holds.on_contracts(context.reading, ids, at=context.services.now())
    return [found[contract_id] for contract_id in ids]


def rights_version(network_id: NetworkId) -> ReadCursor:
    """Return how the version of a network's rights is read, with which `positionChanges` goes on."""

    async def read(connection: AsyncConnection) -> Cursor:
        return Cursor(await ledger.version(connection, network_id))

    return read


@strawberry.type
class Right:
    """What a contract holds on a route, on every gas day of the period."""

    route: Route
    firmness: Firmness
    period: Period
    quantity: Quantity

    @classmethod
    def of(cls, route: model.Route, firmness: Firmness, segment: Segment, within: Within) -> Self:
        """Show a segment of a balance."""
        return shown_as(cls, segment, route=Route.of(route, within), firmness=firmness)


@strawberry.type
class RouteQuantity:
    """A quantity on a route, on every gas day concerned."""

    route: Route
    quantity: Quantity

    @classmethod
    def of(cls, route: model.Route, quantity: int, within: Within) -> Self:
        """Show a quantity on a route."""
        return cls(route=Route.of(route, within), quantity=Quantity(quantity))


@strawberry.type
class RightsMovement(InNetwork):
    """An entry in the rights ledger; negative quantities reduce the holding."""

    sequence: int = strawberry.field(description="The entry's place in the network's ledger of rights.")
    route: Route
    firmness: Firmness
    period: Period
    quantity: Quantity
    cause: MovementCause = strawberry.field(description="Why the rights moved.")


@strawberry.type
class ContractProof(FromDomain):
    """How much was proved before the rights were sold; `verdictInclusion` proves that it is in the log."""

    outcome: Outcome
    level: Level = strawberry.field(description="How much was proved.")
    is_derived: bool = strawberry.field(
        description="Whether it is the proof of the booking that the rights were split off from."
    )


@strawberry.type
class Contract(StoredNode):
    """Which party holds which rights from which operator, when, and where they came from.

    Shown to its holder, the operator, regulators, billing and administrators.
    """

    id: relay.NodeID[UUID]
    contract: strawberry.Private[DomainContract]
    code: str
    firmness: Firmness
    period: Period
    quantity: Quantity = strawberry.field(description="As it was made; see `rights` for what is left.")
    currency: Currency
    cause: MovementCause = strawberry.field(description="How it came about.")
    created_at: datetime = strawberry.field(description="When it was made.")
    sub_network: ContractNetwork = strawberry.field(description="The contract as a graph.")
    network: Network = reference(Network, "contract.network_id", "The physical network it lies on.")
    holder: Party = reference(Party, "contract.holder_id", "The party that holds the rights.")
    operator: Party = reference(Party, "contract.operator_id", "The operator that sold the capacity.")

    load_rows = staticmethod(batched(repository.get_many))

    @classmethod
    def of(cls, value: DomainContract) -> Self:
        """Show a contract."""
        return shown_as(
            cls,
            value,
            contract=value,
            sub_network=ContractNetwork.on(Newest(value.network_id), value.network),
        )

    @strawberry.field
    async def unit(self, info: Info) -> CommercialUnit:
        """The unit of its quantities."""
        return (await Network.require(info, self.contract.network_id)).unit

    @strawberry.field
    def routes(self) -> list[RouteQuantity]:
        """Where it gives rights, as it was made; see `rights` for what is left."""
        within = Newest(self.contract.network_id)
        return [RouteQuantity.of(route, quantity, within) for route, quantity in self.contract.routes()]

    @strawberry.field
    async def parent(self, info: Info) -> "Contract | None":
        """The contract it was derived from; null when you may not see it."""
        return await Contract.load(info, self.contract.parent_id)

    @strawberry.field
    async def booked_together(self, info: Info) -> list["Contract"]:
        """The contracts of the profile in which it was booked, itself among them, in the order of the parts.

        Empty where it was booked alone, or was derived from another contract.
        """
        together = await info.context.loader(load_booked_together).load(self.contract.id) or ()
        return [one for one in await Contract.find(info, together) if one is not None]

    @strawberry.field
    async def rights(self, info: Info) -> list[Right]:
        """What the holder still has, for each route, in stretches of equal quantity."""
        movements = await info.context.loader(load_movements).load(self.contract.id) or ()
        return [
            Right.of(route, firmness, segment, Newest(self.contract.network_id))
            for (route, firmness), segments in balance(movements).items()
            for segment in segments
        ]

    @strawberry.field
    async def holds(self, info: Info) -> list[ContractHold]:
        """What of it is held for offers and orders, and cannot be passed on elsewhere."""
        held = await info.context.loader(load_holds).load(self.contract.id)
        return [ContractHold.of(hold) for hold in held]

    @strawberry.field
    async def free(self, info: Info) -> list[FreeCapacity]:
        """What can be offered of it, as arithmetic: quantity − passed on − held = free."""
        held = await info.context.loader(load_holds).load(self.contract.id)
        children = await info.context.loader(load_children).load(self.contract.id) or ()
        found = stretches(self.contract, children, held, self.contract.period)
        return [FreeCapacity.of(stretch) for stretch in found]

    @strawberry.field
    async def movements(self, info: Info) -> list[RightsMovement]:
        """How its rights came and went, in order."""
        movements = await info.context.loader(load_movements).load(self.contract.id) or ()
        return [RightsMovement.of(movement, Newest(movement.network_id)) for movement in movements]

    @strawberry.field
    async def verdict(self, info: Info) -> Verdict | None:
        """The answer to the request by which it was booked; null for a derived contract, see `proof`."""
        if self.contract.verdict_id is None or self.contract.parent_id is not None:
            return None
        stored = await info.context.loader(load_verdicts).load(self.contract.verdict_id)
        return None if stored is None else Verdict.of(stored.verdict)

    @strawberry.field
    async def proof(self, info: Info) -> ContractProof | None:
        """How much was proved before its rights were sold."""
        if self.contract.verdict_id is None:
            return None
        found = await info.context.loader(load_proved).load(self.contract.verdict_id)
        is_derived = self.contract.parent_id is not None
        return None if found is None else shown_as(ContractProof, found, is_derived=is_derived)

    @strawberry.field
    def cost(self) -> TariffCharge | None:
        """What it costs by its own price, had nothing of it been passed on.

        Null where the price follows an index, whose values change what it costs.
        """
        contract = self.contract
        try:
            working = contract_cost(contract.network)(contract.period)
        except (IndexValueMissing, CalorificValueMissing):
            return None
        return TariffCharge.of(Priced(Money(working.amount, contract.currency).rounded(), working))

    @strawberry.field(permission_classes=[MaySettle])
    async def exposure(self, info: Info) -> Exposure | None:
        """What its holder owes and is owed under it and for the parts that it sold, as far as you may see.

        Null where nothing was charged.
        """
        found = await info.context.loader(load_exposures).load(self.contract.id)
        return None if found is None else Exposure.of(found)

    @strawberry.field(permission_classes=[MaySettle])
    async def charges(self, info: Info) -> list[Charge] | None:
        """The charge plan and all that has changed it, with the arithmetic.

        Null, with an error FORBIDDEN at this field, for callers without the scope SETTLE.
        """
        lines = await info.context.loader(load_charges).load(self.contract.id) or ()
        return [Charge.of(posted) for posted in lines]


@strawberry.type
class PassedOnRoute:
    """What a contract was made with on a route, on every gas day of its period."""

    route: Route
    quantity: Quantity


@strawberry.type
class LineageMember:
    """A contract of a lineage: your own, or one that was passed on and on whose holder you depend.

    That is what was split off your contract, and what was assigned on of what you released: if its holder
    does not pay, your credit is taken back. Of those it says what was passed on to whom, and nothing of what
    became of it.
    """

    code: str
    cause: MovementCause = strawberry.field(description="How it came about.")
    firmness: Firmness
    period: Period
    quantity: Quantity = strawberry.field(description="As it was made.")
    routes: list[PassedOnRoute] = strawberry.field(description="What it was made with, for each route.")
    created_at: datetime = strawberry.field(description="When it was made.")
    state: ContractState
    parent_code: str | None = strawberry.field(
        description="The code of the contract it was derived from; null when that is not in this list."
    )
    holder_id: strawberry.Private[PartyId]
    made: strawberry.Private[DomainContract]
    is_visible: strawberry.Private[bool]
    holder: Party = reference(Party, "holder_id", "The party that holds it.")

    @classmethod
    def of(cls, value: lineages.LineageMember, today: GasDay) -> Self:
        """Show a contract of a lineage."""
        contract, parent = value.contract, value.parent
        within = Newest(contract.network_id)
        return shown_as(
            cls,
            contract,
            routes=[
                PassedOnRoute(route=Route.of(route, within), quantity=Quantity(quantity))
                for route, quantity in contract.routes()
            ],
            state=contract.state_on(today),
            parent_code=None if parent is None else parent.code,
            made=contract,
            is_visible=value.is_visible,
        )

    @strawberry.field
    def contract(self) -> Contract | None:
        """The contract itself; null unless you may see all of it."""
        return Contract.of(self.made) if self.is_visible else None


@strawberry.type
class ContractQueries:
    """Queries of contracts."""

    @paged(KeysetConnection[Contract], MayRead, orders=ContractSort, followed_by="positionChanges")
    async def contracts(
        self,
        info: Info,
        *,
        network: str | None = None,
        period: Annotated[
            PeriodInput | None, strawberry.argument(description="Only those with a gas day in this period.")
        ] = None,
        route: Annotated[
            RouteInput | None,
            strawberry.argument(
                description="Only those made with rights on exactly this route, whatever is left of them."
            ),
        ] = None,
        firmness: Firmness | None = None,
        cause: Annotated[
            MovementCause | None, strawberry.argument(description="Only those that came about this way.")
        ] = None,
        holder: Annotated[
            relay.GlobalID | None,
            strawberry.argument(description="Only those that this party holds: its id."),
        ] = None,
        own: Annotated[bool, strawberry.argument(description="Only those that your party holds.")] = False,
    ) -> Shown[DomainContract]:
        """Contracts: your own; without a network they have no cursor.

        For operators those on their networks; for regulators, billing and administrators all.
        """
        caller = info.context.caller()
        holder_id = PartyId(uuid_of("Party", holder, "holder")) if holder else None
        if own:
            holder_id = caller.require_party()
        network_id = await network_id_of(info, network) if network else None
        listed = repository.contracts(
            caller,
            holder_id=holder_id,
            network_id=network_id,
            period=period.to_period() if period else None,
            route=route.to_route() if route else None,
            firmness=firmness,
            cause=cause,
        )
        return Shown(listed, None if network_id is None else rights_version(network_id))

    @strawberry.field(permission_classes=[MayRead])
    async def contract(
        self,
        info: Info,
        id: Annotated[relay.GlobalID, strawberry.argument(description="The id of the contract.")],  # noqa: A002
    ) -> Contract:
        """One contract; an error when it does not exist or you may not see it."""
        found = await Contract.load(info, ContractId(uuid_of("Contract", id, "id")))
        if found is None:
            raise NotFound("contract", id, path=("id",))
        return found

    @strawberry.field(permission_classes=[MayRead])
    async def lineage(
        self,
        info: Info,
        id: Annotated[relay.GlobalID, strawberry.argument(description="The id of the contract.")],  # noqa: A002
    ) -> list[LineageMember]:
        """What a contract was derived from, itself, and what was derived from it, oldest first.

        Your own, and what you passed on; for operators those on their networks; for regulators, billing and
        administrators all.
        """
        contract_id = ContractId(uuid_of("Contract", id, "id"))
        async with info.context.services.database.read() as connection:
            found = await lineages.lineage(connection, info.context.caller(), contract_id)
        caller = caller_of(info)
        clock = await caller.market.clock(found[0].contract.network_id)
        return [LineageMember.of(one, clock.gas_day(caller.at)) for one in found]
