"""A snapshot and the events after its cursor are what a later snapshot is.

Shippers trade at random through the API. Clients keep lists, positions and balances up to date by what their
subscriptions send, lose their sockets at random and go on after the last cursor they have; events get their
positions late, so that a snapshot may hold what its cursor has not reached.
"""

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from strawberry.relay import GlobalID
from tests.integration.market.market_fixture import ANNA, BERT, CARLA, acting_for, key
from tests.integration.schema.harness import SchemaHarness

from linepack.access import Principal
from linepack.gasday import Period

pytestmark = pytest.mark.anyio

STEPS = 60
TRADERS = tuple(acting_for(party) for party in (ANNA, BERT, CARLA))
MONTHS = ("2026-11-01", "2026-12-01", "2027-01-01", "2027-02-01")
WINTER = '{start: "2026-11-01", end: "2027-04-01"}'
OFFER = "id state quantity"
LISTING = f"{OFFER} remaining"
FIGURES = "period { start end } acquired traded released owned listed held free"
ROUTES = f"routes {{ route {{ receipt {{ code }} delivery {{ code }} }} firmness positions {{ {FIGURES} }} }}"
CONTRACT = "id code quantity rights { quantity period { start end } } free { period { start end } free }"
BALANCES = "balances { party { code } gasMonth code amount { amount } }"
MARKET = f"""subscription ($after: Cursor) {{ marketEvents(network: "fork", after: $after) {{
  ... on MarketEvent {{ cursor }} ... on ListingEvent {{ listing {{ {LISTING} }} }}
  ... on ReleaseEvent {{ release {{ {OFFER} }} }} ... on ReleaseAwardedEvent {{ release {{ {OFFER} }} }}
  ... on CallEvent {{ call {{ {LISTING} }} }} ... on OrderEvent {{ call {{ {LISTING} }} }} }} }}"""
POSITIONS = f"""subscription ($after: Cursor) {{
  positionChanges(network: "fork", period: {WINTER}, after: $after) {{
    ... on PositionChange {{ cursor {ROUTES} contracts {{ {CONTRACT} }} }} }} }}"""
SETTLEMENTS = """subscription ($after: Cursor!) { settlements(after: $after) {
  ... on SettlementEvent { cursor lines { partyCode gasMonth code amount { amount } } }
  ... on SettlementProgress { cursor } } }"""


@dataclass
class Client(ABC):
    """What one shipper's program keeps of one part of the market, from a snapshot on."""

    harness: SchemaHarness
    principal: Principal
    state: dict[str, Any] = field(default_factory=dict)
    cursor: str = "0"

    query = ""
    stream = ""

    @abstractmethod
    def read(self, answer: Any) -> dict[str, Any]:
        """Return the state that a snapshot shows."""

    @abstractmethod
    def apply(self, event: Any) -> None:
        """Change the state by an event."""

    async def snapshot(self) -> tuple[dict[str, Any], str]:
        answer = next(iter((await self.harness.ask(self.principal, self.query)).values()))
        return self.read(answer), answer["cursor"]

    async def start(self) -> None:
        self.state, self.cursor = await self.snapshot()

    async def follow_to(self, end: str, random: Random) -> None:
        """Apply what comes up to the cursor `end`, with sockets that break."""
        while int(self.cursor) < int(end):
            async with self.harness.subscribed(self.principal, self.stream, after=self.cursor) as following:
                for _ in range(random.randint(1, 12)):
                    event = next(iter((await following()).values()))
                    self.apply(event)
                    self.cursor = event["cursor"]
                    if int(self.cursor) >= int(end):
                        break


class Offers(Client):
    """Open offers of the network, whichever kind."""

    stream = MARKET
    event = ""

    def read(self, answer: Any) -> dict[str, Any]:
        return {edge["node"]["id"]: edge["node"] for edge in answer["edges"]}

    def apply(self, event: Any) -> None:
        offer = event.get(self.event)
        if offer is None:
            return
        if offer["state"] == "OPEN":
            self.state[offer["id"]] = offer
        else:
            self.state.pop(offer["id"], None)


class Listings(Offers):
    query = f'{{ listings(network: "fork", first: 100) {{ cursor edges {{ node {{ {LISTING} }} }} }} }}'
    event = "listing"


class Releases(Offers):
    query = f'{{ releaseOffers(network: "fork", first: 100) {{ cursor edges {{ node {{ {OFFER} }} }} }} }}'
    event = "release"


class Calls(Offers):
    query = f'{{ callsForOrders(network: "fork", first: 100) {{ cursor edges {{ node {{ {LISTING} }} }} }} }}'
    event = "call"


