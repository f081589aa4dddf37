"""The home of what settlement may refuse.

Problem
├── NothingToPassOn     an assignment takes a charge that the seller's contract does not carry
├── UnreadableEvent     an event of another package does not say what settlement needs to know
└── PublicationNotReceived           index values were published, and settlement does not know them
"""

from linepack.gasday import Period
from linepack.problems import Problem


class NothingToPassOn(Problem):
    """An assignment takes gas days or units that the seller's contract carries no charge for."""

    code = "NOTHING_TO_PASS_ON"

    def __init__(self, contract: str, *, quantity: int, period: Period) -> None:
        super().__init__(f"contract {contract} does not owe for {quantity:,} units over {period}")
        self.contract = contract
        self.quantity = quantity
        self.period = period


class UnreadableEvent(Problem):
    """An event's payload does not say what settlement needs to know; the message names what is missing."""

    code = "UNREADABLE_EVENT"

    def __init__(self, topic: str, reason: str) -> None:
        super().__init__(f"event {topic} cannot be settled: {reason}")
        self.topic = topic
        self.reason = reason


class PublicationNotReceived(Problem):
    """Values of an index were published that settlement does not know."""

    code = "NOT_LEARNT"

    def __init__(self, index: str, position: int) -> None:
        super().__init__(f"the values of index {index} that event {position} published are not known")
        self.index = index
        self.position = position
