"""The check of credit: whether a party may take on a duty, and the largest quantity with which it may."""

from collections.abc import Callable

from market.credit.errors import CreditExceeded, CreditSuspended, ExceededLimit
from market.credit.model import Credit, Duty

DutyOf = Callable[[int], Duty]
"""What a party would owe for a quantity, in whole units."""
ToBeHad = Callable[[int], int]
"""The largest quantity, of at most so many units, that could be had at all, credit aside; 0 for none."""


def any_quantity(most: int) -> int:
    """Let every quantity be had."""
    return most


def require_credit(
    credit: Credit, duty_of: DutyOf, quantity: int, *, to_be_had: ToBeHad = any_quantity
) -> None:
    """Raise CreditSuspended, or CreditExceeded with every limit that a duty for `quantity` does not pass.

    The largest quantity that passes is one that `to_be_had` allows.
    """
    if credit.suspension is not None:
        raise CreditSuspended(credit.suspension)
    if not credit.usages:
        return
    exceeded = exceeded_by(credit, duty_of(quantity))
    if exceeded:
        raise CreditExceeded(exceeded, quantity, largest_passing(credit, duty_of, quantity, to_be_had))


def exceeded_by(credit: Credit, duty: Duty) -> tuple[ExceededLimit, ...]:
    """Return the limits that do not pass with a further duty, by how much each.

    A duty that takes nothing of a limit passes it, also where more is locked than it allows by now.
    """
    found: list[ExceededLimit] = []
    for usage in credit.usages:
        needed = usage.with_duty(duty).used - usage.used
        missing = needed - usage.remaining
        if needed.amount > 0 and missing.amount > 0:
            found.append(ExceededLimit(usage.limit, usage.allowed, usage.used, needed, missing))
    return tuple(found)


def largest_passing(credit: Credit, duty_of: DutyOf, quantity: int, to_be_had: ToBeHad = any_quantity) -> int:
    """Return the largest quantity below `quantity` that passes all limits and can be had; 0 for none.

    What more units cost is never less, so the quantities that pass end at one, which is found by halving.
    """
    passing, failing = 0, quantity
    while failing - passing > 1:
        middle = (passing + failing) // 2
        if exceeded_by(credit, duty_of(middle)):
            failing = middle
        else:
            passing = middle
    return to_be_had(passing)
