"""The event of a booking, for its holder and for settlement."""

from typing import Self

from capacity.contracts.codec import ContractInFull
from capacity.contracts.contract import Contract
from linepack.events.model import Stream
from linepack.events.typed import TypedEvent
from linepack.ids import TariffId


class ContractBooked(TypedEvent):
    """The operator sold capacity; the verdict that proved it can be transported is named by its hash."""

    stream = Stream.CAPACITY
    topic = "contract.booked"

    contract: ContractInFull
    tariff_id: TariffId
    verdict_hash: str | None = None
    """None in bookings from before events held it."""

    @property
    def key(self) -> str:
        """The contract's id."""
        return str(self.contract.id)

    @classmethod
    def of(cls, contract: Contract, *, tariff_id: TariffId, verdict_hash: str) -> Self:
        """Return the event about a contract that was booked."""
        return cls(
            network_id=contract.network_id,
            audience=frozenset({contract.holder_id}),
            contract=contract,
            tariff_id=tariff_id,
            verdict_hash=verdict_hash,
        )
