"""What people do in a browser, on the demo: the journeys of `frontend/journeys`, in a real Chromium."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.acceptance.installation import Installation, running

REPOSITORY = Path(__file__).parents[3]
JOURNEYS = sorted((REPOSITORY / "frontend" / "journeys").glob("*.test.ts"))
JOURNEY_S_MAX = 540


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The demo with the frontend as its sources are now."""
    subprocess.run(["make", "--silent", "frontend"], cwd=REPOSITORY, check=True)
    with running(tmp_path_factory.mktemp("browser"), demo=True) as installation:
        yield installation


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda path: path.name.removesuffix(".test.ts"))
def test_journey(demo: Installation, journey: Path) -> None:
    finished = subprocess.run(
        [REPOSITORY / "script" / "frontend", "node", "--test", "--test-reporter=spec", journey],
        env={**os.environ, "LINEPACK_URL": demo.url},
        capture_output=True,
        text=True,
        timeout=JOURNEY_S_MAX,
        check=False,
    )
    assert finished.returncode == 0, f"{finished.stdout}\n{finished.stderr}"
