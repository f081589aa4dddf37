"""Comparison of contracts with the events that hold them.

A contract is made by one event, which holds all of it: `contract.booked`, `trade.concluded`,
`release.awarded` or `clearing_bid.awarded`. Every other event that holds a contract, as the seller's of a
trade or for the acquirer, must hold the same. The columns of its row must be those of its document.
"""

from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts import repository as contracts
from capacity.contracts.codec import contract_from_json
from capacity.contracts.tables import ContractRow
from linepack.ids import NetworkId
from settlement.comparison.differences import UNREADABLE, Difference, Proof, differences_between

_CHUNK: Final = 500

_contracts = ContractRow.core()

# Identifiers are compared as text: what was tampered with need not be one.
_RECORDED: Final = """
    WITH stored AS (
        SELECT id::text AS id, code, cause, document FROM contract
        WHERE CAST(:network_id AS uuid) IS NULL OR network_id = :network_id
    ), recorded AS (
        SELECT topic, stream, position, payload->'contract' AS document, topic = 'contract.booked' AS makes
        FROM event WHERE topic IN ('contract.booked', 'contract.acquired')
        UNION ALL
        SELECT topic, stream, position, payload->'child_contract', true
        FROM event WHERE topic = 'trade.concluded'
        UNION ALL
        SELECT topic, stream, position, payload->'parent_contract', false
        FROM event WHERE topic IN ('trade.concluded', 'release.awarded')
            OR topic = 'clearing_bid.awarded' AND payload->>'side' = 'sell'
        UNION ALL
        SELECT topic, stream, position, payload->'contract', true
        FROM event WHERE topic = 'clearing_bid.awarded'
        UNION ALL
        SELECT topic, stream, position, award->'child_contract', true
        FROM event, jsonb_array_elements(
            CASE jsonb_typeof(payload->'awards') WHEN 'array' THEN payload->'awards' ELSE '[]' END
        ) AS award WHERE topic = 'release.awarded'
    )
"""
_UNLIKE: Final = """
    SELECT coalesce(code, recorded.document->>'code') AS code, topic, stream, position, stored.document,
        recorded.document AS recorded
    FROM recorded LEFT JOIN stored ON stored.id = recorded.document->>'id'
    WHERE recorded.document IS DISTINCT FROM stored.document
        AND (CAST(:network_id AS uuid) IS NULL
            OR recorded.document->>'network_id' = CAST(:network_id AS text))
    ORDER BY stream, position
"""
_NOT_MADE: Final = """
    SELECT code, cause, min(recorded.topic) AS topic FROM stored
    LEFT JOIN recorded ON recorded.makes AND recorded.document->>'id' = stored.id
    GROUP BY stored.id, code, cause
    HAVING bool_and(recorded.topic = CASE cause WHEN 'booking' THEN 'contract.booked'
        WHEN 'release' THEN 'release.awarded' WHEN 'clearing' THEN 'clearing_bid.awarded'
        ELSE 'trade.concluded' END) IS NOT TRUE
    ORDER BY stored.id
"""


async def contracts_unlike_events(
    connection: AsyncConnection, network_id: NetworkId | None = None
) -> list[Difference]:
    """Return every contract that is not what its events hold, and every one that no event made.

    Of one network, or of all.
    """
    found: list[Difference] = []
    for row in await connection.execute(_bound(_UNLIKE, network_id)):
        by = event_label(row.topic, row.stream, row.position)
        subject = f"contract {row.code}"
        if row.document is None:
            found.append(Difference(Proof.CONTRACTS, subject, f"{by} records it, but it is not stored"))
        else:
            found += differences_between(
                Proof.CONTRACTS, subject, row.document, row.recorded, by=by, place="document"
            )
    for row in await connection.execute(_bound(_NOT_MADE, network_id)):
        made = f"its cause is {row.cause}, but {row.topic} made it"
        detail = "no event records it" if row.topic is None else made
        found.append(Difference(Proof.CONTRACTS, f"contract {row.code}", detail))
    return found


async def contracts_unlike_columns(
    connection: AsyncConnection, network_id: NetworkId | None = None
) -> tuple[int, list[Difference]]:
    """Return how many contracts there are, and every column of one that its document contradicts."""
    count, found, last = 0, list[Difference](), UUID(int=0)
    while rows := (await connection.execute(_page(network_id, last))).all():
        count, last = count + len(rows), rows[-1].id
        for row in rows:
            found += _of_row(row)
    return count, found


def event_label(topic: str, stream: str, position: int | None) -> str:
    """Return how a report names an event; one without a position has not been given one yet."""
    return f"{topic} {stream}:{'unplaced' if position is None else position}"


def _bound(query: str, network_id: NetworkId | None) -> sa.TextClause:
    return sa.text(_RECORDED + query).bindparams(sa.bindparam("network_id", network_id, sa.Uuid()))


def _page(network_id: NetworkId | None, after: UUID) -> sa.Select[Any]:
    query = sa.select(_contracts).where(_contracts.c.id > after).order_by(_contracts.c.id).limit(_CHUNK)
    return query if network_id is None else query.where(_contracts.c.network_id == network_id)


def _of_row(row: sa.Row[Any]) -> list[Difference]:
    subject, stored = f"contract {row.code}", dict(row._mapping)
    try:
        expected = contracts.row(contract_from_json(row.document))[1]
    except UNREADABLE as fault:
        return [Difference(Proof.CONTRACTS, subject, f"its document cannot be read: {fault}")]
    del stored["document"]
    expected = {name: expected[name] for name in stored}
    return differences_between(Proof.CONTRACTS, subject, stored, expected, by="its document")
