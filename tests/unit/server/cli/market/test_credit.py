"""`linepack calculate credit` on the example of the guide: refused, and what passes instead."""

import json
from pathlib import Path
from typing import Any

from tests.unit.market.credit.test_file_form import example

from server.cli.answers import Answer
from server.cli.market.credit import calculate


def answered(folder: Path, **asked: Any) -> Answer:
    document = example()
    document["asked"] |= asked
    file = folder / "question.json"
    file.write_text(json.dumps(document))
    return calculate(file=file)


def test_what_does_not_pass_ends_with_status_1_and_says_what_would(tmp_path: Path) -> None:
    refused = answered(tmp_path)
    assert (refused.status, refused.values["largest"]) == (1, 6)  # type: ignore[index]
    passed = answered(tmp_path, quantity=6)
    assert passed.status == 0
    [usage] = passed.values["usages"]  # type: ignore[index]
    assert [str(lock["amount"]) for lock in usage["locks"]] == ["247.50", "49.50"]
    assert str(usage["remaining"]) == "3.00 EUR"
