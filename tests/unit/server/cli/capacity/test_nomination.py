"""`linepack verify --nomination` on GasLib-40: feasible as published, infeasible 1.2 times as much."""

from io import StringIO

import pytest
from rich.console import Console

from capacity.publication import catalogue
from capacity.solvers.highs import Highs
from linepack.problems import InvalidInput
from server.cli.capacity import nomination
from server.cli.output import write

GASLIB_40 = catalogue.load("gaslib-40")


def shown(scale: float, seconds: float = 10.0) -> tuple[bool, str]:
    """Return whether it is feasible, and what is printed."""
    solver, output = Highs(), StringIO()
    decision = nomination.decide(GASLIB_40, scale, solver, seconds)
    write(Console(file=output, width=100), nomination.answer(decision))
    return decision.is_feasible, output.getvalue()


def test_a_nomination_that_can_be_transported_shows_tight_nodes_and_stations() -> None:
    is_feasible, text = shown(1.0)
    assert is_feasible
    supply = sum(max(node.nomination, 0) for node in GASLIB_40.nodes)
    assert text.startswith("FEASIBLE at level hydraulic in ")
    assert f"{supply:,} kWh/h nominated" in text
    lines = text.splitlines()
    first = next(number for number, line in enumerate(lines) if "nearest their limits" in line)
    margins = [float(line.split()[-1]) for line in lines[first + 1 : first + 1 + nomination.NODES_SHOWN]]
    assert margins == sorted(margins)
    assert margins[0] >= 0
    assert text.count("compressorStation_") == 6


def test_an_overload_is_refused() -> None:
    is_feasible, text = shown(1.2)
    assert not is_feasible
    assert text.startswith("INFEASIBLE at level hydraulic in ")
    assert "no state keeps every limit" in text


def test_without_time_it_is_undecided_and_says_why() -> None:
    is_feasible, text = shown(1.2, seconds=1e-9)
    assert not is_feasible
    assert text.startswith("UNDECIDED at level hydraulic in ")
    assert "no proof within 1e-09 seconds" in text


@pytest.mark.parametrize("scale", [0.5, 1.15])
def test_supply_and_demand_are_scaled_alike(scale: float) -> None:
    decision = nomination.decide(GASLIB_40, scale, Highs(), 10.0)
    supply = sum(max(node.nomination, 0) for node in GASLIB_40.nodes)
    assert decision.supply == pytest.approx(supply * scale, abs=1)
    assert decision.is_feasible


def test_an_empty_nomination_is_refused_as_such() -> None:
    with pytest.raises(InvalidInput, match="nothing enters or leaves"):
        nomination.decide(GASLIB_40, 0.0, Highs(), 10.0)
