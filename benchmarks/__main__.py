"""All benchmarks: `python -m benchmarks` prints them and rewrites their table in the README."""

import argparse
from collections.abc import Callable
from pathlib import Path

from benchmarks import api, feasibility, feed
from benchmarks.report import Row, as_markdown, show

README = Path(__file__).parents[1] / "README.md"
START, END = "<!-- benchmarks -->", "<!-- /benchmarks -->"
PARTS: dict[str, Callable[[], list[Row]]] = {"feasibility": feasibility.run, "api": api.run, "feed": feed.run}


def main() -> None:
    """Run the parts asked for; the README is rewritten only by a run of all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="which (all, if none is named)")
    chosen = parser.parse_args().parts or list(PARTS)
    rows: list[Row] = []
    for name in chosen:
        found = PARTS[name]()
        show(name.capitalize(), found)
        rows += found
    if set(chosen) == set(PARTS):
        rewrite(README, rows)


def rewrite(readme: Path, rows: list[Row]) -> None:
    """Replace the table between the markers; without markers nothing is written."""
    before, start, rest = readme.read_text().partition(START)
    _, end, after = rest.partition(END)
    if start and end:
        readme.write_text(f"{before}{START}\n\n{as_markdown(rows)}\n\n{END}{after}")


if __name__ == "__main__":
    main()
