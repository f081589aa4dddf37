"""`linepack serve` as its user meets it: up by one command, gone by Ctrl-C, back in seconds."""

import os
import signal
import socket
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from tests.acceptance.installation import Installation, is_running, running
from tests.patience import until

JOB = "server.jobs.child_program"
SECOND_START_SECONDS = 10.0
"""Of processor time, which bounds the wait on an idle machine and does not depend on its other work."""


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


@pytest.fixture
def again(started_before: Path) -> Iterator[Installation]:
    """The second start of that installation."""
    with running(started_before, demo=True) as installation:
        yield installation


def test_the_demo_is_up_by_one_command_and_gone_by_ctrl_c(started_before: Path) -> None:
    assert (started_before / "postgres").is_dir()


def test_a_second_start_is_quick_and_finds_what_was_there(
    started_before: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is timed is what users start, without the coverage of its processes.
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    with running(started_before, demo=True) as installation:
        assert installation.processor_seconds() < SECOND_START_SECONDS
        with urlopen(f"{installation.url}/") as page:
            assert b"GasLib-40" in page.read()
        assert "The demo network is loaded" not in installation.text()


def test_a_taken_port_moves_to_the_next(started_before: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with running(started_before, port=port) as installation:
            assert port < int(installation.url.rpartition(":")[2]) < port + 20


def test_sigterm_ends_it_as_well(again: Installation) -> None:
    assert again.stop(signal.SIGTERM) == []


def test_a_killed_supervisor_leaves_nothing_behind(again: Installation) -> None:
    left = again.descendants()
    os.kill(again.pid, signal.SIGKILL)
    until(lambda: not any(is_running(pid) for pid in left), f"the end of {left}")


def test_a_start_after_a_kill_serves_as_before(started_before: Path) -> None:
    with running(started_before) as installation:
        assert installation.status("/readyz") == 200
        installation.reconcile()


def test_the_way_of_gas_is_tracked_beside_a_running_server(again: Installation) -> None:
    asked = ("track", "gaslib-40", "--from", "source_1", "--to")
    booked = again.command(*asked, "sink_25", "--day", f"{date.today() + timedelta(days=30)}")
    assert booked.returncode == 0, booked.stdout + booked.stderr
    assert "source_1 100.0%" in booked.stdout
    ambiguous = again.command(*asked, "sink_4", "--nomination")
    assert ambiguous.returncode == 1
    [candidate, *_] = ambiguous.stderr.rpartition("name one or more of ")[2].strip().split(", ")
    decided = again.command(*asked, "sink_4", "--nomination", "--via", candidate)
    assert decided.returncode == 0, decided.stdout + decided.stderr
    assert candidate in decided.stdout
    overload = again.command(*asked, "sink_25", "--nomination", "--scale", "1.2")
    assert (overload.returncode, overload.stdout.split()[0]) == (1, "INFEASIBLE")


def test_a_job_outlives_a_killed_worker_and_a_stopped_server(started_before: Path) -> None:
    day = date.today() + timedelta(days=30)
    asked = ("validate", "gaslib-40", "--day", f"{day}", "--seconds", "20")
    with running(started_before) as installation:
        waiting = installation.command(*asked, "--no-wait")
        assert waiting.returncode == 0, waiting.stdout + waiting.stderr
        until(lambda: bool(installation.pids(JOB)), "the job's process")
        [job] = installation.pids(JOB)
        installation.kill("server.processes.worker")
        until(lambda: not is_running(job), f"the end of {job} with its worker")
        until(lambda: bool(installation.pids(JOB)), "the job's next process")
        assert installation.stop(signal.SIGTERM) == []
        done = installation.command(*asked)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"times the rights of {day}" in " ".join(done.stdout.split())
