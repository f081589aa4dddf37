"""The tables and scalars of a MATGAS file, as they are written.

Format: GasModels.jl documentation, "The GasModels Matgas Format".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from capacity.networks.faults import FaultList, Place
from capacity.networks.formats.measures import decimal_number

_COLUMNS = {
    "junction": "id p_min p_max p_nominal junction_type status pipeline_name edi_id lat lon",
    "pipe": "id fr_junction to_junction diameter length friction_factor p_min p_max status is_bidirectional",
    "compressor": "id fr_junction to_junction c_ratio_min c_ratio_max power_max flow_min flow_max "
    "inlet_p_min inlet_p_max outlet_p_min outlet_p_max status operating_cost directionality",
    "short_pipe": "id fr_junction to_junction status is_bidirectional",
    "resistor": "id fr_junction to_junction drag diameter status is_bidirectional",
    "loss_resistor": "id fr_junction to_junction p_loss status is_bidirectional",
    "regulator": "id fr_junction to_junction reduction_factor_min reduction_factor_max "
    "flow_min flow_max status",
    "valve": "id fr_junction to_junction status",
    "receipt": "id junction_id injection_min injection_max injection_nominal is_dispatchable status",
    "delivery": "id junction_id withdrawal_min withdrawal_max withdrawal_nominal is_dispatchable status",
    "transfer": "id junction_id withdrawal_min withdrawal_max withdrawal_nominal is_dispatchable status",
    "storage": "id junction_id well_diameter well_depth well_friction_factor reservoir_p_max "
    "base_gas_capacity total_field_capacity initial_field_capacity_percent reduction_factor_max "
    "c_ratio_max status flow_injection_rate_min flow_injection_rate_max "
    "flow_withdrawal_rate_min flow_withdrawal_rate_max",
}
"""The documented columns of each table, in order; further ones are for people and are not read."""

_CANDIDATE_COLUMNS = {
    "ne_pipe": f"{_COLUMNS['pipe'].removesuffix(' is_bidirectional')} construction_cost",
    "ne_compressor": f"{_COLUMNS['compressor'].removesuffix(' operating_cost directionality')} "
    "construction_cost operating_cost directionality",
}

TABLES = tuple(_COLUMNS)
CANDIDATES = tuple(_CANDIDATE_COLUMNS)
"""The tables that are read, and those of candidates for expansion."""

_OPTIONAL = frozenset(
    {"pipeline_name", "edi_id", "lat", "lon", "is_bidirectional", "operating_cost", "directionality"}
)
_TEXT = frozenset({"id", "fr_junction", "to_junction", "junction_id", "pipeline_name", "edi_id"})
_UNSCALED = Decimal(1)
_TABLE = re.compile(r"\s*mgc\.(\w+)\s*=\s*\[(.*)")
_SCALAR = re.compile(r"\s*mgc\.(\w+)\s*=\s*([^\[;]+);?\s*$")
_FUNCTION = re.compile(r"\s*function\s+mgc\s*=\s*(\S+)")
_TOKEN = re.compile(r"'([^']*)'|\"([^\"]*)\"|([^\s;,\]'\"]+)|([;\]])")
_COMMENT = re.compile(r"^((?:[^'\"%]|'[^']*'|\"[^\"]*\")*)%(.*)$")
SHOWN_LENGTH_MAX = 50
"""So much of a value that cannot be read is shown in its fault."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its values by column, and where it stands."""

    values: Mapping[str, str]
    place: Place

    def text(self, column: str) -> str:
        """Return a value as it is written; empty when it is absent."""
        return self.values.get(column, "")

    def number(self, column: str, scale: Decimal = _UNSCALED) -> float | None:
        """Return a value times `scale`, exact to the last bit; None when it is absent or no number."""
        number = decimal_number(self.values.get(column, ""))
        return None if number is None else float(number * scale)

    def flow(self, column: str) -> float:
        """Return a flow in kg/s; 0 when it is no number, which `Document.rows` has noted."""
        return self.number(column) or 0.0

    @property
    def is_in_service(self) -> bool:
        """Whether its status is another than 0."""
        return self.number("status") != 0


@dataclass(slots=True)
class Document:
    """The tables and scalars of a file."""

    file: str
    name: str = ""
    scalars: dict[str, tuple[str, int]] = field(default_factory=dict)
    tables: dict[str, list[tuple[list[str], int]]] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)

    def number(self, scalar: str, faults: FaultList) -> float:
        """Return a required scalar; 1, with a fault, when it cannot be had."""
        text, line = self.scalars.get(scalar, ("", 0))
        number = decimal_number(text)
        if number is None or number <= 0:
            said = f"must be a positive number, not {text[:SHOWN_LENGTH_MAX]!r}" if text else "is missing"
            faults.add(Place(self.file, line, f"mgc.{scalar}"), said)
            return 1.0
        return float(number)

    def rows(self, table: str, faults: FaultList) -> Iterator[Row]:
        """Yield the rows of a table that are in service, noting those that cannot be read."""
        columns = (_COLUMNS | _CANDIDATE_COLUMNS)[table].split()
        required = [column for column in columns if column not in _OPTIONAL]
        for values, line in self.tables.get(table, []):
            row = Row(
                dict(zip(columns, values, strict=False)), Place(self.file, line, f"{table} {values[0]}")
            )
            if missing := [column for column in required if column not in row.values]:
                faults.add(row.place, f"has {len(values)} columns; missing: {', '.join(missing)}")
                continue
            for column, value in row.values.items():
                if column not in _TEXT and decimal_number(value) is None:
                    faults.add(row.place, f"{column} must be a number, not {value[:SHOWN_LENGTH_MAX]!r}")
            if row.is_in_service:
                yield row


def parse(text: str, file: str, faults: FaultList) -> Document:
    """Return what a file says; what cannot be read is noted in `faults`."""
    document = Document(file)
    table, column_names = "", ""
    for line, raw in enumerate(text.splitlines(), start=1):
        content = raw
        if comment := _COMMENT.match(raw):
            content = comment.group(1)
            if comment.group(2).startswith("column_names%"):
                column_names = comment.group(2).removeprefix("column_names%")
        if not table and (start := _TABLE.match(content)):
            table, content = start.group(1), start.group(2)
            if table in document.tables:
                faults.add(Place(file, line, f"mgc.{table}"), "is given twice")
            document.tables[table] = []
            document.columns[table], column_names = column_names.split(), ""
        if table:
            if _read_rows(document.tables[table], content, line):
                table = ""
        elif scalar := _SCALAR.match(content):
            document.scalars[scalar.group(1)] = (scalar.group(2).strip().strip("'\""), line)
        elif function := _FUNCTION.match(content):
            document.name = function.group(1)
    if table:
        faults.add(Place(file, text.count("\n") + 1, f"mgc.{table}"), "is not closed: the file is truncated")
    return document


def _read_rows(rows: list[tuple[list[str], int]], content: str, line: int) -> bool:
    """Add the rows that a line of a table holds; return whether the table ends on it."""
    values: list[str] = []
    for match in _TOKEN.finditer(content):
        if match.group(4) is None:
            values.append(next(group for group in match.groups() if group is not None))
            continue
        if values:
            rows.append((values, line))
        values = []
        if match.group(4) == "]":
            return True
    if values:
        rows.append((values, line))
    return False
