"""Booking and trading as a client does it: every answer a success or a refusal that says why."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from strawberry.relay import GlobalID
from tests.integration.market.market_fixture import ANNA, BERT, CARLA, NOVEMBER, OPERATING, acting_for, key
from tests.integration.schema.harness import SchemaHarness, places

from linepack.access import Principal
from linepack.commands.unit_of_work import UnitOfWork
from linepack.ids import ReleaseId
from market.releases.model import Parked
from market.releases.repository import park

pytestmark = pytest.mark.anyio

BY_ANNA, BY_BERT, BY_CARLA = acting_for(ANNA), acting_for(BERT), acting_for(CARLA)
BOOK = """
mutation ($input: BookCapacityInput!) {
  bookCapacity(input: $input) {
    __typename
    ... on BookCapacityPayload {
      contract {
        id code quantity unit firmness cause
        network { code } holder { code } operator { code } parent { code }
        subNetwork { nodes { kind physicalNode { code } } edges { role bands { low high } } }
        rights { route { receipt { code } delivery { code } } quantity period { days } }
        verdict { outcome level solver proofs { certificate level } }
      }
      charge { amount { amount currency } working }
    }
    ... on CapacityExhaustedProblem {
      bottlenecks {
        text shortfall capacity demand edges { edge { code } capacity } relief { edge { code } }
        periods { start end }
      }
      largest { period { start end } quantity bound missing limit { kind text edges { edge { code } } } }
      largestThroughout
      alternatives {
        bookings { kind firmness quantity gain level charge { amount { amount } } period { start end } }
        listings { listing { id } gain } releases { release { id } gain }
      }
    }
    ... on Problem { code message path }
    ... on InvalidInputProblem { faults { path place message } }
  }
}
"""


def asked(quantity: int = 30, **changes: Any) -> dict[str, Any]:
    """The input of a booking on a → x, over November."""
    return {
        "network": "fork",
        "receipt": "a",
        "delivery": "x",
        "start": str(NOVEMBER.start),
        "end": str(NOVEMBER.end),
        "quantity": quantity,
        "idempotencyKey": key(),
        **changes,
    }


async def book(harness: SchemaHarness, principal: Principal = BY_ANNA, **changes: Any) -> dict[str, Any]:
    answer = await harness.ask(principal, BOOK, input=asked(**changes))
    booked: dict[str, Any] = answer["bookCapacity"]
    return booked


async def test_a_booking_answers_with_its_contract_its_proof_and_its_charge(harness: SchemaHarness) -> None:
    booked = await book(harness)
    contract = booked["contract"]
    assert contract["verdict"]["outcome"] == "FEASIBLE"
    assert contract["verdict"]["level"] == "FLOW"
    assert {proof["certificate"] for proof in contract["verdict"]["proofs"]} == {"FLOW"}
    assert contract["rights"] == [
        {
            "route": {"receipt": {"code": "a"}, "delivery": {"code": "x"}},
            "quantity": 30,
            "period": {"days": 30},
        }
    ]
    assert (contract["holder"]["code"], contract["operator"]["code"]) == ("P0", "P4")
    assert (contract["unit"], contract["cause"], contract["parent"]) == ("KWH_PER_H", "BOOKING", None)
    [edge] = contract["subNetwork"]["edges"]
    assert (edge["role"], [band["high"] for band in edge["bands"]]) == ("BOOKING", ["30"])
    # 30 units × 0.25 EUR × 30 gas days
    assert booked["charge"]["amount"] == {"amount": "225.00", "currency": "EUR"}


async def test_a_refusal_names_the_cut_the_days_and_what_fits(harness: SchemaHarness) -> None:
    await book(harness, quantity=50)
    refused = await book(harness, BY_BERT, quantity=31, start="2026-10-20")
    assert refused["code"] == "CAPACITY_EXHAUSTED"
    [bottleneck] = refused["bottlenecks"]
    assert [edge["edge"]["code"] for edge in bottleneck["edges"]] == ["jx"]
    assert (bottleneck["capacity"], bottleneck["demand"], bottleneck["shortfall"]) == (80, 81, 1)
    assert bottleneck["periods"] == [{"start": "2026-11-01", "end": "2026-12-01"}]
    assert refused["largestThroughout"] == 30
    before, november = refused["largest"]
    assert before == {
        "period": {"start": "2026-10-20", "end": "2026-11-01"},
        "quantity": 80,
        "bound": 80,
        "missing": 0,
        "limit": None,
    }
    assert november == {
        "period": {"start": "2026-11-01", "end": "2026-12-01"},
        "quantity": 30,
        "bound": 30,
        "missing": 1,
        "limit": {"kind": "CUT", "text": "edge j → x is full", "edges": [{"edge": {"code": "jx"}}]},
    }
    interruptible = next(one for one in refused["alternatives"]["bookings"] if one["kind"] == "INTERRUPTIBLE")
    assert (interruptible["quantity"], interruptible["gain"], interruptible["level"]) == (1, 1, "RIGHTS")
    assert (await book(harness, BY_BERT, quantity=30, start="2026-10-20"))[
        "__typename"
    ] == "BookCapacityPayload"


async def test_a_dry_run_answers_what_a_booking_would_and_books_nothing(harness: SchemaHarness) -> None:
    given = {name: value for name, value in asked(80).items() if name != "idempotencyKey"}
    query = """
    query ($input: CapacityRequestInput!) {
      dryRunBookCapacity(input: $input) {
        __typename
        ... on DryRunBookCapacityPayload {
          verdict { outcome } runtime price { ... on FlatPrice { pricePerUnitDay } }
          charge { amount { amount } working }
        }
        ... on CapacityExhaustedProblem { largestThroughout }
      }
    }
    """
    quoted = (await harness.ask(BY_ANNA, query, input=given))["dryRunBookCapacity"]
    assert quoted["verdict"] == {"outcome": "FEASIBLE"}
    assert quoted["runtime"] == "MONTHLY"
    assert quoted["price"] == {"pricePerUnitDay": "0.25"}
    assert quoted["charge"]["amount"] == {"amount": "600.00"}
    assert await harness.ask(BY_ANNA, "{ contracts { edges { node { id } } } }") == {
        "contracts": {"edges": []}
    }
    refused = (await harness.ask(BY_ANNA, query, input={**given, "quantity": 81}))["dryRunBookCapacity"]
    assert refused == {"__typename": "CapacityExhaustedProblem", "largestThroughout": 80}


BY_LEVEL = """
subscription ($input: CapacityRequestInput!) {
  dryRunBookCapacity(input: $input) {
    level most { period { start end } quantity } mostThroughout
    answer {
      __typename
      ... on DryRunBookCapacityPayload { charge { amount { amount } } }
      ... on CapacityExhaustedProblem { largestThroughout }
      ... on Problem { code path }
      ... on InvalidInputProblem { faults { path place message } }
    }
  }
}
"""


async def steps_of(harness: SchemaHarness, **changes: Any) -> list[Any]:
    """Return what a dry run followed by Bert yields until its end."""
    given = {name: value for name, value in asked(**changes).items() if name != "idempotencyKey"}
    steps = []
    async with harness.subscribed(BY_BERT, BY_LEVEL, input=given) as following:
        while (step := await following()) is not None:
            steps.append(step["dryRunBookCapacity"])
    return steps


async def test_a_dry_run_that_is_followed_gives_a_bound_before_its_answer(harness: SchemaHarness) -> None:
    await book(harness, quantity=50)
    bound, last = await steps_of(harness, quantity=31, start="2026-10-20")
    # 80 on a to x less the 50 of November; nothing is booked in October.
    assert bound == {
        "level": "FLOW",
        "most": [
            {"period": {"start": "2026-10-20", "end": "2026-11-01"}, "quantity": 80},
            {"period": {"start": "2026-11-01", "end": "2026-12-01"}, "quantity": 30},
        ],
        "mostThroughout": 30,
        "answer": None,
    }
    assert (last["level"], last["most"], last["mostThroughout"]) == (None, [], None)
    assert last["answer"]["largestThroughout"] == 30
    granted = (await steps_of(harness, quantity=30))[-1]
    assert granted["answer"]["charge"] == {"amount": {"amount": "225.00"}}


async def test_a_dry_run_that_is_followed_lists_the_faults_of_its_input(harness: SchemaHarness) -> None:
    [refused] = await steps_of(harness, end="2026-10-01", receipt="nowhere")
    assert refused["answer"]["code"] == "INVALID_INPUT"
    assert set(places(refused["answer"])) == {"receipt", "end"}


async def test_a_repeated_booking_has_one_effect_and_one_answer(harness: SchemaHarness) -> None:
    given = asked(10)
    first = (await harness.ask(BY_ANNA, BOOK, input=given))["bookCapacity"]
    assert (await harness.ask(BY_ANNA, BOOK, input=given))["bookCapacity"] == first
    other = (await harness.ask(BY_ANNA, BOOK, input={**given, "quantity": 11}))["bookCapacity"]
    assert (other["__typename"], other["code"]) == ("ConflictProblem", "CONFLICT")
    mine = await harness.ask(BY_ANNA, "{ contracts(own: true) { edges { node { quantity } } } }")
    assert mine == {"contracts": {"edges": [{"node": {"quantity": 10}}]}}


async def test_every_fault_of_an_input_is_told_at_once(harness: SchemaHarness) -> None:
    refused = await book(harness, receipt="x", delivery="nowhere", end="2026-10-01")
    assert refused["__typename"] == "InvalidInputProblem"
    assert set(places(refused)) == {"receipt", "delivery", "end"}


async def test_what_is_not_there_is_not_found(harness: SchemaHarness) -> None:
    refused = await book(harness, network="nowhere")
    assert (refused["__typename"], refused["code"]) == ("NotFoundProblem", "NOT_FOUND")


async def test_a_listing_is_posted_anonymously_taken_in_part_and_withdrawn(harness: SchemaHarness) -> None:
    contract = (await book(harness, quantity=40))["contract"]
    posted = await harness.act(
        BY_ANNA,
        "postListing",
        "... on PostListingPayload { listing { id remaining seller { code } contract { code } } }",
        contractId=contract["id"],
        kind="TRANSFER_OF_USE",
        start="2026-11-01",
        end="2026-11-11",
        quantity=40,
        pricePerUnitDay="0.5",
        idempotencyKey=key(),
    )
    listing = posted["listing"]
    assert (listing["seller"]["code"], listing["contract"]["code"]) == ("P0", contract["code"])
    shown = await harness.ask(
        BY_BERT,
        """{
          listings(network: "fork", route: {receipt: "a", delivery: "x"}) {
            edges { node {
              id seller { code } contract { code } capacity { routes { route { delivery { code } } share } }
            } }
          }
        }""",
    )
    [edge] = shown["listings"]["edges"]
    assert (edge["node"]["seller"], edge["node"]["contract"]) == (None, None)
    assert edge["node"]["capacity"]["routes"] == [{"route": {"delivery": {"code": "x"}}, "share": "1"}]
    taken = await harness.act(
        BY_BERT,
        "takeListing",
        """... on TakeListingPayload {
          trade {
            quantity seller { code } buyer { code } parentContract { code } childContract { quantity cause }
          }
        }""",
        listingId=listing["id"],
        quantity=15,
        idempotencyKey=key(),
    )
    assert taken["trade"] == {
        "quantity": 15,
        "seller": {"code": "P0"},
        "buyer": {"code": "P1"},
        "parentContract": None,
        "childContract": {"quantity": 15, "cause": "TRANSFER_OF_USE"},
    }
    withdrawn = await harness.act(
        BY_ANNA,
        "withdrawListing",
        "... on WithdrawListingPayload { listing { state remaining } }",
        listingId=listing["id"],
    )
    assert withdrawn["listing"] == {"state": "WITHDRAWN", "remaining": 25}
    late = await harness.act(
        BY_CARLA, "takeListing", "", listingId=listing["id"], quantity=1, idempotencyKey=key()
    )
    assert (late["__typename"], late["code"]) == ("RefusedProblem", "NOT_OPEN")


async def test_a_call_gathers_orders_and_the_initiator_picks_one(harness: SchemaHarness) -> None:
    contract = (await book(harness, BY_BERT, quantity=40))["contract"]
    opened = await harness.act(
        BY_ANNA,
        "openCallToBuy",
        "... on CallPayload { call { id side state initiator { code } } }",
        network="fork",
        receipt="a",
        delivery="x",
        kind="ASSIGNMENT",
        start="2026-11-01",
        end="2026-12-01",
        quantity=25,
        limitPrice="0.40",
        closesAt="2026-10-20T12:00:00Z",
        idempotencyKey=key(),
    )
    call = opened["call"]
    placed = await harness.act(
        BY_BERT,
        "placeOrder",
        "... on PlaceOrderPayload { order { id state party { code } } }",
        callId=call["id"],
        contractId=contract["id"],
        start="2026-11-01",
        end="2026-12-01",
        quantity=20,
        pricePerUnitDay="0.35",
        acceptBy="2026-10-20T12:00:00Z",
        idempotencyKey=key(),
    )
    query = """query ($call: ID) {
      orders(call: $call) { edges { node { id state party { code } call { side } } } }
    }"""
    [seen] = (await harness.ask(BY_ANNA, query, call=call["id"]))["orders"]["edges"]
    assert seen["node"] == {
        "id": placed["order"]["id"],
        "state": "OPEN",
        "party": None,
        "call": {"side": "BUY"},
    }
    assert (await harness.ask(BY_CARLA, query, call=call["id"]))["orders"]["edges"] == []
    accepted = await harness.act(
        BY_ANNA,
        "acceptOrder",
        "... on AcceptOrderPayload { trade { kind childContract { holder { code } } } }",
        orderId=placed["order"]["id"],
        idempotencyKey=key(),
    )
    assert accepted["trade"] == {"kind": "ASSIGNMENT", "childContract": {"holder": {"code": "P0"}}}
    closed = await harness.act(
        BY_ANNA, "closeCall", "... on CallPayload { call { state } }", callId=call["id"]
    )
    assert closed["call"] == {"state": "CLOSED"}
    own = "{ ownCallsForOrders { edges { node { state contract { code } } } } }"
    assert (await harness.ask(BY_ANNA, own))["ownCallsForOrders"]["edges"] == [
        {"node": {"state": "CLOSED", "contract": None}}
    ]


async def test_a_release_is_offered_bid_for_and_withdrawn_while_no_bid_stands(harness: SchemaHarness) -> None:
    contract = (await book(harness, quantity=40))["contract"]
    offered = await harness.act(
        BY_ANNA,
        "offerRelease",
        "... on ReleasePayload { release { id state method releasing { code } award { hash } } }",
        contractId=contract["id"],
        start="2026-11-01",
        end="2026-12-01",
        quantity=40,
        method="HIGHEST_RATE",
        bidsCloseAt="2026-10-20T12:00:00Z",
        idempotencyKey=key(),
    )
    release = offered["release"]
    assert (release["state"], release["releasing"]["code"], release["award"]) == ("OPEN", "P0", None)
    placed = await harness.act(
        BY_BERT,
        "placeBid",
        "... on BidPayload { bid { id state value release { id } bidder { code } } }",
        releaseId=release["id"],
        start="2026-11-01",
        end="2026-12-01",
        quantity=40,
        rate="0.10",
        idempotencyKey=key(),
    )
    assert placed["bid"]["release"] == {"id": release["id"]}
    stands = await harness.act(BY_ANNA, "withdrawRelease", "", releaseId=release["id"])
    assert stands["__typename"] == "RefusedProblem"
    early = await harness.act(BY_ANNA, "awardRelease", "", releaseId=release["id"], idempotencyKey=key())
    assert early["__typename"] == "RefusedProblem"
    uninvolved = await harness.act(
        BY_CARLA, "awardRelease", "", releaseId=release["id"], idempotencyKey=key()
    )
    assert uninvolved["__typename"] == "NotFoundProblem"
    withdrawn = await harness.act(
        BY_BERT, "withdrawBid", "... on BidPayload { bid { state } }", bidId=placed["bid"]["id"]
    )
    assert withdrawn["bid"] == {"state": "WITHDRAWN"}
    gone = await harness.act(
        BY_ANNA,
        "withdrawRelease",
        "... on ReleasePayload { release { state } }",
        releaseId=release["id"],
    )
    assert gone["release"] == {"state": "WITHDRAWN"}


async def test_a_prearranged_release_is_awarded_at_once_and_shows_its_record(harness: SchemaHarness) -> None:
    contract = (await book(harness, quantity=40))["contract"]
    bert = (await harness.ask(BY_BERT, "{ viewer { party { id } } }"))["viewer"]["party"]["id"]
    offered = await harness.act(
        BY_ANNA,
        "offerRelease",
        "... on ReleasePayload { release { id prearrangedBidder { code } } }",
        contractId=contract["id"],
        start="2026-11-01",
        end="2026-12-01",
        quantity=40,
        method="NET_REVENUE",
        prearrangedBidderId=bert,
        bidsCloseAt="2026-10-20T12:00:00Z",
        idempotencyKey=key(),
    )
    assert offered["release"]["prearrangedBidder"] == {"code": "P1"}
    release = offered["release"]["id"]
    bid = {"releaseId": release, "start": "2026-11-01", "end": "2026-12-01", "rate": "0.2"}
    await harness.act(BY_BERT, "placeBid", "", quantity=25, idempotencyKey=key(), **bid)
    awarded = await harness.act(
        BY_ANNA,
        "awardRelease",
        """... on AwardReleasePayload {
          release { state }
          award {
            algorithm record hash awardedAt dueAt firstDay
            bids { bidId sequence quantity rate period { start } awarded value reason text }
            awards { quantity period { start } replacement { code } contract { code } }
          }
        }""",
        releaseId=release,
        idempotencyKey=key(),
    )
    assert awarded["release"] == {"state": "AWARDED"}
    [won] = awarded["award"]["awards"]
    assert won == {
        "quantity": 25,
        "period": {"start": "2026-11-01"},
        "replacement": {"code": "P1"},
        "contract": None,
    }
    assert awarded["award"]["dueAt"] == awarded["award"]["awardedAt"]
    assert awarded["award"]["firstDay"] == "2026-10-02"
    [decided] = awarded["award"]["bids"]
    assert (decided["awarded"], decided["rate"], decided["reason"]) == (25, "0.2", "FILLED")
    record = awarded["award"]["record"]
    assert hashlib.sha256(record.encode()).hexdigest() == awarded["award"]["hash"]
    assert json.loads(record)["algorithm"] == awarded["award"]["algorithm"]
    query = (
        "query ($id: ID!) { node(id: $id) { ... on ReleaseOffer { award { awards { quantity } hash } } } }"
    )
    seen = (await harness.ask(BY_CARLA, query, id=release))["node"]["award"]
    assert seen == {"awards": [], "hash": awarded["award"]["hash"]}
    lineage = """query ($id: ID!) {
      lineage(id: $id) {
        cause parentCode holder { code } quantity state routes { route { delivery { code } } quantity }
        contract { cause }
      }
    }"""
    for principal, shown in ((OPERATING, {"cause": "RELEASE"}), (BY_ANNA, None)):
        booked, released = (await harness.ask(principal, lineage, id=contract["id"]))["lineage"]
        assert (booked["cause"], booked["parentCode"], booked["contract"]) == (
            "BOOKING",
            None,
            {"cause": "BOOKING"},
        )
        assert released == {
            "cause": "RELEASE",
            "parentCode": contract["code"],
            "holder": {"code": "P1"},
            "quantity": 25,
            "state": "UPCOMING",
            "routes": [{"route": {"delivery": {"code": "x"}}, "quantity": 25}],
            "contract": shown,
        }


async def test_a_parked_release_says_why_to_its_parties_and_the_operator_alone(
    harness: SchemaHarness,
) -> None:
    contract = (await book(harness, quantity=40))["contract"]
    days = {"start": "2026-11-01", "end": "2026-12-01", "quantity": 40}
    offered = await harness.act(
        BY_ANNA,
        "offerRelease",
        "... on ReleasePayload { release { id parked { code } } }",
        contractId=contract["id"],
        method="HIGHEST_RATE",
        bidsCloseAt="2026-10-20T12:00:00Z",
        idempotencyKey=key(),
        **days,
    )
    assert offered["release"]["parked"] is None
    release = offered["release"]["id"]
    await harness.act(BY_BERT, "placeBid", "", releaseId=release, rate="0.2", idempotencyKey=key(), **days)
    since = datetime(2026, 10, 20, 12, 1, tzinfo=UTC)
    release_id = ReleaseId(UUID(GlobalID.from_id(release).node_id))
    async with UnitOfWork(harness.market_fixture.database) as uow:
        await park(uow.connection, release_id, Parked("INTERNAL", "a fault", since))
    query = """query ($id: ID!) {
      node(id: $id) { ... on ReleaseOffer { state parked { code reason parkedAt } } }
    }"""
    reason = {"code": "INTERNAL", "reason": "a fault", "parkedAt": "2026-10-20T12:01:00Z"}
    for principal, seen in ((BY_ANNA, reason), (BY_BERT, reason), (OPERATING, reason), (BY_CARLA, None)):
        node = (await harness.ask(principal, query, id=release))["node"]
        assert node == {"state": "OPEN", "parked": seen}


@pytest.mark.parametrize("bidder", [UUID(int=99), UUID(int=8)], ids=["unknown", "operator"])
async def test_a_release_for_a_party_that_cannot_bid_is_refused_at_its_field(
    harness: SchemaHarness, bidder: UUID
) -> None:
    contract = (await book(harness, quantity=40))["contract"]
    refused = await harness.act(
        BY_ANNA,
        "offerRelease",
        "",
        contractId=contract["id"],
        start="2026-11-01",
        end="2026-12-01",
        quantity=10,
        method="HIGHEST_RATE",
        prearrangedBidderId=str(GlobalID("Party", str(bidder))),
        recallable=True,
        bidsCloseAt="2026-10-20T12:00:00Z",
        idempotencyKey=key(),
    )
    assert places(refused) == ["recallable", "prearrangedBidderId"]
