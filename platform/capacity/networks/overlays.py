"""Effective capacity: what each edge carries on a gas day, once dated overlays are applied.

Pure. Overlays (maintenance, season, derating) multiply where they meet on one edge and day; the product is
exact (the factors are taken as the decimals they are written as) and rounded down to whole units. An edge
without bound stays so under any factor but 0, which closes it. Equal neighbouring days are one segment.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from capacity.networks.model import Network, Overlay
from linepack.gasday import GasDay, Period

FACTOR_MAX = 2.0


@dataclass(frozen=True, slots=True)
class DayCapacities:
    """Capacities of one kind of day, in whole commercial units, in the order of the network's edges.

    None is without bound. Equal days have equal (and equally hashed) capacities.
    """

    forward: tuple[int | None, ...]
    backward: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """Neighbouring gas days with the same capacities."""

    period: Period
    capacities: DayCapacities


def on_day(network: Network, overlays: Iterable[Overlay], day: GasDay) -> DayCapacities:
    """Return the capacities of one gas day."""
    return _effective(network, _factors(o for o in overlays if day in o.period))


def segments(network: Network, overlays: Iterable[Overlay], period: Period) -> list[Segment]:
    """Return `period` cut into segments, in order, without gap; neighbours differ."""
    present = [overlay for overlay in overlays if overlay.period.overlap(period)]
    cuts = {period.start, period.end}
    for overlay in present:
        cuts |= {day for day in (overlay.period.start, overlay.period.end) if day in period}
    found: list[Segment] = []
    for start, end in pairwise(sorted(cuts)):
        capacities = on_day(network, present, start)
        if found and found[-1].capacities == capacities:
            found[-1] = Segment(Period(found[-1].period.start, end), capacities)
        else:
            found.append(Segment(Period(start, end), capacities))
    return found


def _factors(overlays: Iterable[Overlay]) -> dict[str, Fraction]:
    factors: dict[str, Fraction] = {}
    for overlay in overlays:
        exact = Fraction(Decimal(repr(overlay.factor)))
        factors[overlay.edge_id] = factors.get(overlay.edge_id, Fraction(1)) * exact
    return factors


def _effective(network: Network, factors: dict[str, Fraction]) -> DayCapacities:
    ids = [edge.id for edge in network.edges]
    forward = [edge.capacity_forward for edge in network.edges]
    backward = [edge.capacity_backward for edge in network.edges]
    return DayCapacities(_scaled(ids, forward, factors), _scaled(ids, backward, factors))


def _scaled(
    ids: Sequence[str], capacities: Sequence[int | None], factors: dict[str, Fraction]
) -> tuple[int | None, ...]:
    if not factors:
        return tuple(capacities)
    return tuple(
        _times(capacity, factors[edge_id]) if edge_id in factors else capacity
        for edge_id, capacity in zip(ids, capacities, strict=True)
    )


def _times(capacity: int | None, factor: Fraction) -> int | None:
    if capacity is None:
        return 0 if factor == 0 else None
    return math.floor(capacity * factor)
