"""The refusals of feasibility.

Problem
└── Undecided          no proof was reached in the time there is
RateLimited
├── SolverTimeSpent    the party has had more of the verifiers' time than it may
└── TooManyQuestions   too many questions of the party wait already
"""

from linepack.problems import Problem, RateLimited

TRY_AGAIN_S = 1.0


class Undecided(Problem):
    """No proof was reached in the time there is; nothing may be sold on it."""

    code = "UNDECIDED"

    def __init__(self, reason: str) -> None:
        super().__init__(f"undecided: {reason}")
        self.reason = reason


class SolverTimeSpent(RateLimited):
    """The party's users and keys together have had more of the verifiers' time than they may."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__("your company has used up its solver seconds", retry_after_s=retry_after_s)


class TooManyQuestions(RateLimited):
    """Questions of a party are answered one after the other, and too many of them wait."""

    def __init__(self, waiting: int) -> None:
        message = f"{waiting} questions of your company to the solver wait already"
        super().__init__(message, retry_after_s=TRY_AGAIN_S)
