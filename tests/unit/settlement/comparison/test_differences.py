"""The places at which stored and expected values differ."""

import pytest

from settlement.comparison.differences import Proof, differences_between, unlike


@pytest.mark.parametrize(
    ("stored", "expected", "places"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, [("a.b", 1, 2)]),
        ({"a": [1, 2]}, {"a": [1, 3]}, [("a[1]", 2, 3)]),
        ({"a": [1]}, {"a": [1, 2]}, [("a", [1], [1, 2])]),
        ({"a": 1}, {}, [("a", 1, "nothing")]),
        ({}, {"a": None}, [("a", "nothing", None)]),
        ("ab", "ac", [("", "ab", "ac")]),
        ([{"a": 1}], {"a": 1}, [("", [{"a": 1}], {"a": 1})]),
    ],
)
def test_each_place_is_named_with_both_values(
    stored: object, expected: object, places: list[tuple[str, object, object]]
) -> None:
    assert list(unlike(stored, expected)) == places


def test_a_difference_names_proof_subject_place_and_both_values() -> None:
    (found,) = differences_between(Proof.TRADES, "trade 1", {"rate": 99}, {"rate": 0.4}, by="its event")
    assert str(found) == "trades = events: trade 1: rate is 99, its event says 0.4"
