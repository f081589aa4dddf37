"""What the database refuses by itself: every change of what says that it never changes."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from tests.integration.settlement.audit.audited_market import AuditedMarket
from tests.integration.settlement.audit.damage import changes, setting

from server.declarations import all_tables

pytestmark = pytest.mark.anyio

CHANGING = {
    "account_event": set[str](),
    "clearing_award": set[str](),
    "clearing_awarded_bid": set[str](),
    "clearing_bid": {"state"},
    "contract": set[str](),
    "credit_limit": set[str](),
    "credit_payment": set[str](),
    "credit_suspension": set[str](),
    "event": {"position"},
    "hold": set[str](),
    "idempotency_key": {"result"},
    "index_value": set[str](),
    "interruptible_quantity": set[str](),
    "ledger_entry": set[str](),
    "ledger_posting": set[str](),
    "listing": {"remaining", "state"},
    "market_call": {"remaining", "state"},
    "market_order": {"state"},
    "movement": set[str](),
    "network": {"policy", "version"},
    "network_clearing": {"state", "outcome", "parked_at", "parked_code", "parked_reason"},
    "network_revision": set[str](),
    "overlay": {"withdrawn_at"},
    "product_rules": set[str](),
    "profile_part": set[str](),
    "release": {"quantity", "state", "outcome", "parked_at", "parked_code", "parked_reason"},
    "release_award": set[str](),
    "release_award_bid": set[str](),
    "release_bid": {"state"},
    "release_credit_change": set[str](),
    "set_aside": set[str](),
    "settlement_index_value": set[str](),
    "settlement_indexed_contract": set[str](),
    "shortfall_notice": set[str](),
    "tariff": set[str](),
    "trade": set[str](),
    "verdict": set[str](),
    "verdict_leaf": {"place"},
}
"""Every guarded table, and the columns that its commands change."""

ONCE = {
    "clearing_bid": "UPDATE clearing_bid SET state = 'AWARDED' WHERE state = 'LOST'",
    "network_clearing": "UPDATE network_clearing SET outcome = 'another' WHERE state <> 'OPEN'",
    "event": "UPDATE event SET position = position + 1000",
    "idempotency_key": "UPDATE idempotency_key SET result = '{}'",
    "listing": "UPDATE listing SET state = 'OPEN', remaining = 1 WHERE state <> 'OPEN'",
    "market_call": "UPDATE market_call SET state = 'OPEN', remaining = 1 WHERE state <> 'OPEN'",
    "market_order": "UPDATE market_order SET state = 'OPEN' WHERE state <> 'OPEN'",
    "overlay": "UPDATE overlay SET withdrawn_at = NULL WHERE withdrawn_at IS NOT NULL",
    "release": "UPDATE release SET outcome = 'another' WHERE state <> 'OPEN'",
    "release_bid": "UPDATE release_bid SET state = 'AWARDED' WHERE state = 'LOST'",
}
"""What may change only while a thing is open, or once."""


async def test_every_guarded_table_is_looked_at_here(audited: AuditedMarket) -> None:
    triggers = sa.text(
        "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " WHERE tgname = relname || '_keeps_its_values'"
    )
    async with audited.market_fixture.database.read() as connection:
        assert set((await connection.execute(triggers)).scalars()) == set(CHANGING)


async def test_no_value_changes_but_those_of_commands(audited: AuditedMarket) -> None:
    changed = []
    for name, changing in CHANGING.items():
        table = all_tables().tables[name]
        async with audited.market_fixture.database.read() as connection:
            row = (await connection.execute(sa.select(table).limit(1))).one()._mapping
        key = tuple(row[part.name] for part in table.primary_key)
        for column in table.columns:
            if column.name not in changing:
                value = next(changes(column, row[column.name]))
                if not await _refused(audited, setting(table, key, column, value)):
                    changed.append(f"{name}.{column.name}")
    assert changed == []


@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_no_row_goes(audited: AuditedMarket, statement: str) -> None:
    gone = [
        name
        for name in CHANGING
        if not await _refused(audited, lambda c, name=name: c.execute(sa.text(statement.format(name))))
    ]
    assert gone == []


async def test_what_has_ended_does_not_begin_again(audited: AuditedMarket) -> None:
    begun = [
        name
        for name, statement in ONCE.items()
        if not await _refused(audited, lambda c, statement=statement: c.execute(sa.text(statement)))
    ]
    assert begun == []


async def _refused(audited: AuditedMarket, change: Any) -> bool:
    """Return whether the database says that the table is append-only; undo the change if it does not."""
    async with audited.market_fixture.database.engine.connect() as connection:
        try:
            await change(connection)
        except IntegrityError as refusal:
            return "append-only" in str(refusal.orig)
        return False
