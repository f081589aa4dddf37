"""Benchmark results: rows of a table, printed and returned as data.

A ratio compares two ways of doing the same, measured in the same run on the same machine; it says how many
times better ours is and hardly depends on the machine. Times are medians of repeats. Nothing here asserts:
an aim is printed beside its figure, with the word "missed" where it is.
"""

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison: what we need, what the other needs, how many times less, and what was aimed at.

    `is_missed` says that the aim was not reached in this run.
    """

    name: str
    ours: str
    theirs: str = ""
    ratio: float | None = None
    aim: str = ""
    is_missed: bool = False


def compared(
    name: str, ours_s: float, theirs_s: float, aim: float | None = None, *, aim_s: float | None = None
) -> Row:
    """Return a row of two durations in seconds, how many times faster ours is, and what was aimed at."""
    ratio = theirs_s / ours_s
    aims = [f"≥ {aim:g}×"] if aim is not None else []
    aims += [f"≤ {duration(aim_s)}"] if aim_s is not None else []
    is_missed = (aim is not None and ratio < aim) or (aim_s is not None and ours_s > aim_s)
    return Row(name, duration(ours_s), duration(theirs_s), ratio, ", ".join(aims), is_missed)


def within(name: str, ours_s: float, aim_s: float, *, is_missed: bool = False) -> Row:
    """Return a row of a duration in seconds and the longest aimed at; other reasons may miss the aim, too."""
    return Row(name, duration(ours_s), aim=f"≤ {duration(aim_s)}", is_missed=is_missed or ours_s > aim_s)


def duration(seconds: float) -> str:
    """Return seconds with three digits in the unit that suits them."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def median_s(tasks: Iterable[Callable[[], object]], clock: Callable[[], float] = time.perf_counter) -> float:
    """Return the median duration, in seconds, of running each task once."""
    durations = []
    for task in tasks:
        started = clock()
        task()
        durations.append(clock() - started)
    return statistics.median(durations)


def processor_s(tasks: Iterable[Callable[[], object]]) -> float:
    """Return the median processor time likewise: for work in one thread on a busy machine."""
    return median_s(tasks, time.process_time)


def show(title: str, rows: Sequence[Row]) -> None:
    """Print the rows as a table."""
    table = Table(title=title)
    for column in ("", "ours", "theirs", "ratio", "aim"):
        table.add_column(column, justify="left" if not column else "right")
    for row in rows:
        table.add_row(row.name, row.ours, row.theirs, _ratio(row), _aim(row))
    Console().print(table)


def as_markdown(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = ["| | ours | theirs | ratio | aim |", "|---|--:|--:|--:|--:|"]
    lines += [f"| {row.name} | {row.ours} | {row.theirs} | {_ratio(row)} | {_aim(row)} |" for row in rows]
    return "\n".join(lines)


def _ratio(row: Row) -> str:
    return "" if row.ratio is None else f"{row.ratio:,.3g}×" if row.ratio < 1000 else f"{row.ratio:,.0f}×"


def _aim(row: Row) -> str:
    return f"{row.aim}, missed" if row.is_missed else row.aim
