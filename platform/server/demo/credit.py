"""The credit of the demo: a guarantee of each shipper, a limit for short products, and a payment."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from capacity.contracts.contract import Contract
from capacity.networks.repository import PublishedNetwork
from linepack.identity.model import Party
from market.context import MarketCaller
from market.credit.model import CreditFactor
from market.credit.queries import credit_by_id
from market.credit.service import (
    RecordCreditPayment,
    SetCreditLimit,
    record_credit_payment,
    set_credit_limit,
)
from market.products.model import Runtime

GUARANTEE: Final = "GUARANTEE"
FRAMEWORK: Final = "standard terms"
FACTORS: Final = (CreditFactor(Decimal(1)), CreditFactor(Decimal("0.75"), runtime=Runtime.YEARLY))
TIMES: Final = 3
"""A guarantee is this many times what its shipper owes when the demo begins, to the next thousand."""
SHORT_TERM: Final = Decimal(10_000_000)


async def set_credit(
    operator: MarketCaller, published: PublishedNetwork, shippers: Sequence[Party], paid: Contract
) -> None:
    """Limit what shippers owe, with some left for each; a part of what contract `paid` costs was paid."""

    async def limit(code: str, amount: Decimal | None, party: Party | None, runtime: Runtime | None) -> None:
        command = SetCreditLimit(
            network_id=published.id,
            code=code,
            party_id=None if party is None else party.id,
            valid_from=published.network.clock.gas_day(operator.at),
            amount=amount,
            framework=FRAMEWORK,
            factors=FACTORS,
            runtime=runtime,
        )
        await operator.run(set_credit_limit, command)

    await limit(GUARANTEE, Decimal(0), None, None)
    await limit("SHORT TERM", SHORT_TERM, None, Runtime.DAILY)
    for party in shippers:
        credit = await credit_by_id(operator, published.id, party.id)
        [used] = [usage.used.amount for usage in credit.usages if usage.limit.code == GUARANTEE]
        thousands = (used * TIMES) // 1000 + 1
        await limit(GUARANTEE, thousands * 1000, party, None)
    await limit(GUARANTEE, None, None, None)
    payment = RecordCreditPayment(
        idempotency_key="demo-payment", contract_id=paid.id, amount=Decimal(1000), reference="invoice 1"
    )
    await operator.run(record_credit_payment, payment)
