"""Processes whose parent is killed before they can ask to end with it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.acceptance.installation import is_running
from tests.integration.server.supervision.parent_death_program import WAYS
from tests.waiting import until

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize("way", WAYS)
def test_a_process_ends_whose_parent_is_dead_before_it_asks_to_end_with_it(way: str, tmp_path: Path) -> None:
    gate, held, worked = tmp_path / "gate", tmp_path / "held", tmp_path / "log"
    os.mkfifo(gate)
    parent = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.integration.server.supervision.parent_death_program",
            way,
            str(tmp_path),
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "platform"), str(ROOT)])},
    )
    try:
        until(held.exists, "the start of the child")
        child = int(held.read_text())
        starter = _parent_of(child)
    finally:
        parent.kill()
        parent.wait()
    until(lambda: not is_running(starter), "the end of the process that started the child")
    try:
        with gate.open("wb"):
            pass
        until(lambda: worked.exists() or not is_running(child), "the end of the child")
        assert not worked.exists()
    finally:
        if is_running(child):
            os.kill(child, signal.SIGKILL)


def _parent_of(process: int) -> int:
    """Return who started a process: the one that is killed, or the forkserver, which ends soon after it."""
    state = Path(f"/proc/{process}/stat").read_text()
    return int(state.rpartition(")")[2].split()[1])
