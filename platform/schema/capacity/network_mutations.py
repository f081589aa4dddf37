"""What operators change: import and revise networks, set policies, overlays and interruptible quantities.

A change may leave less capacity than is sold; it moves no right.
"""

import base64
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Annotated, Any, Final

import anyio.to_thread
import strawberry
from strawberry import relay

from capacity.networks import interruptible, model
from capacity.networks.formats import recognise
from capacity.networks.model import OverlayKind
from capacity.networks.policy import DEADLINE_DEFAULT_S, DEADLINE_MAX_S, DEADLINE_MIN_S, Level, WhenUndecided
from capacity.networks.policy import Policy as DomainPolicy
from capacity.publication import service
from capacity.publication.interruptible import SetInterruptibleQuantity, set_interruptible_quantity
from capacity.rights.model import RouteKind
from linepack.ids import OverlayId
from linepack.money import Currency
from linepack.problems import Fault, InvalidInput
from schema.capacity.network_elements import PhysicalNode, element
from schema.capacity.networks import Network, Overlay, network_id_of
from schema.types.commands import run
from schema.types.context import Info
from schema.types.domain_values import InNetwork, Newest, command_of
from schema.types.nodes import uuid_of
from schema.types.permissions import MayOperate, MayRead
from schema.types.problems import Refusals
from schema.types.scalars import PeriodInput, Quantity

DEADLINE: Final[Any] = strawberry.field(
    default=DEADLINE_DEFAULT_S,
    description=f"How long the proof of one request may take, {DEADLINE_MIN_S:g} to {DEADLINE_MAX_S:g} s.",
)
SHARE: Final = "Of the technical capacity of each gas day, 0 to 1"


@strawberry.input
class NetworkFileInput:
    """A network document. Its file name says the format: .json (native), .geojson, .m (MATGAS), .net or .zip
    (GasLib).
    """

    name: str = strawberry.field(description="The file name.")
    content: str | None = strawberry.field(
        default=None, description="The content, in base64, of a file that is small; null with `upload`."
    )
    upload: relay.GlobalID | None = strawberry.field(
        default=None, description="The id that `/graphql/uploads` answered for the file; null with `content`."
    )
    is_gauge: bool = strawberry.field(
        default=False,
        description="Whether pressures are gauge, where the format does not say so by the unit.",
    )


@strawberry.input
class ImportNetworkInput:
    """A network to publish as its first revision, and its policy."""

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
    """To which level rights are proved from now on; omitted values are those of an import."""

    network: str
    firm_level: Level
    interruptible_level: Level
    deadline_s: float = DEADLINE
    when_undecided: WhenUndecided = WhenUndecided.REFUSE


@strawberry.type
class NetworkPayload:
    """The network as it is published now."""

    network: Network = strawberry.field(description="The network.")


@strawberry.input
class SetOverlayInput:
    """A dated change of one edge's capacity."""

    network: str
    edge: str
    kind: OverlayKind = strawberry.field(description="Why the capacity differs.")
    period: PeriodInput = strawberry.field(description="The gas days on which it applies.")
    factor: float = strawberry.field(description="0 (closed) to 2; multiplies both directions.")
    reason: str = ""
    idempotency_key: strawberry.ID


@strawberry.input
class WithdrawOverlayInput:
    """An overlay to end."""

    overlay_id: relay.GlobalID = strawberry.field(description="The id of the overlay.")


@strawberry.type
class OverlayPayload:
    """The overlay concerned."""

    overlay: Overlay = strawberry.field(description="The overlay.")


@strawberry.type
class InterruptibleQuantity(InNetwork):
    """How much interruptible capacity is on sale from a gas day on, and where."""

    kind: RouteKind = strawberry.field(description="For entries, exits or paths.")
    receipt: PhysicalNode | None = element()
    delivery: PhysicalNode | None = element()
    valid_from: date
    quantity: Quantity | None = strawberry.field(description="The quantity; null where a share is stated.")
    share: Decimal | None = strawberry.field(description=f"{SHARE}; null where a quantity is stated.")


@strawberry.input
class SetInterruptibleQuantityInput:
    """How much interruptible capacity is on sale: a quantity or a share; neither ends what was stated before.

    Without points it is for every path, entry or exit that has no statement of its own. At a point all
    interruptible rights there count.
    """

    network: str
    kind: RouteKind = strawberry.field(description="For entries, exits or paths.")
    valid_from: date
    receipt: str | None = None
    delivery: str | None = None
    quantity: Quantity | None = None
    share: Decimal | None = strawberry.field(default=None, description=f"{SHARE}; 0 sells nothing.")


@strawberry.type
class SetInterruptibleQuantityPayload:
    """What was stated."""

    interruptible_quantity: InterruptibleQuantity = strawberry.field(description="The statement.")


