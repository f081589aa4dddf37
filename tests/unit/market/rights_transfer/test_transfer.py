"""What many acquirers get of one contract, against a count of every gas day."""

import random
from datetime import date, timedelta

import pytest
from tests.unit.capacity.contracts.samples import NOON, OPERATOR, OTHER, contract

from capacity.rights.model import Firmness, Hold, HoldCause, MovementCause, Purpose
from linepack.gasday import Period
from linepack.ids import ContractId, new_id
from market.errors import NotHeld
from market.holds.free import stretches
from market.rights_transfer.transfer import Acquisition, derive

DAYS = Period(date(2027, 1, 1), date(2027, 1, 21))


def some_days(source):
    first, last = sorted(source.sample(range(DAYS.days + 1), 2))
    return Period(DAYS.start + timedelta(first), DAYS.start + timedelta(last))


def held_of(parent, period, quantity):
    purpose = Purpose(HoldCause.LISTING, new_id())
    return Hold(
        parent.network_id, OTHER, parent.id, None, Firmness.FIRM, period, quantity, purpose, until=None
    )


def acquire(parent, earlier, held, acquisitions):
    ids = [ContractId(new_id()) for _ in acquisitions]
    return derive(parent, earlier, acquisitions, ids, held=held, cause=MovementCause.ASSIGNMENT, at=NOON)


@pytest.mark.parametrize("seed", range(30))
def test_acquirers_get_what_is_free_on_each_of_their_days_and_no_more(seed):
    source = random.Random(seed)
    parent = contract(quantity=100, period=DAYS)
    held = [held_of(parent, some_days(source), source.randint(1, 30))]
    first = Acquisition(OPERATOR, source.randint(1, 30), some_days(source))
    earlier = acquire(parent, [], held, [first])
    left = dict.fromkeys(DAYS, 100)
    for period, quantity in ((held[0].period, held[0].quantity), (first.period, first.quantity)):
        for day in period:
            left[day] -= quantity
    shown = {day: one.free for one in stretches(parent, earlier, held, DAYS) for day in one.period}
    assert shown == left

    wanted = [Acquisition(OTHER, source.randint(1, 30), some_days(source)) for _ in range(6)]
    fitting = []
    for one in wanted:
        if all(left[day] >= one.quantity for day in one.period):
            fitting.append(one)
            for day in one.period:
                left[day] -= one.quantity
        else:
            with pytest.raises(NotHeld):
                acquire(parent, earlier, held, [*fitting, one])

    if fitting:
        children = acquire(parent, earlier, held, fitting)
        assert [(child.quantity, child.period) for child in children] == [
            (one.quantity, one.period) for one in fitting
        ]
        shown = stretches(parent, [*earlier, *children], held, DAYS)
        assert {day: one.free for one in shown for day in one.period} == left
