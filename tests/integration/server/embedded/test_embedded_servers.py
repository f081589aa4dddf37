import os
import pwd
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from server.embedded import server as server_module
from server.embedded.postgres import EmbeddedPostgres
from server.embedded.server import EmbeddedServerFailed
from server.embedded.valkey import EmbeddedValkey
from server.errors import CannotStart
from server.installation.opening import guard

FAST = {"fsync": "off"}
"""Enough to survive a killed server, which these tests are about, if not a lost machine."""


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A directory whose path leaves room for a socket's name, which those of xdist do not."""
    with tempfile.TemporaryDirectory(prefix="lp-") as directory:
        yield Path(directory)


def run_elsewhere(script: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run Python in another process, and wait for its end."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(server_module.__file__).parents[2])},
    )


def test_data_survive_a_clean_stop(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path, parameters=FAST) as postgres:
        postgres.execute("CREATE TABLE t AS SELECT 7 AS n", "linepack")
    assert not postgres.answers()

    with EmbeddedPostgres(tmp_path, parameters=FAST) as postgres:
        assert postgres.execute("SELECT n FROM t", "linepack") == "7\n"


def test_committed_data_survive_a_kill_and_a_stale_pid_of_another_process(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path, parameters=FAST) as postgres:
        postgres.execute("CREATE TABLE t AS SELECT 7 AS n", "linepack")
        postgres.kill()
        assert postgres.has_exited
    pid_file = tmp_path / "postgres/cluster/postmaster.pid"
    stale = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getppid()), *stale[1:]]) + "\n")

    with EmbeddedPostgres(tmp_path, parameters=FAST) as postgres:
        assert postgres.execute("SELECT n FROM t", "linepack") == "7\n"


def test_an_empty_pid_file_of_a_killed_server_stops_no_start(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path, parameters=FAST) as postgres:
        postgres.kill()
    (tmp_path / "postgres/cluster/postmaster.pid").write_text("")

    with EmbeddedPostgres(tmp_path, parameters=FAST) as postgres:
        assert postgres.answers()


def test_a_second_process_attaches_and_its_stop_leaves_the_server_running(tmp_path: Path) -> None:
    for kind in (EmbeddedPostgres, EmbeddedValkey):
        with kind(tmp_path) as owner:
            with kind(tmp_path) as guest:
                assert (owner.is_owner, guest.is_owner) == (True, False)
                assert guest.url == owner.url
            assert owner.answers()
        assert not owner.answers()


def test_servers_of_a_killed_owner_are_replaced_with_what_was_committed(tmp_path: Path) -> None:
    owner = """
        import os, pathlib, signal, sys
        from server.embedded.postgres import EmbeddedPostgres
        from server.embedded.valkey import EmbeddedValkey
        data = pathlib.Path(sys.argv[1])
        postgres, valkey = EmbeddedPostgres(data).start(), EmbeddedValkey(data).start()
        postgres.execute("CREATE TABLE t AS SELECT 7 AS n", "linepack")
        os.kill(os.getpid(), signal.SIGKILL)
    """
    run_elsewhere(owner, str(tmp_path))
    with EmbeddedPostgres(tmp_path, parameters=FAST) as postgres, EmbeddedValkey(tmp_path) as valkey:
        assert postgres.is_owner
        assert valkey.is_owner
        assert postgres.execute("SELECT n FROM t", "linepack") == "7\n"


def test_only_their_user_may_enter_the_directories_of_data_and_sockets(short_path: Path) -> None:
    with EmbeddedPostgres(short_path, parameters=FAST), EmbeddedValkey(short_path):
        for directory in ("postgres/cluster", "postgres/sockets", "valkey/sockets"):
            assert (short_path / directory).stat().st_mode & 0o777 == 0o700


def test_a_data_directory_with_a_long_path_gets_its_sockets_elsewhere(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    with EmbeddedPostgres(deep, parameters=FAST) as postgres, EmbeddedValkey(deep) as valkey:
        assert postgres.execute("SELECT 1") == "1\n"
        assert valkey.answers()
        assert str(deep) not in postgres.url


def test_a_server_that_cannot_start_says_what_its_log_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "START_S", 1.0)
    monkeypatch.setattr(server_module, "RELAUNCH_S", 0.2)
    with pytest.raises(EmbeddedServerFailed, match="no_such_parameter"):
        EmbeddedPostgres(tmp_path, parameters={"no_such_parameter": "1"}).start()


