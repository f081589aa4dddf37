"""What is wrong between properties is named by one of them, with the figures."""

import pytest
from tests.unit.planning.gas_fields.worked import document

from linepack.problems import InvalidInput
from planning.gas_fields.study.document import read_study


def faults(properties: dict[str, object], **members: object) -> list[str]:
    """Return the faults of a file in which a field has these properties."""
    try:
        read_study(document(properties, [1, 1], **members))  # type: ignore[arg-type]
    except InvalidInput as refused:
        return [str(one).removeprefix("fields[0].") for one in refused.faults]
    return []


RATCHET = {"Withdrawal Ratchet": 100, "Withdrawal Volume Factor": [50, 50]}


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        (
            {"Min Production": 5, "Max Production": 4},
            "Min Production: 5 is more than the Max Production of 4",
        ),
        (
            {"Min Production Week": [{"value": 9, "from": "2027-03-01"}], "Max Production Week": 8},
            "Min Production Week: 9 is more than the Max Production Week of 8 from 2027-03-01 on",
        ),
        (
            {"Min Production Target Percent": 80, "Max Production Target Percent": 20},
            "Min Production Target Percent: 80 is more than the Max Production Target Percent of 20",
        ),
        ({"Production Volume": [500, 400]}, "Production Volume: band 2 must end later than at 400"),
        (
            {"Production Cost": [{"value": 1, "band": 3}, {"value": 1, "band": 1}]},
            "Production Cost: has a band 3 and no band 2",
        ),
        (
            {"Units": [{"value": 1, "from": "2027-01-01"}, {"value": 0, "from": "2027-01-01"}]},
            "Units: has two values for band 1 from the same gas day on",
        ),
        (
            {"Outage Max Production": 5, "Max Production": 4},
            "Outage Max Production: 5 is more than the Max Production of 4",
        ),
        (
            {"Repair Time Distribution": 2, "Min Time To Repair": 30, "Max Time To Repair": 40},
            "Mean Time to Repair: 24 h must lie between 30 and 40",
        ),
        ({"Repair Time Distribution": 4}, "Repair Time Shape: must be above 0"),
        (
            {"Min Time To Repair": 50, "Max Time To Repair": 40},
            "Min Time To Repair: 50 h is more than the Max Time To Repair of 40 h",
        ),
        ({"Forced Outage Rate": 5, "Mean Time to Repair": 0}, "Mean Time to Repair: must be above 0"),
        (
            {"Production Tranches": 3, "Production Volume": [5]},
            "Production Tranches: cannot be above 1 where bands",
        ),
        ({"Production Tranches": 3, "Production Cost": [1, 2, 3]}, "Production Tranches: takes one"),
        (RATCHET, "Withdrawal Rate Scalar: needs as many bands"),
        (
            {**RATCHET, "Withdrawal Rate Scalar": [1, 1], "Withdrawal Volume Factor": [50, 40]},
            "Withdrawal Volume Factor: the bands must add up to 100 %, not 90 %",
        ),
        (
            {
                **RATCHET,
                "Withdrawal Volume Factor": [40, 30, 30],
                "Withdrawal Rate Scalar": [50, 30, 20],
                "Ratchet Type": 2,
            },
            "Ratchet Type: 2 needs rates that rise ever more slowly",
        ),
        (
            {**RATCHET, "Withdrawal Rate Scalar": [80, 20], "Initial Volume": 0},
            "Initial Volume: must be above 0 for a Withdrawal Ratchet",
        ),
    ],
)
def test_a_contradiction_is_named_by_its_property(properties: dict[str, object], expected: str) -> None:
    found = faults(properties)
    assert len(found) == 1
    assert found[0].startswith(f"properties.{expected}")


def test_a_ratchet_whose_rates_rise_ever_more_slowly_may_be_convex() -> None:
    assert faults({**RATCHET, "Withdrawal Rate Scalar": [20, 80], "Ratchet Type": 2}) == []


def test_blends_and_shares_are_checked_where_they_belong() -> None:
    blend = {"N": {"Min Blend Percent": 60, "Max Blend Percent": 40}}
    assert faults({}, nodes=blend) == [
        "nodes.N.Min Blend Percent: 60 is more than the Max Blend Percent of 40"
    ]
    assert faults({}, companies={"A": {"Share": 60}, "B": {"Share": 30}}) == [
        "companies.Share: the shares of its companies are 90 % together, not 100 %"
    ]
