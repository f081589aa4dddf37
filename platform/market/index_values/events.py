"""The event of published index values: public, one for each index, with the values that are new."""

from collections.abc import Sequence

from linepack.events.model import NewEvent, Stream
from market.index_values.model import IndexValue

PUBLISHED = "index.published"


def of_published(values: Sequence[IndexValue]) -> NewEvent:
    """Return the event that tells of new values, at least one, all of one index."""
    first = values[0]
    return NewEvent(
        stream=Stream.MARKET,
        topic=PUBLISHED,
        key=first.index,
        payload={
            "network_id": str(first.network_id),
            "index": first.index,
            "values": [
                {"day": one.day.isoformat(), "value": f"{one.value:f}", "revision": one.revision}
                for one in values
            ],
        },
        network_id=first.network_id,
    )
