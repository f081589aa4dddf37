"""This process's verifiers: one per network as published, asked off the event loop in turn.

A verifier is made when the first question about a published version comes, and kept with what it has learnt
until newer ones push it out. A question takes the verifier for itself, in a thread, when its turn comes
(`capacity.feasibility.turns`). A question under the network's lock is urgent, because every other command
waits for it. What changes nothing in a verifier is looked up without a turn.
"""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from capacity.feasibility.checking.checked_verdict import CheckedDecision, CheckedVerdict
from capacity.feasibility.network_views import NetworkView
from capacity.feasibility.solver_use import SolverBudget, SolverUse, current_use
from capacity.feasibility.turns import Turn, Turns
from capacity.feasibility.verdicts.verdict import Request
from capacity.feasibility.verifier import Verifier
from capacity.hydraulics.search.primal_heuristics import PrimalHeuristic
from capacity.networks.repository import PublishedNetwork
from capacity.rights.snapshot import RightsSnapshot
from capacity.solvers.deadline import working_s
from capacity.solvers.port import Solver
from linepack.ids import NetworkId
from linepack.monitoring.metrics import VERIFICATION_SECONDS

VERIFIERS_KEPT_MAX = 32

Answer = TypeVar("Answer")
Found = TypeVar("Found", CheckedDecision, CheckedVerdict)
Question = Callable[[Verifier], Answer]


class VerifierPool:
    """The verifiers of one process; without a budget no party's solver seconds are limited."""

    def __init__(
        self, solver: Solver, finder: PrimalHeuristic | None = None, *, budget: SolverBudget | None = None
    ) -> None:
        self.solver, self._finder, self._budget = solver, finder, budget
        self._turns = Turns()
        self._slots: OrderedDict[tuple[NetworkId, int], _VerifierSlot] = OrderedDict()
        self._ending: set[asyncio.Task[None]] = set()

    async def decide(
        self, view: NetworkView, request: Request, at: datetime, *, is_urgent: bool = False
    ) -> CheckedDecision:
        """Return the decision on `request` beside the rights of `view`, made at `at`.

        Raises as `run`, and NotFound where the route does not fit the network.
        """
        return await self.run(
            view.published, lambda own: decided(own, view.rights, request, at), is_urgent=is_urgent
        )

    async def verify(self, view: NetworkView, request: Request, at: datetime) -> CheckedVerdict:
        """Return the decision on `request` with its explanation; raises as `decide` does."""
        return await self.run(
            view.published, lambda own: _measured(lambda: own.verify(view.rights, request, at))
        )

    async def run(
        self,
        published: PublishedNetwork,
        question: Question[Answer],
        *,
        is_urgent: bool = False,
        use: SolverUse | None = None,
    ) -> Answer:
        """Return what `question` answers, put to the verifier in a thread; raises what it does.

        It is part of `use`, by default that of the operation under way. Raises SolverTimeSpent and
        TooManyQuestions, unless it is urgent.
        """
        use = use or current_use()
        if self._budget is not None and use.is_limited and not is_urgent:
            self._budget.require(use)
        slot = self._slot(published)
        turn = await self._turns.begun(slot, lambda: slot.ask(question), use.party, is_urgent=is_urgent)
        ending = asyncio.create_task(self._ended(turn, use))
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)
        try:
            await asyncio.shield(ending)
        except asyncio.CancelledError:
            turn.abandon()
            raise
        return turn.answering.result()

    async def look(self, published: PublishedNetwork, question: Question[Answer]) -> Answer:
        """Return what `question` finds, in a thread but without a turn: it changes nothing in a verifier."""
        slot = self._slot(published)
        return await asyncio.to_thread(slot.ask, question)

    async def _ended(self, turn: Turn[Answer], use: SolverUse) -> None:
        """Wait until a question has been answered, also when nobody waits for it any more, and charge it."""
        await asyncio.wait({turn.answering})
        turn.answering.exception()
        await self.charge(use, turn.seconds)

    async def charge(self, use: SolverUse, seconds: float) -> None:
        """Charge a party its part of a question that was asked for several."""
        use.seconds += seconds
        if self._budget is not None and use.is_limited:
            await self._budget.charge(use, seconds)

    def _slot(self, published: PublishedNetwork) -> "_VerifierSlot":
        key = (published.id, published.version)
        slot = self._slots.setdefault(key, _VerifierSlot(published, self.solver, self._finder))
        self._slots.move_to_end(key)
        while len(self._slots) > VERIFIERS_KEPT_MAX:
            self._slots.popitem(last=False)
        return slot


def decided(
    verifier: Verifier,
    rights: RightsSnapshot,
    request: Request,
    at: datetime,
    *,
    seconds: float | None = None,
) -> CheckedDecision:
    """Return what `Verifier.decide` answers, and measure how long it took."""
    return _measured(lambda: verifier.decide(rights, request, at, seconds=seconds))


def _measured(ask: Callable[[], Found]) -> Found:
    began = working_s()
    found = ask()
    VERIFICATION_SECONDS.labels(found.level.name).observe(working_s() - began)
    return found


class _VerifierSlot:
    """One verifier, made by the first thread that asks."""

    def __init__(self, published: PublishedNetwork, solver: Solver, finder: PrimalHeuristic | None) -> None:
        self._published = published
        self._solver, self._finder = solver, finder
        self._verifier: Verifier | None = None
        self._making = threading.Lock()

    def ask(self, question: Question[Answer]) -> Answer:
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
