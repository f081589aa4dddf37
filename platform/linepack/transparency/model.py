"""The logs there are, and what a log says of itself."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from linepack.transparency.merkle import HASH_BYTES


class LogName(StrEnum):
    """LEDGER: the entries of the ledger, by their sequence. VERDICTS: what was proved about bookings."""

    LEDGER = "LEDGER"
    VERDICTS = "VERDICTS"

    @property
    def slug(self) -> str:
        """The log's name in addresses and origins."""
        return self.value.lower()


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint as it is stored: what it says, the note that says it, and the key that signed it."""

    size: int
    root: bytes
    note: str
    vkey: str
    signed_at: datetime

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.root) != HASH_BYTES:
            raise ValueError("a checkpoint has a size and a root of 32 bytes")


@dataclass(frozen=True, slots=True)
class Logged:
    """What is in a log: its record, the SHA-256 of which is the data of the leaf, and its place."""

    record: bytes
    place: int
