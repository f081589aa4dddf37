"""Rate limits: leaky buckets, shared by all processes through Redis.

A bucket holds up to `capacity` units and leaks `leak_per_s`; what does not fit is refused, with the time
after which it will. What was used already is put in though it does not fit, up to as much again. The level
is changed by one script on the Redis server and with that server's clock, so processes neither race nor
disagree.

When Redis is lost the limits fail open to buckets of this process alone: bookings survive the loss of Redis,
and no single process can be flooded meanwhile. Redis is then tried again once a second, so that its absence
does not slow every request down.
"""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from redis.asyncio import Redis
from redis.exceptions import RedisError

from linepack.limits import BUCKET_WAIT_S, BUCKETS_PER_PROCESS_MAX
from linepack.monitoring.logging import logger
from linepack.redis.cancellation import cancellable

REDIS_RETRY_S = 1.0

_TAKE = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local capacity, leak, amount = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local most = tonumber(ARGV[4])
local kept = redis.call('HMGET', KEYS[1], 'level', 'at')
local level, at = tonumber(kept[1] or 0), tonumber(kept[2] or now)
level = math.max(0, level - math.max(0, now - at) * leak)
local fits = level + amount <= capacity
if fits then level = level + amount elseif level < most then level = math.min(level + amount, most) end
redis.call('HSET', KEYS[1], 'level', string.format('%.6f', level), 'at', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil(math.max(capacity, level) / leak * 1000) + 1000)
return {fits and 1 or 0, string.format('%.6f', level)}
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """How much a bucket holds and how fast it empties; `name` keeps buckets of different rules apart."""

    name: str
    capacity: float
    leak_per_s: float

    @property
    def overdrawn_max(self) -> float:
        """The highest level that a bucket reaches which is filled above its capacity."""
        return 2 * self.capacity

    def level_after(self, level: float, *, elapsed_s: float) -> float:
        """Return what is left of `level` after `elapsed_s` seconds."""
        return max(0.0, level - max(0.0, elapsed_s) * self.leak_per_s)

    def wait(self, level: float, amount: float) -> timedelta:
        """Return how long it takes until `amount` fits on top of `level`."""
        excess = max(0.0, level + min(amount, self.capacity) - self.capacity)
        return timedelta(seconds=math.ceil(excess / self.leak_per_s * 1000) / 1000)


@dataclass(frozen=True, slots=True)
class Taking:
    """The answer of a bucket: whether the amount fitted, the level now, and how long to wait if not."""

    fits: bool
    level: float
    retry_after: timedelta


class LocalBuckets:
    """Buckets of this process alone; of too many, the ones least recently used are forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._levels: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def take(self, rule: Rule, key: str, amount: float) -> Taking:
        """Put `amount` into the bucket of `key` if it fits."""
        return self._put(rule, key, amount, most=0.0)

    def fill(self, rule: Rule, key: str, amount: float) -> Taking:
        """Put `amount` into the bucket of `key`, also above its capacity."""
        return self._put(rule, key, amount, most=rule.overdrawn_max)

    def _put(self, rule: Rule, key: str, amount: float, *, most: float) -> Taking:
        now = self._clock()
        level, at = self._levels.pop((rule.name, key), (0.0, now))
        level = rule.level_after(level, elapsed_s=now - at)
        fits = level + amount <= rule.capacity
        if fits:
            level += amount
        elif level < most:
            level = min(level + amount, most)
        self._levels[rule.name, key] = (level, now)
        if len(self._levels) > BUCKETS_PER_PROCESS_MAX:
            self._levels.popitem(last=False)
        return _taking(rule, level, 0.0 if most else amount, fits=fits)


class Buckets:
    """Buckets shared through Redis, with those of this process to fall back on."""

    def __init__(self, redis: "Redis", *, clock: Callable[[], float] = time.monotonic) -> None:
        self._script = redis.register_script(_TAKE)
        self._local = LocalBuckets(clock)
        self._clock = clock
        self._redis_lost_until = -math.inf

    async def take(self, rule: Rule, key: str, amount: float) -> Taking:
        """Put `amount` into the bucket of `key` if it fits; an amount of 0 asks without changing anything."""
        shared = await self._put_shared(rule, key, amount, most=0.0)
        return shared or self._local.take(rule, key, amount)

    async def fill(self, rule: Rule, key: str, amount: float) -> Taking:
        """Put an `amount` that was used already into the bucket of `key`, also above its capacity.

        Whether it fits then says whether the bucket is within its capacity, and the wait when it will be.
        """
        shared = await self._put_shared(rule, key, amount, most=rule.overdrawn_max)
        return shared or self._local.fill(rule, key, amount)

    async def _put_shared(self, rule: Rule, key: str, amount: float, *, most: float) -> Taking | None:
        """Return the shared bucket's answer, None while Redis is lost."""
        if self._clock() < self._redis_lost_until:
            return None
        try:
            with cancellable():
                async with asyncio.timeout(BUCKET_WAIT_S):
                    fits, level = await self._script(
                        keys=[f"linepack:bucket:{rule.name}:{key}"],
                        args=[rule.capacity, rule.leak_per_s, amount, most],
                    )
        except (RedisError, OSError, TimeoutError) as loss:
            self._redis_lost_until = self._clock() + REDIS_RETRY_S
            logger.warning("rate_limits_local", fault=type(loss).__name__)
            return None
        return _taking(rule, float(level), 0.0 if most else amount, fits=bool(fits))


def _taking(rule: Rule, level: float, left_out: float, *, fits: bool) -> Taking:
    return Taking(fits, level, timedelta(0) if fits else rule.wait(level, left_out))
