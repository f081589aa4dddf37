"""A table of index values is read as a whole, or refused with every fault and its line."""

from datetime import date
from decimal import Decimal

import pytest

from linepack.problems import InvalidInput
from market.index_values.csv_form import read_values
from market.index_values.model import VALUES_MAX, StatedValue, value_faults


def test_columns_come_in_any_order_and_empty_lines_are_passed_over() -> None:
    text = '\ufeffDay, Value ,index\r\n2027-01-31,31.25,"TTF, day-ahead"\r\n\r\n2027-02-01, -0.5 ,ZTP\r\n'
    assert read_values(text) == [
        StatedValue("TTF, day-ahead", date(2027, 1, 31), Decimal("31.25"), "line 2"),
        StatedValue("ZTP", date(2027, 2, 1), Decimal("-0.5"), "line 4"),
    ]


def test_every_fault_is_named_with_its_line() -> None:
    text = "index,day,value\nTTF,2027-02-30,31\nTTF,2027-02-01\nTTF,2027-W01-1,1e5\nTTF,2027-02-03,30\n"
    with pytest.raises(InvalidInput) as refused:
        read_values(text)
    assert [str(fault) for fault in refused.value.faults] == [
        "line 2.day: a day is written 2027-01-31, not '2027-02-30'",
        "line 3: a row has 3 cells, not 2",
        "line 4.day: a day is written 2027-01-31, not '2027-W01-1'",
        "line 4.value: a value is written 31.25, not '1e5'",
    ]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1_000", "٣", "1,5", "", "0x1F", "--1"])
def test_what_is_no_plain_decimal_number_is_no_value(value: str) -> None:
    with pytest.raises(InvalidInput, match=r"line 2\.value"):
        read_values(f'index,day,value\nTTF,2027-02-01,"{value}"\n')


@pytest.mark.parametrize(
    "text", ["", "index,day\n", "TTF,2027-01-01,3\n", "index,day,value,note\n", "index,day,day\n"]
)
def test_a_table_names_its_columns(text: str) -> None:
    with pytest.raises(InvalidInput, match="index,day,value"):
        read_values(text)


@pytest.mark.parametrize(
    "text", ['index,day,value\n"TTF', "index,day,value\nTTF\0,2027-01-01,3\n", "x" * 1_000_001]
)
def test_a_broken_or_endless_table_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        faults = list(value_faults(read_values(text)))
        if faults:
            raise InvalidInput(faults)


def test_a_table_has_an_end() -> None:
    rows = "TTF,2027-02-01,3\n" * (VALUES_MAX + 5)
    with pytest.raises(InvalidInput, match=f"line {VALUES_MAX + 2}: at most 4,000"):
        read_values(f"index,day,value\n{rows}")


def test_values_that_are_published_together_are_checked_together() -> None:
    def stated(index: str, day: date, value: str, place: str) -> StatedValue:
        return StatedValue(index, day, Decimal(value), place)

    first = date(2027, 2, 1)
    faults = value_faults(
        [
            stated("TTF", first, "30", "values[0]"),
            stated("TTF", first, "31", "values[1]"),
            stated(" TTF", date(3000, 1, 1), "0.1234567890", "values[2]"),
            stated("", first, "1", "values[3]"),
        ]
    )
    assert [str(fault) for fault in faults] == [
        "values[1]: values[0] has a value of TTF for 2027-02-01 already",
        "values[2].index: the name of an index has no white space around it",
        "values[2].day: must be from 1900-01-01 to 2999-12-31",
        "values[2].value: at most 15 digits and 9 decimals, not 0.1234567890",
        "values[3].index: an index is named by 1 to 64 printable characters",
    ]
    assert [str(fault) for fault in value_faults([])] == [
        "values: 1 to 4,000 values are published at once, not 0"
    ]
