"""`linepack calculate clearing` on the example: as text, as JSON, and what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from server.cli import app

EXAMPLE = Path(__file__).parents[5] / "examples" / "clearing.json"


def clearing(file: Path, *options: str) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["calculate", "clearing", str(file), *options])
    return found.exit_code, found.output


def example(**changes: object) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(EXAMPLE.read_text())
    return document | changes


def test_the_guide_shows_what_the_example_clears_to() -> None:
    status, text = clearing(EXAMPLE)

    assert status == 0
    guide = (EXAMPLE.parents[1] / "docs" / "guide" / "clearing.md").read_text()
    assert text in guide


def test_json_has_all_figures_exactly() -> None:
    status, text = clearing(EXAMPLE, "--json")

    found = json.loads(text)
    assert status == 0
    assert [one["awarded"] for one in found["awards"]] == [40, 60, 40, 10]
    assert (found["surplus"], found["gap"], found["settlement"]["paid"]) == ("1290", "0", "1170.00")
    assert found["revenue_adequacy"]["holds"]
    assert [one["outcome"] for one in found["proofs"]] == ["feasible"]
    assert [(one["edge"], one["price"]) for one in found["edges"]] == [
        ("R1-J", "1.000000"),
        ("J-D1", "9.000000"),
        ("J-D2", "5.000000"),
    ]
    again = json.loads(clearing(EXAMPLE, "--json")[1])
    assert again == found


def test_uplift_is_named(tmp_path: Path) -> None:
    document = example()
    document["bids"][3]["minimum"] = 15
    file = tmp_path / "minimum.json"
    file.write_text(json.dumps(document))

    status, text = clearing(file)

    assert status == 0
    assert "30.00 EUR of uplift make up for being kept in whole" in text
    assert "surplus 1,280 EUR" in text


def test_a_file_with_faults_is_refused_with_all_of_them(tmp_path: Path) -> None:
    document = example(level="high")
    document["bids"][1]["price"] = 8
    file = tmp_path / "faulty.json"
    file.write_text(json.dumps(document))

    status, text = clearing(file)

    assert status == 1
    assert "level: must be one of" in text
    assert "bids[1].price: must be a price" in text


@pytest.mark.parametrize("text", ["clearing", "[]", '{"bids": NaN}'])
def test_what_is_no_draft_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "text.json"
    file.write_text(text)

    assert clearing(file)[0] == 1
