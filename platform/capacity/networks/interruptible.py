"""How much interruptible capacity is on sale: the operator's dated statements, none by default.

A statement is about a path, an entry point or an exit point, and gives whole commercial units or a share of
the technical capacity there. One about a point counts all interruptible rights that begin or end at it, one
about a path those on the path. All that bear on a route hold together; without any, nothing interruptible is
on sale on it. A statement without points is for every path, entry or exit that has none of its own.

Of several about the same, the latest that is in force on a gas day holds; of equal days the one stated last.
One that gives neither quantity nor share ends what was stated before it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from capacity.rights.model import Route, RouteKind
from linepack.gasday import GasDay, Period


@dataclass(frozen=True, slots=True)
class InterruptibleQuantity:
    """A statement that holds from gas day `valid_from` on; see the module docstring."""

    kind: RouteKind
    valid_from: GasDay
    receipt: str | None = None
    delivery: str | None = None
    quantity: int | None = None
    share: Decimal | None = None

    @property
    def states_nothing(self) -> bool:
        """Whether it only ends what was stated before."""
        return self.quantity is None and self.share is None

    @property
    def is_for_every(self) -> bool:
        """Whether it is for every path, entry or exit without a statement of its own."""
        return self.receipt is None and self.delivery is None

    def on_sale(self, technical: int) -> int:
        """Return the whole units on sale where the technical capacity is `technical`."""
        if self.share is not None:
            return int(technical * self.share)
        return self.quantity or 0


def limits_on(route: Route) -> list[Route]:
    """Return what limits a route, each as a route: its ends that are points, and the route itself."""
    if route.kind is not RouteKind.PATH:
        return [route]
    return [Route(route.receipt, None), Route(None, route.delivery), route]


def stated(
    statements: Sequence[InterruptibleQuantity], limit: Route, day: GasDay
) -> InterruptibleQuantity | None:
    """Return what holds about one path or point on a gas day, None when nothing is stated.

    `statements` are those of the network, in the order in which they were made.
    """
    own = _latest(statements, limit.kind, limit.receipt, limit.delivery, day)
    if own is not None and not own.states_nothing:
        return own
    general = _latest(statements, limit.kind, None, None, day)
    return None if general is None or general.states_nothing else general


def first_days(statements: Iterable[InterruptibleQuantity], period: Period) -> list[GasDay]:
    """Return the gas days after the first of `period` on which a statement comes into force, in order."""
    return sorted({one.valid_from for one in statements if period.start < one.valid_from < period.end})


def _latest(
    statements: Sequence[InterruptibleQuantity],
    kind: RouteKind,
    receipt: str | None,
    delivery: str | None,
    day: GasDay,
) -> InterruptibleQuantity | None:
    fitting = [
        (one.valid_from, place)
        for place, one in enumerate(statements)
        if (one.kind, one.receipt, one.delivery) == (kind, receipt, delivery) and one.valid_from <= day
    ]
    return statements[max(fitting)[1]] if fitting else None
