"""What an operator does with its networks by commands, and what no other company can do with them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.integration.market.market_fixture import NETWORK
from tests.integration.server.cli.command_line import Finished, run

from capacity.networks.formats import native

Linepack = Callable[..., Finished]

START = datetime.now(UTC).date() + timedelta(days=100)
DAYS = ("--start", str(START), "--end", str(START + timedelta(days=30)))


@pytest.fixture
def files(tmp_path: Path) -> None:
    """A next revision of the market's network, and a network of another code."""
    content = native.write(NETWORK).decode()
    (tmp_path / "next.json").write_text(content.replace('"Fork"', '"Fork, renamed"'))
    (tmp_path / "new.json").write_text(content.replace('"fork"', '"mine"'))


@pytest.mark.timeout(400)
@pytest.mark.usefixtures("files")
def test_only_an_operator_runs_a_network(linepack: Linepack) -> None:
    refused = linepack("import", "new.json", "--operator", "P0")
    assert refused.returncode == 1
    assert refused.stderr == "operator: P0 is no operator but a shipper\n"
    trial = linepack("import", "new.json", "--operator", "P5", "--gauge", "--trial")
    assert trial.stdout.startswith("mine: not published, 5 nodes, 4 edges, in kWh/h"), trial.stderr
    assert "Pressures of the file are gauge: 1.01325 bar are added." in trial.stdout
    assert "mine" not in linepack("network", "list").stdout

    new = linepack("import", "new.json", "--operator", "P5", "--currency", "GBP", "--json")
    assert json.loads(new.stdout)["revision"] == 1
    listed = {one["code"]: one for one in json.loads(linepack("network", "list", "--json").stdout)}
    assert (listed["mine"]["operator"], listed["mine"]["currency"]) == ("P5", "GBP")


@pytest.mark.timeout(400)
@pytest.mark.usefixtures("files")
def test_only_its_operator_revises_a_network_and_no_option_is_ignored(linepack: Linepack) -> None:
    for operator, options, faults in (
        ("P5", (), "operator: fork is a network of P4, not of P5\n"),
        ("P4", ("--currency", "USD"), "currency: fork is paid in EUR, which no revision changes\n"),
        ("P4", ("--firm-level", "robust"), "firm-level: fork has flow: `linepack policy` changes it\n"),
    ):
        refused = linepack("import", "next.json", "--operator", operator, *options)
        assert (refused.returncode, refused.stderr) == (1, faults)
    [fork] = json.loads(linepack("network", "list", "--json").stdout)
    assert (fork["revision"], fork["name"]) == (1, "Fork")

    revised = linepack("import", "next.json", "--operator", "P4", "--currency", "EUR", "--firm-level", "flow")
    assert revised.stdout.startswith("fork: revision 2, 5 nodes, 4 edges, in kWh/h"), revised.stderr


@pytest.mark.timeout(400)
def test_points_are_listed_with_their_limits(linepack: Linepack) -> None:
    points = json.loads(linepack("network", "points", "fork", "--json").stdout)
    assert {one["code"]: one["role"] for one in points} == {
        "a": "entry",
        "b": "entry",
        "x": "exit",
        "y": "exit",
    }
    assert linepack("network", "points", "fork").stdout.splitlines()[1].split()[:2] == ["a", "entry"]


@pytest.mark.timeout(400)
def test_an_overlay_is_set_listed_and_withdrawn(linepack: Linepack) -> None:
    available = ("availability", "fork", *DAYS, "--receipt", "a", "--delivery", "x", "--json")
    put = linepack("overlay", "set", "fork", "jx", *DAYS, "--factor", "0.5", "--reason", "pigging", "--json")
    assert put.returncode == 0, put.stderr
    overlay = json.loads(put.stdout)["id"]
    [stretch] = json.loads(linepack(*available).stdout)["stretches"]
    assert stretch["available"] == 40
    assert json.loads(linepack("overlay", "list", "fork", "--json").stdout)[0]["id"] == overlay
    wrong = linepack("overlay", "set", "fork", "nowhere", *DAYS, "--factor", "0", "--reason", "pigging")
    assert (wrong.returncode, "'nowhere' is no edge of fork" in wrong.stderr) == (1, True)

    assert "carries its own capacity again" in linepack("overlay", "withdraw", overlay).stdout
    [stretch] = json.loads(linepack(*available).stdout)["stretches"]
    assert stretch["available"] == 80
    assert linepack("overlay", "list", "fork").stdout == "No overlay is in force on fork.\n"


