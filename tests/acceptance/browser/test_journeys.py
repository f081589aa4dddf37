"""What people do in a browser, on the demo: the journeys of `frontend/journeys`, in a real Chromium.

All of them come below a path of a proxy: without one less can go wrong.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.acceptance.browser.path_proxy import below
from tests.acceptance.installation import running

REPOSITORY = Path(__file__).parents[3]
JOURNEYS = sorted((REPOSITORY / "frontend" / "journeys").glob("*.test.ts"))
JOURNEYS_S_MAX = 840
PATH = "/gas/linepack"
# So called by Node 22, and understood by later ones.
IN_ONE_PROCESS = "--experimental-test-isolation=none"


@pytest.fixture(scope="module")
def demo_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the demo is, with the frontend as its sources are now."""
    subprocess.run(["make", "--silent", "frontend"], cwd=REPOSITORY, check=True)
    directory = tmp_path_factory.mktemp("browser")
    with running(directory, demo=True, root_path=PATH) as installation, below(PATH, installation.url) as url:
        yield url


@pytest.mark.timeout(JOURNEYS_S_MAX + 60)
def test_every_journey_comes_to_its_end(demo_url: str) -> None:
    """All of them in one process, because they share a browser."""
    finished = subprocess.run(
        [
            REPOSITORY / "script" / "frontend",
            "node",
            "--test",
            IN_ONE_PROCESS,
            "--test-reporter=spec",
            *JOURNEYS,
        ],
        env={**os.environ, "LINEPACK_URL": demo_url},
        capture_output=True,
        text=True,
        timeout=JOURNEYS_S_MAX,
        check=False,
    )
    assert finished.returncode == 0, f"{finished.stdout}\n{finished.stderr}"
