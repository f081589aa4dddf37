"""Second factors with PostgreSQL: enrolled, needed, used once, recovered, removed, reset."""

import asyncio
import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from redis.asyncio import Redis
from tests.identities import ADDRESS, PASSWORD, Identities, make_identity

from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.database.paging import newest
from linepack.identity.account_events.model import AccountEventKind
from linepack.identity.account_events.repository import events
from linepack.identity.administration.service import make_initial_password
from linepack.identity.authentication import Authenticator
from linepack.identity.commands import MakeInitialPassword
from linepack.identity.enrolment import (
    ConfirmSecondFactor,
    EnrolSecondFactor,
    RemoveSecondFactor,
    ResetSecondFactor,
    confirm_second_factor,
    enrol_second_factor,
    remove_second_factor,
    reset_second_factor,
)
from linepack.identity.errors import (
    InvalidCode,
    InvalidCredentials,
    SecondFactorRequired,
    TooManyAttempts,
    Unauthenticated,
)
from linepack.identity.second_factor.sealing import Sealing
from linepack.identity.second_factor.tables import RecoveryCodeRow, SecondFactorRow
from linepack.identity.second_factor.totp import code_of, step_at
from linepack.identity.service import create_api_key
from linepack.ids import UserId
from linepack.kept_secrets import new_key
from linepack.problems import Conflict, Forbidden, NotFound

pytestmark = pytest.mark.anyio

ELSEWHERE = "203.0.113.9"
STEP = timedelta(seconds=30)


class Clock:
    """A clock that stands still in the middle of a step, unless a test moves it."""

    def __init__(self) -> None:
        step = step_at(datetime.now(UTC))
        self.now = datetime.fromtimestamp(30 * step + 10, UTC)

    def __call__(self) -> datetime:
        return self.now


class Device:
    """An authenticator program, and what was written down when it was enrolled."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._secret = base64.b32decode(secret)
        self._clock = clock
        self.recovery_codes: list[str] = []

    def code(self, *, off: int = 0) -> str:
        return code_of(self._secret, step_at(self._clock.now) + off)

    def wrong_code(self) -> str:
        near = {self.code(off=off) for off in range(-3, 4)}
        return next(code for code in ("000000", "111111", "222222") if code not in near)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def identity(database: Database, redis: Redis, clock: Clock) -> Authenticator:
    return make_identity(database, redis, now=clock)


async def enrolled(identities: Identities, clock: Clock) -> Device:
    """Enrol Alice's second factor by the code of the step before, so that the present one is not used up."""
    alice = identities.identity.context(await identities.sign_in(identities.alice))
    enrolment = await enrol_second_factor(EnrolSecondFactor(password=PASSWORD, address=ADDRESS), alice)
    device = Device(enrolment.secret, clock)
    device.recovery_codes = await confirm_second_factor(ConfirmSecondFactor(code=device.code(off=-1)), alice)
    return device


async def sign_in(
    identities: Identities, code: str | None, address: str = ADDRESS, at: Authenticator | None = None
) -> str:
    """Sign Alice in; return "in", or the kind of refusal."""
    try:
        await (at or identities.identity).sign_in(
            identities.alice.email, PASSWORD, address=address, code=code
        )
    except (InvalidCode, SecondFactorRequired, TooManyAttempts, InvalidCredentials) as refused:
        return type(refused).__name__
    return "in"


async def test_a_code_is_needed_once_the_factor_is_confirmed_and_not_before(
    identities: Identities, clock: Clock
) -> None:
    alice = identities.identity.context(await identities.sign_in(identities.alice))
    enrolment = await enrol_second_factor(EnrolSecondFactor(password=PASSWORD, address=ADDRESS), alice)
    device = Device(enrolment.secret, clock)
    assert enrolment.secret in enrolment.uri
    assert await sign_in(identities, None) == "in"
    with pytest.raises(InvalidCode):
        await confirm_second_factor(ConfirmSecondFactor(code=device.wrong_code()), alice)
    assert await sign_in(identities, None) == "in"
    await confirm_second_factor(ConfirmSecondFactor(code=device.code(off=-1)), alice)
    assert await sign_in(identities, None) == "SecondFactorRequired"
    assert await sign_in(identities, device.wrong_code()) == "InvalidCode"
    assert await sign_in(identities, device.code()) == "in"


