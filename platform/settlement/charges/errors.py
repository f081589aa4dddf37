"""Why an event cannot be charged.

Problem
├── NothingToPassOn          an assignment takes a charge that the seller's contract does not carry
├── UnreadableEvent          the payload of an event lacks something or contradicts itself
└── PublicationNotReceived   index values were published that settlement has not received
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
    """An event's payload lacks something or contradicts itself; the message names what."""

    code = "UNREADABLE_EVENT"

    def __init__(self, topic: str, reason: str) -> None:
        super().__init__(f"event {topic} cannot be settled: {reason}")
        self.topic = topic
        self.reason = reason


class PublicationNotReceived(Problem):
    """Values of an index were published that settlement has not received."""

    code = "NOT_LEARNT"

    def __init__(self, index: str, position: int) -> None:
        super().__init__(
            f"settlement has not received the values of index {index} that event {position} published"
        )
        self.index = index
        self.position = position
