"""Who follows the event feeds during a drill: each comes back with its cursor whenever it is cut off.

A follower sees everything on its stream, so that its cursors must be 1, 2, 3, … without gap or repetition.
"""

import asyncio
from collections import defaultdict
from contextlib import aclosing
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from server.drill.client import Faulted, Lost, Session
from server.drill.journal import Journal

RETURN_S = 0.2
GAP_FREE = "a feed has every event once and in order"
BALANCED = "every entry sums to zero"
NO_FAULT = "no valid request ends in a fault"


@dataclass(slots=True)
class Follower:
    """One consumer of a feed: the subscription's `document`, and its root `name`."""

    session: Session
    name: str
    document: str
    journal: Journal
    cursor: int = 0
    returns: int = 0
    resynchronised: int = 0
    sums: defaultdict[tuple[str, str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    """Of a billing consumer: what each party owes, by charge code and currency."""

    async def follow(self) -> None:
        """Follow until cancelled."""
        while True:
            try:
                events = self.session.subscribe(self.document, {"after": str(self.cursor)})
                async with aclosing(events):
                    async for data in events:
                        self._take(data[self.name])
            except Lost as lost:
                self.journal.lost[f"{self.name}: {lost}"] += 1
            except Faulted as fault:
                self.journal.violated(NO_FAULT, f"{self.name} after {self.cursor}: {fault}")
            self.returns += 1
            await asyncio.sleep(RETURN_S)

    def _take(self, news: dict[str, Any]) -> None:
        if news["__typename"] == "ResyncRequired":
            # What a feed that is too fast for us says; we go on from our own cursor.
            self.resynchronised += 1
            return
        cursor = int(news["cursor"])
        if cursor != self.cursor + 1:
            self.journal.violated(GAP_FREE, f"{self.name}: event {cursor} follows event {self.cursor}")
        self.cursor = max(cursor, self.cursor)
        if "lines" in news:
            self._post(news)

    def _post(self, entry: dict[str, Any]) -> None:
        if entry["sequence"] != self.cursor:
            detail = f"entry {entry['entry']} is number {entry['sequence']} at cursor {self.cursor}"
            self.journal.violated(GAP_FREE, detail)
        totals: defaultdict[str, Decimal] = defaultdict(Decimal)
        for line in entry["lines"]:
            amount, currency = Decimal(line["amount"]["amount"]), line["amount"]["currency"]
            totals[currency] += amount
            self.sums[line["party"], line["code"], currency] += amount
        if any(totals.values()):
            self.journal.violated(BALANCED, f"entry {entry['entry']}: {dict(totals)}")
