"""The refusals of identity.

    Problem
      InvalidCredentials      email and password do not belong together
      Unauthenticated         the bearer is no token or key of ours, or is no longer valid
      TooManyAttempts         wait before trying to sign in again
      NameTaken               another party, account or key has this name
      InitialPassword         the password is right, and has to be replaced first
      LastAdministrator       nobody else could keep the accounts

No answer distinguishes an unknown account from a wrong password, or says why a token was refused;
`Unauthenticated.reason` is for the log.
"""

from datetime import timedelta

from linepack.problems import Problem


class InvalidCredentials(Problem):
    """Invalid email or password, or a disabled account: the answer is the same."""

    code = "INVALID_CREDENTIALS"

    def __init__(self) -> None:
        super().__init__("email and password do not belong together")


class Unauthenticated(Problem):
    """The bearer is not a token or key that is valid here and now."""

    code = "UNAUTHENTICATED"

    def __init__(self, reason: str) -> None:
        super().__init__("the token or key is not valid; sign in again")
        self.reason = reason


class TooManyAttempts(Problem):
    """Too many failed attempts to sign in; `retry_after` says when another is worth making."""

    code = "RATE_LIMITED"

    def __init__(self, retry_after: timedelta) -> None:
        seconds = max(1, round(retry_after.total_seconds()))
        super().__init__(f"too many failed attempts to sign in; try again in {seconds} s")
        self.retry_after = retry_after


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
