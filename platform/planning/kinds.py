"""The kinds of planning model that `linepack plan` knows; each planning package adds one line."""

from collections.abc import Mapping
from typing import Final

from planning.gas_fields.kind import KIND as GAS_FIELDS
from planning.plans.plan import PlanKind
from planning.regional_supply.kind import KIND as REGIONAL_SUPPLY
from planning.resilience.kind import KIND as RESILIENCE
from planning.single_source.kind import KIND as SINGLE_SOURCE

KINDS: Final[Mapping[str, PlanKind]] = {
    one.name: one for one in (GAS_FIELDS, REGIONAL_SUPPLY, RESILIENCE, SINGLE_SOURCE)
}
"""By name."""
EXAMPLE: Final = "example"
"""What stands for a kind where an example of one is asked for; no kind is called so."""
