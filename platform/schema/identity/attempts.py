"""The refusal of attempts to sign in that come too soon after others."""

import strawberry

from schema.types.problems import Problem


@strawberry.type
class TooManyAttemptsProblem(Problem):
    """Too many attempts from your address have failed. Whether the account exists is not said."""

    retry_after_seconds: int = strawberry.field(description="When another attempt is worth making.")
