"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

GUARDS = (
    """
CREATE FUNCTION event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.position IS NULL AND NEW.position IS NOT NULL
        AND to_jsonb(NEW) - 'position' = to_jsonb(OLD) - 'position' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'events are append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$
""",
    """
CREATE TRIGGER event_is_append_only BEFORE UPDATE OR DELETE ON event
FOR EACH ROW EXECUTE FUNCTION event_is_append_only()
""",
    """
CREATE TRIGGER event_is_not_truncated BEFORE TRUNCATE ON event
FOR EACH STATEMENT EXECUTE FUNCTION event_is_append_only()
""",
    """
CREATE OR REPLACE FUNCTION settlement_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        MESSAGE = TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' is refused, post a reversal';
END $$
""",
    """
CREATE OR REPLACE FUNCTION settlement_check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_posting WHERE sequence = NEW.sequence) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', MESSAGE = 'ledger entry ' || NEW.sequence || ' has no postings';
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE OR REPLACE FUNCTION settlement_check_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM ledger_posting WHERE sequence = NEW.sequence GROUP BY currency HAVING sum(amount) <> 0
    ) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', MESSAGE = 'ledger entry ' || NEW.sequence || ' does not sum to zero';
    END IF;
    IF NEW.reverses_sequence IS NOT NULL AND NOT EXISTS (
        SELECT FROM ledger_posting AS reversed
        WHERE reversed.sequence = NEW.reverses_sequence
            AND reversed.line = NEW.reverses_line
            AND reversed.side = NEW.side
            AND reversed.reverses_sequence IS NULL
            AND (reversed.party_id, reversed.counterparty_id, reversed.contract_id, reversed.gas_month,
                 reversed.charge_code, reversed.currency, reversed.period_start, reversed.period_end)
              = (NEW.party_id, NEW.counterparty_id, NEW.contract_id, NEW.gas_month,
                 NEW.charge_code, NEW.currency, NEW.period_start, NEW.period_end)
            AND (reversed.amount, reversed.quantity) = (-NEW.amount, -NEW.quantity)
    ) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            MESSAGE = 'line ' || NEW.line || ' of ledger entry ' || NEW.sequence || ' reverses no such line';
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE CONSTRAINT TRIGGER ledger_entry_is_checked AFTER INSERT ON ledger_entry DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION settlement_check_entry()
""",
    """
CREATE CONSTRAINT TRIGGER ledger_posting_is_checked AFTER INSERT ON ledger_posting DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION settlement_check_posting()
""",
    """
CREATE TRIGGER ledger_entry_is_append_only BEFORE UPDATE OR DELETE ON ledger_entry
FOR EACH ROW EXECUTE FUNCTION settlement_refuse_change()
""",
    """
CREATE TRIGGER ledger_entry_is_not_truncated BEFORE TRUNCATE ON ledger_entry
FOR EACH STATEMENT EXECUTE FUNCTION settlement_refuse_change()
""",
    """
CREATE TRIGGER ledger_posting_is_append_only BEFORE UPDATE OR DELETE ON ledger_posting
FOR EACH ROW EXECUTE FUNCTION settlement_refuse_change()
""",
    """
CREATE TRIGGER ledger_posting_is_not_truncated BEFORE TRUNCATE ON ledger_posting
FOR EACH STATEMENT EXECUTE FUNCTION settlement_refuse_change()
""",
    """
CREATE FUNCTION contract_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        MESSAGE = 'a contract never changes: ' || TG_OP || ' is refused';
END
$$
""",
    """
CREATE TRIGGER contract_is_immutable BEFORE UPDATE OR DELETE ON contract
FOR EACH ROW EXECUTE FUNCTION contract_is_immutable()
""",
    """
CREATE TRIGGER contract_is_not_truncated BEFORE TRUNCATE ON contract
FOR EACH STATEMENT EXECUTE FUNCTION contract_is_immutable()
""",
    """
CREATE FUNCTION network_revision_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        MESSAGE = 'a network revision never changes: ' || TG_OP || ' is refused, publish another';
END
$$
""",
    """
CREATE TRIGGER network_revision_is_immutable BEFORE UPDATE OR DELETE ON network_revision
FOR EACH ROW EXECUTE FUNCTION network_revision_is_immutable()
""",
    """
CREATE TRIGGER network_revision_is_not_truncated BEFORE TRUNCATE ON network_revision
FOR EACH STATEMENT EXECUTE FUNCTION network_revision_is_immutable()
""",
    """
CREATE FUNCTION movement_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        MESSAGE = 'rights are append-only: ' || TG_OP || ' is refused, append the opposite movement';
END
$$
""",
    """
CREATE TRIGGER movement_is_append_only BEFORE UPDATE OR DELETE ON movement
FOR EACH ROW EXECUTE FUNCTION movement_is_append_only()
""",
    """
CREATE TRIGGER movement_is_not_truncated BEFORE TRUNCATE ON movement
FOR EACH STATEMENT EXECUTE FUNCTION movement_is_append_only()
""",
)
FUNCTIONS = (
    "event_is_append_only()",
    "settlement_refuse_change()",
    "settlement_check_entry()",
    "settlement_check_posting()",
    "contract_is_immutable()",
    "network_revision_is_immutable()",
    "movement_is_append_only()",
)


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("audience", postgresql.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "transaction_id",
            sa.BigInteger(),
            server_default=sa.text("(pg_current_xact_id()::text)::bigint"),
            nullable=False,
        ),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("position > 0", name=op.f("ck_event_position_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("stream", "position", name=op.f("uq_event_stream_position")),
    )
    op.create_index(
        "ix_event_unplaced",
        "event",
        ["transaction_id", "id"],
        unique=False,
        postgresql_where=sa.text("position IS NULL"),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("input_hash", sa.String(), nullable=False),
        sa.Column("result", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("party_id", "operation", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_table(
        "party",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
        sa.UniqueConstraint("code", name=op.f("uq_party_code")),
    )
    op.create_table(
        "settlement_failure",
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("stream", "position", name=op.f("pk_settlement_failure")),
    )
    op.create_table(
        "settlement_position",
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stream", name=op.f("pk_settlement_position")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("oidc_issuer", sa.String(), nullable=True),
        sa.Column("oidc_subject", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("credentials_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_account_email_in_lower_case")),
        sa.CheckConstraint(
            "password_hash IS NOT NULL OR (oidc_issuer IS NOT NULL AND oidc_subject IS NOT NULL)",
            name=op.f("ck_account_can_sign_in"),
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_account_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("oidc_issuer", "oidc_subject", name=op.f("uq_account_oidc_issuer_oidc_subject")),
    )
    op.create_index(op.f("ix_account_party_id"), "account", ["party_id"], unique=False)
    op.create_table(
        "network",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("policy", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["party.id"], name=op.f("fk_network_operator_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network")),
        sa.UniqueConstraint("code", name=op.f("uq_network_code")),
    )
    op.create_index(op.f("ix_network_operator_id"), "network", ["operator_id"], unique=False)
    op.create_table(
        "api_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rotated_from", sa.Uuid(), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_api_key_created_by_account")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_api_key_party_id_party")),
        sa.ForeignKeyConstraint(
            ["rotated_from"], ["api_key.id"], name=op.f("fk_api_key_rotated_from_api_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_key_prefix")),
    )
    op.create_index(op.f("ix_api_key_party_id"), "api_key", ["party_id"], unique=False)
    op.create_table(
        "ledger_entry",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("input_hash", sa.String(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("cause_stream", sa.String(), nullable=False),
        sa.Column("cause_topic", sa.String(), nullable=False),
        sa.Column("cause_position", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_ledger_entry_network_id_network")
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_ledger_entry_hash")),
        sa.UniqueConstraint("id", name=op.f("uq_ledger_entry_id")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_ledger_entry_idempotency_key")),
    )
    op.create_index(
        op.f("ix_ledger_entry_cause_stream_cause_position"),
        "ledger_entry",
        ["cause_stream", "cause_position"],
        unique=False,
    )
    op.create_table(
        "network_revision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("node_count", sa.Integer(), nullable=False),
        sa.Column("edge_count", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_network_revision_number_positive")),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_network_revision_network_id_network")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_revision")),
        sa.UniqueConstraint("network_id", "number", name=op.f("uq_network_revision_network_id_number")),
    )
    op.create_table(
        "overlay",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("edge_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("factor", sa.Numeric(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("factor BETWEEN 0 AND 2", name=op.f("ck_overlay_factor_in_range")),
        sa.CheckConstraint("period_start < period_end", name=op.f("ck_overlay_period_not_empty")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_overlay_network_id_network")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overlay")),
    )
    op.create_index(op.f("ix_overlay_network_id_id"), "overlay", ["network_id", "id"], unique=False)
    op.create_table(
        "product_rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("runtimes", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("firmness", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("route_kinds", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.Column("gas_year_month", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("gas_year_month BETWEEN 1 AND 12", name=op.f("ck_product_rules_gas_year_month")),
        sa.CheckConstraint(
            "lead_days >= 0 AND horizon_days > lead_days", name=op.f("ck_product_rules_window")
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_product_rules_network_id_network")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_rules")),
    )
    op.create_index(
        "ix_product_rules_in_force", "product_rules", ["network_id", "valid_from", "id"], unique=False
    )
    op.create_table(
        "tariff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("firmness", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=True),
        sa.Column("delivery", sa.String(), nullable=True),
        sa.Column("runtime", sa.String(), nullable=True),
        sa.Column("price", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_tariff_network_id_network")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff")),
    )
    op.create_index(
        "ix_tariff_lookup", "tariff", ["network_id", "kind", "firmness", "valid_from"], unique=False
    )
    op.create_table(
        "verdict",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("revision_id", sa.Uuid(), nullable=False),
        sa.Column("rights_version", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("solver", sa.String(), nullable=False),
        sa.Column("model_hash", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_verdict_network_id_network")),
        sa.ForeignKeyConstraint(["operator_id"], ["party.id"], name=op.f("fk_verdict_operator_id_party")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_verdict_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict")),
    )
    op.create_index(op.f("ix_verdict_network_id_id"), "verdict", ["network_id", "id"], unique=False)
    op.create_table(
        "contract",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("revision_id", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("firmness", sa.String(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("verdict_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_contract_not_its_own_parent")),
        sa.CheckConstraint("period_start < period_end", name=op.f("ck_contract_period_not_empty")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_contract_quantity_positive")),
        sa.ForeignKeyConstraint(["holder_id"], ["party.id"], name=op.f("fk_contract_holder_id_party")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_contract_network_id_network")),
        sa.ForeignKeyConstraint(["operator_id"], ["party.id"], name=op.f("fk_contract_operator_id_party")),
        sa.ForeignKeyConstraint(["parent_id"], ["contract.id"], name=op.f("fk_contract_parent_id_contract")),
        sa.ForeignKeyConstraint(["verdict_id"], ["verdict.id"], name=op.f("fk_contract_verdict_id_verdict")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint("code", name=op.f("uq_contract_code")),
    )
    op.create_index(op.f("ix_contract_holder_id_id"), "contract", ["holder_id", "id"], unique=False)
    op.create_index(op.f("ix_contract_network_id_id"), "contract", ["network_id", "id"], unique=False)
    op.create_index(op.f("ix_contract_operator_id_id"), "contract", ["operator_id", "id"], unique=False)
    op.create_index(op.f("ix_contract_parent_id"), "contract", ["parent_id"], unique=False)
    op.create_index(op.f("ix_contract_verdict_id"), "contract", ["verdict_id"], unique=False)
    op.create_table(
        "ledger_posting",
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("counterparty_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("contract_code", sa.String(), nullable=False),
        sa.Column("gas_month", sa.Date(), nullable=False),
        sa.Column("charge_code", sa.String(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.Numeric(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("working", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reverses_sequence", sa.BigInteger(), nullable=True),
        sa.Column("reverses_line", sa.Integer(), nullable=True),
        sa.CheckConstraint("side IN ('DEBIT', 'CREDIT')", name=op.f("ck_ledger_posting_side")),
        sa.CheckConstraint(
            "(reverses_sequence IS NULL) = (reverses_line IS NULL)",
            name=op.f("ck_ledger_posting_reverses_a_line"),
        ),
        sa.CheckConstraint("party_id <> counterparty_id", name=op.f("ck_ledger_posting_two_parties")),
        sa.ForeignKeyConstraint(
            ["counterparty_id"], ["party.id"], name=op.f("fk_ledger_posting_counterparty_id_party")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_ledger_posting_party_id_party")),
        sa.ForeignKeyConstraint(
            ["reverses_sequence", "reverses_line", "side"],
            ["ledger_posting.sequence", "ledger_posting.line", "ledger_posting.side"],
            name=op.f("fk_ledger_posting_reverses_sequence_reverses_line_side_ledger_posting"),
        ),
        sa.ForeignKeyConstraint(
            ["sequence"], ["ledger_entry.sequence"], name=op.f("fk_ledger_posting_sequence_ledger_entry")
        ),
        sa.PrimaryKeyConstraint("sequence", "line", "side", name=op.f("pk_ledger_posting")),
        sa.UniqueConstraint(
            "reverses_sequence",
            "reverses_line",
            "side",
            name=op.f("uq_ledger_posting_reverses_sequence_reverses_line_side"),
        ),
    )
    op.create_index(
        op.f("ix_ledger_posting_contract_id_charge_code"),
        "ledger_posting",
        ["contract_id", "charge_code"],
        unique=False,
    )
    op.create_index(
        op.f("ix_ledger_posting_party_id_contract_id_gas_month_charge_code"),
        "ledger_posting",
        ["party_id", "contract_id", "gas_month", "charge_code"],
        unique=False,
    )
    op.create_table(
        "listing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("routes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("firmness", sa.String(), nullable=False),
        sa.Column("start_day", sa.Date(), nullable=False),
        sa.Column("end_day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("remaining", sa.BigInteger(), nullable=False),
        sa.Column("minimum_quantity", sa.BigInteger(), nullable=False),
        sa.Column("price_per_unit_day", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(remaining = 0) = (state = 'TAKEN')", name=op.f("ck_listing_taken_when_none_remain")
        ),
        sa.CheckConstraint(
            "minimum_quantity BETWEEN 1 AND quantity", name=op.f("ck_listing_minimum_quantity")
        ),
        sa.CheckConstraint("price_per_unit_day >= 0", name=op.f("ck_listing_price")),
        sa.CheckConstraint("remaining BETWEEN 0 AND quantity", name=op.f("ck_listing_remaining")),
        sa.CheckConstraint("start_day < end_day", name=op.f("ck_listing_period")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_listing_contract_id_contract")
        ),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_listing_network_id_network")),
        sa.ForeignKeyConstraint(["operator_id"], ["party.id"], name=op.f("fk_listing_operator_id_party")),
        sa.ForeignKeyConstraint(["seller_id"], ["party.id"], name=op.f("fk_listing_seller_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
    )
    op.create_index(op.f("ix_listing_contract_id"), "listing", ["contract_id"], unique=False)
    op.create_index(
        "ix_listing_open",
        "listing",
        ["network_id", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'OPEN'"),
    )
    op.create_index(op.f("ix_listing_seller_id"), "listing", ["seller_id"], unique=False)
    op.create_table(
        "market_call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("initiator_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("routes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("firmness", sa.String(), nullable=False),
        sa.Column("start_day", sa.Date(), nullable=False),
        sa.Column("end_day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("limit_price", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(side = 'SELL') = (contract_id IS NOT NULL)", name=op.f("ck_market_call_seller_names_contract")
        ),
        sa.CheckConstraint("closes_at > opened_at", name=op.f("ck_market_call_closes_after_opening")),
        sa.CheckConstraint("limit_price >= 0", name=op.f("ck_market_call_limit_price")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_market_call_quantity")),
        sa.CheckConstraint("start_day < end_day", name=op.f("ck_market_call_period")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_market_call_contract_id_contract")
        ),
        sa.ForeignKeyConstraint(
            ["initiator_id"], ["party.id"], name=op.f("fk_market_call_initiator_id_party")
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_market_call_network_id_network")
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["party.id"], name=op.f("fk_market_call_operator_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_market_call")),
    )
    op.create_index(op.f("ix_market_call_contract_id"), "market_call", ["contract_id"], unique=False)
    op.create_index(op.f("ix_market_call_initiator_id"), "market_call", ["initiator_id"], unique=False)
    op.create_index(
        "ix_market_call_open",
        "market_call",
        ["network_id", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'OPEN'"),
    )
    op.create_table(
        "movement",
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=True),
        sa.Column("delivery", sa.String(), nullable=True),
        sa.Column("firmness", sa.String(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("cause_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("period_start < period_end", name=op.f("ck_movement_period_not_empty")),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_movement_moves_something")),
        sa.CheckConstraint("receipt IS DISTINCT FROM delivery", name=op.f("ck_movement_has_two_ends")),
        sa.CheckConstraint(
            "receipt IS NOT NULL OR delivery IS NOT NULL", name=op.f("ck_movement_has_an_end")
        ),
        sa.CheckConstraint("sequence > 0", name=op.f("ck_movement_sequence_positive")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_movement_contract_id_contract")
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["party.id"], name=op.f("fk_movement_holder_id_party")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_movement_network_id_network")),
        sa.PrimaryKeyConstraint("network_id", "sequence", name=op.f("pk_movement")),
    )
    op.create_index(op.f("ix_movement_contract_id"), "movement", ["contract_id"], unique=False)
    op.create_table(
        "release",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("releasing_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("routes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("firmness", sa.String(), nullable=False),
        sa.Column("start_day", sa.Date(), nullable=False),
        sa.Column("end_day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("tie_break", sa.String(), nullable=False),
        sa.Column("minimum_rate", sa.Numeric(), nullable=False),
        sa.Column("minimum_quantity", sa.BigInteger(), nullable=False),
        sa.Column("minimum_term_days", sa.Integer(), nullable=False),
        sa.Column("discount_rate", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("recallable", sa.Boolean(), nullable=False),
        sa.Column("prearranged_bidder_id", sa.Uuid(), nullable=True),
        sa.Column("bids_close_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("bids_close_at > offered_at", name=op.f("ck_release_closes_after_offer")),
        sa.CheckConstraint(
            "minimum_quantity BETWEEN 1 AND quantity", name=op.f("ck_release_minimum_quantity")
        ),
        sa.CheckConstraint("minimum_rate >= 0 AND discount_rate >= 0", name=op.f("ck_release_rates")),
        sa.CheckConstraint(
            "minimum_term_days BETWEEN 1 AND end_day - start_day", name=op.f("ck_release_minimum_term")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_release_quantity")),
        sa.CheckConstraint("start_day < end_day", name=op.f("ck_release_period")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_release_contract_id_contract")
        ),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_release_network_id_network")),
        sa.ForeignKeyConstraint(["operator_id"], ["party.id"], name=op.f("fk_release_operator_id_party")),
        sa.ForeignKeyConstraint(
            ["prearranged_bidder_id"], ["party.id"], name=op.f("fk_release_prearranged_bidder_id_party")
        ),
        sa.ForeignKeyConstraint(["releasing_id"], ["party.id"], name=op.f("fk_release_releasing_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
    )
    op.create_index(op.f("ix_release_contract_id"), "release", ["contract_id"], unique=False)
    op.create_index(op.f("ix_release_network_id"), "release", ["network_id"], unique=False)
    op.create_index(
        "ix_release_open",
        "release",
        ["bids_close_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'OPEN'"),
    )
    op.create_index(op.f("ix_release_releasing_id"), "release", ["releasing_id"], unique=False)
    op.create_table(
        "market_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=True),
        sa.Column("start_day", sa.Date(), nullable=False),
        sa.Column("end_day", sa.Date(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("price_per_unit_day", sa.Numeric(), nullable=False),
        sa.Column("accept_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("price_per_unit_day >= 0", name=op.f("ck_market_order_price")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_market_order_quantity")),
        sa.CheckConstraint("start_day < end_day", name=op.f("ck_market_order_period")),
        sa.ForeignKeyConstraint(
            ["call_id"], ["market_call.id"], name=op.f("fk_market_order_call_id_market_call")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_market_order_contract_id_contract")
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_market_order_network_id_network")
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["party.id"], name=op.f("fk_market_order_operator_id_party")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_market_order_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_market_order")),
    )
    op.create_index(op.f("ix_market_order_call_id"), "market_order", ["call_id"], unique=False)
    op.create_index(op.f("ix_market_order_party_id"), "market_order", ["party_id"], unique=False)
    op.create_table(
        "release_award",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("awarded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("algorithm", sa.String(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("inputs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("outcome", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_award_release_id_release")
        ),
        sa.PrimaryKeyConstraint("release_id", name=op.f("pk_release_award")),
    )
    op.create_table(
        "release_bid",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("bidder_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("minimum_quantity", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.Numeric(), nullable=False),
        sa.Column("start_day", sa.Date(), nullable=False),
        sa.Column("end_day", sa.Date(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "minimum_quantity BETWEEN 1 AND quantity", name=op.f("ck_release_bid_minimum_quantity")
        ),
        sa.CheckConstraint("rate >= 0", name=op.f("ck_release_bid_rate")),
        sa.CheckConstraint("start_day < end_day", name=op.f("ck_release_bid_period")),
        sa.ForeignKeyConstraint(["bidder_id"], ["party.id"], name=op.f("fk_release_bid_bidder_id_party")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_bid_release_id_release")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_bid")),
        sa.UniqueConstraint("release_id", "sequence", name=op.f("uq_release_bid_release_id_sequence")),
    )
    op.create_index(op.f("ix_release_bid_bidder_id"), "release_bid", ["bidder_id"], unique=False)
    op.create_table(
        "release_award_bid",
        sa.Column("bid_id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("child_contract_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_release_award_bid_quantity")),
        sa.ForeignKeyConstraint(
            ["bid_id"], ["release_bid.id"], name=op.f("fk_release_award_bid_bid_id_release_bid")
        ),
        sa.ForeignKeyConstraint(
            ["child_contract_id"],
            ["contract.id"],
            name=op.f("fk_release_award_bid_child_contract_id_contract"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["release_award.release_id"],
            name=op.f("fk_release_award_bid_release_id_release_award"),
        ),
        sa.PrimaryKeyConstraint("bid_id", name=op.f("pk_release_award_bid")),
        sa.UniqueConstraint("child_contract_id", name=op.f("uq_release_award_bid_child_contract_id")),
    )
    op.create_index(
        op.f("ix_release_award_bid_release_id"), "release_award_bid", ["release_id"], unique=False
    )
    op.create_table(
        "trade",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("parent_contract_id", sa.Uuid(), nullable=False),
        sa.Column("child_contract_id", sa.Uuid(), nullable=False),
        sa.Column("start_day", sa.Date(), nullable=False),
        sa.Column("end_day", sa.Date(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("price_per_unit_day", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("num_nonnulls(listing_id, order_id) = 1", name=op.f("ck_trade_came_of_one_offer")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_trade_quantity")),
        sa.CheckConstraint("seller_id <> buyer_id", name=op.f("ck_trade_two_parties")),
        sa.CheckConstraint("start_day < end_day", name=op.f("ck_trade_period")),
        sa.ForeignKeyConstraint(["buyer_id"], ["party.id"], name=op.f("fk_trade_buyer_id_party")),
        sa.ForeignKeyConstraint(
            ["child_contract_id"], ["contract.id"], name=op.f("fk_trade_child_contract_id_contract")
        ),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_trade_listing_id_listing")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_trade_network_id_network")),
        sa.ForeignKeyConstraint(["operator_id"], ["party.id"], name=op.f("fk_trade_operator_id_party")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["market_order.id"], name=op.f("fk_trade_order_id_market_order")
        ),
        sa.ForeignKeyConstraint(
            ["parent_contract_id"], ["contract.id"], name=op.f("fk_trade_parent_contract_id_contract")
        ),
        sa.ForeignKeyConstraint(["seller_id"], ["party.id"], name=op.f("fk_trade_seller_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade")),
        sa.UniqueConstraint("child_contract_id", name=op.f("uq_trade_child_contract_id")),
        sa.UniqueConstraint("order_id", name=op.f("uq_trade_order_id")),
    )
    op.create_index(op.f("ix_trade_buyer_id"), "trade", ["buyer_id"], unique=False)
    op.create_index(op.f("ix_trade_network_id"), "trade", ["network_id"], unique=False)
    op.create_index(op.f("ix_trade_operator_id"), "trade", ["operator_id"], unique=False)
    op.create_index(op.f("ix_trade_parent_contract_id"), "trade", ["parent_contract_id"], unique=False)
    op.create_index(op.f("ix_trade_seller_id"), "trade", ["seller_id"], unique=False)
    for guard in GUARDS:
        op.execute(guard)


def downgrade() -> None:
    """Undo this revision."""
    op.drop_table("trade")
    op.drop_table("release_award_bid")
    op.drop_table("release_bid")
    op.drop_table("release_award")
    op.drop_table("market_order")
    op.drop_table("release")
    op.drop_table("movement")
    op.drop_table("market_call")
    op.drop_table("listing")
    op.drop_table("ledger_posting")
    op.drop_table("contract")
    op.drop_table("verdict")
    op.drop_table("tariff")
    op.drop_table("product_rules")
    op.drop_table("overlay")
    op.drop_table("network_revision")
    op.drop_table("ledger_entry")
    op.drop_table("api_key")
    op.drop_table("network")
    op.drop_table("account")
    op.drop_table("settlement_position")
    op.drop_table("settlement_failure")
    op.drop_table("party")
    op.drop_table("idempotency_key")
    op.drop_table("event")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
