"""The properties of a field as figures of a phase's intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity.solvers.port import Reals
from planning.gas_fields.properties.contradictions import ratchet_points
from planning.gas_fields.properties.definitions import UNBOUNDED
from planning.gas_fields.properties.values import Values
from planning.gas_fields.schedule.frame import PERIODS, Frame, Periods
from planning.gas_fields.study.calendar import Length
from planning.gas_fields.study.model import Field

BALANCE: Mapping[int, Length | None] = {
    0: None,
    1: Length.DAY,
    2: Length.WEEK,
    3: Length.MONTH,
    4: Length.YEAR,
    5: Length.QUARTER,
    6: Length.SIX_HOURS,
}
"""The periods of Balance Period; 5 is not documented where the others are, and taken for a quarter."""


@dataclass(frozen=True, slots=True)
class Outage:
    """What a field cannot produce.

    out : the share of each interval in which it is out, float64 (intervals,)
    allowed : what it may produce then in an interval of the last phase, float64 (intervals,)
    forced, maintenance : hours out by what causes it, float64 (intervals,)
    """

    out: Reals
    allowed: Reals
    forced: Reals
    maintenance: Reals


@dataclass(frozen=True, slots=True)
class PeriodLimits:
    """Limits of production in the periods of one length.

    name : how the names of the properties end
    least, most, ramp : of each interval's period, float64 (intervals,); 0 and infinity are none
    """

    name: str
    periods: Periods
    least: Reals
    most: Reals
    ramp: Reals


@dataclass(frozen=True, slots=True)
class Targets:
    """Volumes to be held at the end of the periods of one length, float64 (intervals,); 0 is none."""

    name: str
    periods: Periods
    volumes: Reals


@dataclass(frozen=True, slots=True)
class FieldData:
    """A field in a phase; arrays are float64 (intervals,) if nothing else is said.

    costs : what a unit costs, by band, float64 (bands, intervals)
    thresholds : what is produced since the last reset when a band ends, float64 (bands,)
    resets : whether counting begins anew with an interval; balances : whether the volume counts after it
    """

    field: Field
    units: Reals
    costs: Reals
    production_costs: Reals
    thresholds: Reals
    resets: NDArray[np.bool_]
    injections: Reals
    balances: NDArray[np.bool_]
    limits: Sequence[PeriodLimits]
    targets: Sequence[Targets]
    target_penalties: Reals
    target_least: Reals
    target_most: Reals
    ratchet: Reals
    ratchet_points: Sequence[tuple[float, float]]
    inventory_charges: Reals
    fixed_charges: Reals
    outage: Outage

    @property
    def values(self) -> Values:
        """The field's own properties."""
        return self.field.values

    @property
    def is_candidate(self) -> bool:
        """Whether it may be built."""
        return self.values.value("Max Units Built") > 0

    @property
    def are_costs_constant(self) -> bool:
        """Whether no band's cost changes with time."""
        return bool((self.costs == self.costs[:, :1]).all())

    @property
    def volume_max(self) -> float:
        """More than this is never in the field."""
        return self.values.value("Initial Volume") + float(np.maximum(self.injections, 0.0).sum())


def field_data(field: Field, frame: Frame, outage: Outage) -> FieldData:
    """Return a field's figures in a phase."""
    values, days = field.values, frame.days
    production_costs, costs, thresholds = _bands(values, frame)
    balance = BALANCE[int(values.value("Balance Period"))]
    ratchet = values.limits("Withdrawal Ratchet", days)
    return FieldData(
        field=field,
        units=values.over("Units", days),
        costs=costs,
        production_costs=production_costs,
        thresholds=thresholds,
        resets=_events(values, "Reset Production Volumes", frame) != 0.0,
        injections=_events(values, "External Injection", frame),
        balances=frame.periods(balance).ends,
        limits=_limits(values, frame),
        targets=[
            Targets(name, frame.periods(length), values.over(f"Target{name}", days))
            for name, length in PERIODS.items()
            if values.has(f"Target{name}")
        ],
        target_penalties=values.over("Target Penalty", days),
        target_least=values.over("Min Production Target Percent", days),
        target_most=values.over("Max Production Target Percent", days),
        ratchet=ratchet,
        ratchet_points=ratchet_points(values) if np.isfinite(ratchet).any() else [],
        inventory_charges=values.over("Inventory Charge", days),
        fixed_charges=values.over("FO&M Charge", days),
        outage=outage,
    )


def _limits(values: Values, frame: Frame) -> list[PeriodLimits]:
    """Return the limits that a field has; those without a period always."""
    found = []
    for name, length in PERIODS.items():
        names = [f"{kind}{name}" for kind in ("Min Production", "Max Production", "Max Ramp")]
        if name == "" or any(values.has(one) for one in names):
            least, most, ramp = (values.limits(one, frame.days) for one in names)
            found.append(PeriodLimits(name, frame.periods(length), least, most, ramp))
    return found


def _bands(values: Values, frame: Frame) -> tuple[Reals, Reals, Reals]:
    """Return the cost of production by band, with that of dispatch, and the thresholds of the bands."""
    tranches = int(values.value("Production Tranches"))
    if tranches > 1:
        return _tranches(values, frame, tranches)
    count = max(values.bands("Production Volume"), 1)
    thresholds = np.array([values.value("Production Volume", band + 1) for band in range(count)])
    if thresholds[-1] < UNBOUNDED and values.bands("Production Cost") > count:
        count, thresholds = count + 1, np.append(thresholds, UNBOUNDED)
    thresholds[thresholds >= UNBOUNDED] = np.inf
    own = np.array([values.over("Production Cost", frame.days, band + 1) for band in range(count)])
    dispatch = [values.over("Dispatch Production Cost", frame.days, band + 1) for band in range(count)]
    return own, own + np.array(dispatch), thresholds


def _tranches(values: Values, frame: Frame, count: int) -> tuple[Reals, Reals, Reals]:
    """Return as many equal bands of the initial volume, with costs from the first one given to the last."""
    own, dispatch = (
        np.linspace(
            values.over(name, frame.days, 1),
            values.over(name, frame.days, max(values.bands(name), 1)),
            count,
        )
        for name in ("Production Cost", "Dispatch Production Cost")
    )
    thresholds = values.value("Initial Volume") * np.arange(1, count + 1) / count
    thresholds[-1] = np.inf
    return own, own + dispatch, thresholds


def _events(values: Values, name: str, frame: Frame) -> Reals:
    """Return what is given for gas days, each value in the interval that its first gas day is in."""
    found = np.zeros(frame.count)
    for one in values.given.get(name, ()):
        hour = 0.0 if one.start is None else frame.calendar.hour(one.start)
        place = int(np.searchsorted(frame.edges, hour, side="right")) - 1
        if 0 <= place < frame.count:
            found[place] += one.value
    return found
