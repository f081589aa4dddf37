"""The hashes of the ledger: the same for the same content, another for any other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from tests.unit.settlement.examples import BERT, CARLA, NETWORK, days, euro, reservation

from linepack.events.model import Stream
from linepack.ids import ContractId, EntryId
from settlement.charges.cost import at_rate
from settlement.charges.rules import plan
from settlement.ledger.hash_chain import GENESIS, entry_hash, input_hash, plain
from settlement.ledger.model import Cause, ChargeCode, ChargeLine, Draft, Entry, LineRef

(LINE,) = plan(reservation(), days("2027-01-01", "2027-02-01"), at_rate(Decimal("0.3"), 100))


def entry(line: ChargeLine = LINE) -> Entry:
    draft = Draft("reservation:1", NETWORK, (line,))
    return Entry(
        id=EntryId(UUID(int=5)),
        sequence=1,
        draft=draft,
        cause=Cause(Stream.CAPACITY, "contract.booked", 1),
        input_hash=input_hash(draft),
        recorded_at=datetime(2026, 11, 1, 12, tzinfo=UTC),
        previous_hash=GENESIS,
        hash="",
    )


@pytest.mark.parametrize(
    ("number", "text"), [("930.00", "930"), ("1E+3", "1000"), ("-0.10", "-0.1"), ("0.00", "0")]
)
def test_a_number_has_one_text_whatever_scale_it_is_kept_in(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text


def test_the_scale_of_an_amount_does_not_change_the_hash() -> None:
    assert entry_hash(entry(replace(LINE, amount=euro("930")))) == entry_hash(entry())


@pytest.mark.parametrize(
    "change",
    [
        {"debtor": BERT},
        {"creditor": CARLA},
        {"contract_id": ContractId(UUID(int=7))},
        {"contract_code": "C-2"},
        {"charge_code": ChargeCode.SECONDARY_PRICE},
        {"period": days("2027-01-01", "2027-01-31")},
        {"quantity": 101},
        {"rate": Decimal("0.31")},
        {"amount": euro("930.01")},
        {"working": ()},
        {"reverses": LineRef(1, 0)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_fact_of_a_line_is_in_both_hashes(change: dict[str, object]) -> None:
    other = entry(replace(LINE, **change))  # type: ignore[arg-type]
    assert other.input_hash != entry().input_hash
    assert entry_hash(other) != entry_hash(entry())


@pytest.mark.parametrize(
    "change",
    [
        {"id": EntryId(UUID(int=6))},
        {"sequence": 2},
        {"cause": Cause(Stream.MARKET, "contract.booked", 1)},
        {"recorded_at": entry().recorded_at + timedelta(microseconds=1)},
        {"previous_hash": "1" * 64},
        {"draft": replace(entry().draft, idempotency_key="reservation:2")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_fact_of_an_entry_is_in_its_hash(change: dict[str, object]) -> None:
    assert entry_hash(replace(entry(), **change)) != entry_hash(entry())  # type: ignore[arg-type]
