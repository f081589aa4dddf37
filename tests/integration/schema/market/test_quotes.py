"""A quote says what taking a listing or bidding costs, and refuses exactly when doing it is refused."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from strawberry.relay import GlobalID
from tests.integration.market.market_fixture import ANNA, BERT, CARLA, NOW, acting_for, key
from tests.integration.schema.harness import SchemaHarness
from tests.integration.settlement.charges.indices.test_true_up import TTF, price, publish

pytestmark = pytest.mark.anyio

BY_ANNA, BY_BERT, BY_CARLA = acting_for(ANNA), acting_for(BERT), acting_for(CARLA)
QUOTE = """
query ($listing: ID!, $quantity: Quantity!, $period: PeriodInput) {
  listingQuote(listing: $listing, quantity: $quantity, period: $period) {
    listing { seller { code } } quantity period { start end days }
    price { amount { amount currency } working } duties { amount { amount } working }
    refusals { code message path }
  }
}
"""
BID_QUOTE = """
query ($release: ID!, $quantity: Quantity!, $rate: Price!, $period: PeriodInput!) {
  bidQuote(release: $release, quantity: $quantity, rate: $rate, period: $period) {
    price { amount { amount } working } value belowMinimum refusals { code message }
  }
}
"""
NOVEMBER = {"start": "2026-11-01", "end": "2026-12-01"}
CHARGED = """query ($id: ID!) { partyBalances { balances { code amount { amount } party { code } } }
  contract(id: $id) { charges { code amount { amount } } } }"""


async def listing(harness: SchemaHarness, kind: str = "TRANSFER_OF_USE", **changes: Any) -> str:
    contract = await harness.market_fixture.book(ANNA, quantity=30)
    given = {
        "contractId": str(GlobalID("Contract", str(contract.id))),
        "kind": kind,
        **NOVEMBER,
        "quantity": 20,
        "minimumQuantity": 5,
        "pricePerUnitDay": "0.333",
        "idempotencyKey": key(),
        **changes,
    }
    posted = await harness.act(
        BY_ANNA, "postListing", "... on PostListingPayload { listing { id } }", **given
    )
    return str(posted["listing"]["id"])


async def quoted(
    harness: SchemaHarness, listed: str, quantity: int, principal: Any = BY_BERT, **more: Any
) -> Any:
    return (await harness.ask(principal, QUOTE, listing=listed, quantity=quantity, **more))["listingQuote"]


async def take(harness: SchemaHarness, listed: str, quantity: int, principal: Any = BY_BERT) -> Any:
    return await harness.act(
        principal,
        "takeListing",
        "... on TakeListingPayload { trade { childContract { id } } }",
        listingId=listed,
        quantity=quantity,
        idempotencyKey=key(),
    )


async def charged(harness: SchemaHarness, contract: str) -> dict[str, Decimal]:
    """Return what the buyer is charged for its contract, by charge code."""
    await harness.settle()
    sums: dict[str, Decimal] = {}
    for line in (await harness.ask(BY_BERT, CHARGED, id=contract))["contract"]["charges"]:
        sums[line["code"]] = sums.get(line["code"], Decimal(0)) + Decimal(line["amount"]["amount"])
    return sums


async def test_the_quote_of_a_transfer_of_use_is_what_the_buyer_is_charged(harness: SchemaHarness) -> None:
    listed = await listing(harness)
    quote = await quoted(harness, listed, 7)
    assert quote["price"]["amount"] == {"amount": "69.93", "currency": "EUR"}
    assert quote["price"]["working"]
    assert (quote["duties"], quote["refusals"]) == (None, [])
    assert quote["period"] == NOVEMBER | {"days": 30}
    assert quote["listing"]["seller"] is None
    taken = await take(harness, listed, 7)
    assert await charged(harness, taken["trade"]["childContract"]["id"]) == {
        "SECONDARY_PRICE": Decimal("69.93")
    }


async def test_the_quote_of_an_assignment_names_the_duties_to_the_operator(harness: SchemaHarness) -> None:
    listed = await listing(harness, "ASSIGNMENT")
    quote = await quoted(harness, listed, 7)
    assert quote["price"]["amount"]["amount"] == "69.93"
    assert quote["duties"]["amount"]["amount"] == "52.50"
    taken = await take(harness, listed, 7)
    assert await charged(harness, taken["trade"]["childContract"]["id"]) == {
        "SECONDARY_PRICE": Decimal("69.93"),
        "RESERVATION": Decimal("52.50"),
    }


async def test_duties_at_an_index_are_quoted_once_its_values_are_known(harness: SchemaHarness) -> None:
    await publish(harness.market_fixture, {date(2026, 5, 1): "30"})
    await price(harness.market_fixture, TTF)
    listed = await listing(harness, "ASSIGNMENT")
    quote = await quoted(harness, listed, 7)
    assert (quote["price"]["amount"]["amount"], quote["duties"], quote["refusals"]) == ("69.93", None, [])
    await publish(harness.market_fixture, {date(2026, 11, day): "40" for day in range(1, 31)})
    # 40 × 0.01 + 0.05 = 0.45; 7 × 0.45 × 30 = 94.50.
    assert (await quoted(harness, listed, 7))["duties"]["amount"]["amount"] == "94.50"


@pytest.mark.parametrize(
    ("buyer", "quantity", "code"),
    [
        (ANNA, 7, "OWN_OFFER"),
        (BERT, 21, "NOT_ON_OFFER"),
        (BERT, 3, "NOT_ON_OFFER"),
        (BERT, 17, "NOT_ON_OFFER"),
        (BERT, 20, None),
        (BERT, 5, None),
    ],
)
async def test_a_quote_refuses_exactly_when_taking_is_refused(
    harness: SchemaHarness, buyer: Any, quantity: int, code: str | None
) -> None:
    listed = await listing(harness)
    quote = await quoted(harness, listed, quantity, acting_for(buyer))
    answer = await take(harness, listed, quantity, acting_for(buyer))
    assert [one["code"] for one in quote["refusals"]] == ([] if code is None else [code])
    assert answer.get("code") == code
    assert answer.get("message") == (quote["refusals"][0]["message"] if code else None)
    assert quote["price"] is not None


async def test_every_reason_to_refuse_is_named(harness: SchemaHarness) -> None:
    listed = await listing(harness)
    other = {"start": "2026-11-01", "end": "2026-11-15"}
    quote = await quoted(harness, listed, 3, period=other)
    assert [one["code"] for one in quote["refusals"]] == ["INVALID_INPUT", "NOT_ON_OFFER"]
    assert "2026-11-01 to 2026-11-30" in quote["refusals"][0]["message"]
    assert quote["period"] == NOVEMBER | {"days": 30}
    assert (await quoted(harness, listed, 5, period=NOVEMBER))["refusals"] == []


async def test_a_listing_that_is_gone_says_so(harness: SchemaHarness) -> None:
    listed = await listing(harness)
    await take(harness, listed, 20)
    quote = await quoted(harness, listed, 5)
    assert [one["code"] for one in quote["refusals"]] == ["NOT_OPEN", "NOT_ON_OFFER"]


async def test_a_quote_changes_nothing(harness: SchemaHarness) -> None:
    listed = await listing(harness)
    before = len(await harness.market_fixture.events("listing.taken"))
    await quoted(harness, listed, 20)
    assert len(await harness.market_fixture.events("listing.taken")) == before
    remaining = '{ listings(network: "fork") { edges { node { remaining } } } }'
    [edge] = (await harness.ask(BY_BERT, remaining))["listings"]["edges"]
    assert edge["node"]["remaining"] == 20


async def release(harness: SchemaHarness, **changes: Any) -> str:
    contract = await harness.market_fixture.book(ANNA, quantity=30)
    given = {
        "contractId": str(GlobalID("Contract", str(contract.id))),
        **NOVEMBER,
        "quantity": 20,
        "method": "NET_REVENUE",
        "minimumRate": "0.2",
        "minimumQuantity": 5,
        "bidsCloseAt": (NOW + timedelta(days=2)).isoformat(),
        "idempotencyKey": key(),
        **changes,
    }
    offered = await harness.act(BY_ANNA, "offerRelease", "... on ReleasePayload { release { id } }", **given)
    return str(offered["release"]["id"])


async def test_a_bid_is_quoted_as_it_is_valued_and_refused(harness: SchemaHarness) -> None:
    offered = await release(harness)
    terms = {"release": offered, "quantity": 10, "rate": "0.25", "period": NOVEMBER}
    quote = (await harness.ask(BY_BERT, BID_QUOTE, **terms))["bidQuote"]
    assert quote["price"]["amount"]["amount"] == "75.00"
    assert Decimal(quote["value"]) == 75
    assert (quote["belowMinimum"], quote["refusals"]) == (None, [])
    low = (await harness.ask(BY_BERT, BID_QUOTE, **terms | {"rate": "0.1"}))["bidQuote"]
    assert low["refusals"] == []
    assert "below the minimum rate" in low["belowMinimum"]
    much = (await harness.ask(BY_BERT, BID_QUOTE, **terms | {"quantity": 21}))["bidQuote"]
    assert [one["code"] for one in much["refusals"]] == ["INVALID_INPUT"]
    own = (await harness.ask(BY_ANNA, BID_QUOTE, **terms))["bidQuote"]
    assert [one["code"] for one in own["refusals"]] == ["OWN_OFFER"]
    beyond = terms | {"quantity": 10**12, "rate": "999999999999999999"}
    huge = (await harness.ask(BY_BERT, BID_QUOTE, **beyond))["bidQuote"]
    # (10**18 - 1) × 10**12 × 30 days = 3 × 10**31 - 3 × 10**13.
    assert huge["price"]["amount"]["amount"] == "29999999999999999970000000000000.00"
    assert huge["refusals"]


async def test_a_bid_that_its_shipper_could_not_deliver_is_refused(harness: SchemaHarness) -> None:
    offered = await release(harness)
    fixture = harness.market_fixture
    contract = (await harness.ask(BY_ANNA, "{ contracts(own: true) { edges { node { id } } } }"))["contracts"]
    given = {
        "contractId": contract["edges"][0]["node"]["id"],
        "kind": "TRANSFER_OF_USE",
        **NOVEMBER,
        "quantity": 30,
        "pricePerUnitDay": "1",
        "idempotencyKey": key(),
    }
    posted = await harness.act(
        BY_ANNA, "postListing", "... on PostListingPayload { listing { id } }", **given
    )
    assert "listing" in posted
    terms = {"release": offered, "quantity": 10, "rate": "0.25", "period": NOVEMBER}
    quote = (await harness.ask(BY_CARLA, BID_QUOTE, **terms))["bidQuote"]
    answer = await harness.act(
        BY_CARLA,
        "placeBid",
        "",
        releaseId=offered,
        quantity=10,
        rate="0.25",
        idempotencyKey=key(),
        **NOVEMBER,
    )
    assert [one["code"] for one in quote["refusals"]] == [answer["code"]]
    assert len(await fixture.events("bid.placed")) == 0
