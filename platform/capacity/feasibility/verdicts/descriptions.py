"""The words for bottlenecks: "edge 27 → 12 is full on 14 Jan to 3 Feb 2027; 3,200 of the 10,000
kWh/h are missing".
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from capacity.feasibility.verdicts.explanation import CutEdge
from linepack.gasday import Period
from linepack.units import CommercialUnit

LISTED_MAX: Final = 3
"""Edges and periods named in a sentence; more are counted."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def bottleneck_in_words(
    *,
    edges: Sequence[CutEdge],
    nodes: Sequence[str],
    limited: tuple[str, int] | None,
    periods: Sequence[Period],
    missing: int,
    quantity: int,
    unit: CommercialUnit,
) -> str:
    """Return one sentence on what is full, when, and how much of `quantity` is missing.

    `limited` names a route whose point lets through no more than a quantity, whatever the edges carry.
    """
    what = limit_in_words(edges=edges, nodes=nodes, limited=limited, unit=unit)
    when = _listed([period_in_words(period) for period in periods], "more spells")
    verb = "is" if missing == 1 else "are"
    return f"{what} on {when}; {missing:,} of the {quantity:,} {unit} {verb} missing"


def limit_in_words(
    *, edges: Sequence[CutEdge], nodes: Sequence[str], limited: tuple[str, int] | None, unit: CommercialUnit
) -> str:
    """Return what is full: edges of a cut, or a route whose point lets through no more than a quantity."""
    if edges:
        noun, verb = ("edge", "is") if len(edges) == 1 else ("edges", "are")
        return f"{noun} {_listed([str(edge) for edge in edges], 'more')} {verb} full"
    if limited:
        return f"{limited[0]} is limited to {limited[1]:,} {unit}"
    return f"no edge leads away from {_listed(list(nodes), 'more nodes')}"


def period_in_words(period: Period) -> str:
    """Return the first and last gas day, the year said once where it is the same."""
    last = period.end - timedelta(days=1)
    if last == period.start:
        return _day(last, with_year=True)
    return f"{_day(period.start, with_year=period.start.year != last.year)} to {_day(last, with_year=True)}"


def _day(day: date, *, with_year: bool) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}" + (f" {day.year}" if with_year else "")


def _listed(items: list[str], rest: str) -> str:
    if len(items) > LISTED_MAX:
        items = [*items[: LISTED_MAX - 1], f"{len(items) - LISTED_MAX + 1} {rest}"]
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def shortfall_in_words(
    *,
    edges: Sequence[CutEdge],
    nodes: Sequence[str],
    limited: str,
    periods: Sequence[Period],
    demand: int,
    units: int,
    unit: CommercialUnit,
) -> str:
    """Return one sentence on how much of what is sold cannot be transported, across what, and when."""
    if edges:
        what = f"across {_listed([str(edge) for edge in edges], 'more edges')}"
    elif limited:
        what = f"on {limited}"
    else:
        what = f"out of {_listed(list(nodes), 'more nodes')}"
    when = _listed([period_in_words(period) for period in periods], "more spells")
    return f"{units:,} of the {demand:,} {unit} sold {what} are beyond capacity on {when}"
