"""The events of shortfalls: each informs one holder, and no one else, of its own contracts."""

from collections.abc import Iterable
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field

from capacity.feasibility.shortfalls.notices import Line
from capacity.networks.policy import Level
from linepack.events.model import Event, Stream
from linepack.events.typed import TypedEvent
from linepack.gasday import GasDay
from linepack.ids import ContractId, NetworkId, PartyId


class ShortLine(BaseModel):
    """One contract on one route that counts on one cut; `missing` is None where pressure fails."""

    model_config = ConfigDict(frozen=True)

    contract_id: ContractId
    receipt: str | None
    delivery: str | None
    level: Level
    cut: str
    start: GasDay
    end: GasDay
    units: int
    missing: int | None

    @classmethod
    def of(cls, line: Line) -> Self:
        """Return a line as its holder is informed of it."""
        return cls(
            contract_id=line.contract_id,
            receipt=line.route.receipt,
            delivery=line.route.delivery,
            level=line.level,
            cut=line.cut,
            start=line.period.start,
            end=line.period.end,
            units=line.units,
            missing=line.missing,
        )


class ShortfallEvent(TypedEvent):
    """What concerns the contracts of one holder on a network."""

    stream = Stream.CAPACITY

    holder_id: PartyId | None = Field(default=None, exclude=True)
    network_id: NetworkId
    network_version: int
    lines: tuple[ShortLine, ...]

    @property
    def key(self) -> str:
        """The holder's id, which is stored beside the payload."""
        return str(self.holder_id)

    @classmethod
    def of(cls, network_id: NetworkId, version: int, holder_id: PartyId, lines: Iterable[Line]) -> Self:
        """Return the event for a holder about a version of a network."""
        return cls(
            audience=frozenset({holder_id}),
            holder_id=holder_id,
            network_id=network_id,
            network_version=version,
            lines=tuple(map(ShortLine.of, lines)),
        )


class CapacityShort(ShortfallEvent):
    """Less capacity is left than is sold; the lines are all that stand from now on."""

    topic = "capacity.short"


class CapacityRestored(ShortfallEvent):
    """What was short is no longer."""

    topic = "capacity.restored"


TOPICS: Final = frozenset({CapacityShort.topic, CapacityRestored.topic})


def is_notice(event: Event) -> bool:
    """Return whether an event informs a holder of what is short or restored."""
    return event.topic in TOPICS
