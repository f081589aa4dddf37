"""Verdicts in the database. Only one that the checker has counted again gets there, by its type.

A verdict is shown to the party that asked for it, to the operator and to those who oversee the market. It
says what was asked for, so the holder of a contract that was split off learns only how much was proved
(`proved`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from capacity.feasibility.checking.checked_verdict import CheckedDecision
from capacity.feasibility.storage.tables import VerdictRow
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.verdict import Decision, Verdict
from capacity.networks.policy import Level
from linepack.access import Principal, visible_to
from linepack.database.insertion import Row
from linepack.database.together import Reader
from linepack.ids import NetworkId, PartyId, VerdictId

_verdict = VerdictRow.core()


@dataclass(frozen=True, slots=True)
class StoredVerdict:
    """A verdict, and who asked for it on whose network."""

    id: VerdictId
    network_id: NetworkId
    party_id: PartyId
    operator_id: PartyId
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ProvedRights:
    """How much a verdict on the network of `operator_id` proves, and nothing of what was asked for."""

    verdict_id: VerdictId
    operator_id: PartyId
    outcome: Outcome
    level: Level


@dataclass(frozen=True, slots=True)
class NewVerdict:
    """A verdict to be stored, as `StoredVerdict`."""

    id: VerdictId
    network_id: NetworkId
    party_id: PartyId
    operator_id: PartyId
    verdict: CheckedDecision


def row(new: NewVerdict) -> Row:
    """Return the row of a verdict, for `linepack.database.insertion`."""
    values = {
        "id": new.id,
        "network_id": new.network_id,
        "party_id": new.party_id,
        "operator_id": new.operator_id,
        **columns(new.verdict),
        "document": new.verdict.to_json(),
    }
    return _verdict, values


def columns(verdict: Decision) -> dict[str, Any]:
    """Return the columns of a verdict's row that its document says as well."""
    return {
        "revision_id": verdict.revision_id,
        "rights_version": verdict.rights_version,
        "outcome": verdict.outcome.value,
        "level": verdict.level.value,
        "solver": verdict.solver,
        "model_hash": verdict.model_hash,
        "decided_at": verdict.decided_at,
    }


async def get_many(
    connection: Reader, principal: Principal, verdict_ids: Sequence[VerdictId]
) -> dict[VerdictId, StoredVerdict]:
    """Return those of the verdicts that `principal` may see, by id."""
    seen = visible_to(principal, _verdict.c.party_id, operator=_verdict.c.operator_id)
    query = sa.select(_verdict).where(_verdict.c.id.in_(verdict_ids), seen)
    return {VerdictId(row.id): _stored(row) for row in await connection.execute(query)}


async def proved(connection: Reader, verdict_ids: Sequence[VerdictId]) -> dict[VerdictId, ProvedRights]:
    """Return how much each verdict proves, on contracts that the caller has been shown."""
    columns = (_verdict.c.id, _verdict.c.operator_id, _verdict.c.outcome, _verdict.c.level)
    rows = await connection.execute(sa.select(*columns).where(_verdict.c.id.in_(verdict_ids)))
    return {
        VerdictId(row.id): ProvedRights(
            VerdictId(row.id), PartyId(row.operator_id), Outcome(row.outcome), Level(row.level)
        )
        for row in rows
    }


def _stored(row: sa.Row[Any]) -> StoredVerdict:
    return StoredVerdict(
        VerdictId(row.id),
        NetworkId(row.network_id),
        PartyId(row.party_id),
        PartyId(row.operator_id),
        Verdict.from_json(row.document),
    )
