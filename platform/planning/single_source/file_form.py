"""A single-source assignment as a file says it, with every fault at its place. See `example.yaml`."""

from typing import Final

import numpy as np

from linepack.problems import Fault
from planning.plans.record import Record, require
from planning.single_source.model import SingleSource

SOURCES_MAX: Final = 1000
CONSUMERS_MAX: Final = 100_000
ROUTES_MAX: Final = 2_000_000
HEAD: Final = ("unit", "currency", "sources", "consumers", "routes")
OF_SOURCE: Final = ("id", "supply", "price")
OF_CONSUMER: Final = ("id", "demand", "use_cost")
OF_ROUTE: Final = ("from", "to", "cost")


def read_single_source(document: object) -> SingleSource:
    """Return the assignment of a parsed document; raises InvalidInput with every fault."""
    faults: list[Fault] = []
    head = Record("", document, faults, HEAD)
    unit, currency = head.text("unit"), head.text("currency")
    sources, supplies, prices = _named(head, "sources", OF_SOURCE, SOURCES_MAX)
    consumers, demands, use_costs = _named(head, "consumers", OF_CONSUMER, CONSUMERS_MAX)
    costs = np.full((len(sources), len(consumers)), np.inf)
    for route in head.records("routes", OF_ROUTE, ROUTES_MAX):
        source, consumer, cost = route.text("from"), route.text("to"), route.number("cost", 0.0)
        if source and source not in sources:
            route.fault("from", f"{source!r} is no source")
        if consumer and consumer not in consumers:
            route.fault("to", f"{consumer!r} is no consumer")
        if source in sources and consumer in consumers:
            place = sources[source], consumers[consumer]
            if np.isfinite(costs[place]):
                route.fault("to", f"{source} to {consumer} stands in an earlier route already")
            costs[place] = prices[place[0]] + cost + use_costs[place[1]]
    if not faults:
        for name, at in consumers.items():
            if not np.isfinite(costs[:, at]).any():
                faults.append(Fault(f"consumers[{at}]", f"no route leads to {name}"))
    require(faults)
    return SingleSource(
        unit, currency, tuple(sources), tuple(consumers), costs, np.array(demands), np.array(supplies)
    )


def _named(
    head: Record, part: str, known: tuple[str, str, str], most: int
) -> tuple[dict[str, int], list[float], list[float]]:
    """Return the places of ids, and two figures of each; the second is nothing where it is left out."""
    places: dict[str, int] = {}
    quantities, costs = [], []
    for one in head.records(part, known, most):
        name = one.text("id")
        if name in places:
            one.fault("id", f"{name!r} is the id of {part}[{places[name]}] already")
        places.setdefault(name, len(places))
        quantities.append(one.number(known[1], above=0.0) if part == "consumers" else one.number(known[1]))
        costs.append(one.number(known[2], 0.0))
    if not places and not head.values.get(part):
        head.fault(part, "there are none")
    return places, quantities, costs
