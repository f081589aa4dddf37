"""Who follows the event feeds during a drill: each comes back with its cursor whenever it is cut off.

Cursors must only grow, and a follower must hear everything there is but for the topics that its subscription
withholds; the entries of the billing feed are numbered besides, 1, 2, 3, … without gap.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from linepack.events.model import Stream
from server.drill.client import Faulted, Lost, Session
from server.drill.journal import Journal
from settlement.ledger.events import SettlementPosted

RETURN_S = 0.2
GAP_FREE = "a feed has every event once and in order"
BALANCED = "every entry sums to zero"
NO_FAULT = "no valid request ends in a fault"


def unheard(follower: "Follower", events: Mapping[int, str]) -> list[int]:
    """Return what a follower has missed, given the topic of each event stored."""
    return sorted(
        position
        for position, topic in events.items()
        if topic not in follower.withheld and position not in follower.heard
    )


@dataclass(slots=True)
class Follower:
    """One consumer of a stream: the subscription's `document`, and its root `name`."""

    session: Session
    stream: Stream
    name: str
    document: str
    journal: Journal
    withheld: frozenset[str] = frozenset()
    """The topics of the stream that the subscription leaves to others."""
    heard: dict[int, str] = field(default_factory=dict)
    """The topic of each event by its position."""
    entries: int = 0
    returns: int = 0
    resynchronised: int = 0
    sums: defaultdict[tuple[str, str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    """Of a billing consumer: what each party owes, by charge code and currency."""

    @property
    def cursor(self) -> int:
        """The position of the last event heard."""
        return next(reversed(self.heard), 0)

    async def follow(self) -> None:
        """Follow until cancelled."""
        while True:
            try:
                events = self.session.subscribe(self.document, {"after": str(self.cursor)})
                async with aclosing(events):
                    async for data in events:
                        self.take(data[self.name])
            except Lost as lost:
                self.journal.lost[f"{self.name}: {lost}"] += 1
            except Faulted as fault:
                self.journal.violated(NO_FAULT, f"{self.name} after {self.cursor}: {fault}")
            self.returns += 1
            await asyncio.sleep(RETURN_S)

    def take(self, news: dict[str, Any]) -> None:
        """Note one event, and what is wrong with it."""
        if news["__typename"] == "ResyncRequired":
            # What a feed that is too fast for us says; we go on from our own cursor.
            self.resynchronised += 1
            return
        cursor = int(news["cursor"])
        if cursor <= self.cursor:
            self.journal.violated(GAP_FREE, f"{self.name}: event {cursor} follows event {self.cursor}")
            return
        self.heard[cursor] = news.get("topic", SettlementPosted.topic)
        if "lines" in news:
            self._post(news)

    def _post(self, entry: dict[str, Any]) -> None:
        self.entries += 1
        if entry["sequence"] != self.entries:
            detail = f"entry {entry['id']} is number {entry['sequence']}, after {self.entries - 1} others"
            self.journal.violated(GAP_FREE, detail)
        totals: defaultdict[str, Decimal] = defaultdict(Decimal)
        for line in entry["lines"]:
            amount, currency = Decimal(line["amount"]["amount"]), line["amount"]["currency"]
            totals[currency] += amount
            self.sums[line["partyCode"], line["code"], currency] += amount
        if any(totals.values()):
            self.journal.violated(BALANCED, f"entry {entry['id']}: {dict(totals)}")
