"""The whole schema with its services, on the market of `MarketFixture`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from redis.asyncio import Redis
from tests.event_positions import place_all
from tests.factories import capacity, identity, market
from tests.identities import make_identity
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    NETWORK,
    NOVEMBER,
    NOW,
    OPERATING,
    OPERATOR,
    PATH,
    MarketFixture,
    acting_for,
)
from tests.integration.schema.statement_budgets import budget_of
from tests.sent_statements import sent_statements
from tests.waiting import TIME_LIMIT_S

from capacity.rights.model import Route
from linepack.access import Principal, Role
from linepack.events.follower import Feeds
from linepack.gasday import Period
from linepack.redis.leaky_buckets import Buckets
from linepack.settings import Settings
from schema.api import build_schema
from schema.types.context import RequestContext
from schema.types.listeners import Listeners
from server.services import Services
from settlement.consumer import settle_batch

MAY = Period(date(2027, 5, 1), date(2027, 6, 1))
VIEWERS: Mapping[str, Principal] = {
    "accountEvents": acting_for(ANNA, Role.COMPANY_ADMIN),
    "accounts": acting_for(ANNA, Role.COMPANY_ADMIN),
    "bids": acting_for(BERT),
    "clearingBids": acting_for(BERT),
    "orders": acting_for(BERT),
    "parties": OPERATING,
    "sessions": identity.as_person(acting_for(ANNA)),
}
FAULTS = "... on InvalidInputProblem { faults { path place message } }"


def viewer(name: str) -> Principal:
    """Return a caller to whom the list `name` shows the rows that `SchemaHarness.fill` adds."""
    return VIEWERS.get(name, acting_for(ANNA))


def places(problem: dict[str, Any]) -> list[str]:
    """Return where each fault of an InvalidInputProblem is: an element, or an input field."""
    return [fault["place"] or ".".join(fault["path"]) for fault in problem["faults"]]


def by_code(answer: Any) -> Any:
    """Return an answer in which the code stands for each element of a network of which only it was asked."""
    if isinstance(answer, list):
        return [by_code(each) for each in answer]
    if isinstance(answer, dict):
        return answer["code"] if answer.keys() == {"code"} else {key: by_code(answer[key]) for key in answer}
    return answer


@dataclass(frozen=True)
class SchemaHarness:
    """The schema with its services, on a market."""

    market_fixture: MarketFixture
    services: Services

    def context(self, principal: Principal | None) -> RequestContext:
        """Return the context of an operation of `principal`."""
        return RequestContext(self.services, principal, "test", "198.51.100.7")

    async def ask(self, principal: Principal | None, query: str, **variables: Any) -> dict[str, Any]:
        """Return the data of an operation that must not fail."""
        with sent_statements() as sent:
            result = await build_schema().execute(query, variables, context_value=self.context(principal))
        assert result.errors is None, result.errors
        assert len(sent) <= budget_of(query), [statement[:200] for statement in sent[:100]]
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
        self, principal: Principal, query: str, beside: Listeners | None = None, /, **variables: Any
    ) -> AsyncIterator[Callable[[], Any]]:
        """Lend a function that returns the data of the next event, or None at the end.

        `beside` are the other listeners of the same process.
        """
        context = RequestContext(
            self.services, principal, "test", "198.51.100.7", listeners=beside or Listeners()
        )
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
        fixture = self.market_fixture
        database, network_id = fixture.database, fixture.network_id
        await identity.add_parties_and_keys(database, ANNA, rows, at=NOW)
        await identity.add_accounts(database, ANNA, rows, at=NOW)
        await identity.add_sessions(database, ANNA, rows, at=NOW)
        await capacity.add_networks(database, OPERATING, NETWORK, rows, at=NOW)
        await capacity.add_overlays(database, OPERATING, network_id, rows, edge="jy", period=MAY, at=NOW)
        await market.add_tariffs(fixture, rows)
        routes = (PATH, Route("b", "y"))
        contracts = await asyncio.gather(
            *(fixture.book(quantity=1, route=routes[number % 2]) for number in range(rows))
        )
        await market.add_listings(fixture, contracts)
        await market.add_calls(fixture, contracts)
        await market.add_releases(fixture, contracts)
        await market.add_set_asides(fixture, rows)
        await market.add_clearings(fixture, rows)
        await capacity.add_validations(database, network_id, OPERATOR, ANNA, rows, period=NOVEMBER)
        await self.settle()


def schema_harness(market_fixture: MarketFixture, redis: Redis) -> SchemaHarness:
    """Return the schema on `market_fixture`, with a budget that no test exhausts."""
    database, marketplace = market_fixture.database, market_fixture.market
    services = Services(
        settings=Settings(cost_burst=10**9),
        database=database,
        redis=redis,
        identity=make_identity(database, redis),
        buckets=Buckets(redis),
        snapshots=marketplace.networks,
        verifiers=marketplace.verifiers,
        market=marketplace,
        feeds=Feeds(database, redis),
        now=lambda: NOW,
    )
    return SchemaHarness(market_fixture, services)


async def statements(act: Callable[[], Awaitable[object]]) -> int:
    """Return how many statements the database is asked while `act` runs."""
    with sent_statements() as sent:
        await act()
    return len(sent)
