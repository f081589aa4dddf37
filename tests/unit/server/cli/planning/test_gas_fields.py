"""The worked answers of gas fields by `linepack plan gas-fields FILE`."""

import json
from pathlib import Path

import pytest
from tests.unit.planning.gas_fields import worked
from typer.testing import CliRunner

from server.cli import app

COSTS = {
    "E1": (worked.E1, 17_000),
    "E1b": (worked.E1B, 17_000),
    "E2": (worked.E2, 670),
    "E3": (worked.E3, 2_150),
    "E4": (worked.E4, 810),
    "E5": (worked.E5, 3_100),
    "E5, hard": (worked.E5_HARD, 3_300),
    "E6": (worked.E6, 1_000 * 4 + 1_500 * 9),
    "E7": (worked.shortfall(9), 9 * (600 - 36.9595141)),
    "E8b": (worked.E8B, 521_079.248),
    "E10": (worked.E10, 450 * 9),
}


@pytest.mark.parametrize("name", COSTS)
def test_a_worked_answer_comes_out_of_its_file(name: str, tmp_path: Path) -> None:
    document, cost = COSTS[name]
    file = tmp_path / "fields.json"
    file.write_text(json.dumps(document))
    found = CliRunner().invoke(app, ["plan", "gas-fields", str(file), "--json"])
    assert found.exit_code == 0
    assert json.loads(found.output)["result"]["cost"] == pytest.approx(cost, rel=1e-7)


def test_faults_and_reasons_are_printed_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "fields.json"
    file.write_text(json.dumps(worked.document({"WACC": -1, "Lead Tim": 2}, [5])))
    found = CliRunner().invoke(app, ["plan", "gas-fields", str(file)])
    assert (found.exit_code, found.output.splitlines()) == (
        1,
        [
            "fields[0].properties.WACC: must be at least 0, not -1",
            "fields[0].properties.Lead Tim: is no property of Gas Field; is it Lead Time?",
        ],
    )
    file.write_text(json.dumps(worked.document({"Initial Volume": 60}, [50, 50], alternative=None)))
    found = CliRunner().invoke(app, ["plan", "gas-fields", str(file)])
    assert found.exit_code == 1
    assert "- F: Initial Volume is 60: 40 more" in found.output
