"""Products: which periods, firmness and routes an operator sells, and from when.

A period is classified by its runtime. The gas year starts on the first of a month that is rule data (October
in Europe), and quarters and months are counted from there. An operator that sells `ANY` runtime sells every
period of whole gas days, which is how first come first served works in most point-to-point networks.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from capacity.rights.model import Firmness, RouteKind
from linepack.gasday import PERIOD_DAYS_MAX, GasDay, Period
from linepack.ids import NetworkId
from market.commands.validation import Faults

HORIZON_DAYS_DEFAULT = 15 * 366
"""Capacity is offered for at most 15 gas years ahead (Regulation (EU) 2017/459, Article 11)."""

HORIZON_DAYS_MAX = PERIOD_DAYS_MAX
"""No horizon is longer than the longest contract."""


class Runtime(StrEnum):
    """The standard length that a product runs for.

    ANY among the runtimes on sale is every period of whole gas days; as the runtime of a period, and of a
    tariff, it is one that is no standard product.
    """

    YEARLY = "YEARLY"
    QUARTERLY = "QUARTERLY"
    MONTHLY = "MONTHLY"
    DAILY = "DAILY"
    ANY = "ANY"


_MONTHS = {Runtime.YEARLY: 12, Runtime.QUARTERLY: 3, Runtime.MONTHLY: 1}


@dataclass(frozen=True, slots=True)
class ProductRules:
    """What an operator sells on a network first come first served, from gas day `valid_from` on.

    The first gas day of a booking is at least `lead_days` and its last less than `horizon_days` after the gas
    day of the booking. With `allows_negative_prices` tariffs, offers and bids may pay the party that takes
    the capacity.
    """

    network_id: NetworkId
    valid_from: GasDay
    runtimes: frozenset[Runtime] = frozenset(Runtime)
    firmness: frozenset[Firmness] = frozenset(Firmness)
    route_kinds: frozenset[RouteKind] = frozenset(RouteKind)
    lead_days: int = 0
    horizon_days: int = HORIZON_DAYS_DEFAULT
    gas_year_month: int = 10
    allows_negative_prices: bool = False

    def runtime(self, period: Period) -> Runtime:
        """Return the standard runtime that `period` is exactly one of, else ANY."""
        for runtime, months in _MONTHS.items():
            starts_well = period.start.day == 1 and (period.start.month - self.gas_year_month) % months == 0
            if starts_well and period.end == _months_after(period.start, months):
                return runtime
        return Runtime.DAILY if period.days == 1 else Runtime.ANY

    def on_sale(self, today: GasDay) -> Period:
        """Return the gas days that can be booked on gas day `today`."""
        return Period(today + timedelta(days=self.lead_days), today + timedelta(days=self.horizon_days))

    def check(
        self,
        faults: Faults,
        *,
        kind: RouteKind | None,
        firmness: Firmness,
        period: Period | None,
        today: GasDay,
    ) -> None:
        """Note every reason why this is not a product on sale; `today` is the gas day of the booking.

        What is None has a fault already.
        """
        if kind is not None and kind not in self.route_kinds:
            faults.add("receipt", f"this network sells {_listed(self.route_kinds)} rights, not {kind}")
        if firmness not in self.firmness:
            faults.add("firmness", f"this network sells {_listed(self.firmness)} capacity, not {firmness}")
        if period is not None:
            self._check_period(faults, period, self.on_sale(today))

    def _check_period(self, faults: Faults, period: Period, on_sale: Period) -> None:
        faults.require(
            period.start >= on_sale.start, "start", f"the first gas day on sale is {on_sale.start}"
        )
        faults.require(period.end <= on_sale.end, "end", f"gas days before {on_sale.end} are on sale")
        runtime = self.runtime(period)
        if runtime not in self.runtimes and Runtime.ANY not in self.runtimes:
            label = "no standard product" if runtime is Runtime.ANY else f"a {runtime.lower()} product"
            sold = _listed(self.runtimes).lower()
            faults.add("end", f"{period} is {label}; this network sells {sold} products")


def _months_after(first: GasDay, months: int) -> GasDay:
    month = first.month - 1 + months
    return first.replace(year=first.year + month // 12, month=month % 12 + 1)


def _listed(values: frozenset[Runtime] | frozenset[Firmness] | frozenset[RouteKind]) -> str:
    return ", ".join(sorted(value.value for value in values)) or "no"
