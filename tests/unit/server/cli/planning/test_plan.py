"""`linepack plan`: examples of every kind, text and canonical JSON, faults and infeasible plans."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from linepack.canonical_json import canonical_json
from planning.kinds import KINDS
from server.cli import app

GUIDE = Path(__file__).parents[5] / "docs" / "guide"


def plan(*arguments: str) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["plan", *arguments])
    return found.exit_code, found.output


def write(folder: Path, text: str) -> str:
    file = folder / "plan.yaml"
    file.write_text(text)
    return str(file)


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_every_kind_is_planned_as_its_guide_shows(kind: str, tmp_path: Path) -> None:
    status, example = plan("example", kind)
    assert (status, example) == (0, KINDS[kind].example())

    status, text = plan(kind, write(tmp_path, example))

    assert status == 0
    assert text in (GUIDE / f"{kind}.md").read_text()


def test_json_is_canonical_and_names_the_input(tmp_path: Path) -> None:
    file = write(tmp_path, KINDS["regional-supply"].example())

    status, text = plan("regional-supply", file, "--json")

    found = json.loads(text)
    assert status == 0
    assert text == f"{canonical_json(found).decode()}\n"
    assert (found["kind"], found["is_feasible"], found["result"]["cost"]) == ("regional-supply", True, 208.0)
    assert plan("regional-supply", file, "--json") == (0, text)


def test_a_file_with_faults_and_a_plan_that_cannot_be_end_with_status_1(tmp_path: Path) -> None:
    text = KINDS["regional-supply"].example()

    assert plan("regional-supply", write(tmp_path, text.replace("demand:", "demnd:"))) == (
        1,
        "nodes[2].demnd: is not known; is it demand?\nnodes: no node has a demand\n",
    )
    short = text.replace("supply: 200", "supply: 0").replace("volume: 40", "volume: 30")
    status, told = plan("regional-supply", write(tmp_path, short))
    assert status == 1
    assert "- Stadt gets 140 in winter" in told


def test_an_unknown_kind_is_wrong_usage(tmp_path: Path) -> None:
    for arguments in (("regional", write(tmp_path, "a: 1")), ("example", "regional")):
        status, text = plan(*arguments)
        assert status == 2
        assert "'regional' is no kind of plan" in text
