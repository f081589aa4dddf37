"""What holders are informed of, when many contracts are short."""

from datetime import date, timedelta
from uuid import UUID

from capacity.feasibility.shortfalls.notices import Line, notices
from capacity.networks.policy import Level
from capacity.rights.model import Route
from linepack.gasday import Period
from linepack.ids import ContractId, PartyId

TODAY = date(2027, 1, 1)
HOLDER = PartyId(UUID(int=1))


def days(first: int, after: int) -> Period:
    return Period(TODAY + timedelta(first), TODAY + timedelta(after))


def short(number: int, period: Period, missing: int) -> Line:
    return Line(HOLDER, ContractId(UUID(int=number)), Route("a", "x"), Level.FLOW, "ax", 5, missing, period)


def test_holder_of_many_contracts_is_informed_of_each_on_each_day() -> None:
    # It knew that 7 are missing for 100 days. Now 8 are on the first 40 of them; of 60 single days
    # after those, every other one, nothing is known, and the rest is restored.
    numbers = range(1500)
    unclear = [days(first, first + 1) for first in range(40, 100, 2)]
    [notice] = notices(
        [short(number, days(0, 100), 7) for number in numbers],
        [short(number, days(0, 40), 8) for number in numbers],
        unclear,
        TODAY,
    )

    of_first = [line for line in notice.standing if line.contract_id == UUID(int=0)]
    assert of_first == [*(short(0, period, 7) for period in unclear), short(0, days(0, 40), 8)]
    assert len(notice.standing) == len(of_first) * 1500
    restored = [line.period for line in notice.restored if line.contract_id == UUID(int=0)]
    assert restored == [days(first, first + 1) for first in range(41, 101, 2)]
    assert len(notice.restored) == len(restored) * 1500
