from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from tests.integration.server.cli.command_line import Finished, run

Command = Callable[..., Finished]


@pytest.fixture
def linepack(installed: str, valkey_url: str, tmp_path: Path) -> Command:
    """Run a command on an installation with the market of the tests, in a folder of its own."""
    given = {"DATABASE_URL": installed, "REDIS_URL": valkey_url, "LINEPACK_DATA_DIR": str(tmp_path / "data")}
    return partial(run, environment=given, folder=tmp_path)
