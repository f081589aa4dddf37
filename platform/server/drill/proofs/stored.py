"""The proof that what was acknowledged is stored, once, and that nothing is stored by halves.

Every command that makes something leaves the row of its key and the thing itself, in one transaction. So keys
and things are one to one, every acknowledged key names the thing that was acknowledged, and a command that
was refused at its first sending left neither.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.tables import ContractRow
from capacity.networks.tables import OverlayRow
from capacity.rights.model import MovementCause
from linepack.commands.tables import IdempotencyKeyRow
from linepack.events.tables import EventRow
from market.calls.model import CallState
from market.calls.tables import CallRow, OrderRow
from market.listings.model import ListingState
from market.listings.tables import ListingRow
from market.releases.model import BidState, ReleaseState
from market.releases.tables import AwardRow, BidRow, ReleaseRow
from market.rights_transfer.tables import TradeRow
from server.drill.journal import Command, Fate, Violation
from server.drill.plan import Operation

STORED = "acknowledged is stored, exactly once"
WHOLE = "a command takes effect wholly or not at all"

_key = IdempotencyKeyRow.core().c
_event = EventRow.core().c
_contract = ContractRow.core().c

_MADE: Mapping[str, sa.Select[Any]] = {
    "contract.booked": sa.select(_contract.id).where(_contract.cause == MovementCause.BOOKING.value),
    "listing.posted": sa.select(ListingRow.core().c.id),
    "call.opened": sa.select(CallRow.core().c.id),
    "order.placed": sa.select(OrderRow.core().c.id),
    "release.offered": sa.select(ReleaseRow.core().c.id),
    "bid.placed": sa.select(BidRow.core().c.id),
    "trade.concluded": sa.select(TradeRow.core().c.id),
    "overlay.set": sa.select(OverlayRow.core().c.id),
}
"""What commands make, by the event that reports it."""

_listing, _call, _bid = ListingRow.core().c, CallRow.core().c, BidRow.core().c
_release, _overlay, _award = ReleaseRow.core().c, OverlayRow.core().c, AwardRow.core().c
_ENDED: Mapping[Operation, sa.Select[Any]] = {
    Operation.WITHDRAW_LISTING: sa.select(_listing.id).where(_listing.state == ListingState.WITHDRAWN.value),
    Operation.CLOSE_CALL: sa.select(_call.id).where(_call.state == CallState.CLOSED.value),
    Operation.WITHDRAW_BID: sa.select(_bid.id).where(_bid.state == BidState.WITHDRAWN.value),
    Operation.WITHDRAW_RELEASE: sa.select(_release.id).where(_release.state == ReleaseState.WITHDRAWN.value),
    Operation.WITHDRAW_OVERLAY: sa.select(_overlay.id).where(_overlay.withdrawn_at.is_not(None)),
    Operation.AWARD_RELEASE: sa.select(_award.release_id),
}
"""What commands end, by the commands that do."""

_AWARD_KEY = "AwardRelease"
"""The operation whose key names what was there before."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database holds: ids by key, things by their event, events, what has ended."""

    keys: Mapping[tuple[UUID, str], frozenset[str]]
    naming: Counter[str]
    """How many keys name each thing as what they made."""
    made: Mapping[str, frozenset[str]]
    reported: Mapping[str, Counter[str]]
    ended: Mapping[Operation, frozenset[UUID]]


async def read_stored(connection: AsyncConnection) -> Stored:
    """Read what commands have left."""
    keys: dict[tuple[UUID, str], frozenset[str]] = {}
    naming: Counter[str] = Counter()
    for row in await connection.execute(sa.select(_key.party_id, _key.key, _key.operation, _key.result)):
        ids = frozenset(str(value) for value in (row.result or {}).values())
        keys[row.party_id, row.key] = ids
        if row.operation != _AWARD_KEY:
            naming.update(ids)
    made = {
        topic: frozenset(map(str, (await connection.execute(query)).scalars()))
        for topic, query in _MADE.items()
    }
    reported: dict[str, Counter[str]] = {topic: Counter() for topic in _MADE}
    events = sa.select(_event.topic, _event.key).where(_event.topic.in_(list(_MADE)))
    for topic, thing in await connection.execute(events):
        reported[topic][thing] += 1
    ended: dict[Operation, frozenset[UUID]] = {
        operation: frozenset((await connection.execute(query)).scalars())
        for operation, query in _ENDED.items()
    }
    return Stored(keys, naming, made, reported, ended)


def stored_violations(commands: Sequence[Command], stored: Stored) -> list[Violation]:
    """Return what is acknowledged and not stored, or stored by halves, or twice."""
    found = [violation for command in commands for violation in _of_command(command, stored)]
    things = frozenset().union(*stored.made.values())
    found += [
        Violation(WHOLE, f"{count} keys made {thing}") for thing, count in stored.naming.items() if count > 1
    ]
    found += _each("a key names {} and there is no such thing", stored.naming.keys() - things)
    found += _each("{} is there and no key made it", things - stored.naming.keys())
    for topic, ids in stored.made.items():
        events = stored.reported[topic]
        found += _each(f"{{}} is there and no event {topic} reports it", ids - events.keys())
        found += _each(f"the event {topic} of {{}} reports nothing", events.keys() - ids)
        twice = [thing for thing, count in events.items() if count > 1]
        found += _each(f"{{}} has more than one event {topic}", twice)
    ours = {(command.party_id, command.key) for command in commands}
    found += _each("the key {} was never sent", (key for party, key in stored.keys.keys() - ours))
    return found


def _of_command(command: Command, stored: Stored) -> list[Violation]:
    if command.operation in stored.ended:
        is_ended = command.made in stored.ended[command.operation]
        if command.fate is Fate.ACKNOWLEDGED and not is_ended:
            return [
                Violation(STORED, f"{command.operation} of {command.made} was acknowledged, and is not so")
            ]
        return []
    left = stored.keys.get((command.party_id, command.key))
    if command.fate is Fate.ACKNOWLEDGED and (left is None or str(command.made) not in left):
        kept = "nothing" if left is None else ", ".join(left)
        return [Violation(STORED, f"{command.key} was answered {command.made}, and its key names {kept}")]
    if command.fate is Fate.REFUSED and command.requests == 1 and left is not None:
        return [Violation(WHOLE, f"{command.key} was refused, and made {', '.join(left)}")]
    return []


def _each(text: str, things: Iterable[str]) -> list[Violation]:
    return [Violation(WHOLE, text.format(thing)) for thing in sorted(things)]
