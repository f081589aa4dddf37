"""The home of what fields cost, in points of about one row read.

By default a leaf costs nothing, an object 1, and a list field multiplies what is under it by the rows asked
for with `first`; a list without `first` counts `LIST_ROWS`. What differs is in `COSTS`, by "Type.field"; a
test fails for an entry that names no field. The points are an upper bound: both sides of a union count.
"""

from collections.abc import Mapping
from dataclasses import dataclass

LIST_ROWS = 10
"""Rows counted for a list that is not paged."""
MUTATION_COST = 10
SUBSCRIPTION_COST = 10
INTROSPECTION_COST = 500
"""Of `__schema` and `__type` with everything under them, whose depth graphql-core bounds."""
DAYS_ASSUMED = 366
"""Gas days counted when the period cannot be read before execution."""


@dataclass(frozen=True, slots=True)
class FieldCost:
    """What one field costs beyond the default: `points` itself, `rows` under it when it is a list.

    `points_per_100_days` is added for every 100 gas days of its argument `period`, or part of them.
    """

    points: int = 1
    rows: int = LIST_ROWS
    points_per_100_days: int = 0


COSTS: Mapping[str, FieldCost] = {
    "Mutation.signIn": FieldCost(points=50),
    "Mutation.changePassword": FieldCost(points=100),
    "Mutation.createUser": FieldCost(points=50),
}
