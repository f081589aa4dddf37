"""A ledger with entries of the earlier rule: they are proved, and what they charged can be passed on.

`earlier_rule.json` holds the events of such an installation and the hashes of the entries it posted for them.
Three contracts were booked: 80 units of which the first 40 cost 1 and the others 2, in January and February;
3 units at 0.001075; 7 units whose months differ in sign. Of the first, Bert got 50 for January, Carla 30 for
both months and Bert 50 for February; of the second he got one; of the third, 4 were released to Carla. By the
earlier rule Bert's contracts say that 50 units cost 10 × 1 + 40 × 2 = 90 a day. In January he was charged
that, in February what was left, 1,680.00.
"""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.integration.settlement.market import NOW, Market
from tests.unit.settlement.examples import BERT, CARLA, NETWORK, days, euro

from capacity.contracts import repository as contracts
from capacity.contracts.contract import Contract
from capacity.contracts.pricing.price import Flat
from capacity.rights import ledger as rights
from capacity.rights.model import MovementCause
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.events.log import read
from linepack.events.model import START, Event, NewEvent, Stream
from linepack.gasday import Period
from linepack.ids import ContractId, PartyId
from settlement.charges.basis import read_basis
from settlement.charges.events_in import charge_plan
from settlement.charges.plan import EARLIER, NAMING_WHOLE, AwardPlan, Rule, TradePlan
from settlement.consumer import settle_batch
from settlement.ledger import repository
from settlement.ledger.model import Cause, ChargeCode, ChargeLine, Entry
from settlement.ledger.posting import post
from settlement.reconciliation.reconcile import reconcile

pytestmark = pytest.mark.anyio

STORED: dict[str, Any] = json.loads((Path(__file__).parent / "earlier_rule.json").read_text())
MARKET_EVENTS = [one for one in STORED["events"] if one["stream"] == "market"]
JANUARY, FEBRUARY = days("2027-01-01", "2027-02-01"), days("2027-02-01", "2027-03-01")
BOTH = days("2027-01-01", "2027-03-01")


@pytest.fixture
async def earlier(market: Market) -> Market:
    """The installation as it was: its events placed, its entries posted by the earlier rule."""
    for one in STORED["events"]:
        stream = Stream(one["stream"])
        event = NewEvent(
            stream=stream, topic=one["topic"], key=one["key"], payload=one["payload"], network_id=NETWORK
        )
        await market.record(event)
    await market.place()
    posted: dict[str, str] = {}
    for stream in (Stream.CAPACITY, Stream.MARKET):
        async with market.database.read() as connection:
            events = await read(connection, stream, START, 100)
        for event in events:
            for entry in await settle_earlier(market.database, event):
                posted[entry.draft.idempotency_key] = entry.input_hash
    assert posted == STORED["input_hashes"]
    await settle(market)
    return market


async def test_entries_of_the_earlier_rule_are_proved(earlier: Market) -> None:
    assert await differences(earlier) == []


async def test_an_entry_of_neither_rule_is_named(earlier: Market) -> None:
    async with earlier.database.engine.begin() as connection:
        await connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        await connection.exec_driver_sql(
            "UPDATE ledger_entry SET input_hash = repeat('0', 64) WHERE sequence = 4"
        )
    assert any("market:1: entry 4 is not the charge plan" in one for one in await differences(earlier))


async def test_a_part_of_a_contract_from_before_is_charged_what_it_states(earlier: Market) -> None:
    """20 of Bert's 50 units cost 36 a day, in February 1,008.00; what he was charged too little stays his.

    He keeps 54 a day, 1,512.00, and owes 1,680.00 less 1,008.00: 840.00 less than that.
    """
    february = held_by(BERT, FEBRUARY.start)
    child = await assign(earlier, february, CARLA, 20, FEBRUARY)

    (bought,), (left,) = await open_lines(earlier, child.id), await open_lines(earlier, february.id)
    assert (bought.amount, bought.working[-1]) == (euro("1008.00"), "payable 1,008.00 EUR")
    assert left.amount == euro("672.00")
    assert left.working[-1] == (
        "1,512.00 EUR, -840.00 so that all parts of 1,680.00 EUR add up: payable 672.00 EUR"
    )
    assert await differences(earlier) == []


