"""Compiled kernels have a place also where neither the code nor the home can be written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from server.kernel_cache import CODE, PLACE, provide


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A folder in which nothing can be made."""
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o555)
    if os.access(folder, os.W_OK):
        pytest.skip("root writes in every folder")
    return folder


def test_where_something_can_be_written_numba_chooses(tmp_path: Path) -> None:
    beside, at_home = {"HOME": "/proc"}, {"HOME": str(tmp_path)}
    provide(beside, tmp_path)
    provide(at_home, Path("/proc"))
    assert (PLACE in beside, PLACE in at_home) == (False, False)


def test_where_nothing_can_be_written_the_data_directory_takes_them(closed: Path, tmp_path: Path) -> None:
    environment = {"HOME": str(closed / "none"), "LINEPACK_DATA_DIR": str(tmp_path / "data")}
    provide(environment, closed)
    assert environment[PLACE] == str(tmp_path / "data" / "kernels")
    named = {**environment, PLACE: "elsewhere"}
    provide(named, closed)
    assert named[PLACE] == "elsewhere"


NOT_MOUNTED = 77
READ_ONLY = """
mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 77
shift
exec "$@"
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder read-only for itself")
def test_the_command_line_starts_from_a_read_only_folder_without_a_home(tmp_path: Path) -> None:
    platform = CODE.parent
    done = subprocess.run(
        [
            "unshare",
            "-m",
            "sh",
            "-c",
            READ_ONLY,
            "sh",
            str(platform),
            sys.executable,
            "-m",
            "server",
            "schema",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={
            **{name: value for name, value in os.environ.items() if name != "XDG_CACHE_HOME"},
            "HOME": str(platform / "none"),
            "LINEPACK_DATA_DIR": str(tmp_path / "data"),
        },
    )
    if done.returncode == NOT_MOUNTED or done.stderr.startswith("unshare:"):
        pytest.skip("this machine lets nothing be mounted")
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "data" / "kernels").iterdir())