class Positions(Client):
    """What the party has on each route."""

    query = f'{{ positions(network: "fork", period: {WINTER}) {{ cursor {ROUTES} }} }}'
    stream = POSITIONS

    def read(self, answer: Any) -> dict[str, Any]:
        return {json.dumps([one["route"], one["firmness"]]): one["positions"] for one in answer["routes"]}

    def apply(self, event: Any) -> None:
        self.state |= self.read(event)


class Contracts(Client):
    """The party's contracts, with what is left of them."""

    query = f"""{{ contracts(network: "fork", own: true, first: 100) {{
      cursor edges {{ node {{ {CONTRACT} }} }} }} }}"""
    stream = POSITIONS

    def read(self, answer: Any) -> dict[str, Any]:
        return {edge["node"]["id"]: edge["node"] for edge in answer["edges"]}

    def apply(self, event: Any) -> None:
        self.state |= {one["id"]: one for one in event["contracts"]}


class Balances(Client):
    """What the party owes by gas month and charge code; the stream's lines are added to it."""

    query = f"{{ partyBalances {{ cursor {BALANCES} }} }}"
    stream = SETTLEMENTS

    def read(self, answer: Any) -> dict[str, Any]:
        return {
            json.dumps([one["party"]["code"], one["gasMonth"], one["code"]]): Decimal(one["amount"]["amount"])
            for one in answer["balances"]
        }

    def apply(self, event: Any) -> None:
        own = f"P{TRADERS.index(self.principal)}"
        for line in event.get("lines", ()):
            if line["partyCode"] == own:
                account = json.dumps([line["partyCode"], line["gasMonth"], line["code"]])
                self.state[account] = self.state.get(account, Decimal(0)) + Decimal(line["amount"]["amount"])


@dataclass
class Trading:
    """Random commands of shippers; refusals are part of it."""

    harness: SchemaHarness
    random: Random
    done: list[str] = field(default_factory=list)

    async def step(self) -> None:
        doings = [
            self.book,
            self.post,
            self.post,
            self.take,
            self.take,
            self.withdraw,
            self.release,
            self.bid,
        ]
        doings += [self.award, self.call, self.order, self.accept]
        await self.random.choice(doings)(self.random.choice(TRADERS))

    async def act(self, principal: Principal, name: str, **given: Any) -> None:
        answer = await self.harness.act(principal, name, "", **given)
        if answer["__typename"].endswith("Payload"):
            self.done.append(name)

    def days(self) -> dict[str, str]:
        start = self.random.randrange(len(MONTHS) - 1)
        return {"start": MONTHS[start], "end": self.random.choice(MONTHS[start + 1 :])}

    async def ids(self, principal: Principal, query: str) -> list[str]:
        edges = next(iter((await self.harness.ask(principal, query)).values()))["edges"]
        return [edge["node"]["id"] for edge in edges]

    async def one(self, principal: Principal, query: str) -> str | None:
        found = await self.ids(principal, query)
        return self.random.choice(found) if found else None

    async def book(self, principal: Principal) -> None:
        route = self.random.choice(({"receipt": "a", "delivery": "x"}, {"receipt": "b", "delivery": "y"}))
        given = {"network": "fork", **route, **self.days(), "quantity": self.random.randint(2, 12)}
        await self.act(principal, "bookCapacity", **given, idempotencyKey=key())

    async def of_own(self, principal: Principal) -> dict[str, Any] | None:
        contract = await self.one(principal, "{ contracts(own: true, first: 100) { edges { node { id } } } }")
        if contract is None:
            return None
        return {
            "contractId": contract,
            **self.days(),
            "quantity": self.random.randint(1, 8),
            "idempotencyKey": key(),
        }

    async def post(self, principal: Principal) -> None:
        if given := await self.of_own(principal):
            given["isFirm"] = self.random.random() < 0.6
            kind = self.random.choice(("ASSIGNMENT", "TRANSFER_OF_USE"))
            await self.act(principal, "postListing", kind=kind, pricePerUnitDay="0.31", **given)

    async def take(self, principal: Principal) -> None:
        if listing := await self.one(principal, '{ listings(network: "fork") { edges { node { id } } } }'):
            quantity = self.random.randint(1, 6)
            given = {"listingId": listing, "quantity": quantity, "idempotencyKey": key()}
            await self.act(principal, "takeListing", **given)

    async def withdraw(self, principal: Principal) -> None:
        if listing := await self.one(principal, "{ ownListings(state: OPEN) { edges { node { id } } } }"):
            await self.act(principal, "withdrawListing", listingId=listing)

    async def release(self, principal: Principal) -> None:
        if given := await self.of_own(principal):
            to = self.random.choice([one for one in TRADERS if one is not principal])
            if self.random.random() < 0.6:
                given["prearrangedBidderId"] = str(GlobalID("Party", str(to.party_id)))
            given |= {"method": "HIGHEST_RATE", "bidsCloseAt": "2026-10-20T12:00:00Z"}
            await self.act(principal, "offerRelease", **given)

    async def bid(self, principal: Principal) -> None:
        query = (
            '{ releaseOffers(network: "fork") { edges { node { id capacity { period { start end } } } } } }'
        )
        edges = (await self.harness.ask(principal, query))["releaseOffers"]["edges"]
        if edges:
            release = self.random.choice(edges)["node"]
            given = {"releaseId": release["id"], **release["capacity"]["period"], "rate": "0.4"}
            await self.act(
                principal, "placeBid", quantity=self.random.randint(1, 5), idempotencyKey=key(), **given
            )

    async def award(self, principal: Principal) -> None:
        if release := await self.one(
            principal, "{ ownReleaseOffers(state: OPEN) { edges { node { id } } } }"
        ):
            await self.act(principal, "awardRelease", releaseId=release, idempotencyKey=key())

    async def call(self, principal: Principal) -> None:
        if given := await self.of_own(principal):
            given |= {"isFirm": self.random.random() < 0.6, "closesAt": "2026-11-20T12:00:00Z"}
            await self.act(principal, "openCallToSell", kind="TRANSFER_OF_USE", limitPrice="0.1", **given)

    async def order(self, principal: Principal) -> None:
        query = (
            '{ callsForOrders(network: "fork") { edges { node { id capacity { period { start end } } } } } }'
        )
        edges = (await self.harness.ask(principal, query))["callsForOrders"]["edges"]
        if edges:
            call = self.random.choice(edges)["node"]
            given = {"callId": call["id"], **call["capacity"]["period"], "pricePerUnitDay": "0.2"}
            given |= {"quantity": self.random.randint(1, 4), "acceptBy": "2026-10-25T12:00:00Z"}
            await self.act(principal, "placeOrder", idempotencyKey=key(), **given)

    async def accept(self, principal: Principal) -> None:
        call = await self.one(principal, "{ ownCallsForOrders(state: OPEN) { edges { node { id } } } }")
        if call is None:
            return
        query = f'{{ orders(call: "{call}", state: OPEN) {{ edges {{ node {{ id }} }} }} }}'
        if order := await self.one(principal, query):
            await self.act(principal, "acceptOrder", orderId=order, idempotencyKey=key())


