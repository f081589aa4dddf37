"""Index values that settlement has received, and which of them were known when an entry was posted.

Publications are numbered 1, 2, 3, … in the order in which settlement received them. An entry was posted with
the publications whose `after_sequence`, the last entry before them, is less than its sequence. Of several
known values for a gas day the one published last is in force, whenever it was received.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from capacity.contracts.pricing.index_values import IndexHistory, IndexValues
from linepack.gasday import GasDay
from linepack.ids import NetworkId


@dataclass(frozen=True, slots=True)
class PublishedValues:
    """What one event publishes: values of an index for some gas days."""

    network_id: NetworkId
    index: str
    values: Mapping[GasDay, Decimal]


@dataclass(frozen=True, slots=True)
class ReceivedValue:
    """A value of an index for a gas day; `position` is that of the event that published it."""

    publication: int
    after_sequence: int
    position: int
    index: str
    day: GasDay
    value: Decimal


class ReceivedValues:
    """Values of some indices, with all that was ever published of them."""

    def __init__(self, values: Sequence[ReceivedValue]) -> None:
        """`values` are in the order in which they were received."""
        self._values = values
        self._known: dict[int, IndexHistory] = {}

    def known_before(self, sequence: int | None) -> int:
        """Return how many values were known when the entry of that sequence was posted; now, without one."""
        if sequence is None:
            return len(self._values)
        return bisect_left(self._values, sequence, key=lambda one: one.after_sequence)

    def known_with(self, publication: int) -> int:
        """Return how many values were known once the publication of that number was received."""
        return bisect_left(self._values, publication + 1, key=lambda one: one.publication)

    def values(self, known: int, *, estimated: int | None = None) -> IndexValues:
        """Return what is known by the first `known` values; estimates are by the first `estimated`."""
        return IndexValues(self._history(known), None if estimated is None else self._history(estimated))

    def _history(self, count: int) -> IndexHistory:
        if count not in self._known:
            newest: dict[str, dict[GasDay, ReceivedValue]] = {}
            for one in self._values[:count]:
                of_index = newest.setdefault(one.index, {})
                if one.day not in of_index or of_index[one.day].position < one.position:
                    of_index[one.day] = one
            self._known[count] = {
                index: {day: one.value for day, one in values.items()} for index, values in newest.items()
            }
        return self._known[count]
