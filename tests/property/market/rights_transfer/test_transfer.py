"""What acquirers get of one contract, against a count of every gas day: no more than there is, on no day."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.capacity.contracts.samples import NOON, OPERATOR, OTHER, contract

from capacity.contracts.contract import Contract
from capacity.rights.model import Firmness, Hold, HoldCause, MovementCause, Purpose
from linepack.gasday import GasDay, Period
from linepack.ids import ContractId
from market.errors import NotHeld
from market.holds.free import stretches
from market.rights_transfer.transfer import Acquisition, derive

DAYS = Period(date(2027, 1, 1), date(2027, 1, 21))
PARENT = contract(quantity=100, period=DAYS)
Part = tuple[Period, int]


@st.composite
def parts(draw: st.DrawFn) -> Part:
    first = draw(st.integers(0, DAYS.days - 1))
    last = draw(st.integers(first + 1, DAYS.days))
    period = Period(DAYS.start + timedelta(first), DAYS.start + timedelta(last))
    return period, draw(st.integers(1, 60))


def held(part: Part, number: int) -> Hold:
    purpose = Purpose(HoldCause.LISTING, UUID(int=number))
    return Hold(PARENT.network_id, OTHER, PARENT.id, None, Firmness.FIRM, *part, purpose)


def acquire(earlier: list[Contract], holds: list[Hold], wanted: list[Part]) -> list[Contract]:
    acquisitions = [Acquisition(OPERATOR, quantity, period) for period, quantity in wanted]
    ids = [ContractId(UUID(int=2000 + len(earlier) + number)) for number in range(len(wanted))]
    return derive(PARENT, earlier, acquisitions, ids, held=holds, cause=MovementCause.ASSIGNMENT, at=NOON)


def take(left: dict[GasDay, int], part: Part) -> bool:
    """Take a part of what is left on each gas day, unless it is more than that."""
    period, quantity = part
    if any(left[day] < quantity for day in period):
        return False
    for day in period:
        left[day] -= quantity
    return True


@given(st.lists(parts(), max_size=2), st.lists(parts(), max_size=3), st.lists(parts(), max_size=5))
def test_acquirers_get_what_is_free_on_each_of_their_days_and_no_more(
    holds: list[Part], earlier: list[Part], wanted: list[Part]
) -> None:
    left = dict.fromkeys(DAYS, PARENT.quantity)
    kept = [held(part, number) for number, part in enumerate(holds) if take(left, part)]
    taken = [part for part in earlier if take(left, part)]
    before = acquire([], kept, taken) if taken else []
    fitting: list[Part] = []
    for part in wanted:
        if take(left, part):
            fitting.append(part)
        else:
            with pytest.raises(NotHeld):
                acquire(before, kept, [*fitting, part])
    children = acquire(before, kept, fitting) if fitting else []

    assert [(child.period, child.quantity) for child in children] == fitting
    found = stretches(PARENT, [*before, *children], kept, DAYS)
    assert {day: one.free for one in found for day in one.period} == left
    for day in DAYS:
        passed_on = sum(child.quantity for child in [*before, *children] if day in child.period)
        assert passed_on <= PARENT.quantity
