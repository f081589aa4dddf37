"""This process's verifiers: one per network as published, asked off the event loop in turn.

A verifier is made when the first question about a published version comes, and kept with what it has learnt
until newer ones push it out. A question takes the verifier for itself, in a thread. A question under
the network's lock is urgent and goes before all that are not, because every other command waits for it.
"""

import asyncio
import threading
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeVar

from capacity.feasibility.checking.checked_verdict import CheckedVerdict
from capacity.feasibility.network_views import NetworkView
from capacity.feasibility.verdicts.verdict import Request
from capacity.feasibility.verifier import Verifier
from capacity.hydraulics.search.primal_heuristics import PrimalHeuristic
from capacity.networks.repository import PublishedNetwork
from capacity.rights.snapshot import RightsSnapshot
from capacity.solvers.port import Solver
from linepack.ids import NetworkId
from linepack.monitoring.metrics import VERIFICATION_SECONDS

VERIFIERS_KEPT_MAX = 32

Answer = TypeVar("Answer")
HydraulicProblem = Callable[[Verifier], Answer]


class Verifiers:
    """The verifiers of one process."""

    def __init__(self, solver: Solver, finder: PrimalHeuristic | None = None) -> None:
        self._solver, self._finder = solver, finder
        self._places: OrderedDict[tuple[NetworkId, int], _Place] = OrderedDict()

    async def verify(
        self, view: NetworkView, request: Request, at: datetime, *, is_urgent: bool = False
    ) -> CheckedVerdict:
        """Return the verdict on `request` beside the rights of `view`, decided at `at`.

        Raises NotFound where the route does not fit the network.
        """
        return await self.run(
            view.published,
            lambda verifier: verified(verifier, view.rights, request, at),
            is_urgent=is_urgent,
        )

    async def run(
        self, published: PublishedNetwork, question: HydraulicProblem[Answer], *, is_urgent: bool = False
    ) -> Answer:
        """Return what `question` answers, put to the verifier in a thread; raises what it does."""
        place = self._place(published)
        async with place.turns.taken(is_urgent=is_urgent):
            return await asyncio.to_thread(place.ask, question)

    def _place(self, published: PublishedNetwork) -> "_Place":
        key = (published.id, published.version)
        place = self._places.setdefault(key, _Place(published, self._solver, self._finder))
        self._places.move_to_end(key)
        while len(self._places) > VERIFIERS_KEPT_MAX:
            self._places.popitem(last=False)
        return place


def verified(
    verifier: Verifier, rights: RightsSnapshot, request: Request, at: datetime, *, explains: bool = True
) -> CheckedVerdict:
    """Return what `Verifier.verify` answers, and measure how long it took."""
    began = time.perf_counter()
    verdict = verifier.verify(rights, request, at, explains=explains)
    VERIFICATION_SECONDS.labels(verdict.level.name).observe(time.perf_counter() - began)
    return verdict


class _Place:
    """The place of one verifier, which is made by the first thread that asks."""

    def __init__(self, published: PublishedNetwork, solver: Solver, finder: PrimalHeuristic | None) -> None:
        self._published = published
        self._solver, self._finder = solver, finder
        self._verifier: Verifier | None = None
        self._making = threading.Lock()
        self.turns = _Turns()

    def ask(self, question: HydraulicProblem[Answer]) -> Answer:
        # A cancelled task gives up its turn while its thread still runs; hence the lock on making.
        with self._making:
            if self._verifier is None:
                published = self._published
                self._verifier = Verifier(
                    published.network,
                    published.overlays,
                    published.policy,
                    self._solver,
                    revision_id=published.revision_id,
                    interruptible=published.interruptible,
                    finder=self._finder,
                )
        return question(self._verifier)


class _Turns:
    """A lock whose urgent waiters go first, each kind in the order in which they came."""

    def __init__(self) -> None:
        self._is_taken = False
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._patient: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def taken(self, *, is_urgent: bool) -> AsyncIterator[None]:
        if self._is_taken:
            await self._wait(self._urgent if is_urgent else self._patient)
        self._is_taken = True
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, queue: deque[asyncio.Future[None]]) -> None:
        turn = asyncio.get_running_loop().create_future()
        queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        for queue in (self._urgent, self._patient):
            while queue:
                turn = queue.popleft()
                if not turn.done():
                    turn.set_result(None)
                    return
        self._is_taken = False
