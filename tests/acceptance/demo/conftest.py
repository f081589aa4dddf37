from collections.abc import Iterator

import pytest
from tests.acceptance.installation import Installation, running


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The demo on two API processes, for the tests of this folder: each books on days of its own.

    Whatever they did, its books agree at the end.
    """
    with running(tmp_path_factory.mktemp("demo"), api_processes=2, demo=True) as installation:
        yield installation
        installation.reconcile()
