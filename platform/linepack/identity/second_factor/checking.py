"""Whether a person who knows the password has the second factor too.

Only who knows the password gets this far, so wrong codes are counted for the account, from wherever they
come: six digits would be guessed otherwise. The caller holds the lock of the account, so that a code is
used once and guesses at once are counted one after the other.
"""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.identity.errors import InvalidCode, SecondFactorRequired, TooManyAttempts
from linepack.identity.second_factor import repository
from linepack.identity.second_factor.recovery_codes import hash_code
from linepack.identity.second_factor.repository import StoredFactor
from linepack.identity.second_factor.sealing import Sealing
from linepack.identity.second_factor.totp import DIGITS, accepted_step
from linepack.ids import UserId
from linepack.limits import WRONG_CODES_MAX, WRONG_CODES_WINDOW_S
from linepack.monitoring.logging import logger
from linepack.redis.leaky_buckets import Buckets, Rule

WRONG_CODES: Final = Rule("second-factor", WRONG_CODES_MAX, WRONG_CODES_MAX / WRONG_CODES_WINDOW_S)


class SecondFactors:
    """The second factors of one installation."""

    def __init__(self, sealing: Sealing, buckets: Buckets) -> None:
        self.sealing = sealing
        self._buckets = buckets

    async def require(
        self, connection: AsyncConnection, user_id: UserId, code: str | None, *, now: datetime
    ) -> None:
        """Use a code of a person up; nothing is needed of a person without a second factor.

        Raises SecondFactorRequired without a code, InvalidCode, and TooManyAttempts after too many.
        """
        factor = await repository.of_account(connection, user_id)
        if factor is None or factor.confirmed_at is None:
            return
        if not code:
            raise SecondFactorRequired
        taking = await self._buckets.take(WRONG_CODES, str(user_id), 0)
        if taking.level > WRONG_CODES.capacity - 1:
            raise TooManyAttempts(WRONG_CODES.wait(taking.level, 1))
        if not await self._use(connection, factor, code, now=now):
            await self._buckets.take(WRONG_CODES, str(user_id), 1)
            logger.warning("second_factor_refused", user_id=str(user_id))
            raise InvalidCode

    def step_of(self, factor: StoredFactor, code: str, *, now: datetime) -> int | None:
        """Return the step that a code of a factor is of; None when it is refused."""
        secret = self.sealing.open(factor.sealed_secret, factor.account_id)
        if secret is None:
            logger.error("second_factor_unreadable", user_id=str(factor.account_id))
            return None
        return accepted_step(secret, "".join(code.split()), now=now, last_step=factor.last_step)

    async def _use(
        self, connection: AsyncConnection, factor: StoredFactor, code: str, *, now: datetime
    ) -> bool:
        if len("".join(code.split())) > DIGITS:
            hashed = hash_code(factor.account_id, code)
            return await repository.use_recovery_code(connection, factor.account_id, hashed)
        step = self.step_of(factor, code, now=now)
        if step is not None:
            await repository.use_step(connection, factor.account_id, step)
        return step is not None
