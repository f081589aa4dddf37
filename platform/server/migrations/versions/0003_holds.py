"""Holds: capacity reserved for one purpose, and offers that say whether they are firm."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GUARDS = (
    """
CREATE FUNCTION hold_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        MESSAGE = 'holds are append-only: ' || TG_OP || ' is refused, append what ends the hold';
END
$$
""",
    """
CREATE TRIGGER hold_is_append_only BEFORE UPDATE OR DELETE ON hold
FOR EACH ROW EXECUTE FUNCTION hold_is_append_only()
""",
    """
CREATE TRIGGER hold_is_not_truncated BEFORE TRUNCATE ON hold
FOR EACH STATEMENT EXECUTE FUNCTION hold_is_append_only()
""",
)

REMAINING = """
UPDATE market_call SET
    remaining = left_over.most,
    state = CASE WHEN state = 'OPEN' AND left_over.most = 0 THEN 'EXHAUSTED' ELSE state END
FROM (
    SELECT id, min(quantity) - min(taken) AS most FROM (
        SELECT market_call.id, market_call.quantity, COALESCE(sum(market_order.quantity), 0) AS taken
        FROM market_call
        CROSS JOIN generate_series(market_call.start_day, market_call.end_day - 1, INTERVAL '1 day') AS day
        LEFT JOIN market_order ON market_order.call_id = market_call.id
            AND market_order.state = 'ACCEPTED'
            AND day >= market_order.start_day AND day < market_order.end_day
        GROUP BY market_call.id, day
    ) AS of_day
    GROUP BY id
) AS left_over
WHERE left_over.id = market_call.id
"""
"""The most that is left of a call on any gas day after the orders that were accepted."""


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "hold",
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=True),
        sa.Column("receipt", sa.String(), nullable=True),
        sa.Column("delivery", sa.String(), nullable=True),
        sa.Column("firmness", sa.String(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("cause_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("period_start < period_end", name=op.f("ck_hold_period_not_empty")),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_hold_holds_something")),
        sa.CheckConstraint(
            "(contract_id IS NULL) = (receipt IS NOT NULL OR delivery IS NOT NULL)",
            name=op.f("ck_hold_is_on_contract_or_route"),
        ),
        sa.CheckConstraint(
            "receipt IS DISTINCT FROM delivery OR contract_id IS NOT NULL", name=op.f("ck_hold_has_two_ends")
        ),
        sa.CheckConstraint("sequence > 0", name=op.f("ck_hold_sequence_positive")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_hold_contract_id_contract")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_hold_network_id_network")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_hold_party_id_party")),
        sa.PrimaryKeyConstraint("network_id", "sequence", name=op.f("pk_hold")),
    )
    op.create_index(op.f("ix_hold_contract_id"), "hold", ["contract_id"], unique=False)
    op.create_index("ix_hold_cause_id", "hold", ["cause_id", "cause"], unique=False)
    op.create_index(
        "ix_hold_until", "hold", ["until"], unique=False, postgresql_where=sa.text("until IS NOT NULL")
    )
    op.create_index(
        "ix_hold_of_operator",
        "hold",
        ["network_id", "sequence"],
        unique=False,
        postgresql_where=sa.text("contract_id IS NULL"),
    )
    for statement in GUARDS:
        op.execute(statement)
    op.create_table(
        "set_aside",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=True),
        sa.Column("delivery", sa.String(), nullable=True),
        sa.Column("start_day", sa.Date(), nullable=False),
        sa.Column("end_day", sa.Date(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("start_day < end_day", name=op.f("ck_set_aside_period")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_set_aside_quantity")),
        sa.CheckConstraint(
            "receipt IS NOT NULL OR delivery IS NOT NULL", name=op.f("ck_set_aside_has_an_end")
        ),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_set_aside_network_id_network")),
        sa.ForeignKeyConstraint(["operator_id"], ["party.id"], name=op.f("fk_set_aside_operator_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_aside")),
    )
    op.create_index(op.f("ix_set_aside_network_id_id"), "set_aside", ["network_id", "id"], unique=False)
    _let_offers_say_whether_they_are_firm()


def _let_offers_say_whether_they_are_firm() -> None:
    """Offers made before held nothing, so they are indicative."""
    for table in ("listing", "market_call"):
        op.add_column(table, sa.Column("is_firm", sa.Boolean(), nullable=False, server_default=sa.false()))
        op.alter_column(table, "is_firm", server_default=None)
    op.drop_constraint(op.f("ck_listing_taken_when_none_remain"), "listing", type_="check")
    op.create_check_constraint(
        op.f("ck_listing_taken_when_none_remain"),
        "listing",
        "(remaining = 0) = (state IN ('TAKEN', 'EXHAUSTED'))",
    )
    op.add_column("market_call", sa.Column("remaining", sa.BigInteger(), nullable=True))
    op.execute(REMAINING)
    op.alter_column("market_call", "remaining", nullable=False)
    for name, condition in (
        ("remaining", "remaining BETWEEN 0 AND quantity"),
        ("closed_when_none_remain", "(remaining = 0) <= (state <> 'OPEN')"),
        ("seller_holds", "side = 'SELL' OR NOT is_firm"),
    ):
        op.create_check_constraint(op.f(f"ck_market_call_{name}"), "market_call", condition)


def downgrade() -> None:
    """Undo this revision. Older code knows no exhausted offers: they count as taken or closed."""
    for name in ("remaining", "closed_when_none_remain", "seller_holds"):
        op.drop_constraint(op.f(f"ck_market_call_{name}"), "market_call", type_="check")
    op.execute("UPDATE market_call SET state = 'CLOSED' WHERE state = 'EXHAUSTED'")
    op.drop_column("market_call", "remaining")
    op.drop_constraint(op.f("ck_listing_taken_when_none_remain"), "listing", type_="check")
    op.execute("UPDATE listing SET state = 'TAKEN' WHERE state = 'EXHAUSTED'")
    op.create_check_constraint(
        op.f("ck_listing_taken_when_none_remain"), "listing", "(remaining = 0) = (state = 'TAKEN')"
    )
    for table in ("listing", "market_call"):
        op.drop_column(table, "is_firm")
    op.drop_table("set_aside")
    op.drop_table("hold")
    op.execute("DROP FUNCTION hold_is_append_only()")
