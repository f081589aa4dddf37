"""The events of what operators set aside: public, as availability is, and on the stream that changes it."""

from collections.abc import Sequence

from capacity.rights.model import Hold
from linepack.events.model import NewEvent, Stream
from linepack.gasday import Period
from market.offers.model import period_to_json


def of_set_aside(hold: Hold, *, reason: str) -> NewEvent:
    """Return the event about capacity that was set aside."""
    return _event("capacity.set_aside", hold, hold.period, {"quantity": hold.quantity, "reason": reason})


def of_ended(lines: Sequence[Hold]) -> NewEvent:
    """Return the event about capacity that is for sale again, from the lines that ended its hold."""
    whole = Period(min(line.period.start for line in lines), max(line.period.end for line in lines))
    return _event("capacity.set_aside_ended", lines[0], whole, {})


def _event(topic: str, hold: Hold, period: Period, more: dict[str, int | str]) -> NewEvent:
    if hold.route is None:
        raise ValueError("an operator sets capacity of a route aside, not of a contract")
    return NewEvent(
        stream=Stream.CAPACITY,
        topic=topic,
        key=str(hold.purpose.cause_id),
        payload={
            "set_aside_id": str(hold.purpose.cause_id),
            "receipt": hold.route.receipt,
            "delivery": hold.route.delivery,
            "period": period_to_json(period),
            **more,
        },
        network_id=hold.network_id,
    )
