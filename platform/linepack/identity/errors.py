"""The refusals of identity.

    Problem
      InvalidCredentials      email and password do not belong together
      SecondFactorRequired    the password is right, and a code is needed beside it
      InvalidCode             the code is not one of the second factor
      SessionEnded            the refresh token is not valid, or not any more
      Unauthenticated         the bearer is no token or key of ours, or is no longer valid
      TooManyAttempts         wait before trying to sign in again
      NameTaken               another party, account or key has this name
      InitialPassword         the password is right, and has to be replaced first
      LastAdministrator       nobody else could keep the accounts

No answer distinguishes an unknown account from a wrong password, or says why a token was refused;
`Unauthenticated.reason` is for the log.
"""

import math
from datetime import timedelta

from linepack.problems import Problem


class InvalidCredentials(Problem):
    """Invalid email or password, or a disabled account: the answer is the same."""

    code = "INVALID_CREDENTIALS"

    def __init__(self) -> None:
        super().__init__("email and password do not belong together")


class SecondFactorRequired(Problem):
    """The account has a second factor: a code of it is needed beside the password."""

    code = "SECOND_FACTOR_REQUIRED"

    def __init__(self) -> None:
        super().__init__("a code of your second factor is needed", path=("code",))


class InvalidCode(Problem):
    """The code is not of the second factor, was used already or has passed: the answer is the same."""

    code = "INVALID_CODE"

    def __init__(self) -> None:
        super().__init__("this code is not valid, or not any more; use the next one", path=("code",))


class SessionEnded(Problem):
    """The refresh token belongs to no session, or to one that has ended: the answer is the same."""

    code = "SESSION_ENDED"

    def __init__(self) -> None:
        super().__init__("the session has ended; sign in again")


class Unauthenticated(Problem):
    """The bearer is not a token or key that is valid here and now."""

    code = "UNAUTHENTICATED"

    def __init__(self, reason: str) -> None:
        super().__init__("the token or key is not valid; sign in again")
        self.reason = reason


class TooManyAttempts(Problem):
    """Too many failed attempts to sign in; after `retry_after_seconds` another is worth making."""

    code = "RATE_LIMITED"

    def __init__(self, retry_after: timedelta) -> None:
        self.retry_after_seconds = max(1, math.ceil(retry_after.total_seconds()))
        super().__init__(f"too many failed attempts to sign in; try again in {self.retry_after_seconds} s")


class NameTaken(Problem):
    """What must be unique is in use."""

    code = "NAME_TAKEN"

    def __init__(self, kind: str, name: str, *, path: tuple[str, ...] = ()) -> None:
        super().__init__(f"there is already a {kind} {name}", path=path)
        self.kind = kind
        self.name = name


class InitialPassword(Problem):
    """The password was made by an administrator: it is replaced by one's own with the first sign-in."""

    code = "INITIAL_PASSWORD"

    def __init__(self) -> None:
        super().__init__("this is an initial password: sign in with it and a new one", path=("newPassword",))


class LastAdministrator(Problem):
    """Nobody else of the company, who has signed in before, could keep its accounts."""

    code = "LAST_ADMINISTRATOR"

    def __init__(self) -> None:
        super().__init__("this is the last administrator who can sign in: another is needed first")
