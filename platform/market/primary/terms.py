"""The terms of a request: whether it is a product on sale, at which tariff, and what it costs."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.pricing.price import amount
from capacity.feasibility.verdicts.verdict import Request
from capacity.networks.repository import PublishedNetwork
from capacity.rights.model import Route
from linepack.gasday import GasDay, Period
from linepack.money import Currency
from market.commands.routes import route_on
from market.commands.validation import QUANTITY_MAX, Faults
from market.index_values.repository import followed
from market.primary.commands import CapacityRequest
from market.primary.model import Terms
from market.primary.repository import rules_and_tariffs
from market.products.model import ProductRules
from market.tariffs.charge import Charge, charge
from market.tariffs.errors import NoTariff
from market.tariffs.model import require_priced, tariff_for


async def terms_of(
    connection: AsyncConnection, published: PublishedNetwork, asked: CapacityRequest, at: datetime
) -> Terms:
    """Return the terms on which a request made at instant `at` is on sale.

    Raises NoTariff, InvalidInput with every fault, and the errors of a price that cannot be charged: an older
    tariff may follow an index that has no value yet, or the gas itself.
    """
    today = published.network.clock.gas_day(at)
    rules, tariffs = await rules_and_tariffs(connection, asked, today)
    request = checked(asked, published, rules, today)
    runtime, day = rules.runtime(request.period), request.period.start
    tariff = tariff_for(tariffs, request.route, request.firmness, runtime, day)
    if tariff is None:
        raise NoTariff(request.route, request.firmness, runtime, day)
    require_priced(tariff, request.quantity)
    values = await followed(connection, asked.network_id, [tariff.price], request.period)
    amount(tariff.price, Decimal(request.quantity), values(day))
    return Terms(request, rules, runtime, tariff, today, values)


def checked(
    asked: CapacityRequest, published: PublishedNetwork, rules: ProductRules, today: GasDay
) -> Request:
    """Return what is asked as the verifier takes it; `today` is the running gas day of the network.

    Raises InvalidInput with every fault.
    """
    faults = Faults()
    route = route_on(faults, published.network, asked.receipt, asked.delivery)
    period = faults.period(asked.start, asked.end)
    faults.quantity(asked.quantity, at_most=QUANTITY_MAX)
    kind = None if route is None else route.kind
    rules.check(faults, kind=kind, firmness=asked.firmness, period=period, today=today)
    faults.raise_all()
    return Request(
        Route(asked.receipt, asked.delivery), asked.quantity, Period(asked.start, asked.end), asked.firmness
    )


def charge_of(terms: Terms, currency: Currency) -> Charge | None:
    """Return what a request costs on its terms, None where that is not known beforehand."""
    request = terms.request
    priced = (terms.tariff.price, Decimal(request.quantity))
    return charge([priced], request.period, currency, terms.index_values)
