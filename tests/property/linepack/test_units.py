from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linepack.units import CommercialUnit, FlowKgPerS, GasQuality, from_flow, kg_per_s_per_unit

H_GAS = GasQuality(calorific_value_kwh_per_nm3=11.5, density_kg_per_nm3=0.82)


def to_flow(quantity: Decimal | int, unit: CommercialUnit, quality: GasQuality) -> FlowKgPerS:
    return FlowKgPerS(float(quantity) * kg_per_s_per_unit(unit, quality))


units = st.sampled_from(CommercialUnit)
quantities = st.integers(0, 10**9)
qualities = st.builds(GasQuality, st.floats(7.0, 13.5), st.floats(0.6, 1.0))


@given(quantities, units, qualities)
def test_a_whole_quantity_survives_the_way_through_physics(
    quantity: int, unit: CommercialUnit, quality: GasQuality
) -> None:
    assert from_flow(to_flow(quantity, unit, quality), unit, quality) == quantity


@given(st.floats(0, 1e5), units, qualities)
def test_physics_never_sells_what_it_lacks(flow: float, unit: CommercialUnit, quality: GasQuality) -> None:
    sold = from_flow(FlowKgPerS(flow), unit, quality)

    assert sold == int(sold)
    assert to_flow(sold, unit, quality) <= flow * (1 + 1e-9)
    assert to_flow(sold + 1, unit, quality) >= flow * (1 - 1e-9)


def test_mass_flow_worked_by_hand() -> None:
    # 1 150 000 kWh/h at 11.5 kWh/Nm³ are 100 000 Nm³/h; times 0.82 kg/Nm³ / 3600 s are 22.7778 kg/s.
    assert to_flow(1_150_000, CommercialUnit.KWH_PER_H, H_GAS) == pytest.approx(22.777778, rel=1e-6)
    # 1 000 Sm³/h at 15 °C are 947.9438 Nm³/h; times 0.82 / 3600 are 0.2159205 kg/s.
    assert to_flow(1000, CommercialUnit.SM3_PER_H, H_GAS) == pytest.approx(0.2159205, rel=1e-6)


def test_units_know_what_they_count() -> None:
    assert [unit.is_energy for unit in CommercialUnit] == [True, True, True, False, False]


@pytest.mark.parametrize(("calorific_value", "density"), [(0.0, 0.8), (11.0, 0.0), (-1.0, 0.8)])
def test_a_gas_quality_is_positive(calorific_value: float, density: float) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        GasQuality(calorific_value, density)
