"""The commands on tariffs."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.pricing.bounds import may_be_negative, reach
from capacity.contracts.pricing.price import CalorificAdjusted, PriceProcedure, TakeOrPay, forms, indices
from capacity.contracts.pricing.rules import price_faults
from capacity.networks.model import Network
from capacity.rights.model import Firmness, RouteKind
from linepack.access import Scope
from linepack.commands.handling import handles
from linepack.gasday import GasDay, Period
from linepack.ids import NetworkId, TariffId
from market.commands.access import require_operator
from market.commands.routes import point_fault
from market.commands.validation import Faults
from market.context import MarketContext
from market.index_values import repository as index_values
from market.products.model import Runtime
from market.products.repository import in_force as rules_in_force
from market.tariffs import repository
from market.tariffs.model import Tariff

NEGATIVE = "may become negative, which the product rules of that day do not allow"


@dataclass(frozen=True, slots=True)
class SetTariff:
    """Publish a price from gas day `valid_from` on; see `market.tariffs.model`."""

    network_id: NetworkId
    kind: RouteKind
    firmness: Firmness
    valid_from: GasDay
    price: PriceProcedure
    receipt: str | None = None
    delivery: str | None = None
    runtime: Runtime | None = None


@handles(Scope.OPERATE)
async def set_tariff(command: SetTariff, context: MarketContext) -> Tariff:
    """Add a tariff.

    A tariff for the same route, firmness, runtime and day supersedes the one before; bookings made keep the
    price they were made at. An index that the price follows must have a value for `valid_from` or an earlier
    gas day: so whatever is booked has a charge, by estimate at first. Raises Forbidden, NotFound (another
    operator's network), or InvalidInput with every fault.
    """
    published = await context.market.published(command.network_id)
    operator_id = require_operator(context, published)
    network = published.network
    faults = Faults()
    faults.gas_day(command.valid_from, "validFrom")
    _check_price(faults, command.price)
    _check_point(faults, network, "receipt", command.receipt, is_meant=command.kind is not RouteKind.EXIT)
    _check_point(faults, network, "delivery", command.delivery, is_meant=command.kind is not RouteKind.ENTRY)
    faults.raise_all()
    await _check_indices(context.connection, faults, command)
    if may_be_negative(command.price):
        rules = await rules_in_force(context.connection, command.network_id, command.valid_from)
        faults.require(rules.allows_negative_prices, "price", NEGATIVE)
    faults.raise_all()
    tariff = Tariff(
        id=TariffId(context.new_id()),
        network_id=command.network_id,
        kind=command.kind,
        firmness=command.firmness,
        valid_from=command.valid_from,
        price=command.price,
        receipt=command.receipt,
        delivery=command.delivery,
        runtime=command.runtime,
    )
    await repository.insert(context.connection, tariff, set_by=operator_id)
    return tariff


def _check_price(faults: Faults, price: PriceProcedure) -> None:
    for fault in price_faults(price, "price"):
        faults.add(fault.place, fault.message)
    kinds = {type(form) for form in forms(price)}
    if TakeOrPay in kinds:
        faults.add("price", "take-or-pay charges what was not taken, and cannot price capacity")
    if CalorificAdjusted in kinds:
        faults.add("price", "no calorific value is measured here that a price of capacity could follow")
    if not faults.are_any and (most := reach(price)) is not None:
        faults.require(most >= 1, "price", f"its block tiers end at {most}: no whole unit has a price")


async def _check_indices(connection: AsyncConnection, faults: Faults, command: SetTariff) -> None:
    """Note a fault for each index that would leave the first gas day without any price."""
    wanted = indices(command.price)
    first = Period(command.valid_from, command.valid_from + timedelta(days=1))
    known = await index_values.known(connection, command.network_id, wanted, first)
    for index in sorted(wanted - known.keys()):
        missing = f"index {index} has no value up to {command.valid_from}: publish one, then set the tariff"
        faults.add("price", missing)


def _check_point(faults: Faults, network: Network, place: str, point: str | None, *, is_meant: bool) -> None:
    if point is None:
        return
    if not is_meant:
        faults.add(place, "this kind of route has no such end")
    elif fault := point_fault(network, place, point):
        faults.add(place, fault)
