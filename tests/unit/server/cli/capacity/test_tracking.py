"""`linepack track` on GasLib-40 as published: source_1's way to sink_1, and what cannot be asked."""

from io import StringIO

import pytest
from rich.console import Console
from typer.testing import CliRunner

from capacity.hydraulics.search.portfolio import Feasible
from capacity.publication import catalogue
from capacity.solvers.highs import Highs
from linepack.money import Currency
from operations.gas_quality.provenance import KnownSupply, PathRequest, provenance
from server.cli import app
from server.cli.capacity import nomination, tracking
from server.cli.output import write

GASLIB_40 = catalogue.load("gaslib-40")
SUPPLIES = (KnownSupply("source_1", 11.0, 25.0), KnownSupply("source_2", None, 20.0))
SOURCE_3 = KnownSupply("source_3", None, 22.0)


def shown(*supplies: KnownSupply) -> list[str]:
    """Return the lines printed of the way from source_1 to sink_1."""
    decision = nomination.decide(GASLIB_40, 1.0, Highs(), 10.0)
    assert isinstance(decision.found, Feasible)
    path = provenance(GASLIB_40, decision.found.state, PathRequest("source_1", "sink_1", supplies=supplies))
    output = StringIO()
    write(Console(file=output, width=80), tracking.answer(GASLIB_40, Currency.EUR, path))
    return [line.strip() for line in output.getvalue().splitlines()]


def test_a_path_is_a_table_with_distance_pressure_quality_flow_shares_and_cost() -> None:
    header, first, *lines = shown(*SUPPLIES, SOURCE_3)
    assert header.split() == ["node", "km", "bar", "kWh/Nm³", "kWh/h", "gas", "of", "EUR/MWh"]
    node, distance, _, value, *share, cost = first.split()
    assert (node, distance, value, share, cost) == (
        "source_1",
        "0.0",
        "11.000",
        ["source_1", "100.0%"],
        "25.000",
    )
    last = next(number for number, line in enumerate(lines) if line.startswith("sink_1 "))
    node, distance, pressure, value, flow, _, _, cost = lines[last].split()
    assert float(distance) > 100
    sink = next(node for node in GASLIB_40.nodes if node.id == "sink_1")
    assert sink.pressure_min_bar is not None
    assert float(pressure) >= sink.pressure_min_bar
    assert int(flow.replace(",", "")) == -sink.nomination, "sink_1 ends the way"
    assert 10.1 < float(value) < 11.0
    assert 20.0 < float(cost) < 25.0
    shares = {}
    for line in (" ".join(lines[last].split()[5:7]), *lines[last + 1 :]):
        supply, share_of = line.split()
        shares[supply] = float(share_of.rstrip("%"))
    assert list(shares.values()) == sorted(shares.values(), reverse=True)
    assert sum(shares.values()) == pytest.approx(100.0, abs=0.2)


def test_without_every_price_the_cost_of_the_mixture_is_not_shown() -> None:
    costs = {line.split()[0]: line.split()[-1] for line in shown(*SUPPLIES) if line.startswith("s")}
    assert costs["source_1"] == "25.000"
    assert costs["sink_1"] == "–"


@pytest.mark.parametrize(
    "given",
    [
        (),
        ("--nomination", "--day", "2027-10-01"),
        ("--nomination", "--price", "25"),
        ("--nomination", "--price", "source_1=dear"),
        ("--nomination", "--calorific-value", "=11"),
    ],
)
def test_what_cannot_be_asked_is_wrong_usage(given: tuple[str, ...]) -> None:
    asked = ["track", "gaslib-40", "--from", "source_1", "--to", "sink_1", *given]
    assert CliRunner().invoke(app, asked).exit_code == 2
