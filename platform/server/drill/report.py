"""What a drill prints: how long answers took, how they ended, what was killed, and what was proved."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from server.drill.journal import Fate, Journal
from server.drill.plan import Victim
from server.drill.run import Result

VIOLATIONS_SHOWN = 50


def show(console: Console, result: Result) -> None:
    """Print the whole of it."""
    console.print(_answers(result.journal))
    console.print(_kills(result.journal))
    fates = ", ".join(f"{result.journal.count(fate)} {fate}" for fate in Fate)
    console.print(f"Commands: {fates}.")
    lost = ", ".join(f"{count} {what}" for what, count in result.journal.lost.most_common())
    console.print(f"Requests without an answer: {lost or 'none'}.", soft_wrap=True)
    for follower in result.followers:
        console.print(
            f"{follower.name}: {len(follower.heard)} events, {follower.returns} reconnections,"
            f" {follower.resynchronised} resynchronisations."
        )
    looked = ", ".join(f"{count:,} {what}" for what, count in result.proved.items())
    console.print(f"Proved over {looked or 'nothing'}.", soft_wrap=True)
    _show_violations(console, result.journal)


def quantile(seconds: Sequence[float], share: float) -> float:
    """Return the smallest of the times that at least this share of them does not exceed (nearest rank)."""
    ordered = sorted(seconds)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _answers(journal: Journal) -> Table:
    table = Table("operation", "answers", "median", "p95", "p99", "maximum", "outcomes", title="Answers (ms)")
    table.columns[6].overflow = "fold"
    for column in table.columns[1:6]:
        column.justify = "right"
    for operation, seconds in sorted(journal.seconds.items()):
        figures = [1000 * quantile(seconds, share) for share in (0.5, 0.95, 0.99, 1.0)]
        outcomes = {what: n for (of, what), n in journal.outcomes.most_common() if of is operation}
        shown = ", ".join(f"{count} {what}" for what, count in outcomes.items())
        table.add_row(operation, f"{len(seconds)}", *(f"{figure:,.0f}" for figure in figures), shown)
    return table


def _kills(journal: Journal) -> Table:
    seconds: defaultdict[Victim, list[float]] = defaultdict(list)
    kills: Counter[Victim] = Counter()
    for recovery in journal.recoveries:
        kills[recovery.kill.victim] += 1
        if recovery.seconds is not None:
            seconds[recovery.kill.victim].append(recovery.seconds)
    table = Table("killed", "times", "repaired", "median", "maximum", title="Kills and time to recover (s)")
    for column in table.columns[1:]:
        column.justify = "right"
    for victim, count in kills.items():
        took = seconds[victim]
        shown = [f"{quantile(took, share):.1f}" for share in (0.5, 1.0)] if took else ["–", "–"]
        table.add_row(victim, f"{count}", f"{len(took)}", *shown)
    return table


def _show_violations(console: Console, journal: Journal) -> None:
    for promise, count in Counter(one.promise for one in journal.violations).items():
        console.print(f"Broken {count} times: {promise}", style="red", soft_wrap=True)
    for violation in journal.violations[:VIOLATIONS_SHOWN]:
        console.print(f"  {violation.promise}: {violation.detail}", style="red", soft_wrap=True, markup=False)
    left = len(journal.violations) - VIOLATIONS_SHOWN
    if left > 0:
        console.print(f"  and {left} more", style="red")
