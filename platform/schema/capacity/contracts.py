"""Contracts in the API: the sub-network, the rights left, the proof and the charges."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry import relay

from capacity.contracts import repository
from capacity.contracts.contract import Contract as DomainContract
from capacity.contracts.errors import CalorificValueMissing, IndexValueMissing
from capacity.feasibility.storage import repository as verdicts
from capacity.rights import holds, ledger, model
from capacity.rights.balance import Segment, balance
from capacity.rights.model import Firmness, Hold, Movement, MovementCause
from linepack.ids import ContractId, VerdictId
from linepack.money import Currency, Money
from linepack.problems import NotFound
from linepack.units import CommercialUnit
from market.holds.free import stretches
from market.tariffs.charge import Charge as Priced
from schema.capacity.contract_holds import ContractHold, FreeCapacity
from schema.capacity.contract_networks import ContractNetwork
from schema.capacity.networks import Network, network_id_of
from schema.capacity.verdicts import Verdict
from schema.identity.parties import Party
from schema.settlement.billing_feed import Charge, TariffCharge, load_charges
from schema.types.capacity_route import Route
from schema.types.connections import KeysetConnection, page
from schema.types.context import RequestContext
from schema.types.nodes import Found, Info, after_id, by_id, shown, uuid_of
from schema.types.permissions import MayRead, MaySettle
from schema.types.scalars import Period, PeriodInput, Quantity
from settlement.charges.cost import contract_cost


async def load_contracts(context: RequestContext, ids: Sequence[ContractId]) -> list[DomainContract | None]:
    """Return the contracts with these ids that the caller may see."""
    async with context.services.database.read() as connection:
        found = await repository.get_many(connection, context.caller(), ids)
    return [found.get(contract_id) for contract_id in ids]


async def load_movements(context: RequestContext, ids: Sequence[ContractId]) -> list[list[Movement]]:
    """Return the movements of contracts that the caller has been shown."""
    async with context.services.database.read() as connection:
        found = await ledger.of_contracts(connection, ids)
    return [found[contract_id] for contract_id in ids]


async def load_holds(context: RequestContext, ids: Sequence[ContractId]) -> list[list[Hold]]:
    """Return what is held of contracts that the caller has been shown."""
    async with context.services.database.read() as connection:
        found = await holds.on_contracts(connection, ids, at=context.services.now())
    return [found[contract_id] for contract_id in ids]


async def load_children(context: RequestContext, ids: Sequence[ContractId]) -> list[list[DomainContract]]:
    """Return what was passed on of contracts that the caller may see, of which only quantities are shown."""
    async with context.services.database.read() as connection:
        found = await repository.children_of(connection, ids)
    return [found[contract_id] for contract_id in ids]


async def load_verdicts(
    context: RequestContext, ids: Sequence[VerdictId]
) -> list[verdicts.StoredVerdict | None]:
    """Return the verdicts with these ids that the caller may see."""
    async with context.services.database.read() as connection:
        found = await verdicts.get_many(connection, context.caller(), ids)
    return [found.get(verdict_id) for verdict_id in ids]


@strawberry.type(description="What a contract holds on a route, on every gas day of the period.")
class Right:
    """A stretch of a balance."""

    route: Route
    firmness: Firmness
    period: Period
    quantity: Quantity

    @classmethod
    def of(cls, route: model.Route, firmness: Firmness, segment: Segment) -> Self:
        """Show a segment of a balance."""
        return cls(
            route=Route.of(route),
            firmness=firmness,
            period=Period.of(segment.period),
            quantity=Quantity(segment.quantity),
        )


@strawberry.type(description="A line of the rights ledger; negative takes.")
class RightsMovement:
    """A movement of a contract's rights."""

    sequence: int
    route: Route
    firmness: Firmness
    period: Period
    quantity: Quantity
    cause: MovementCause

    @classmethod
    def of(cls, movement: Movement) -> Self:
        """Show a movement."""
        return cls(
            sequence=movement.sequence,
            route=Route.of(movement.route),
            firmness=movement.firmness,
            period=Period.of(movement.period),
            quantity=Quantity(movement.quantity),
            cause=movement.cause,
        )


