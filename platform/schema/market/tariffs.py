"""The home of tariffs and products in the API: what operators sell, and at which price."""

from datetime import date
from typing import Annotated, Self

import strawberry
from strawberry import relay
from strawberry.scalars import JSON

from capacity.contracts.pricing.codec import price_from_json, price_to_json
from capacity.rights.model import Firmness, RouteKind
from market.products import model as products
from market.products import repository as product_repository
from market.products import service as product_service
from market.products.model import HORIZON_DAYS_DEFAULT, Runtime
from market.tariffs import model, repository, service
from schema.capacity.networks import network_id_of
from schema.types.nodes import Info, Refusals
from schema.types.permissions import MayOperate, MayRead

NEGATIVE_PRICES = "Whether tariffs, offers and bids may be negative, so that who takes the capacity is paid."


@strawberry.type(description="A price per unit and gas day, from `validFrom` on. Null means every.")
class Tariff:
    """A dated tariff; the narrowest one that applies is charged."""

    id: relay.GlobalID
    kind: RouteKind
    firmness: Firmness
    valid_from: date
    receipt: str | None
    delivery: str | None
    runtime: Runtime | None
    price: JSON = strawberry.field(description="A declarative price procedure.")

    @classmethod
    def of(cls, tariff: model.Tariff) -> Self:
        """Show a tariff."""
        return cls(
            id=relay.GlobalID("Tariff", str(tariff.id)),
            kind=tariff.kind,
            firmness=tariff.firmness,
            valid_from=tariff.valid_from,
            receipt=tariff.receipt,
            delivery=tariff.delivery,
            runtime=tariff.runtime,
            price=JSON(price_to_json(tariff.price)),
        )


@strawberry.type(description="What an operator sells first come first served.")
class ProductRules:
    """Products on sale from a gas day on."""

    valid_from: date
    runtimes: list[Runtime]
    firmness: list[Firmness]
    route_kinds: list[RouteKind]
    lead_days: int
    horizon_days: int
    gas_year_month: int
    allows_negative_prices: bool = strawberry.field(description=NEGATIVE_PRICES)

    @classmethod
    def of(cls, rules: products.ProductRules) -> Self:
        """Show product rules."""
        return cls(
            valid_from=rules.valid_from,
            runtimes=sorted(rules.runtimes),
            firmness=sorted(rules.firmness),
            route_kinds=sorted(rules.route_kinds),
            lead_days=rules.lead_days,
            horizon_days=rules.horizon_days,
            gas_year_month=rules.gas_year_month,
            allows_negative_prices=rules.allows_negative_prices,
        )


@strawberry.input
class SetTariffInput:
    """A price to publish; it changes no booking already made."""

    network: str
    kind: RouteKind
    firmness: Firmness
    valid_from: date
    price: JSON = strawberry.field(
        description='A declarative price procedure, such as {"form": "FLAT", "price_per_unit_day": "0.012"}.'
    )
    receipt: str | None = None
    delivery: str | None = None
    runtime: Runtime | None = None


@strawberry.type
class SetTariffPayload:
    """The tariff published."""

    tariff: Tariff


@strawberry.input
class SetProductRulesInput:
    """What is on sale from a gas day on."""

    network: str
    valid_from: date
    runtimes: list[Runtime]
    firmness: list[Firmness]
    route_kinds: list[RouteKind]
    lead_days: int = 0
    horizon_days: int = HORIZON_DAYS_DEFAULT
    gas_year_month: int = 10
    allows_negative_prices: bool = strawberry.field(default=False, description=NEGATIVE_PRICES)


@strawberry.type
class SetProductRulesPayload:
    """The rules published."""

    product_rules: ProductRules


SetTariffResult = Annotated[SetTariffPayload | Refusals, strawberry.union("SetTariffResult")]
SetProductRulesResult = Annotated[
    SetProductRulesPayload | Refusals, strawberry.union("SetProductRulesResult")
]


@strawberry.type
class TariffQueries:
    """Prices and products."""

    @strawberry.field(
        permission_classes=[MayRead], description="Every version of every tariff of a network, oldest first."
    )
    async def tariffs(self, info: Info, network: str) -> list[Tariff]:
        """Return the tariffs of a network; they are few."""
        network_id = await network_id_of(info, network)
        async with info.context.services.database.read() as connection:
            return [Tariff.of(one) for one in await repository.of_network(connection, network_id)]

    @strawberry.field(
        permission_classes=[MayRead], description="What is on sale for bookings made on a gas day."
    )
    async def product_rules(self, info: Info, network: str, day: date) -> ProductRules:
        """Return the product rules in force."""
        network_id = await network_id_of(info, network)
        async with info.context.services.database.read() as connection:
            return ProductRules.of(await product_repository.in_force(connection, network_id, day))


@strawberry.type
class TariffMutations:
    """Publishing prices and products."""

    @strawberry.mutation(permission_classes=[MayOperate], description="Publish a price from a gas day on.")
    async def set_tariff(self, info: Info, input: SetTariffInput) -> SetTariffResult:  # noqa: A002
        """Return the tariff."""
        command = service.SetTariff(
            network_id=await network_id_of(info, input.network),
            kind=input.kind,
            firmness=input.firmness,
            valid_from=input.valid_from,
            price=price_from_json(input.price),
            receipt=input.receipt,
            delivery=input.delivery,
            runtime=input.runtime,
        )
        tariff = await service.set_tariff(info.context.services.market, info.context.caller(), command)
        return SetTariffPayload(tariff=Tariff.of(tariff))

    @strawberry.mutation(
        permission_classes=[MayOperate], description="Publish what is on sale from a gas day on."
    )
    async def set_product_rules(
        self,
        info: Info,
        input: SetProductRulesInput,  # noqa: A002
    ) -> SetProductRulesResult:
        """Return the rules."""
        rules = products.ProductRules(
            network_id=await network_id_of(info, input.network),
            valid_from=input.valid_from,
            runtimes=frozenset(input.runtimes),
            firmness=frozenset(input.firmness),
            route_kinds=frozenset(input.route_kinds),
            lead_days=input.lead_days,
            horizon_days=input.horizon_days,
            gas_year_month=input.gas_year_month,
            allows_negative_prices=input.allows_negative_prices,
        )
        stored = await product_service.set_product_rules(
            info.context.services.market, info.context.caller(), rules
        )
        return SetProductRulesPayload(product_rules=ProductRules.of(stored))
