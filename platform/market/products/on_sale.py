"""Which gas days can be booked on a gas day, and why others cannot: what is not on sale is never offered."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from capacity.feasibility.questions.availability import AvailableCapacity
from linepack.gasday import GasDay, Period
from market.products.model import ProductRules


class NotOnSale(StrEnum):
    """Why gas days cannot be booked."""

    TOO_LATE = "too_late"
    TOO_EARLY = "too_early"


@dataclass(frozen=True, slots=True)
class Offered:
    """What a route offers on the gas days of its period; nothing, and why, where they are not on sale."""

    capacity: AvailableCapacity
    not_on_sale: NotOnSale | None


def on_sale_spans(
    rules: ProductRules, period: Period, today: GasDay
) -> list[tuple[Period, NotOnSale | None]]:
    """Return `period` cut at the first and the last gas day on sale, each part with why it is not."""
    on_sale = rules.on_sale(today)
    parts = [
        (date.min, on_sale.start, NotOnSale.TOO_LATE),
        (on_sale.start, on_sale.end, None),
        (on_sale.end, date.max, NotOnSale.TOO_EARLY),
    ]
    cut = [(max(start, period.start), min(end, period.end), reason) for start, end, reason in parts]
    return [(Period(start, end), reason) for start, end, reason in cut if start < end]


def offered(
    stretches: Iterable[AvailableCapacity], spans: Iterable[tuple[Period, NotOnSale | None]]
) -> Iterator[Offered]:
    """Yield `stretches`, in order, cut where `spans` are; what is not on sale offers nothing."""
    spans = list(spans)
    for stretch in stretches:
        for period, reason in spans:
            own = stretch.period.overlap(period)
            if own is not None and reason is None:
                yield Offered(replace(stretch, period=own), None)
            elif own is not None:
                yield Offered(replace(stretch, period=own, available=0, interruptible_left=0), reason)
