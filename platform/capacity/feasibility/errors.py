"""The refusals of feasibility.

Problem
└── Undecided    no proof was reached in the time there is
"""

from linepack.problems import Problem


class Undecided(Problem):
    """No proof was reached in the time there is; nothing may be sold on it."""

    code = "UNDECIDED"

    def __init__(self, reason: str) -> None:
        super().__init__(f"undecided: {reason}")
        self.reason = reason
