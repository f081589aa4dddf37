"""Benchmark of the screens: how the map follows a drag and a step of the gas day, and one person the other.

A real Chromium opens GasLib-582 of a demo with a year of bookings, and a generated network of 10,000 nodes;
and one shipper books what another one looks at: `frontend/journeys/frames.ts` measures and prints, this runs
it and names what it aims at. The processor draws here; a machine with a graphics card does better.

`python -m benchmarks frames` prints it; `run` returns it.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.report import Row
from tests.acceptance.installation import running

REPOSITORY = Path(__file__).parents[1]


def run() -> list[Row]:
    """Return the rows; takes two minutes, and one more to build the frontend."""
    subprocess.run(["make", "--silent", "frontend"], cwd=REPOSITORY, check=True)
    with (
        tempfile.TemporaryDirectory(prefix="linepack-bench-", ignore_cleanup_errors=True) as directory,
        running(Path(directory) / "data", demo=True) as installation,
    ):
        finished = subprocess.run(
            [REPOSITORY / "script" / "frontend", "node", "journeys/frames.ts"],
            env={**os.environ, "LINEPACK_URL": installation.url},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return [_row(json.loads(line)) for line in finished.stdout.splitlines()]


def _row(figure: Mapping[str, Any]) -> Row:
    value, unit = figure["value"], figure["unit"]
    least, most = figure.get("least"), figure.get("most")
    aim = f"≥ {least} {unit}" if least is not None else f"≤ {most} {unit}" if most is not None else ""
    is_missed = (least is not None and value < least) or (most is not None and value > most)
    return Row(figure["name"], f"{value:.3g} {unit}".strip(), aim=aim, is_missed=is_missed)
