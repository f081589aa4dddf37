"""The event of published index values: public, one for each index, with the values that are new."""

from collections.abc import Sequence
from typing import Self

from pydantic import BaseModel, ConfigDict

from linepack.events.model import Stream
from linepack.events.typed import PlainDecimal, TypedEvent
from linepack.gasday import GasDay
from linepack.ids import NetworkId
from market.index_values.model import IndexValue


class PublishedValue(BaseModel):
    """A value for one gas day; a later one for the same day has the next revision."""

    model_config = ConfigDict(frozen=True)

    day: GasDay
    value: PlainDecimal
    revision: int


class IndexPublished(TypedEvent):
    """The operator of a network has published values of an index."""

    stream = Stream.MARKET
    topic = "index.published"

    network_id: NetworkId
    index: str
    values: tuple[PublishedValue, ...]

    @property
    def key(self) -> str:
        """The index's name."""
        return self.index

    @classmethod
    def of(cls, values: Sequence[IndexValue]) -> Self:
        """Return the event about new values, at least one, all of one index."""
        first = values[0]
        return cls(
            network_id=first.network_id,
            index=first.index,
            values=tuple(
                PublishedValue(day=one.day, value=one.value, revision=one.revision) for one in values
            ),
        )