NetworkResult = Annotated[NetworkPayload | Refusals, strawberry.union("NetworkResult")]
OverlayResult = Annotated[OverlayPayload | Refusals, strawberry.union("OverlayResult")]
SetInterruptibleQuantityResult = Annotated[
    SetInterruptibleQuantityPayload | Refusals, strawberry.union("SetInterruptibleQuantityResult")
]


@strawberry.type
class OperatorQueries:
    """Queries of what operators have stated."""

    @strawberry.field(permission_classes=[MayRead])
    async def interruptible_quantities(self, info: Info, network: str) -> list[InterruptibleQuantity]:
        """Every statement about a network's interruptible quantities, oldest first."""
        published = await info.context.services.snapshots.published(await network_id_of(info, network))
        return [InterruptibleQuantity.of(one, published.revision_id) for one in published.interruptible]


@strawberry.type
class OperatorMutations:
    """Mutations of networks."""

    @strawberry.mutation(permission_classes=[MayOperate])
    async def import_network(self, info: Info, input: ImportNetworkInput) -> NetworkResult:  # noqa: A002
        """Publish a network; a file with faults is rejected with all of them."""
        command = command_of(
            service.ImportNetwork,
            input,
            network=await _read(info, input.file),
            policy=command_of(DomainPolicy, input),
        )
        return NetworkPayload(network=Network.of_published(await run(info, service.import_network, command)))

    @strawberry.mutation(permission_classes=[MayOperate])
    async def publish_revision(self, info: Info, input: PublishRevisionInput) -> NetworkResult:  # noqa: A002
        """Publish a network's next revision."""
        command = service.PublishRevision(
            network_id=await network_id_of(info, input.network), network=await _read(info, input.file)
        )
        return NetworkPayload(
            network=Network.of_published(await run(info, service.publish_revision, command))
        )

    @strawberry.mutation(permission_classes=[MayOperate])
    async def set_policy(self, info: Info, input: SetPolicyInput) -> NetworkResult:  # noqa: A002
        """Demand other levels of proof for what is sold from now on."""
        network_id = await network_id_of(info, input.network)
        command = service.SetPolicy(network_id, command_of(DomainPolicy, input))
        return NetworkPayload(network=Network.of_published(await run(info, service.set_policy, command)))

    @strawberry.mutation(permission_classes=[MayOperate])
    async def set_interruptible_quantity(
        self,
        info: Info,
        input: SetInterruptibleQuantityInput,  # noqa: A002
    ) -> SetInterruptibleQuantityResult:
        """State how much interruptible capacity is on sale from a gas day on; none is by default."""
        stated = command_of(interruptible.InterruptibleQuantity, input)
        network_id = await network_id_of(info, input.network)
        await run(info, set_interruptible_quantity, SetInterruptibleQuantity(network_id, stated))
        shown = InterruptibleQuantity.of(stated, Newest(network_id))
        return SetInterruptibleQuantityPayload(interruptible_quantity=shown)

    @strawberry.mutation(permission_classes=[MayOperate])
    async def set_overlay(self, info: Info, input: SetOverlayInput) -> OverlayResult:  # noqa: A002
        """Change one edge's capacity for a while."""
        command = service.PutOverlay(
            network_id=await network_id_of(info, input.network),
            overlay=command_of(model.Overlay, input, edge_id=input.edge, period=input.period.to_period()),
            idempotency_key=input.idempotency_key,
        )
        return OverlayPayload(overlay=Overlay.of(await run(info, service.set_overlay, command)))

    @strawberry.mutation(permission_classes=[MayOperate])
    async def withdraw_overlay(self, info: Info, input: WithdrawOverlayInput) -> OverlayResult:  # noqa: A002
        """End an overlay."""
        overlay_id = OverlayId(uuid_of("Overlay", input.overlay_id, "overlayId"))
        return OverlayPayload(
            overlay=Overlay.of(await run(info, service.withdraw_overlay, service.WithdrawOverlay(overlay_id)))
        )


async def _read(info: Info, file: NetworkFileInput) -> model.Network:
    read = partial(recognise.read, is_gauge=file.is_gauge)
    return await anyio.to_thread.run_sync(read, await _content(info, file), file.name)


async def _content(info: Info, file: NetworkFileInput) -> bytes:
    if (file.content is None) == (file.upload is None):
        raise InvalidInput([Fault("file", "give the content or an upload")])
    if file.upload is not None:
        path = ("file", "upload")
        upload_id, party_id = uuid_of("Upload", file.upload, *path), info.context.caller().require_party()
        return await info.context.services.uploads.read(party_id, upload_id, path=path)
    try:
        return base64.b64decode(file.content or "", validate=True)
    except ValueError:
        raise InvalidInput([Fault("file.content", "must be base64")]) from None
