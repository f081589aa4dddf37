"""Credit through the API: what it says can be added up again from its answers alone."""

from decimal import ROUND_CEILING, Decimal
from typing import Any

import pytest
from tests.integration.market.market_fixture import ANNA, BERT, OPERATING, REGULATING, acting_for
from tests.integration.schema.harness import SchemaHarness
from tests.integration.schema.visibility.relations import global_id

from schema.api import build_schema

pytestmark = pytest.mark.anyio

CREDIT = """
    query ($party: ID) { credit(network: "fork", party: $party) {
      shipper { id } suspension { reason }
      usages {
        limit { code shipper { id } factors { factor firmness runtime } } allowed { amount } used { amount }
        remaining { amount }
        locks { cause subjectId contractCode quantity owed factor amount { amount } terms { kind amount } }
      }
    } }
"""
REQUEST = {
    "network": "fork",
    "receipt": "a",
    "delivery": "x",
    "start": "2026-11-01",
    "end": "2026-12-01",
}
EXCEEDED = """
    ... on CreditExceededProblem {
      code path message quantity largestQuantity part
      exceeded { limit { code } allowed { amount } used { amount } needed { amount } missing { amount } }
    }
"""


async def set_limit(harness: SchemaHarness, amount: str | None, **given: Any) -> dict[str, Any]:
    values = {"code": "G", "validFrom": "2026-10-01", "framework": "terms", **given}
    return await harness.act(
        OPERATING,
        "setCreditLimit",
        "... on CreditLimitPayload { limit { code amount shipper { id } } }",
        network="fork",
        amount=amount,
        **values,
    )


async def book(harness: SchemaHarness, quantity: int, key: str) -> dict[str, Any]:
    answer: dict[str, Any] = await harness.act(
        acting_for(ANNA),
        "bookCapacity",
        f"... on BookCapacityPayload {{ contract {{ id }} }} {EXCEEDED}",
        **REQUEST,
        quantity=quantity,
        idempotencyKey=key,
    )
    return answer


def add_up(credit: dict[str, Any]) -> None:
    """Add up every lock, and each limit, from what the API says of them."""
    for usage in credit["usages"]:
        total = Decimal(0)
        for lock in usage["locks"]:
            owed = max(sum(Decimal(term["amount"]) for term in lock["terms"]), Decimal(0))
            assert owed == Decimal(lock["owed"])
            amount = (owed * Decimal(lock["factor"])).quantize(Decimal("0.01"), ROUND_CEILING)
            assert amount == Decimal(lock["amount"]["amount"])
            total += amount
        assert total == Decimal(usage["used"]["amount"])
        remaining = Decimal(usage["allowed"]["amount"]) - total
        assert remaining == Decimal(usage["remaining"]["amount"])


async def test_every_lock_adds_up_and_every_largest_quantity_passes(harness: SchemaHarness) -> None:
    """A unit costs 7.50 in November, and 8.25 at the factor 1.1: of 300.00, 36 units are allowed."""
    await set_limit(harness, "300", factors=[{"factor": "1.1"}])
    await set_limit(harness, "1000", code="W", partyId=global_id("Party", ANNA))
    booked = await book(harness, 30, "first")
    refused = await book(harness, 7, "second")
    assert (refused["code"], refused["path"]) == ("CREDIT_EXCEEDED", ["quantity"])
    [exceeded] = refused["exceeded"]
    assert exceeded == {
        "limit": {"code": "G"},
        "allowed": {"amount": "300"},
        "used": {"amount": "247.50"},
        "needed": {"amount": "57.75"},
        "missing": {"amount": "5.25"},
    }
    assert await book(harness, int(refused["largestQuantity"]), "third")
    paid = await harness.act(
        OPERATING,
        "recordCreditPayment",
        "... on CreditPayload { credit { usages { used { amount } } } }",
        contractId=booked["contract"]["id"],
        amount="100",
        reference="invoice 1",
        idempotencyKey="paid",
    )
    assert [one["used"]["amount"] for one in paid["credit"]["usages"]] == ["187.00", "170.00"]
    credit = (await harness.ask(acting_for(ANNA), CREDIT))["credit"]
    add_up(credit)
    first = credit["usages"][0]["locks"][0]
    assert first["subjectId"] == booked["contract"]["id"]
    assert first["terms"] == [{"kind": "CHARGE", "amount": "225.00"}, {"kind": "PAID", "amount": "-100"}]


async def test_a_shipper_sees_its_own_credit_and_the_operator_everybody_s(
    harness: SchemaHarness,
) -> None:
    await set_limit(harness, "300")
    await set_limit(harness, "500", partyId=global_id("Party", ANNA))
    limits = 'query { creditLimits(network: "fork") { amount } }'

    async def seen(principal: Any) -> list[str]:
        return [one["amount"] for one in (await harness.ask(principal, limits))["creditLimits"]]

    assert await seen(acting_for(ANNA)) == ["300", "500"]
    assert await seen(acting_for(BERT)) == ["300"]
    assert await seen(OPERATING) == await seen(REGULATING) == ["300", "500"]
    anna = {"party": global_id("Party", ANNA)}
    for principal in (OPERATING, REGULATING, acting_for(ANNA)):
        assert (await harness.ask(principal, CREDIT, **anna))["credit"]["shipper"]["id"] == anna["party"]
    refused = await build_schema().execute(CREDIT, anna, context_value=harness.context(acting_for(BERT)))
    assert [one.extensions and one.extensions["code"] for one in refused.errors or []] == ["NOT_FOUND"]


async def test_a_suspended_shipper_reads_why(harness: SchemaHarness) -> None:
    suspended = await harness.act(
        OPERATING,
        "setCreditSuspension",
        "... on CreditPayload { credit { suspension { isSuspended reason } } }",
        network="fork",
        partyId=global_id("Party", ANNA),
        isSuspended=True,
        reason="unpaid",
    )
    assert suspended["credit"]["suspension"] == {"isSuspended": True, "reason": "unpaid"}
    refused = await harness.act(
        acting_for(ANNA),
        "bookCapacity",
        "... on RefusedProblem { code message }",
        **REQUEST,
        quantity=1,
        idempotencyKey="no",
    )
    assert (refused["code"], "unpaid" in refused["message"]) == ("CREDIT_SUSPENDED", True)
    assert (await harness.ask(acting_for(ANNA), CREDIT))["credit"]["suspension"] == {"reason": "unpaid"}
