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

from capacity.feasibility.checking.checked_verdict import CheckedDecision, CheckedVerdict
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
Found = TypeVar("Found", CheckedDecision, CheckedVerdict)
Question = Callable[[Verifier], Answer]


class VerifierPool:
    """The verifiers of one process."""

    def __init__(self, solver: Solver, finder: PrimalHeuristic | None = None) -> None:
        self._solver, self._finder = solver, finder
        self._slots: OrderedDict[tuple[NetworkId, int], _VerifierSlot] = OrderedDict()

    async def decide(
        self, view: NetworkView, request: Request, at: datetime, *, is_urgent: bool = False
    ) -> CheckedDecision:
        """Return the decision on `request` beside the rights of `view`, made at `at`.

        Raises NotFound where the route does not fit the network.
        """
        return await self.run(
            view.published, lambda own: decided(own, view.rights, request, at), is_urgent=is_urgent
        )

    async def verify(self, view: NetworkView, request: Request, at: datetime) -> CheckedVerdict:
        """Return the decision on `request` with its explanation; raises NotFound as `decide` does."""
        return await self.run(
            view.published, lambda own: _measured(lambda: own.verify(view.rights, request, at))
        )

    async def run(
        self, published: PublishedNetwork, question: Question[Answer], *, is_urgent: bool = False
    ) -> Answer:
        """Return what `question` answers, put to the verifier in a thread; raises what it does."""
        slot = self._slot(published)
        async with slot.turns.taken(is_urgent=is_urgent):
            return await asyncio.to_thread(slot.ask, question)

    def _slot(self, published: PublishedNetwork) -> "_VerifierSlot":
        key = (published.id, published.version)
        slot = self._slots.setdefault(key, _VerifierSlot(published, self._solver, self._finder))
        self._slots.move_to_end(key)
        while len(self._slots) > VERIFIERS_KEPT_MAX:
            self._slots.popitem(last=False)
        return slot


def decided(verifier: Verifier, rights: RightsSnapshot, request: Request, at: datetime) -> CheckedDecision:
    """Return what `Verifier.decide` answers, and measure how long it took."""
    return _measured(lambda: verifier.decide(rights, request, at))


def _measured(ask: Callable[[], Found]) -> Found:
    began = time.perf_counter()
    found = ask()
    VERIFICATION_SECONDS.labels(found.level.name).observe(time.perf_counter() - began)
    return found


class _VerifierSlot:
    """One verifier, made by the first thread that asks, and who asks it next."""

    def __init__(self, published: PublishedNetwork, solver: Solver, finder: PrimalHeuristic | None) -> None:
        self._published = published
        self._solver, self._finder = solver, finder
        self._verifier: Verifier | None = None
        self._making = threading.Lock()
        self.turns = _PriorityLock()

    def ask(self, question: Question[Answer]) -> Answer:
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


class _PriorityLock:
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
