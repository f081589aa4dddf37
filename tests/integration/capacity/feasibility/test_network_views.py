import asyncio
from dataclasses import replace
from datetime import date

import pytest
from tests.integration.capacity.networks_for_tests import maintain, publish, widen
from tests.integration.capacity.parties import book, fresh
from tests.sent_statements import sent_statements
from tests.unit.capacity.contracts.samples import YEAR

from capacity.contracts import repository
from capacity.contracts.contract import Contract
from capacity.feasibility import network_views as module
from capacity.feasibility.network_views import NetworkViews
from capacity.networks.model import Overlay, OverlayKind
from capacity.rights import ledger
from capacity.rights.model import Movement, Route
from capacity.rights.snapshot import RightsSnapshot
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.gasday import Period
from linepack.ids import NetworkId, new_id
from linepack.problems import NotFound

pytestmark = pytest.mark.anyio

PATH = Route("r", "d")
DAY = date(2027, 2, 1)


def booking(network_id: NetworkId, quantity: int = 10) -> Contract:
    return replace(fresh(quantity), network_id=network_id)


async def test_a_view_shows_the_network_and_the_rights_on_it(parties: Database) -> None:
    network_id = (published := await publish(parties)).id
    await book(parties, booking(network_id))

    view = await NetworkViews(parties).current(network_id)

    assert view.published == published
    assert view.rights.stack(DAY) == {PATH: 10}
    assert view.version == (published.version, 1)


async def test_an_unknown_network_is_not_found(parties: Database) -> None:
    with pytest.raises(NotFound):
        await NetworkViews(parties).published(NetworkId(new_id()))


async def test_a_view_follows_what_other_processes_book(parties: Database) -> None:
    network_id = (await publish(parties)).id
    ours = NetworkViews(parties)
    before = await ours.current(network_id)

    await book(parties, booking(network_id))
    await book(parties, booking(network_id, 5))

    after = await ours.current(network_id)
    assert (before.rights.version, before.rights.stack(DAY)) == (0, {})
    assert (after.rights.version, after.rights.stack(DAY)) == (2, {PATH: 15})
    assert after.published is before.published


async def test_nothing_new_costs_one_small_query(parties: Database) -> None:
    network_id = (await publish(parties)).id
    await book(parties, booking(network_id))
    ours = NetworkViews(parties)
    view = await ours.current(network_id)

    with sent_statements() as statements:
        assert await ours.current(network_id) is view

    assert len(statements) == 1


async def test_a_booking_costs_its_own_movements_only(
    parties: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    network_id = (await publish(parties)).id
    for _ in range(3):
        await book(parties, booking(network_id))
    ours = NetworkViews(parties)
    await ours.current(network_id)
    await book(parties, booking(network_id))
    applied: list[int] = []
    apply = RightsSnapshot.apply

    def counting(self: RightsSnapshot, movements: list[Movement]) -> RightsSnapshot:
        applied.append(len(movements))
        return apply(self, movements)

    monkeypatch.setattr(RightsSnapshot, "apply", counting)
    view = await ours.current(network_id)

    assert applied == [1]
    assert view.rights.stack(DAY) == {PATH: 40}


async def test_a_view_follows_revisions_and_overlays(parties: Database) -> None:
    network_id = (await publish(parties)).id
    ours = NetworkViews(parties)
    before = await ours.current(network_id)

    await widen(parties, network_id, 200)
    widened = await ours.current(network_id)
    overlay = Overlay("rj", OverlayKind.MAINTENANCE, YEAR, 0.5)
    await maintain(parties, network_id, overlay)
    maintained = await ours.current(network_id)

    assert widened.published.revision_number == 2
    assert widened.published.network.edges[0].capacity_forward == 200
    assert widened.rights is before.rights
    assert maintained.published.overlays == (overlay,)
    assert before.published.overlays == ()


async def test_inside_a_command_the_view_is_of_its_own_connection(parties: Database) -> None:
    network_id = (await publish(parties)).id
    ours = NetworkViews(parties)
    await ours.current(network_id)
    await book(parties, booking(network_id))

    async with UnitOfWork(parties) as uow:
        await uow.lock_network(network_id)
        view = await ours.refreshed(uow.connection, network_id)

    assert view.rights.stack(DAY) == {PATH: 10}
    assert (await ours.current(network_id)).rights is view.rights


async def test_what_a_command_writes_and_rolls_back_is_never_seen_by_others(parties: Database) -> None:
    network_id = (await publish(parties)).id
    ours = NetworkViews(parties)
    doomed = booking(network_id)

    with pytest.raises(RuntimeError, match="changed my mind"):
        async with UnitOfWork(parties) as uow:
            await uow.lock_network(network_id)
            await repository.insert(uow.connection, doomed)
            await ledger.append(uow, doomed.movements(doomed.id))
            own = await ours.refreshed(uow.connection, network_id)
            raise RuntimeError("changed my mind")

    assert own.rights.stack(DAY) == {PATH: 10}
    assert (await ours.current(network_id)).rights.stack(DAY) == {}
    await book(parties, booking(network_id, 3))
    assert (await ours.current(network_id)).rights.stack(DAY) == {PATH: 3}


async def test_a_transaction_that_began_earlier_sees_its_own_time(parties: Database) -> None:
    network_id = (await publish(parties)).id
    ours = NetworkViews(parties)
    await book(parties, booking(network_id, 7))

    async with parties.read() as earlier:
        await ledger.version(earlier, network_id)
        await book(parties, booking(network_id, 5))
        newest = await ours.current(network_id)
        old = await ours.refreshed(earlier, network_id)

    assert old.rights.stack(DAY) == {PATH: 7}
    assert newest.rights.stack(DAY) == {PATH: 12}
    assert await ours.current(network_id) is newest


async def test_many_tasks_and_bookings_at_once_end_with_the_same_sum(parties: Database) -> None:
    network_id = (await publish(parties)).id
    ours, theirs = NetworkViews(parties), NetworkViews(parties)

    async def busy(views: NetworkViews) -> None:
        last = 0
        for _ in range(10):
            view = await views.current(network_id)
            assert view.rights.version >= last
            assert sum(view.rights.stack(DAY).values()) == view.rights.version
            last = view.rights.version

    bookings = [book(parties, booking(network_id, 1)) for _ in range(12)]
    await asyncio.gather(*bookings, *(busy(views) for views in (ours, theirs) for _ in range(4)))

    for views in (ours, theirs):
        assert (await views.current(network_id)).rights.stack(DAY) == {PATH: 12}


async def test_a_long_history_is_summed_in_a_thread(
    parties: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DELTA_IN_LOOP_MAX", 2)
    network_id = (await publish(parties)).id
    for _ in range(4):
        await book(parties, booking(network_id))

    view = await NetworkViews(parties).current(network_id)

    assert view.rights.stack(DAY) == {PATH: 40}
    period = Period(DAY, date(2027, 2, 2))
    assert view.rights.stacks(period) == [((period,), {PATH: 40})]
