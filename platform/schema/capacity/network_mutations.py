"""The home of what operators do in the API: publish networks, set overlays and policies."""

import base64
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Self

import anyio.to_thread
import strawberry
from strawberry import relay

from capacity.networks import interruptible, model
from capacity.networks.formats import recognise
from capacity.networks.model import OverlayKind
from capacity.networks.policy import (
    DEADLINE_DEFAULT_S,
    DEADLINE_MAX_S,
    DEADLINE_MIN_S,
    Level,
    WhenUndecided,
)
from capacity.networks.policy import Policy as DomainPolicy
from capacity.publication import service
from capacity.publication.interruptible import set_interruptible_quantity
from capacity.rights.model import RouteKind
from linepack.commands.unit_of_work import UnitOfWork
from linepack.ids import OverlayId
from linepack.money import Currency
from linepack.problems import Fault, InvalidInput
from schema.capacity.networks import Network, Overlay, network_id_of
from schema.types.nodes import IDEMPOTENCY_KEY, Info, Refusals, uuid_of
from schema.types.permissions import MayOperate, MayRead
from schema.types.scalars import PeriodInput, Quantity


@strawberry.input(
    description="A file, in base64. Its name says the format: .json (native), .geojson, .m (MATGAS), .net or "
    ".zip (GasLib)."
)
class NetworkFileInput:
    """A network document from outside; hostile until parsed."""

    name: str
    content: str


DEADLINE: Final[Any] = strawberry.field(
    default=DEADLINE_DEFAULT_S,
    description=f"How long the proof of one request may take, {DEADLINE_MIN_S:g} to {DEADLINE_MAX_S:g} s.",
)


@strawberry.input
class ImportNetworkInput:
    """A network to put onto the platform, as its first revision."""

    file: NetworkFileInput
    currency: Currency
    firm_level: Level = Level.ROBUST
    interruptible_level: Level = Level.FLOW
    deadline_s: float = DEADLINE
    when_undecided: WhenUndecided = WhenUndecided.REFUSE


@strawberry.input
class PublishRevisionInput:
    """A network's next revision; the same content again changes nothing."""

    network: str
    file: NetworkFileInput


@strawberry.input
class SetPolicyInput:
    """To which level rights are proved from now on; what is left out is as when a network is imported."""

    network: str
    firm_level: Level
    interruptible_level: Level
    deadline_s: float = DEADLINE
    when_undecided: WhenUndecided = WhenUndecided.REFUSE


@strawberry.type
class NetworkPayload:
    """The network, as it is published now."""

    network: Network


@strawberry.input
class SetOverlayInput:
    """A dated change of one edge's capacity."""

    network: str
    edge: str
    kind: OverlayKind
    period: PeriodInput
    factor: float = strawberry.field(description="0 (closed) to 2; multiplies both directions.")
    reason: str = ""
    idempotency_key: strawberry.ID = IDEMPOTENCY_KEY


@strawberry.input
class WithdrawOverlayInput:
    """An overlay to take out of force."""

    overlay_id: relay.GlobalID


@strawberry.type
class OverlayPayload:
    """The overlay."""

    overlay: Overlay


@strawberry.type(description="How much interruptible capacity is on sale from a gas day on, and where.")
class InterruptibleQuantity:
    """A statement; see `capacity.networks.interruptible`."""

    kind: RouteKind
    receipt: str | None
    delivery: str | None
    valid_from: date
    quantity: Quantity | None
    share: Decimal | None = strawberry.field(description="Of the technical capacity, 0 to 1.")

    @classmethod
    def of(cls, found: interruptible.InterruptibleQuantity) -> Self:
        """Show a statement."""
        return cls(
            kind=found.kind,
            receipt=found.receipt,
            delivery=found.delivery,
            valid_from=found.valid_from,
            quantity=None if found.quantity is None else Quantity(found.quantity),
            share=found.share,
        )


@strawberry.input(
    description="A quantity or a share; neither ends what was stated before. Without points it is for every "
    "path, entry or exit that has no statement of its own. At a point all interruptible rights there count."
)
class SetInterruptibleQuantityInput:
    """How much interruptible capacity is on sale."""

    network: str
    kind: RouteKind
    valid_from: date
    receipt: str | None = None
    delivery: str | None = None
    quantity: Quantity | None = None
    share: Decimal | None = strawberry.field(
        default=None, description="Of the technical capacity of each gas day, 0 to 1; 0 sells nothing."
    )


@strawberry.type
class SetInterruptibleQuantityPayload:
    """What was stated."""

    interruptible_quantity: InterruptibleQuantity


NetworkResult = Annotated[NetworkPayload | Refusals, strawberry.union("NetworkResult")]
OverlayResult = Annotated[OverlayPayload | Refusals, strawberry.union("OverlayResult")]
SetInterruptibleQuantityResult = Annotated[
    SetInterruptibleQuantityPayload | Refusals, strawberry.union("SetInterruptibleQuantityResult")
]


