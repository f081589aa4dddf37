from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.capacity.networks.samples import PIPE, A, B, network

from capacity.networks.formats import recognise
from capacity.networks.pressure_limits import from_gauge, require_consistent
from linepack.problems import InvalidInput

CORPUS = Path(__file__).parents[3] / "corpus" / "networks"


def test_gauge_pressures_get_the_atmosphere_and_differences_do_not() -> None:
    attributes: dict[str, float | str] = {"pressure_max_bar": 48.0, "pressure_loss_bar": 0.5}
    attributes |= {"internal_bypass": "required"}
    unlimited = replace(B, pressure_min_bar=None)
    found = from_gauge(network(replace(PIPE, attributes=attributes), nodes=(A, unlimited)))
    limits = found.nodes[0].pressure_min_bar, found.nodes[0].pressure_max_bar
    assert limits == pytest.approx((31.01325, 51.01325))
    assert found.nodes[1].pressure_min_bar is None
    assert found.edges[0].attributes == {**attributes, "pressure_max_bar": pytest.approx(49.01325)}
    assert found.notes[-1] == "Pressures of the file are gauge: 1.01325 bar are added."


def test_file_is_read_as_gauge_where_its_format_does_not_say() -> None:
    absolute, gauge = (recognise.read(CORPUS / "small.m", is_gauge=is_gauge) for is_gauge in (False, True))
    assert gauge.nodes[0].pressure_max_bar == pytest.approx(80 + 1.01325)
    assert absolute.nodes[0].pressure_max_bar == 80
    assert absolute.notes[-1] == "Pressures are taken as absolute: the file does not say."


def test_gaslib_says_itself_which_pressures_are_gauge() -> None:
    with pytest.raises(InvalidInput, match="barg"):
        recognise.read(CORPUS / "small.net", is_gauge=True)


def test_limits_that_exclude_each_other_are_all_named_with_what_sets_them() -> None:
    low = replace(A, pressure_min_bar=0.0, pressure_max_bar=0.1)
    pipe = replace(PIPE, attributes={"pressure_min_bar": 46.0})
    with pytest.raises(InvalidInput) as refusal:
        require_consistent(network(pipe, nodes=(low, B)))
    said = "allows no pressure: the highest is {} bar (its own), the lowest 46 bar (that of pipe AB){}"
    assert [fault.message for fault in refusal.value.faults] == [
        said.format("0.1", "; are these gauge pressures?"),
        said.format("45", ""),
    ]


def test_limits_that_leave_a_pressure_are_consistent() -> None:
    require_consistent(network(PIPE))
