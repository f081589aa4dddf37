"""All benchmarks: `python -m benchmarks` prints them and rewrites their tables in the README."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks import api, feasibility, feed, hydraulics, own_feed, release, transparency
from benchmarks.report import Row, as_markdown, show

README = Path(__file__).parents[1] / "README.md"
START, END = "<!-- benchmarks -->", "<!-- /benchmarks -->"
PARTS: dict[str, tuple[str, Callable[[], list[Row]]]] = {
    "feasibility": ("Flow", feasibility.run),
    "hydraulics": ("Pressures", hydraulics.run),
    "api": ("API", api.run),
    "feed": ("Feed", feed.run),
    "own-feed": ("A party's feed", own_feed.run),
    "release": ("Release", release.run),
    "transparency": ("Transparency log", transparency.run),
}
"""By name: the heading in the README, and what measures."""


def main() -> None:
    """Run the parts asked for; the README is rewritten only by a run of all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="which (all, if none is named)")
    chosen = parser.parse_args().parts or list(PARTS)
    tables: dict[str, list[Row]] = {}
    for name in chosen:
        heading, run = PARTS[name]
        tables[heading] = run()
        show(heading, tables[heading])
    if set(chosen) == set(PARTS):
        rewrite(README, tables)


def rewrite(readme: Path, tables: Mapping[str, Sequence[Row]]) -> None:
    """Replace the tables, by heading, between the markers; without markers nothing is written."""
    before, start, rest = readme.read_text().partition(START)
    _, end, after = rest.partition(END)
    if start and end:
        written = "\n\n".join(f"### {heading}\n\n{as_markdown(rows)}" for heading, rows in tables.items())
        readme.write_text(f"{before}{START}\n\n{written}\n\n{END}{after}")


if __name__ == "__main__":
    main()
