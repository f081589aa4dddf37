import asyncio
import threading
import time
from dataclasses import replace

import pytest
from tests.integration.capacity.networks_for_tests import maintain, publish, widen
from tests.integration.capacity.parties import book, fresh
from tests.unit.capacity.contracts.samples import NOON, YEAR
from tests.waiting import TIME_LIMIT_S

from capacity.feasibility.network_views import NetworkViews
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.verdict import Request
from capacity.feasibility.verifier import Verifier
from capacity.feasibility.verifier_pool import VERIFIERS_KEPT_MAX, VerifierPool
from capacity.networks.model import Overlay, OverlayKind
from capacity.networks.repository import PublishedNetwork
from capacity.rights.model import Route
from capacity.solvers.highs import Highs
from linepack.database.connections import Database
from linepack.problems import NotFound

pytestmark = pytest.mark.anyio

PATH = Route("r", "d")


@pytest.fixture
async def network(parties: Database) -> PublishedNetwork:
    return await publish(parties)


def instance(verifier: Verifier) -> Verifier:
    return verifier


async def test_a_verdict_is_about_the_view_it_was_asked_of(
    parties: Database, network: PublishedNetwork
) -> None:
    # r → j carries 100: beside a contract of 60 there is room for 40, and not for 41.
    snapshots, verifiers = NetworkViews(parties), VerifierPool(Highs())
    empty = await snapshots.current(network.id)
    await book(parties, replace(fresh(60), network_id=network.id))
    view = await snapshots.current(network.id)

    verdicts = [
        await verifiers.verify(one, Request(PATH, quantity, YEAR), NOON)
        for one, quantity in ((empty, 100), (view, 40), (view, 41))
    ]

    assert [verdict.outcome for verdict in verdicts] == [
        Outcome.FEASIBLE,
        Outcome.FEASIBLE,
        Outcome.INFEASIBLE,
    ]
    assert [verdict.rights_version for verdict in verdicts] == [0, 1, 1]
    assert [(one.period, one.quantity) for one in verdicts[2].largest] == [(YEAR, 40)]
    assert {verdict.revision_id for verdict in verdicts} == {network.revision_id}


async def test_a_new_revision_or_overlay_gets_its_own_verifier(
    parties: Database, network: PublishedNetwork
) -> None:
    snapshots, verifiers = NetworkViews(parties), VerifierPool(Highs())
    request = Request(PATH, 150, YEAR)
    narrow = await snapshots.current(network.id)
    await widen(parties, network.id, 200)
    wide = await snapshots.current(network.id)
    await maintain(parties, network.id, Overlay("rj", OverlayKind.MAINTENANCE, YEAR, 0.5))
    maintained = await snapshots.current(network.id)

    outcomes = [(await verifiers.verify(view, request, NOON)).outcome for view in (narrow, wide, maintained)]
    again = (await verifiers.verify(narrow, request, NOON)).outcome

    assert outcomes == [Outcome.INFEASIBLE, Outcome.FEASIBLE, Outcome.INFEASIBLE]
    assert again is Outcome.INFEASIBLE


async def test_one_verifier_serves_a_version_of_a_network(network: PublishedNetwork) -> None:
    verifiers = VerifierPool(Highs())

    same = await asyncio.gather(*(verifiers.run(network, instance) for _ in range(8)))
    newer = await verifiers.run(replace(network, version=network.version + 1), instance)

    assert len({id(one) for one in same}) == 1
    assert newer is not same[0]


async def test_the_oldest_verifiers_are_pushed_out(network: PublishedNetwork) -> None:
    verifiers = VerifierPool(Highs())
    first = await verifiers.run(network, instance)

    for version in range(1, VERIFIERS_KEPT_MAX + 1):
        await verifiers.run(replace(network, version=network.version + version), instance)

    assert await verifiers.run(network, instance) is not first


async def test_questions_take_turns_off_the_event_loop(network: PublishedNetwork) -> None:
    verifiers = VerifierPool(Highs())
    busy, most, loop_thread = 0, 0, threading.get_ident()

    def question(_: Verifier) -> bool:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        time.sleep(0.01)
        busy -= 1
        return threading.get_ident() != loop_thread

    answers = await asyncio.gather(*(verifiers.run(network, question) for _ in range(5)))

    assert all(answers)
    assert most == 1


async def test_the_urgent_go_before_the_patient_and_each_kind_in_order(network: PublishedNetwork) -> None:
    verifiers = VerifierPool(Highs())
    begun, release = threading.Event(), threading.Event()
    order: list[str] = []

    def hold(_: Verifier) -> None:
        begun.set()
        release.wait(TIME_LIMIT_S)

    async def ask(name: str, *, is_urgent: bool) -> None:
        await verifiers.run(network, lambda _: order.append(name), is_urgent=is_urgent)

    holding = asyncio.create_task(verifiers.run(network, hold))
    await asyncio.to_thread(begun.wait, TIME_LIMIT_S)
    waiting = []
    for name, is_urgent in (("p1", False), ("u1", True), ("p2", False), ("u2", True)):
        waiting.append(asyncio.create_task(ask(name, is_urgent=is_urgent)))
        await asyncio.sleep(0)
    release.set()
    await asyncio.gather(holding, *waiting)

    assert order == ["u1", "u2", "p1", "p2"]


async def test_a_cancelled_waiter_does_not_lose_the_turn(network: PublishedNetwork) -> None:
    verifiers = VerifierPool(Highs())
    begun, release = threading.Event(), threading.Event()

    def hold(_: Verifier) -> None:
        begun.set()
        release.wait(TIME_LIMIT_S)

    holding = asyncio.create_task(verifiers.run(network, hold))
    await asyncio.to_thread(begun.wait, TIME_LIMIT_S)
    cancelled, patient = (asyncio.create_task(verifiers.run(network, instance)) for _ in range(2))
    await asyncio.sleep(0)
    cancelled.cancel()
    release.set()
    await holding

    assert isinstance(await asyncio.wait_for(patient, TIME_LIMIT_S), Verifier)
    with pytest.raises(asyncio.CancelledError):
        await cancelled


async def test_a_turn_given_to_a_task_that_is_just_cancelled_is_passed_on(
    network: PublishedNetwork,
) -> None:
    verifiers = VerifierPool(Highs())
    begun, release = threading.Event(), threading.Event()

    def hold(_: Verifier) -> None:
        begun.set()
        release.wait(TIME_LIMIT_S)

    holding = asyncio.create_task(verifiers.run(network, hold))
    await asyncio.to_thread(begun.wait, TIME_LIMIT_S)
    doomed, patient = (asyncio.create_task(verifiers.run(network, instance)) for _ in range(2))
    holding.add_done_callback(lambda _: doomed.cancel())
    await asyncio.sleep(0)
    release.set()
    await asyncio.wait([holding, doomed])

    assert isinstance(await asyncio.wait_for(patient, TIME_LIMIT_S), Verifier)


async def test_a_question_that_fails_fails_the_asker_and_nobody_else(
    parties: Database, network: PublishedNetwork
) -> None:
    snapshots, verifiers = NetworkViews(parties), VerifierPool(Highs())
    view = await snapshots.current(network.id)

    with pytest.raises(NotFound):
        await verifiers.verify(view, Request(Route("r", "nowhere"), 1, YEAR), NOON)

    assert (await verifiers.verify(view, Request(PATH, 1, YEAR), NOON)).is_feasible
