from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from capacity.rights.balance import Segment, balance
from capacity.rights.model import Firmness, Movement, MovementCause, Route
from linepack.gasday import Period
from linepack.ids import ContractId, NetworkId, PartyId

FIRST = date(2027, 1, 1)
DAYS = 30
PATH = Route("r", "d")

spans = st.tuples(st.integers(0, DAYS - 1), st.integers(0, DAYS - 1)).map(
    lambda ends: Period(FIRST + timedelta(min(ends)), FIRST + timedelta(max(ends) + 1))
)
movements = st.lists(
    st.builds(
        Movement,
        network_id=st.just(NetworkId(UUID(int=2))),
        contract_id=st.just(ContractId(UUID(int=1))),
        holder_id=st.just(PartyId(UUID(int=3))),
        route=st.just(PATH),
        firmness=st.just(Firmness.FIRM),
        period=spans,
        quantity=st.integers(-50, 50).filter(bool),
        cause=st.just(MovementCause.BOOKING),
        cause_id=st.just(UUID(int=4)),
    ),
    max_size=8,
)


def segments_of(own: list[Movement]) -> Sequence[Segment]:
    return balance(own).get((PATH, Firmness.FIRM), ())


def by_day(own: list[Movement], day: date) -> int:
    return sum(one.quantity for one in own if day in one.period)


@given(movements)
def test_a_balance_is_the_sum_of_movements_on_every_day(own: list[Movement]) -> None:
    segments = segments_of(own)

    for day in Period(FIRST, FIRST + timedelta(DAYS)):
        assert sum(one.quantity for one in segments if day in one.period) == by_day(own, day)


@given(movements)
def test_segments_are_ordered_apart_and_as_few_as_can_be(own: list[Movement]) -> None:
    segments = segments_of(own)

    for before, after in pairwise(segments):
        assert before.period.end <= after.period.start
        assert before.period.end < after.period.start or before.quantity != after.quantity
    assert all(segment.quantity for segment in segments)
