"""The pressures of pages: no page waits long, nothing is computed twice or two at a time."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from tests.unit.capacity.networks.samples import PIPE, A, B, network

from capacity.feasibility.errors import Undecided
from capacity.feasibility.network_views import NetworkView
from capacity.feasibility.pressures.pressure_prover import PressurePicture
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.hydraulics.physics.state import HydraulicState, Mode, Shortage
from capacity.hydraulics.physics.state_summary import NodePressure
from capacity.networks.policy import Policy
from capacity.networks.repository import PublishedNetwork
from capacity.rights.snapshot import RightsSnapshot
from linepack.ids import NetworkId, PartyId, RevisionId
from linepack.money import Currency
from linepack.problems import Fault, InvalidInput
from server.page.pressure_cache import LATE, PressureCache

pytestmark = pytest.mark.anyio

DAY, OTHER_DAY = date(2027, 1, 15), date(2027, 1, 16)
LINE = network(replace(PIPE, capacity_forward=1, capacity_backward=1), nodes=(A, B))
STATE = HydraulicState((1.0, -1.0), (1.0,), (45.0, 42.0), (Mode.OPEN,), ("",))
KEPT = PressurePicture(Outcome.FEASIBLE, STATE, None, "")
SHORTAGE = Shortage("B", 38.0, 40.0, 2.0, "AB", "B needs 40 bar")


def view(version: int = 1) -> NetworkView:
    published = PublishedNetwork(
        id=NetworkId(UUID(int=1)),
        revision_id=RevisionId(UUID(int=2)),
        revision_number=1,
        network=LINE,
        overlays=(),
        operator_id=PartyId(UUID(int=3)),
        currency=Currency.EUR,
        policy=Policy(),
        version=version,
    )
    return NetworkView(published, RightsSnapshot())


class Verifiers:
    """Verifiers that answer when they are let."""

    def __init__(self, answer: Callable[[date], PressurePicture]) -> None:
        self.answer = answer
        self.asked: list[date] = []
        self.let = asyncio.Event()
        self.views = self

    async def run(self, published: PublishedNetwork, question: Callable[[Any], Any]) -> Any:
        await self.let.wait()
        return question(self)

    def pressures(self, snapshot: RightsSnapshot, day: date, *, seconds: float) -> PressurePicture:
        self.asked.append(day)
        return self.answer(day)


def cache(
    answer: Callable[[date], PressurePicture] = lambda day: KEPT, *, is_quick: bool = True
) -> tuple[PressureCache, Verifiers]:
    verifiers: Any = Verifiers(answer)
    if is_quick:
        verifiers.let.set()
    return PressureCache(verifiers, patience_s=0.05), verifiers


async def test_a_state_is_shown_as_pressures_within_limits_and_worked_out_once() -> None:
    shown_by, verifiers = cache()
    shown = await shown_by.look(view(), DAY)
    assert shown.nodes == (NodePressure("A", 45.0, 30, 50), NodePressure("B", 42.0, 40, 45))
    assert [edge.edge_id for edge in shown.edges] == ["AB"]
    assert await shown_by.look(view(), DAY) == shown
    assert verifiers.asked == [DAY]


async def test_what_changes_the_network_or_the_day_is_worked_out_anew() -> None:
    shown_by, verifiers = cache()
    for seen, day in ((view(), DAY), (view(), OTHER_DAY), (view(version=2), DAY)):
        await shown_by.look(seen, day)
    assert verifiers.asked == [DAY, OTHER_DAY, DAY]


async def test_a_page_does_not_wait_for_a_late_answer_and_finds_it_the_next_time() -> None:
    shown_by, verifiers = cache(is_quick=False)
    assert await shown_by.look(view(), DAY) == LATE
    assert await shown_by.look(view(), DAY) == LATE
    verifiers.let.set()
    assert (await shown_by.look(view(), DAY)).nodes
    assert verifiers.asked == [DAY]


async def test_only_one_day_of_a_network_is_worked_out_at_a_time() -> None:
    shown_by, verifiers = cache(is_quick=False)
    assert await shown_by.look(view(), DAY) == LATE
    assert await shown_by.look(view(), OTHER_DAY) == LATE
    verifiers.let.set()
    await shown_by.look(view(), DAY)
    assert verifiers.asked == [DAY]
    assert (await shown_by.look(view(), OTHER_DAY)).nodes


async def test_a_shortage_is_shown() -> None:
    shown_by, _ = cache(lambda day: PressurePicture(Outcome.INFEASIBLE, None, SHORTAGE, ""))
    assert (await shown_by.look(view(), DAY)).shortage == SHORTAGE


async def test_undecided_says_why() -> None:
    shown_by, _ = cache(lambda day: PressurePicture(Outcome.UNDECIDED, None, None, "no proof in time"))
    assert (await shown_by.look(view(), DAY)).unknown == "Not known: no proof in time."


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (Undecided("no proof within 5 seconds"), "undecided: no proof within 5 seconds"),
        (InvalidInput([Fault("pipe AB", "length must be known")]), "1 fault: pipe AB: length must be known"),
    ],
)
async def test_a_network_that_cannot_be_asked_says_why(refusal: Exception, words: str) -> None:
    def answer(day: date) -> PressurePicture:
        raise refusal

    shown_by, _ = cache(answer)
    assert (await shown_by.look(view(), DAY)).unknown == f"Not known: {words}."


async def test_a_fault_of_ours_is_not_kept() -> None:
    days = iter([1, 2])

    def answer(day: date) -> PressurePicture:
        if next(days) == 1:
            raise RuntimeError("broken")
        return KEPT

    shown_by, _ = cache(answer)
    with pytest.raises(RuntimeError, match="broken"):
        await shown_by.look(view(), DAY)
    assert (await shown_by.look(view(), DAY)).nodes
