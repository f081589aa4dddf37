from pathlib import Path

import pytest
from tests.full_disk import full_disk

from linepack.kept_secrets import local_secret


def test_a_secret_is_made_once_and_for_its_own_user(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret"
    assert local_secret(path, lambda: "first") == "first"
    assert local_secret(path, lambda: "second") == "first"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_on_a_full_disk_no_part_of_a_secret_is_left(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    with full_disk(), pytest.raises(OSError, match="too large"):
        local_secret(path, lambda: "a secret")
    assert list(tmp_path.iterdir()) == []
    assert local_secret(path, lambda: "a secret") == "a secret"
