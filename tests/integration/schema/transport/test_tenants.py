"""Another party's affairs: not found by id, not in any list, not in any stream, not to be touched."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.identities import PASSWORD, Identities
from tests.integration.schema.transport.market_data import (
    END,
    START,
    Trading,
    act,
    book,
    make_trading,
    once,
    token_of,
)
from tests.integration.schema.transport.security_client import SecurityClient, code_of
from tests.websocket_client import Socket

from linepack.access import PartyKind, Role
from linepack.identity.commands import NewUser
from linepack.identity.service import create_user
from server.processes.worker import work

pytestmark = pytest.mark.anyio


@pytest.fixture
async def trading(full_client: SecurityClient, identities: Identities) -> Trading:
    return await make_trading(full_client, identities)


@pytest.fixture
async def rival(identities: Identities) -> str:
    """Who runs networks too, but not the one that is traded on."""
    return await token_of(identities.identity, identities, "RIVAL", PartyKind.OPERATOR, Role.OPERATOR)


NODE = "query($id: ID!) { node(id: $id) { __typename id } }"


async def test_a_marketer_sees_the_contracts_of_the_party_but_not_what_they_cost(
    trading: Trading, identities: Identities
) -> None:
    command = NewUser(
        identities.shipper.id, "marketer@a.example", "Marketer", frozenset({Role.MARKETER}), PASSWORD
    )
    account = await create_user(command, identities.identity.context(identities.platform))
    marketer = await identities.token(account)
    query = "query($id: ID!) {{ contract(id: $id) {{ code {} }} }}"
    identity = trading.private["Contract"]
    assert (await trading.as_(marketer, query.format(""), id=identity))["contract"]["code"]
    charges = query.format("charges { code }")
    refused = await trading.full_client.ask(charges, marketer, id=identity)
    assert code_of(refused) == "FORBIDDEN"
    assert (await trading.as_(trading.alice, charges, id=identity))["contract"]["charges"] is not None


async def test_anothers_things_are_not_there_by_id_and_ones_own_are(trading: Trading) -> None:
    owner = {"Bid": trading.carol, "Order": trading.carol}
    for kind, identity in trading.private.items():
        own = await trading.as_(owner.get(kind, trading.alice), NODE, id=identity)
        assert own["node"] == {"__typename": kind, "id": identity}
        assert await trading.as_(trading.bob, NODE, id=identity) == {"node": None}


async def test_a_strangers_answer_is_the_same_as_for_what_never_was(trading: Trading) -> None:
    nobodys = base64.b64encode(b"Contract:01990000-0000-7000-8000-000000000000").decode()
    query = "query($id: ID!) { contract(id: $id) { code } }"
    strange, never = [
        await trading.full_client.ask(query, trading.bob, id=one)
        for one in (trading.private["Contract"], nobodys)
    ]
    for answer in (strange, never):
        assert answer["data"] is None
        assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    received = [answer["errors"][0]["message"].rsplit(" ", 1)[0] for answer in (strange, never)]
    assert received[0] == received[1]


async def test_an_id_under_another_types_name_opens_nothing(trading: Trading) -> None:
    inner = base64.b64decode(trading.private["Contract"]).decode().split(":", 1)[1]
    for kind in ("Listing", "ApiKey", "Party", "Trade", "Bid", "Nothing", "Query", "String"):
        disguised = base64.b64encode(f"{kind}:{inner}".encode()).decode()
        answer = await trading.full_client.ask(NODE, trading.alice, id=disguised)
        assert (answer["data"] or {}).get("node") is None
        assert all(error["extensions"]["code"] != "INTERNAL" for error in answer.get("errors", []))


@pytest.mark.parametrize("identity", ["", "x", "Q29udHJhY3Q6", "Q29udHJhY3Q6eA==", "é", "A" * 5000])
async def test_what_is_no_id_is_refused_and_is_no_fault_of_ours(
    full_client: SecurityClient, identities: Identities, identity: str
) -> None:
    token = await identities.token(identities.alice)
    for query in (NODE, "query($id: ID!) { contract(id: $id) { code } }"):
        answer = await full_client.ask(query, token, id=identity)
        assert not any((answer["data"] or {}).values())
        assert all(error["extensions"]["code"] != "INTERNAL" for error in answer.get("errors", []))


LISTS = """
    query {
        contracts(own: false) { edges { node { id } } }
        apiKeys { edges { node { id } } }
        parties(search: "SHIP-A") { edges { node { code } } }
        ownListings { edges { node { id } } }
        ownReleaseOffers { edges { node { id } } }
        ownCallsForOrders { edges { node { id } } }
        bids { edges { node { id } } }
        orders { edges { node { id } } }
        trades { edges { node { id } } }
    }
