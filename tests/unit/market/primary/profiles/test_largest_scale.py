"""The largest scale of a profile against trying every scale."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

import pytest

from capacity.feasibility.verdicts.verdict import Request
from capacity.rights.model import Route
from linepack.gasday import Period
from market.primary.profiles.largest_scale import WHOLE, LargestScale, largest_scale

FIRST = date(2027, 1, 1)
A, B = Route("a", "x"), Route("b", "x")


def days(first: int, last: int) -> Period:
    return Period(FIRST + timedelta(days=first), FIRST + timedelta(days=last))


@dataclass
class SharedPipe:
    """One pipe that carries so much on each gas day, over which every route leads."""

    carried: Sequence[int]
    is_exact: bool = True
    undecided_from: int = 10**9
    asked: list[int] = field(default_factory=list)

    def largest(self, request: Request) -> tuple[int, bool]:
        return min(self.carried[self._number(day)] for day in request.period), self.is_exact

    def fits(self, quantities: Sequence[tuple[Request, int]]) -> bool | None:
        self.asked.append(sum(quantity for _, quantity in quantities))
        if self.asked[-1] >= self.undecided_from:
            return None
        return fits(self.carried, quantities)

    def _number(self, day: date) -> int:
        return (day - FIRST).days


def fits(carried: Sequence[int], quantities: Sequence[tuple[Request, int]]) -> bool:
    return all(
        sum(quantity for request, quantity in quantities if FIRST + timedelta(days=number) in request.period)
        <= most
        for number, most in enumerate(carried)
    )


def scaled(requests: Sequence[Request], scale: int) -> list[tuple[Request, int]]:
    return [(request, request.quantity * scale // WHOLE) for request in requests]


@pytest.mark.parametrize("seed", range(40))
def test_the_scale_found_fits_and_the_next_does_not(seed: int) -> None:
    chance = Random(seed)
    carried = [chance.randrange(0, 60) for _ in range(12)]
    starts = [chance.randrange(0, 11) for _ in range(chance.randrange(1, 6))]
    requests = [
        Request(chance.choice((A, B)), chance.randrange(1, 90), days(start, chance.randrange(start + 1, 13)))
        for start in starts
    ]

    found = largest_scale(requests, SharedPipe(carried))

    expected = max(scale for scale in range(WHOLE + 1) if fits(carried, scaled(requests, scale)))
    assert found == LargestScale(
        expected, True, tuple(quantity for _, quantity in scaled(requests, expected))
    )


def test_a_part_alone_is_never_tried_together() -> None:
    months = [Request(A, 40, days(0, 4)), Request(A, 80, days(4, 8)), Request(A, 10, days(8, 12))]
    pipe = SharedPipe([30] * 12)
    # 0.3875 x 80 = 31, so that 0.3874 gives 30 still.
    assert largest_scale(months, pipe) == LargestScale(3874, True, (15, 30, 3))
    assert pipe.asked == []


def test_the_scale_is_not_exact_where_what_limits_it_was_only_verified() -> None:
    months = [Request(A, 40, days(0, 4)), Request(A, 80, days(4, 8))]
    verified = SharedPipe([30] * 12, is_exact=False)
    assert largest_scale(months, verified) == LargestScale(3874, False, (15, 30))


def test_the_scale_is_not_exact_where_the_next_was_not_decided() -> None:
    together = [Request(A, 40, days(0, 4)), Request(B, 40, days(0, 4))]
    undecided = SharedPipe([70] * 12, undecided_from=60)
    found = largest_scale(together, undecided)
    assert not found.is_exact
    assert sum(found.quantities) < 60
    assert largest_scale(together, replace(undecided, undecided_from=10**9)).is_exact


def test_what_fits_as_a_whole_has_the_scale_one() -> None:
    together = [Request(A, 40, days(0, 4)), Request(B, 30, days(0, 4))]
    found = largest_scale(together, SharedPipe([70] * 12))
    assert (found.scale, found.is_exact, found.quantities) == (1, True, (40, 30))
