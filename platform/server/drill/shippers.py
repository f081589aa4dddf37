"""The clients of a drill: each carries out its plan, and asks again until it knows what became of a command.

A client repeats a lost command with the same key and the same input, as a good client does. It checks what it
can see by itself: the same key gives the same answer, other input under a used key is refused, and no answer
is a fault of the server's.
"""

import asyncio
import random
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from server.drill.client import Data, Faulted, Lost, Session
from server.drill.documents import document, made, uuid_in
from server.drill.journal import Command, Fate, Journal
from server.drill.market_view import MarketView, Request, altered
from server.drill.plan import Action, Manner

RETRY_FIRST_S, RETRY_MAX_S = 0.1, 2.0
ANSWERED_WITHIN_S = 600.0
"""A command that has no answer after so long of asking stays unanswered, which is a violation."""

NO_FAULT = "no valid request ends in a fault"
ONE_ANSWER = "one key has one answer"
ANSWERED = "a repeated command is answered"


@dataclass(slots=True)
class Trader:
    """One client: whom it acts for, what it does, and where it notes what it sees."""

    session: Session
    plan: Iterator[Action]
    market_view: MarketView
    journal: Journal
    is_operator: bool = False

    async def trade(self, until: asyncio.Event) -> None:
        """Carry out the plan until trading is over; a command under way is brought to its answer."""
        while not until.is_set():
            action = next(self.plan)
            with suppress(TimeoutError):
                await asyncio.wait_for(until.wait(), action.pause_s)
            if until.is_set():
                return
            request = self.market_view.request(
                action, self.session.account.party_id, is_operator=self.is_operator
            )
            if request.operation.is_query:
                await self._read(request)
            else:
                await self._command(action, request)

    async def _read(self, request: Request) -> None:
        """Ask once: a query that is lost is another query later."""
        with suppress(Lost, Faulted):
            result, seconds = await self._send(request)
            self.journal.answered(request.operation, _outcome(result), seconds)
            if "edges" in result:
                network = request.variables["network"]
                self.market_view.learn_contracts(result, network, self.session.account.party_id)

    async def _command(self, action: Action, request: Request) -> None:
        requests = 0
        if action.manner in (Manner.HANG_UP, Manner.ABANDON):
            requests += 1
            with suppress(TimeoutError, Lost, Faulted):
                await asyncio.wait_for(self._send(request), action.patience_s)
            if action.manner is Manner.ABANDON:
                self._end(action, request, Fate.ABANDONED, None, requests)
                return
        if action.manner is Manner.TWICE_AT_ONCE and request.operation.has_key:
            (first, sent), (other, sent_too) = await asyncio.gather(
                self._until_answered(request), self._until_answered(request)
            )
            requests += sent + sent_too
            self._compare(action, request, first, other)
            first = first if _success(request, first) else other
        else:
            first, sent = await self._until_answered(request)
            requests += sent
        if first is None:
            self._end(action, request, Fate.UNANSWERED, None, requests)
            return
        success = made(request.operation, first)
        fate = Fate.REFUSED if success is None else Fate.ACKNOWLEDGED
        self._end(action, request, fate, success, requests)
        if success is not None:
            self.market_view.learn(request, success, self.session.account.party_id)
            await self._once_more(action, request, first)

    async def _once_more(self, action: Action, request: Request, first: Data) -> None:
        """Use the key of an acknowledged command once more, where the plan says so."""
        if not request.operation.has_key:
            return
        if action.manner is Manner.AGAIN:
            other, _ = await self._until_answered(request)
            self._compare(action, request, first, other)
        elif action.manner is Manner.OTHER_INPUT and (changed := altered(request)) is not None:
            other, _ = await self._until_answered(changed)
            if _success(changed, other):
                self.journal.violated(ONE_ANSWER, f"{action.key}: other input under this key was accepted")

    def _compare(self, action: Action, request: Request, first: Data | None, other: Data | None) -> None:
        answers = [answer for answer in (first, other) if _success(request, answer)]
        ids = {made(request.operation, answer) for answer in answers if answer is not None}
        if len(ids) > 1:
            self.journal.violated(ONE_ANSWER, f"{action.key}: answered {' and '.join(map(str, ids))}")

    async def _until_answered(self, request: Request) -> tuple[Data | None, int]:
        """Return the answer and how often it was asked for; None when it does not come."""
        pause_s, sent, ends_at = RETRY_FIRST_S, 0, time.monotonic() + ANSWERED_WITHIN_S
        while time.monotonic() < ends_at:
            sent += 1
            try:
                result, seconds = await self._send(request)
            except (Lost, Faulted):
                pause_s = await _pause(pause_s)
                continue
            self.journal.answered(request.operation, _outcome(result), seconds)
            return result, sent
        self.journal.violated(ANSWERED, f"{request.operation} {request.variables}")
        return None, sent

    async def _send(self, request: Request) -> tuple[Data, float]:
        """Return the field's value and how long it took; raises Lost and Faulted, both noted."""
        began = time.monotonic()
        try:
            answer = await self.session.execute(document(request.operation), request.variables)
        except Lost as lost:
            self.journal.lost[str(lost)] += 1
            raise
        except Faulted as fault:
            self.journal.violated(NO_FAULT, f"{request.operation} {request.variables}: {fault}")
            raise
        return answer[request.operation], time.monotonic() - began

    def _end(self, action: Action, request: Request, fate: Fate, success: str | None, requests: int) -> None:
        subject = success or (request.thing.id if request.thing else None)
        self.journal.commands.append(
            Command(
                key=action.key if request.operation.has_key else "",
                party_id=UUID(str(uuid_in(self.session.account.party_id))),
                operation=request.operation,
                fate=fate,
                made=None if subject is None else uuid_in(subject),
                requests=requests,
            )
        )


def _success(request: Request, answer: Data | None) -> bool:
    return answer is not None and made(request.operation, answer) is not None


def _outcome(result: Data) -> str:
    return str(result.get("code", "done"))


async def _pause(seconds: float) -> float:
    """Wait about so long; return how long to wait the next time."""
    await asyncio.sleep(seconds * random.uniform(0.5, 1.0))  # noqa: S311
    return min(2 * seconds, RETRY_MAX_S)
