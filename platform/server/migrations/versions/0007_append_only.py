"""One guard for all tables whose rows stay as they were written, and more tables that have it."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        MESSAGE = TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' is refused, ' || TG_ARGV[0];
END
$$
"""

INSTEAD = {
    "contract": "derive another contract from it",
    "event": "record another event",
    "hold": "append what ends the hold",
    "idempotency_key": "use another key",
    "interruptible_quantity": "state another",
    "ledger_entry": "post a reversal",
    "ledger_posting": "post a reversal",
    "listing": "post another listing",
    "market_call": "open another call",
    "market_order": "place another order",
    "movement": "append the opposite movement",
    "network": "change what its commands change",
    "network_revision": "publish another revision",
    "overlay": "withdraw it",
    "product_rules": "set other rules",
    "release": "offer another release",
    "release_award": "replay the award",
    "release_award_bid": "replay the award",
    "release_bid": "place another bid",
    "set_aside": "end it",
    "shortfall_notice": "give another notice",
    "tariff": "set another tariff",
    "trade": "conclude another trade",
    "verdict": "decide another",
}
"""The guarded tables, and what is done in place of a change."""

ONCE = "OLD.{0} IS NULL AND NEW.{0} IS NOT NULL"
WHILE_OPEN = "OLD.state = 'OPEN'"
CHANGING = {
    "event": (["position"], ONCE.format("position")),
    "idempotency_key": (["result"], ONCE.format("result")),
    "listing": (["remaining", "state"], WHILE_OPEN),
    "market_call": (["remaining", "state"], WHILE_OPEN),
    "market_order": (["state"], WHILE_OPEN),
    "network": (["policy", "version"], "TRUE"),
    "overlay": (["withdrawn_at"], ONCE.format("withdrawn_at")),
    "release": (
        ["quantity", "state", "outcome", "parked_at", "parked_code", "parked_reason"],
        WHILE_OPEN,
    ),
    "release_bid": (["state"], WHILE_OPEN),
}
"""The columns that may change, and while what holds."""

BEFORE = {
    "contract": ("contract_is_immutable", "a contract never changes: ", ""),
    "hold": ("hold_is_append_only", "holds are append-only: ", ", append what ends the hold"),
    "interruptible_quantity": (
        "interruptible_quantity_is_append_only",
        "interruptible quantities are append-only: ",
        ", state another",
    ),
    "movement": ("movement_is_append_only", "rights are append-only: ", ", append the opposite movement"),
    "network_revision": (
        "network_revision_is_immutable",
        "a network revision never changes: ",
        ", publish another",
    ),
    "shortfall_notice": ("shortfall_notice_is_append_only", "notices are append-only: ", ""),
}
"""The guards that each table had of its own: function, and its message but for the operation."""

OWN_FUNCTION = """
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        MESSAGE = '{before}' || TG_OP || ' is refused{after}';
END
$$
"""
EVENT_FUNCTION = """
CREATE FUNCTION event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.position IS NULL AND NEW.position IS NOT NULL
        AND to_jsonb(NEW) - 'position' = to_jsonb(OLD) - 'position' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'events are append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""
LEDGER_FUNCTION = """
CREATE FUNCTION settlement_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        MESSAGE = TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' is refused, post a reversal';
END $$
"""

FUNCTIONS = {
    "event": "event_is_append_only",
    "ledger_entry": "settlement_refuse_change",
    "ledger_posting": "settlement_refuse_change",
    **{table: function for table, (function, _, _) in BEFORE.items()},
}


def upgrade() -> None:
    """Apply this revision."""
    for table in FUNCTIONS:
        op.execute(f"DROP TRIGGER {_trigger(table)} ON {table}")
        op.execute(f"DROP TRIGGER {table}_is_not_truncated ON {table}")
    for function in sorted(set(FUNCTIONS.values())):
        op.execute(f"DROP FUNCTION {function}()")
    op.execute(REFUSE_CHANGE)
    for table, instead in INSTEAD.items():
        op.execute(f"""
            CREATE TRIGGER {table}_keeps_its_rows BEFORE DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('{instead}')
        """)
        op.execute(f"""
            CREATE TRIGGER {table}_keeps_its_values BEFORE UPDATE ON {table}
            FOR EACH ROW {_when(table)} EXECUTE FUNCTION refuse_change('{instead}')
        """)


def downgrade() -> None:
    """Undo this revision."""
    for table in INSTEAD:
        op.execute(f"DROP TRIGGER {table}_keeps_its_rows ON {table}")
        op.execute(f"DROP TRIGGER {table}_keeps_its_values ON {table}")
    op.execute("DROP FUNCTION refuse_change()")
    op.execute(EVENT_FUNCTION)
    op.execute(LEDGER_FUNCTION)
    for function, before, after in BEFORE.values():
        op.execute(OWN_FUNCTION.format(function=function, before=before, after=after))
    for table, function in FUNCTIONS.items():
        op.execute(f"""
            CREATE TRIGGER {_trigger(table)} BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {function}()
        """)
        op.execute(f"""
            CREATE TRIGGER {table}_is_not_truncated BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION {function}()
        """)


def _trigger(table: str) -> str:
    return f"{table}_is_immutable" if table in ("contract", "network_revision") else f"{table}_is_append_only"


def _when(table: str) -> str:
    if table not in CHANGING:
        return ""
    names, condition = CHANGING[table]
    columns = ", ".join(f"'{name}'" for name in names)
    rest = [f"to_jsonb({row}.*) - ARRAY[{columns}]" for row in ("NEW", "OLD")]
    return f"WHEN (NOT ({condition} AND {rest[0]} = {rest[1]}))"
