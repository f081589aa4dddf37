"""Which tariff a booking is charged by."""

from datetime import date
from decimal import Decimal
from typing import Any

from capacity.contracts.pricing.price import Flat
from capacity.rights.model import Firmness, Route, RouteKind
from linepack.ids import NetworkId, TariffId, new_id
from market.products.model import Runtime
from market.tariffs.model import Tariff, tariff_for

NETWORK = NetworkId(new_id())
JANUARY, JUNE = date(2026, 1, 1), date(2026, 6, 1)
PATH = Route("a", "b")


def tariff(price: Any, **narrowed: Any) -> Any:
    defaults = {"kind": RouteKind.PATH, "firmness": Firmness.FIRM, "valid_from": JANUARY}
    values = {**defaults, **narrowed}
    return Tariff(id=TariffId(new_id()), network_id=NETWORK, price=Flat(Decimal(price)), **values)


def chosen(
    tariffs: Any,
    *,
    route: Any = PATH,
    firmness: Any = Firmness.FIRM,
    runtime: Any = Runtime.MONTHLY,
    day: Any = JUNE,
) -> Any:
    found: Any = tariff_for(tariffs, route, firmness, runtime, day)
    return None if found is None else str(found.price.price_per_unit_day)


def test_tariff_in_force_is_the_latest_before_the_first_gas_day() -> None:
    versions = [tariff("1"), tariff("2", valid_from=JUNE), tariff("3", valid_from=date(2026, 7, 1))]
    assert chosen(versions) == "2"
    assert chosen(versions, day=date(2026, 5, 31)) == "1"


def test_correction_of_the_same_day_supersedes_the_tariff_before() -> None:
    assert chosen([tariff("1"), tariff("2")]) == "2"


def test_narrowest_tariff_applies_whenever_it_was_set() -> None:
    general = tariff("1", valid_from=JUNE)
    monthly = tariff("2", runtime=Runtime.MONTHLY)
    from_a = tariff("3", receipt="a")
    from_a_to_b = tariff("4", receipt="a", delivery="b")
    assert chosen([general, monthly]) == "2"
    assert chosen([general, monthly, from_a]) == "3"
    assert chosen([general, monthly, from_a, from_a_to_b]) == "4"


def test_receipt_decides_between_a_tariff_for_either_point() -> None:
    assert chosen([tariff("1", delivery="b"), tariff("2", receipt="a")]) == "2"


def test_tariffs_for_other_routes_firmness_and_runtimes_do_not_apply() -> None:
    others = [
        tariff("1", kind=RouteKind.ENTRY),
        tariff("2", firmness=Firmness.INTERRUPTIBLE),
        tariff("3", receipt="z"),
        tariff("4", runtime=Runtime.DAILY),
        tariff("5", valid_from=date(2027, 1, 1)),
    ]
    assert chosen(others) is None
