"""Whom PostgreSQL runs as where everything else runs as root."""

import os
import pwd
from pathlib import Path

import pytest

from server.embedded import postgres_user
from server.embedded.postgres_user import postgres_identity


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user: run as root to test both")
def test_where_no_user_can_be_added_it_is_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container whose accounts cannot be written."""
    useradd = tmp_path / "useradd"
    useradd.write_text("#!/bin/sh\necho 'cannot lock /etc/passwd' >&2\nexit 1\n")
    useradd.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgres_user, "SERVER_USER", "linepack-test-unknown")
    user, _, groups = postgres_identity()
    assert (user, groups) == (pwd.getpwnam("nobody").pw_uid, [])
