"""The 33 outputs of gas fields: units of an interval and of a phase, and the phases that have them.

In an interval gas is counted in the native unit and money in the currency; over a phase both in thousands.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from planning.gas_fields.study.model import PhaseName


class OutputUnit(StrEnum):
    """What an output is counted in: of an interval, and over a phase."""

    GAS = "gas"
    THOUSANDS_OF_GAS = "thousands of gas"
    MONEY = "money"
    THOUSANDS_OF_MONEY = "thousands of money"
    PRICE = "price"
    HOURS = "h"
    PERCENT = "%"
    NUMBER = "-"


class Summary(StrEnum):
    """How the figure of a phase follows from those of its intervals."""

    SUM = "sum"
    FIRST = "first"
    LAST = "last"
    AVERAGE = "average"
    WEIGHTED = "weighted by production"


@dataclass(frozen=True, slots=True)
class Output:
    """An output: its unit in an interval, how it is summed up, and which phases have it."""

    name: str
    unit: OutputUnit
    summary: Summary
    phases: frozenset[PhaseName]

    @property
    def interval_factor(self) -> float:
        """What a figure in thousands is multiplied by for an interval."""
        return 1_000.0 if self.unit in {OutputUnit.GAS, OutputUnit.MONEY} else 1.0


EVERY: Final = frozenset(PhaseName)
LONG: Final = frozenset({PhaseName.LONG_TERM})

FIELD_OUTPUTS: Final = (
    Output("Build Cost", OutputUnit.THOUSANDS_OF_MONEY, Summary.SUM, LONG),
    Output("Capacity Built", OutputUnit.THOUSANDS_OF_GAS, Summary.SUM, LONG),
    Output("Carrying Cost", OutputUnit.MONEY, Summary.SUM, EVERY),
    Output("Dispatch Price", OutputUnit.PRICE, Summary.WEIGHTED, EVERY),
    Output("End Volume", OutputUnit.THOUSANDS_OF_GAS, Summary.LAST, EVERY),
    Output("Fixed Costs", OutputUnit.MONEY, Summary.SUM, EVERY),
    Output("FO&M Cost", OutputUnit.MONEY, Summary.SUM, EVERY),
    Output("Forced Outage", OutputUnit.GAS, Summary.SUM, EVERY),
    Output("Forced Outage Hours", OutputUnit.HOURS, Summary.SUM, EVERY),
    Output("Initial Volume", OutputUnit.THOUSANDS_OF_GAS, Summary.FIRST, EVERY),
    Output("Inventory Cost", OutputUnit.MONEY, Summary.SUM, EVERY),
    Output("Maintenance", OutputUnit.GAS, Summary.SUM, EVERY),
    Output("Maintenance Hours", OutputUnit.HOURS, Summary.SUM, EVERY),
    Output("Price", OutputUnit.PRICE, Summary.WEIGHTED, EVERY),
    Output("Production", OutputUnit.GAS, Summary.SUM, EVERY),
    Output("Production Cost", OutputUnit.MONEY, Summary.SUM, EVERY),
    Output("Recovered Capital Cost", OutputUnit.MONEY, Summary.SUM, EVERY),
    Output("Recovery Price", OutputUnit.PRICE, Summary.WEIGHTED, EVERY),
    Output("Service Factor", OutputUnit.PERCENT, Summary.AVERAGE, EVERY),
    Output("Shadow Price", OutputUnit.PRICE, Summary.AVERAGE, EVERY),
    Output("Units", OutputUnit.NUMBER, Summary.LAST, LONG),
    Output("Units Built", OutputUnit.NUMBER, Summary.SUM, LONG),
    Output("Units Out", OutputUnit.NUMBER, Summary.AVERAGE, EVERY),
    Output("x", OutputUnit.NUMBER, Summary.LAST, EVERY),
    Output("y", OutputUnit.NUMBER, Summary.LAST, EVERY),
    Output("z", OutputUnit.NUMBER, Summary.LAST, EVERY),
)

COMPANY_OUTPUTS: Final = (
    Output("Fixed Costs", OutputUnit.MONEY, Summary.SUM, EVERY),
    Output("FO&M Cost", OutputUnit.MONEY, Summary.SUM, EVERY),
    Output("Net Profit", OutputUnit.MONEY, Summary.SUM, EVERY),
    Output("Net Revenue", OutputUnit.MONEY, Summary.SUM, EVERY),
    Output("Production", OutputUnit.THOUSANDS_OF_GAS, Summary.SUM, EVERY),
    Output("Production Cost", OutputUnit.MONEY, Summary.SUM, EVERY),
    Output("Shadow Price", OutputUnit.PRICE, Summary.AVERAGE, EVERY),
)
