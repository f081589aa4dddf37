"""Whatever is published, booked and passed on, in any order: together the parts owe what the whole costs."""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from tests.integration.market.market_fixture import SHIPPERS, MarketFixture, fill_market
from tests.integration.settlement.charges.indices.test_true_up import (
    differences,
    pass_on,
    price,
    publish,
    settle,
)
from tests.integration.settlement.market import BILLING

from capacity.contracts.contract import Contract
from capacity.contracts.pricing.price import BlockTiers, Indexed, PriceProcedure, SeasonFactor, Sum, Tier
from linepack.database.connections import Database
from linepack.gasday import GasDay, Period
from linepack.ids import ContractId
from linepack.problems import Problem
from settlement.ledger.model import ChargeCode
from settlement.ledger.repository import balances

pytestmark = pytest.mark.anyio

D = Decimal
FIRST, LAST = date(2026, 11, 1), date(2027, 1, 15)
STEPS = 30

DailyCost = Callable[[int, Decimal, int], Decimal]
"""What a quantity costs on a gas day, by the value of the index and the month."""

PRICES: tuple[tuple[PriceProcedure, DailyCost], ...] = (
    (
        Indexed("TTF", D("0.013"), D("0.0501")),
        lambda quantity, value, _: quantity * (value * D("0.013") + D("0.0501")),
    ),
    (
        Sum(
            (
                SeasonFactor(
                    Indexed("TTF", D("0.01"), D(0), D("0.2"), D("0.4")),
                    tuple(D("1.5") if month == 12 else D(1) for month in range(1, 13)),
                ),
                BlockTiers((Tier(D(7), D("0.111")), Tier(None, D("0.017")))),
            )
        ),
        lambda quantity, value, month: (
            quantity * min(D("0.4"), max(D("0.2"), value * D("0.01"))) * (D("1.5") if month == 12 else 1)
            + min(quantity, 7) * D("0.111")
            + max(quantity - 7, 0) * D("0.017")
        ),
    ),
)


@dataclass
class Books:
    """What is owed by the published values, counted another way: per booked contract and gas month.

    `estimates` are the values that were known when a contract was charged.
    """

    daily: DailyCost
    published: dict[GasDay, Decimal]
    roots: dict[ContractId, Contract] = field(default_factory=dict)
    lineage: dict[ContractId, ContractId] = field(default_factory=dict)
    estimates: dict[ContractId, dict[GasDay, Decimal]] = field(default_factory=dict)

    def owed(self) -> dict[tuple[ContractId, int], Decimal]:
        exact: defaultdict[tuple[ContractId, int], Decimal] = defaultdict(Decimal)
        for root_id, root in self.roots.items():
            for day in root.period:
                value = self.published.get(day)
                if value is None:
                    before = self.estimates[root_id]
                    value = before[max(known for known in before if known <= day)]
                exact[root_id, day.month] += self.daily(root.quantity, value, day.month)
        return {key: amount.quantize(D("0.01"), ROUND_HALF_UP) for key, amount in exact.items()}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.timeout(600)
async def test_the_parts_of_a_booking_owe_what_it_costs(database: Database, seed: int) -> None:
    clock = random.Random(seed)
    market_fixture = await fill_market(database)
    procedure, daily = PRICES[seed % len(PRICES)]
    books = Books(daily, {date(2026, 5, 1): D(30)})
    await publish(market_fixture, {date(2026, 5, 1): "30"})
    await price(market_fixture, procedure)
    contracts: list[Contract] = []
    for _ in range(STEPS):
        await _step(market_fixture, clock, books, contracts)
        if clock.random() < 0.4:
            await settle(market_fixture)
            assert await _ledger(market_fixture, books) == books.owed()
    await settle(market_fixture)
    assert await _ledger(market_fixture, books) == books.owed()
    assert len(contracts) > len(books.roots) > 1
    assert await differences(market_fixture) == []


async def _step(
    market_fixture: MarketFixture, clock: random.Random, books: Books, contracts: list[Contract]
) -> None:
    kind = clock.random()
    if kind < 0.4:
        days = clock.sample(range(-3, (LAST - FIRST).days), clock.choice((1, 1, 3, 20)))
        values = {FIRST + timedelta(days=day): str(D(clock.randint(-15_000, 60_000)) / 1000) for day in days}
        await publish(market_fixture, values)
        books.published |= {day: D(value) for day, value in values.items()}
    elif kind < 0.55 or not contracts:
        await settle(market_fixture)
        contract = await market_fixture.book(
            clock.choice(SHIPPERS), quantity=clock.randint(1, 9), period=_within(clock, FIRST, LAST)
        )
        await settle(market_fixture)
        books.estimates[contract.id] = dict(books.published)
        books.roots[contract.id] = contract
        books.lineage[contract.id] = contract.id
        contracts.append(contract)
    else:
        parent = clock.choice(contracts)
        buyer = clock.choice([shipper for shipper in SHIPPERS if shipper != parent.holder_id])
        period = _within(clock, parent.period.start, parent.period.end)
        try:
            child = await pass_on(market_fixture, parent, buyer, clock.randint(1, parent.quantity), period)
        except Problem:
            return  # there is not that much left of it
        books.lineage[child.id] = books.lineage[parent.id]
        contracts.append(child)


def _within(clock: random.Random, start: GasDay, end: GasDay) -> Period:
    first = clock.randrange((end - start).days)
    last = clock.randint(first + 1, (end - start).days)
    return Period(start + timedelta(days=first), start + timedelta(days=last))


async def _ledger(market_fixture: MarketFixture, books: Books) -> dict[tuple[ContractId, int], Decimal]:
    found: defaultdict[tuple[ContractId, int], Decimal] = defaultdict(Decimal)
    async with market_fixture.database.read() as connection:
        for one in await balances(connection, BILLING):
            account = one.account
            if account.charge_code is ChargeCode.RESERVATION and account.party_id in SHIPPERS:
                found[books.lineage[account.contract_id], account.gas_month.month] += one.amount.amount
    return dict(found)
