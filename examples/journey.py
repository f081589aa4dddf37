"""A shipper's first day on Linepack, from the question what can be had to the settled trade.

    python examples/journey.py --url http://127.0.0.1:8000

It plays with the demo's logins on the demo's network, over HTTP and websocket only, and stops where the
platform does not keep what it says (`BrokenPromise`). What it books stays booked: it may be played again and
again, each time in the next month that has capacity left.

1.  Nordwind looks at what the network can still carry in a coming month,
2.  books half of what an exit offers, and gets a contract with a proof,
3.  asks for more than is left, and is refused: where, on which days, and the largest quantity that fits,
4.  books exactly that quantity,
5.  offers it for release; Alpengas and Donau bid, and the bid of the higher present value wins,
6.  asks, for the month after, for what the pipes could carry but not at the pressure that is due: it is
    refused with the node, the missing bar and the largest quantity verified, and books that,
7.  then everybody looks: Nordwind's and the winner's rights, the lineage, and the charges of both.
"""

import argparse
import asyncio
import base64
import sys
from array import array
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx2
from client import Client, Data, Faulted
from websockets.exceptions import WebSocketException

NETWORK = "gaslib-40"
PASSWORD = "open-capacity-2027"  # noqa: S105 no secret: `linepack serve --demo` prints it
PEOPLE = ("trader@nordwind.test", "trader@alpengas.test", "trader@donau.test", "operator@demo.test")
MONTHS_AHEAD, MONTHS_TRIED = 2, 60
"""How far the first month is that is looked at, and how many are before the journey gives up."""
TIME_FOR_BIDS = timedelta(seconds=4)
FACTOR = Decimal("1.3")
"""How much more than pressures allow is asked for where capacities allow it."""
TIME_LIMIT_S = 60
UNITS = {
    "KWH_PER_H": "kWh/h",
    "MWH_PER_D": "MWh/d",
    "DTH_PER_D": "Dth/d",
    "MMSCF_PER_D": "MMscf/d",
    "SM3_PER_H": "Sm3/h",
}
"""Units as the sentences of the platform write them."""

EXITS = """
query Exits($network: String!, $period: PeriodInput!) {
  networkAvailability(network: $network, period: $period, kind: EXIT) {
    network { name revision } unit deliveryCodes atMost stretches { period { start } }
  }
}
"""
AVAILABILITY = """
query Availability($network: String!, $route: RouteInput!, $period: PeriodInput!) {
  availability(network: $network, route: $route, period: $period) { stretches { available level } }
}
"""
BOOK = """
mutation Book($input: BookCapacityInput!) {
  bookCapacity(input: $input) {
    ... on BookCapacityPayload {
      contract { id code quantity unit verdict { outcome level solver proofs { certificate } } }
      charge { amount { amount currency } working }
    }
    ... on CapacityExhaustedProblem {
      bottlenecks { text shortfall edges { edge { code } } periods { start end } }
      shortages {
        text node { code } pressureBar limitBar missingBar limitingEdge { code } periods { start end }
      }
      largest { period { start end } quantity }
      largestThroughout
      alternatives {
        bookings { kind quantity gain period { start end } charge { amount { amount currency } } }
      }
    }
    ... on Problem { code message path }
  }
}
"""
TRY = """
query Try($input: CapacityRequestInput!) {
  dryRunBookCapacity(input: $input) {
    ... on CapacityExhaustedProblem { bottlenecks { text } shortages { text } largestThroughout }
    ... on Problem { code message path }
  }
}
"""
OFFER = """
mutation Offer($input: OfferReleaseInput!) {
  offerRelease(input: $input) {
    ... on ReleasePayload { release { id state } }
    ... on Problem { code message path }
  }
}
"""
BID = """
mutation Bid($input: PlaceBidInput!) {
  placeBid(input: $input) {
    ... on BidPayload { bid { id value rate } }
    ... on Problem { code message path }
  }
}
"""
MARKET = """
subscription Market($network: String!) {
  marketEvents(network: $network) {
    __typename
    ... on ReleaseAwardedEvent { topic bidIds release { id state award { hash awards { bidId } } } }
  }
}
"""
AWARD = """
query Award($id: ID!) {
  node(id: $id) {
    ... on ReleaseOffer {
      state
      award { algorithm hash awards { bidId quantity rate replacement { name } contract { id code } } }
    }
  }
}
"""
CONTRACT = """
query Contract($id: ID!) {
  contract(id: $id) {
    code cause holder { code name }
    rights { period { start end } quantity }
    movements { cause quantity }
    charges { code debtor { code } creditor { code } amount { amount currency } working }
  }
}
"""
LINEAGE = """
query Lineage($id: ID!) { lineage(id: $id) { code cause parentCode holder { name } contract { id } } }
"""
NODE = "query Node($id: ID!) { node(id: $id) { id } }"
SETTLEMENTS = """
subscription Settlements($after: Cursor!) {
  settlements(after: $after) {
    __typename
    ... on SettlementEvent { cursor cause lines { contractId code amount { amount } } }
    ... on SettlementProgress { cursor }
    ... on ResyncRequired { cursor }
  }
}
"""


