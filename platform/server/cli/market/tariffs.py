"""The commands on tariffs: `linepack tariff set` and `list`. They act for the operator of the network."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from capacity.contracts.pricing.codec import price_from_json, price_to_json
from capacity.contracts.pricing.price import PriceProcedure
from capacity.rights.model import Firmness, RouteKind
from linepack.access import Role
from market.tariffs import repository
from market.tariffs.model import Tariff
from market.tariffs.service import SetTariff, set_tariff
from server.cli.answers import Answer, Column, Rows
from server.cli.files import read_json
from server.cli.session import Session


def _in_short(price: Mapping[str, object]) -> str:
    """Return a flat price, and of any other its form."""
    return str(price.get("price_per_unit_day", price["form"]) if price["form"] == "FLAT" else price["form"])


TARIFFS: Final = (
    Column("valid_from", "from"),
    Column("kind", "kind"),
    Column("firmness", "firmness"),
    Column("receipt", "receipt"),
    Column("delivery", "delivery"),
    Column("runtime", "runtime"),
    Column("price", "price", _in_short),
)


async def set_(
    session: Session,
    *,
    network: str,
    kind: RouteKind,
    flat: Decimal | None,
    file: Path | None,
    firmness: Firmness,
    receipt: str | None,
    delivery: str | None,
    valid_from: date | None,
) -> Answer:
    """Publish a price."""
    price = _price(flat, file)
    published = await session.network(network)
    today = published.network.clock.gas_day(session.services.now())
    order = SetTariff(
        network_id=published.id,
        kind=kind,
        firmness=firmness,
        valid_from=valid_from or today,
        price=price,
        receipt=receipt,
        delivery=delivery,
    )
    tariff = await session.caller_for(published.operator_id, Role.OPERATOR).run(set_tariff, order)
    return Answer.of(_record(tariff), Rows(TARIFFS, [_record(tariff)]))


async def list_(session: Session, *, network: str) -> Answer:
    """List every version of every tariff, the oldest first."""
    published = await session.network(network)
    async with session.services.database.read() as connection:
        found = await repository.of_network(connection, published.id)
    return Answer.listing(Rows(TARIFFS, [_record(one) for one in found]), f"{network} has no tariff.")


def _price(flat: Decimal | None, file: Path | None) -> PriceProcedure:
    if file is not None:
        return price_from_json(read_json(file))
    return price_from_json({"form": "FLAT", "price_per_unit_day": str(flat)})


def _record(tariff: Tariff) -> dict[str, object]:
    return {
        "valid_from": tariff.valid_from,
        "kind": tariff.kind,
        "firmness": tariff.firmness,
        "receipt": tariff.receipt,
        "delivery": tariff.delivery,
        "runtime": tariff.runtime,
        "price": price_to_json(tariff.price),
    }