async def test_who_takes_all_of_a_line_from_before_takes_its_difference_too(earlier: Market) -> None:
    """Carla's contract says 30 × 2 a day, 1,860.00 in January; she was charged what was left, 930.00."""
    both = held_by(CARLA, BOTH.start)
    child = await assign(earlier, both, BERT, 30, BOTH)

    january, february = await open_lines(earlier, child.id)
    assert january.working[-1] == (
        "1,860.00 EUR, -930.00 so that all parts of 930.00 EUR add up: payable 930.00 EUR"
    )
    assert (february.amount, february.working[-1]) == (euro("1680.00"), "payable 1,680.00 EUR")
    assert await differences(earlier) == []


async def test_what_is_sold_now_is_charged_by_the_rule_of_now(earlier: Market) -> None:
    contract = await earlier.book(quantity=3, period=JANUARY, price=Flat(Decimal("0.001075")))
    child = await assign(earlier, contract, BERT, 1, days("2027-01-11", "2027-02-01"))

    (bought,) = await open_lines(earlier, child.id)
    before, beside = await open_lines(earlier, contract.id)
    # of 0.10 EUR: 1 unit for 21 days 0.022575, 2 beside it 0.04515, and 3 for 10 days before it 0.03225
    assert [line.amount for line in (bought, beside, before)] == [euro("0.02"), euro("0.05"), euro("0.03")]
    assert before.working[0] == "3 × 0.001075 = 0.003225"
    assert await differences(earlier) == []


async def test_entries_that_say_what_the_seller_owed_are_proved(market: Market) -> None:
    """Of 0.46 EUR for 3 units in March, 0.155 passed: the buyer used to read what the whole was."""
    march = days("2027-03-01", "2027-04-01")
    contract = await market.book(
        quantity=3, period=days("2027-01-01", "2027-04-01"), price=Flat(Decimal("0.005"))
    )
    await market.place()
    await settle(market)
    child = await market.trade(contract, BERT, MovementCause.ASSIGNMENT, quantity=1, period=march, rate="0")
    await market.place()
    async with market.database.read() as connection:
        [event] = [
            one for one in await read(connection, Stream.MARKET, START, 9) if one.topic == "trade.concluded"
        ]
    await settle_by(market.database, event, NAMING_WHOLE)
    await settle(market)

    [bought] = await open_lines(market, child.id)
    assert bought.working[-1] == ("0.16 EUR, -0.01 so that all parts of 0.46 EUR add up: payable 0.15 EUR")
    assert await differences(market) == []


async def assign(market: Market, parent: Contract, buyer: PartyId, quantity: int, period: Period) -> Contract:
    kind = MovementCause.ASSIGNMENT
    child = await market.trade(parent, buyer, kind, quantity=quantity, period=period, rate="0")
    await market.place()
    await settle(market)
    return child


async def settle(market: Market) -> None:
    while await settle_batch(market.database, at=NOW):
        pass
    await market.place()


async def settle_earlier(database: Database, event: Event) -> tuple[Entry, ...]:
    """Settle an event as it was settled then, and write the contracts that it made."""
    plan = charge_plan(event.topic, event.payload)
    assert plan is not None
    async with UnitOfWork(database) as uow:
        parent = plan.parent if isinstance(plan, TradePlan | AwardPlan) else None
        for made in plan.contracts:
            await uow.lock_network(made.network_id)
            await contracts.insert(uow.connection, made)
            moved = made.movements_from(parent, made.id) if parent else made.movements(made.id)
            await rights.append(uow, moved)
    return await settle_by(database, event, EARLIER)


async def settle_by(database: Database, event: Event, rule: Rule) -> tuple[Entry, ...]:
    plan = charge_plan(event.topic, event.payload)
    assert plan is not None
    async with UnitOfWork(database) as uow:
        basis = await read_basis(uow.connection, event, plan)
        cause = Cause(event.stream, event.topic, event.position)
        return await post(uow, plan.drafts(basis, by=rule), cause=cause, at=NOW)


async def open_lines(market: Market, contract_id: ContractId) -> list[ChargeLine]:
    async with market.database.read() as connection:
        found = await repository.open_lines(connection, contract_id, ChargeCode.RESERVATION)
    return [posted.line for posted in found]


def held_by(holder: PartyId, start: date) -> Contract:
    """Return the contract of 80 units' parts that a party holds from a day on."""
    plans = [charge_plan(one["topic"], one["payload"]) for one in STORED["events"]]
    (found,) = [
        plan.child
        for plan in plans
        if isinstance(plan, TradePlan) and plan.parent.quantity == 80
        if (plan.child.holder_id, plan.child.period.start) == (holder, start)
    ]
    return found


async def differences(market: Market) -> list[str]:
    async with market.database.read() as connection:
        return [str(one) for one in await reconcile(connection)]