async def test_a_wrong_password_says_nothing_about_the_second_factor(
    identities: Identities, clock: Clock
) -> None:
    device = await enrolled(identities, clock)
    for code in (None, device.code(), device.wrong_code()):
        with pytest.raises(InvalidCredentials):
            await identities.identity.sign_in(
                identities.alice.email, "wrong horse battery", address=ADDRESS, code=code
            )


async def test_a_code_is_not_accepted_again_within_its_time(identities: Identities, clock: Clock) -> None:
    device = await enrolled(identities, clock)
    code = device.code()
    assert await sign_in(identities, code) == "in"
    assert await sign_in(identities, code, ELSEWHERE) == "InvalidCode"
    clock.now += STEP
    assert await sign_in(identities, code) == "InvalidCode"
    assert await sign_in(identities, device.code()) == "in"


async def test_the_code_that_confirmed_the_factor_signs_nobody_in(
    identities: Identities, clock: Clock
) -> None:
    device = await enrolled(identities, clock)
    assert await sign_in(identities, device.code(off=-1)) == "InvalidCode"


async def test_one_code_sent_by_many_at_once_lets_one_in(
    identities: Identities, clock: Clock, database: Database, redis: Redis
) -> None:
    device = await enrolled(identities, clock)
    code, processes = device.code(), [make_identity(database, redis, now=clock) for _ in range(2)]
    answers = await asyncio.gather(
        *(sign_in(identities, code, f"192.0.2.{number}", processes[number % 2]) for number in range(8))
    )
    assert sorted(answers) == ["InvalidCode"] * 7 + ["in"]


async def test_codes_of_a_clock_that_is_a_step_off_are_accepted(identities: Identities, clock: Clock) -> None:
    device = await enrolled(identities, clock)
    assert await sign_in(identities, device.code(off=1)) == "in"
    assert await sign_in(identities, device.code(off=3)) == "InvalidCode"


async def test_each_recovery_code_lets_in_once(identities: Identities, clock: Clock) -> None:
    device = await enrolled(identities, clock)
    first, second = device.recovery_codes[:2]
    assert await sign_in(identities, first) == "in"
    assert await sign_in(identities, first) == "InvalidCode"
    assert await sign_in(identities, second.upper().replace("-", " ")) == "in"


async def test_one_recovery_code_sent_by_many_at_once_lets_one_in(
    identities: Identities, clock: Clock
) -> None:
    device = await enrolled(identities, clock)
    answers = await asyncio.gather(
        *(sign_in(identities, device.recovery_codes[0], f"192.0.2.{number}") for number in range(6))
    )
    assert sorted(answers) == ["InvalidCode"] * 5 + ["in"]


async def test_guesses_at_the_code_are_few_wherever_they_come_from(
    identities: Identities, clock: Clock
) -> None:
    device = await enrolled(identities, clock)
    answers = [await sign_in(identities, device.wrong_code(), f"192.0.2.{number}") for number in range(15)]
    assert answers[:10] == ["InvalidCode"] * 10
    assert set(answers[11:]) == {"TooManyAttempts"}  # one leaks in 6 minutes
    assert await sign_in(identities, device.code(), ELSEWHERE) == "TooManyAttempts"


async def test_nobody_without_the_password_can_use_the_guesses_up(
    identities: Identities, clock: Clock
) -> None:
    device = await enrolled(identities, clock)
    for number in range(15):
        with pytest.raises(InvalidCredentials):
            await identities.identity.sign_in(
                identities.alice.email, "wrong horse", address=f"192.0.2.{number}", code="000000"
            )
    assert await sign_in(identities, device.code(), ELSEWHERE) == "in"


async def test_confirming_ends_the_other_sessions(identities: Identities, clock: Clock) -> None:
    before = await identities.token(identities.alice)
    await enrolled(identities, clock)
    with pytest.raises(Unauthenticated):
        await identities.identity.authenticate(before)


async def test_a_stolen_session_neither_enrols_nor_removes(identities: Identities, clock: Clock) -> None:
    thief = identities.identity.context(await identities.sign_in(identities.alice))
    with pytest.raises(InvalidCredentials):
        await enrol_second_factor(EnrolSecondFactor(password="guess guess guess", address=ELSEWHERE), thief)
    device = await enrolled(identities, clock)
    wrong_password = RemoveSecondFactor(password="guess guess", code=device.code(), address=ELSEWHERE)
    wrong_code = RemoveSecondFactor(password=PASSWORD, code=device.wrong_code(), address=ELSEWHERE)
    no_code = replace(wrong_code, code="")
    for attempt, refusal in (
        (wrong_password, InvalidCredentials),
        (wrong_code, InvalidCode),
        (no_code, SecondFactorRequired),
    ):
        with pytest.raises(refusal):
            await remove_second_factor(attempt, thief)
    assert await sign_in(identities, None) == "SecondFactorRequired"


