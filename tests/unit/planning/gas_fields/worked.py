"""The worked answers E1 to E10 as files: prices in $/GJ, gas in TJ, costs in thousands of dollars."""

from collections.abc import Mapping, Sequence
from typing import Any

AMPLE = 1e5
"""An initial volume that no case uses up."""


def document(
    properties: Mapping[str, Any],
    demand: Sequence[float],
    *,
    alternative: float | None = 9.0,
    interval: str = "day",
    phase: str = "MT Schedule",
    step: int | None = None,
    **members: Any,
) -> dict[str, Any]:
    """Return a file with one field that feeds one node."""
    node: dict[str, object] = {"id": "N", "demand": [*demand]}
    if alternative is not None:
        node["alternative_cost"] = alternative
    own: dict[str, object] = {"phase": phase, "interval": interval, "count": len(demand)}
    if step is not None:
        own["step"] = step
    field = {"id": "F", "properties": {"Initial Volume": AMPLE, **properties}, "nodes": {"N": {}}, **members}
    return {"start": "2027-01-01", "phases": [own], "fields": [field], "nodes": [node]}


E1 = document(
    {"Initial Volume": 1000, "Production Volume": [500, 800, 1000], "Production Cost": [10, 20, 30]},
    [50.0] * 20,
    alternative=None,
)
E1B = document(
    {"Initial Volume": 1000, "Production Volume": [500, 800, 1000], "Production Cost": [30, 20, 10]},
    [50.0] * 12,
    alternative=None,
)
E2 = document({"Initial Volume": 100, "Max Production Day": 60, "Production Cost": 4}, [50, 80])
E3 = document({"Max Production Week": 200, "Max Production Day": 60, "Production Cost": 4}, [50.0] * 7)
E4 = document({"Max Ramp Day": 10, "Production Cost": 4}, [20, 60, 60], production_before=20)
E5 = document(
    {"Initial Volume": 1000, "Target Month": 400, "Target Penalty": 3, "Production Cost": 4},
    [700],
    interval="month",
)
E5_HARD = document(
    {"Initial Volume": 1000, "Target Month": 400, "Production Cost": 4}, [700], interval="month"
)
RATCHET: dict[str, Any] = {
    "Initial Volume": 1000,
    "Withdrawal Ratchet": 100,
    "Withdrawal Volume Factor": [40, 30, 30],
    "Withdrawal Rate Scalar": [50, 30, 20],
    "Production Cost": 4,
}
E6 = document(RATCHET, [100.0] * 25)


def shortfall(alternative: float) -> dict[str, Any]:
    """Return E7: a day's schedule that is to leave 600 in the field, each of them worth 5."""
    return document(
        {"Initial Volume": 600},
        [600],
        alternative=alternative,
        phase="ST Schedule",
        inherited={"volume": 600, "shadow_price": 5},
    )


E8B = document(
    {
        "Initial Volume": 1e6,
        "Units": 0,
        "Max Units Built": 1,
        "Build Cost": 1e6,
        "WACC": 10,
        "Economic Life": 30,
        "Production Cost": 4,
    },
    [15_000, 20_000, 25_000],
    interval="year",
    phase="LT Plan",
)
E10 = document(
    {
        "Initial Volume": 100,
        "External Injection": [{"value": 10, "from": f"2027-01-0{day}"} for day in range(1, 6)],
        "End Effects Method": 2,
    },
    [100.0] * 5,
)
