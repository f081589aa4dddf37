"""What a request to simulate is refused for, with all of its faults at once."""

import pytest

from capacity.publication import catalogue
from linepack.problems import InvalidInput
from planning.simulation.request import SteadySimulation, simulated

NETWORK = catalogue.load("gaslib-40")


def faults(**asked: object) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refused:
        simulated(NETWORK, SteadySimulation(**asked))  # type: ignore[arg-type]
    return [(fault.place, fault.message) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("bar", "shown"), [(0.0, "0"), (-1.0, "-1"), (1e200, "1e+200"), (float("nan"), "nan")]
)
def test_a_reference_has_a_pressure_that_there_may_be(bar: float, shown: str) -> None:
    message = f"its pressure, in bar, must be above 0 and at most 1,000, not {shown}"
    assert faults(reference_bar=bar) == [("reference", message)]


def test_a_ratio_is_one_that_a_station_may_hold() -> None:
    ratios = {"compressorStation_1": 1e200, "compressorStation_2": 0.0, "pipe_1": 1.0}
    assert faults(ratios=ratios) == [
        ("edge compressorStation_1", "its ratio must be from 0.01 to 100, not 1e+200"),
        ("edge compressorStation_2", "its ratio must be from 0.01 to 100, not 0"),
        ("edge pipe_1", "is neither a compressor station nor a control valve"),
    ]
