"""Members of a planning file: each that is missing, unknown or of the wrong kind is a fault at its place."""

from enum import StrEnum

import pytest

from linepack.problems import Fault, InvalidInput
from planning.plans.record import FAULTS_MAX, Record, require


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def test_members_are_read_as_what_they_are() -> None:
    faults: list[Fault] = []
    value = {"id": 7, "price": 0.5, "count": 3, "is_open": True, "kind": "blue", "list": [1, 2], "part": {}}
    record = Record("nodes[1]", value, faults, tuple(value))

    assert record.text("id") == "7"
    assert record.number("price") == 0.5
    assert record.whole("count", most=5) == 3
    assert record.flag("is_open", default=False)
    assert record.choice("kind", Colour, Colour.RED) is Colour.BLUE
    assert record.numbers("list") == [1.0, 2.0]
    assert record.record("part", ("x",)).number("x", 4.0) == 4.0
    assert faults == []


def test_every_fault_has_its_place() -> None:
    faults: list[Fault] = []
    value = {"prise": 1, "list": [1, "x"], "parts": [5], "zero": 0, "nan": float("nan"), "kind": "green"}
    known = ("price", "list", "parts", "zero", "nan", "kind")
    record = Record("nodes[1]", value, faults, known)
    record.number("price")
    record.numbers("list")
    list(record.records("parts", ("a",), 1))
    record.number("zero", above=0.0)
    record.number("nan")
    record.choice("kind", Colour, Colour.RED)
    record.text("price")

    assert [str(fault) for fault in faults] == [
        "nodes[1].prise: is not known; is it price?",
        "nodes[1].price: must be a number from 0 to 1e+12",
        "nodes[1].list[1]: must be a number from 0 to 1e+12, not 'x'",
        "nodes[1].parts[0]: must be an object with named members",
        "nodes[1].zero: must be a number above 0 to 1e+12, not 0",
        "nodes[1].nan: must be a number from 0 to 1e+12, not nan",
        "nodes[1].kind: must be one of red, blue, not 'green'",
        "nodes[1].price: must be a text of 1 to 100 characters",
    ]


def test_a_hundred_faults_are_listed_and_the_others_counted() -> None:
    with pytest.raises(InvalidInput) as refused:
        require([Fault("a", "b")] * (FAULTS_MAX + 7))
    assert str(refused.value.faults[-1]) == "7 more faults are not listed"
    assert len(refused.value.faults) == FAULTS_MAX + 1
    require([])