def test_a_program_that_this_machine_does_not_have_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    valkey = EmbeddedValkey(tmp_path)
    monkeypatch.setattr(valkey, "_binary", tmp_path / "valkey-server")
    with pytest.raises(EmbeddedServerFailed, match=r"No such file or directory: .*valkey-server"):
        valkey.start()
    assert not valkey.is_owner


def test_a_faulty_statement_is_reported(tmp_path: Path) -> None:
    with (
        EmbeddedPostgres(tmp_path, parameters=FAST) as postgres,
        pytest.raises(EmbeddedServerFailed, match="syntax error"),
    ):
        postgres.execute("SELEKT")


def test_a_strangers_directory_is_refused(short_path: Path) -> None:
    (short_path / "elsewhere").mkdir()
    (short_path / "valkey").mkdir()
    (short_path / "valkey/sockets").symlink_to(short_path / "elsewhere")
    with pytest.raises(CannotStart, match="not a directory of the user"):
        EmbeddedValkey(short_path).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user: run as root to test both")
def test_an_ordinary_user_can_run_both_servers(tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    data = tmp_path / "data"
    data.mkdir()
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    for folder in [tmp_path, *tmp_path.parents[:-1]]:
        if not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o001)
    script = """
        import os, pathlib, sys
        from server.embedded.postgres import EmbeddedPostgres
        from server.embedded.valkey import EmbeddedValkey
        os.setgroups([])
        os.setgid(int(sys.argv[3]))
        os.setuid(int(sys.argv[2]))
        data = pathlib.Path(sys.argv[1])
        with EmbeddedPostgres(data) as postgres, EmbeddedValkey(data) as valkey:
            print(postgres.execute("SELECT 40 + 2").strip(), valkey.answers())
    """
    done = run_elsewhere(script, str(data), str(nobody.pw_uid), str(nobody.pw_gid))
    assert "42 True" in done.stdout, done.stderr


def test_a_recovery_that_takes_longer_than_a_start_may_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EmbeddedPostgres(tmp_path, parameters=FAST) as postgres:
        postgres.execute("CREATE TABLE t AS SELECT 7 AS n", "linepack")
        postgres.kill()
    (tmp_path / "postgres/cluster/recovery.signal").touch()
    # An archive that takes two seconds to say that it has nothing: so long PostgreSQL is in recovery.
    slow = {**FAST, "restore_command": "sleep 2; false"}
    monkeypatch.setattr(server_module, "START_S", 1.0)

    with EmbeddedPostgres(tmp_path, parameters=slow) as postgres:
        assert postgres.execute("SELECT n FROM t", "linepack") == "7\n"


async def test_a_server_that_cannot_be_started_again_at_once_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EmbeddedValkey(tmp_path) as valkey:
        start_if_ended = guard(valkey)
        await start_if_ended()
        binary = valkey._binary
        monkeypatch.setattr(valkey, "_binary", tmp_path / "missing")
        valkey.kill()
        await start_if_ended()
        assert not valkey.answers()

        monkeypatch.setattr(valkey, "_binary", binary)
        await start_if_ended()
        assert valkey.answers()


async def test_a_process_that_attached_starts_the_server_again_when_its_owner_has_ended(
    tmp_path: Path,
) -> None:
    for kind in (EmbeddedPostgres, EmbeddedValkey):
        with kind(tmp_path) as command, kind(tmp_path) as serving:
            start_if_ended = guard(serving)
            await start_if_ended()
            assert (command.is_owner, serving.is_owner) == (True, False)

            command.stop()
            assert not serving.answers()
            await start_if_ended()
            assert (serving.is_owner, serving.answers()) == (True, True)
            await start_if_ended()
        assert not serving.answers()


def test_a_socket_finds_a_short_place_where_every_other_path_is_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("d" * 90)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    with EmbeddedValkey(deep / "data") as server:
        assert server.answers()
        place = Path(urlsplit(server.url).path).parent
        assert place.parent == Path("/tmp")
    assert not place.exists()
