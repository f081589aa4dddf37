from pathlib import Path
from typing import Any

import pytest
from tests.full_disk import full_disk

from linepack.settings import Settings
from server.errors import DataDirectoryUnusable
from server.installation.opening import installation

ELSEWHERE: dict[str, Any] = {"database_url": "postgresql://u@127.0.0.1:1/d", "redis_url": "redis://127.0.0.1:1"}


async def test_a_full_disk_is_named_where_the_secret_would_be(tmp_path: Path) -> None:
    opening = installation(Settings(data_dir=tmp_path, jwt_secret=None, **ELSEWHERE))
    with full_disk(), pytest.raises(DataDirectoryUnusable, match="File too large"):
        await opening.__aenter__()
    assert list(tmp_path.iterdir()) == []
