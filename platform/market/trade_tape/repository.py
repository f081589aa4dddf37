"""The queries of the public tape: contracts that came of a trade or a release, without their parties."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from capacity.contracts.tables import ContractRow
from capacity.rights import ledger
from capacity.rights.model import Firmness, Route
from linepack.database.paging import Listed, one_by_one
from linepack.database.together import Reader
from linepack.gasday import Period
from linepack.ids import ContractId, NetworkId
from linepack.money import Currency
from market.releases.tables import AwardedBidRow, BidRow
from market.rights_transfer.tables import TradeRow
from market.trade_tape.model import Procedure, TapeTrade

_contracts, _trades = ContractRow.core(), TradeRow.core()
_awarded, _bids = AwardedBidRow.core(), BidRow.core()


class TapeSort(StrEnum):
    """The columns that the tape may be ordered by."""

    CONCLUDED_AT = "id"
    START = "period_start"
    END = "period_end"
    QUANTITY = "quantity"


def trades(
    network_id: NetworkId, *, route: Route | None = None, period: Period | None = None
) -> Listed[TapeTrade]:
    """Return the tape of a network; of what passed on a route and shares gas days with `period`, if given."""
    conditions = [_contracts.c.network_id == network_id]
    if route is not None:
        conditions.append(ledger.gives_rights(_contracts.c.id, route))
    if period is not None:
        conditions += [_contracts.c.period_start < period.end, _contracts.c.period_end > period.start]
    return Listed(_contracts, _tape().where(*conditions), one_by_one(_read))


async def by_ids(connection: Reader, contract_ids: Iterable[ContractId]) -> dict[ContractId, TapeTrade]:
    """Return what the tape says of these contracts, of those that came of a trade or release."""
    query = _tape().where(_contracts.c.id.in_(list(contract_ids)))
    return {row.id: _read(row) for row in await connection.execute(query)}


def _tape() -> sa.Select[Any]:
    contract = _contracts.c
    procedure = sa.case(
        (_trades.c.listing_id.is_not(None), Procedure.LISTING.value),
        (_trades.c.order_id.is_not(None), Procedure.CALL.value),
        else_=Procedure.RELEASE.value,
    )
    price = sa.func.coalesce(_trades.c.price_per_unit_day, _bids.c.rate)
    columns = (
        contract.id,
        contract.network_id,
        contract.firmness,
        contract.period_start,
        contract.period_end,
        contract.quantity,
        contract.currency,
        contract.created_at,
    )
    return (
        sa.select(*columns, procedure.label("procedure"), price.label("price"))
        .outerjoin_from(_contracts, _trades, _trades.c.child_contract_id == contract.id)
        .outerjoin(_awarded, _awarded.c.child_contract_id == contract.id)
        .outerjoin(_bids, _bids.c.id == _awarded.c.bid_id)
        .where(contract.parent_id.is_not(None), price.is_not(None))
    )


def _read(row: sa.Row[Any]) -> TapeTrade:
    return TapeTrade(
        id=ContractId(row.id),
        network_id=NetworkId(row.network_id),
        procedure=Procedure(row.procedure),
        firmness=Firmness(row.firmness),
        period=Period(row.period_start, row.period_end),
        quantity=row.quantity,
        price_per_unit_day=row.price,
        currency=Currency(row.currency),
        concluded_at=row.created_at,
    )
