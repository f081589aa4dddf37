"""Which entries settle which event, and which payloads are refused."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.unit.capacity.contracts.samples import bundled
from tests.unit.settlement.examples import ANNA, BERT, CHILD, NETWORK, OPERATOR, PARENT, days, euro

from capacity.contracts.booking import booking
from capacity.contracts.codec import contract_to_json
from capacity.contracts.contract import Contract
from capacity.contracts.model import ContractNetwork
from capacity.contracts.pricing.price import Flat
from capacity.rights.model import Firmness, MovementCause, Route
from linepack.ids import RevisionId
from linepack.money import Currency, Money
from settlement.charges.errors import UnreadableEvent
from settlement.charges.events_in import charge_plan
from settlement.charges.plan import BookingPlan, TradePlan
from settlement.ledger.model import ChargeCode

STORED = Path(__file__).parents[3] / "data" / "events"


def contract(network: ContractNetwork, cause: MovementCause = MovementCause.BOOKING) -> Contract:
    return Contract(
        id=PARENT,
        code="LP-1",
        network_id=NETWORK,
        revision_id=RevisionId(UUID(int=2)),
        holder_id=ANNA,
        operator_id=OPERATOR,
        firmness=Firmness.FIRM,
        period=days("2027-01-01", "2027-02-01"),
        quantity=100,
        currency=Currency.EUR,
        network=network,
        parent_id=None,
        cause=cause,
        verdict_id=None,
        created_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


SIMPLE = contract(booking(Route("north", "south"), 100, Flat(Decimal("0.3"))))


def test_a_bundle_is_charged_for_its_entry_and_its_exit() -> None:
    # 100 units at 0.2 in and 0.1 out: 30.00 a day, 930.00 in January.
    network = bundled(
        "north", "south", 100, entry_price=Flat(Decimal("0.2")), exit_price=Flat(Decimal("0.1"))
    )
    (draft,) = BookingPlan(contract(network)).drafts()
    (line,) = draft.lines
    assert (line.amount, line.rate) == (euro("930.00"), Decimal("0.3"))
    assert [step.partition(":")[0] for step in line.working[:4:2]] == ["hub → south", "north → hub"]


def test_a_transfer_of_use_for_nothing_posts_nothing() -> None:
    child = replace(SIMPLE, id=CHILD, holder_id=BERT, cause=MovementCause.TRANSFER_OF_USE)
    assert TradePlan(SIMPLE, child, Decimal(0), Currency.EUR).drafts() == []
    (draft,) = TradePlan(SIMPLE, child, Decimal("0.1"), Currency.EUR).drafts()
    assert draft.idempotency_key == f"secondary-price:{CHILD}"
    assert {line.charge_code for line in draft.lines} == {ChargeCode.SECONDARY_PRICE}


DOCUMENT = contract_to_json(SIMPLE)


def stored(topic: str, **changes: object) -> dict[str, Any]:
    """Return a payload of the topic as it was stored, with some of its members changed."""
    payload: dict[str, Any] = json.loads((STORED / f"{topic}.json").read_text())[0]["payload"]
    return payload | changes


def awarded(**changes: object) -> list[dict[str, Any]]:
    (award,) = stored("release.awarded")["awards"]
    return [award | {"child_contract": DOCUMENT, "quantity": 100, "rate": "0.3"} | changes]


@pytest.mark.parametrize(
    ("topic", "payload", "reason"),
    [
        ("contract.booked", {}, "contract: Field required"),
        ("contract.booked", stored("contract.booked", contract=[]), "must be an object"),
        ("contract.booked", stored("contract.booked", contract={}), "contract.quantity: is missing"),
        (
            "contract.booked",
            stored("contract.booked", contract={**DOCUMENT, "quantity": "many"}),
            "contract.quantity",
        ),
        ("contract.booked", stored("contract.booked", contract={**DOCUMENT, "network": {}}), "network"),
        (
            "trade.concluded",
            stored("trade.concluded", child_contract=DOCUMENT),
            "booking is not the cause of a trade",
        ),
        ("release.awarded", stored("release.awarded", awards=3), "awards: Input should be a valid tuple"),
        (
            "release.awarded",
            stored("release.awarded", awards=awarded(child_contract={})),
            "contract.quantity: is missing",
        ),
        (
            "release.awarded",
            stored("release.awarded", awards=awarded(quantity=99)),
            "award and contract LP-1 differ",
        ),
        (
            "release.awarded",
            stored("release.awarded", awards=awarded(rate="0.2")),
            "award and contract LP-1 differ",
        ),
        ("index.published", stored("index.published", values=[]), "one number for each gas day"),
        (
            "index.published",
            stored("index.published", values=[{"day": "2027-01-01", "value": "NaN", "revision": 1}]),
            "values.0.value: ",
        ),
        (
            "index.published",
            stored("index.published", values=2 * [{"day": "2027-01-01", "value": "1", "revision": 1}]),
            "one number for each gas day",
        ),
    ],
)
def test_an_event_that_does_not_say_enough_is_named_with_its_reason(
    topic: str, payload: dict[str, object], reason: str
) -> None:
    with pytest.raises(UnreadableEvent, match=reason):
        charge_plan(topic, payload)


def test_a_booking_from_before_events_held_the_hash_of_its_verdict_is_read() -> None:
    payload = stored("contract.booked")
    del payload["verdict_hash"]
    plan = charge_plan("contract.booked", payload)
    assert plan == charge_plan("contract.booked", stored("contract.booked"))


def test_a_topic_that_is_not_followed_has_no_plan() -> None:
    assert charge_plan("listing.posted", {}) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"period": days("2027-01-31", "2027-02-02")}, "within one gas month"),
        ({"amount": Money(Decimal("0.001"), Currency.EUR)}, "whole minor units"),
        ({"creditor": ANNA}, "debtor and creditor must differ"),
    ],
)
def test_a_line_that_cannot_be_owed_is_refused(change: dict[str, object], reason: str) -> None:
    (draft,) = BookingPlan(SIMPLE).drafts()
    with pytest.raises(ValueError, match=reason):
        replace(draft.lines[0], **change)  # type: ignore[arg-type]
