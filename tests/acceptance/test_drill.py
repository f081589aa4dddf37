"""A minute of random trading under random kills, as an operator would run it; and a drill that is broken off.

The seed is another one each time; a drill that fails prints it with the command that runs it again.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.acceptance.installation import command_line
from tests.waiting import until

MINUTES = 1
LIMIT_S = 1_500
"""For the whole of it on a loaded machine: start, trading, repair, proofs."""


@pytest.mark.timeout(LIMIT_S)
def test_nothing_is_lost_doubled_or_oversold_in_a_minute_of_kills() -> None:
    seed = random.SystemRandom().randrange(10**6)
    done = subprocess.run(
        [sys.executable, "-m", "server", "drill", "--minutes", str(MINUTES), "--seed", str(seed)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_S,
        env={**os.environ, "COLUMNS": "200"},
    )
    assert done.returncode == 0, done.stdout[-5_000:] + done.stderr[-5_000:]
    assert done.stdout.splitlines()[-1] == "Every proof holds."


@pytest.mark.timeout(LIMIT_S)
def test_a_drill_that_is_broken_off_leaves_no_process_and_no_folder(tmp_path: Path) -> None:
    drill = subprocess.Popen(
        [sys.executable, "-m", "server", "drill", "--network", "belgian", "--clients", "2"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    deadline = time.monotonic() + LIMIT_S / 3
    try:
        until(
            lambda: bool(running("linepack-worker", tmp_path)),
            "the drill's worker",
            deadline=deadline,
        )
        drill.send_signal(signal.SIGINT)
        drill.wait(LIMIT_S / 3)
    finally:
        drill.kill()
    until(lambda: not running("", tmp_path), f"the end of {running('', tmp_path)}")
    assert list(tmp_path.glob("linepack-drill-*")) == []


def running(program: str, directory: Path) -> list[int]:
    """Return the processes of a program whose command line or environment names the directory."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        command = command_line(int(entry.name))
        try:
            environment = (entry / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if program in command and str(directory) in f"{command}\0{environment}" and command:
            found.append(int(entry.name))
    return found
