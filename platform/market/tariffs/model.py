"""Tariffs: what an operator charges for capacity, as dated rule data.

A tariff holds for one kind of route and one firmness, and may be narrowed to a receipt point, a delivery
point and a runtime; the narrowest tariff applies, points counting more than the runtime. Its price procedure
is per commercial unit and gas day. The tariff in force on a booking's first gas day is the booking's price
for as long as it runs (a fixed payable price), so that a later tariff changes no contract.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from capacity.contracts.pricing.bounds import reach
from capacity.contracts.pricing.price import PriceProcedure
from capacity.rights.model import Firmness, Route, RouteKind
from linepack.gasday import GasDay
from linepack.ids import NetworkId, TariffId
from linepack.problems import Fault, InvalidInput
from market.products.model import Runtime


@dataclass(frozen=True, slots=True)
class Tariff:
    """A price from gas day `valid_from` on; None means every point, or every runtime."""

    id: TariffId
    network_id: NetworkId
    kind: RouteKind
    firmness: Firmness
    valid_from: GasDay
    price: PriceProcedure
    receipt: str | None = None
    delivery: str | None = None
    runtime: Runtime | None = None

    def applies(self, route: Route, firmness: Firmness, runtime: Runtime, day: GasDay) -> bool:
        """Return whether a booking whose first gas day is `day` may be charged by this tariff."""
        return (
            self.kind is route.kind
            and self.firmness is firmness
            and self.valid_from <= day
            and self.receipt in (None, route.receipt)
            and self.delivery in (None, route.delivery)
            and self.runtime in (None, runtime)
        )

    @property
    def narrowness(self) -> tuple[int, bool, bool]:
        """How much this tariff is narrowed down; the receipt decides between one point and the other."""
        points = (self.receipt is not None) + (self.delivery is not None)
        return points, self.receipt is not None, self.runtime is not None


def tariff_for(
    tariffs: Iterable[Tariff], route: Route, firmness: Firmness, runtime: Runtime, day: GasDay
) -> Tariff | None:
    """Return the narrowest tariff in force, of equally narrow ones the latest; None when there is none."""
    fitting = [tariff for tariff in tariffs if tariff.applies(route, firmness, runtime, day)]
    return max(fitting, key=lambda t: (t.narrowness, t.valid_from, t.id), default=None)


def require_priced(tariff: Tariff, quantity: int) -> None:
    """Raise InvalidInput, at `quantity`, when the tariff's block tiers end before it."""
    most = reach(tariff.price)
    if most is not None and quantity > most:
        message = f"the tariff has prices for at most {int(most):,} units, not {quantity:,}"
        raise InvalidInput([Fault("quantity", message)])
