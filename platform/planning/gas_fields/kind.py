"""The kind of plan for gas fields."""

from typing import Final

from planning.plans.plan import PlanKind

KIND: Final = PlanKind(
    "gas-fields",
    "what gas fields produce, when, at what cost, and which are built",
    "planning.gas_fields.plan:planned",
)
