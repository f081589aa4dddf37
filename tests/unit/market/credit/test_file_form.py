"""A question about credit as a file: the example of the guide, and every fault with its place."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from linepack.problems import InvalidInput
from market.credit.errors import CreditExceeded
from market.credit.file_form import read_question
from market.credit.rules import require_credit

PAGE = Path(__file__).parents[4] / "docs" / "guide" / "credit.md"


def example() -> Any:
    [block] = re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return json.loads(block)


def test_the_example_of_the_guide_is_answered_as_it_says() -> None:
    """225.00 × 1.1 = 247.50 leaves 52.50; 7 × 7.50 × 1.1 = 57.75; 6 units are 49.50."""
    credit, duty_of, quantity = read_question(example())
    with pytest.raises(CreditExceeded) as refused:
        require_credit(credit, duty_of, quantity)
    [exceeded] = refused.value.exceeded
    assert [str(one.amount) for one in (exceeded.needed, exceeded.missing)] == ["57.75", "5.25"]
    assert refused.value.largest == 6


def test_a_file_is_refused_with_every_fault() -> None:
    document = example()
    document["limits"][0]["amount"] = "-1"
    document["duties"][0]["terms"][0]["kind"] = "GIFT"
    document["asked"]["colour"] = "red"
    with pytest.raises(InvalidInput) as refused:
        read_question(document)
    places = [fault.place for fault in refused.value.faults]
    assert places == ["limits[0].amount", "duties[0].terms[0].kind", "asked.colour"]


def test_gas_days_that_end_before_they_start_are_a_fault() -> None:
    document = example()
    document["asked"]["end"] = document["asked"]["start"]
    with pytest.raises(InvalidInput, match=re.escape("asked.end: must be after the start")):
        read_question(document)
