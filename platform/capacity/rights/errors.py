"""What the rights ledger refuses.

Problem
└── RightsExceeded    a contract does not have the rights that were to be taken from it
"""

from collections.abc import Sequence

from capacity.rights.balance import Segment
from capacity.rights.model import Route
from linepack.ids import ContractId
from linepack.problems import Problem


class RightsExceeded(Problem):
    """A contract lacks the rights that were to be taken from it: on which days, and how many units."""

    code = "RIGHTS_EXCEEDED"

    def __init__(self, contract_id: ContractId, route: Route, missing: Sequence[Segment]) -> None:
        days = "; ".join(f"{segment.quantity:,} units are missing on {segment.period}" for segment in missing)
        super().__init__(f"contract {contract_id} does not hold that much on {route}: {days}")
        self.contract_id = contract_id
        self.route = route
        self.missing = tuple(missing)
