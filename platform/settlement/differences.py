"""The home of what reconciliation reports: differences, each with the proof that it breaks."""

from dataclasses import dataclass
from enum import StrEnum


class Proof(StrEnum):
    """What reconciliation proves."""

    RIGHTS = "rights = contracts"
    CHARGES = "postings = charge plans"
    LEDGER = "ledger intact"
    FEED = "feed = postings"
    EVENTS = "events without gaps"
    LOG = "log = ledger and verdicts"
    PARKED = "nothing parked"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it must be: `subject` names the contract, entry, event or stream."""

    proof: Proof
    subject: str
    detail: str

    def __str__(self) -> str:
        return f"{self.proof}: {self.subject}: {self.detail}"