@pytest.mark.parametrize("by", ["code", "recovery code"])
async def test_a_factor_is_removed_by_its_person(
    identities: Identities, clock: Clock, database: Database, by: str
) -> None:
    device = await enrolled(identities, clock)
    code = device.code() if by == "code" else device.recovery_codes[3]
    alice = replace(identities.platform, user_id=identities.alice.id)
    removal = RemoveSecondFactor(password=PASSWORD, code=code, address=ADDRESS)
    await remove_second_factor(removal, identities.identity.context(alice))
    assert await sign_in(identities, None) == "in"
    with pytest.raises(Conflict):
        await remove_second_factor(removal, identities.identity.context(alice))
    assert await rows(database) == (0, 0)
    await enrolled(identities, clock)


async def rows(database: Database) -> tuple[int, int]:
    async with database.read() as connection:
        found = [
            (await connection.execute(sa.select(sa.func.count()).select_from(table.core()))).scalar_one()
            for table in (SecondFactorRow, RecoveryCodeRow)
        ]
    return found[0], found[1]


async def test_an_administrator_resets_a_lost_factor_and_others_do_not(
    identities: Identities, clock: Clock, database: Database
) -> None:
    await enrolled(identities, clock)
    bob = identities.identity.context(await identities.sign_in(identities.bob))
    with pytest.raises(Forbidden):
        await reset_second_factor(ResetSecondFactor(identities.alice.id), bob)
    admin = identities.identity.context(await identities.sign_in(identities.admin))
    with pytest.raises(NotFound):
        await reset_second_factor(ResetSecondFactor(UserId(UUID(int=9))), admin)
    await reset_second_factor(ResetSecondFactor(identities.alice.id), admin)
    assert await sign_in(identities, None) == "in"
    assert await rows(database) == (0, 0)
    with pytest.raises(Conflict):
        await reset_second_factor(ResetSecondFactor(identities.alice.id), admin)


async def test_nobody_resets_their_own_factor(
    identities: Identities, clock: Clock, database: Database
) -> None:
    admin = identities.identity.context(await identities.sign_in(identities.admin))
    enrolment = await enrol_second_factor(EnrolSecondFactor(password=PASSWORD, address=ADDRESS), admin)
    device = Device(enrolment.secret, clock)
    await confirm_second_factor(ConfirmSecondFactor(code=device.code()), admin)
    with pytest.raises(Forbidden, match="with the password and a code"):
        await reset_second_factor(ResetSecondFactor(identities.admin.id), admin)
    assert await rows(database) == (1, 10)
    platform = identities.identity.context(identities.platform)
    await reset_second_factor(ResetSecondFactor(identities.admin.id), platform)


async def test_what_becomes_of_a_factor_is_recorded(
    identities: Identities, clock: Clock, database: Database
) -> None:
    device = await enrolled(identities, clock)
    signed_in = await identities.identity.sign_in(
        identities.alice.email, PASSWORD, address=ADDRESS, code=device.code()
    )
    removal = RemoveSecondFactor(password=PASSWORD, code=device.recovery_codes[0], address=ADDRESS)
    await remove_second_factor(removal, identities.identity.context(signed_in.principal))
    clock.now += STEP
    await enrolled(identities, clock)
    admin = identities.identity.context(await identities.sign_in(identities.admin))
    await reset_second_factor(ResetSecondFactor(identities.alice.id), admin)
    async with database.read() as connection:
        found = await newest(connection, events(admin.principal, account_id=identities.alice.id), 4)
    alice, kinds = identities.alice.id, AccountEventKind
    assert [(one.kind, one.by_account_id) for one in found] == [
        (kinds.SECOND_FACTOR_RESET, identities.admin.id),
        (kinds.SECOND_FACTOR_ADDED, alice),
        (kinds.SECOND_FACTOR_REMOVED, alice),
        (kinds.SECOND_FACTOR_ADDED, alice),
    ]


