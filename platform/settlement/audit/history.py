"""The state of a network at each event of its log: revision, overlays, policy, interruptible quantities.

Pure. No event holds the policy with which a network was imported: until the first `policy.set` it is None,
unless there was none and the network still has it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from capacity.networks.interruptible import InterruptibleQuantity
from capacity.networks.model import Overlay, OverlayKind
from capacity.networks.policy import Policy
from capacity.networks.repository import policy_from_json
from capacity.rights.model import RouteKind
from linepack.gasday import Period
from linepack.ids import RevisionId

TOPICS: Final = (
    "network.published",
    "policy.set",
    "overlay.set",
    "overlay.withdrawn",
    "interruptible.set",
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
            case "network.published":
                return replace(self, revision_id=RevisionId(UUID(payload["revision_id"])))
            case "policy.set":
                return replace(self, policy=policy_from_json(payload))
            case "overlay.set":
                return replace(self, overlays={**self.overlays, key: overlay_of(payload)})
            case "overlay.withdrawn":
                left = {name: one for name, one in self.overlays.items() if name != key}
                return replace(self, overlays=left)
            case "interruptible.set":
                return replace(self, interruptible=(*self.interruptible, statement_of(payload)))
        return self


def overlay_of(payload: Mapping[str, Any]) -> Overlay:
    """Return the overlay of an event."""
    return Overlay(
        edge_id=payload["edge_id"],
        kind=OverlayKind(payload["kind"]),
        period=_period(payload["period"]),
        factor=float(payload["factor"]),
        reason=payload["reason"],
    )


def statement_of(payload: Mapping[str, Any]) -> InterruptibleQuantity:
    """Return the interruptible quantity of an event."""
    share = payload["share"]
    return InterruptibleQuantity(
        kind=RouteKind(payload["kind"]),
        valid_from=date.fromisoformat(payload["valid_from"]),
        receipt=payload["receipt"],
        delivery=payload["delivery"],
        quantity=payload["quantity"],
        share=None if share is None else Decimal(share),
    )


def _period(value: Mapping[str, str]) -> Period:
    return Period(date.fromisoformat(value["start"]), date.fromisoformat(value["end"]))
