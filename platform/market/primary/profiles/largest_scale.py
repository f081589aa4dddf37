"""By how much a profile that was refused would have to be scaled down to be had.

A scale is a number of ten-thousandths; a quantity is scaled by it and rounded down to whole units. The
largest scale is that at which all parts can be had together: at one ten-thousandth more they cannot. Gas days
do not concern each other, so that parts without a common gas day are looked at apart: of a part alone the
largest quantity says it in closed form, for several together it is sought by halving. With pressures it is
what the largest quantities verified give; its own quantities may be less, and only a quote proves those.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from capacity.feasibility.verdicts.verdict import Request

WHOLE: Final = 10_000
"""The scale of what was asked for."""


@dataclass(frozen=True, slots=True)
class LargestScale:
    """The largest scale at which every part can be had, and the quantities that it gives, in their order.

    It is exact where one ten-thousandth more was proved not to fit.
    """

    ten_thousandths: int
    is_exact: bool
    quantities: tuple[int, ...]

    @property
    def scale(self) -> Decimal:
        """The scale as a number from 0 to 1."""
        return Decimal(self.ten_thousandths) / WHOLE


class Capacity(Protocol):
    """Answers what could be had beside the rights for which a profile was refused."""

    def largest(self, request: Request) -> tuple[int, bool]:
        """Return the largest quantity of a request on every gas day of it, and whether no more can be had."""
        ...

    def fits(self, quantities: Sequence[tuple[Request, int]]) -> bool | None:
        """Return whether requests can be had together with these quantities; None when it is not decided."""
        ...


def largest_scale(requests: Sequence[Request], capacity: Capacity) -> LargestScale:
    """Return the largest scale of a profile; raises what `capacity` does when time is over."""
    found, is_exact = WHOLE, True
    for group in sorted(_sharing_gas_days(requests), key=len):
        for request in group:
            most, is_most = capacity.largest(request)
            largest = ((most + 1) * WHOLE - 1) // request.quantity
            if largest < found:
                found, is_exact = largest, is_most
            elif largest == found:
                is_exact = is_exact or is_most
        if len(group) > 1:
            found, is_exact = _halved(group, found, capacity, is_exact=is_exact)
    return LargestScale(found, is_exact, tuple(_scaled(request, found) for request in requests))


def _halved(group: Sequence[Request], most: int, capacity: Capacity, *, is_exact: bool) -> tuple[int, bool]:
    """Return the largest scale up to `most` at which a group fits, and whether no larger one does.

    `is_exact` says so of `most`.
    """
    low, high, trial = 0, most + 1, most
    while high - low > 1:
        quantities = [(request, _scaled(request, trial)) for request in group]
        fits = capacity.fits([(request, quantity) for request, quantity in quantities if quantity])
        if fits:
            low = trial
        else:
            high, is_exact = trial, fits is False
        trial = (low + high) // 2
    return low, is_exact


def _scaled(request: Request, ten_thousandths: int) -> int:
    return request.quantity * ten_thousandths // WHOLE


def _sharing_gas_days(requests: Sequence[Request]) -> list[list[Request]]:
    """Return groups of requests such that those of two groups have no gas day in common."""
    groups: list[list[Request]] = []
    end = None
    for request in sorted(requests, key=lambda request: request.period):
        if end is not None and request.period.start < end:
            groups[-1].append(request)
            end = max(end, request.period.end)
        else:
            groups.append([request])
            end = request.period.end
    return groups
