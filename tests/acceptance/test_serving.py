"""`linepack serve` as its user meets it: up by one command, gone by Ctrl-C, back in seconds."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from tests.acceptance.installation import Installation, is_running, running
from tests.integration.server.cli.command_line import Finished, run
from tests.waiting import until

JOB = "server.jobs.child_program"
SECOND_START_IMPORTS = 5
"""The processor time of a second start, in times of loading the program once on the machine as it
is: supervisor, worker and API load it, and starting must not add as much again as two of them."""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("serving")


@pytest.fixture(scope="module")
def started_before(data_dir: Path) -> Path:
    """The data of an installation that has been started once and ended by Ctrl-C."""
    with running(data_dir, demo=True) as installation:
        for path in ("/", "/healthz", "/readyz", "/metrics"):
            assert installation.status(path) == 200, path
        assert "trader@nordwind.test" in installation.text()
        assert installation.stop(signal.SIGINT) == []
    return data_dir


@pytest.fixture(scope="module")
def taken_port() -> Iterator[int]:
    """A port at which another program listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.fixture(scope="module")
def started_again(started_before: Path, taken_port: int) -> Iterator[Installation]:
    """An installation that serves for the second time, asked for a port that is taken."""
    with running(started_before, demo=True, port=taken_port) as installation:
        yield installation


@pytest.fixture(scope="module")
def killed_before(started_again: Installation) -> Path:
    """The data of an installation whose supervisor was killed while it served; its processes are gone too."""
    left = started_again.descendants()
    os.kill(started_again.pid, signal.SIGKILL)
    until(lambda: not any(is_running(pid) for pid in left), f"the end of {left}")
    return started_again.data_dir


def test_the_demo_is_up_by_one_command_and_gone_by_ctrl_c(started_before: Path) -> None:
    assert (started_before / "postgres").is_dir()


def processor_seconds_of_loading() -> float:
    """Return the processor time that an interpreter takes to load the program and do nothing."""
    before = os.times()
    subprocess.run([sys.executable, "-c", "import server.processes.api_process"], check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def test_a_second_start_is_quick_moves_to_a_free_port_and_finds_what_was_there(
    started_again: Installation, taken_port: int
) -> None:
    assert started_again.processor_seconds() < SECOND_START_IMPORTS * processor_seconds_of_loading()
    assert taken_port < int(started_again.url.rpartition(":")[2]) < taken_port + 20
    with urlopen(f"{started_again.url}/") as page:
        assert b"<title>Linepack</title>" in page.read()
    assert "GasLib-40" in started_again.command("network", "list").stdout
    assert "The demo network is loaded" not in started_again.text()


def test_gas_is_tracked_beside_a_running_server(started_again: Installation, tmp_path: Path) -> None:
    def track(delivery: str, *given: str) -> Finished:
        asked = ("track", "gaslib-40", "--from", "source_1", "--to", delivery, *given)
        return run(*asked, environment=started_again.environment, folder=tmp_path)

    booked = track("sink_25", "--day", f"{date.today() + timedelta(days=30)}")
    assert booked.returncode == 0, booked.stdout + booked.stderr
    assert "source_1 100.0%" in booked.stdout
    ambiguous = track("sink_4", "--nomination")
    assert ambiguous.returncode == 1
    [candidate, *_] = ambiguous.stderr.rpartition("name one or more of ")[2].strip().split(", ")
    decided = track("sink_4", "--nomination", "--via", candidate)
    assert decided.returncode == 0, decided.stdout + decided.stderr
    assert candidate in decided.stdout
    overload = track("sink_25", "--nomination", "--scale", "1.2", "--seconds", "100")
    assert (overload.returncode, overload.stdout.split()[0]) == (1, "INFEASIBLE")


def test_a_killed_supervisor_leaves_nothing_behind(killed_before: Path) -> None:
    assert (killed_before / "postgres").is_dir()


def test_a_start_after_a_kill_serves_and_a_job_outlives_worker_and_server(
    killed_before: Path,
) -> None:
    day = date.today() + timedelta(days=30)
    asked = ("validate", "gaslib-40", "--day", f"{day}", "--seconds", "10")
    with running(killed_before) as installation:
        installation.reconcile()
        waiting = installation.command(*asked, "--no-wait")
        assert waiting.returncode == 0, waiting.stdout + waiting.stderr
        until(lambda: bool(installation.pids(JOB)), "the job's process")
        [job] = installation.pids(JOB)
        installation.kill("linepack-worker")
        until(lambda: not is_running(job), f"the end of {job} with its worker")
        until(lambda: bool(installation.pids(JOB)), "the job's next process")
        assert installation.stop(signal.SIGTERM) == []
        done = installation.command(*asked)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"times the rights of {day}" in " ".join(done.stdout.split())
