"""The kind of plan for the gas supply of a region."""

from typing import Final

from planning.plans.plan import PlanKind

KIND: Final = PlanKind(
    "regional-supply",
    "which source serves whom, over which lines, and which lines are built",
    "planning.regional_supply.plan:planned",
)
