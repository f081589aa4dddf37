"""The whole schema on the market_fixture of the market's tests, filled with as many rows of every kind as
wanted."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import sqlalchemy as sa
from redis.asyncio import Redis
from tests.event_positions import place_all
from tests.identities import make_identity
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    NETWORK,
    NOVEMBER,
    NOW,
    OPERATING,
    OPERATOR,
    MarketFixture,
    acting_for,
    key,
)
from tests.waiting import TIME_LIMIT_S

from capacity.contracts.contract import Contract
from capacity.contracts.pricing.price import Flat
from capacity.feasibility.robust_validation.model import BookedDay, Injection, Validation, ValidationInput
from capacity.feasibility.robust_validation.service import ROBUST_VALIDATION
from capacity.networks.model import Overlay, OverlayKind
from capacity.publication.service import ImportNetwork, PutOverlay, import_network, set_overlay
from capacity.rights.model import Firmness, RouteKind
from linepack.access import PartyKind, Principal, Role, Scope
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.events.follower import Feeds
from linepack.identity.model import ApiKey, Party
from linepack.identity.repository import insert_key, insert_party
from linepack.ids import ApiKeyId, PartyId, new_id
from linepack.jobs import queue
from linepack.jobs.model import NewJob
from linepack.jobs.service import enqueue
from linepack.money import Currency
from linepack.redis.leaky_buckets import Buckets
from linepack.settings import Settings
from market.calls.commands import CallToSell, PlaceOrder
from market.calls.service import open_call_to_sell, place_order
from market.listings.commands import PostListing, TakeListing
from market.listings.service import post_listing, take_listing
from market.releases.bid_evaluation import BidEvalMethod
from market.releases.commands import AwardRelease, OfferRelease, PlaceBid
from market.releases.service import award_release, offer_release, place_bid
from market.rights_transfer.model import TradeKind
from market.set_asides.model import SetAside
from market.set_asides.service import set_aside
from market.tariffs.service import SetTariff, set_tariff
from schema.api import build_schema
from schema.types.context import RequestContext
from server.services import Services
from settlement.consumer import settle_batch

FAULTS = "... on InvalidInputProblem { faults { place message } }"
_numbers = count(1)


@dataclass(frozen=True)
class Stage:
    """The schema with its services, on a market."""

    market_fixture: MarketFixture
    services: Services

    async def ask(self, principal: Principal | None, query: str, **variables: Any) -> dict[str, Any]:
        """Return the data of an operation that must not fail."""
        result = await build_schema().execute(
            query, variables, context_value=RequestContext(self.services, principal, "test", "198.51.100.7")
        )
        assert result.errors is None, result.errors
        assert result.data is not None
        return result.data

    async def act(
        self, principal: Principal | None, name: str, payload: str, /, **given: Any
    ) -> dict[str, Any]:
        """Call the mutation `name` with `given` as its input; return its answer, success or problem."""
        wanted = f"__typename {payload} ... on Problem {{ code message path }} {FAULTS}"
        kind = f"{name[0].upper()}{name[1:]}Input"
        query = f"mutation ($input: {kind}!) {{ {name}(input: $input) {{ {wanted} }} }}"
        answer: dict[str, Any] = (await self.ask(principal, query, input=given))[name]
        return answer

    @asynccontextmanager
    async def subscribed(
        self, principal: Principal, query: str, **variables: Any
    ) -> AsyncIterator[Callable[[], Any]]:
        """Lend a function that returns the data of the next event, or None at the end."""
        context = RequestContext(self.services, principal, "test", "198.51.100.7")
        stream = await build_schema().stream(query, variables, context_value=context)

        async def following() -> dict[str, Any] | None:
            try:
                result: Any = await asyncio.wait_for(anext(stream), TIME_LIMIT_S)
            except StopAsyncIteration:
                return None
            assert result.errors is None, result.errors
            data: dict[str, Any] = result.data
            return data

        try:
            yield following
        finally:
            await stream.aclose()

    async def relay(self) -> None:
        """Give every event its position, as the relay does."""
        await place_all(self.market_fixture.database)

    async def settle(self) -> None:
        """Settle everything that has happened, and give the ledger's events their positions."""
        await self.relay()
        while await settle_batch(self.market_fixture.database, at=NOW):
            pass
        await self.relay()

    async def fill(self, rows: int) -> None:
        """Add `rows` of everything that a list may show."""
        await self._people(rows)
        await self._networks(rows)
        contracts = [await self.market_fixture.book(quantity=1) for _ in range(rows)]
        await self._secondary(contracts)
        await self._releases(contracts)
        await self._set_asides(rows)
        await self._jobs(rows)
        await self.settle()

    async def _people(self, rows: int) -> None:
        async with UnitOfWork(self.market_fixture.database) as uow:
            for _ in range(rows):
                number = next(_numbers)
                party = Party(PartyId(new_id()), f"MORE-{number}", f"More {number}", PartyKind.SHIPPER)
                await insert_party(uow.connection, party, now=NOW)
                made = ApiKey(
                    id=ApiKeyId(new_id()),
                    party_id=ANNA,
                    name="robot",
                    prefix=f"prefix{number}",
                    roles=frozenset({Role.SHIPPER}),
                    scopes=frozenset({Scope.READ}),
                    created_at=NOW,
                    expires_at=NOW + timedelta(days=30),
                    revoked_at=None,
                    rotated_from=None,
                    last_used_at=None,
                )
                await insert_key(uow.connection, made, secret_hash=b"", created_by=None)

    async def _networks(self, rows: int) -> None:
        for number in (next(_numbers) for _ in range(rows)):
            async with UnitOfWork(self.market_fixture.database) as uow:
                another = replace(NETWORK, code=f"fork-{number}")
                command = ImportNetwork(network=another, currency=Currency.EUR)
                await import_network(command, Context(uow=uow, principal=OPERATING, at=NOW))
            async with UnitOfWork(self.market_fixture.database) as uow:
                overlay = Overlay("jy", OverlayKind.MAINTENANCE, NOVEMBER, 0.5)
                put = PutOverlay(
                    network_id=self.market_fixture.network_id, overlay=overlay, idempotency_key=key()
                )
                await set_overlay(put, Context(uow=uow, principal=OPERATING, at=NOW))
            tariff = SetTariff(
                network_id=self.market_fixture.network_id,
                kind=RouteKind.EXIT,
                firmness=Firmness.FIRM,
                valid_from=date(2026, 1, 1),
                price=Flat(Decimal(number)),
            )
            await self.market_fixture.market.caller(OPERATING, NOW).run(set_tariff, tariff)

    async def _jobs(self, rows: int) -> None:
        asked = ValidationInput(
            gas_day=NOVEMBER.start,
            seconds=60.0,
            solver="highs",
            method=1,
            revision_id="",
            revision_number=1,
            network_version=1,
            rights_version=1,
            booked=BookedDay({"a": 100}, {"x": 100}, 100),
            capacities={},
        )
        found = Validation(
            certified=1.034,
            unrefuted=None,
            witnessed=1.064,
            witness=(Injection("a", 106, 1.5), Injection("x", -106, -1.5)),
            binding=("a", "x"),
            pairs_total=1,
            pairs_proved=1,
            boxes=4,
            nominations=12,
            asked=20,
            undecided=0,
            is_passive=True,
            methods=("on a tree",),
            compressibility=0.9,
            uses_maps=False,
        )
        for _ in range(rows):
            new = NewJob(
                network_id=self.market_fixture.network_id,
                operator_id=OPERATOR,
                requested_by=ANNA,
                kind=ROBUST_VALIDATION,
                input={**asked.to_json(), "rights_version": next(_numbers)},
            )
            async with UnitOfWork(self.market_fixture.database) as uow:
                await enqueue(uow, new)
            async with UnitOfWork(self.market_fixture.database) as uow:
                claim = await queue.claim(uow, "worker")
                assert claim is not None
                await queue.finish(uow, claim, found.to_json())

    async def _secondary(self, contracts: Sequence[Contract]) -> None:
        market, anna, bert = self.market_fixture.market, acting_for(ANNA), acting_for(BERT)
        for contract in contracts:
            for is_taken in (False, True):
                listing = await market.caller(anna, NOW).run(
                    post_listing, self._listing(contract, is_taken=is_taken)
                )
                if is_taken:
                    take = TakeListing(listing_id=listing.id, quantity=1, idempotency_key=key())
                    await market.caller(bert, NOW).run(take_listing, take)
            asked = CallToSell(
                contract_id=contract.id,
                kind=TradeKind.ASSIGNMENT,
                start=date(2027, 1, 1),
                end=date(2027, 2, 1),
                quantity=1,
                limit_price=Decimal("0.1"),
                closes_at=NOW + timedelta(days=30),
                idempotency_key=key(),
            )
            call = await market.caller(anna, NOW).run(open_call_to_sell, asked)
            order = PlaceOrder(
                call_id=call.id,
                start=date(2027, 1, 1),
                end=date(2027, 2, 1),
                quantity=1,
                price_per_unit_day=Decimal("0.2"),
                accept_by=NOW + timedelta(days=20),
                idempotency_key=key(),
            )
            await market.caller(bert, NOW).run(place_order, order)

    def _listing(self, contract: Contract, *, is_taken: bool) -> PostListing:
        # What is taken is another month than what stays open.
        month = 12 if is_taken else 11
        return PostListing(
            contract_id=contract.id,
            kind=TradeKind.ASSIGNMENT,
            start=date(2026, month, 1),
            end=date(2026, month, 28),
            quantity=1,
            price_per_unit_day=Decimal("0.3"),
            idempotency_key=key(),
        )

    async def _set_asides(self, rows: int) -> None:
        for _ in range(rows):
            command = SetAside(
                network_id=self.market_fixture.network_id,
                receipt="a",
                delivery="x",
                start=date(2027, 6, 1),
                end=date(2027, 7, 1),
                quantity=1,
                reason="short-term auctions",
                idempotency_key=key(),
            )
            await set_aside(command, self.market_fixture.market.caller(OPERATING, NOW))

    async def _releases(self, contracts: Sequence[Contract]) -> None:
        market, anna, bert = self.market_fixture.market, acting_for(ANNA), acting_for(BERT)
        closing = NOW + timedelta(hours=1)
        for contract in contracts:
            for is_awarded in (False, True):
                start = date(2027, 2, 1) if is_awarded else date(2027, 3, 1)
                offer = OfferRelease(
                    contract_id=contract.id,
                    start=start,
                    end=start + timedelta(days=28),
                    quantity=1,
                    method=BidEvalMethod.PRESENT_VALUE,
                    bids_close_at=closing,
                    idempotency_key=key(),
                )
                release = await market.caller(anna, NOW).run(offer_release, offer)
                bid = PlaceBid(
                    release_id=release.id,
                    start=start,
                    end=start + timedelta(days=28),
                    quantity=1,
                    rate=Decimal("0.4"),
                    idempotency_key=key(),
                )
                await market.caller(bert, NOW).run(place_bid, bid)
                if is_awarded:
                    award = AwardRelease(release_id=release.id, idempotency_key=key())
                    await award_release(award, market.caller(anna, closing))


def schema_harness(market_fixture: MarketFixture, redis: Redis) -> Stage:
    """Return the schema on `market_fixture`, with a budget that no test exhausts."""
    database, market = market_fixture.database, market_fixture.market
    services = Services(
        settings=Settings(cost_burst=10**9),
        database=database,
        redis=redis,
        identity=make_identity(database, redis),
        buckets=Buckets(redis),
        snapshots=market.networks,
        verifiers=market.verifiers,
        market=market,
        feeds=Feeds(database, redis),
        now=lambda: NOW,
    )
    return Stage(market_fixture, services)


async def statements(stage: Stage, act: Callable[[], Any]) -> int:
    """Return how many statements the database is asked while `act` runs."""
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        seen.append(arguments[2])

    engine = stage.market_fixture.database.engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        await act()
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    return len(seen)
