"""How full each edge is, in stretches of gas days alike: by one flow of everything booked, and at the worst.

The *expected* flow uses all firm rights at once and is one of possibly many. The *worst* is the most that any
balanced nomination within the firm rights forces through an edge in a direction, with all other edges as full
as they may be; what is left beyond it is the edge's *headroom*: a request that needs more of the edge is
refused, whatever the expected flow is. Exact: on bridges the worst nomination fills nothing else, and where
gas may go other ways the tightest bond through the edge says how much cannot.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from capacity.feasibility.bonds.tightest import TightestBonds
from capacity.feasibility.flow.flow_network import UNBOUNDED, FlowNetwork, Integers
from capacity.feasibility.flow.load_cases import LoadCase
from capacity.feasibility.flow.max_flow import ENDLESS, settled_flow
from linepack.gasday import Period

UNSTATED: Final = -1
"""A capacity without bound, and what follows from one."""
DAYS_KEPT_MAX: Final = 1_000
"""Kinds of gas day whose usage is kept."""

_Used = tuple[Integers, Integers, Integers]
"""Flow, and what is spare forward and backward, int64 (edges,)."""


@dataclass(frozen=True, slots=True, eq=False)
class NetworkUsage:
    """How full each edge is over a period; int64 (edges, stretches), whole units.

    `flow` is negative from head to tail. The others are UNSTATED where the edge has no bound; the worst and
    the headroom also where it lies on too many cycles to say. Where more is sold than can be carried the
    worst is above the capacity, and the headroom 0.
    """

    stretches: tuple[Period, ...]
    flow: Integers
    capacity_forward: Integers
    capacity_backward: Integers
    worst_forward: Integers
    worst_backward: Integers
    headroom_forward: Integers
    headroom_backward: Integers


class UsageView:
    """The usage of one network, kept by kind of gas day. May be asked from several threads."""

    def __init__(self, network: FlowNetwork, tightest: TightestBonds) -> None:
        self._network, self._tightest = network, tightest
        self._kept: OrderedDict[bytes, _Used] = OrderedDict()
        self._keeping = threading.Lock()

    def of(self, days: Sequence[LoadCase]) -> NetworkUsage:
        """Return the usage of a period, given as its kinds of gas day."""
        spans = sorted((period, kind) for kind, day in enumerate(days) for period in day.periods)
        kinds = [kind for _, kind in spans]
        with self._keeping:
            used = [self._used(day) for day in days]
        flow, *spare = (np.array(figures)[kinds].T for figures in zip(*used, strict=True))
        carried = (
            np.array([day.capacities.upper for day in days])[kinds].T,
            np.array([-day.capacities.lower for day in days])[kinds].T,
        )
        capacities, worst, headroom = zip(*map(_stated, carried, spare), strict=True)
        return NetworkUsage(tuple(period for period, _ in spans), flow, *capacities, *worst, *headroom)

    def _used(self, day: LoadCase) -> _Used:
        if day.key not in self._kept:
            flows = settled_flow(self._network, day.capacities, day.load)[0]
            edges = len(self._network.edge_ids)
            self._kept[day.key] = (flows[:edges], *self._tightest.spare(day))
            if len(self._kept) > DAYS_KEPT_MAX:
                self._kept.popitem(last=False)
        return self._kept[day.key]


def _stated(carried: Integers, spare: Integers) -> tuple[Integers, Integers, Integers]:
    """Return capacity, worst and headroom of edges that carry so much and have so much to spare."""
    is_endless = carried >= UNBOUNDED
    is_unsaid = is_endless | (spare >= ENDLESS)
    return (
        np.where(is_endless, UNSTATED, carried),
        np.where(is_unsaid, UNSTATED, carried - spare),
        np.where(is_unsaid, UNSTATED, np.maximum(spare, 0)),
    )