"""


async def test_a_stranger_finds_nothing_of_anothers_in_any_list(trading: Trading) -> None:
    lists = await trading.as_(trading.bob, LISTS)
    lists.pop("parties")  # the directory shows whom one may deal with
    assert {name: shown["edges"] for name, shown in lists.items()} == {name: [] for name in lists}


async def test_the_owner_finds_all_of_it(trading: Trading) -> None:
    lists = await trading.as_(trading.alice, LISTS)
    counted = {name: len(shown["edges"]) for name, shown in lists.items()}
    assert counted == {
        "contracts": 1,
        "apiKeys": 1,
        "parties": 1,
        "ownListings": 1,
        "ownReleaseOffers": 1,
        "ownCallsForOrders": 1,
        "bids": 0,
        "orders": 0,
        "trades": 0,
    }


async def test_offers_are_seen_by_all_but_not_the_contract_behind_them(trading: Trading) -> None:
    for kind, identity in trading.public.items():
        query = f"query($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ id contract {{ id }} }} }} }}"
        seen = await trading.as_(trading.bob, query, id=identity)
        assert seen["node"] == {"id": identity, "contract": None}
        own = await trading.as_(trading.alice, query, id=identity)
        assert own["node"]["contract"] == {"id": trading.private["Contract"]}


async def test_a_bid_is_for_its_bidder_and_those_who_are_told(trading: Trading) -> None:
    query = "query($release: ID) { bids(release: $release) { edges { node { id } } } }"
    release = trading.public["ReleaseOffer"]
    carols = await trading.as_(trading.carol, query, release=release)
    assert [edge["node"]["id"] for edge in carols["bids"]["edges"]] == [trading.private["Bid"]]
    answer = await trading.full_client.ask(query, trading.bob, release=release)
    assert not ((answer["data"] or {}).get("bids") or {}).get("edges")


async def test_a_strangers_command_on_anothers_thing_finds_nothing_and_changes_nothing(
    trading: Trading,
) -> None:
    contract, listing = trading.private["Contract"], trading.public["Listing"]
    part = {"contractId": contract, "start": START, "end": END, "quantity": 10}
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    commands: list[tuple[str, dict[str, Any]]] = [
        ("postListing", once(**part, kind="ASSIGNMENT", pricePerUnitDay="0.001")),
        ("offerRelease", once(**part, bidsCloseAt=later, method="HIGHEST_RATE")),
        ("openCallToSell", once(**part, closesAt=later, kind="ASSIGNMENT", limitPrice="0.001")),
        ("withdrawListing", {"listingId": listing}),
        ("withdrawRelease", {"releaseId": trading.public["ReleaseOffer"]}),
        ("awardRelease", once(releaseId=trading.public["ReleaseOffer"])),
        ("closeCall", {"callId": trading.public["CallForOrders"]}),
        ("acceptOrder", once(orderId=trading.private["Order"])),
        ("withdrawBid", {"bidId": trading.private["Bid"]}),
        ("rotateApiKey", {"keyId": trading.private["ApiKey"], "overlapDays": 0}),
        ("revokeApiKey", {"keyId": trading.private["ApiKey"]}),
    ]
    found = {}
    for mutation, given in commands:
        kind = f"{mutation[0].upper()}{mutation[1:]}Input"
        query = f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ __typename }} }}"
        answer = await trading.full_client.ask(query, trading.bob, input=given)
        found[mutation] = answer["data"][mutation]["__typename"] if answer["data"] else answer
    assert found == dict.fromkeys(found, "NotFoundProblem")
    await test_the_owner_finds_all_of_it(trading)


async def test_those_who_keep_order_see_contracts_but_not_keys(trading: Trading) -> None:
    for bearer in (trading.operator, trading.regulator):
        seen = await trading.as_(bearer, NODE, id=trading.private["Contract"])
        assert seen["node"] is not None
        assert await trading.as_(bearer, NODE, id=trading.private["ApiKey"]) == {"node": None}


@pytest.fixture
async def worker(full_client: SecurityClient) -> AsyncIterator[None]:
    """What publishes events and settles them."""
    working = asyncio.create_task(work(full_client.services.market, full_client.services.redis, [], {}))
    yield
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


SETTLEMENTS = """
    subscription { settlements(after: "0") {
        __typename ... on SettlementEvent { cursor id lines { partyCode counterpartyCode } }
    } }
"""
MARKET = """
    subscription { marketEvents(after: "0") {
        ... on MarketEvent { topic }
        ... on ListingEvent { remaining listing { id seller { code } contract { id } } }
        ... on CallEvent { remaining call { id initiator { code } contract { id } } }
        ... on ReleaseEvent { quantity release { id contract { id } award { bids { bidId } } } }
        ... on OrderEvent { order { id } call { id } }
        ... on BidEvent { bid { id } release { id } }
    } }
