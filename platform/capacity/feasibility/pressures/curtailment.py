"""The curtailment of a gas day whose firm rights keep no pressure: what is left of them.

One rule: all firm rights of the day are reduced by one common factor, the largest for which a state of the
network was verified, and each is rounded down to whole units. Pressures on such a day are asked of the
request beside what is left, because it cannot be blamed for a day that had no state before it.
"""

from dataclasses import replace
from typing import Final, Protocol

from capacity.feasibility.flow.load_cases import LoadCase
from capacity.feasibility.verdicts.certificates import CURTAILMENT_SCALE
from capacity.solvers.deadline import Deadline, LimitReached

TRIALS_MAX: Final = 24
"""Factors tried: enough to halve down to one in CURTAILMENT_SCALE where nothing better is offered."""
TRIAL_MIN_S: Final = 0.1
TRIAL_SHARE: Final = 1 / 8
"""One trial of one factor may take this share of the time left, and that many seconds in any case."""


class Trials(Protocol):
    """What is asked about a gas day without a request."""

    def keeps_pressure(self, day: LoadCase, deadline: Deadline) -> bool:
        """Return whether a state was found that carries the rights of `day`; raises LimitReached."""
        ...

    def lacks_pressure(self, day: LoadCase, deadline: Deadline) -> bool:
        """Return whether the rights of `day` were proved infeasible; raises LimitReached."""
        ...

    def factor_offered(self, day: LoadCase, bracket: tuple[int, int], deadline: Deadline) -> int:
        """Return the factor, in CURTAILMENT_SCALE and within the bracket, that the programme offers."""
        ...


def curtailed(day: LoadCase, factor: int) -> LoadCase:
    """Return a day with its rights, but not the request on it, reduced to `factor` in CURTAILMENT_SCALE."""
    left = replace(day.before, quantities=day.before.quantities * factor // CURTAILMENT_SCALE)
    return left if day.asked is None else left.plus(day.asked.row, day.asked.quantity)


def largest_factor(trials: Trials, day: LoadCase, deadline: Deadline, *, known: int = 0) -> int | None:
    """Return the largest factor, in CURTAILMENT_SCALE, verified for rights that are infeasible in full.

    `known` was verified before. None where no state was found without any rights. Raises LimitReached when
    time was over, or trials were too short, before any factor was verified: a request must not be proved
    beside nothing because the machine was busy.
    """
    if not known and not trials.keeps_pressure(curtailed(day, 0), _trial(deadline)):
        return None
    verified, failed = known, CURTAILMENT_SCALE
    try:
        for _ in range(TRIALS_MAX):
            offered = trials.factor_offered(day, (verified, failed), _trial(deadline))
            is_offer = verified < offered < failed
            factor = offered if is_offer else (verified + failed) // 2
            if factor == verified:
                break
            if trials.keeps_pressure(curtailed(day, factor), _trial(deadline)):
                verified = factor
                if is_offer:
                    break
            else:
                failed = factor
    except LimitReached:
        if not verified:
            raise
    if not verified and not trials.lacks_pressure(curtailed(day, failed), deadline):
        raise LimitReached("no curtailment that restores the pressures was verified in time")
    return verified


def _trial(deadline: Deadline) -> Deadline:
    return deadline.at_most(max(TRIAL_MIN_S, deadline.left() * TRIAL_SHARE))
