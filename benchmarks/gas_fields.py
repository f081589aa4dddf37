"""Benchmark of gas-field plans: decades with builds, and a year of hours in daily steps.

The peer is the same linear programme as one would write it in linopy, one variable for each band, field and
interval, built and solved by HiGHS.

`python -m benchmarks gas-fields` prints it; `run` returns it.
"""

import math
import time
from collections.abc import Iterator
from typing import Any, Final

import linopy
import numpy as np
import xarray as xr
from benchmarks.feasibility_peers import without_output
from benchmarks.report import Row, compared, show, within

from capacity.solvers.highs import Highs
from planning.gas_fields.plan import planned

FIELDS: Final = 10
YEARS: Final = 25
HOURS: Final = 8_760
AIM_LONG_S: Final = 30.0
AIM_SHORT_S: Final = 60.0
SECONDS: Final = 600.0


def run() -> list[Row]:
    """Return the rows; takes a minute."""
    return [*decades(), *year_of_hours()]


def decades() -> Iterator[Row]:
    """25 years of quarters, ten fields of two bands, five of them to be built."""
    seconds, _ = _planned(_long_term(can_build=True))
    name = f"{YEARS} years of quarters, {FIELDS} fields, half of them to be built: a plan with proof"
    yield within(name, seconds, AIM_LONG_S)
    file = _long_term(can_build=False)
    ours, cost = _planned(file)
    theirs, peer_cost = _by_linopy(file)
    if abs(cost / peer_cost - 1.0) > 1e-6:
        raise AssertionError(f"linopy finds {peer_cost}, not {cost}")
    yield compared(
        f"{YEARS} years of quarters, nothing to be built – built and solved by linopy", ours, theirs
    )


def year_of_hours() -> Iterator[Row]:
    """A year by weeks, and by hours in daily steps that follow it."""
    seconds, _ = _planned(_year())
    yield within(f"{HOURS:,} hours in daily steps with the next day in view, 3 fields", seconds, AIM_SHORT_S)


def _planned(file: dict[str, Any]) -> tuple[float, float]:
    """Return how long a plan takes, and what it costs."""
    started = time.perf_counter()
    plan = planned(file, Highs(), SECONDS)
    seconds = time.perf_counter() - started
    cost = plan.result["cost"]
    if not plan.is_feasible or not isinstance(cost, float):
        raise AssertionError("there is a plan")
    return seconds, cost


def _long_term(*, can_build: bool) -> dict[str, Any]:
    fields = []
    for number in range(FIELDS):
        properties: dict[str, Any] = {
            "Initial Volume": 60_000 + 5_000 * number,
            "Production Volume": [20_000 + 2_000 * number, 60_000 + 5_000 * number],
            "Production Cost": [3 + 0.2 * number, 4 + 0.2 * number],
            "Max Production Year": 5_000 + 200 * number,
        }
        if can_build and number >= FIELDS // 2:
            properties |= {
                "Units": 0,
                "Max Units Built": 1,
                "Build Cost": 20_000 + 1_000 * number,
                "Economic Life": 20,
                "WACC": 8,
                "Lead Time": number % 4,
            }
        fields.append({"id": f"F{number}", "properties": properties, "nodes": {"N": {}}})
    node = {"id": "N", "demand": [7_000, 4_000, 3_000, 6_000], "growth_percent": 2, "alternative_cost": 9}
    phase = {"phase": "LT Plan", "interval": "quarter", "count": 4 * YEARS}
    return {"start": "2027-01-01", "phases": [phase], "fields": fields, "nodes": [node]}


def _year() -> dict[str, Any]:
    fields = [
        {
            "id": f"F{number}",
            "properties": {
                "Initial Volume": 200_000,
                "Max Production Hour": 20 + number,
                "Max Production Day": 400,
                "Max Production Year": 100_000,
                "Max Ramp Hour": 5,
                "Production Cost": 4 + number,
                "Forced Outage Rate": 5,
            },
            "nodes": {"N": {}},
        }
        for number in range(3)
    ]
    demand = [
        50 + 15 * math.cos(2 * math.pi * hour / HOURS) + 5 * math.sin(2 * math.pi * hour / 24)
        for hour in range(HOURS)
    ]
    return {
        "start": "2027-01-01",
        "phases": [
            {"phase": "MT Schedule", "interval": "day", "count": 365},
            {"phase": "ST Schedule", "interval": "hour", "count": HOURS, "step": 24, "look_ahead": 24},
        ],
        "fields": fields,
        "nodes": [{"id": "N", "demand": demand, "alternative_cost": 9}],
        "outages": {"method": "drawn"},
    }


def _by_linopy(file: dict[str, Any]) -> tuple[float, float]:
    """Return how long the peer takes for a plan without builds, and what it costs."""
    started = time.perf_counter()
    count = 4 * YEARS
    own = [one["properties"] for one in file["fields"]]
    demand = np.resize(file["nodes"][0]["demand"], count) * 1.02 ** (np.arange(count) // 4)
    model = linopy.Model()
    fields, bands, times = ("field", range(FIELDS)), ("band", range(2)), ("time", range(count))

    def variables(name: str, *axes: tuple[str, range]) -> Any:
        return model.add_variables(
            lower=0, coords=[one for _, one in axes], dims=[one for one, _ in axes], name=name
        )

    produced, volume = variables("produced", fields, bands, times), variables("volume", fields, times)
    other = variables("other", times)
    of_fields = produced.sum("band")
    widths = np.array([[one["Production Volume"][0], np.diff(one["Production Volume"])[0]] for one in own])
    model.add_constraints(produced.sum("time") <= xr.DataArray(widths, dims=["field", "band"]), name="bands")
    initial = xr.DataArray([one["Initial Volume"] for one in own], dims="field")
    before = volume.shift(time=1).fillna(0)
    model.add_constraints((volume - before + of_fields).isel(time=slice(1, None)) == 0, name="balances")
    model.add_constraints((volume + of_fields).isel(time=0) == initial, name="first_balance")
    most = xr.DataArray([one["Max Production Year"] for one in own], dims="field")
    for year in range(YEARS):
        quarters = slice(4 * year, 4 * year + 4)
        model.add_constraints(of_fields.isel(time=quarters).sum("time") <= most, name=f"year_{year}")
    model.add_constraints(of_fields.sum("field") + other == xr.DataArray(demand, dims="time"), name="demand")
    costs = xr.DataArray([one["Production Cost"] for one in own], dims=["field", "band"])
    model.add_objective((produced * costs).sum() + (9 * other).sum())
    with without_output():
        model.solve("highs", output_flag=False, threads=1)
    return time.perf_counter() - started, float(model.objective.value or 0.0)


if __name__ == "__main__":
    show("Gas fields", run())
