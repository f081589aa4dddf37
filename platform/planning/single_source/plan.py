"""A single-source assignment made and reported: `planned` is what `linepack plan single-source` runs."""

from collections.abc import Iterator
from time import monotonic
from typing import Final

import numpy as np

from capacity.solvers.port import Solver, SolverRefused
from linepack.canonical_json import JsonValue
from planning.plans.plan import Plan, Table, rounded
from planning.programme.explanation import explained
from planning.programme.programme import Programme
from planning.single_source.assignment import assigned
from planning.single_source.blocks import divided_anew
from planning.single_source.file_form import read_single_source
from planning.single_source.model import Places, SingleSource
from planning.single_source.relaxation import Relaxed, proved_bound, relaxed

EXACT_PAIRS_MAX: Final = 3000
"""Up to so many pairs a mixed-integer programme is tried as well, and explains what cannot be."""
CLOSED: Final = 1e-9
SHARE: Final = 0.4
"""The share of the time that each of the steps may take."""


def planned(document: object, solver: Solver, seconds: float) -> Plan:
    """Return the plan of a parsed document; raises InvalidInput and SolverRefused."""
    ends_at = monotonic() + seconds
    asked = read_single_source(document)
    relaxation = relaxed(asked, solver, seconds * SHARE)
    if relaxation is None:
        return explained(_programme(asked)[0], solver, seconds * SHARE).plan()
    found = assignment(asked, relaxation, ends_at - monotonic())
    bound = relaxation.bound
    if np.isfinite(asked.costs).sum() <= EXACT_PAIRS_MAX and _gap(asked, found, bound) > CLOSED:
        exact = _exact(asked, solver, max(ends_at - monotonic(), 0.1) * SHARE)
        if exact is None:
            return explained(_programme(asked)[0], solver, seconds * SHARE).plan()
        found, bound = _better(asked, found, exact[0]), max(bound, exact[1])
    if found is None:
        raise SolverRefused("no source with enough left was found for every consumer in time")
    return _told(asked, found, relaxation, min(bound, asked.cost(found)))


def assignment(asked: SingleSource, relaxation: Relaxed, seconds: float) -> Places | None:
    """Return the best assignment found, int64 (consumers,); None where none was."""
    found = assigned(asked, relaxation, seconds * SHARE)
    if found is None:
        return None
    return divided_anew(asked, found, relaxation.prices, seconds * SHARE)


def _gap(asked: SingleSource, found: Places | None, bound: float) -> float:
    cost = np.inf if found is None else asked.cost(found)
    return (cost - bound) / max(1.0, abs(bound))


def _better(asked: SingleSource, one: Places | None, other: Places | None) -> Places | None:
    if one is None or other is None:
        return other if one is None else one
    return one if asked.cost(one) <= asked.cost(other) else other


def _programme(asked: SingleSource) -> tuple[Programme, Places, Places]:
    """Return the assignment as a mixed-integer programme, and the pairs of its columns."""
    sources, consumers = np.nonzero(np.isfinite(asked.costs))
    programme = Programme(relative_gap=0.0)
    of_sources: list[list[tuple[int, float]]] = [[] for _ in asked.sources]
    of_consumers: list[list[tuple[int, float]]] = [[] for _ in asked.consumers]
    for source, consumer in zip(sources.tolist(), consumers.tolist(), strict=True):
        demand = float(asked.demands[consumer])
        cost = float(asked.costs[source, consumer]) * demand
        column = programme.column(0.0, 1.0, cost, is_integer=True)
        of_sources[source].append((column, demand))
        of_consumers[consumer].append((column, demand))
    for name, supply, terms in zip(asked.sources, asked.supplies.tolist(), of_sources, strict=True):
        programme.row(terms, 0.0, supply, f"{name} gives at most {supply:,.6g}")
    for name, demand, terms in zip(asked.consumers, asked.demands.tolist(), of_consumers, strict=True):
        programme.row(terms, demand, demand, f"{name} gets {demand:,.6g}, from one source")
    return programme, sources, consumers


def _exact(asked: SingleSource, solver: Solver, seconds: float) -> tuple[Places | None, float] | None:
    """Return the programme's assignment, if it finds one in time, and its bound; None where there is none."""
    programme, sources, consumers = _programme(asked)
    try:
        solution = programme.solved(solver, seconds)
    except SolverRefused:
        return None, -np.inf
    if solution is None:
        return None
    found = np.zeros(len(asked.consumers), dtype=np.int64)
    is_chosen = solution.values > 0.5
    found[consumers[is_chosen]] = sources[is_chosen]
    return found, solution.bound


def _told(asked: SingleSource, found: Places, relaxation: Relaxed, bound: float) -> Plan:
    cost, split = asked.cost(found), int((relaxation.sources < 0).sum())
    gap = (cost - bound) / cost if cost > 0 else 0.0
    result: dict[str, JsonValue] = {
        "unit": asked.unit,
        "currency": asked.currency,
        "cost": rounded(cost),
        "bound": rounded(bound),
        "gap": rounded(gap if gap > CLOSED else 0.0),
        "split_bound": rounded(proved_bound(asked, relaxation.prices)),
        "split": split,
        "assignment": {
            consumer: asked.sources[source]
            for consumer, source in zip(asked.consumers, found.tolist(), strict=True)
        },
        "sources": [*_sources(asked, found, relaxation)],
    }
    less = "" if gap <= CLOSED else f" than {bound:,.9g}, which is {gap:.3%} below"
    costs = f"The plan costs {cost:,.9g} {asked.currency}; no plan costs less{less}."
    several = f"{split} of them would be, and it would cost {relaxation.bound:,.9g}."
    sentences = [costs, f"Were consumers supplied from several sources, {several}"]
    return Plan(result, [*sentences, *_tables(asked, found, relaxation)])


def _sources(asked: SingleSource, found: Places, relaxation: Relaxed) -> Iterator[dict[str, JsonValue]]:
    loads = asked.loads(found)
    for place, name in enumerate(asked.sources):
        yield {
            "source": name,
            "supply": rounded(float(asked.supplies[place])),
            "given": rounded(float(loads[place])),
            "consumers": int((found == place).sum()),
            "worth": rounded(float(relaxation.prices[place])),
        }


def _tables(asked: SingleSource, found: Places, relaxation: Relaxed) -> Iterator[Table]:
    loads = asked.loads(found)
    yield Table(
        f"Sources, in {asked.unit}; a unit more at one would save so much, were consumers split",
        ("source", "can give", "gives", "consumers", "a unit more"),
        [
            (
                name,
                rounded(float(asked.supplies[place])),
                rounded(float(loads[place])),
                int((found == place).sum()),
                rounded(float(relaxation.prices[place])),
            )
            for place, name in enumerate(asked.sources)
        ],
    )
    at = zip(asked.consumers, asked.demands.tolist(), found.tolist(), strict=True)
    yield Table(
        f"Consumers, costs in {asked.currency}",
        ("consumer", "demand", "source", "a unit", "cost"),
        [
            (
                name,
                rounded(demand),
                asked.sources[source],
                rounded(float(asked.costs[source, place])),
                rounded(float(asked.costs[source, place]) * demand),
            )
            for place, (name, demand, source) in enumerate(at)
        ],
    )
