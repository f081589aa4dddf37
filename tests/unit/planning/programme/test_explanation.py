"""Why programmes have no solution: rows that exclude each other, none too many, and the least repair."""

import pytest

from capacity.solvers.highs import Highs
from capacity.solvers.port import SolverRefused
from planning.programme.explanation import Repair, explained
from planning.programme.programme import Programme


def test_the_rows_that_exclude_each_other_are_named_and_the_others_are_not() -> None:
    """x ≤ 3, y ≤ 4, x + y ≥ 9 exclude each other by 2; z ≥ 1 has no part in it."""
    programme = Programme()
    x, y, z = (programme.column(0.0, upper, words=words) for upper, words in ((3, "x"), (4, "y"), (5, "z")))
    programme.row([(x, 1.0), (y, 1.0)], 9.0, words="both")
    programme.row([(z, 1.0)], 1.0, words="third")

    why = explained(programme, Highs(), 10.0)

    assert sorted(why.conflict) == ["both", "x", "y"]
    assert sum(abs(one.amount) for one in why.repairs) == pytest.approx(2.0)
    assert why.sentences()[0] == "There is no such plan. These cannot all hold:"


def test_whole_numbers_can_exclude_what_parts_of_them_would_not() -> None:
    """2 n = 1 has a solution, and no whole one; that n is at most 4 has no part in it."""
    programme = Programme()
    n = programme.column(0.0, 4.0, is_integer=True, words="at most four")
    programme.row([(n, 2.0)], 1.0, 1.0, words="twice n is one")

    why = explained(programme, Highs(), 10.0)

    assert why.conflict == ["twice n is one"]
    assert [abs(one.amount) for one in why.repairs] == [1.0]


def test_a_bound_below_is_kept_while_the_bound_above_is_left_out() -> None:
    """x ≤ 9 has words and x ≥ 0 has not: without the former, x must not go below nothing."""
    programme = Programme()
    x = programme.column(0.0, 9.0, words="x is at most 9")
    programme.row([(x, -1.0)], 2.0, words="less than nothing")

    why = explained(programme, Highs(), 10.0)

    assert why.conflict == ["less than nothing"]
    assert why.repairs == [Repair("less than nothing", 2.0)]


def test_laws_that_exclude_each_other_are_no_matter_of_the_plan() -> None:
    programme = Programme()
    programme.row([(programme.column(), 1.0)], -2.0, -1.0)

    with pytest.raises(SolverRefused, match="laws of the model"):
        explained(programme, Highs(), 10.0)
