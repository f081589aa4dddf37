"""Audit of ownership: offers of a contract are its holder's, and with the operator of its network."""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.ids import NetworkId
from settlement.audit.model import Report
from settlement.comparison.differences import Difference, Proof

_OWNED: Final = """
    SELECT owned.what || ' ' || owned.name AS subject, owned.operator_id, network.operator_id AS of_network,
        owned.contract_id, party_id, contract.holder_id
    FROM (
        SELECT 'listing' AS what, id::text AS name, network_id, contract_id, seller_id AS party_id,
            operator_id FROM listing
        UNION ALL
        SELECT 'call', id::text, network_id, contract_id, initiator_id, operator_id FROM market_call
        UNION ALL
        SELECT 'order', id::text, network_id, contract_id, party_id, operator_id FROM market_order
        UNION ALL
        SELECT 'release', id::text, network_id, contract_id, releasing_id, operator_id FROM release
        UNION ALL
        SELECT 'clearing', id::text, network_id, NULL, operator_id, operator_id FROM network_clearing
        UNION ALL
        SELECT 'bid', bid.id::text, bid.network_id, bid.contract_id, bid.party_id, cleared.operator_id
        FROM clearing_bid AS bid JOIN network_clearing AS cleared ON cleared.id = bid.clearing_id
        UNION ALL
        SELECT 'set-aside', id::text, network_id, NULL, operator_id, operator_id FROM set_aside
        UNION ALL
        SELECT 'contract', code, network_id, NULL, holder_id, operator_id FROM contract
    ) AS owned
    LEFT JOIN network ON network.id = owned.network_id
    LEFT JOIN contract ON contract.id = owned.contract_id AND contract.network_id = owned.network_id
    WHERE (owned.operator_id IS DISTINCT FROM network.operator_id
            OR owned.contract_id IS NOT NULL AND party_id IS DISTINCT FROM contract.holder_id)
        AND (CAST(:network_id AS uuid) IS NULL OR owned.network_id = :network_id)
    ORDER BY subject
"""
_HELD: Final = """
    SELECT DISTINCT offered.what || ' ' || offered.id AS subject, offered.contract_id, offered.party_id,
        hold.contract_id AS held_of, hold.party_id AS holder_id
    FROM hold
    JOIN (
        SELECT 'listing' AS what, id, contract_id, seller_id AS party_id FROM listing
        UNION ALL
        SELECT 'call', id, contract_id, initiator_id FROM market_call
        UNION ALL
        SELECT 'order', id, contract_id, party_id FROM market_order
        UNION ALL
        SELECT 'release', id, contract_id, releasing_id FROM release
        UNION ALL
        SELECT 'clearing', id, contract_id, party_id FROM clearing_bid
    ) AS offered ON offered.id = hold.cause_id AND offered.what = hold.cause
    WHERE (hold.contract_id, hold.party_id) IS DISTINCT FROM (offered.contract_id, offered.party_id)
        AND (CAST(:network_id AS uuid) IS NULL OR hold.network_id = :network_id)
    ORDER BY subject
"""


async def owner_differences(
    connection: AsyncConnection, report: Report, network_id: NetworkId | None = None
) -> None:
    """Report every offer of a contract that another party holds, and every row with another operator.

    Also every offer of another contract or party than what was held for it.
    """
    of_network = sa.bindparam("network_id", network_id, sa.Uuid())
    for row in await connection.execute(sa.text(_OWNED).bindparams(of_network)):
        if row.operator_id != row.of_network:
            detail = f"operator_id is {row.operator_id}, its network says {row.of_network}"
            report.differences.append(Difference(Proof.OFFERS, row.subject, detail))
        if row.contract_id is not None and row.party_id != row.holder_id:
            detail = f"is of {row.party_id}, its contract {row.contract_id} of {row.holder_id or 'no party'}"
            report.differences.append(Difference(Proof.OFFERS, row.subject, detail))
    for row in await connection.execute(sa.text(_HELD).bindparams(of_network)):
        of, held = f"contract {row.contract_id} of {row.party_id}", f"{row.held_of} of {row.holder_id}"
        detail = f"is on {of}, what is held for it on {held}"
        report.differences.append(Difference(Proof.OFFERS, row.subject, detail))
