"""What keeps an installation from starting is found before anything is made."""

import asyncio
import sys
from pathlib import Path

import pytest
from rich.console import Console

from linepack.settings import Settings
from server.errors import FinderMissing
from server.processes.serve import serve


def test_a_finder_that_is_named_and_not_installed_is_named_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyscipopt", None)
    settings = Settings(data_dir=tmp_path / "none", finder="scip")
    with pytest.raises(FinderMissing, match="linepack\\[scip\\]"):
        asyncio.run(serve(settings, demo=False, console=Console()))
    assert not settings.data_dir.exists()
