"""The terms of a request: whether it is a product on sale, at which tariff, and what it costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ParamSpec, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.pricing.index_values import IndexValues
from capacity.contracts.pricing.price import amount
from capacity.feasibility.verdicts.verdict import Request
from capacity.networks.repository import PublishedNetwork
from capacity.rights.model import Route
from linepack.gasday import GasDay, Period
from linepack.money import Currency
from linepack.problems import Problem
from market.commands.routes import route_on
from market.commands.validation import QUANTITY_MAX, Faults
from market.index_values.repository import followed
from market.primary.commands import CapacityRequest
from market.primary.model import Terms
from market.primary.repository import rules_and_tariffs
from market.products.model import ProductRules, Runtime
from market.tariffs.charge import Charge, charge
from market.tariffs.errors import NoTariff
from market.tariffs.model import Tariff, require_priced, tariff_for

Given = ParamSpec("Given")
Found = TypeVar("Found")


async def terms_of(
    connection: AsyncConnection, published: PublishedNetwork, asked: CapacityRequest, at: datetime
) -> Terms:
    """Return the terms on which a request made at instant `at` is on sale.

    Raises NoTariff, InvalidInput with every fault, and the errors of a price that cannot be charged: an older
    tariff may follow an index that has no value yet, or the gas itself.
    """
    [found] = await terms_of_each(connection, published, [asked], at)
    if isinstance(found, Problem):
        raise found
    return found


async def terms_of_each(
    connection: AsyncConnection, published: PublishedNetwork, asked: Sequence[CapacityRequest], at: datetime
) -> list[Terms | Problem]:
    """Return the terms of each request, at least one, or what `terms_of` raises for it."""
    today = published.network.clock.gas_day(at)
    rules, tariffs = await rules_and_tariffs(connection, published.id, asked, today)
    found = [_problem_of(_on_sale, one, published, rules, tariffs, today) for one in asked]
    values = await _followed(connection, published, [one for one in found if isinstance(one, _OnSale)])
    return [
        one if isinstance(one, Problem) else _problem_of(_terms, one, rules, today, values) for one in found
    ]


@dataclass(frozen=True, slots=True)
class _OnSale:
    request: Request
    runtime: Runtime
    tariff: Tariff


def _on_sale(
    asked: CapacityRequest,
    published: PublishedNetwork,
    rules: ProductRules,
    tariffs: Sequence[Tariff],
    today: GasDay,
) -> _OnSale:
    request = checked(asked, published, rules, today)
    runtime, day = rules.runtime(request.period), request.period.start
    tariff = tariff_for(tariffs, request.route, request.firmness, runtime, day)
    if tariff is None:
        raise NoTariff(request.route, request.firmness, runtime, day)
    require_priced(tariff, request.quantity)
    return _OnSale(request, runtime, tariff)


async def _followed(
    connection: AsyncConnection, published: PublishedNetwork, on_sale: Sequence[_OnSale]
) -> IndexValues:
    if not on_sale:
        return IndexValues({})
    periods = [one.request.period for one in on_sale]
    days = Period(min(period.start for period in periods), max(period.end for period in periods))
    return await followed(connection, published.id, [one.tariff.price for one in on_sale], days)


def _terms(one: _OnSale, rules: ProductRules, today: GasDay, values: IndexValues) -> Terms:
    amount(one.tariff.price, Decimal(one.request.quantity), values(one.request.period.start))
    return Terms(one.request, rules, one.runtime, one.tariff, today, values)


def _problem_of(
    function: Callable[Given, Found], /, *given: Given.args, **named: Given.kwargs
) -> Found | Problem:
    try:
        return function(*given, **named)
    except Problem as problem:
        return problem


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
