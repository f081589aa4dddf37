"""The form of an event: one frozen class a topic, in the package that publishes it.

Its fields are the payload, in their order; `network_id` and `audience` are stored beside the payload. The
version counts the forms that the payload of a topic has had: what was stored in an earlier one must still be
read. Decimals are written as strings, days and instants as ISO 8601.
"""

from abc import abstractmethod
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from linepack.canonical_json import JsonValue
from linepack.events.model import Stream
from linepack.ids import NetworkId, PartyId

Instant = Annotated[datetime, PlainSerializer(datetime.isoformat, return_type=str)]
"""An instant as it is written: with its offset in hours and minutes, not as Z."""
PlainDecimal = Annotated[Decimal, PlainSerializer(lambda value: f"{value:f}", return_type=str)]
"""A decimal number that is written without an exponent."""


class TypedEvent(BaseModel):
    """A fact about to be recorded, or read again.

    `key` names the thing it is about. `audience` None means every signed-in principal; otherwise only these
    parties, and the roles that see all, may read it.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)  # most processes read few topics

    stream: ClassVar[Stream]
    topic: ClassVar[str]
    version: ClassVar[int] = 1

    network_id: NetworkId | None = Field(default=None, exclude=True)
    audience: frozenset[PartyId] | None = Field(default=None, exclude=True)

    @property
    @abstractmethod
    def key(self) -> str:
        """What the event is about."""

    @property
    def payload(self) -> Mapping[str, JsonValue]:
        """What is written."""
        return self.model_dump(mode="json")

    @classmethod
    def read(cls, payload: Mapping[str, Any]) -> Self:
        """Return what was written; raises ValueError where it is anything else."""
        return cls.model_validate(payload)
