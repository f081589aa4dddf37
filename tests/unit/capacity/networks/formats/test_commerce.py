import pytest

from capacity.networks.formats.commerce import balanced, density_kg_per_nm3, dispatched, whole_units
from linepack.units import CommercialUnit, FlowKgPerS, GasQuality

KWH_PER_H = CommercialUnit.KWH_PER_H
QUALITY = GasQuality(10.0, 0.8)


def test_round_figure_loses_no_unit_to_binary_fractions() -> None:
    # 1000 m³/h · 0.8 kg/m³ / 3600 s = 0.2222 kg/s carry 10 000 kWh/h at 10 kWh/m³.
    assert whole_units(FlowKgPerS(1000 * 0.8 / 3600), KWH_PER_H, QUALITY) == 10_000


@pytest.mark.parametrize(("sign", "units"), [(1, 15), (-1, -15)])
def test_part_of_a_unit_is_left_out_either_way(sign: int, units: int) -> None:
    # 15.9 kWh/h are 15.9 / 10 · 0.8 / 3600 kg/s.
    assert whole_units(FlowKgPerS(sign * 15.9 * 0.08 / 3600), KWH_PER_H, QUALITY) == units


def test_density_of_methane_is_that_of_its_molar_mass() -> None:
    # 16.043 kg/kmol / 22.414 m³/kmol = 0.71576 kg/m³.
    assert density_kg_per_nm3(16.043) == pytest.approx(0.71576, abs=1e-5)


def test_balanced_nominations_stay() -> None:
    assert balanced({"a": 5, "b": -3, "c": -2}) == ({"a": 5, "b": -3, "c": -2}, 0)


def test_larger_side_is_cut_in_proportion_by_largest_remainder() -> None:
    # 10 of 13: 5 → 3.846, 5 → 3.846, 3 → 2.308; floors 3 + 3 + 2, the two left go to the first two.
    cut = balanced({"x": 10, "a": -5, "b": -5, "c": -3})
    assert cut == ({"x": 10, "a": -4, "b": -4, "c": -2}, 3)


def test_side_without_counterpart_is_cut_to_nothing() -> None:
    assert balanced({"a": 7, "b": 0}) == ({"a": 0, "b": 0}, 7)


def test_dispatchable_points_take_what_is_missing_in_proportion_to_their_room() -> None:
    # 10 enter and 4 leave: of the 6 missing, b (room 2) and c (room 7) leave 1.33 and 4.67 more.
    found = dispatched({"a": 10, "b": -4, "c": 0}, {"b": (-6, 0), "c": (-7, 0)})
    assert found == {"a": 10, "b": -5, "c": -5}


def test_dispatchable_points_go_no_further_than_their_ranges() -> None:
    assert dispatched({"a": 10, "b": -4}, {"b": (-6, 0)}) == {"a": 10, "b": -6}
    assert dispatched({"a": 10, "b": -4}, {"a": (7, 12)}) == {"a": 7, "b": -4}


def test_what_balances_is_not_dispatched() -> None:
    assert dispatched({"a": 4, "b": -4}, {"a": (0, 9), "b": (-9, 0)}) == {"a": 4, "b": -4}
