"""The kind of plan in which every consumer is supplied from one source."""

from typing import Final

from planning.plans.plan import PlanKind

KIND: Final = PlanKind(
    "single-source", "from which one source each consumer is supplied", "planning.single_source.plan:planned"
)
