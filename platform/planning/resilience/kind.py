"""The kind of plan for supply through closures of a line."""

from typing import Final

from planning.plans.plan import PlanKind

KIND: Final = PlanKind(
    "resilience",
    "what is delivered while a line is closed, with a relief line, line pack and storage",
    "planning.resilience.plan:planned",
)
