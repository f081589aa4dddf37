"""The state of a network at each event of its log: revision, overlays, policy, interruptible quantities.

Pure. No event holds the policy with which a network was imported: until the first `policy.set` it is None,
unless there was none and the network still has it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from capacity.networks.interruptible import InterruptibleQuantity
from capacity.networks.model import Overlay
from capacity.networks.policy import Policy
from capacity.networks.repository import policy_from_json
from capacity.publication.events import (
    InterruptibleSet,
    NetworkPublished,
    OverlaySet,
    OverlayWithdrawn,
    PolicySet,
)
from linepack.ids import RevisionId

TOPICS: Final = tuple(
    event.topic for event in (NetworkPublished, PolicySet, OverlaySet, OverlayWithdrawn, InterruptibleSet)
)


@dataclass(frozen=True, slots=True)
class InForce:
    """A network as its events have made it so far."""

    policy: Policy | None = None
    revision_id: RevisionId | None = None
    overlays: Mapping[str, Overlay] = field(default_factory=dict)
    interruptible: tuple[InterruptibleQuantity, ...] = ()

    def after(self, topic: str, key: str, payload: Mapping[str, Any]) -> "InForce":
        """Return the network after an event; raises UNREADABLE for a payload that was not written so."""
        match topic:
            case NetworkPublished.topic:
                return replace(self, revision_id=NetworkPublished.read(payload).revision_id)
            case PolicySet.topic:
                return replace(self, policy=policy_from_json(payload))
            case OverlaySet.topic:
                event = OverlaySet.read(payload)
                overlay = Overlay(event.edge_id, event.kind, event.period, event.factor, event.reason)
                return replace(self, overlays={**self.overlays, key: overlay})
            case OverlayWithdrawn.topic:
                left = {name: one for name, one in self.overlays.items() if name != key}
                return replace(self, overlays=left)
            case InterruptibleSet.topic:
                return replace(self, interruptible=(*self.interruptible, stated_by(payload)))
        return self


def stated_by(payload: Mapping[str, Any]) -> InterruptibleQuantity:
    """Return the interruptible quantity of an event."""
    event = InterruptibleSet.read(payload)
    return InterruptibleQuantity(
        event.kind, event.valid_from, event.receipt, event.delivery, event.quantity, event.share
    )
