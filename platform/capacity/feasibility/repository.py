"""The home of verdicts in the database; a verdict is shown to whoever asked for it, and the operator."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.feasibility.tables import VerdictRow
from capacity.feasibility.verdict import Verdict
from capacity.visibility import visible_to
from linepack.identity.model import Principal
from linepack.ids import NetworkId, PartyId, VerdictId
from linepack.problems import NotFound

_verdict = VerdictRow.core()


@dataclass(frozen=True, slots=True)
class StoredVerdict:
    """A verdict, and who asked for it on whose network."""

    id: VerdictId
    network_id: NetworkId
    party_id: PartyId
    operator_id: PartyId
    verdict: Verdict


async def insert(connection: AsyncConnection, stored: StoredVerdict) -> None:
    """Add a verdict."""
    verdict = stored.verdict
    values = {
        "id": stored.id,
        "network_id": stored.network_id,
        "party_id": stored.party_id,
        "operator_id": stored.operator_id,
        "revision_id": verdict.revision_id,
        "rights_version": verdict.rights_version,
        "outcome": verdict.outcome.value,
        "level": verdict.level.value,
        "solver": verdict.solver,
        "model_hash": verdict.model_hash,
        "decided_at": verdict.decided_at,
        "document": verdict.to_json(),
    }
    await connection.execute(sa.insert(_verdict).values(values))


async def get(connection: AsyncConnection, principal: Principal, verdict_id: VerdictId) -> StoredVerdict:
    """Return a verdict; raises NotFound when there is none that `principal` may see."""
    seen = visible_to(principal, owner=_verdict.c.party_id, operator=_verdict.c.operator_id)
    row = (await connection.execute(sa.select(_verdict).where(_verdict.c.id == verdict_id, seen))).first()
    if row is None:
        raise NotFound("verdict", verdict_id)
    return StoredVerdict(
        VerdictId(row.id),
        NetworkId(row.network_id),
        PartyId(row.party_id),
        PartyId(row.operator_id),
        Verdict.from_json(row.document),
    )
