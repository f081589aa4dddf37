"""Gas days against the law: the dates of clock changes follow from statute, not from the time zone data.

EU and UK: last Sunday of March and of October, 01:00 UTC. US: until 2006 first Sunday of April and last of
October, from 2007 second Sunday of March and first of November, 02:00 local.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linepack.gasday import GasDayClock, Period

BERLIN = GasDayClock("Europe/Berlin", 6)
LONDON = GasDayClock("Europe/London", 5)
CHICAGO = GasDayClock("America/Chicago", 9)
clocks = st.builds(
    GasDayClock,
    st.sampled_from(["Europe/Berlin", "Europe/London", "America/Chicago", "Asia/Tokyo", "America/Sao_Paulo"]),
    st.integers(0, 23),
)
days = st.dates(date(2000, 1, 2), date(2040, 12, 30))
periods = st.builds(
    lambda start, length: Period(start, start + timedelta(length)), days, st.integers(1, 2000)
)


def sunday(year: int, month: int, number: int) -> date:
    """Return the `number`-th Sunday of the month; −1 is the last."""
    first = date(year, month, 1)
    sundays = [d for i in range(31) if (d := first + timedelta(i)).month == month and d.isoweekday() == 7]
    return sundays[number - 1 if number > 0 else number]


def european(year: int) -> tuple[date, date]:
    return sunday(year, 3, -1), sunday(year, 10, -1)


def american(year: int) -> tuple[date, date]:
    if year < 2007:
        return sunday(year, 4, 1), sunday(year, 10, -1)
    return sunday(year, 3, 2), sunday(year, 11, 1)


CHANGES = {BERLIN: european, LONDON: european, CHICAGO: american}


@pytest.mark.parametrize("clock", CHANGES, ids=lambda clock: clock.zone)
@pytest.mark.parametrize("year", range(2000, 2041))
def test_only_the_gas_days_of_a_clock_change_are_short_or_long(clock: GasDayClock, year: int) -> None:
    # The clock changes at night, hours before the gas day of that Sunday starts: Saturday's gas day feels it.
    spring, autumn = (change - timedelta(1) for change in CHANGES[clock](year))
    days = Period(date(year, 1, 1), date(year + 1, 1, 1))
    lengths = {day: clock.starts_at(day + timedelta(1)) - clock.starts_at(day) for day in days}

    uneven = {day: length for day, length in lengths.items() if length != timedelta(hours=24)}
    assert uneven == {spring: timedelta(hours=23), autumn: timedelta(hours=25)}


def test_the_gas_day_of_berlin_starts_at_six_by_the_local_clock() -> None:
    assert BERLIN.starts_at(date(2026, 1, 15)) == datetime(2026, 1, 15, 5, tzinfo=UTC)
    assert BERLIN.starts_at(date(2026, 7, 15)) == datetime(2026, 7, 15, 4, tzinfo=UTC)
    assert BERLIN.gas_day(datetime(2026, 7, 15, 3, 59, tzinfo=UTC)) == date(2026, 7, 14)


@given(clocks, days, st.integers(0, 22 * 3600))
def test_every_instant_of_a_gas_day_belongs_to_it(clock: GasDayClock, day: date, seconds: int) -> None:
    assert clock.gas_day(clock.starts_at(day) + timedelta(seconds=seconds)) == day
    assert clock.gas_day(clock.starts_at(day) - timedelta(microseconds=1)) == day - timedelta(1)


@given(periods)
def test_gas_months_cut_a_period_into_whole_parts_of_months(period: Period) -> None:
    months = period.gas_months()

    assert [day for month in months for day in month] == list(period)
    assert all(a.end == b.start and b.start.day == 1 for a, b in pairwise(months))
    assert all(len({(day.year, day.month) for day in month}) == 1 for month in months)


@given(periods, periods)
def test_an_overlap_holds_exactly_the_shared_days(a: Period, b: Period) -> None:
    shared = a.overlap(b)

    assert set(shared or ()) == set(a) & set(b)
    assert shared == b.overlap(a)
    assert a.covers(b) == (shared == b)
    assert (b.start in a) == (a.start <= b.start < a.end)


@pytest.mark.parametrize("end", [date(2026, 1, 1), date(2025, 12, 31), date(2047, 1, 1)])
def test_a_period_is_neither_empty_nor_endless(end: date) -> None:
    with pytest.raises(ValueError, match="period"):
        Period(date(2026, 1, 1), end)


def test_a_period_reads_as_its_first_and_last_day() -> None:
    assert str(Period(date(2026, 1, 1), date(2026, 1, 2))) == "2026-01-01"
    assert str(Period(date(2026, 1, 1), date(2026, 2, 1))) == "2026-01-01 to 2026-01-31"


def test_a_clock_needs_a_known_zone_an_hour_and_instants_with_an_offset() -> None:
    with pytest.raises(KeyError):
        GasDayClock("Europe/Nowhere", 6)
    with pytest.raises(ValueError, match="0 to 23"):
        GasDayClock("Europe/Berlin", 24)
    with pytest.raises(ValueError, match="offset"):
        BERLIN.gas_day(datetime(2026, 1, 1, 12))
