"""A profile as a file: read as a whole, or refused with every fault and its line."""

from datetime import date

import pytest

from capacity.rights.model import Firmness
from linepack.problems import InvalidInput
from server.cli.market.profile_file import StatedPart, read_profile

JANUARY, FEBRUARY, MARCH = (date(2027, month, 1) for month in (1, 2, 3))


def test_rows_are_parts_and_what_is_left_out_is_not_stated() -> None:
    text = (
        "Start, end ,quantity,receipt,firmness\n"
        "2027-01-01,2027-02-01,30,a,firm\n"
        "\n"
        "2027-02-01,2027-03-01,40,,\n"
    )
    assert read_profile(text) == [
        StatedPart(JANUARY, FEBRUARY, 30, "a", None, Firmness.FIRM),
        StatedPart(FEBRUARY, MARCH, 40, None, None, None),
    ]


def test_every_fault_is_named_with_its_line() -> None:
    text = (
        "start,end,quantity,firmness\n"
        "2027-02-30,2027-3-1,30,\n"
        "2027-01-01,2027-02-01\n"
        "2027-01-01,2027-02-01,1.5,soft\n"
    )
    with pytest.raises(InvalidInput) as refused:
        read_profile(text)
    assert [fault.place for fault in refused.value.faults] == [
        "line 2.start",
        "line 2.end",
        "line 3",
        "line 4.quantity",
        "line 4.firmness",
    ]


@pytest.mark.parametrize("header", ["", "start,end", "start,end,quantity,price", "start,start,end,quantity"])
def test_the_first_row_names_the_columns(header: str) -> None:
    with pytest.raises(InvalidInput, match="line 1: the first row names the columns"):
        read_profile(f"{header}\n2027-01-01,2027-02-01,30\n")


def test_a_quote_that_does_not_end_is_a_fault() -> None:
    with pytest.raises(InvalidInput):
        read_profile('start,end,quantity\n"2027-01-01,2027-02-01,30\n')
