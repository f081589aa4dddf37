"""Values of published indices that prices on a network follow, as its operator publishes them.

A value is for one index and gas day, per commercial unit and gas day, in the network's currency. Values are
never changed: a later one for the same day corrects the one before and has the next revision. Which value a
price takes, and what it takes until there is one: `capacity.contracts.pricing.index_values`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from capacity.contracts.pricing.calculation import number_fault
from linepack.gasday import GAS_DAY_FIRST, GAS_DAY_LAST, GasDay
from linepack.ids import NetworkId, PartyId
from linepack.problems import Fault

NAME_LENGTH_MAX = 64
VALUES_MAX = 4_000
"""Values published at once: ten years of gas days."""


@dataclass(frozen=True, slots=True)
class StatedValue:
    """A value as it was given; `place` is where, to be named in faults."""

    index: str
    day: GasDay
    value: Decimal
    place: str


@dataclass(frozen=True, slots=True)
class IndexValue:
    """A value as it was published; revision 1 is the first for its gas day."""

    network_id: NetworkId
    index: str
    day: GasDay
    value: Decimal
    revision: int
    published_by: PartyId
    published_at: datetime


def value_faults(stated: Sequence[StatedValue]) -> Iterator[Fault]:
    """Yield every fault of values that are to be published together."""
    if not 0 < len(stated) <= VALUES_MAX:
        yield Fault("values", f"1 to {VALUES_MAX:,} values are published at once, not {len(stated):,}")
    first_at: dict[tuple[str, GasDay], str] = {}
    for one in stated:
        if not 0 < len(one.index) <= NAME_LENGTH_MAX or not one.index.isprintable():
            yield Fault(
                f"{one.place}.index", f"an index is named by 1 to {NAME_LENGTH_MAX} printable characters"
            )
        elif one.index != one.index.strip():
            yield Fault(f"{one.place}.index", "the name of an index has no white space around it")
        if not GAS_DAY_FIRST <= one.day <= GAS_DAY_LAST:
            yield Fault(f"{one.place}.day", f"must be from {GAS_DAY_FIRST} to {GAS_DAY_LAST}")
        if (wrong := number_fault(one.value, f"{one.place}.value")) is not None:
            yield wrong
        if (before := first_at.setdefault((one.index, one.day), one.place)) != one.place:
            yield Fault(one.place, f"{before} has a value of {one.index} for {one.day} already")
