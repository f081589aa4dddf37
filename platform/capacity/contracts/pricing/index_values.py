"""Which value of a published index a price takes on a gas day: its own, or an estimate until that is known.

The estimate is the value of the last gas day before that has one, carried forward. Which values are known,
and which of them an estimate may come from, is for the caller to say: both change with time, a price does
not. Values are per commercial unit and gas day in the currency of the price.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from capacity.contracts.pricing.calculation import PricingContext
from linepack.gasday import GasDay

IndexHistory = Mapping[str, Mapping[GasDay, Decimal]]
"""The values of some indices that are known, by gas day."""


class IndexValues:
    """What is known of some indices; as a function of a gas day, the circumstances of a price on it.

    Estimates come from `estimates`, or from what is known where they are not given. An index that has no
    value on the gas day nor before is left out: a price that follows it raises IndexValueMissing.
    """

    def __init__(self, known: IndexHistory, estimates: IndexHistory | None = None) -> None:
        self._known = known
        self._carried = {
            index: _Carried.of(values)
            for index, values in (known if estimates is None else estimates).items()
        }

    def __call__(self, day: GasDay) -> PricingContext:
        """Return the circumstances of a gas day."""
        values: dict[str, Decimal] = {}
        estimated_from: dict[str, GasDay] = {}
        for index in self._known.keys() | self._carried.keys():
            if (value := self._known.get(index, {}).get(day)) is not None:
                values[index] = value
            elif before := self._carried[index].last_before(day) if index in self._carried else None:
                estimated_from[index], values[index] = before
        return PricingContext(day, index_values=values, estimated_from=estimated_from)

    def is_known(self, indices: Iterable[str], day: GasDay) -> bool:
        """Return whether every one of some indices has its own value for a gas day."""
        return all(day in self._known.get(index, {}) for index in indices)


@dataclass(frozen=True, slots=True)
class _Carried:
    days: list[GasDay]
    values: list[Decimal]

    @classmethod
    def of(cls, values: Mapping[GasDay, Decimal]) -> "_Carried":
        days = sorted(values)
        return cls(days, [values[day] for day in days])

    def last_before(self, day: GasDay) -> tuple[GasDay, Decimal] | None:
        place = bisect_right(self.days, day) - 1
        return (self.days[place], self.values[place]) if place >= 0 else None
