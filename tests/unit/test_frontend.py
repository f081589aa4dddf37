"""The frontend's own unit and component tests."""

import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def test_units_and_components() -> None:
    command = [str(REPOSITORY / "script" / "frontend"), "pnpm", "--silent", "test"]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert finished.returncode == 0, f"{finished.stdout}\n{finished.stderr}"