async def end(harness: SchemaHarness) -> dict[tuple[Principal, str], str]:
    """Let each trader book and offer something in May; return the cursors before that, by trader and stream.

    A stream sends a party its own changes alone, so its first event after that cursor is its last.
    """
    before = {}
    may = Period(date(2027, 5, 1), date(2027, 6, 1))
    for principal in TRADERS:
        await harness.settle()
        _, before[principal, SETTLEMENTS] = await Balances(harness, principal).snapshot()
        booked = await harness.market_fixture.book(principal.require_party(), quantity=1, period=may)
        await harness.relay()
        _, before[principal, POSITIONS] = await Positions(harness, principal).snapshot()
        given: dict[str, Any] = {"contractId": str(GlobalID("Contract", str(booked.id)))}
        given |= {
            "kind": "TRANSFER_OF_USE",
            "start": str(may.start),
            "end": str(may.end),
            "quantity": 1,
            "pricePerUnitDay": "9",
        }
        answer = await harness.act(principal, "postListing", "", **given, idempotencyKey=key())
        assert answer["__typename"] == "PostListingPayload"
    await harness.settle()
    return before


@pytest.mark.parametrize("seed", range(3))
async def test_a_snapshot_and_its_stream_are_a_later_snapshot(harness: SchemaHarness, seed: int) -> None:
    random = Random(seed)
    trading = Trading(harness, random)
    for principal in TRADERS:
        await harness.market_fixture.book(principal.require_party(), quantity=12)
    kinds: tuple[type[Client], ...] = (Listings, Releases, Calls, Positions, Contracts, Balances)
    waiting = [kind(harness, principal) for kind in kinds for principal in TRADERS[:2]]
    started: list[Client] = []
    for _ in range(STEPS):
        await trading.step()
        if waiting and random.random() < 0.5:
            started.append(waiting.pop(random.randrange(len(waiting))))
            await started[-1].start()
        if random.random() < 0.2:
            await harness.relay()
        if random.random() < 0.1:
            await harness.settle()
    assert len(set(trading.done)) >= 8, trading.done
    for client in waiting:
        await client.start()
    before = await end(harness)
    for client in (*started, *waiting):
        later, cursor = await client.snapshot()
        if last := before.get((client.principal, client.stream)):
            cursor = str(int(last) + 1)
        await client.follow_to(cursor, random)
        kept = {name: value for name, value in client.state.items() if value != []}
        assert kept == {name: value for name, value in later.items() if value != []}, client
