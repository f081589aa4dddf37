"""Contracts that several tests are about."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from capacity.contracts.contract import Contract, contract_code
from capacity.contracts.model import ContractNetwork
from capacity.contracts.pricing.price import Flat
from capacity.contracts.shapes import path
from capacity.rights.model import Firmness, MovementCause
from linepack.gasday import Period
from linepack.ids import ContractId, NetworkId, PartyId, RevisionId
from linepack.money import Currency

YEAR = Period(date(2027, 1, 1), date(2028, 1, 1))
SHIPPER, OTHER, OPERATOR = (PartyId(UUID(int=number)) for number in (1, 2, 9))
NETWORK_ID, OTHER_NETWORK_ID = (NetworkId(UUID(int=number)) for number in (500, 600))
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def contract(
    network: ContractNetwork | None = None, *, quantity: int = 100, number: int = 1000, period: Period = YEAR
) -> Contract:
    contract_id = ContractId(UUID(int=number))
    return Contract(
        id=contract_id,
        code=contract_code(contract_id, period.start),
        network_id=NETWORK_ID,
        revision_id=RevisionId(UUID(int=501)),
        holder_id=SHIPPER,
        operator_id=OPERATOR,
        firmness=Firmness.FIRM,
        period=period,
        quantity=quantity,
        currency=Currency.EUR,
        network=network or path("r", "d", quantity, Flat(Decimal("0.25"))),
        parent_id=None,
        cause=MovementCause.BOOKING,
        verdict_id=None,
        created_at=NOON,
    )


def interruptible(one: Contract) -> Contract:
    return replace(one, firmness=Firmness.INTERRUPTIBLE)
