"""Audit of network clearings: clearing the inputs again gives the same, and bids became what it says.

The inputs must be the bids as they are stored. Cleared again by the solver of the record, in its version,
they give the record, hash and all; by any other, an award worth as much. The verdicts that prove it are
checked by the independent checker on the rights after it. Buyers, sellers and the operator together neither
gain nor lose a cent.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import numpy as np
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.tables import ContractRow
from capacity.feasibility.checking.verdict_checker import check
from capacity.feasibility.verdicts.verdict import Verdict
from capacity.networks import repository as networks
from capacity.rights.model import Firmness, MovementCause
from capacity.solvers.highs import Highs
from linepack.events.tables import EventRow
from linepack.ids import NetworkId, RevisionId
from market.clearing.file_form import read_draft
from market.clearing.proving import rights_after
from market.network_clearings.inputs import file_of, replayed
from market.network_clearings.model import ClearingRecord, PathBidState
from market.network_clearings.tables import AwardedPathBidRow, ClearingAwardRow, ClearingRow, PathBidRow
from settlement.audit.model import AuditSubject, Progress, Report, Sample
from settlement.comparison.differences import UNREADABLE, Difference, Proof, differences_between

_clearings, _awards = ClearingRow.core(), ClearingAwardRow.core()
_events = EventRow.core()
_bids, _awarded, _contracts = PathBidRow.core(), AwardedPathBidRow.core(), ContractRow.core()

_SOLVER: Final = ("solver", "solver_version")


async def clearing_differences(
    connection: AsyncConnection,
    report: Report,
    progress: Progress,
    *,
    network_id: NetworkId | None = None,
    sample: Sample | None = None,
) -> None:
    """Report every award of a clearing that is not what clearing its inputs again gives."""
    hashes = await _hashes_by_events(connection, network_id)
    query = sa.select(_awards.c.clearing_id)
    if network_id is not None:
        of_network = sa.select(_clearings.c.id).where(_clearings.c.network_id == network_id)
        query = query.where(_awards.c.clearing_id.in_(of_network))
    stored = set((await connection.execute(query)).scalars())
    ids = sorted(stored | hashes.keys())
    chosen = ids if sample is None else sorted(sample.of(ids))
    for number, clearing_id in enumerate(chosen, start=1):
        try:
            if clearing_id not in stored:
                raise LookupError("there is no award")
            decided = await _read(connection, clearing_id)
            report.differences += await asyncio.to_thread(decided.differences)
            report.differences += differences_between(
                Proof.AWARDS,
                _subject(clearing_id),
                decided.record.hash,
                hashes.get(clearing_id),
                by="clearing.closed",
                place="hash",
            )
        except UNREADABLE as fault:
            detail = f"cannot be cleared again: {fault}"
            report.differences.append(Difference(Proof.AWARDS, _subject(clearing_id), detail))
        report.counts[AuditSubject.AWARDS] += 1
        progress(AuditSubject.AWARDS, number, len(chosen))


@dataclass(frozen=True, slots=True)
class _Decided:
    """An award with its bids in the order of arrival, what they became, and the network that was cleared."""

    clearing_id: UUID
    awarded_at: datetime
    record: ClearingRecord
    proofs: Sequence[Mapping[str, Any]]
    bids: Sequence[sa.Row[Any]]
    awarded: Sequence[sa.Row[Any]]
    network: bytes

    def differences(self) -> list[Difference]:
        """Return what is not as clearing again gives it."""
        return [*self._replay(), *self._like_bids(), *self._like_contracts(), *self._proved()]

    def _replay(self) -> list[Difference]:
        record = self.record
        again, proofs = replayed(record, self.network, Highs(), self.awarded_at)
        found = self._unlike(record.hash, record.content_hash, "its content", "hash")
        by = "clearing it again"
        if any(again.outcome[name] != record.outcome[name] for name in _SOLVER):
            return found + self._unlike(record.outcome["surplus"], again.outcome["surplus"], by, "surplus")
        found += self._unlike(record.outcome, again.outcome, by, "outcome")
        found += self._unlike(record.algorithm, again.algorithm, by, "algorithm")
        found += self._unlike(list(self.proofs), proofs, by, "proofs")
        return found + self._unlike(record.hash, again.hash, by, "hash")

    def _like_bids(self) -> list[Difference]:
        stated = [
            {name: one[name] for name in ("id", "side", "receipt", "delivery", "quantity", "minimum")}
            | {"price": Decimal(one["price"]), "only_if": one["only_if"]}
            for one in self.record.inputs["bids"]
        ]
        stored = [
            {
                "id": str(row.id),
                **{name: getattr(row, name) for name in ("side", "receipt", "delivery", "quantity")},
                "minimum": row.minimum,
                "price": row.price,
                "only_if": None if row.only_if is None else str(row.only_if),
            }
            for row in self.bids
        ]
        states = {str(row.id): row.state for row in self.bids}
        due = {
            one["bid"]: PathBidState.AWARDED.value if one["awarded"] else PathBidState.LOST.value
            for one in self.record.outcome["awards"]
        }
        found = self._unlike(stored, stated, "its record", "bids")
        return found + self._unlike(states, due, "its record", "states")

    def _like_contracts(self) -> list[Difference]:
        holders = {row.id: (row.party_id, row.contract_id) for row in self.bids}
        stored, due = {}, {}
        for row in self.awarded:
            party, parent = holders[row.bid_id]
            is_offer = parent is not None
            stored[str(row.bid_id)] = [
                *(row.quantity, row.rate, row.cause, row.parent_id, row.holder_id, row.created_at)
            ]
            due[str(row.bid_id)] = [
                *(row.contract_quantity, row.rate, MovementCause.CLEARING.value),
                *(parent, row.operator_id if is_offer else party, self.awarded_at),
            ]
        won = {
            one["bid"]: [one["awarded"], Decimal(one["rate"])]
            for one in self.record.outcome["awards"]
            if one["awarded"]
        }
        found = self._unlike(stored, due, "its bids", "contracts")
        first = {bid: values[:2] for bid, values in stored.items()}
        return found + self._unlike(first, won, "its record", "awarded") + self._budget()

    def _budget(self) -> list[Difference]:
        """Return a difference where the money of all parties does not add up to nothing."""
        by_side = {"buy": Decimal(0), "sell": Decimal(0)}
        sides = {one["id"]: one["side"] for one in self.record.inputs["bids"]}
        for one in self.record.outcome["awards"]:
            uplift = Decimal(one["uplift"]) * (1 if sides[one["bid"]] == "sell" else -1)
            by_side[sides[one["bid"]]] += Decimal(one["payment"]) + uplift
        operator = Decimal(self.record.outcome["settlement"]["operator"])
        return self._unlike(by_side["buy"] - by_side["sell"], operator, "its payments", "operator")

    def _proved(self) -> list[Difference]:
        draft = read_draft(file_of(self.record.inputs, self.network))
        quantities = np.array([one["awarded"] for one in self.record.outcome["awards"]], dtype=np.int64)
        after = rights_after(draft, quantities)
        found, proved = [], set()
        for number, proof in enumerate(self.proofs):
            verdict = Verdict.from_json(proof["verdict"])
            request = verdict.request
            beside = after.given(request.route, Firmness.FIRM, request.period, -request.quantity)
            rights = beside.as_of(verdict.rights_version)
            found += [
                self._other(f"proof {number}: {fault.place} {fault.message}")
                for fault in check(draft.network, draft.overlays, rights, verdict)
            ]
            proved |= set(request.period) if verdict.is_feasible else set()
        for bid, quantity in zip(draft.bids, quantities.tolist(), strict=True):
            if quantity and bid.side.sign > 0 and not proved.issuperset(bid.period):
                found.append(self._other(f"bid {bid.id} is not proved on all of its gas days"))
        return found

    def _unlike(self, stored: object, other: object, by: str, place: str) -> list[Difference]:
        subject = _subject(self.clearing_id)
        return list(differences_between(Proof.AWARDS, subject, stored, other, by=by, place=place))

    def _other(self, detail: str) -> Difference:
        return Difference(Proof.AWARDS, _subject(self.clearing_id), detail)


def _subject(clearing_id: UUID) -> str:
    return f"award of clearing {clearing_id}"


async def _hashes_by_events(connection: AsyncConnection, network_id: NetworkId | None) -> dict[UUID, str]:
    """Return the hash of the record of each clearing that was decided, as events say."""
    query = sa.select(_events.c.key, _events.c.payload["record_hash"].astext.label("hash")).where(
        _events.c.topic == "clearing.closed"
    )
    if network_id is not None:
        query = query.where(_events.c.network_id == network_id)
    return {UUID(row.key): row.hash for row in await connection.execute(query) if row.hash is not None}


async def _read(connection: AsyncConnection, clearing_id: UUID) -> _Decided:
    award = (await connection.execute(sa.select(_awards).where(_awards.c.clearing_id == clearing_id))).one()
    cleared = (PathBidState.AWARDED.value, PathBidState.LOST.value)
    bids = (
        sa.select(_bids)
        .where(_bids.c.clearing_id == clearing_id, _bids.c.state.in_(cleared))
        .order_by(_bids.c.sequence)
    )
    awarded = (
        sa.select(
            _awarded,
            _contracts.c.cause,
            _contracts.c.parent_id,
            _contracts.c.holder_id,
            _contracts.c.operator_id,
            _contracts.c.created_at,
            _contracts.c.quantity.label("contract_quantity"),
        )
        .join(_contracts, _contracts.c.id == _awarded.c.contract_id)
        .where(_awarded.c.clearing_id == clearing_id)
    )
    revision_id = RevisionId(UUID(award.inputs["revision_id"]))
    return _Decided(
        clearing_id,
        award.awarded_at,
        ClearingRecord(award.algorithm, award.inputs, award.outcome, award.hash),
        award.proofs,
        (await connection.execute(bids)).all(),
        (await connection.execute(awarded)).all(),
        await networks.revision_content(connection, revision_id),
    )
