"""Builds, and what one phase hands down to the next; counted by hand (gas at 4, other gas at 9)."""

from typing import Any

import pytest
from tests.unit.planning.gas_fields.optimum import phases
from tests.unit.planning.gas_fields.worked import E8B, document


def built(**changes: object) -> list[float]:
    """Return what E8 builds in each year with other properties."""
    [field] = E8B["fields"]
    properties = {**field["properties"], **{name.replace("_", " "): one for name, one in changes.items()}}
    [phase] = phases({**E8B, "fields": [{**field, "properties": properties}]})
    return [round(one, 6) for one in phase["fields"]["F"]["intervals"]["Units Built"]]


def test_a_field_is_not_built_before_its_lead_time_and_its_start() -> None:
    cheap = {"Build_Cost": 1_000}
    assert built(**cheap) == [1, 0, 0]
    assert built(**cheap, Lead_Time=1) == [0, 1, 0]
    assert built(**cheap, Project_Start_Date="2028-06-01") == [0, 0, 1]
    assert built(**cheap, Max_Units_Built_in_Year=[{"value": 0, "to": "2028-01-01"}]) == [0, 1, 0]
    assert built(**cheap, Max_Units_Built=0) == [0, 0, 0]


def test_a_field_may_be_built_in_part_where_building_is_linear() -> None:
    linear = {"Expansion_Optimality": 0, "Max_Production_Year": 25_000, "Build_Cost": 4e5}
    # a whole unit costs 42,432 a year and gives 25,000: from the first year on it pays for what is needed
    assert built(**linear) == [0.6, 0.2, 0.2]
    assert built(**linear, Integerization_Horizon=1) == [0.6, 0.2, 0.2]
    assert built(**{**linear, "Expansion_Optimality": 2}) == [1, 0, 0]


def test_a_field_whose_life_ends_is_out_of_service_and_its_cost_is_paid_at_once() -> None:
    short = {"Build_Cost": 60_000, "Technical_Life": 1, "Economic_Life": 1}
    # the last year saves 125,000, the first 75,000; one unit may be built
    assert built(**short) == [0, 0, 1]


def test_fixed_charges_hold_from_building_on() -> None:
    # 110,000 a year, paid from the year of building on, is earned by the last year's 125,000 alone
    assert built(Build_Cost=0, **{"FO&M_Charge": 110_000}) == [0, 0, 1]


def linked(properties: dict[str, Any], *, step: int = 1) -> tuple[Any, Any]:
    """Return a medium-term plan of four days and the short-term schedule that follows it day by day."""
    file = document({"Initial Volume": 100, "Production Cost": 4, **properties}, [50, 50, 50, 50])
    file["phases"] = [
        {"phase": "MT Schedule", "interval": "day", "count": 4},
        {"phase": "ST Schedule", "interval": "day", "count": 4, "step": step},
    ]
    file["nodes"] = [{"id": "N", "demand": [50.0, 50, 50, 50], "alternative_cost": 9}]
    medium, short = phases(file)
    return medium, short


def volumes(phase: Any) -> list[float]:
    found: list[float] = phase["fields"]["F"]["intervals"]["End Volume"]
    return found


def test_targets_keep_a_schedule_on_the_way_of_the_longer_plan() -> None:
    # on the first two days a unit saves 1, on the others 5, and there is enough for two days only
    costs = [{"value": 8, "to": "2027-01-03"}, {"value": 4, "from": "2027-01-03"}]
    properties: dict[str, Any] = {"Initial Volume": 60, "Production Cost": costs, "Max Production": 30}
    medium, short = linked(properties)
    assert volumes(medium) == [60, 60, 30, 0]
    assert volumes(short) == pytest.approx(volumes(medium))
    assert volumes(linked({**properties, "Decomposition Method": 0})[1]) == [30, 0, 0, 0]


def test_shadow_prices_keep_gas_that_is_worth_more_later() -> None:
    file = document({"Initial Volume": 60, "Production Cost": 4, "Decomposition Method": 2}, [50, 50])
    file["phases"] = [
        {"phase": "MT Schedule", "interval": "day", "count": 2},
        {"phase": "ST Schedule", "interval": "day", "count": 2, "step": 1},
    ]
    # at its shadow price of 5 gas is worth as much in the field as at the node, where the other costs 9
    medium, short = phases(file)
    assert medium["fields"]["F"]["totals"]["Shadow Price"] == 5
    assert short["cost"] == pytest.approx(medium["cost"] + 5 * volumes(short)[-1])
    unlinked = phases(
        {
            **file,
            "fields": [
                {
                    **file["fields"][0],
                    "properties": {"Initial Volume": 60, "Production Cost": 4, "Decomposition Method": 0},
                }
            ],
        }
    )
    assert volumes(unlinked[1]) == [10, 0]


def test_what_is_built_is_in_service_in_the_schedule_below() -> None:
    file = {
        **E8B,
        "phases": [
            {"phase": "LT Plan", "interval": "year", "count": 3},
            {"phase": "ST Schedule", "interval": "month", "count": 36, "step": 12},
        ],
        "nodes": [
            {
                "id": "N",
                "demand": [15_000 / 12] * 12 + [20_000 / 12] * 12 + [25_000 / 12] * 12,
                "alternative_cost": 9,
            }
        ],
    }
    long, short = phases(file)
    assert long["fields"]["F"]["intervals"]["Units Built"] == [0, 0, 1]
    assert short["fields"]["F"]["intervals"]["Production"] == pytest.approx(
        [0.0] * 24 + [25_000 / 12 * 1_000] * 12
    )
    assert "Units Built" not in short["fields"]["F"]["intervals"]


def test_a_volume_returns_in_the_first_phase_and_in_others_only_where_nothing_is_handed_down() -> None:
    recycled = {"End Effects Method": 2, "Inventory Charge": 0}
    medium, short = linked(recycled)
    assert volumes(medium)[-1] == 100
    assert volumes(short) == [100] * 4
    medium, short = linked({**recycled, "Decomposition Method": 2})
    assert volumes(medium)[-1] == 100
    medium, short = linked({**recycled, "Decomposition Method": 0}, step=4)
    assert volumes(short)[-1] == 100


def test_capital_is_recovered_by_what_is_produced() -> None:
    [field] = E8B["fields"]
    own = {**field["properties"], "Model Capital Cost Recovery": 1}
    [phase] = phases({**E8B, "fields": [{**field, "properties": own}]})
    totals = phase["fields"]["F"]["totals"]
    assert totals["Recovery Price"] == pytest.approx(106_079.248 / 25_000, rel=1e-6)
    assert totals["Recovered Capital Cost"] == pytest.approx(106_079.248)
    assert totals["Build Cost"] == 1e6
    assert totals["Units Built"] == 1
