"""What a MATGAS file says and the network does not: noted at import, so that nobody takes it for modelled."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from capacity.networks.faults import FaultList
from capacity.networks.formats.matgas.document import CANDIDATES, TABLES, Document, Row

POWER_UNLIMITED_W: Final = 1e50
"""So much power and more is no limit: files write 1e100."""
NAMED_MAX: Final = 8
"""So many elements are named in a note; more are counted."""
_BOTH_WAYS: Final = 0
_ONE_WAY: Final = "only from fr_junction to to_junction, and gas passes back uncompressed"


def left_out(document: Document) -> list[str]:
    """Return what is left out or read otherwise, in sentences; what cannot be read is not looked at."""
    return [
        *_stations(document),
        *_least_flows(document),
        *_storages(document),
        *_candidates(document),
        *_out_of_service(document),
        *_other_tables(document),
    ]


def _stations(document: Document) -> Iterator[str]:
    junctions = {row.text("id"): row for row in _rows(document, "junction")}

    def at(row: Row, end: str, limit: str) -> float | None:
        junction = junctions.get(row.text(end))
        return None if junction is None else junction.number(limit)

    def is_below(row: Row) -> bool:
        own, junction = row.number("inlet_p_max"), at(row, "fr_junction", "p_max")
        return own is not None and junction is not None and own < junction

    def is_above(row: Row) -> bool:
        own, junction = row.number("outlet_p_min"), at(row, "to_junction", "p_min")
        return own is not None and junction is not None and own > junction

    def has_limit(row: Row) -> bool:
        power = row.number("power_max")
        return power is not None and power < POWER_UNLIMITED_W

    noted: tuple[tuple[Callable[[Row], bool], str], ...] = (
        (
            lambda row: row.number("directionality") == _BOTH_WAYS,
            f"compression both ways (directionality {_BOTH_WAYS}) is not modelled: {_ONE_WAY}",
        ),
        (has_limit, "the limit of power (power_max) is not modelled"),
        (is_below, "the highest pressure at the inlet (inlet_p_max), below the junction's, is not modelled"),
        (is_above, "the lowest pressure at the outlet (outlet_p_min), above the junction's, is not modelled"),
    )
    for is_so, text in noted:
        if ids := [row.text("id") for row in _rows(document, "compressor") if is_so(row)]:
            yield f"{_named('compressor', ids)}: {text}."


def _least_flows(document: Document) -> Iterator[str]:
    for table in ("compressor", "regulator"):
        if ids := [row.text("id") for row in _rows(document, table) if row.flow("flow_min") > 0]:
            yield f"{_named(table, ids)}: the least flow (flow_min) is not demanded."


def _storages(document: Document) -> Iterator[str]:
    if any(_rows(document, "storage")):
        yield "Wells and reservoirs of storages are not modelled: they hand over up to their rates."


def _candidates(document: Document) -> Iterator[str]:
    for table in CANDIDATES:
        if rows := list(_rows(document, table)):
            cost = sum(row.number("construction_cost") or 0.0 for row in rows)
            ids = [row.text("id") for row in rows]
            yield f"{_named(table, ids)}: candidates for expansion are not built; they would cost {cost:,g}."


def _out_of_service(document: Document) -> Iterator[str]:
    counts = {
        table: len(document.tables.get(table, [])) - sum(1 for _ in _rows(document, table))
        for table in TABLES
    }
    if left := ", ".join(f"{count} {table}" for table, count in counts.items() if count > 0):
        yield f"Out of service (status 0) and left out: {left}."


def _other_tables(document: Document) -> Iterator[str]:
    known = {*TABLES, *CANDIDATES}
    others = sorted(table for table in document.tables if table.removesuffix("_data") not in known)
    if others:
        yield f"Tables that are not read: {', '.join(others)}."


def _rows(document: Document, table: str) -> Iterable[Row]:
    return document.rows(table, FaultList())


def _named(table: str, ids: list[str]) -> str:
    return f"{len(ids)} {table}" if len(ids) > NAMED_MAX else f"{table} {', '.join(ids)}"
