import asyncio
from pathlib import Path

import pytest
from tests.full_disk import full_disk

from linepack.settings import Settings
from server.errors import DataDirectoryUnusable
from server.installation.opening import installation


def test_a_full_disk_is_named_where_the_secret_would_be(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        database_url="postgresql://u@127.0.0.1:1/d",
        redis_url="redis://127.0.0.1:1",
        jwt_secret=None,
    )
    with full_disk(), pytest.raises(DataDirectoryUnusable, match="File too large"):
        asyncio.run(installation(settings).__aenter__())
    assert list(tmp_path.iterdir()) == []
