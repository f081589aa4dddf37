"""The largest quantity more on a route whose pressures are verified, on one gas day or on several alike.

Pressures are not monotone in the rights (gas against the stream can help), so nothing here says that more
would not do: a quantity is returned when a state of the network was found for it on every day asked for. The
search keeps a bracket: a quantity verified, and a larger one for which no state was found in the time of one
trial. Between them it goes where the nonlinear programme offers to go, and halves where it offers nothing, so
that it has something to show soon and ends with the best it has found.

Quantities are whole commercial units.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final, Protocol

from capacity.feasibility.flow.load_cases import LoadCase
from capacity.rights.model import RouteKind
from capacity.solvers.deadline import Deadline, LimitReached

TRIAL_MIN_S: Final = 0.1
TRIAL_SHARE: Final = 1 / 8
"""One trial of one quantity may take this share of the time left, and that many seconds in any case: a state
is mostly found in milliseconds, and what is not found soon is hardly found later."""
FIRST_SHARE_MAX: Final = 1 / 2
"""Until any quantity is verified each trial may take twice the share of the one before, up to this: the first
on a network takes longer, and on a busy machine all do."""
TRIALS_MAX: Final = 48
"""Quantities tried in one search."""
FALL: Final = 4
"""By what the quantity is divided while none is verified."""
CLOSE_ENOUGH: Final = 1e-3
"""A bracket this narrow, as a share of its upper end, ends the search."""


class Trials(Protocol):
    """What the search asks about one load case at a time."""

    def is_verified(self, day: LoadCase, deadline: Deadline) -> bool:
        """Return whether a state was found that carries the rights of `day`; raises LimitReached."""
        ...

    def offered(self, day: LoadCase, row: int, most: int, deadline: Deadline) -> int:
        """Return how much more on the route, up to `most`, the programme offers; 0 for nothing."""
        ...


def largest_verified(
    trials: Trials, days: Sequence[LoadCase], row: int, limit: int, deadline: Deadline, *, known: int = 0
) -> int:
    """Return the largest quantity up to `limit` more on the route of `row` verified on all `days` alike.

    `known` was verified on all of them before. Raises LimitReached when time was over before any was.
    """
    verified, failed = known, limit + 1
    ordered, quantity = list(days), limit
    share = TRIAL_SHARE
    try:
        for _ in range(TRIALS_MAX):
            trial = partial(_trial, deadline, share)
            failing = _failing(trials, ordered, row, quantity, trial) if quantity > known else None
            if failing is None:
                verified = quantity
            else:
                failed = quantity
                ordered.remove(failing)
                ordered.insert(0, failing)
            if failed - verified <= max(1, CLOSE_ENOUGH * failed):
                break
            share = TRIAL_SHARE if verified else min(2 * share, FIRST_SHARE_MAX)
            quantity = _next(trials, ordered, row, (verified, failed), trial)
    except LimitReached:
        if not verified:
            raise
    return verified


def _failing(
    trials: Trials, days: Iterable[LoadCase], row: int, quantity: int, trial: Callable[[], Deadline]
) -> LoadCase | None:
    """Return the first day for which no state was found with `quantity` more."""
    for day in days:
        if not trials.is_verified(day.plus(row, quantity), trial()):
            return day
    return None


def _next(
    trials: Trials,
    days: Sequence[LoadCase],
    row: int,
    bracket: tuple[int, int],
    trial: Callable[[], Deadline],
) -> int:
    """Return the quantity to try next, within the bracket (verified, failed); the first day failed last.

    Until any is verified it falls fast, because a state is found soon where there is room. The nomination
    grows in proportion to the quantity until entries and exits balance, and bends there, so that point comes
    next; the programme's offers hold along a straight way only. Of several days the others, mostly much like
    the first, seldom bear all that it is offered: a little less is tried first.
    """
    verified, failed = bracket
    if not verified:
        return max(failed // FALL, 1)
    balance = _balance(days[0], row)
    if verified < balance < failed:
        return balance
    offered = trials.offered(days[0].plus(row, verified), row, failed - verified, trial())
    if 0 < offered < failed - verified:
        spare = int(CLOSE_ENOUGH * (verified + offered)) if len(days) > 1 else 0
        return verified + offered - (spare if spare < offered else 0)
    return (verified + failed) // 2


def _trial(deadline: Deadline, share: float) -> Deadline:
    return deadline.at_most(max(TRIAL_MIN_S, deadline.left() * share))


def _balance(day: LoadCase, row: int) -> int:
    """Return how much more on the route of `row` balances entries and exits; nothing does if not positive."""
    surplus = day.load.exit_total - day.load.entry_total
    return {RouteKind.ENTRY: surplus, RouteKind.EXIT: -surplus}.get(day.table.routes[row].kind, 0)
