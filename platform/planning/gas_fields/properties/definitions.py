"""The 97 inputs of gas fields: unit, default and rule of each, and the collection that it belongs to.

Quantities are in thousands of the native unit of gas (TJ where prices are per GJ, BBtu where they are per
MMBtu); in files in U.S. units they are written in the native unit itself. Yes is -1. `UNBOUNDED` is no limit.
A property that is left out has its default, which is stored nowhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from planning.gas_fields.properties.rules import (
    ANY,
    NOT_NEGATIVE,
    POSITIVE,
    Rule,
    at_least,
    between,
    one_of,
    whole,
)

UNBOUNDED: Final = 1e30
SERIAL_ZERO: Final = date(1899, 12, 30)
"""The day that dates as numbers count from, as spreadsheets count them."""


class Collection(StrEnum):
    """What a property is a property of: a field itself, or a field together with something else."""

    FIELD = "Gas Field"
    NODE = "Gas Node"
    BASIN = "Gas Basin"
    COMPANY = "Company"
    MAINTENANCE = "Maintenance"
    CONSTRAINT = "Constraint"
    OBJECTIVE = "Objective"


class Unit(StrEnum):
    """The unit of a property, as files may state it; `~` is the native unit of gas."""

    NUMBER = "-"
    FLAG = "Yes/No"
    QUANTITY = "1000·~"
    PRICE = "$/~"
    THOUSANDS = "$000"
    PERCENT = "%"
    YEARS = "yr"
    HOURS = "h"


@dataclass(frozen=True, slots=True)
class Definition:
    """A property: where it belongs, its unit, its value where none is given, and what it may be.

    is_banded : it has one value for each band, from band 1 on
    is_dated : its value may change with the gas day
    """

    collection: Collection
    name: str
    unit: Unit
    default: float
    rule: Rule
    is_banded: bool = False
    is_dated: bool = False


FIELD, NODE, BASIN, COMPANY, MAINTENANCE, CONSTRAINT, OBJECTIVE = Collection

DEFINITIONS: Final = (
    Definition(FIELD, "Balance Period", Unit.NUMBER, 0, one_of(0, 1, 2, 3, 4, 5, 6)),
    Definition(FIELD, "Build Cost", Unit.THOUSANDS, 0, ANY),
    Definition(FIELD, "Carrying Rate", Unit.PERCENT, 0, NOT_NEGATIVE),
    Definition(FIELD, "Decomposition Bound Penalty", Unit.PRICE, 1e6, NOT_NEGATIVE),
    Definition(FIELD, "Decomposition Method", Unit.NUMBER, 1, one_of(0, 1, 2)),
    Definition(FIELD, "Decomposition Penalty a", Unit.NUMBER, 0.0489, ANY),
    Definition(FIELD, "Decomposition Penalty b", Unit.NUMBER, 0.6931, ANY),
    Definition(FIELD, "Decomposition Penalty c", Unit.NUMBER, 0, ANY),
    Definition(FIELD, "Decomposition Penalty x", Unit.NUMBER, 1.1, ANY),
    Definition(FIELD, "Dispatch Production Cost", Unit.PRICE, 0, ANY, is_banded=True, is_dated=True),
    Definition(FIELD, "Economic Life", Unit.YEARS, 30, NOT_NEGATIVE),
    Definition(FIELD, "End Effects Method", Unit.NUMBER, 1, one_of(1, 2)),
    Definition(FIELD, "Enforce Bounds", Unit.FLAG, -1, one_of(0, -1)),
    Definition(FIELD, "Expansion Optimality", Unit.NUMBER, 2, one_of(0, 2)),
    Definition(FIELD, "External Injection", Unit.QUANTITY, 0, ANY, is_dated=True),
    Definition(FIELD, "FO&M Charge", Unit.THOUSANDS, 0, ANY, is_dated=True),
    Definition(FIELD, "Forced Outage Rate", Unit.PERCENT, 0, between(0, 100), is_banded=True),
    Definition(FIELD, "Heat Value", Unit.NUMBER, 0, NOT_NEGATIVE),
    Definition(FIELD, "Initial Inventory Price", Unit.PRICE, 0, NOT_NEGATIVE),
    Definition(FIELD, "Initial Volume", Unit.QUANTITY, 0, NOT_NEGATIVE),
    Definition(FIELD, "Integerization Horizon", Unit.YEARS, -1, at_least(-1)),
    Definition(FIELD, "Internal Volume Scalar", Unit.NUMBER, 1, POSITIVE),
    Definition(FIELD, "Inventory Charge", Unit.PRICE, 0, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Lead Time", Unit.YEARS, 0, NOT_NEGATIVE),
    Definition(FIELD, "Maintenance Frequency", Unit.NUMBER, 0, NOT_NEGATIVE, is_banded=True),
    Definition(FIELD, "Maintenance Rate", Unit.PERCENT, 0, between(0, 100), is_banded=True),
    Definition(FIELD, "Max Production", Unit.QUANTITY, UNBOUNDED, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Max Production Day", Unit.QUANTITY, UNBOUNDED, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Max Production Hour", Unit.QUANTITY, UNBOUNDED, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Max Production Month", Unit.QUANTITY, UNBOUNDED, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Max Production Target Percent", Unit.PERCENT, 100, between(0, 100), is_dated=True),
    Definition(FIELD, "Max Production Week", Unit.QUANTITY, UNBOUNDED, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Max Production Year", Unit.QUANTITY, UNBOUNDED, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Max Ramp", Unit.QUANTITY, UNBOUNDED, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Max Ramp Day", Unit.QUANTITY, UNBOUNDED, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Max Ramp Hour", Unit.QUANTITY, UNBOUNDED, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Max Ramp Month", Unit.QUANTITY, UNBOUNDED, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Max Ramp Week", Unit.QUANTITY, UNBOUNDED, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Max Ramp Year", Unit.QUANTITY, UNBOUNDED, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Max Time To Repair", Unit.HOURS, 0, NOT_NEGATIVE, is_banded=True),
    Definition(FIELD, "Max Units Built", Unit.NUMBER, 0, one_of(0, 1)),
    Definition(FIELD, "Max Units Built in Year", Unit.NUMBER, 1, one_of(0, 1), is_dated=True),
    Definition(FIELD, "Mean Time to Repair", Unit.HOURS, 24, NOT_NEGATIVE, is_banded=True),
    Definition(FIELD, "Min Production", Unit.QUANTITY, 0, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Min Production Day", Unit.QUANTITY, 0, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Min Production Hour", Unit.QUANTITY, 0, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Min Production Month", Unit.QUANTITY, 0, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Min Production Target Percent", Unit.PERCENT, 0, between(0, 100), is_dated=True),
    Definition(FIELD, "Min Production Week", Unit.QUANTITY, 0, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Min Production Year", Unit.QUANTITY, 0, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Min Time To Repair", Unit.HOURS, 0, NOT_NEGATIVE, is_banded=True),
    Definition(FIELD, "Model Capital Cost Recovery", Unit.FLAG, 0, one_of(0, 1)),
    Definition(FIELD, "Outage Max Production", Unit.QUANTITY, 0, ANY, is_banded=True),
    Definition(FIELD, "Production Cost", Unit.PRICE, 0, ANY, is_banded=True, is_dated=True),
    Definition(FIELD, "Production Tranches", Unit.NUMBER, 1, whole(0, 1_000)),
    Definition(FIELD, "Production Volume", Unit.QUANTITY, UNBOUNDED, NOT_NEGATIVE, is_banded=True),
    Definition(FIELD, "Project Start Date", Unit.NUMBER, 36526, NOT_NEGATIVE),
    Definition(FIELD, "Random Number Seed", Unit.NUMBER, 0, whole(0, 2_147_483_647)),
    Definition(FIELD, "Ratchet Type", Unit.NUMBER, 0, one_of(0, 1, 2)),
    Definition(FIELD, "Recycle Penalty", Unit.PRICE, -1, ANY),
    Definition(
        FIELD, "Repair Time Distribution", Unit.NUMBER, -1, one_of(-1, 0, 1, 2, 3, 4, 5, 6, 7), is_banded=True
    ),
    Definition(FIELD, "Repair Time Scale", Unit.NUMBER, 0, ANY, is_banded=True),
    Definition(FIELD, "Repair Time Shape", Unit.NUMBER, 0, ANY, is_banded=True),
    Definition(FIELD, "Reset Production Volumes", Unit.FLAG, 0, one_of(0, -1), is_dated=True),
    Definition(FIELD, "Target", Unit.QUANTITY, 0, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Target Day", Unit.QUANTITY, 0, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Target Hour", Unit.QUANTITY, 0, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Target Month", Unit.QUANTITY, 0, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Target Penalty", Unit.PRICE, -1, ANY, is_dated=True),
    Definition(FIELD, "Target Week", Unit.QUANTITY, 0, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Target Year", Unit.QUANTITY, 0, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Technical Life", Unit.YEARS, UNBOUNDED, NOT_NEGATIVE),
    Definition(FIELD, "Units", Unit.NUMBER, 1, one_of(0, 1), is_dated=True),
    Definition(FIELD, "Use Additive Ratchet", Unit.FLAG, -1, one_of(0, -1)),
    Definition(FIELD, "WACC", Unit.PERCENT, 10, NOT_NEGATIVE),
    Definition(FIELD, "Withdrawal Ratchet", Unit.QUANTITY, UNBOUNDED, NOT_NEGATIVE, is_dated=True),
    Definition(FIELD, "Withdrawal Rate Scalar", Unit.PERCENT, 0, ANY, is_banded=True),
    Definition(FIELD, "Withdrawal Volume Factor", Unit.PERCENT, 0, NOT_NEGATIVE, is_banded=True),
    Definition(FIELD, "x", Unit.NUMBER, 0, ANY, is_banded=True, is_dated=True),
    Definition(FIELD, "y", Unit.NUMBER, 0, ANY, is_banded=True, is_dated=True),
    Definition(FIELD, "z", Unit.NUMBER, 0, ANY, is_banded=True, is_dated=True),
    Definition(NODE, "Max Blend Percent", Unit.PERCENT, 0, NOT_NEGATIVE),
    Definition(NODE, "Min Blend Percent", Unit.PERCENT, 0, NOT_NEGATIVE),
    Definition(NODE, "Participation Factor", Unit.NUMBER, 1, between(-1, 1)),
    Definition(BASIN, "Participation Factor", Unit.NUMBER, 1, between(-1, 1)),
    Definition(COMPANY, "Share", Unit.PERCENT, 100, between(0, 100)),
    Definition(MAINTENANCE, "Outage Max Production", Unit.QUANTITY, 0, ANY),
    Definition(CONSTRAINT, "End Volume Coefficient", Unit.QUANTITY, 0, ANY),
    Definition(CONSTRAINT, "Production Coefficient", Unit.QUANTITY, 0, ANY),
    Definition(CONSTRAINT, "Ramp Coefficient", Unit.QUANTITY, 0, ANY),
    Definition(CONSTRAINT, "Units Built Coefficient", Unit.NUMBER, 0, ANY),
    Definition(CONSTRAINT, "Units Built in Year Coefficient", Unit.NUMBER, 0, ANY),
    Definition(OBJECTIVE, "End Volume Coefficient", Unit.QUANTITY, 0, ANY),
    Definition(OBJECTIVE, "Production Coefficient", Unit.QUANTITY, 0, ANY),
    Definition(OBJECTIVE, "Ramp Coefficient", Unit.QUANTITY, 0, ANY),
    Definition(OBJECTIVE, "Units Built Coefficient", Unit.NUMBER, 0, ANY),
    Definition(OBJECTIVE, "Units Built in Year Coefficient", Unit.NUMBER, 0, ANY),
)

BY_NAME: Final[Mapping[Collection, Mapping[str, Definition]]] = {
    collection: {one.name: one for one in DEFINITIONS if one.collection is collection}
    for collection in Collection
}
"""The definitions of each collection, by name."""