@strawberry.type
class OperatorQueries:
    """What operators have stated."""

    @strawberry.field(
        permission_classes=[MayRead],
        description="Every statement about a network's interruptible quantities, oldest first.",
    )
    async def interruptible_quantities(self, info: Info, network: str) -> list[InterruptibleQuantity]:
        """Return the statements about a network; they are few."""
        published = await info.context.services.snapshots.published(await network_id_of(info, network))
        return [InterruptibleQuantity.of(one) for one in published.interruptible]


@strawberry.type
class OperatorMutations:
    """Changing networks; a change may leave less capacity than is sold, and moves no right."""

    @strawberry.mutation(permission_classes=[MayOperate], description="Publish a network.")
    async def import_network(self, info: Info, input: ImportNetworkInput) -> NetworkResult:  # noqa: A002
        """Return the network; a file with faults is refused with all of them."""
        context = info.context
        command = service.ImportNetwork(
            network=await _read(input.file),
            currency=input.currency,
            policy=_policy(input),
        )
        async with UnitOfWork(context.services.database) as uow:
            published = await service.import_network(
                uow, context.caller(), command, at=context.services.now()
            )
        return NetworkPayload(network=Network.of(published))

    @strawberry.mutation(permission_classes=[MayOperate], description="Publish a network's next revision.")
    async def publish_revision(self, info: Info, input: PublishRevisionInput) -> NetworkResult:  # noqa: A002
        """Return the network."""
        context = info.context
        command = service.PublishRevision(
            network_id=await network_id_of(info, input.network), network=await _read(input.file)
        )
        async with UnitOfWork(context.services.database) as uow:
            published = await service.publish_revision(
                uow, context.caller(), command, at=context.services.now()
            )
        return NetworkPayload(network=Network.of(published))

    @strawberry.mutation(
        permission_classes=[MayOperate],
        description="Demand other levels of proof for what is sold from now on.",
    )
    async def set_policy(self, info: Info, input: SetPolicyInput) -> NetworkResult:  # noqa: A002
        """Return the network."""
        context = info.context
        network_id = await network_id_of(info, input.network)
        policy = _policy(input)
        async with UnitOfWork(context.services.database) as uow:
            published = await service.set_policy(uow, context.caller(), network_id, policy)
        return NetworkPayload(network=Network.of(published))

    @strawberry.mutation(
        permission_classes=[MayOperate],
        description="State how much interruptible capacity is on sale from a gas day on; none is by default.",
    )
    async def set_interruptible_quantity(
        self,
        info: Info,
        input: SetInterruptibleQuantityInput,  # noqa: A002
    ) -> SetInterruptibleQuantityResult:
        """Return what was stated."""
        context = info.context
        stated = interruptible.InterruptibleQuantity(
            kind=input.kind,
            valid_from=input.valid_from,
            receipt=input.receipt,
            delivery=input.delivery,
            quantity=input.quantity,
            share=input.share,
        )
        network_id = await network_id_of(info, input.network)
        async with UnitOfWork(context.services.database) as uow:
            await set_interruptible_quantity(
                uow, context.caller(), network_id, stated, at=context.services.now()
            )
        return SetInterruptibleQuantityPayload(interruptible_quantity=InterruptibleQuantity.of(stated))

    @strawberry.mutation(
        permission_classes=[MayOperate], description="Change one edge's capacity for a while."
    )
    async def set_overlay(self, info: Info, input: SetOverlayInput) -> OverlayResult:  # noqa: A002
        """Return the overlay."""
        context = info.context
        overlay = model.Overlay(
            edge_id=input.edge,
            kind=input.kind,
            period=input.period.to_period(),
            factor=input.factor,
            reason=input.reason,
        )
        command = service.PutOverlay(
            network_id=await network_id_of(info, input.network),
            overlay=overlay,
            idempotency_key=input.idempotency_key,
        )
        async with UnitOfWork(context.services.database) as uow:
            put = await service.set_overlay(uow, context.caller(), command, at=context.services.now())
        return OverlayPayload(overlay=Overlay.of(put))

    @strawberry.mutation(permission_classes=[MayOperate], description="Take an overlay out of force.")
    async def withdraw_overlay(self, info: Info, input: WithdrawOverlayInput) -> OverlayResult:  # noqa: A002
        """Return the overlay that was in force."""
        context = info.context
        overlay_id = OverlayId(uuid_of("Overlay", input.overlay_id, "overlayId"))
        async with UnitOfWork(context.services.database) as uow:
            put = await service.withdraw_overlay(uow, context.caller(), overlay_id, at=context.services.now())
        return OverlayPayload(overlay=Overlay.of(put))


def _policy(given: ImportNetworkInput | SetPolicyInput) -> DomainPolicy:
    return DomainPolicy(given.firm_level, given.interruptible_level, given.deadline_s, given.when_undecided)


async def _read(file: NetworkFileInput) -> model.Network:
    try:
        content = base64.b64decode(file.content, validate=True)
    except ValueError:
        raise InvalidInput([Fault("file.content", "must be base64")]) from None
    return await anyio.to_thread.run_sync(recognise.read, content, file.name)