class BrokenPromise(Exception):
    """The platform did not keep what it says."""


@dataclass
class Journey:
    """Who plays, on which network and month."""

    nordwind: Client
    alpengas: Client
    donau: Client
    operator: Client
    start: date
    end: date

    async def run(self) -> None:
        """Take all seven steps, in the first month that has capacity left for them."""
        say("1. What can the network still carry?")
        journey = self
        for _ in range(MONTHS_TRIED):
            found = await journey.find_capacity_limit(await journey.look())
            if found is not None:
                await journey.play(*found)
                return
            journey = journey.following()
        raise BrokenPromise("some exit of the network is limited by capacity")

    async def play(self, route: Data, available: int) -> None:
        """Take all steps but the first."""
        half = available // 2
        say(f"\n2. Nordwind books {half:,} of {available:,} at exit {route['delivery']}.")
        first = await self.book(route, half)
        say(f"\n3. Nordwind asks for {available - half + 1:,}, one more than is left.")
        largest = await self.ask_for_too_much(route, available - half + 1)
        say(f"\n4. Nordwind books {largest:,}, the largest quantity that fits.")
        second = await self.book(route, largest)
        say("\n5. Nordwind offers that for release, by present value; Alpengas and Donau bid.")
        await self.release(second)
        say("\n6. Nordwind asks for what the pipes could carry, but not at the pressure that is due.")
        await self.following().ask_for_too_much_pressure()
        say("\n7. Everybody looks.")
        await self.look_at_everything(first, second)

    async def look(self) -> dict[str, int]:
        """Look at every exit; return what the pipes carry to those with any capacity, the least first."""
        found, exits = await self.exits()
        network, unit = found["network"], UNITS[found["unit"]]
        say(f"   {network['name']}, revision {network['revision']}, on {days(self.period)}")
        if not exits:
            say("   no exit has capacity on every day")
        for point in dict.fromkeys([*list(exits)[:1], *list(exits)[-1:]]):
            verified = await self.available(point)
            say(f"   exit {point}: pipes carry {exits[point]:,} {unit} on every day, {verified:,} verified")
        return exits

    async def exits(self) -> tuple[Data, dict[str, int]]:
        """Return the answer, and what the pipes carry on every day to exits with any, the least first."""
        asked = {"network": NETWORK, "period": self.period}
        found = (await self.execute(EXITS, asked))["networkAvailability"]
        table = array("q", base64.b64decode(found["atMost"]))
        columns = len(found["stretches"])
        rows = [min(table[start : start + columns]) for start in range(0, len(table), columns)]
        exits = dict(zip(found["deliveryCodes"], rows, strict=True))
        offering = sorted((point for point, at_most in exits.items() if at_most > 1), key=exits.__getitem__)
        return found, {point: exits[point] for point in offering}

    async def available(self, point: str) -> int:
        """Return what an exit offers on every day of the month, 0 where that was not proved in time."""
        asked = {"network": NETWORK, "route": {"delivery": point}, "period": self.period}
        found = await self.ask(AVAILABILITY, asked)
        if found is None:
            return 0
        return min(int(stretch["available"]) for stretch in found["availability"]["stretches"])

    async def find_capacity_limit(self, exits: dict[str, int]) -> tuple[Data, int] | None:
        """Find an exit that capacity limits, not pressure; return its route and what it offers."""
        for point, at_most in reversed(exits.items()):
            if await self.available(point) == at_most:
                return {"delivery": point}, at_most
        return None

    async def book(self, route: Data, quantity: int) -> Data:
        """Book a quantity, which must be accepted; return the contract."""
        answer = await self.ask_for(route, quantity)
        expect("contract" in answer, f"the booking is accepted: {answer}")
        contract: Data = answer["contract"]
        verdict, charge = contract["verdict"], answer["charge"]["amount"]
        certificates = sorted({proof["certificate"] for proof in verdict["proofs"]})
        say(f"   accepted: contract {contract['code']} for {charge['amount']} {charge['currency']}")
        say(f"   {verdict['outcome']} at level {verdict['level']}, by {', '.join(certificates)}")
        expect(verdict["outcome"] == "FEASIBLE", "what is sold is proved")
        expect(contract["quantity"] == quantity, "a contract is for what was asked")
        return contract

    async def ask_for_too_much(self, route: Data, quantity: int) -> int:
        """Ask for more than there is; return the largest quantity that fits, as the refusal says it."""
        refusal = await self.ask_for(route, quantity)
        expect(refusal.get("code") == "CAPACITY_EXHAUSTED", f"it is refused: {refusal}")
        for bottleneck in refusal["bottlenecks"]:
            say(f"   refused: {bottleneck['text']}")
        for stretch in refusal["largest"]:
            say(f"   {days(stretch['period'])}: at most {stretch['quantity']:,}")
        expect(bool(refusal["bottlenecks"]), "a refusal names the cut")
        expect(all(cut["edges"] and cut["periods"] for cut in refusal["bottlenecks"]), "its edges and days")
        largest: int = refusal["largestThroughout"]
        expect(largest == quantity - 1, "the largest quantity that fits is one less than was refused")
        return largest

    async def ask_for_too_much_pressure(self) -> None:
        """Be refused for lack of pressure, and book the largest quantity that was verified instead."""
        journey = self
        for _ in range(MONTHS_TRIED):
            found = await journey.find_pressure_limit()
            if found is not None:
                await journey.book_what_was_verified(*found)
                return
            journey = journey.following()
        raise BrokenPromise("some exit of the network lacks pressure before it lacks capacity")

    async def find_pressure_limit(self) -> tuple[Data, int] | None:
        """Find an exit that pressure limits; return its route and a quantity that only pressure refuses."""
        _, exits = await self.exits()
        for point, at_most in exits.items():
            available = await self.available(point)
            if 0 < available < at_most:
                route, quantity = {"delivery": point}, min(at_most, int(available * FACTOR))
                refusal = await self.try_out(route, quantity)
                if refusal.get("shortages") and refusal["largestThroughout"]:
                    return route, quantity
        return None

    async def book_what_was_verified(self, route: Data, quantity: int) -> None:
        """Be refused a quantity for its pressures, and book the largest that keeps them."""
        refusal = await self.ask_for(route, quantity)
        expect(refusal.get("code") == "CAPACITY_EXHAUSTED", f"it is refused: {refusal}")
        expect(not refusal["bottlenecks"], "the flows would fit")
        say(f"   {quantity:,} at exit {route['delivery']} on {days(self.period)} are refused:")
        for lack in refusal["shortages"]:
            say(f"   {lack['text']}")
            node, edge = lack["node"] or {"code": "within a station"}, lack["limitingEdge"]
            say(f"   {node['code']}: {lack['pressureBar']:.2f} bar, limit {lack['limitBar']:.2f} bar,")
            say(f"      {lack['missingBar']:.2f} bar missing; {edge['code']} stands in the way")
        expect(bool(refusal["shortages"]), "a refusal names the node and the missing bar")
        expect(all(lack["missingBar"] > 0 for lack in refusal["shortages"]), "which is positive")
        largest = refusal["largestThroughout"]
        say(f"   at most {largest:,} was verified; Nordwind books that")
        expect(0 < largest < quantity, "some of it can be had")
        await self.book(route, largest)

    async def try_out(self, route: Data, quantity: int) -> Data:
        """Ask what booking would answer; return the answer, nothing where none is proved in time."""
        asked = {"network": NETWORK, **route, **self.period, "quantity": quantity}
        answer = await self.ask(TRY, {"input": asked})
        return {} if answer is None else dict(answer["dryRunBookCapacity"])

    async def ask(self, document: str, variables: Mapping[str, object]) -> Data | None:
        """Ask a question for Nordwind; None where no answer was proved in time."""
        try:
            return await self.execute(document, variables)
        except Faulted as fault:
            problems = {error.get("extensions", {}).get("problem") for error in fault.errors}
            if "TIMEOUT" in fault.codes or "UNDECIDED" in problems:
                return None
            raise

    async def execute(self, document: str, variables: Mapping[str, object]) -> Data:
        """Do something for Nordwind; wait where its company has asked for too much at once."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + TIME_LIMIT_S
        while True:
            try:
                return await self.nordwind.execute(document, variables)
            except Faulted as fault:
                if "RATE_LIMITED" not in fault.codes or loop.time() > deadline:
                    raise
            await asyncio.sleep(1)

    async def ask_for(self, route: Data, quantity: int) -> Data:
        """Try to book; return the answer, whichever it is."""
        asked = {"network": NETWORK, **route, **self.period, "quantity": quantity, **key()}
        answer: Data = (await self.execute(BOOK, {"input": asked}))["bookCapacity"]
        return answer

    async def release(self, contract: Data) -> None:
        """Release a contract to two bidders; the bid of the higher present value must win."""
        closing = datetime.now(UTC) + TIME_FOR_BIDS
        offer = {
            "contractId": contract["id"],
            **self.period,
            "quantity": contract["quantity"],
            "method": "PRESENT_VALUE",
            "discountRate": "0.06",
            "bidsCloseAt": closing.isoformat(),
            **key(),
        }
        awarded = asyncio.create_task(self.hear_of_award())
        offered = (await self.nordwind.execute(OFFER, {"input": offer}))["offerRelease"]
        expect("release" in offered, f"the offer is posted: {offered}")
        release_id = offered["release"]["id"]
        low = await self.bid(self.alpengas, release_id, contract["quantity"], "0.0050")
        high = await self.bid(self.donau, release_id, contract["quantity"], "0.0055")
        say(f"   Alpengas bids {low['rate']}, worth {Decimal(low['value']):,.2f};")
        say(f"   Donau bids {high['rate']}, worth {Decimal(high['value']):,.2f}")
        expect(await asyncio.wait_for(awarded, TIME_LIMIT_S) == release_id, "the award is announced at once")
        award = (await self.nordwind.execute(AWARD, {"id": release_id}))["node"]["award"]
        [won] = award["awards"]
        expect(won["bidId"] == high["id"], "the higher present value wins")
        say(f"   awarded: {won['quantity']:,} to {won['replacement']['name']} at {won['rate']}")
        say(f"   anyone can evaluate it again: {award['algorithm']}, record {award['hash'][:16]}…")

    async def bid(self, bidder: Client, release_id: str, quantity: int, rate: str) -> Data:
        """Bid for all of a release; return the bid."""
        asked = {"releaseId": release_id, **self.period, "quantity": quantity, "rate": rate, **key()}
        answer = (await bidder.execute(BID, {"input": asked}))["placeBid"]
        expect("bid" in answer, f"the bid is taken: {answer}")
        bid: Data = answer["bid"]
        return bid

    async def hear_of_award(self) -> str:
        """Follow the market until a release of Nordwind's is awarded; return the release's id."""
        async for event in self.nordwind.subscribe(MARKET, {"network": NETWORK}):
            if event["marketEvents"].get("topic") == "RELEASE_AWARDED":
                release_id: str = event["marketEvents"]["release"]["id"]
                return release_id
        raise BrokenPromise("the market fell silent")

    async def look_at_everything(self, first: Data, second: Data) -> None:
        """Look at lineage, rights and charges as the operator, both parties and a third party see them."""
        parent, child = (await self.operator.execute(LINEAGE, {"id": second["id"]}))["lineage"]
        expect(parent["code"] == child["parentCode"], "the replacement's contract has its parent")
        expect(child["cause"] == "RELEASE", "and says how it came to be")
        mine, passed_on = (await self.nordwind.execute(LINEAGE, {"id": second["id"]}))["lineage"]
        expect(mine["code"] == parent["code"], "Nordwind sees its own contract")
        expect(passed_on == {**child, "contract": None}, "and who has what it released, but no more of it")
        gave, got = (f"{one['code']} of {one['holder']['name']}" for one in (parent, child))
        say(f"   {gave} gave rights to {got}")
        await settled(self.donau, child["contract"]["id"], "RESERVATION")
        await settled(self.nordwind, second["id"], "RELEASE_CREDIT")
        releasing = await look_at(self.nordwind, second["id"])
        replacement = await look_at(self.donau, child["contract"]["id"])
        expect(releasing["rights"] == [], "what was released is gone")
        expect(
            [one["cause"] for one in releasing["movements"]] == ["BOOKING", "RELEASE"], "by these movements"
        )
        expect(
            replacement["rights"] == [{"period": self.period, "quantity": second["quantity"]}],
            "and is the replacement's for all of the month",
        )
        kept = await look_at(self.nordwind, first["id"])
        expect(kept["rights"] == [{"period": self.period, "quantity": first["quantity"]}], "the rest is kept")
        owed, credited = sums(replacement), sums(releasing)
        expect(owed["RESERVATION"] == credited["RELEASE_CREDIT"], "what one pays, the other is credited")
        say(f"   Donau owes {owed['RESERVATION']:,}: {replacement['charges'][0]['working'][-1]}")
        say(f"   Nordwind owes {credited['RESERVATION']:,} and is credited {credited['RELEASE_CREDIT']:,}")
        third_party = await self.alpengas.execute(NODE, {"id": child["contract"]["id"]})
        expect(third_party["node"] is None, "the bidder that lost finds nothing")

    def following(self) -> "Journey":
        """Return the same journey, a month later."""
        start, end = month_from(self.start, months=1)
        return replace(self, start=start, end=end)

    @property
    def period(self) -> dict[str, str]:
        """The month, as inputs want it."""
        return {"start": self.start.isoformat(), "end": self.end.isoformat()}


async def settled(reader: Client, contract_id: str, code: str) -> None:
    """Follow the settlements of a party until its contract has a charge of this code."""
    async with asyncio.timeout(TIME_LIMIT_S):
        async for event in reader.subscribe(SETTLEMENTS, {"after": "0"}):
            for line in event["settlements"].get("lines", ()):
                if (line["contractId"], line["code"]) == (contract_id, code):
                    return


async def look_at(reader: Client, contract_id: str) -> Data:
    """Return a contract as `reader` sees it."""
    contract: Data = (await reader.execute(CONTRACT, {"id": contract_id}))["contract"]
    return contract


def sums(contract: Mapping[str, Any]) -> dict[str, Decimal]:
    """Return the charges of a contract by code."""
    totals: dict[str, Decimal] = {}
    for charge in contract["charges"]:
        totals[charge["code"]] = totals.get(charge["code"], Decimal(0)) + Decimal(charge["amount"]["amount"])
    return totals


def key() -> dict[str, str]:
    """Return an idempotency key of our own: sent again with the same input, it changes nothing."""
    return {"idempotencyKey": str(uuid4())}


def expect(holds: bool, promise: str) -> None:
    """Stop the journey when a promise does not hold."""
    if not holds:
        raise BrokenPromise(promise)


def days(period: Mapping[str, str]) -> str:
    """Return a half-open period as its first and last day."""
    last = date.fromisoformat(period["end"]) - timedelta(days=1)
    return f"{period['start']} to {last}"


def say(line: str) -> None:
    """Make the journey, and print it."""
    print(line, flush=True)


def month_from(today: date, *, months: int) -> tuple[date, date]:
    """Return the first day of the month that begins `months` months on, and that of the one after."""
    first = today.replace(day=1)
    for _ in range(months):
        first = (first + timedelta(days=32)).replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


async def play(url: str, password: str) -> None:
    """Sign everybody in and play."""
    start, end = month_from(datetime.now(UTC).date(), months=MONTHS_AHEAD)
    async with AsyncExitStack() as stack:
        people = []
        for email in PEOPLE:
            client = await stack.enter_async_context(Client(url))
            await client.sign_in(email, password)
            people.append(client)
        nordwind, alpengas, donau, operator = people
        await Journey(nordwind, alpengas, donau, operator, start, end).run()
    say("\nThe journey is over, and every promise was kept.")


def main() -> int:
    """Read the arguments and play."""
    arguments = argparse.ArgumentParser(description="Play a shipper's first day on Linepack.")
    arguments.add_argument("--url", default="http://127.0.0.1:8000")
    arguments.add_argument("--password", default=PASSWORD, help="of the demo's logins")
    given = arguments.parse_args()
    try:
        asyncio.run(play(given.url, given.password))
    except BrokenPromise as broken:
        return stopped(f"this does not hold: {broken}")
    except PermissionError as refused:
        return stopped(f"cannot sign in: {refused}")
    except Faulted as fault:
        return stopped(f"{given.url} refuses a request: {fault}")
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, WebSocketException) as lost:
        return stopped(
            f"{given.url} does not answer ({str(lost) or type(lost).__name__}): `make run` starts it"
        )
    return 0


def stopped(why: str) -> int:
    """Print why the journey ended before its end; return the status."""
    print(f"stopped: {why}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
