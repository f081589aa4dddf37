"""Benchmark of bulk answers: many routes, usage and their columns, on the days of a year.

Contracts of one day to a quarter fill 80 % of the nomination. Peers prove each point by itself, as one route
is asked for, reckoned from a few; and answer the same table as GraphQL objects.

`python -m benchmarks bulk` prints it; `run` returns it.
"""

import gzip
from collections.abc import Iterator
from datetime import date
from functools import partial

import numpy as np
from benchmarks.feasibility import YEAR, contracts, movement, verifier
from benchmarks.report import Row, duration, median_s, show, within

from capacity.feasibility.questions.many_routes import ManyRoutes
from capacity.feasibility.questions.network_usage import NetworkUsage
from capacity.networks.policy import Level
from capacity.publication import catalogue
from capacity.rights.model import RouteKind
from capacity.rights.snapshot import RightsSnapshot
from linepack.gasday import Period
from schema.types.columns import encoded

MARCH = Period(date(2027, 3, 1), date(2027, 4, 1))
AIM_POINTS_S = 0.1
AIM_PATHS_S = 0.15
AIM_MAP_MB = 2.0


def run() -> list[Row]:
    """Return the rows; takes a minute."""
    return [*every_point(), *every_path(), *map_of_a_year()]


def every_point() -> Iterator[Row]:
    """All points of GasLib-135, entries and exits, first asked of a verifier that has seen the topology."""
    network = catalogue.load("gaslib-135")
    snapshot = RightsSnapshot().apply(contracts(network, 24))
    verifier(network, Level.ROBUST).views.usage(snapshot, YEAR)
    own = verifier(network, Level.ROBUST)
    points = [*own.views.routes(RouteKind.ENTRY), *own.views.routes(RouteKind.EXIT)]
    first = median_s([partial(own.views.availability, snapshot, points, YEAR)])
    kinds = len(own.views.days_alike(snapshot, YEAR))
    again = median_s(partial(own.views.availability, snapshot, points, YEAR) for _ in range(9))
    booked = snapshot.apply([movement(points[-1], 10, MARCH, 10**6)])
    after = median_s([partial(own.views.availability, booked, points, YEAR)])
    label = f"{len(points)} points of gaslib-135, a year ({kinds} kinds of gas day)"
    yield within(f"{label}, first answer, exact at level robust", first, AIM_POINTS_S)
    yield Row(f"{label}, the same again", duration(again))
    yield Row(f"{label}, after a booking in March", duration(after))


def every_path() -> Iterator[Row]:
    """All paths of GasLib-582 on 365 days that all differ: worked out, and kept, with their column."""
    network = catalogue.load("gaslib-582")
    snapshot = RightsSnapshot().apply(contracts(network, 2000))
    own = verifier(network, Level.ROBUST)
    paths = own.views.routes(RouteKind.PATH)
    first = median_s([partial(own.views.availability, snapshot, paths, YEAR)])

    def answer() -> tuple[ManyRoutes, str]:
        table = own.views.availability(snapshot, paths, YEAR)
        return table, encoded(table.available, "<i8")

    table, column = answer()
    again = median_s(answer for _ in range(9))
    label = f"{len(paths)} paths × {len(table.stretches)} gas days that differ, gaslib-582"
    yield Row(f"{label}, first answer", duration(first))
    yield within(
        f"{label}, warm, with its column ({compressed(column):.2f} MB compressed)", again, AIM_PATHS_S
    )


def map_of_a_year() -> Iterator[Row]:
    """The usage of every edge of GasLib-582 with all its columns, on 365 days that all differ."""
    network = catalogue.load("gaslib-582")
    snapshot = RightsSnapshot().apply(contracts(network, 2000))
    own = verifier(network, Level.ROBUST)
    first = median_s([partial(own.views.usage, snapshot, YEAR)])
    again = median_s(partial(own.views.usage, snapshot, YEAR) for _ in range(5))
    usage = own.views.usage(snapshot, YEAR)
    label = f"usage of {len(network.edges)} edges × {len(usage.stretches)} gas days that differ, gaslib-582"
    yield Row(f"{label}, first answer", duration(first))
    yield Row(f"{label}, warm", duration(again))
    shown = "".join(shown_on_a_map(usage))
    pressures = encoded(np.random.default_rng(0).normal(60, 8, (len(network.nodes), 12)), "<f4")
    size = compressed(shown + pressures)
    yield Row(
        f"{label}: flow, capacity and headroom, and pressures of 12 stretches, compressed",
        f"{size:.2f} MB",
        aim=f"≤ {AIM_MAP_MB:g} MB",
        is_missed=size > AIM_MAP_MB,
    )


def shown_on_a_map(usage: NetworkUsage) -> list[str]:
    """Return the columns that colour a map: flow, and what is carried and left in its direction."""
    ahead = usage.flow >= 0
    return [
        encoded(usage.flow, "<i8"),
        encoded(np.where(ahead, usage.capacity_forward, usage.capacity_backward), "<i8"),
        encoded(np.where(ahead, usage.headroom_forward, usage.headroom_backward), "<i8"),
    ]


def compressed(text: str) -> float:
    """Return the size of an answer as a client receives it, in MB."""
    return len(gzip.compress(text.encode(), 6)) / 1e6


if __name__ == "__main__":
    show("Bulk answers", run())
