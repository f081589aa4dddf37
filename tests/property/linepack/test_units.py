from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linepack.units import CommercialUnit, GasQuality, convert, from_flow, to_flow

H_GAS = GasQuality(calorific_value_kwh_per_nm3=11.5, density_kg_per_nm3=0.82)
units = st.sampled_from(CommercialUnit)
quantities = st.integers(0, 10**9)
qualities = st.builds(GasQuality, st.floats(7.0, 13.5), st.floats(0.6, 1.0))


@given(quantities, units, qualities)
def test_a_whole_quantity_survives_the_way_through_physics(
    quantity: int, unit: CommercialUnit, quality: GasQuality
) -> None:
    assert from_flow(to_flow(Decimal(quantity), unit, quality), unit, quality) == quantity


@given(st.floats(0, 1e5), units, qualities)
def test_physics_never_sells_what_it_lacks(flow: float, unit: CommercialUnit, quality: GasQuality) -> None:
    sold = from_flow(flow, unit, quality)  # type: ignore[arg-type]

    assert sold == int(sold)
    assert to_flow(sold, unit, quality) <= flow * (1 + 1e-9)
    assert to_flow(sold + 1, unit, quality) >= flow * (1 - 1e-9)


@given(st.decimals(0, 10**9, places=3), units, units)
def test_conversion_there_and_back_changes_nothing(
    quantity: Decimal, source: CommercialUnit, target: CommercialUnit
) -> None:
    if source.is_energy != target.is_energy:
        with pytest.raises(ValueError, match="needs a gas quality"):
            convert(quantity, source, target)
    else:
        back = convert(convert(quantity, source, target), target, source)
        assert abs(back - quantity) <= Decimal("1e-15")


@pytest.mark.parametrize(
    ("quantity", "source", "target", "expected"),
    [
        ("24", "MWh/d", "kWh/h", "1000"),
        ("24", "Dth/d", "kWh/h", "293.071"),
        ("1000", "kWh/h", "MWh/d", "24"),
        ("24", "MMscf/d", "Sm3/h", "28316.8"),
    ],
)
def test_conversions_by_definition(quantity: str, source: str, target: str, expected: str) -> None:
    converted = convert(Decimal(quantity), CommercialUnit(source), CommercialUnit(target))
    assert converted == Decimal(expected)


def test_mass_flow_worked_by_hand() -> None:
    # 1 150 000 kWh/h at 11.5 kWh/Nm³ are 100 000 Nm³/h; times 0.82 kg/Nm³ / 3600 s are 22.7778 kg/s.
    assert to_flow(Decimal(1_150_000), CommercialUnit.KWH_PER_H, H_GAS) == pytest.approx(22.777778, rel=1e-6)
    # 1 000 Sm³/h at 15 °C are 947.9438 Nm³/h; times 0.82 / 3600 are 0.2159205 kg/s.
    assert to_flow(Decimal(1000), CommercialUnit.SM3_PER_H, H_GAS) == pytest.approx(0.2159205, rel=1e-6)


def test_units_know_what_they_count() -> None:
    assert [unit.is_energy for unit in CommercialUnit] == [True, True, True, False, False]
    assert [unit.is_hourly for unit in CommercialUnit] == [True, False, False, False, True]


@pytest.mark.parametrize(("calorific_value", "density"), [(0.0, 0.8), (11.0, 0.0), (-1.0, 0.8)])
def test_a_gas_quality_is_positive(calorific_value: float, density: float) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        GasQuality(calorific_value, density)
