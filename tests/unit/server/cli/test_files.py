from pathlib import Path

import pytest
from tests.full_disk import full_disk

from linepack.problems import InvalidInput
from server.cli.files import replace


def test_a_file_that_is_replaced_is_never_there_in_part(tmp_path: Path) -> None:
    """A witness that forgot what it has seen would take a forked log for a new one."""
    state, link = tmp_path / "state", tmp_path / "link"
    link.symlink_to(state)
    replace(state, "what was seen")
    with full_disk(), pytest.raises(InvalidInput, match="cannot be written"):
        replace(state, "what is seen now")
    assert state.read_text() == "what was seen"

    replace(link, "what is seen now")
    assert state.read_text() == "what is seen now"
    assert sorted(tmp_path.iterdir()) == [link, state]
