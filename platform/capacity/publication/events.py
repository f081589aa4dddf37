"""The events of what operators publish about their networks: all public, on the capacity stream."""

from typing import Annotated, Self

from pydantic import Field, PlainSerializer

from capacity.networks.interruptible import InterruptibleQuantity
from capacity.networks.model import OverlayKind
from capacity.networks.policy import Level, Policy, WhenUndecided
from capacity.networks.repository import Revision, SetOverlay
from capacity.rights.model import RouteKind
from linepack.events.model import Stream
from linepack.events.typed import PlainDecimal, TypedEvent
from linepack.gasday import GasDay, Period
from linepack.ids import NetworkId, OverlayId, RevisionId
from linepack.units import CommercialUnit


class NetworkPublished(TypedEvent):
    """The first or a further revision of a network is in force."""

    stream = Stream.CAPACITY
    topic = "network.published"

    network_id: NetworkId
    revision_id: RevisionId
    number: int
    content_hash: str
    code: str
    name: str
    unit: CommercialUnit
    nodes: int
    edges: int

    @property
    def key(self) -> str:
        """The network's id."""
        return str(self.network_id)

    @classmethod
    def of(cls, network_id: NetworkId, revision_id: RevisionId, number: int, stored: Revision) -> Self:
        """Return the event about a revision, as it is stored."""
        network = stored.network
        return cls(
            network_id=network_id,
            revision_id=revision_id,
            number=number,
            content_hash=stored.content_hash,
            code=network.code,
            name=network.name,
            unit=network.unit,
            nodes=len(network.nodes),
            edges=len(network.edges),
        )


class PolicySet(TypedEvent):
    """Rights on a network are proved to other levels from now on."""

    stream = Stream.CAPACITY
    topic = "policy.set"

    firm_level: Level
    interruptible_level: Level
    deadline_s: float
    when_undecided: WhenUndecided

    @property
    def key(self) -> str:
        """The network's id."""
        return str(self.network_id)

    @classmethod
    def of(cls, network_id: NetworkId, policy: Policy) -> Self:
        """Return the event about a policy."""
        return cls(
            network_id=network_id,
            firm_level=policy.firm_level,
            interruptible_level=policy.interruptible_level,
            deadline_s=policy.deadline_s,
            when_undecided=policy.when_undecided,
        )


class _OverlayEvent(TypedEvent):
    stream = Stream.CAPACITY

    overlay_id: OverlayId | None = Field(default=None, exclude=True)
    edge_id: str
    kind: OverlayKind
    period: Period
    factor: Annotated[float, PlainSerializer(repr)]
    reason: str

    @property
    def key(self) -> str:
        """The overlay's id, which is stored beside the payload."""
        return str(self.overlay_id)

    @classmethod
    def of(cls, put: SetOverlay) -> Self:
        """Return the event about an overlay."""
        overlay = put.overlay
        return cls(
            network_id=put.network_id,
            overlay_id=put.id,
            edge_id=overlay.edge_id,
            kind=overlay.kind,
            period=overlay.period,
            factor=overlay.factor,
            reason=overlay.reason,
        )


class OverlaySet(_OverlayEvent):
    """The capacity of an edge differs for a while."""

    topic = "overlay.set"


class OverlayWithdrawn(_OverlayEvent):
    """An overlay is no longer in force."""

    topic = "overlay.withdrawn"


class InterruptibleSet(TypedEvent):
    """Other quantities of interruptible capacity are on sale from a gas day on."""

    stream = Stream.CAPACITY
    topic = "interruptible.set"

    network_id: NetworkId
    kind: RouteKind
    valid_from: GasDay
    receipt: str | None
    delivery: str | None
    quantity: int | None
    share: PlainDecimal | None

    @property
    def key(self) -> str:
        """The network's id."""
        return str(self.network_id)

    @classmethod
    def of(cls, network_id: NetworkId, stated: InterruptibleQuantity) -> Self:
        """Return the event about a statement."""
        return cls(
            network_id=network_id,
            kind=stated.kind,
            valid_from=stated.valid_from,
            receipt=stated.receipt,
            delivery=stated.delivery,
            quantity=stated.quantity,
            share=stated.share,
        )
