"""The events of what operators set aside: public, as availability is, and on the stream that changes it."""

from collections.abc import Sequence
from typing import Self

from capacity.rights.model import Hold
from linepack.events.model import Stream
from linepack.events.typed import TypedEvent
from linepack.gasday import Period
from linepack.ids import SetAsideId
from market.set_asides.model import CapacitySetAside


class _SetAsideEvent(TypedEvent):
    stream = Stream.CAPACITY

    set_aside_id: SetAsideId
    receipt: str | None
    delivery: str | None
    period: Period

    @property
    def key(self) -> str:
        """The id of what was set aside."""
        return str(self.set_aside_id)


class SetAsideMade(_SetAsideEvent):
    """An operator has set capacity aside."""

    topic = "capacity.set_aside"

    quantity: int
    reason: str

    @classmethod
    def of(cls, aside: CapacitySetAside) -> Self:
        """Return the event about capacity that was set aside."""
        return cls(
            network_id=aside.network_id,
            set_aside_id=aside.id,
            receipt=aside.route.receipt,
            delivery=aside.route.delivery,
            period=aside.period,
            quantity=aside.quantity,
            reason=aside.reason,
        )


class SetAsideEnded(_SetAsideEvent):
    """Capacity that was set aside is for sale again."""

    topic = "capacity.set_aside_ended"

    @classmethod
    def of(cls, lines: Sequence[Hold]) -> Self:
        """Return the event about the hold that `lines` ended."""
        first = lines[0]
        if first.route is None:
            raise ValueError("an operator sets capacity of a route aside, not of a contract")
        return cls(
            network_id=first.network_id,
            set_aside_id=SetAsideId(first.purpose.cause_id),
            receipt=first.route.receipt,
            delivery=first.route.delivery,
            period=Period(min(line.period.start for line in lines), max(line.period.end for line in lines)),
        )
