"""Nominations: files, all rights of a day at once, and what does not balance."""

import pytest
from tests.unit.capacity.hydraulics.small_networks import network, node, pipe

from capacity.hydraulics.physics.network import compile_hydraulics
from capacity.rights.model import Route
from linepack.problems import InvalidInput
from planning.nominations import from_csv, injections, published, used_at_once


def test_a_file_adds_up_the_lines_of_a_node() -> None:
    assert from_csv("Node,Quantity\na,5\n\n b ,-7\na,2\n") == {"a": 7, "b": -7}


def test_every_line_that_cannot_be_read_is_named() -> None:
    with pytest.raises(InvalidInput) as refused:
        from_csv("a,1\nb\nc,many\n")
    assert [fault.place for fault in refused.value.faults] == ["line 2", "line 3"]


def test_rights_are_used_at_once_and_the_larger_side_in_proportion() -> None:
    rights = {Route("a", "x"): 10, Route("a", None): 40, Route("b", None): 20, Route(None, "y"): 30}
    assert used_at_once(rights) == {"a": 10 + 20, "x": -10, "b": 10, "y": -30}


def test_without_exits_no_entry_right_is_used() -> None:
    assert used_at_once({Route("a", None): 40}) == {}


def test_a_difference_from_rounding_goes_to_the_largest_node() -> None:
    compiled = compile_hydraulics(network([node("a"), node("b"), node("c")], [pipe("p", "a", "b", 1.0)]))
    found = injections(compiled, {"a": 10, "b": -5, "c": -4})
    assert found.tolist() == pytest.approx([9, -5, -4])


@pytest.mark.parametrize(
    ("nomination", "place"),
    [({"a": 10, "b": -5}, "nomination"), ({}, "nomination"), ({"z": 0}, "node z")],
)
def test_what_does_not_balance_is_refused(nomination: dict[str, int], place: str) -> None:
    compiled = compile_hydraulics(network([node("a"), node("b")], [pipe("p", "a", "b", 1.0)]))
    with pytest.raises(InvalidInput) as refused:
        injections(compiled, nomination)
    assert place in [fault.place for fault in refused.value.faults]


def test_the_published_nomination_is_scaled() -> None:
    revision = network([node("a", 10), node("b", -10), node("c")], [])
    assert published(revision, 0.5) == {"a": 5, "b": -5}
