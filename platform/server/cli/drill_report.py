"""What a drill answers: how long answers took, how they ended, what was killed, and what was proved."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from server.cli.answers import UNKNOWN, Answer, Column, Line, Rows, Shown
from server.drill.journal import Fate, Journal
from server.drill.plan import Victim
from server.drill.run import Result

VIOLATIONS_SHOWN: Final = 50
ANSWERS: Final = (
    Column("operation", "operation"),
    Column("answers", "answers"),
    Column("median_ms", "median", ",.0f"),
    Column("p95_ms", "p95", ",.0f"),
    Column("p99_ms", "p99", ",.0f"),
    Column("maximum_ms", "maximum", ",.0f"),
    Column("outcomes", "outcomes"),
)
KILLS: Final = (
    Column("killed", "killed"),
    Column("times", "times"),
    Column("repaired", "repaired"),
    Column("median_s", "median", ".1f", missing=UNKNOWN),
    Column("maximum_s", "maximum", ".1f", missing=UNKNOWN),
)


def report(result: Result, ending: str, *, status: int) -> Answer:
    """Return the whole of it."""
    journal = result.journal
    answers = Rows(ANSWERS, list(_answers(journal)), title="Answers (ms)")
    kills = Rows(KILLS, list(_kills(journal)), title="Kills and time to recover (s)")
    violations = [{"promise": one.promise, "detail": one.detail} for one in journal.violations]
    values = {
        "plan": result.plan,
        "answers": answers.records,
        "kills": kills.records,
        "commands": {fate: journal.count(fate) for fate in Fate},
        "without_answer": journal.lost,
        "followers": [
            {
                "name": one.name,
                "events": len(one.heard),
                "reconnections": one.returns,
                "resynchronisations": one.resynchronised,
            }
            for one in result.followers
        ],
        "proved": result.proved,
        "violations": violations,
    }
    return Answer.of(values, answers, kills, *_lines(result), ending, status=status)


def quantile(seconds: Sequence[float], share: float) -> float:
    """Return the smallest of the times that at least this share of them does not exceed (nearest rank)."""
    ordered = sorted(seconds)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _answers(journal: Journal) -> Iterator[Mapping[str, object]]:
    for operation, seconds in sorted(journal.seconds.items()):
        figures = [1000 * quantile(seconds, share) for share in (0.5, 0.95, 0.99, 1.0)]
        outcomes = {what: n for (of, what), n in journal.outcomes.most_common() if of is operation}
        yield {
            "operation": operation,
            "answers": len(seconds),
            **dict(zip(("median_ms", "p95_ms", "p99_ms", "maximum_ms"), figures, strict=True)),
            "outcomes": ", ".join(f"{count} {what}" for what, count in outcomes.items()),
        }


def _kills(journal: Journal) -> Iterator[Mapping[str, object]]:
    seconds: defaultdict[Victim, list[float]] = defaultdict(list)
    kills: Counter[Victim] = Counter()
    for recovery in journal.recoveries:
        kills[recovery.kill.victim] += 1
        if recovery.seconds is not None:
            seconds[recovery.kill.victim].append(recovery.seconds)
    for victim, count in kills.items():
        took = seconds[victim]
        median, maximum = (quantile(took, share) if took else None for share in (0.5, 1.0))
        yield {
            "killed": victim,
            "times": count,
            "repaired": len(took),
            "median_s": median,
            "maximum_s": maximum,
        }


def _lines(result: Result) -> Iterator[Shown]:
    journal = result.journal
    yield "Commands: " + ", ".join(f"{journal.count(fate)} {fate}" for fate in Fate) + "."
    lost = ", ".join(f"{count} {what}" for what, count in journal.lost.most_common())
    yield f"Requests without an answer: {lost or 'none'}."
    for follower in result.followers:
        yield (
            f"{follower.name}: {len(follower.heard)} events, {follower.returns} reconnections,"
            f" {follower.resynchronised} resynchronisations."
        )
    looked = ", ".join(f"{count:,} {what}" for what, count in result.proved.items())
    yield f"Proved over {looked or 'nothing'}."
    for promise, count in Counter(one.promise for one in journal.violations).items():
        yield Line(f"Broken {count} times: {promise}", "red")
    for violation in journal.violations[:VIOLATIONS_SHOWN]:
        yield Line(f"  {violation.promise}: {violation.detail}", "red")
    left = len(journal.violations) - VIOLATIONS_SHOWN
    if left > 0:
        yield Line(f"  and {left} more", "red")