@pytest.mark.timeout(400)
def test_a_tariff_is_set_and_listed(linepack: Linepack, tmp_path: Path) -> None:
    tiers = {"form": "BLOCK_TIERS", "tiers": [{"up_to": None, "price_per_unit_day": "0.5"}]}
    (tmp_path / "price.json").write_text(json.dumps(tiers))
    for price in (("--flat", "0.30"), ("--file", "price.json")):
        done = linepack("tariff", "set", "fork", "--kind", "path", "--from", "2027-01-01", *price)
        assert done.returncode == 0, done.stderr
    for none in ((), ("--flat", "1", "--file", "price.json")):
        assert linepack("tariff", "set", "fork", "--kind", "path", *none).returncode == 2
    (tmp_path / "price.json").write_text('{"form": "GIFT"}')
    wrong = linepack("tariff", "set", "fork", "--kind", "path", "--file", "price.json")
    assert (wrong.returncode, wrong.stderr) == (1, "price.form: there is no price form 'GIFT'\n")

    rows = linepack("tariff", "list", "fork").stdout.splitlines()
    assert [row.split() for row in rows[-2:]] == [
        ["2027-01-01", "path", "firm", "0.30"],
        ["2027-01-01", "path", "firm", "BLOCK_TIERS"],
    ]
    assert (
        json.loads(linepack("tariff", "list", "fork", "--json").stdout)[-1]["price"]["form"] == "BLOCK_TIERS"
    )


@pytest.mark.timeout(400)
def test_nothing_is_available_on_gas_days_that_are_over(linepack: Linepack) -> None:
    over = ("--start", "2020-01-01", "--end", "2020-02-01", "--receipt", "a", "--delivery", "x")
    answer = json.loads(linepack("availability", "fork", *over, "--json").stdout)
    assert [one["available"] for one in answer["stretches"]] == [0]
    assert [one["technical"] for one in answer["stretches"]] == [80]
    assert "are on sale now" in linepack("availability", "fork", *over).stdout


@pytest.mark.timeout(400)
@pytest.mark.parametrize("width", [80, 100])
def test_ids_are_shown_whole_on_a_narrow_terminal(
    installed: str, valkey_url: str, tmp_path: Path, width: int
) -> None:
    def linepack(*arguments: str) -> Finished:
        given = {"DATABASE_URL": installed, "REDIS_URL": valkey_url, "LINEPACK_DATA_DIR": str(tmp_path)}
        return run(*arguments, environment=given, folder=tmp_path, width=width)

    made = linepack(
        "key", "create", "--party", "P0", "--name", "the robot of the billing department", "--json"
    )
    key_id = json.loads(made.stdout)["id"]
    assert key_id in linepack("key", "list", "--party", "P0").stdout
    revoked = linepack("key", "revoke", key_id)
    assert revoked.returncode == 0, revoked.stderr


@pytest.mark.timeout(400)
def test_parties_and_jobs_are_listed(linepack: Linepack) -> None:
    parties = json.loads(linepack("party", "list", "--json").stdout)
    assert [(one["code"], one["kind"]) for one in parties[:1] + parties[-1:]] == [
        ("P0", "SHIPPER"),
        ("P5", "OPERATOR"),
    ]
    assert "Party 3" in linepack("party", "list").stdout
    assert linepack("job", "list").stdout == "No job was ever asked for.\n"
    linepack("import", "gaslib-40", "--operator", "P4")
    asked = linepack("dispatch", "gaslib-40", "--day", str(START), "--nomination", "--no-wait", "--json")
    assert asked.returncode == 0, asked.stderr
    job, [listed] = json.loads(asked.stdout), json.loads(linepack("job", "list", "--json").stdout)
    assert (listed["id"], listed["network"], listed["state"]) == (job["job"], "gaslib-40", "QUEUED")
    assert json.loads(linepack("job", "list", "--network", "fork", "--json").stdout) == []
