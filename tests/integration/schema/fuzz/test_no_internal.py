"""No operation that a client can send ends in INTERNAL, and no event that it leaves behind is parked as one.

`LINEPACK_FUZZ_INPUTS` says how many inputs are generated (100,000 for a release), `LINEPACK_FUZZ_SEED` from
which seed. Every `BATCH` inputs a new market is made, because hostile rule data makes a market dull.
"""

import json
import os
import sys
import traceback
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from graphql import GraphQLField
from strawberry.types.base import get_object_definition
from strawberry.types.field import StrawberryField
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    NOW,
    OPERATING,
    OTHER_OPERATOR,
    REGULATING,
    SHIPPERS,
    acting_for,
)
from tests.integration.schema.fuzz.generator import Generator, global_id
from tests.integration.schema.harness import SchemaHarness

from capacity.contracts.pricing.price import Flat
from capacity.rights.model import Firmness, RouteKind
from linepack.access import Principal, Role
from market.products.model import ProductRules
from market.products.service import set_product_rules
from market.tariffs.service import SetTariff, set_tariff
from schema.api import build_schema
from schema.types.context import RequestContext
from schema.types.permissions import Permission
from schema.types.problems import ErrorCode
from settlement.progress.tables import SettlementFailureRow

pytestmark = pytest.mark.anyio

BATCH = 2_000
INPUTS = int(os.environ.get("LINEPACK_FUZZ_INPUTS", f"{BATCH}"))
SEED = int(os.environ.get("LINEPACK_FUZZ_SEED", "7"))
BETWEEN = timedelta(minutes=20)
MENDED_EVERY = 30
SETTLED_LATER = ("INDEX_VALUE_MISSING", "NOTHING_TO_PASS_ON")
"""Why an event may wait for a while: for a value that is settled after it, or for an event that does."""
PRINCIPALS = (
    acting_for(ANNA),
    acting_for(BERT),
    acting_for(CARLA),
    OPERATING,
    OPERATING,
    acting_for(OTHER_OPERATOR, Role.OPERATOR),
    acting_for(None, Role.ADMIN),
    REGULATING,
    None,
)
USUAL = (
    "bookCapacity",
    "postListing",
    "takeListing",
    "offerRelease",
    "placeBid",
    "openCallToSell",
    "placeOrder",
)
TAKING = ("takeListing", "placeBid", "placeOrder")
RARE = (
    "importNetwork",
    "signIn",
    "changePassword",
    "createUser",
    "setPolicy",
    "setProductRules",
    "setOverlay",
)


