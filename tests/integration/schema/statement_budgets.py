"""How many SQL statements an operation may take: `SchemaHarness.ask` holds to it all that tests ask for.

A query takes as many as its root fields may together, however many rows it returns. A mutation takes those of
its command: what it checks, locks, writes and publishes. Those of what it answers with are among them. An
event takes as many as a root field of a query (`test_event_budgets`).
"""

from collections.abc import Mapping
from typing import Final

from graphql import FieldNode, OperationDefinitionNode, OperationType, parse

QUERY_MAX: Final = 8
"""Statements that a root field of a query may take, with all that is asked below it."""
MUTATION_MAX: Final = 30
EVENT_MAX: Final = 8
"""Statements that an event of a subscription may take, with all that is asked below it."""
EVENTS_MORE: Final[Mapping[str, int]] = {
    "positionChanges": 12,  # what changed and the new positions are found step by step, at one version
}
MORE: Final[Mapping[str, int]] = {
    "awardRelease": 40,  # what decides is read again under the lock
    "bidQuote": 10,  # with the limits of credit, and who is suspended
    "listingQuote": 10,  # likewise
    "dryRunBookCapacity": 10,  # likewise
    "credit": 16,  # contracts and what became of them, payments, bids, orders: each once
    "shortfalls": 10,  # a process that has not met the network reads it first
}


def budget_of(query: str) -> int:
    """Return how many statements the operation of a document may take."""
    [operation] = [one for one in parse(query).definitions if isinstance(one, OperationDefinitionNode)]
    fields = [one.name.value for one in operation.selection_set.selections if isinstance(one, FieldNode)]
    each = MUTATION_MAX if operation.operation is OperationType.MUTATION else QUERY_MAX
    return sum(MORE.get(name, each) for name in fields)
