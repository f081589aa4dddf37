"""Periods of a plan that begins within a year, by the calendar of 2027 and 2028."""

from datetime import date

import numpy as np

from planning.gas_fields.study.calendar import Calendar, Length

JULY = Calendar(date(2027, 7, 1))


def test_intervals_of_months_have_the_days_of_the_calendar() -> None:
    days = np.diff(JULY.edges(Length.MONTH, 8)) / 24
    assert days.tolist() == [31, 31, 30, 31, 30, 31, 31, 29]
    assert (np.diff(JULY.edges(Length.QUARTER, 2)) / 24).tolist() == [92, 92]
    assert JULY.edges(Length.YEAR, 1).tolist() == [0, 366 * 24]


def test_years_and_quarters_begin_with_the_month_of_the_first_gas_day() -> None:
    hours = np.array([0.0, 184 * 24.0, 366 * 24.0])
    assert JULY.position(Length.YEAR, hours).tolist() == [0, 184 / 366, 1]
    assert JULY.position(Length.QUARTER, hours).tolist() == [0, 2, 4]
    assert JULY.position(Length.MONTH, hours).tolist() == [0, 6, 12]


def test_a_plan_that_begins_within_a_month_has_the_rest_of_it_first() -> None:
    calendar = Calendar(date(2027, 1, 17))
    assert calendar.position(Length.MONTH, np.array([0.0, 15 * 24.0])).tolist() == [16 / 31, 1]


def test_hours_tell_their_gas_days() -> None:
    assert JULY.day(47.0) == date(2027, 7, 2)
    assert JULY.hour(date(2027, 7, 3)) == 48
    assert JULY.days(np.array([0.0, 24.0])).tolist() == [JULY.start.toordinal(), JULY.start.toordinal() + 1]
