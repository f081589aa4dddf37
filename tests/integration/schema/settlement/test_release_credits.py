"""The default of a replacement shipper over the API: recorded, shown, published, and hidden from others."""

from typing import Any

import pytest
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    OPERATING,
    OTHER_OPERATOR,
    REGULATING,
    acting_for,
    key,
)
from tests.integration.market.releases.releasing import MARCH, award, bid, offer
from tests.integration.schema.harness import SchemaHarness

from linepack.access import Role

pytestmark = pytest.mark.anyio

CREDIT = """
    contractCode gasMonth releasing { code }
    demand { amount currency } credited { amount } takenBack { amount }
    debtors { party { code } owed { amount } takenBack { amount } }
    changes { kind debtor { code } amount { amount } entry }
"""
PAYLOAD = f"... on ReleaseCreditPayload {{ credit {{ {CREDIT} }} }}"
CREDITS = f"query ($contract: ID!) {{ releaseCredits(contract: $contract) {{ {CREDIT} }} }}"
BALANCES = "query ($id: ID!) { balances(contract: $id) { gasMonth code party { code } amount { amount } } }"
MARKET = """
subscription { marketEvents(after: "0") { ... on MarketEvent { topic }
  ... on ReleaseCreditEvent { gasMonth amount { amount } debtor { code } contractCode } } }
"""


@pytest.fixture
async def released(harness: SchemaHarness) -> tuple[str, str]:
    """The ids of Anna's contract and of Bert's replacement contract: 40 units in March 2027 at 0.25."""
    contract = await harness.market_fixture.book(ANNA, quantity=80)
    release = await offer(harness.market_fixture, contract, 40, period=MARCH)
    await bid(harness.market_fixture, release, BERT, 40, "0.25", period=MARCH)
    await award(harness.market_fixture, release)
    await harness.settle()
    query = "{ contracts(own: true) { edges { node { id } } } }"
    seen = [await harness.ask(acting_for(party), query) for party in (ANNA, BERT)]
    of_anna, of_bert = (found["contracts"]["edges"][0]["node"]["id"] for found in seen)
    return of_anna, of_bert


async def record(
    harness: SchemaHarness, name: str, contract: str, principal: Any = OPERATING, **given: Any
) -> Any:
    values = {"contractId": contract, "gasMonth": "2027-03-01", "idempotencyKey": key(), **given}
    return await harness.act(principal, name, PAYLOAD, **values)


async def test_a_default_and_a_late_payment_are_recorded_and_shown(
    harness: SchemaHarness, released: tuple[str, str]
) -> None:
    own, child = released
    # 40 units × 0.25 × 31 gas days = 310.00.
    defaulted = await record(harness, "recordReplacementDefault", child)
    assert defaulted["credit"]["credited"] == {"amount": "0.00"}
    paid = await record(harness, "recordLatePayment", child, amount="110.5")
    shown = await harness.ask(acting_for(ANNA), CREDITS, contract=own)
    assert shown["releaseCredits"] == [paid["credit"]]
    assert paid["credit"] == {
        "contractCode": paid["credit"]["contractCode"],
        "gasMonth": "2027-03-01",
        "releasing": {"code": "P0"},
        "demand": {"amount": "310.00", "currency": "EUR"},
        "credited": {"amount": "110.50"},
        "takenBack": {"amount": "199.50"},
        "debtors": [
            {"party": {"code": "P1"}, "owed": {"amount": "310.00"}, "takenBack": {"amount": "199.50"}}
        ],
        "changes": [
            {"kind": "DEFAULTED", "debtor": {"code": "P1"}, "amount": {"amount": "310.00"}, "entry": 4},
            {"kind": "PAID_LATE", "debtor": {"code": "P1"}, "amount": {"amount": "110.50"}, "entry": 5},
        ],
    }
    balances = await harness.ask(acting_for(ANNA), BALANCES, id=own)
    credited = [row for row in balances["balances"] if row["code"] == "RELEASE_CREDIT"]
    assert [(row["gasMonth"], row["amount"]) for row in credited if row["party"]["code"] == "P0"] == [
        ("2027-03-01", {"amount": "-110.50"})
    ]


async def test_the_releasing_shipper_and_the_replacement_are_told(
    harness: SchemaHarness, released: tuple[str, str]
) -> None:
    _, child = released
    await record(harness, "recordReplacementDefault", child, amount="10")
    await harness.relay()
    for party in (ANNA, BERT):
        async with harness.subscribed(acting_for(party), MARKET) as following:
            event = (await following())["marketEvents"]
            while event["topic"] != "REPLACEMENT_DEFAULTED":
                event = (await following())["marketEvents"]
        assert (event["amount"]["amount"], event["gasMonth"]) == ("10.00", "2027-03-01")
        assert event["debtor"] == {"code": "P1"}


async def test_refusals_are_answers(harness: SchemaHarness, released: tuple[str, str]) -> None:
    own, child = released
    default, late = "recordReplacementDefault", "recordLatePayment"
    answers = [
        await record(harness, default, child, amount="310.01"),
        await record(harness, default, child, amount="0.001"),
        await record(harness, default, child, gasMonth="2027-03-02"),
        await record(harness, default, child, gasMonth="2027-04-01"),
        await record(harness, default, child, debtor="P2"),
        await record(harness, default, own),
        await record(harness, late, child),
        await record(harness, default, child, acting_for(ANNA)),
        await record(harness, default, child, acting_for(BERT)),
        await record(harness, default, child, acting_for(OTHER_OPERATOR, Role.OPERATOR)),
    ]
    assert [answer["code"] for answer in answers] == [
        "AMOUNT_EXCEEDED",
        "INVALID_INPUT",
        "INVALID_INPUT",
        "NOTHING_CREDITED",
        "INVALID_INPUT",
        "NOTHING_CREDITED",
        "NOTHING_TAKEN_BACK",
        "FORBIDDEN",
        "FORBIDDEN",
        "NOT_FOUND",
    ]
    [credit] = (await harness.ask(REGULATING, CREDITS, contract=child))["releaseCredits"]
    assert (credit["credited"], credit["changes"]) == ({"amount": "310.00"}, [])
    with pytest.raises(AssertionError, match="no contract"):
        await harness.ask(acting_for(CARLA), CREDITS, contract=child)
