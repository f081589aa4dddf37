from collections import Counter
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from capacity.rights.model import Firmness, Movement, MovementCause, Route
from capacity.rights.snapshot import RightsSnapshot
from linepack.gasday import Period
from linepack.ids import ContractId, NetworkId, PartyId

FIRST, DAYS = date(2027, 1, 1), 20
WHOLE = Period(FIRST, FIRST + timedelta(days=DAYS))
ROUTES = [Route("r", "d"), Route("r", None), Route(None, "d"), Route("s", "d")]

periods = st.tuples(st.integers(0, DAYS - 1), st.integers(0, DAYS - 1)).map(
    lambda ends: Period(FIRST + timedelta(days=min(ends)), FIRST + timedelta(days=max(ends) + 1))
)
movements = st.lists(
    st.builds(
        Movement,
        network_id=st.just(NetworkId(UUID(int=1))),
        contract_id=st.just(ContractId(UUID(int=2))),
        holder_id=st.just(PartyId(UUID(int=3))),
        route=st.sampled_from(ROUTES),
        firmness=st.sampled_from(Firmness),
        period=periods,
        quantity=st.integers(-9, 20).filter(bool),
        cause=st.just(MovementCause.BOOKING),
        cause_id=st.just(UUID(int=4)),
    ),
    max_size=12,
)


def added_up(own: list[Movement], day: date, firmness: Firmness) -> dict[Route, int]:
    """The rights of a day, one movement after the other."""
    total: Counter[Route] = Counter()
    for movement in own:
        if movement.firmness is firmness and day in movement.period:
            total[movement.route] += movement.quantity
    return {route: quantity for route, quantity in total.items() if quantity}


@given(movements, st.sampled_from(Firmness))
def test_every_day_has_the_sum_of_its_movements(own: list[Movement], firmness: Firmness) -> None:
    snapshot = RightsSnapshot().apply(own)

    for day in WHOLE:
        assert snapshot.stack(day, firmness) == added_up(own, day, firmness)


@given(movements, movements, st.sampled_from(Firmness))
def test_applying_what_came_since_equals_starting_afresh(
    earlier: list[Movement], later: list[Movement], firmness: Firmness
) -> None:
    step_by_step = RightsSnapshot().apply(earlier).apply(later)
    afresh = RightsSnapshot().apply(earlier + later)

    assert step_by_step.stacks(WHOLE, firmness) == afresh.stacks(WHOLE, firmness)


@given(movements, periods)
def test_stacks_are_distinct_and_cover_a_period_once(own: list[Movement], period: Period) -> None:
    stacks = RightsSnapshot().apply(own).stacks(period)

    covered = sorted(day for own_periods, _ in stacks for one in own_periods for day in one)
    assert covered == list(period)
    contents = [sorted((str(route), quantity) for route, quantity in stack.items()) for _, stack in stacks]
    assert all(content not in contents[:place] for place, content in enumerate(contents))
    for own_periods, stack in stacks:
        for one in own_periods:
            for day in one:
                assert stack == added_up(own, day, Firmness.FIRM)


@given(movements, st.sampled_from(ROUTES), periods)
def test_booked_spans_follow_the_sum_of_one_route(own: list[Movement], route: Route, period: Period) -> None:
    spans = RightsSnapshot().apply(own).booked(route, period, Firmness.FIRM)

    by_day = [quantity for span, quantity in spans for _ in span]
    assert by_day == [added_up(own, day, Firmness.FIRM).get(route, 0) for day in period]
