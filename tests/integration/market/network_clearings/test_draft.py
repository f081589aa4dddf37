"""Drafts: a job that clears the bids as they are, seen by the operator, and awards nothing."""

import pytest
from tests.integration.market.market_fixture import BERT, CARLA, NOW, OPERATING, MarketFixture, acting_for
from tests.integration.market.network_clearings.clearing import buy, opened, stored
from tests.integration.market.network_clearings.test_closing import with_three_bids

from linepack.jobs.model import JobState
from linepack.jobs.repository import get
from linepack.problems import Forbidden
from market.network_clearings import draft, job
from market.network_clearings.commands import DraftClearing
from market.network_clearings.errors import NotClearable
from market.network_clearings.model import ClearingState
from market.network_clearings.service import draft_clearing
from server.jobs.runner import JobRunner

pytestmark = pytest.mark.anyio


async def test_draft_shows_what_would_be_awarded_and_awards_nothing(market_fixture: MarketFixture) -> None:
    clearing, _ = await with_three_bids(market_fixture)
    operator = market_fixture.market.caller(OPERATING, NOW)
    asked = await operator.run(draft_clearing, DraftClearing(clearing.id, "highs"))

    await JobRunner(market_fixture.database, [job.KIND]).run_one(asked.id)

    async with market_fixture.database.read() as connection:
        done = await get(connection, OPERATING, asked.id)
    assert done is not None
    assert (done.state, done.error) == (JobState.DONE, "")
    assert done.result is not None
    # As in the award of the same bids (`test_closing`).
    assert [one["awarded"] for one in done.result["awards"]] == [40, 50, 30]
    assert (await stored(market_fixture, clearing)).state is ClearingState.OPEN
    assert await market_fixture.events("clearing_bid.decided") == []
    again = await operator.run(draft_clearing, DraftClearing(clearing.id, "highs"))
    assert again.id == asked.id
    await buy(market_fixture, clearing, CARLA, 1, "1")
    other = await operator.run(draft_clearing, DraftClearing(clearing.id, "highs"))
    assert other.id != asked.id


async def test_only_the_operator_drafts_and_only_with_bids(market_fixture: MarketFixture) -> None:
    clearing = await opened(market_fixture)
    command = DraftClearing(clearing.id, "highs")
    with pytest.raises(Forbidden):
        await market_fixture.market.caller(acting_for(BERT), NOW).run(draft_clearing, command)
    with pytest.raises(NotClearable):
        await market_fixture.market.caller(OPERATING, NOW).run(draft_clearing, command)


async def test_draft_tells_how_far_it_is(market_fixture: MarketFixture) -> None:
    clearing, _ = await with_three_bids(market_fixture)
    operator = market_fixture.market.caller(OPERATING, NOW)
    asked = await operator.run(draft_clearing, DraftClearing(clearing.id, "highs"))
    told: list[tuple[float, str]] = []

    draft.run(
        await job.KIND.prepare(market_fixture.database, asked), lambda done, text: told.append((done, text))
    )

    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[0] == (0.0, "0 limits taken up")
    assert told[-1] == (0.8, "proving the award")
