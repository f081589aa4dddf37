"""Second factors: one-time passwords by time beside the password."""

from datetime import datetime
from typing import Annotated, Self

import strawberry
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.identity.enrolment import (
    ConfirmSecondFactor,
    EnrolSecondFactor,
    RemoveSecondFactor,
    confirm_second_factor,
    enrol_second_factor,
    remove_second_factor,
)
from linepack.identity.second_factor import repository
from linepack.ids import UserId
from schema.identity.attempts import TooManyAttemptsProblem
from schema.types.context import Info
from schema.types.permissions import SignedIn
from schema.types.problems import Refusals

OWN_PASSWORD = "Your password."  # noqa: S105 a description


@strawberry.type
class SecondFactor:
    """A person's second factor, shown to that person."""

    confirmed_at: datetime = strawberry.field(description="Since when it is needed to sign in.")
    recovery_codes_left: int = strawberry.field(description="How many recovery codes have not been used.")

    @classmethod
    async def load(cls, connection: AsyncConnection, user_id: UserId) -> Self | None:
        """Return a person's second factor; None while none is in force."""
        factor = await repository.of_account(connection, user_id)
        if factor is None or factor.confirmed_at is None:
            return None
        left = await repository.count_recovery_codes(connection, user_id)
        return cls(confirmed_at=factor.confirmed_at, recovery_codes_left=left)


@strawberry.input
class EnrolSecondFactorInput:
    """Your account, to be protected by a second factor."""

    password: str = strawberry.field(description=OWN_PASSWORD)


@strawberry.type
class EnrolSecondFactorPayload:
    """A secret, shown this once; it is in force once you have confirmed it by a code."""

    secret: str = strawberry.field(description="The secret in Base32, to type into an authenticator program.")
    uri: str = strawberry.field(
        description="The same as an `otpauth` URI, to show as a picture (QR code) that the program reads."
    )


@strawberry.input
class ConfirmSecondFactorInput:
    """A code of the second factor that was enrolled."""

    code: str = strawberry.field(description="The code that the program shows.")


@strawberry.type
class ConfirmSecondFactorPayload:
    """The second factor is in force; your other sessions have ended."""

    recovery_codes: list[str] = strawberry.field(
        description="Each takes the place of a code once. They are shown this once: keep them elsewhere."
    )


@strawberry.input
class RemoveSecondFactorInput:
    """Your second factor, to be removed."""

    password: str = strawberry.field(description=OWN_PASSWORD)
    code: str = strawberry.field(description="A code of it, or a recovery code.")


@strawberry.type
class RemoveSecondFactorPayload:
    """You sign in by the password alone from now on."""

    removed_at: datetime = strawberry.field(description="When it was removed.")


EnrolSecondFactorResult = Annotated[
    EnrolSecondFactorPayload | TooManyAttemptsProblem | Refusals, strawberry.union("EnrolSecondFactorResult")
]
ConfirmSecondFactorResult = Annotated[
    ConfirmSecondFactorPayload | Refusals, strawberry.union("ConfirmSecondFactorResult")
]
RemoveSecondFactorResult = Annotated[
    RemoveSecondFactorPayload | TooManyAttemptsProblem | Refusals,
    strawberry.union("RemoveSecondFactorResult"),
]


@strawberry.type
class SecondFactorMutations:
    """Mutations of one's own second factor."""

    @strawberry.mutation(permission_classes=[SignedIn])
    async def enrol_second_factor(self, info: Info, input: EnrolSecondFactorInput) -> EnrolSecondFactorResult:  # noqa: A002
        """Make the secret of a second factor for your account."""
        command = EnrolSecondFactor(password=input.password, address=info.context.address)
        context = info.context.services.identity.context(info.context.caller())
        enrolment = await enrol_second_factor(command, context)
        return EnrolSecondFactorPayload(secret=enrolment.secret, uri=enrolment.uri)

    @strawberry.mutation(permission_classes=[SignedIn])
    async def confirm_second_factor(
        self,
        info: Info,
        input: ConfirmSecondFactorInput,  # noqa: A002
    ) -> ConfirmSecondFactorResult:
        """Put your second factor in force, which is needed to sign in from now on."""
        context = info.context.services.identity.context(info.context.caller())
        codes = await confirm_second_factor(ConfirmSecondFactor(code=input.code), context)
        return ConfirmSecondFactorPayload(recovery_codes=codes)

    @strawberry.mutation(permission_classes=[SignedIn])
    async def remove_second_factor(
        self,
        info: Info,
        input: RemoveSecondFactorInput,  # noqa: A002
    ) -> RemoveSecondFactorResult:
        """Remove your second factor."""
        command = RemoveSecondFactor(password=input.password, code=input.code, address=info.context.address)
        context = info.context.services.identity.context(info.context.caller())
        await remove_second_factor(command, context)
        return RemoveSecondFactorPayload(removed_at=context.at)
