"""Audit of awards: evaluating them again gives the same, and they became the contracts they say.

An award is evaluated again from what is stored beside it, the bids that won or lost and the offer's terms; of
its record only the capacity and the seed are used. Record, hash, winners, their contracts and the events must
be the result.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.events.tables import EventRow
from linepack.gasday import GasDayClock
from linepack.ids import NetworkId
from market.offers.model import period_to_json
from market.releases.award_record import ALGORITHM, AwardRecord, capacity_of, decide
from market.releases.model import BidState, ReleaseState
from market.releases.repository import BIDS, RELEASES
from market.releases.rules import Win, due_at, first_day_left, winning
from market.releases.tables import AwardedBidRow, AwardRow, BidRow, ReleaseRow
from settlement.audit.last_events import clocks_of
from settlement.audit.model import AuditSubject, Progress, Report, Sample
from settlement.comparison.contracts import event_label
from settlement.comparison.differences import UNREADABLE, Difference, Proof, differences_between

_CHUNK: Final = 50

_awards, _awarded = AwardRow.core(), AwardedBidRow.core()
_releases, _bids, _events = ReleaseRow.core(), BidRow.core(), EventRow.core()

_DECIDED: Final = (ReleaseState.AWARDED.value, ReleaseState.UNAWARDED.value)
_IN_AWARD: Final = (BidState.AWARDED, BidState.LOST)


async def award_differences(
    connection: AsyncConnection,
    report: Report,
    progress: Progress,
    *,
    network_id: NetworkId | None = None,
    sample: Sample | None = None,
) -> None:
    """Report every award that is not what evaluating it again gives."""
    ids = await _decided_releases(connection, network_id)
    chosen = ids if sample is None else sorted(sample.of(ids))
    clocks = await clocks_of(connection)
    for start in range(0, len(chosen), _CHUNK):
        for one in await _read(connection, chosen[start : start + _CHUNK]):
            report.differences += one.differences(clocks.get(one.network_id))
            report.counts[AuditSubject.AWARDS] += 1
            progress(AuditSubject.AWARDS, report.counts[AuditSubject.AWARDS], len(chosen))


class _Decided:
    """One decided release, with its rows and events."""

    def __init__(self, row: sa.Row[Any], awarded: Sequence[sa.Row[Any]], bids: Sequence[sa.Row[Any]]) -> None:
        self.network_id: UUID = row.network_id
        self._row = row
        self._awarded = awarded
        self._bids = bids
        self.events: dict[str, tuple[str, Mapping[str, Any]]] = {}

    def differences(self, clock: GasDayClock | None) -> list[Difference]:
        """Return what is not as evaluating the award again gives it; without a clock, that there is none."""
        if clock is None:
            return [self._other(f"its network {self.network_id} cannot be read")]
        if self._row.award_algorithm is None:
            return [self._other("there is no award")]
        if self._row.award_algorithm != ALGORITHM:
            return [
                self._other(f"was made by {self._row.award_algorithm}, and only {ALGORITHM} can be repeated")
            ]
        try:
            return self._compared(clock)
        except UNREADABLE as fault:
            return [self._other(f"cannot be evaluated again: {fault}")]

    def _compared(self, clock: GasDayClock) -> list[Difference]:
        row, release = self._row, RELEASES.rows.read(self._row)
        record = AwardRecord(
            row.award_algorithm, row.award_seed, row.award_inputs, row.award_outcome, row.award_hash
        )
        bids = [bid for one in self._bids if (bid := BIDS.rows.read(one)).state in _IN_AWARD]
        terms = replace(release.terms, capacity=capacity_of(record))
        evaluation, again = decide(terms, [bid.candidate for bid in bids], record.seed)
        found = self._unlike(asdict(record), asdict(again), "evaluating it again")
        instants = {"due_at": row.award_due_at, "first_day": row.award_first_day}
        due = {
            "due_at": due_at(release, row.award_awarded_at),
            "first_day": first_day_left(clock, row.award_awarded_at),
        }
        found += self._unlike(instants, due, f"an award at {row.award_awarded_at}")
        wins = winning(bids, evaluation, row.award_first_day)
        state = ReleaseState.AWARDED if wins else ReleaseState.UNAWARDED
        found += self._unlike(release.state.value, state.value, "evaluating it again", place="state")
        won = {win.bid.id for win in wins}
        states = {str(bid.id): bid.state.value for bid in bids}
        due_states = {str(bid.id): "AWARDED" if bid.id in won else "LOST" for bid in bids}
        found += self._unlike(states, due_states, "evaluating it again", place="bid")
        return found + self._winners(wins) + self._like_events(record, wins)

    def _winners(self, wins: Sequence[Win]) -> list[Difference]:
        stored = {str(row.bid_id): row.quantity for row in self._awarded}
        due = {str(win.bid.id): win.quantity for win in wins}
        return self._unlike(stored, due, "evaluating it again", place="awarded bid")

    def _like_events(self, record: AwardRecord, wins: Sequence[Win]) -> list[Difference]:
        place, payload = self.events.get("release.closed", ("no event", {}))
        closed = {
            "record_hash": record.hash,
            "awards": [
                {"quantity": win.quantity, "rate": str(win.bid.rate), "period": period_to_json(win.period)}
                for win in wins
            ],
        }
        found = self._unlike(closed, {name: payload.get(name) for name in closed}, place)
        if not wins:
            return found
        place, payload = self.events.get("release.awarded", ("no event", {}))
        children = {row.bid_id: row.child_contract_id for row in self._awarded}
        awards = [self._replacement(win, children.get(win.bid.id)) for win in wins]
        recorded = [_with_child_id(award) for award in payload.get("awards", [])]
        found += self._unlike(awards, recorded, place, place="awards")
        instants = {award["child_contract"]["created_at"] for award in payload.get("awards", [])}
        found += self._unlike(
            [self._row.award_awarded_at.isoformat()], sorted(instants), place, place="awarded_at"
        )
        parent = payload.get("parent_contract", {}).get("id")
        return found + self._unlike(str(self._row.contract_id), parent, place, place="contract_id")

    def _replacement(self, win: Win, child_id: UUID | None) -> dict[str, Any]:
        return {
            "bid_id": str(win.bid.id),
            "replacement": str(win.bid.bidder_id),
            "child_contract": str(child_id),
            "rate": str(win.bid.rate),
            "quantity": win.quantity,
            "period": period_to_json(win.period),
        }

    def _unlike(self, stored: object, other: object, by: str, *, place: str = "") -> list[Difference]:
        return differences_between(Proof.AWARDS, self._subject, stored, other, by=by, place=place)

    def _other(self, detail: str) -> Difference:
        return Difference(Proof.AWARDS, self._subject, detail)

    @property
    def _subject(self) -> str:
        return f"award of release {self._row.id}"


def _with_child_id(award: Mapping[str, Any]) -> dict[str, Any]:
    child = award.get("child_contract")
    return {**award, "child_contract": child.get("id") if isinstance(child, Mapping) else child}


async def _decided_releases(connection: AsyncConnection, network_id: NetworkId | None) -> list[UUID]:
    has_award = sa.exists().where(_awards.c.release_id == _releases.c.id)
    query = sa.select(_releases.c.id).where(sa.or_(_releases.c.state.in_(_DECIDED), has_award))
    if network_id is not None:
        query = query.where(_releases.c.network_id == network_id)
    return list((await connection.execute(query.order_by(_releases.c.id))).scalars())


async def _read(connection: AsyncConnection, ids: Sequence[UUID]) -> list[_Decided]:
    query = (
        sa.select(_releases, *(column.label(f"award_{column.name}") for column in _awards.c))
        .outerjoin(_awards, _awards.c.release_id == _releases.c.id)
        .where(_releases.c.id.in_(ids))
        .order_by(_releases.c.id)
    )
    rows = (await connection.execute(query)).all()
    awarded = (await connection.execute(sa.select(_awarded).where(_awarded.c.release_id.in_(ids)))).all()
    placed = sa.select(_bids).where(_bids.c.release_id.in_(ids)).order_by(_bids.c.sequence)
    bids = (await connection.execute(placed)).all()
    found = {
        str(row.id): _Decided(
            row,
            [one for one in awarded if one.release_id == row.id],
            [one for one in bids if one.release_id == row.id],
        )
        for row in rows
    }
    event = _events.c
    of_awards = sa.select(event.topic, event.stream, event.position, event.key, event.payload).where(
        event.topic.in_(("release.closed", "release.awarded")), event.key.in_(list(found))
    )
    for one in await connection.execute(of_awards):
        found[one.key].events[one.topic] = event_label(one.topic, one.stream, one.position), one.payload
    return list(found.values())
