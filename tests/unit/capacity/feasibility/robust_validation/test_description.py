from dataclasses import replace

import pytest
from tests.unit.capacity.feasibility.robust_validation.test_model import ASKED, FOUND

from capacity.feasibility.robust_validation.description import in_words
from capacity.feasibility.robust_validation.model import BookedDay, Injection
from linepack.units import CommercialUnit

WITHOUT_PATHS = replace(ASKED, booked=BookedDay({"a": 7}, {"x": 7}, 0))
UNIT = CommercialUnit.KWH_PER_H


def test_the_interval_is_told_with_its_witness() -> None:
    assert in_words(WITHOUT_PATHS, replace(FOUND, unrefuted=None), UNIT) == (
        "Every balanced nomination within 1.034 times the rights of 2026-11-01 keeps its pressures. "
        "One within 1.064 times does not, between a and x: 7 kWh/h at a in, 7 kWh/h at x out."
    )


def test_what_was_only_tried_is_told_as_such() -> None:
    text = in_words(WITHOUT_PATHS, replace(FOUND, witnessed=None, witness=(), binding=None), UNIT)

    assert text.endswith(
        "No nomination was found that fails. Within 1.050 times all 12 nominations of a stress "
        "test keep theirs, which is evidence, not proof."
    )


def test_questions_that_time_left_open_are_told() -> None:
    text = in_words(WITHOUT_PATHS, replace(FOUND, undecided=3), UNIT)

    assert text.endswith("3 of 20 questions were left open when time ended.")


def test_rights_of_which_nothing_is_certain_are_told_as_such() -> None:
    text = in_words(WITHOUT_PATHS, replace(FOUND, certified=0.0), UNIT)

    assert text.startswith("No share of the rights of 2026-11-01 is certain to keep its pressures.")


def test_path_rights_are_told_to_count_at_both_ends() -> None:
    assert "3 kWh/h of path rights count at both of their ends" in in_words(ASKED, FOUND, UNIT)


def test_a_long_witness_is_told_by_its_largest_injections() -> None:
    witness = (
        *(Injection(f"a{number}", 1000 * number, 1.0) for number in range(1, 9)),
        Injection("x", -36_000, -1.0),
    )
    text = in_words(WITHOUT_PATHS, replace(FOUND, witness=witness), UNIT)

    assert "8,000 kWh/h at a8, 7,000 kWh/h at a7" in text
    assert "3,000 kWh/h at a3, 3,000 kWh/h at 2 others in, 36,000 kWh/h at x out" in text


@pytest.mark.parametrize(("scale", "shown"), [(1.0344, "1.034"), (0.9996, "0.999"), (1.0, "1.000")])
def test_what_is_certain_is_never_rounded_up(scale: float, shown: str) -> None:
    assert f"within {shown} times" in in_words(WITHOUT_PATHS, replace(FOUND, certified=scale), UNIT)


@pytest.mark.parametrize(("scale", "shown"), [(1.0641, "1.065"), (0.9991, "1.000"), (1.0, "1.000")])
def test_what_fails_is_never_rounded_down(scale: float, shown: str) -> None:
    assert f"within {shown} times does not" in in_words(WITHOUT_PATHS, replace(FOUND, witnessed=scale), UNIT)
