"""The curtailment of a gas day whose firm rights keep no pressure: what is left of them.

One rule: all firm rights of the day are reduced by one common factor, the largest for which a state of the
network was verified, and each is rounded down to whole units. Pressures on such a day are asked of the
request beside what is left, because it cannot be blamed for a day that had no state before it.
"""

from dataclasses import replace

from capacity.feasibility.days import DayStack
from capacity.feasibility.verdict import CURTAILMENT_SCALE


def curtailed(day: DayStack, factor: int) -> DayStack:
    """Return a day with its rights, but not the request on it, reduced to `factor` in CURTAILMENT_SCALE."""
    left = replace(day.before, quantities=day.before.quantities * factor // CURTAILMENT_SCALE)
    return left if day.asked is None else left.plus(day.asked.row, day.asked.quantity)
