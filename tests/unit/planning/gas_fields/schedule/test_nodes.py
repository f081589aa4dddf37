"""Nodes fed by several fields, and sums with coefficients; each counted by hand."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.unit.planning.gas_fields.optimum import phases


def field(name: str, cost: float, *, nodes: Mapping[str, Any] | None = None, **own: Any) -> dict[str, object]:
    properties: dict[str, Any] = {"Initial Volume": 1_000, "Production Cost": cost}
    properties |= {name.replace("_", " ").replace("FOM", "FO&M"): value for name, value in own.items()}
    return {"id": name, "properties": properties, "nodes": nodes or {"N": {}}}


def phase(fields: list[dict[str, object]], *, demand: float = 100, count: int = 1, **members: Any) -> Any:
    """Return the only phase of a plan of fields that feed a node, which has other gas at 9."""
    [found] = phases(
        {
            "start": "2027-01-01",
            "phases": [{"phase": "MT Schedule", "interval": "day", "count": count}],
            "fields": fields,
            "nodes": [{"id": "N", "demand": demand, "alternative_cost": 9}],
            **members,
        }
    )
    return found


def produced(found: Any) -> list[float]:
    return [one["totals"]["Production"] for one in found["fields"].values()]


def test_the_cheapest_field_goes_first_and_sets_no_price() -> None:
    found = phase([field("A", 4, Max_Production=70), field("B", 6)])
    assert produced(found) == [70, 30]
    assert found["nodes"]["N"]["price"] == [6]


def test_blends_are_shares_of_what_a_node_receives() -> None:
    most = field("A", 4, nodes={"N": {"Max Blend Percent": 40}})
    assert produced(phase([most, field("B", 6)])) == pytest.approx([40, 60])
    least = field("B", 6, nodes={"N": {"Min Blend Percent": 25}})
    assert produced(phase([field("A", 4), least])) == pytest.approx([75, 25])


def test_a_field_contributes_its_share_at_its_heat_value_and_may_take() -> None:
    rich = field("A", 4, nodes={"N": {"Participation Factor": 0.5}}, Heat_Value=4)
    assert produced(phase([rich])) == [50]
    takes = field("B", 0, nodes={"N": {"Participation Factor": -1}}, Min_Production=20)
    assert produced(phase([field("A", 4), takes])) == [120, 20]


def test_a_constraint_limits_a_sum_over_fields_in_each_interval() -> None:
    together = {"A": {"Production Coefficient": 1}, "B": {"Production Coefficient": 2}}
    found = phase(
        [field("A", 4), field("B", 6)],
        constraints=[{"id": "plant", "limit": 90, "fields": together}],
    )
    # A and other gas beat B, which takes twice as much of the plant
    assert produced(found) == [90, 0]
    assert found["cost"] == 90 * 4 + 10 * 9


@pytest.mark.parametrize(
    ("coefficients", "sense", "limit", "expected"),
    [
        ({"End Volume Coefficient": 1}, ">=", 950, 50),
        ({"Ramp Coefficient": 1}, ">=", -15, 30),
        ({"Ramp Coefficient": 2}, "=", -30, 30),
    ],
)
def test_a_constraint_may_be_about_volumes_and_their_changes(
    coefficients: dict[str, float], sense: str, limit: float, expected: float
) -> None:
    row = {"id": "held", "sense": sense, "limit": limit, "fields": {"A": coefficients}}
    assert produced(phase([field("A", 4)], count=2, constraints=[row])) == pytest.approx([expected])


def test_an_objective_prices_what_its_coefficients_are_of() -> None:
    priced = {"id": "tax", "fields": {"A": {"Production Coefficient": 3}}}
    found = phase([field("A", 4), field("B", 6)], objectives=[priced])
    assert produced(found) == [0, 100]
    kept = {"id": "reserve", "fields": {"A": {"End Volume Coefficient": -7}}}
    assert produced(phase([field("A", 4), field("B", 10)], objectives=[kept])) == [0, 0]


def test_basins_and_companies_have_their_shares() -> None:
    own = {
        **field("A", 4, Max_Production=70, FOM_Charge=36.5),
        "basins": {"North": {"Participation Factor": 0.5}},
        "companies": {"X": {"Share": 60}, "Y": {"Share": 40}},
    }
    found = phase([own])
    assert found["basins"] == {"North": 35}
    company = found["companies"]["A.X"]
    assert company["Production"] == pytest.approx(42)
    assert company["Production Cost"] == pytest.approx(0.6 * 280)
    assert company["FO&M Cost"] == pytest.approx(0.6 * 0.1)
    assert company["Net Revenue"] == pytest.approx(0.6 * 70 * (9 - 4))
    assert company["Net Profit"] == pytest.approx(0.6 * (350 - 0.1))
    assert found["companies"]["A.Y"]["Net Profit"] == pytest.approx(0.4 * (350 - 0.1))