async def test_an_initial_password_does_not_get_round_the_factor(
    identities: Identities, clock: Clock
) -> None:
    device = await enrolled(identities, clock)
    admin = identities.identity.context(await identities.sign_in(identities.admin))
    initial = (await make_initial_password(MakeInitialPassword(identities.alice.id), admin)).initial_password
    for code, refusal in ((None, SecondFactorRequired), (device.wrong_code(), InvalidCode)):
        with pytest.raises(refusal):
            await identities.identity.sign_in(
                identities.alice.email, initial, address=ADDRESS, code=code, new_password="a password of mine"
            )
    # The initial password was not used up by that.
    await identities.identity.sign_in(
        identities.alice.email,
        initial,
        address=ADDRESS,
        code=device.code(),
        new_password="a password of mine",
    )


async def test_a_reset_ends_the_sessions_of_the_person(identities: Identities, clock: Clock) -> None:
    device = await enrolled(identities, clock)
    signed_in = await identities.identity.sign_in(
        identities.alice.email, PASSWORD, address=ADDRESS, code=device.code()
    )
    await identities.identity.authenticate(signed_in.token)
    admin = identities.identity.context(await identities.sign_in(identities.admin))
    await reset_second_factor(ResetSecondFactor(identities.alice.id), admin)
    with pytest.raises(Unauthenticated):
        await identities.identity.authenticate(signed_in.token)


async def test_a_second_enrolment_replaces_one_that_was_not_confirmed_only(
    identities: Identities, clock: Clock
) -> None:
    alice = identities.identity.context(await identities.sign_in(identities.alice))
    command = EnrolSecondFactor(password=PASSWORD, address=ADDRESS)
    first = Device((await enrol_second_factor(command, alice)).secret, clock)
    second = Device((await enrol_second_factor(command, alice)).secret, clock)
    with pytest.raises(InvalidCode):
        await confirm_second_factor(ConfirmSecondFactor(code=first.code()), alice)
    await confirm_second_factor(ConfirmSecondFactor(code=second.code()), alice)
    with pytest.raises(Conflict):
        await enrol_second_factor(command, alice)
    with pytest.raises(Conflict):
        await confirm_second_factor(ConfirmSecondFactor(code=second.code(off=1)), alice)


async def test_a_key_has_no_second_factor(identities: Identities) -> None:
    alice = identities.identity.context(await identities.sign_in(identities.alice))
    key = (await create_api_key(identities.new_key(identities.shipper), alice)).text
    machine = identities.identity.context(await identities.identity.authenticate(key))
    with pytest.raises(Forbidden):
        await enrol_second_factor(EnrolSecondFactor(password=PASSWORD, address=ADDRESS), machine)


async def test_neither_secret_nor_recovery_code_is_in_the_database(
    identities: Identities, clock: Clock, database: Database
) -> None:
    device = await enrolled(identities, clock)
    async with database.read() as connection:
        kept = [
            tuple(row)
            for table in (SecondFactorRow, RecoveryCodeRow)
            for row in (await connection.execute(sa.select(table.core()))).all()
        ]
    assert len(kept) == 11
    text = repr(kept)
    assert repr(device._secret)[2:-1] not in text
    for code in device.recovery_codes:
        assert code not in text
        assert code.replace("-", "") not in text


async def test_a_secret_copied_to_another_account_in_the_database_opens_nothing(
    identities: Identities, clock: Clock, database: Database
) -> None:
    """Someone who can write to the database moves their own factor to Alice's account."""
    device = await enrolled(identities, clock)
    table = SecondFactorRow.core()
    async with UnitOfWork(database) as uow:
        copied = sa.insert(table).from_select(
            ["account_id", "sealed_secret", "confirmed_at"],
            sa.select(sa.literal(identities.bob.id), table.c.sealed_secret, table.c.confirmed_at),
        )
        await uow.connection.execute(copied)
    with pytest.raises(InvalidCode):
        await identities.identity.sign_in(identities.bob.email, PASSWORD, address=ADDRESS, code=device.code())


async def test_with_another_key_codes_are_refused_and_recovery_codes_still_let_in(
    identities: Identities,
    clock: Clock,
) -> None:
    device, another = await enrolled(identities, clock), Sealing(new_key())
    identities.identity.second_factors.sealing = lambda: another
    assert await sign_in(identities, device.code()) == "InvalidCode"
    assert await sign_in(identities, device.recovery_codes[0]) == "in"
