"""Robust validation: by how much all firm rights of a gas day may grow."""

from datetime import date
from typing import Self
from uuid import UUID

import strawberry

from capacity.feasibility.robust_validation import model
from linepack.ids import RevisionId
from schema.capacity.network_elements import PhysicalNode, element
from schema.types.domain_values import InNetwork, Within, shown_as
from schema.types.scalars import Quantity


@strawberry.type
class WitnessInjection(InNetwork):
    """What a nomination injects at a node."""

    node: PhysicalNode = element()
    quantity: Quantity = strawberry.field(description="Rounded; positive enters, negative leaves.")
    flow_kg_per_s: float

    @classmethod
    def of(cls, value: model.Injection, within: Within) -> Self:
        """Show an injection."""
        return shown_as(cls, value, within=within, quantity=Quantity(value.units))


@strawberry.type
class RobustValidation(InNetwork):
    """By how much all firm rights of a gas day may grow: an interval of factors.

    Within the rights so grown, every balanced nomination keeps its pressures within their limits.
    """

    gas_day: date
    revision: int = strawberry.field(description="The network's revision that was looked at.")
    rights_version: int
    certified: float = strawberry.field(
        description="Every balanced nomination within this many times the rights is proved to be possible."
    )
    unrefuted: float | None = strawberry.field(
        description="At this many times the rights every nomination of a stress test was shown to be "
        "possible: evidence, no proof."
    )
    witnessed: float | None = strawberry.field(
        description="Beyond this many times the rights some nomination is impossible: the witness."
    )
    witness: list[WitnessInjection] = strawberry.field(description="The nomination that becomes impossible.")
    binding: list[PhysicalNode] = element("The two nodes whose pressures the witness drives apart.")
    pairs_total: int = strawberry.field(description="How many pairs of nodes were examined.")
    pairs_proved: int = strawberry.field(description="How many of them were proved to the end.")
    is_passive: bool = strawberry.field(description="Whether the network has no active elements.")
    boxes: int = strawberry.field(description="How many steps the proof took.")
    nominations: int = strawberry.field(description="How many nominations the stress test has.")
    asked: int = strawberry.field(description="How many problems were given to the solvers for them.")
    undecided: int = strawberry.field(description="How many of these were not decided.")
    methods: list[str] = strawberry.field(description="How it was found, in words.")
    solvers: list[str] = strawberry.field(description="Which solvers of which version worked on it.")
    compressibility: float = strawberry.field(description="The compressibility factor of the gas.")
    uses_maps: bool = strawberry.field(
        description="Whether stations are bounded by their characteristic maps, or by a ratio alone."
    )
    path_quantity: Quantity = strawberry.field(
        description="Path rights among the rights; they count at both of their ends, as if any exit might "
        "take what their entries give."
    )

    @classmethod
    def answering(cls, asked: model.ValidationInput, found: model.Validation) -> Self:
        """Show what was found."""
        return shown_as(
            cls,
            found,
            within=RevisionId(UUID(asked.revision_id)),
            gas_day=asked.gas_day,
            revision=asked.revision_number,
            rights_version=asked.rights_version,
            binding=list(found.binding or ()),
            solvers=list(found.engines),
            path_quantity=Quantity(asked.booked.path_units),
        )
