"""Attempts to sign in: how long to wait for the next one after failures.

Failures count for an account and a network address together, so that nobody can keep another person from
signing in by guessing at the account from elsewhere. The wait grows with each failure in a row; the right
password ends the row. An address has a bound of its own, which is looser, over all accounts. Addresses of
IPv6 count by their /64, since who has one of it has all. What is counted of an account is the address that
was typed, whether an account has it or not.

An attempt is counted as a failure before the password is checked, so that many at once gain nothing. The
counts are in Redis, for all processes, and each process keeps its own beside them: they bound guesses while
Redis is away, and are not forgotten with it.
"""

import asyncio
import hashlib
import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from linepack.identity.errors import TooManyAttempts
from linepack.limits import (
    BUCKET_WAIT_S,
    BUCKETS_PER_PROCESS_MAX,
    SIGN_IN_FAILURES_PER_ADDRESS_MAX,
    SIGN_IN_FAILURES_WINDOW_S,
    SIGN_IN_FORGET_S,
)
from linepack.monitoring.logging import logger
from linepack.redis.cancellation import cancellable
from linepack.redis.leaky_buckets import Buckets, Rule

WAITS_S: Final = (0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900)
"""How long to wait after the first failure in a row, after the second, …; the last after all that follow."""

PER_ADDRESS: Final = Rule(
    "sign-in-address",
    SIGN_IN_FAILURES_PER_ADDRESS_MAX,
    SIGN_IN_FAILURES_PER_ADDRESS_MAX / SIGN_IN_FAILURES_WINDOW_S,
)
_IPV6_HOST_BITS: Final = 64

_BEGIN = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local kept = redis.call('HMGET', KEYS[1], 'failures', 'until')
local failures, ends = tonumber(kept[1] or 0), tonumber(kept[2] or 0)
if now < ends then return ends - now end
failures = failures + 1
local wait = tonumber(ARGV[1 + math.min(failures, #ARGV - 1)])
redis.call('HSET', KEYS[1], 'failures', failures, 'until', string.format('%.0f', now + wait * 1000))
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 0
"""


def wait_after(failures: int) -> timedelta:
    """Return how long to wait after so many failures in a row."""
    return timedelta(seconds=WAITS_S[min(failures, len(WAITS_S)) - 1] if failures else 0)


def network_of(address: str) -> str:
    """Return what counts as one address: an IPv4 address, or the network of an IPv6 address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Address(int(found) >> _IPV6_HOST_BITS << _IPV6_HOST_BITS))


class OwnCounts:
    """The counts of this process; of too many, those least recently used are forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait(self, key: str) -> timedelta:
        """Return how long to wait before the next attempt."""
        failures, at = self._counts.get(key, (0, 0.0))
        return max(timedelta(0), wait_after(failures) - timedelta(seconds=self._clock() - at))

    def count(self, key: str) -> None:
        """Count one failure more."""
        failures, at = self._counts.pop(key, (0, 0.0))
        is_new = self._clock() - at > SIGN_IN_FORGET_S
        self._counts[key] = (1 if is_new else failures + 1, self._clock())
        if len(self._counts) > BUCKETS_PER_PROCESS_MAX:
            self._counts.popitem(last=False)

    def forget(self, key: str) -> None:
        """Begin a new row."""
        self._counts.pop(key, None)


class Attempts:
    """The attempts to sign in to one installation."""

    def __init__(self, redis: Redis, buckets: Buckets) -> None:
        self._redis = redis
        self._script = redis.register_script(_BEGIN)
        self._buckets = buckets
        self._own = OwnCounts()

    async def begin(self, email: str, address: str) -> None:
        """Count an attempt; raises TooManyAttempts when it is too early for one."""
        taking = await self._buckets.take(PER_ADDRESS, network_of(address), 0)
        if taking.level > PER_ADDRESS.capacity - 1:
            raise TooManyAttempts(PER_ADDRESS.wait(taking.level, 1))
        key = _key(email, address)
        wait = self._own.wait(key) or await self._begin_shared(key)
        if wait:
            raise TooManyAttempts(wait)
        self._own.count(key)

    async def failed(self, address: str) -> None:
        """Count a failure of an address, of which attempts for other accounts have failed too."""
        await self._buckets.take(PER_ADDRESS, network_of(address), 1)

    async def succeeded(self, email: str, address: str) -> None:
        """Begin a new row: the person who knows the password is at this address."""
        key = _key(email, address)
        self._own.forget(key)
        try:
            with cancellable():
                async with asyncio.timeout(BUCKET_WAIT_S):
                    await self._redis.delete(_name(key))
        except (RedisError, OSError, TimeoutError) as loss:
            logger.warning("attempts_not_forgotten", fault=type(loss).__name__)

    async def _begin_shared(self, key: str) -> timedelta:
        try:
            with cancellable():
                async with asyncio.timeout(BUCKET_WAIT_S):
                    wait_ms = await self._script(keys=[_name(key)], args=[SIGN_IN_FORGET_S, *WAITS_S])
        except (RedisError, OSError, TimeoutError) as loss:
            logger.warning("attempts_counted_here_only", fault=type(loss).__name__)
            return timedelta(0)
        return timedelta(milliseconds=math.ceil(wait_ms))


def _key(email: str, address: str) -> str:
    # People type passwords into the wrong field: what is kept in Redis is a hash.
    account = hashlib.sha256(email.encode(errors="replace")).hexdigest()
    return f"{account}:{network_of(address)}"


def _name(key: str) -> str:
    return f"linepack:sign-in:{key}"
