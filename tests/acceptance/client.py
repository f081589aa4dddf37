"""How acceptance tests play a client: the examples' own client, and the examples run as programs."""

import os
import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE_S

EXAMPLES = Path(__file__).parents[2] / "examples"


def run_example(name: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run `examples/<name>` as its reader would, and return what it printed."""
    return subprocess.run(
        [sys.executable, str(EXAMPLES / name), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
