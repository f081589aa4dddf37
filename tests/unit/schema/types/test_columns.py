"""Columns are what the guide says they are: its decoder reads them."""

import re
from pathlib import Path
from typing import Any

import numpy as np

from schema.types.columns import encoded

GUIDE = Path(__file__).parents[4] / "docs" / "guide" / "bulk-answers.md"


def decoder() -> dict[str, Any]:
    """What the guide's block of Python defines."""
    [block] = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    defined: dict[str, Any] = {}
    exec(block, defined)
    return defined


def test_the_decoder_of_the_guide_reads_every_kind_of_column() -> None:
    read = decoder()
    for kind, dtype, letter in (("<i8", np.int64, "q"), ("<i4", np.int32, "i"), ("<f4", np.float32, "f")):
        numbers = np.array([0, -1, 2**30, 7], dtype=dtype)
        assert read["column"](encoded(numbers, kind), letter).tolist() == numbers.tolist()


def test_a_table_has_its_first_row_first_however_it_lies_in_memory() -> None:
    numbers = np.arange(6).reshape(3, 2).T
    rows = decoder()["table"](encoded(numbers, "<i8"), "q", 3)
    assert [row.tolist() for row in rows] == [[0, 2, 4], [1, 3, 5]]
