"""Any one stored value that is said to be proved: changed with the triggers off, it is named."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.integration.settlement.audit.audited_market import AuditedMarket
from tests.integration.settlement.audit.damage import changes, found_after, setting

from server.declarations import all_tables

pytestmark = pytest.mark.anyio

PAGE = Path(__file__).parents[4] / "docs" / "guide" / "audit.md"
LEAVES = 4
"""Places of a document that are changed, each for itself."""

AUDITED = (
    "contract",
    "verdict",
    "trade",
    "listing",
    "market_call",
    "market_order",
    "release",
    "release_bid",
    "release_award",
    "release_award_bid",
    "release_credit_change",
    "network_clearing",
    "clearing_bid",
    "clearing_award",
    "clearing_awarded_bid",
    "tariff",
    "network",
    "network_revision",
    "overlay",
    "interruptible_quantity",
    "set_aside",
)
NOT_PROVED = {
    "listing": {"posted_at"},
    "market_call": {"initiator_id", "remaining", "opened_at"},
    "market_order": {"contract_id", "placed_at"},
    "release": {"contract_id", "prearranged_bidder_id", "offered_at"},
    "release_bid": {"placed_at"},
    "release_award": {"awarded_at"},
    "release_credit_change": {"recorded_by"},
    "network_clearing": {"opened_at"},
    "clearing_bid": {"placed_at", "sequence"},
    "tariff": {"valid_from", "set_by", "recorded_at"},
    "network": {"currency", "version", "created_at"},
    "network_revision": {"published_at"},
    "overlay": {"set_at", "withdrawn_at"},
    "interruptible_quantity": {"id", "set_by", "recorded_at"},
    "set_aside": {"until", "set_at"},
}
"""Columns of which some values, or all, could be changed unnoticed; the guide says why."""


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", AUDITED)
async def test_any_value_that_is_changed_is_named(audited: AuditedMarket, name: str) -> None:
    draw = random.Random()
    unnoticed = []
    for column, key, value in await _damages(audited, all_tables().tables[name], draw):
        damage = setting(all_tables().tables[name], key, column, value)
        if await found_after(audited.market_fixture.database, damage) == []:
            unnoticed.append((column.name, key, value))
    assert unnoticed == []


async def _damages(
    audited: AuditedMarket, table: sa.Table, draw: random.Random
) -> list[tuple[sa.Column[Any], tuple[Any, ...], object]]:
    """Return for every proved column a row, drawn, and what one of its values is changed to."""
    async with audited.market_fixture.database.read() as connection:
        rows = (await connection.execute(sa.select(table))).all()
    return list(_drawn(table, rows, draw))


def _drawn(
    table: sa.Table, rows: Sequence[sa.Row[Any]], draw: random.Random
) -> Iterator[tuple[sa.Column[Any], tuple[Any, ...], object]]:
    for column in table.columns:
        if column.name in NOT_PROVED.get(table.name, set()):
            continue
        row = draw.choice(rows)._mapping
        values = list(changes(column, row[column.name]))
        for value in draw.sample(values, min(LEAVES, len(values))):
            yield column, tuple(row[part.name] for part in table.primary_key), value


@pytest.mark.parametrize(("table", "columns"), NOT_PROVED.items())
def test_the_guide_names_what_is_not_proved(table: str, columns: set[str]) -> None:
    page = PAGE.read_text()
    assert columns <= set(all_tables().tables[table].columns.keys())
    assert [name for name in sorted(columns) if f"`{table}.{name}`" not in page] == []
