"""What passes to many acquirers at once is written with as few statements as what passes to one."""

from datetime import timedelta

import pytest
from tests.integration.market.calls.test_service import to_sell
from tests.integration.market.listings.test_service import post
from tests.integration.market.market_fixture import ANNA, CARLA, NOVEMBER, NOW, MarketFixture, acting_for
from tests.sent_statements import sent_statements

from capacity.rights import holds
from capacity.rights.model import HoldCause, MovementCause, Purpose
from linepack.gasday import Period
from linepack.ids import new_id
from market.holds.service import take
from market.rights_transfer.transfer import Acquisition, transfer

pytestmark = pytest.mark.anyio


async def test_many_acquirers_keep_the_network_locked_no_longer_than_one(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    purpose = Purpose(HoldCause.RELEASE, new_id())
    anna = market_fixture.market.caller(acting_for(ANNA), NOW)
    async with anna.transaction() as context:
        await context.lock_network(market_fixture.network_id)
        await take(context, parent, purpose, NOVEMBER, 60)
    counts: list[int] = []
    for number in (1, 20):
        days = [Period(NOVEMBER.start + timedelta(i), NOVEMBER.end) for i in range(number)]
        async with anna.transaction() as context:
            await context.lock_network(market_fixture.network_id)
            with sent_statements() as seen:
                await transfer(
                    context,
                    parent,
                    [Acquisition(CARLA, 2, period) for period in days],
                    cause=MovementCause.RELEASE,
                    cause_id=new_id(),
                    purpose=purpose,
                )
        counts.append(len(seen))
    assert counts[0] == counts[1]

    async with market_fixture.database.read() as connection:
        left = holds.standing(await holds.of_purpose(connection, purpose))
    # 60 were held; 2 went to the first, and on day i of the month 2 to each of i acquirers, at most 20.
    assert {day: one.quantity for one in left for day in one.period} == {
        day: 58 - 2 * min((day - NOVEMBER.start).days + 1, 20) for day in NOVEMBER
    }


async def test_many_indicative_offers_shrink_with_as_few_statements_as_one(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    counts = []
    for number, left in ((1, 70), (8, 60)):
        for _ in range(number):
            await post(market_fixture, parent, left + 10, is_firm=False)
            await to_sell(market_fixture, parent, left + 10, is_firm=False)
        async with market_fixture.market.caller(acting_for(ANNA), NOW).transaction() as context:
            await context.lock_network(market_fixture.network_id)
            with sent_statements() as seen:
                await take(context, parent, Purpose(HoldCause.LISTING, new_id()), NOVEMBER, 10)
        counts.append(len(seen))

    assert counts[0] == counts[1]
    remaining = [one.payload["remaining"] for one in await market_fixture.events("listing.shrunk")]
    # One of 80 shrinks to 70; then that and eight of 70 to 60.
    assert remaining == [70, *[60] * 9]
    assert len(await market_fixture.events("call.shrunk")) == 10
