"""Tariffs and product rules: what operators sell, and at which price."""

from datetime import date
from typing import Annotated, Self

import strawberry
from strawberry import relay

from capacity.rights.model import Firmness, RouteKind
from linepack.problems import Fault, InvalidInput
from market.products import model as products
from market.products import repository as product_repository
from market.products import service as product_service
from market.products.model import HORIZON_DAYS_DEFAULT, Runtime
from market.tariffs import model, repository, service
from schema.capacity.network_elements import PhysicalNode, element
from schema.capacity.networks import network_id_of
from schema.types.commands import run
from schema.types.context import Info
from schema.types.domain_values import FromDomain, InNetwork, Newest, command_of, shown_as
from schema.types.permissions import MayOperate, MayRead
from schema.types.prices import PriceInput, PriceProcedure, price_of
from schema.types.problems import Refusals

EVERY_POINT = "; null for every one."
FIRMNESS = "Firm, interruptible, or both."
GAS_YEAR_MONTH = "The month in which a gas year starts: 10 for October."
HORIZON_DAYS = "How many gas days ahead a booking may start."
KIND = "For entries, exits or paths."
LEAD_DAYS = "How many gas days before its first a booking must be made."
NEGATIVE_PRICES = "Whether tariffs, offers and bids may be negative, so that the buyer is paid."
ROUTE_KINDS = "Entries, exits or paths."
RUNTIME = "The standard length of the product" + EVERY_POINT
RUNTIMES = "The standard lengths on sale."


@strawberry.type
class Tariff(InNetwork):
    """A price per unit and gas day, from `validFrom` on; of several that apply the narrowest is charged."""

    id: relay.GlobalID = strawberry.field(description="The id of the tariff.")
    kind: RouteKind = strawberry.field(description=KIND)
    firmness: Firmness
    valid_from: date
    receipt: PhysicalNode | None = element("The receipt node" + EVERY_POINT)
    delivery: PhysicalNode | None = element("The delivery node" + EVERY_POINT)
    runtime: Runtime | None = strawberry.field(description=RUNTIME)
    price: PriceProcedure = strawberry.field(description="What a unit costs on a gas day.")

    @classmethod
    def on(cls, value: model.Tariff) -> Self:
        """Show a tariff."""
        return shown_as(
            cls,
            value,
            within=Newest(value.network_id),
            id=relay.GlobalID("Tariff", str(value.id)),
            price=price_of(value.price),
        )


@strawberry.type
class ProductRules(FromDomain):
    """What an operator sells first come first served, from a gas day on."""

    valid_from: date
    runtimes: list[Runtime] = strawberry.field(description=RUNTIMES)
    firmness: list[Firmness] = strawberry.field(description=FIRMNESS)
    route_kinds: list[RouteKind] = strawberry.field(description=ROUTE_KINDS)
    lead_days: int = strawberry.field(description=LEAD_DAYS)
    horizon_days: int = strawberry.field(description=HORIZON_DAYS)
    gas_year_month: int = strawberry.field(description=GAS_YEAR_MONTH)
    allows_negative_prices: bool = strawberry.field(description=NEGATIVE_PRICES)


@strawberry.input
class SetTariffInput:
    """A price to publish; it changes no booking already made."""

    network: str
    kind: RouteKind = strawberry.field(description=KIND)
    firmness: Firmness
    valid_from: date
    price: PriceInput = strawberry.field(
        description='What a unit costs on a gas day, such as {flat: {pricePerUnitDay: "0.012"}}.'
    )
    receipt: str | None = strawberry.field(default=None, description="The receipt node" + EVERY_POINT)
    delivery: str | None = strawberry.field(default=None, description="The delivery node" + EVERY_POINT)
    runtime: Runtime | None = strawberry.field(default=None, description=RUNTIME)


@strawberry.type
class SetTariffPayload:
    """The tariff that was published."""

    tariff: Tariff = strawberry.field(description="The tariff.")


@strawberry.input
class SetProductRulesInput:
    """What is on sale from a gas day on."""

    network: str
    valid_from: date
    runtimes: list[Runtime] = strawberry.field(description=RUNTIMES)
    firmness: list[Firmness] = strawberry.field(description=FIRMNESS)
    route_kinds: list[RouteKind] = strawberry.field(description=ROUTE_KINDS)
    lead_days: int = strawberry.field(default=0, description=LEAD_DAYS)
    horizon_days: int = strawberry.field(default=HORIZON_DAYS_DEFAULT, description=HORIZON_DAYS)
    gas_year_month: int = strawberry.field(default=10, description=GAS_YEAR_MONTH)
    allows_negative_prices: bool = strawberry.field(default=False, description=NEGATIVE_PRICES)


@strawberry.type
class SetProductRulesPayload:
    """The rules that were published."""

    product_rules: ProductRules = strawberry.field(description="The rules.")


SetTariffResult = Annotated[SetTariffPayload | Refusals, strawberry.union("SetTariffResult")]
SetProductRulesResult = Annotated[
    SetProductRulesPayload | Refusals, strawberry.union("SetProductRulesResult")
]


@strawberry.type
class TariffQueries:
    """Queries of prices and products."""

    @strawberry.field(permission_classes=[MayRead])
    async def tariffs(self, info: Info, network: str) -> list[Tariff]:
        """Every version of every tariff of a network, oldest first."""
        network_id = await network_id_of(info, network)
        async with info.context.services.database.read() as connection:
            return [Tariff.on(one) for one in await repository.of_network(connection, network_id)]

    @strawberry.field(permission_classes=[MayRead])
    async def product_rules(self, info: Info, network: str, day: date) -> ProductRules:
        """What is on sale for bookings made on a gas day."""
        network_id = await network_id_of(info, network)
        async with info.context.services.database.read() as connection:
            return ProductRules.of(await product_repository.in_force(connection, network_id, day))


@strawberry.type
class TariffMutations:
    """Mutations of prices and products."""

    @strawberry.mutation(permission_classes=[MayOperate])
    async def set_tariff(self, info: Info, input: SetTariffInput) -> SetTariffResult:  # noqa: A002
        """Publish a price from a gas day on."""
        command = command_of(
            service.SetTariff,
            input,
            network_id=await network_id_of(info, input.network),
            price=input.price.to_price(),
        )
        try:
            return SetTariffPayload(tariff=Tariff.on(await run(info, service.set_tariff, command)))
        except InvalidInput as refusal:
            faults = (Fault(input.price.place_of(one.place), one.message) for one in refusal.faults)
            raise InvalidInput(faults) from None

    @strawberry.mutation(permission_classes=[MayOperate])
    async def set_product_rules(
        self,
        info: Info,
        input: SetProductRulesInput,  # noqa: A002
    ) -> SetProductRulesResult:
        """Publish what is on sale from a gas day on."""
        rules = command_of(
            products.ProductRules,
            input,
            network_id=await network_id_of(info, input.network),
            runtimes=frozenset(input.runtimes),
            firmness=frozenset(input.firmness),
            route_kinds=frozenset(input.route_kinds),
        )
        stored = await run(info, product_service.set_product_rules, rules)
        return SetProductRulesPayload(product_rules=ProductRules.of(stored))