class Fuzzed:
    """One market under generated operations."""

    def __init__(self, harness: SchemaHarness, seed: int) -> None:
        self.at = NOW
        services = replace(harness.services, now=self.now)
        self.harness = SchemaHarness(harness.market_fixture, services)
        self.schema = build_schema()
        self.generator = Generator(self.schema._schema, seed)
        self.outcomes: Counter[str] = Counter()
        self.faults: list[str] = []
        for party in SHIPPERS:
            self.generator.pool.ids["Party"].append(global_id("Party", party))
        self.roots = self._roots()
        self.weights = [4 if name in USUAL else 0.5 if name in RARE else 1 for _, name, _, _ in self.roots]

    def now(self) -> datetime:
        return self.at

    def _roots(self) -> list[tuple[str, str, GraphQLField, list[Principal | None]]]:
        roots = []
        for kind, root, shown in (
            ("mutation", self.schema.mutation, self.schema._schema.mutation_type),
            ("query", self.schema.query, self.schema._schema.query_type),
        ):
            assert root is not None
            assert shown is not None
            by_name = {
                self.schema.config.name_converter.get_graphql_name(one): one
                for one in get_object_definition(root, strict=True).fields
            }
            roots += [(kind, name, one, _may(by_name[name])) for name, one in shown.fields.items()]
        return roots

    async def prepare(self) -> None:
        """Fill the market, and look at everything in it once, so that ids are known."""
        await self.harness.fill(1)
        for kind, name, root, able in self.roots:
            if kind == "query":
                for principal in able[:5:2]:
                    await self._run(kind, name, root, principal)

    async def mend(self) -> None:
        """Put plain rule data in force again."""
        market, network_id = self.harness.market_fixture.market, self.harness.market_fixture.network_id
        today = self.at.date()
        rules = ProductRules(network_id, today, allows_negative_prices=self.generator.random.random() < 0.5)
        await market.caller(OPERATING, NOW).run(set_product_rules, rules)
        for kind, firmness in product(RouteKind, Firmness):
            tariff = SetTariff(network_id, kind, firmness, today, Flat(Decimal("0.1")))
            await market.caller(OPERATING, NOW).run(set_tariff, tariff)

    async def one(self) -> None:
        """Run one generated operation."""
        random = self.generator.random
        [(kind, name, root, able)] = random.choices(self.roots, self.weights)
        if kind == "query" and random.random() < 0.6:
            return await self.one()
        principal = random.choice(able if random.random() < 0.95 else PRINCIPALS)
        if name in TAKING and random.random() < 0.6:
            principal = random.choice([acting_for(BERT), acting_for(CARLA)])
        return await self._run(kind, name, root, principal)

    async def _run(self, kind: str, name: str, root: GraphQLField, principal: Principal | None) -> None:
        random = self.generator.random
        self.at += BETWEEN * random.random()
        self.generator.now = self.at
        self.generator.caller = "" if principal is None else str(principal.party_id)
        text, variables = self.generator.operation(kind, name, root)
        context = RequestContext(self.harness.services, principal, "fuzz", "198.51.100.7")
        with structlog.testing.capture_logs() as logs:
            try:
                result = await self.schema.execute(text, variables, context_value=context)
            except Exception as fault:
                self._failed(name, variables, _traced(fault), principal)
                return
        self.generator.pool.note(result.data, self.generator.caller)
        for error in result.errors or []:
            code = (error.extensions or {}).get("code")
            self.outcomes[f"{kind} {name}: {code} {error.message[:60]}"] += 1
            if code in (ErrorCode.INTERNAL, None):
                causes = [_traced(log.get("exc_info")) for log in logs] or [str(error)]
                self._failed(name, variables, "; ".join(causes), principal)
        answer: Any = (result.data or {}).get(name)
        if isinstance(answer, dict):
            said = answer.get("code") or answer.get("__typename")
            self.outcomes[f"{kind} {name}: {said}"] += 1

    def _failed(self, name: str, variables: Any, cause: str, principal: Principal | None) -> None:
        who = None if principal is None else (str(principal.party_id), sorted(principal.roles))
        self.faults.append(f"{name} by {who} with {json.dumps(variables)}: {cause}")
        sys.stderr.write(self.faults[-1] + "\n")


def _traced(fault: Any) -> str:
    if not isinstance(fault, BaseException):
        return repr(fault)
    last = traceback.extract_tb(fault.__traceback__)[-3:]
    return f"{fault!r:.300} at " + " < ".join(f"{one.filename[-40:]}:{one.lineno}" for one in reversed(last))


def _may(field: StrawberryField) -> list[Principal | None]:
    permission = field.permission_classes[0]
    assert issubclass(permission, Permission)
    scope = permission.scope
    if permission.public:
        return list(PRINCIPALS)
    return [one for one in PRINCIPALS if one is not None and (scope is None or one.holds(scope))]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(SEED, SEED + max(1, INPUTS // BATCH)))
async def test_no_generated_input_ends_in_internal(harness: SchemaHarness, seed: int) -> None:
    fuzzed = Fuzzed(harness, seed)
    await fuzzed.prepare()
    for number in range(min(BATCH, INPUTS)):
        if number % MENDED_EVERY == 0:
            await fuzzed.mend()
        await fuzzed.one()
    await harness.settle()
    sys.stderr.writelines(f"{count:6} {outcome}\n" for outcome, count in sorted(fuzzed.outcomes.items()))
    failure = SettlementFailureRow.core()
    async with harness.market_fixture.database.read() as connection:
        query = sa.select(failure.c.topic, failure.c.code, failure.c.reason, failure.c.settled_at)
        parked = (await connection.execute(query)).all()
    assert [tuple(one) for one in parked if one.code not in SETTLED_LATER] == [], f"seed {seed}"
    assert [tuple(one) for one in parked if one.settled_at is None] == [], f"seed {seed}"
    assert fuzzed.faults == [], f"seed {seed}: the first of {len(fuzzed.faults)}"