"""


async def follow(
    full_client: SecurityClient, bearer: str, subscription: str, count: int
) -> list[dict[str, Any]]:
    """The first events that a subscription gives its caller."""
    async with Socket(full_client.app) as socket:
        await socket.start(bearer)
        await socket.subscribe(subscription)
        received = [await socket.receive() for _ in range(count)]
    shown = [message["payload"]["data"] for message in received]
    return [next(iter(data.values())) for data in shown]


@pytest.mark.usefixtures("worker")
async def test_the_billing_feed_of_a_shipper_starts_with_its_own_first_charge(trading: Trading) -> None:
    [alices] = await follow(trading.full_client, trading.alice, SETTLEMENTS, 1)
    await book(trading.full_client, trading.bob, 500)
    [bobs] = await follow(trading.full_client, trading.bob, SETTLEMENTS, 1)
    [first, second] = await follow(trading.full_client, trading.regulator, SETTLEMENTS, 2)
    # Alice booked first, so her entry is the first of all; Bob's feed begins with the second.
    assert (alices["id"], bobs["id"]) == (first["id"], second["id"])
    assert "SHIP-A" not in json.dumps(bobs)


@pytest.mark.usefixtures("worker")
async def test_the_market_tells_strangers_of_offers_but_not_whose_nor_who_bids(trading: Trading) -> None:
    contract = await book(trading.full_client, trading.bob, 500)
    await act(
        trading.full_client, trading.bob, "postListing", "... on PostListingPayload { listing { id } }",
        **once(
            contractId=contract, start=START, end=END, kind="ASSIGNMENT", pricePerUnitDay="0.010", quantity=7
        ),
    )  # fmt: skip
    # Alice's listing, release and call, then Bob's own listing; nothing of Carol's bid and order between.
    seen = await follow(trading.full_client, trading.bob, MARKET, 4)
    topics = [event["topic"] for event in seen]
    assert topics == ["LISTING_POSTED", "RELEASE_OFFERED", "CALL_OPENED", "LISTING_POSTED"]
    received = json.dumps(seen[:3])
    for kind in ("Contract", "Bid", "Order"):
        assert trading.private[kind] not in received
    assert "SHIP-A" not in received


@pytest.mark.usefixtures("worker")
async def test_a_query_of_the_billing_feed_is_filtered_like_the_subscription(trading: Trading) -> None:
    await follow(trading.full_client, trading.alice, SETTLEMENTS, 1)
    query = '{ settlementEvents(after: "0", first: 100) { ... on SettlementEventPage { events { id } } } }'
    assert len((await trading.as_(trading.alice, query))["settlementEvents"]["events"]) >= 1
    assert (await trading.as_(trading.bob, query))["settlementEvents"]["events"] == []


async def test_an_operator_finds_nothing_of_another_operators_customers(trading: Trading, rival: str) -> None:
    for kind in ("Contract", "ApiKey", "Bid", "Order"):
        assert await trading.as_(rival, NODE, id=trading.private[kind]) == {"node": None}
    lists = "query { contracts(own: false) { edges { node { id } } } trades { edges { node { id } } } }"
    found = await trading.as_(rival, lists)
    assert [len(shown["edges"]) for shown in found.values()] == [0, 0]
    served = await trading.as_(trading.operator, lists)
    assert [len(shown["edges"]) for shown in served.values()] == [1, 0]


@pytest.mark.usefixtures("worker")
async def test_an_operator_hears_nothing_of_another_operators_customers(trading: Trading, rival: str) -> None:
    contract = await book(trading.full_client, trading.bob, 500)
    await act(
        trading.full_client, trading.bob, "postListing", "... on PostListingPayload { listing { id } }",
        **once(
            contractId=contract, start=START, end=END, kind="ASSIGNMENT", pricePerUnitDay="0.010", quantity=7
        ),
    )  # fmt: skip
    offered = ["LISTING_POSTED", "RELEASE_OFFERED", "CALL_OPENED"]
    heard = await follow(trading.full_client, trading.operator, MARKET, 6)
    assert [event["topic"] for event in heard] == [*offered, "BID_PLACED", "ORDER_PLACED", "LISTING_POSTED"]
    received = await follow(trading.full_client, rival, MARKET, 4)
    assert [event["topic"] for event in received] == [*offered, "LISTING_POSTED"]

    await follow(trading.full_client, trading.operator, SETTLEMENTS, 2)
    query = '{ settlementEvents(after: "0", first: 100) { ... on SettlementEventPage { events { id } } } }'
    assert len((await trading.as_(trading.operator, query))["settlementEvents"]["events"]) == 2
    assert (await trading.as_(rival, query))["settlementEvents"]["events"] == []
