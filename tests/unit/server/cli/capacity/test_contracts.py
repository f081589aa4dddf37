"""`linepack contract` on the supply of two sources and a transport: T002-1 and T002-2, figure by figure."""

import json
from pathlib import Path

import pytest
from tests.unit.capacity.contracts.samples import network_to_json
from tests.unit.capacity.contracts.test_worked_examples import supply_and_transport
from typer.testing import CliRunner

from server.cli import app


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "supply.json"
    path.write_text(json.dumps(network_to_json(supply_and_transport())))
    return str(path)


def contract(*arguments: str) -> tuple[int, list[str]]:
    found = CliRunner().invoke(app, ["contract", *arguments, "--day", "2027-01-15"])
    return found.exit_code, found.output.splitlines()


def test_a_metered_quantity_is_billed_by_rank(file: str) -> None:
    # 100 at 20, 50 at 24, 60 of B at 22; transport 150 at 1 and 60 at 1.5: 2,000 + 1,200 + 1,320 + 240
    status, lines = contract(file, "--metered", "210")

    assert status == 0
    assert lines[:3] == ["A  150", "B  60", "T  210"]
    assert lines[-1] == "sum = 4,760"


def test_what_is_beyond_all_bands_is_overrun(file: str) -> None:
    status, lines = contract(file, "--metered", "240", "--overrun-factor", "1.5")

    assert status == 0
    assert "overrun  10" in lines


def test_a_network_with_faults_is_refused_with_all_of_them(tmp_path: Path) -> None:
    path = tmp_path / "faulty.json"
    path.write_text(json.dumps({"nodes": [{"id": "a"}], "edges": []}))

    status, lines = contract(str(path))

    assert status == 1
    assert "network.nodes[1].kind: is missing" in "\n".join(lines)


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.json"
    path.write_text("contract")

    status, lines = contract(str(path))

    assert status == 1
    assert "is not JSON" in "".join(lines)


@pytest.mark.parametrize("metered", ["much", "-1", "NaN", "1e400"])
def test_what_is_no_number_of_a_contract_is_wrong_usage(file: str, metered: str) -> None:
    assert contract(file, "--metered", metered)[0] == 2
