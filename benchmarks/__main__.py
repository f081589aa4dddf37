"""All benchmarks: `python -m benchmarks` prints them and writes docs/benchmarks.md and the README."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks import (
    api,
    bulk,
    clearing,
    fairness,
    feasibility,
    feed,
    frames,
    gas_fields,
    hydraulics,
    listeners,
    own_feed,
    planning,
    release,
    splitting,
    transparency,
)
from benchmarks.report import Row, as_markdown, show

ROOT = Path(__file__).parents[1]
README, ALL_ROWS = ROOT / "README.md", ROOT / "docs" / "benchmarks.md"
START, END = "<!-- benchmarks -->", "<!-- /benchmarks -->"
PARTS: dict[str, tuple[str, Callable[[], list[Row]]]] = {
    "feasibility": ("Flow", feasibility.run),
    "gas-fields": ("Gas fields", gas_fields.run),
    "hydraulics": ("Pressures", hydraulics.run),
    "api": ("API", api.run),
    "bulk": ("Bulk answers", bulk.run),
    "clearing": ("Clearing", clearing.run),
    "fairness": ("Fairness", fairness.run),
    "feed": ("Feed", feed.run),
    "frames": ("The map in a browser", frames.run),
    "listeners": ("Listeners", listeners.run),
    "own-feed": ("A party's feed", own_feed.run),
    "planning": ("Planning", planning.run),
    "release": ("Release", release.run),
    "splitting": ("Parts of jobs", splitting.run),
    "transparency": ("Transparency log", transparency.run),
}
"""By name: the heading in docs/benchmarks.md, and what measures."""
HEADLINES = {
    "availability, gaslib-582": "550 routes on 365 days, GasLib-582 – one linear programme each",
    "booking beside 100,000 contracts, gaslib-582, robust": "booking beside 100,000 contracts, GasLib-582",
    "robust verdict, gaslib-582, refused: proof tree": "refusal with a certificate, GasLib-582 – HiGHS",
    "steady flow, gaslib-582: loop-Newton, cold": "steady flow with pressures, GasLib-582 – pandapipes",
    "100 bookings on × 0.9, gaslib-135, ratio, mean": "booking proved with pressures, GasLib-135",
    "throughput of one API process: bookCapacity": "bookings per second of a process – bare inserts",
    "events per second through the feed": "events per second, durable, ordered – XADD/XREAD",
    "from an entry's commit to a signed checkpoint": "ledger entry to signed checkpoint, 99th percentile",
}
"""The rows of the README, by the beginnings of their names, and what they are called there."""


def main() -> None:
    """Run the parts asked for; tables are written as they are measured, of some parts with --write only."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="which (all, if none is named)")
    parser.add_argument("--write", action="store_true", help="write the tables of some parts, too")
    given = parser.parse_args()
    for name in given.parts or PARTS:
        heading, run = PARTS[name]
        rows = run()
        show(heading, rows)
        if given.write or not given.parts:
            publish(heading, rows)


def publish(heading: str, rows: Sequence[Row]) -> None:
    """Put a table under its heading in docs/benchmarks.md, and its rows of the README there.

    The tables of other parts stay, so that one part that cannot run here takes nothing from the others.
    """
    tables = tables_in(ALL_ROWS) | {heading: as_markdown(rows)}
    rewrite(ALL_ROWS, by_heading(tables))
    rewrite(README, headlines(tables))


def tables_in(document: Path) -> dict[str, str]:
    """Return the tables between the markers of a document, by their headings."""
    written = document.read_text().partition(START)[2].partition(END)[0]
    sections = written.split("\n### ")[1:]
    return {heading: table.strip() for heading, _, table in (one.partition("\n") for one in sections)}


def by_heading(tables: Mapping[str, str]) -> str:
    """Return the tables under their headings, in the order of the parts; those of no part are left out."""
    return "\n\n".join(
        f"### {heading}\n\n{tables[heading]}" for heading, _ in PARTS.values() if heading in tables
    )


def headlines(tables: Mapping[str, str]) -> str:
    """Return the table of the README; raises LookupError when a benchmark no longer has one of its rows."""
    rows = [row for table in tables.values() for row in table.splitlines()[2:]]
    chosen = []
    for beginning, name in HEADLINES.items():
        found = [row for row in rows if row.startswith(f"| {beginning}")]
        if not found:
            raise LookupError(f"no benchmark's name begins with {beginning!r}")
        chosen.append(f"| {name} |{found[0].split(' |', maxsplit=1)[1]}")
    return "\n".join([*as_markdown([]).splitlines(), *chosen])


def rewrite(document: Path, written: str) -> None:
    """Replace what is between the markers; a document without markers is left alone."""
    before, start, rest = document.read_text().partition(START)
    _, end, after = rest.partition(END)
    if start and end:
        document.write_text(f"{before}{START}\n\n{written}\n\n{END}{after}")


if __name__ == "__main__":
    main()
