"""What is typed wrong is answered in a line or two, with a status, and never with a traceback."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from tests.integration.server.cli.command_line import Finished, run

Linepack = Callable[..., Finished]

DAYS = ("--start", "2027-03-01", "--end", "2027-04-01")
VERIFY = ("verify", "fork", *DAYS, "--receipt", "a", "--delivery", "x", "--quantity")


@pytest.fixture
def typed(tmp_path: Path) -> Linepack:
    """Run a command where nothing is installed: wrong usage is noticed before anything is opened."""
    given = {"DATABASE_URL": None, "REDIS_URL": None, "LINEPACK_DATA_DIR": None}
    return partial(run, environment=given, folder=tmp_path)


def _words(done: Finished) -> str:
    """Return what was printed of wrong usage, without the box around it."""
    return " ".join(done.stderr.replace("│", " ").split())


@pytest.mark.parametrize("quantity", ["-5", "0", "99999999999999999999", "1.5", "many"])
@pytest.mark.parametrize("command", [VERIFY, ("book", *VERIFY[1:-1], "--party", "P0", "--quantity")])
def test_a_quantity_that_is_none_is_wrong_usage(
    typed: Linepack, command: tuple[str, ...], quantity: str
) -> None:
    done = typed(*command, quantity)
    assert done.returncode == 2
    assert "--quantity" in done.stderr


def test_numbers_beyond_all_bounds_are_wrong_usage(typed: Linepack) -> None:
    huge = "9" * 30
    for command in (
        ("set-aside", "add", "fork", *DAYS, "--reason", "none", "--quantity", huge),
        ("interruptible", "fork", "--kind", "path", "--quantity", huge),
        ("interruptible", "fork", "--kind", "path", "--share", "NaN"),
        ("ledger", "proof", "-o", "proof", "--entry", huge),
        ("key", "rotate", "01a1fe42-0000-7000-8000-000000000000", "--overlap-hours", huge),
        ("key", "create", "--party", "P0", "--name", "robot", "--days", huge),
        ("audit", "--sample", huge),
        ("reconcile", "--seed", huge),
        ("policy", "fork", "--deadline", "nan"),
        ("verify", "fork", "--nomination", "--scale", "inf"),
        ("simulate", "fork", "--nominate", "a=1e400"),
        ("simulate", "fork", "--ratio", "aj=nan"),
        ("overlay", "set", "fork", "aj", *DAYS, "--reason", "none", "--factor", "inf"),
        ("tariff", "set", "fork", "--kind", "path", "--flat", "Infinity"),
        ("release-credit", "default", "LP-1", "--month", "2027-03", "--amount", "-Infinity"),
        ("release-credit", "default", "LP-1", "--month", "99999-03"),
        ("job", "list", "--limit", huge),
    ):
        done = typed(*command)
        assert done.returncode == 2, (command, done.stdout, done.stderr)


@pytest.mark.timeout(400)
def test_what_is_huge_but_in_bounds_is_refused(linepack: Linepack, tmp_path: Path) -> None:
    (tmp_path / "nomination.csv").write_text(f"node,quantity\na,{'9' * 400}\nx,-{'9' * 400}\n")
    for command, place in (
        (("simulate", "fork", "--file", "nomination.csv"), "node a"),
        (("simulate", "fork", "--nominate", "a=1e300"), "node a"),
        (("tariff", "set", "fork", "--kind", "path", "--flat", "1e300"), "price"),
        ((*VERIFY, "1000000000000"), None),
    ):
        done = linepack(*command)
        assert done.returncode == 1, (command, done.stdout, done.stderr)
        assert place is None or done.stderr.startswith(place)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("tomorrow", "'tomorrow' is no day: write it as YYYY-MM-DD"),
        ("2027-02-30", "'2027-02-30' is no day"),
        ("0001-01-01", "a gas day is from 1900-01-01 to 2999-12-31, not 0001-01-01"),
        ("20270301", "'20270301' is no day"),
    ],
)
def test_a_day_that_is_none_is_named(typed: Linepack, text: str, reason: str) -> None:
    done = typed("availability", "fork", "--start", text, "--end", "2027-04-01", "--delivery", "x")
    assert (done.returncode, reason in _words(done)) == (2, True), done.stderr
    assert "Value error" not in done.stderr


def test_a_proof_is_not_written_where_its_record_is(typed: Linepack) -> None:
    done = typed("ledger", "proof", "--entry", "2", "-o", "two.json")
    assert (done.returncode, "take another suffix" in _words(done)) == (2, True), done.stderr


def test_a_choice_that_is_none_lists_those_there_are(typed: Linepack) -> None:
    done = typed(*VERIFY, "1", "--level", "perfect")
    assert done.returncode == 2
    assert "'perfect' is not one of 'rights', 'flow', 'robust', 'hydraulic'" in _words(done)
    assert "Value error" not in done.stderr


@pytest.mark.timeout(400)
def test_a_file_that_cannot_be_written_or_read_is_named(linepack: Linepack, tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes("n\xe4me".encode("latin-1"))
    (tmp_path / "bad.zip").write_text("no archive")
    for command, reason in (
        (("export", "fork", "missing/x.json"), "missing/x.json: cannot be written: No such file"),
        (("ledger", "feed", "-o", "missing/feed"), "missing/feed: cannot be written: No such file"),
        (("simulate", "fork", "--file", "latin"), "latin: is not UTF-8 text"),
        (("tariff", "set", "fork", "--kind", "path", "--file", "latin"), "latin: is not UTF-8 text"),
        (("index", "publish", "fork", "latin"), "latin: is not UTF-8 text"),
        (("import", "bad.zip", "--operator", "P4"), "bad.zip: is no zip archive"),
        (("import", "nowhere.zip", "--operator", "P4"), "nowhere.zip: cannot be read: No such file"),
        (("import", "nowhere.json", "--operator", "P4"), "nowhere.json: cannot be read: No such file"),
        (("ledger", "verify", "--feed", "latin", "--checkpoints", "bad.zip"), ": "),
    ):
        done = linepack(*command)
        assert (done.returncode, reason in done.stderr) == (1, True), (command, done.stderr)


@pytest.mark.timeout(400)
def test_a_refusal_names_its_place_and_with_json_is_one_object(linepack: Linepack) -> None:
    past = ("book", "fork", "--start", "2020-01-01", "--end", "2020-02-01", "--receipt", "a")
    order = (*past, "--delivery", "x", "--quantity", "1", "--party", "P0")
    refused = linepack(*order)
    assert (refused.returncode, refused.stderr.startswith("start: the first gas day on sale is ")) == (
        1,
        True,
    )
    as_json = linepack(*order, "--json")
    assert (as_json.returncode, as_json.stdout) == (1, "")
    refusal = json.loads(as_json.stderr)
    assert (refusal["code"], refusal["faults"][0]["place"]) == ("INVALID_INPUT", "start")
    unknown = json.loads(linepack("export", "nowhere", "--json").stderr)
    assert (unknown["code"], unknown["message"]) == ("NOT_FOUND", "no network nowhere")
