"""The tables of the ledger, and what the database itself refuses.

`ledger_entry` and `ledger_posting` are append-only: triggers refuse UPDATE, DELETE and TRUNCATE. At commit,
deferred triggers check that each entry has postings, that they sum to zero per currency, and that a reversal
negates exactly the posting it names; a posting can be reversed once. Instants are UTC, amounts exact.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from linepack.database.append_only import append_only
from linepack.database.table import Table, after_create


class LedgerEntryRow(Table, table=True):
    """An entry: a link of the hash chain, numbered without gaps."""

    __tablename__ = "ledger_entry"
    __table_args__ = (sa.Index(None, "cause_stream", "cause_position"),)

    sequence: int = Field(sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False))
    id: UUID = Field(unique=True)
    idempotency_key: str = Field(unique=True)
    input_hash: str
    network_id: UUID = Field(foreign_key="network.id")
    cause_stream: str
    cause_topic: str
    cause_position: int | None = Field(default=None, sa_type=sa.BigInteger)
    recorded_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
    previous_hash: str
    hash: str = Field(unique=True)


class LedgerPostingRow(Table, table=True):
    """One side of a charge line: an amount on the account (party, contract, gas month, charge code)."""

    __tablename__ = "ledger_posting"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["reverses_sequence", "reverses_line", "side"],
            ["ledger_posting.sequence", "ledger_posting.line", "ledger_posting.side"],
        ),
        sa.UniqueConstraint("reverses_sequence", "reverses_line", "side"),
        sa.CheckConstraint("side IN ('DEBIT', 'CREDIT')", name="side"),
        sa.CheckConstraint("party_id <> counterparty_id", name="two_parties"),
        sa.CheckConstraint("(reverses_sequence IS NULL) = (reverses_line IS NULL)", name="reverses_a_line"),
        sa.Index(None, "party_id", "contract_id", "gas_month", "charge_code"),
        sa.Index(None, "contract_id", "charge_code"),
        sa.Index(None, "party_id", "sequence"),
    )

    sequence: int = Field(
        sa_column=sa.Column(sa.BigInteger, sa.ForeignKey("ledger_entry.sequence"), primary_key=True)
    )
    line: int = Field(primary_key=True)
    side: str = Field(primary_key=True)
    party_id: UUID = Field(foreign_key="party.id")
    counterparty_id: UUID = Field(foreign_key="party.id")
    contract_id: UUID
    contract_code: str
    gas_month: date
    charge_code: str
    period_start: date
    period_end: date
    quantity: int = Field(sa_type=sa.BigInteger)
    rate: Decimal = Field(sa_type=sa.Numeric)
    amount: Decimal = Field(sa_type=sa.Numeric)
    currency: str
    working: list[str] = Field(sa_type=JSONB)
    reverses_sequence: int | None = Field(default=None, sa_type=sa.BigInteger)
    reverses_line: int | None = None


_CHECK_ENTRY = """
CREATE OR REPLACE FUNCTION settlement_check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_posting WHERE sequence = NEW.sequence) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', MESSAGE = 'ledger entry ' || NEW.sequence || ' has no postings';
    END IF;
    RETURN NULL;
END $$
"""

_CHECK_POSTING = """
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
"""

_CHECKED = """
CREATE CONSTRAINT TRIGGER {table}_is_checked AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION {function}()
"""

LEDGER_CHECKS = (
    _CHECK_ENTRY,
    _CHECK_POSTING,
    _CHECKED.format(table="ledger_entry", function="settlement_check_entry"),
    _CHECKED.format(table="ledger_posting", function="settlement_check_posting"),
)
"""What the database checks of every entry, one statement each, in the order of their creation."""
after_create(LedgerPostingRow, LEDGER_CHECKS)
append_only(LedgerEntryRow, instead="post a reversal")
append_only(LedgerPostingRow, instead="post a reversal")
