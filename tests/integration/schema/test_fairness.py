"""Solver time is shared: what one company asks neither holds up another nor goes uncharged."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from redis.asyncio import Redis
from tests.integration.market.market_fixture import ANNA, BERT, CARLA, NOVEMBER, acting_for
from tests.integration.schema.harness import SchemaHarness
from tests.waiting import TIME_LIMIT_S, eventually

from capacity.feasibility.network_views import NetworkViews
from capacity.feasibility.solver_use import SolverBudget
from capacity.feasibility.verifier_pool import VerifierPool
from capacity.solvers.highs import Highs
from linepack.access import Principal
from linepack.redis.leaky_buckets import Buckets, Rule
from market.marketplace import Marketplace
from schema.api import build_schema
from schema.types.context import RequestContext

pytestmark = pytest.mark.anyio

DRY_RUN = """
query ($input: CapacityRequestInput!) {
  dryRunBookCapacity(input: $input) {
    __typename ... on CapacityExhaustedProblem { largestThroughout } ... on Problem { code message }
  }
}
"""
BOOK = "mutation ($input: BookCapacityInput!) { bookCapacity(input: $input) { __typename } }"
AVAILABILITY = """
query ($period: PeriodInput!) {
  availability(network: "fork", route: {receipt: "a", delivery: "x"}, period: $period) {
    stretches { available }
  }
}
"""
USAGE = '{ usage(network: "fork", period: {start: "2026-11-05", end: "2026-11-06"}) { flow } }'
DAYS = {"start": str(NOVEMBER.start), "end": str(NOVEMBER.end)}
TOO_MUCH = {"network": "fork", "receipt": "a", "delivery": "x", **DAYS, "quantity": 10_000}
NEVER_BACK = Rule("solver", capacity=1e-6, leak_per_s=1e-9)
"""Any proof takes more."""


async def executed(
    harness: SchemaHarness, principal: Principal, query: str, **variables: Any
) -> tuple[Any, Any, Any]:
    """Return data, the code of the errors, and the extensions of an operation."""
    context = RequestContext(harness.services, principal, "test", "198.51.100.7")
    result = await build_schema().execute(query, variables, context_value=context)
    codes = [(error.extensions or {}).get("code") for error in result.errors or ()]
    return result.data, codes, result.extensions


def with_budget(harness: SchemaHarness, redis: Redis, rule: Rule) -> SchemaHarness:
    """The same market seen by another process, whose verifiers are limited by `rule`."""
    database, buckets = harness.services.database, Buckets(redis)
    views, verifiers = NetworkViews(database), VerifierPool(Highs(), budget=SolverBudget(buckets, rule))
    marketplace = Marketplace(database, views, verifiers)
    services = replace(
        harness.services, market=marketplace, snapshots=views, verifiers=verifiers, buckets=buckets
    )
    return replace(harness, services=services)


async def test_twenty_dry_runs_of_one_company_hold_up_nobody_else(harness: SchemaHarness) -> None:
    await harness.ask(acting_for(BERT), AVAILABILITY, period=DAYS)
    ended: list[str] = []

    async def note(name: str, asking: Any) -> None:
        await asking
        ended.append(name)

    many = [
        asyncio.create_task(note("anna", harness.ask(acting_for(ANNA), DRY_RUN, input=TOO_MUCH)))
        for _ in range(20)
    ]
    await eventually(lambda: bool(ended), "one is answered", every_s=0)
    await asyncio.gather(
        note("availability", harness.ask(acting_for(BERT), AVAILABILITY, period=DAYS)),
        note("usage", harness.ask(acting_for(CARLA), USAGE)),
        note("booking", harness.market_fixture.book(BERT, quantity=1, period=NOVEMBER)),
    )
    before = len([name for name in ended if name == "anna"])
    await asyncio.wait_for(asyncio.gather(*many), TIME_LIMIT_S)
    assert set(ended) == {"anna", "availability", "usage", "booking"}
    # First come first served, all twenty would have been answered before any of these.
    assert before < 15, ended


async def test_what_proofs_take_is_told_and_charged_to_the_company(
    harness: SchemaHarness, redis: Redis
) -> None:
    generous = Rule("solver", capacity=1_000.0, leak_per_s=1e-9)
    limited = with_budget(harness, redis, generous)
    _, _, extensions = await executed(limited, acting_for(ANNA), DRY_RUN, input=TOO_MUCH)
    cost = extensions["cost"]
    assert 0 < cost["solverSeconds"] < TIME_LIMIT_S
    assert cost["solverSecondsAvailable"] == pytest.approx(1_000 - cost["solverSeconds"], abs=1e-3)
    _, _, free = await executed(limited, acting_for(ANNA), "{ viewer { expiresAt } }")
    assert (free["cost"]["solverSeconds"], free["cost"]["solverSecondsAvailable"]) == (0, None)
    book = {**TOO_MUCH, "quantity": 1, "idempotencyKey": "k"}
    _, _, booked = await executed(limited, acting_for(ANNA), BOOK, input=book)
    assert booked["cost"]["solverSeconds"] > 0
    spent = cost["solverSeconds"] + booked["cost"]["solverSeconds"]
    taking = await Buckets(redis).take(generous, str(ANNA), 0)
    assert taking.level == pytest.approx(spent, abs=1e-3)


async def test_a_company_that_has_overdrawn_waits_with_all_its_users_and_others_do_not(
    harness: SchemaHarness, redis: Redis
) -> None:
    limited = with_budget(harness, redis, NEVER_BACK)
    anna, colleague = acting_for(ANNA), replace(acting_for(ANNA), subject="key:another")
    assert (await executed(limited, anna, DRY_RUN, input=TOO_MUCH))[1] == []
    for principal in (anna, colleague):
        for query, variables in ((DRY_RUN, {"input": TOO_MUCH}), (AVAILABILITY, {"period": DAYS})):
            context = RequestContext(limited.services, principal, "test", "198.51.100.7")
            result = await build_schema().execute(query, variables, context_value=context)
            [error] = result.errors or []
            assert error.extensions is not None
            assert error.extensions["code"] == "RATE_LIMITED"
            assert error.extensions["retryAfter"] > 0
    assert (await executed(limited, acting_for(BERT), DRY_RUN, input=TOO_MUCH))[1] == []
    # What is not proved is not refused, nor is a booking.
    assert (await executed(limited, anna, USAGE))[1] == []
    book = {**TOO_MUCH, "quantity": 1, "idempotencyKey": "k"}
    data, codes, _ = await executed(limited, anna, BOOK, input=book)
    assert (data, codes) == ({"bookCapacity": {"__typename": "BookCapacityPayload"}}, [])


async def test_processes_share_what_a_company_may_use(harness: SchemaHarness, redis: Redis) -> None:
    one, other = (with_budget(harness, redis, NEVER_BACK) for _ in range(2))
    assert (await executed(one, acting_for(ANNA), DRY_RUN, input=TOO_MUCH))[1] == []
    # A process learns of it with the first answer that it gives.
    assert (await executed(other, acting_for(ANNA), DRY_RUN, input=TOO_MUCH))[1] == []
    wait = (await Buckets(redis).fill(NEVER_BACK, str(ANNA), 0)).retry_after
    assert wait.total_seconds() > 0
    for process in (one, other):
        assert (await executed(process, acting_for(ANNA), DRY_RUN, input=TOO_MUCH))[1] == ["RATE_LIMITED"]


async def test_a_question_that_nobody_waits_for_any_more_is_charged_too(
    harness: SchemaHarness, redis: Redis
) -> None:
    generous = Rule("solver", capacity=1_000.0, leak_per_s=1e-9)
    limited = with_budget(harness, redis, generous)
    task = asyncio.create_task(executed(limited, acting_for(ANNA), DRY_RUN, input=TOO_MUCH))
    being_answered = limited.services.verifiers._ending
    await eventually(lambda: bool(being_answered), "it is being answered", every_s=0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await eventually(lambda: not being_answered, "it has ended")
    assert (await Buckets(redis).take(generous, str(ANNA), 0)).level > 0
