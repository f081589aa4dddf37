"""Rate limit: how much cost a caller may spend in a time, by a leaky bucket for each caller.

An anonymous caller has a small bucket per network address. The buckets are shared by all processes; when
Redis is lost each process goes on with its own (see `linepack.redis.leaky_buckets`).
"""

from graphql import GraphQLError

from linepack.redis.leaky_buckets import Rule, Taking
from linepack.settings import Settings
from schema.types.context import RequestContext
from schema.types.problems import ErrorCode

ANONYMOUS_SHARE = 20
"""An anonymous caller's bucket is smaller and refills more slowly than a signed-in one's by this factor."""


def cost_rule(settings: Settings, *, anonymous: bool) -> Rule:
    """Return the bucket of a signed-in or an anonymous caller."""
    share = ANONYMOUS_SHARE if anonymous else 1
    name = "cost-anonymous" if anonymous else "cost"
    return Rule(name, settings.cost_burst / share, settings.cost_per_s / share)


async def charge(context: RequestContext, cost: int) -> Taking:
    """Charge an operation to the caller; raises GraphQLError RATE_LIMITED when the bucket is full."""
    principal = context.principal
    rule = cost_rule(context.services.settings, anonymous=principal is None)
    key = context.address if principal is None else principal.subject
    taking = await context.services.buckets.take(rule, key, cost)
    if not taking.fits:
        seconds = taking.retry_after.total_seconds()
        raise GraphQLError(
            f"too much in too short a time; try again in {seconds:.1f} s",
            extensions={"code": ErrorCode.RATE_LIMITED, "retryAfter": seconds},
        )
    return taking
