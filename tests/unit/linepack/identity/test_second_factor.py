"""One-time passwords held against RFC 6238, recovery codes, and secrets as they are stored."""

import base64
import hashlib
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from linepack.identity.second_factor.recovery_codes import hash_code, new_codes
from linepack.identity.second_factor.sealing import Sealing, sealing_key
from linepack.identity.second_factor.totp import accepted_step, as_text, code_of, enrolment_uri, step_at
from linepack.ids import UserId
from linepack.kept_secrets import new_key

SECRET = b"12345678901234567890"
NOW = datetime(2026, 11, 2, 9, 0, 10, tzinfo=UTC)
STEP = step_at(NOW)
ALICE, BOB = UserId(UUID(int=1)), UserId(UUID(int=2))


@pytest.mark.parametrize(
    ("seconds", "eight_digits"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(seconds: int, eight_digits: str) -> None:
    """Appendix B, SHA-1, to eight digits; ours are the last six: the remainder by 10⁶ in place of 10⁸."""
    step = step_at(datetime.fromtimestamp(seconds, UTC))
    assert code_of(SECRET, step) == eight_digits[2:]


@pytest.mark.parametrize(
    ("count", "code"),
    list(
        enumerate(
            "755224 287082 359152 969429 338314 254676 287922 162583 399871 520489".split()  # noqa: SIM905
        )
    ),
)
def test_codes_are_those_of_rfc_4226(count: int, code: str) -> None:
    """Appendix D."""
    assert code_of(SECRET, count) == code


@pytest.mark.parametrize(
    ("steps", "is_accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_clocks_may_differ_by_a_step(steps: int, is_accepted: bool) -> None:
    code = code_of(SECRET, STEP + steps)
    accepted = accepted_step(SECRET, code, now=NOW, last_step=None)
    assert accepted == (STEP + steps if is_accepted else None)


def test_a_code_is_accepted_to_the_last_second_of_the_next_step() -> None:
    begins = datetime.fromtimestamp(STEP * 30, UTC)
    code = code_of(SECRET, STEP)
    for seconds, is_accepted in ((-30.001, False), (-30, True), (0, True), (59.999, True), (60, False)):
        at = begins + timedelta(seconds=seconds)
        assert (accepted_step(SECRET, code, now=at, last_step=None) is not None) is is_accepted, seconds


def test_no_step_is_accepted_twice_nor_one_before() -> None:
    for last_step in (STEP, STEP + 1):
        assert accepted_step(SECRET, code_of(SECRET, STEP), now=NOW, last_step=last_step) is None
    following = code_of(SECRET, STEP + 1)
    assert accepted_step(SECRET, following, now=NOW, last_step=STEP) == STEP + 1


@pytest.mark.parametrize("code", ["", "0", "abcdef", "é" * 6, "0000000", " 287082"])
def test_what_is_no_code_is_refused(code: str) -> None:
    assert accepted_step(SECRET, code, now=NOW, last_step=None) is None


def test_an_authenticator_program_is_told_all_that_it_needs() -> None:
    uri = urlsplit(enrolment_uri(SECRET, "alice+gas@a.example"))
    assert (uri.scheme, uri.netloc, uri.path) == ("otpauth", "totp", "/Linepack%3Aalice%2Bgas%40a.example")
    assert parse_qs(uri.query) == {
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"],
        "issuer": ["Linepack"],
        "algorithm": ["SHA1"],
        "digits": ["6"],
        "period": ["30"],
    }
    assert base64.b32decode(as_text(SECRET)) == SECRET


def test_recovery_codes_have_80_bits_each_and_are_read_however_they_are_typed() -> None:
    codes = new_codes()
    assert len(set(codes)) == 10
    for code in codes:
        assert len(base64.b32decode(code.replace("-", "").upper())) == 10
        assert hash_code(ALICE, f" {code.upper()} ") == hash_code(ALICE, code.replace("-", " "))
        assert hash_code(ALICE, code) != hash_code(BOB, code)


def test_the_hash_of_a_recovery_code_is_of_the_account_and_the_code() -> None:
    expected = hashlib.sha256(ALICE.bytes + b"abcd2345").digest()
    assert hash_code(ALICE, "ABCD-2345") == expected


def test_a_sealed_secret_opens_for_its_account_and_under_its_key_only() -> None:
    sealing = Sealing(new_key())
    sealed = sealing.seal(SECRET, ALICE)
    assert SECRET not in sealed
    assert sealing.open(sealed, ALICE) == SECRET
    assert sealing.open(sealed, BOB) is None
    assert Sealing(new_key()).open(sealed, ALICE) is None
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for broken in (changed, b"", sealed[:5], sealed[:20]):
        assert sealing.open(broken, ALICE) is None
    assert sealing.seal(SECRET, ALICE) != sealed


@pytest.mark.parametrize("key", ["", "short", "é", base64.b64encode(bytes(31)).decode()])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="the key of second factors is 32 bytes in Base64"):
        Sealing(key)


def test_the_key_of_an_installation_is_made_once_and_for_this_user_only(tmp_path: Path) -> None:
    assert sealing_key(tmp_path) == sealing_key(tmp_path)
    Sealing(sealing_key(tmp_path))
    assert stat.S_IMODE((tmp_path / "second-factor-key").stat().st_mode) == 0o600
