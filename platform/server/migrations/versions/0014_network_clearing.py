"""Network clearing: clearings that operators open, bids and offers for paths, and what became of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_GUARDED = {
    "network_clearing": (
        "open another clearing",
        ("state", "outcome", "parked_at", "parked_code", "parked_reason"),
    ),
    "clearing_bid": ("place another bid", ("state",)),
    "clearing_award": ("replay the clearing", ()),
    "clearing_awarded_bid": ("replay the clearing", ()),
}
"""What is done in place of a change of each table, and the columns that may change of an open row."""


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "network_clearing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("start_day", sa.Date(), nullable=False),
        sa.Column("end_day", sa.Date(), nullable=False),
        sa.Column("closes_at", _INSTANT, nullable=False),
        sa.Column("reserve_price", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("seconds_max", sa.Integer(), nullable=False),
        sa.Column("gap_max", sa.Numeric(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.Column("parked_at", _INSTANT, nullable=True),
        sa.Column("parked_code", sa.String(), nullable=True),
        sa.Column("parked_reason", sa.String(), nullable=True),
        sa.CheckConstraint("start_day < end_day", name=op.f("ck_network_clearing_period")),
        sa.CheckConstraint("closes_at > opened_at", name=op.f("ck_network_clearing_closes_after_opening")),
        sa.CheckConstraint("reserve_price >= 0", name=op.f("ck_network_clearing_reserve_price")),
        sa.CheckConstraint("seconds_max > 0", name=op.f("ck_network_clearing_seconds_max")),
        sa.CheckConstraint("gap_max BETWEEN 0 AND 1", name=op.f("ck_network_clearing_gap_max")),
        sa.CheckConstraint(
            "num_nulls(parked_at, parked_code, parked_reason) IN (0, 3)",
            name=op.f("ck_network_clearing_parked_with_reason"),
        ),
        sa.CheckConstraint(
            "parked_at IS NULL OR state = 'OPEN'", name=op.f("ck_network_clearing_parked_is_open")
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_network_clearing_network_id_network")
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["party.id"], name=op.f("fk_network_clearing_operator_id_party")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_clearing")),
    )
    op.create_index(op.f("ix_network_clearing_network_id"), "network_clearing", ["network_id"])
    op.create_index(
        "ix_network_clearing_open",
        "network_clearing",
        ["closes_at", "id"],
        postgresql_where=sa.text("state = 'OPEN'"),
    )
    _create_bids()
    _create_awards()
    for table, (instead, changing) in _GUARDED.items():
        _guard(table, instead, changing)


def _create_bids() -> None:
    op.create_table(
        "clearing_bid",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clearing_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("start_day", sa.Date(), nullable=False),
        sa.Column("end_day", sa.Date(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.Numeric(), nullable=False),
        sa.Column("minimum", sa.BigInteger(), nullable=False),
        sa.Column("only_if", sa.Uuid(), nullable=True),
        sa.Column("contract_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("placed_at", _INSTANT, nullable=False),
        sa.CheckConstraint("start_day < end_day", name=op.f("ck_clearing_bid_period")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_clearing_bid_quantity")),
        sa.CheckConstraint("minimum BETWEEN 0 AND quantity", name=op.f("ck_clearing_bid_minimum")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_clearing_bid_price")),
        sa.CheckConstraint(
            "(side = 'sell') = (contract_id IS NOT NULL)", name=op.f("ck_clearing_bid_offers_a_contract")
        ),
        sa.CheckConstraint("only_if <> id", name=op.f("ck_clearing_bid_depends_on_another")),
        sa.ForeignKeyConstraint(
            ["clearing_id"],
            ["network_clearing.id"],
            name=op.f("fk_clearing_bid_clearing_id_network_clearing"),
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_clearing_bid_network_id_network")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_clearing_bid_party_id_party")),
        sa.ForeignKeyConstraint(
            ["only_if"], ["clearing_bid.id"], name=op.f("fk_clearing_bid_only_if_clearing_bid")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_clearing_bid_contract_id_contract")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clearing_bid")),
        sa.UniqueConstraint("clearing_id", "sequence", name=op.f("uq_clearing_bid_clearing_id_sequence")),
    )
    op.create_index(op.f("ix_clearing_bid_party_id"), "clearing_bid", ["party_id"])
    op.create_index(op.f("ix_clearing_bid_contract_id"), "clearing_bid", ["contract_id"])


def _create_awards() -> None:
    op.create_table(
        "clearing_award",
        sa.Column("clearing_id", sa.Uuid(), nullable=False),
        sa.Column("awarded_at", _INSTANT, nullable=False),
        sa.Column("algorithm", sa.String(), nullable=False),
        sa.Column("inputs", postgresql.JSONB(), nullable=False),
        sa.Column("outcome", postgresql.JSONB(), nullable=False),
        sa.Column("proofs", postgresql.JSONB(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clearing_id"],
            ["network_clearing.id"],
            name=op.f("fk_clearing_award_clearing_id_network_clearing"),
        ),
        sa.PrimaryKeyConstraint("clearing_id", name=op.f("pk_clearing_award")),
    )
    op.create_table(
        "clearing_awarded_bid",
        sa.Column("bid_id", sa.Uuid(), nullable=False),
        sa.Column("clearing_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.Numeric(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_clearing_awarded_bid_quantity")),
        sa.ForeignKeyConstraint(
            ["bid_id"], ["clearing_bid.id"], name=op.f("fk_clearing_awarded_bid_bid_id_clearing_bid")
        ),
        sa.ForeignKeyConstraint(
            ["clearing_id"],
            ["clearing_award.clearing_id"],
            name=op.f("fk_clearing_awarded_bid_clearing_id_clearing_award"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_clearing_awarded_bid_contract_id_contract")
        ),
        sa.PrimaryKeyConstraint("bid_id", name=op.f("pk_clearing_awarded_bid")),
        sa.UniqueConstraint("contract_id", name=op.f("uq_clearing_awarded_bid_contract_id")),
    )
    op.create_index(op.f("ix_clearing_awarded_bid_clearing_id"), "clearing_awarded_bid", ["clearing_id"])


def _guard(table: str, instead: str, changing: tuple[str, ...]) -> None:
    """Let the database refuse every change of a table's rows, but for the columns named of open ones."""
    when = ""
    if changing:
        columns = ", ".join(f"'{name}'" for name in changing)
        new, old = (f"to_jsonb({row}.*) - ARRAY[{columns}]" for row in ("NEW", "OLD"))
        when = f"WHEN (NOT (OLD.state = 'OPEN' AND {new} = {old})) "
    op.execute(f"""
        CREATE TRIGGER {table}_keeps_its_rows BEFORE DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('{instead}')
    """)
    op.execute(f"""
        CREATE TRIGGER {table}_keeps_its_values BEFORE UPDATE ON {table}
        FOR EACH ROW {when}EXECUTE FUNCTION refuse_change('{instead}')
    """)


def downgrade() -> None:
    """Undo this revision."""
    for table in reversed(_GUARDED):
        op.drop_table(table)
