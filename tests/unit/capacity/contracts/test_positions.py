from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from capacity.contracts.positions import Part, Position, Step, positions_of
from capacity.rights.model import Firmness, Route
from linepack.gasday import Period

DAY = date(2027, 1, 1)
ROUTES = [Route("a", "x"), Route(None, "x"), Route("a", None)]


@st.composite
def lines(draw: st.DrawFn) -> tuple[Route, Firmness, Part, int, int, Fraction]:
    start = draw(st.integers(0, 20))
    end = draw(st.integers(start + 1, 21))
    part = draw(st.sampled_from(Part))
    is_held = part in (Part.LISTED, Part.HELD_ELSE)
    per = draw(st.integers(1, 3)) if is_held else 1
    quantity = Fraction(draw(st.integers(1, 50)), per)
    return draw(st.sampled_from(ROUTES)), draw(st.sampled_from(Firmness)), part, start, end, quantity


def steps(found: list[tuple[Route, Firmness, Part, int, int, Fraction]]) -> list[Step]:
    return [
        Step(route, firmness, part, DAY + timedelta(days=day), change)
        for route, firmness, part, start, end, quantity in found
        for day, change in ((start, quantity), (end, -quantity))
    ]


@given(st.lists(lines(), max_size=20))
def test_positions_are_what_the_lines_add_up_to_on_each_gas_day(
    found: list[tuple[Route, Firmness, Part, int, int, Fraction]],
) -> None:
    expected: dict[tuple[Route, Firmness, int], dict[Part, Fraction]] = {}
    for route, firmness, part, start, end, quantity in found:
        for day in range(start, end):
            expected.setdefault((route, firmness, day), defaultdict(Fraction))[part] += quantity
    shown = {
        (on.route, on.firmness, (day - DAY).days): one
        for on in positions_of(steps(found))
        for one in on.positions
        for day in one.period
    }
    assert shown.keys() == expected.keys()
    for key, parts in expected.items():
        one = shown[key]
        held = ceil(parts[Part.LISTED] + parts[Part.HELD_ELSE])
        assert (one.acquired, one.traded, one.released, one.listed, one.held) == (
            parts[Part.ACQUIRED],
            parts[Part.TRADED],
            parts[Part.RELEASED],
            ceil(parts[Part.LISTED]),
            held,
        )
        assert one.free == one.acquired - one.traded - one.released - held
        assert one.listed <= one.held


@given(st.lists(lines(), max_size=20))
def test_stretches_are_in_order_apart_and_no_two_neighbours_alike(
    found: list[tuple[Route, Firmness, Part, int, int, Fraction]],
) -> None:
    for on in positions_of(steps(found)):
        for before, after in pairwise(on.positions):
            assert before.period.end <= after.period.start
            touch = before.period.end == after.period.start
            assert not touch or figures(before) != figures(after)


def figures(one: Position) -> tuple[int, ...]:
    return one.acquired, one.traded, one.released, one.listed, one.held


def test_what_is_held_of_half_a_unit_is_held_of_a_whole_one() -> None:
    end = DAY + timedelta(days=1)
    route = Route("a", "x")
    found = [
        (route, Firmness.FIRM, Part.ACQUIRED, 0, 1, Fraction(3)),
        (route, Firmness.FIRM, Part.LISTED, 0, 1, Fraction(3, 2)),
        (route, Firmness.FIRM, Part.HELD_ELSE, 0, 1, Fraction(1, 2)),
    ]
    [on] = positions_of(steps(found))
    assert on.positions == (Position(Period(DAY, end), 3, 0, 0, listed=2, held=2),)
    assert on.positions[0].free == 1