@strawberry.type(description="Who holds which rights from whom, when, and where they came from.")
class Contract(Found):
    """A contract, shown to its holder and those who keep order in the market."""

    id: relay.NodeID[UUID]
    contract: strawberry.Private[DomainContract]
    code: str
    firmness: Firmness
    period: Period
    quantity: Quantity = strawberry.field(description="As it was made; see `rights` for what is left.")
    currency: Currency
    cause: MovementCause
    created_at: datetime
    sub_network: ContractNetwork
    parent_id: relay.GlobalID | None = strawberry.field(
        description="The contract it was derived from, if it came of a trade."
    )

    @classmethod
    def of(cls, contract: DomainContract) -> Self:
        """Show a contract."""
        parent = contract.parent_id
        return cls(
            id=contract.id,
            contract=contract,
            code=contract.code,
            firmness=contract.firmness,
            period=Period.of(contract.period),
            quantity=Quantity(contract.quantity),
            currency=contract.currency,
            cause=contract.cause,
            created_at=contract.created_at,
            sub_network=ContractNetwork.of(contract.network),
            parent_id=None if parent is None else relay.GlobalID("Contract", str(parent)),
        )

    @classmethod
    async def load(cls, info: Info, contract_id: ContractId | None) -> Self | None:
        """Show the contract with this id; None when there is none that the caller may see."""
        if contract_id is None:
            return None
        contract = await info.context.loader(load_contracts).load(contract_id)
        return shown(cls.of, contract)

    @classmethod
    async def find(cls, info: Info, ids: Sequence[UUID]) -> list[Self | None]:
        """Return the contracts the caller may see; None for the others."""
        found = await info.context.loader(load_contracts).load_many([ContractId(one) for one in ids])
        return [shown(cls.of, one) for one in found]

    @strawberry.field
    async def network(self, info: Info) -> Network:
        """Return the physical network it lies on."""
        return await Network.load(info, self.contract.network_id)

    @strawberry.field(description="The unit of its quantities.")
    async def unit(self, info: Info) -> CommercialUnit:
        """Return the network's commercial unit."""
        return (await Network.load(info, self.contract.network_id)).unit

    @strawberry.field
    async def holder(self, info: Info) -> Party:
        """Return who holds the rights."""
        return await Party.load(info, self.contract.holder_id)

    @strawberry.field
    async def operator(self, info: Info) -> Party:
        """Return whom they were bought from."""
        return await Party.load(info, self.contract.operator_id)

    @strawberry.field(description="What it was derived from; null when that is not yours to see.")
    async def parent(self, info: Info) -> "Contract | None":
        """Return the parent contract."""
        return await Contract.load(info, self.contract.parent_id)

    @strawberry.field(description="What the holder still has, per route, in stretches of equal quantity.")
    async def rights(self, info: Info) -> list[Right]:
        """Return the balance of the contract."""
        movements = await info.context.loader(load_movements).load(self.contract.id)
        return [
            Right.of(route, firmness, segment)
            for (route, firmness), segments in balance(movements).items()
            for segment in segments
        ]

    @strawberry.field(
        description="What of it is held for offers and orders, and cannot be passed on elsewhere."
    )
    async def holds(self, info: Info) -> list[ContractHold]:
        """Return the standing holds on the contract."""
        held = await info.context.loader(load_holds).load(self.contract.id)
        return [ContractHold.of(hold) for hold in held]

    @strawberry.field(
        description="What can be offered of it, as arithmetic: quantity − passed on − held = free."
    )
    async def free(self, info: Info) -> list[FreeCapacity]:
        """Return what is free of the contract, in stretches of equal figures."""
        held = await info.context.loader(load_holds).load(self.contract.id)
        children = await info.context.loader(load_children).load(self.contract.id)
        found = stretches(self.contract, children, held, self.contract.period)
        return [FreeCapacity.of(stretch) for stretch in found]

    @strawberry.field(description="How its rights came and went, in order.")
    async def movements(self, info: Info) -> list[RightsMovement]:
        """Return the contract's lines of the rights ledger."""
        movements = await info.context.loader(load_movements).load(self.contract.id)
        return [RightsMovement.of(movement) for movement in movements]

    @strawberry.field(
        description="The proof that its rights can be transported; a child rests on its parent's."
    )
    async def verdict(self, info: Info) -> Verdict | None:
        """Return the stored verdict."""
        if self.contract.verdict_id is None:
            return None
        stored = await info.context.loader(load_verdicts).load(self.contract.verdict_id)
        return None if stored is None else Verdict.of(stored.verdict)

    @strawberry.field(
        description="What it costs by its own price, had nothing of it been passed on; null where the price "
        "follows an index, whose values change what it costs."
    )
    def cost(self) -> TariffCharge | None:
        """Return what the contract states that it costs."""
        contract = self.contract
        try:
            working = contract_cost(contract.network)(contract.period)
        except (IndexValueMissing, CalorificValueMissing):
            return None
        return TariffCharge.of(Priced(Money(working.amount, contract.currency).rounded(), working))

    @strawberry.field(
        permission_classes=[MaySettle],
        description="The charge plan and all that has changed it, with the arithmetic.",
    )
    async def charges(self, info: Info) -> list[Charge]:
        """Return the charge lines of the contract that the caller may see."""
        lines = await info.context.loader(load_charges).load(self.contract.id)
        return [Charge.of(posted) for posted in lines]


@strawberry.type
class ContractQueries:
    """Contracts and what is left of them."""

    @strawberry.field(
        permission_classes=[MayRead],
        description="Contracts, newest first: your own; all on their networks for those who keep order.",
    )
    async def contracts(
        self,
        info: Info,
        *,
        network: str | None = None,
        running: PeriodInput | None = None,
        own: bool = False,
        first: int | None = None,
        after: str | None = None,
    ) -> KeysetConnection[Contract]:
        """Return a page of contracts, those with a gas day in `running` if given."""
        caller, asked = info.context.caller(), page("contracts", first, after)
        network_id = await network_id_of(info, network) if network else None
        async with info.context.services.database.read() as connection:
            rows = await repository.find(
                connection,
                caller,
                holder_id=caller.require_party() if own else None,
                network_id=network_id,
                running=running.to_period("running") if running else None,
                after=after_id(asked, ContractId),
                limit=asked.limit,
            )
        return KeysetConnection[Contract].of(rows, asked, key=by_id, node=Contract.of)

    @strawberry.field(permission_classes=[MayRead], description="One contract; not found when not yours.")
    async def contract(
        self,
        info: Info,
        id: Annotated[relay.GlobalID, strawberry.argument(description="Its id.")],  # noqa: A002
    ) -> Contract:
        """Return the contract with this id."""
        found = await Contract.load(info, ContractId(uuid_of("Contract", id, "id")))
        if found is None:
            raise NotFound("contract", id, path=("id",))
        return found

    @strawberry.field(
        permission_classes=[MayRead],
        description="The family of a contract: ancestors, itself and all derived from it, oldest first.",
    )
    async def lineage(self, info: Info, contract: relay.GlobalID) -> list[Contract]:
        """Return the members of the family that the caller may see."""
        contract_id = ContractId(uuid_of("Contract", contract, "contract"))
        async with info.context.services.database.read() as connection:
            family = await repository.lineage(connection, info.context.caller(), contract_id)
        return [Contract.of(one) for one in family]
