"""What a drill's installation takes over of the one it is called in."""

from pathlib import Path

import pytest

from server.drill.installation import Installation

ANSWER = {"LINEPACK_SOLVER": "highs", "LINEPACK_FINDER": "none"}
OTHER = {
    "DATABASE_URL": "postgresql://u@db/d",
    "REDIS_URL": "redis://r",
    "LINEPACK_ENVIRONMENT": "production",
}


def test_the_solver_and_the_finder_and_no_server_that_is_configured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (ANSWER | OTHER).items():
        monkeypatch.setenv(name, value)
    environment = Installation(tmp_path, api_processes=1).environment
    assert {name: environment.get(name) for name in ANSWER} == ANSWER
    assert not OTHER.keys() & environment.keys()
