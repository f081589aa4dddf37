"""One-time passwords by time (TOTP, RFC 6238): six digits of HMAC-SHA-1, each for 30 s.

A code is accepted one step early or late, for clocks that differ and people who type. A step is accepted
once: a code that someone has read over a shoulder, or that was used a moment ago, is worth nothing.
"""

import base64
import hmac
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

STEP_S: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20
"""The length of the HMAC, which RFC 4226 recommends."""
STEPS_OFF: Final = 1
ISSUER: Final = "Linepack"


def step_at(instant: datetime) -> int:
    """Return the number of the step that contains an instant."""
    return int(instant.timestamp()) // STEP_S


def code_of(secret: bytes, step: int) -> str:
    """Return the code of a step (RFC 4226, 5.3)."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    offset = mac[-1] & 0xF
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def accepted_step(secret: bytes, code: str, *, now: datetime, last_step: int | None) -> int | None:
    """Return the step that a code is of, if one around `now` after `last_step`; None when it is refused."""
    found = None
    for step in range(step_at(now) - STEPS_OFF, step_at(now) + STEPS_OFF + 1):
        is_same = hmac.compare_digest(code_of(secret, step).encode(), code.encode())
        if is_same and (last_step is None or step > last_step):
            found = step
    return found


def enrolment_uri(secret: bytes, email: str) -> str:
    """Return what an authenticator program reads, mostly from a picture, to make the codes of an account."""
    label = quote(f"{ISSUER}:{email}")
    return f"otpauth://totp/{label}?" + urlencode(
        {
            "secret": as_text(secret),
            "issuer": ISSUER,
            "algorithm": "SHA1",
            "digits": DIGITS,
            "period": STEP_S,
        }
    )


def as_text(secret: bytes) -> str:
    """Return a secret as people type it: Base32."""
    return base64.b32encode(secret).decode()
