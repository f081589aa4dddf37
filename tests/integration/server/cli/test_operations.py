"""`linepack operations check`, as a client's build runs it: without an installation."""

import hashlib
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from tests.integration.server.cli.command_line import Finished, run

Linepack = Callable[..., Finished]
GOOD = "query { viewer { roles } }"
UNFIT = "query { viewer { shoeSize } }"


@pytest.fixture
def check(tmp_path: Path) -> Linepack:
    """Check lists where nothing is installed."""
    given = {"DATABASE_URL": None, "REDIS_URL": None, "LINEPACK_DATA_DIR": None}
    return partial(run, "operations", "check", environment=given, folder=tmp_path)


def write(path: Path, *texts: str) -> str:
    path.write_text(json.dumps({hashlib.sha256(text.encode()).hexdigest(): text for text in texts}))
    return str(path)


def test_a_good_list_is_counted(check: Linepack, tmp_path: Path) -> None:
    lists = write(tmp_path / "a.json", GOOD), write(tmp_path / "b.json", GOOD, "{ viewer { scopes } }")
    assert check(*lists).stdout == "2 operations, all of which can be executed.\n"
    assert json.loads(check(lists[0], "--json").stdout) == {"operations": 1}
    assert list(tmp_path.iterdir()) == [tmp_path / "a.json", tmp_path / "b.json"]


def test_every_fault_of_every_list_is_named(check: Linepack, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"0" * 64: GOOD}))
    done = check(str(tmp_path / "a.json"), write(tmp_path / "b.json", GOOD, UNFIT))
    first, second = done.stderr.splitlines()
    assert done.returncode == 1
    assert first.startswith("a.json 000000000000…: the SHA-256 of its text is")
    assert second.startswith("b.json ")
    assert second.endswith("Cannot query field 'shoeSize' on type 'Viewer'.")


def test_a_file_that_is_not_there_is_wrong_usage(check: Linepack) -> None:
    assert check("nowhere.json").returncode == 2
