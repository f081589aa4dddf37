"""`linepack book --profile`, `positions` and `availability --all` as typed, on a database of their own."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.integration.server.cli.conftest import Command

FIRST = datetime.now(UTC).date() + timedelta(days=100)
SECOND, THIRD, END = (FIRST + timedelta(days=10 * number) for number in (1, 2, 3))
DAYS = ("--start", str(FIRST), "--end", str(END))
BOOK = ("book", "fork", "--party", "P0", "--receipt", "a")


def profile(folder: Path, *quantities: int) -> str:
    """A file with a quantity to x for each of three periods, and 5 to y over all of them."""
    starts = (FIRST, SECOND, THIRD, END)
    lines = [f"{starts[place]},{starts[place + 1]},{quantity},x" for place, quantity in enumerate(quantities)]
    path = folder / "profile.csv"
    path.write_text("\n".join(["start,end,quantity,delivery", *lines, f"{FIRST},{END},5,y"]))
    return str(path)


@pytest.mark.timeout(400)
def test_a_profile_is_booked_whole_and_shows_as_positions(linepack: Command, tmp_path: Path) -> None:
    def answer(*arguments: str) -> Any:
        done = linepack(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    # j → x carries 80.
    refused = linepack(*BOOK, "--profile", profile(tmp_path, 40, 81, 20))
    assert refused.returncode == 1
    assert "1 of 4 parts cannot be had, so none is booked: part 1: 81 on a → x" in refused.stderr
    assert "of which 1 are missing" in refused.stderr
    assert answer("positions", "fork", "--party", "P0", *DAYS)["positions"] == []

    booked = answer(*BOOK, "--profile", profile(tmp_path, 40, 80, 20))
    # 0.25 EUR per unit and gas day: (40 + 80 + 20) x 10 days and 5 x 30 days.
    assert booked["total"] == {"amount": "387.50", "currency": "EUR"}
    assert [one["quantity"] for one in booked["contracts"]] == [40, 80, 20, 5]
    shown = linepack("positions", "fork", "--party", "P0", *DAYS, "--delivery", "x", "--receipt", "a")
    rows = [line.split() for line in shown.stdout.splitlines() if line.startswith("a → x")]
    assert [row[-7:] for row in rows] == [
        [quantity, "0", "0", quantity, "0", "0", quantity] for quantity in ("40", "80", "20")
    ]

    every = answer("availability", "fork", *DAYS, "--all")
    assert (every["demanded_level"], every["unit"]) == ("flow", "kWh/h")
    routes = {(one["route"]["receipt"], one["route"]["delivery"]) for one in every["stretches"]}
    assert routes >= {("a", "x"), ("b", "y"), ("a", None), (None, "y")}
    to_x = [one for one in every["stretches"] if one["route"] == {"receipt": "a", "delivery": "x"}]
    assert [(one["sold"], one["available"], one["unit_price"]) for one in to_x] == [
        (40, 40, "2.50"),
        (80, 0, "2.50"),
        (20, 60, "2.50"),
    ]
    exits = answer("availability", "fork", *DAYS, "--all", "--kind", "exit")["stretches"]
    assert {one["route"]["receipt"] for one in exits} == {None}
    table = linepack("availability", "fork", *DAYS, "--all", "--kind", "path")
    assert "a → x" in table.stdout


@pytest.mark.timeout(400)
def test_options_that_do_not_go_together_are_refused(linepack: Command, tmp_path: Path) -> None:
    for arguments in (
        (*BOOK, "--profile", profile(tmp_path, 1, 1, 1), "--quantity", "5"),
        (*BOOK, "--quantity", "5"),
        ("availability", "fork", *DAYS, "--all", "--receipt", "a"),
        ("availability", "fork", *DAYS, "--receipt", "a", "--kind", "path"),
    ):
        assert linepack(*arguments).returncode == 2, arguments
    broken = tmp_path / "broken.csv"
    broken.write_text("start,end,quantity\n2027-02-30,2027-03-01,1\n")
    refused = linepack(*BOOK, "--profile", str(broken))
    assert (refused.returncode, "line 2.start" in refused.stderr) == (1, True)
