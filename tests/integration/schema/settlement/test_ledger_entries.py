"""The ledger newest first: which entries each caller finds, and that nothing is lost between two pages."""

from typing import Any

import pytest
from strawberry.relay import GlobalID
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    OPERATING,
    REGULATING,
    WINTER,
    acting_for,
)
from tests.integration.schema.harness import SchemaHarness

from linepack.access import Principal

pytestmark = pytest.mark.anyio

BY_ANNA, BY_BERT, BY_CARLA = acting_for(ANNA), acting_for(BERT), acting_for(CARLA)
ENTRIES = """query (
  $party: ID, $contract: ID, $gasMonth: GasDay, $code: ChargeCode, $sequence: Int, $before: Int
  $first: Int! = 50
) {
  ledgerEntries(
    party: $party, contract: $contract, gasMonth: $gasMonth, code: $code, sequence: $sequence
    before: $before, first: $first
  ) {
    cursor hasMore
    events { sequence lines { line partyCode counterpartyCode contractId code gasMonth amount { amount } } }
  }
}"""


@pytest.fixture
async def posted(harness: SchemaHarness) -> SchemaHarness:
    """Entries 1 and 3 for bookings of ANNA (P0), 2 for one of BERT (P1)."""
    for holder in (ANNA, BERT, ANNA):
        await harness.market_fixture.book(holder, quantity=10)
    await harness.settle()
    return harness


async def page(harness: SchemaHarness, principal: Principal, **given: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await harness.ask(principal, ENTRIES, **given))["ledgerEntries"]
    return found


async def sequences(harness: SchemaHarness, principal: Principal, **given: Any) -> list[int]:
    return [event["sequence"] for event in (await page(harness, principal, **given))["events"]]


async def party_id(harness: SchemaHarness, code: str) -> str:
    query = "{ partyBalances { balances { party { id code } } } }"
    rows = (await harness.ask(REGULATING, query))["partyBalances"]["balances"]
    return str(next(row["party"]["id"] for row in rows if row["party"]["code"] == code))


async def test_each_caller_finds_the_entries_that_touch_its_accounts_newest_first(
    posted: SchemaHarness,
) -> None:
    assert await sequences(posted, BY_ANNA) == [3, 1]
    assert await sequences(posted, BY_BERT) == [2]
    assert await sequences(posted, BY_CARLA) == []
    for principal in (OPERATING, REGULATING):
        assert await sequences(posted, principal) == [3, 2, 1]


async def test_who_oversees_the_market_sees_both_sides_as_the_debtor_does(posted: SchemaHarness) -> None:
    (event,) = (await page(posted, REGULATING, sequence=2))["events"]
    sides = [(one["line"], one["partyCode"], one["amount"]["amount"][0] == "-") for one in event["lines"]]
    months = range(len(WINTER.gas_months()))
    assert sides == [(line, *side) for line in months for side in (("P1", False), ("P4", True))]
    (event,) = (await page(posted, BY_BERT, sequence=2))["events"]
    assert [(one["line"], one["partyCode"]) for one in event["lines"]] == [side[:2] for side in sides]


async def test_pages_are_read_before_the_last_entry_of_the_one_before(posted: SchemaHarness) -> None:
    newest = await page(posted, REGULATING, first=2)
    assert ([one["sequence"] for one in newest["events"]], newest["hasMore"]) == ([3, 2], True)
    rest = await page(posted, REGULATING, first=2, before=2)
    assert ([one["sequence"] for one in rest["events"]], rest["hasMore"]) == ([1], False)
    assert newest["cursor"] == rest["cursor"] == "3", "the stream goes on from the end of the feed"


async def test_they_are_narrowed_to_party_contract_month_code_and_place(posted: SchemaHarness) -> None:
    anna, bert, operator = [await party_id(posted, code) for code in ("P0", "P1", "P4")]
    assert await sequences(posted, REGULATING, party=anna) == [3, 1]
    assert await sequences(posted, OPERATING, party=bert) == [2]
    assert await sequences(posted, BY_ANNA, party=operator) == [3, 1]
    assert await sequences(posted, BY_ANNA, party=bert) == [], "no line has both as its sides"
    (event,) = (await page(posted, REGULATING, sequence=1))["events"]
    contract = event["lines"][0]["contractId"]
    assert await sequences(posted, REGULATING, contract=contract) == [1]
    assert await sequences(posted, BY_BERT, contract=contract) == []
    assert await sequences(posted, REGULATING, gasMonth="2026-12-01", code="RESERVATION") == [3, 2, 1]
    assert await sequences(posted, REGULATING, gasMonth="2026-10-01") == []
    assert await sequences(posted, REGULATING, code="RELEASE_CREDIT") == []
    assert await sequences(posted, BY_ANNA, sequence=2) == []


async def test_a_party_that_there_is_not_has_no_entries(posted: SchemaHarness) -> None:
    other = str(GlobalID("Party", "00000000-0000-0000-0000-000000000000"))
    assert await sequences(posted, REGULATING, party=other) == []
