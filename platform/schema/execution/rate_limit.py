"""Rate limits: how much a caller may spend in a time, by leaky buckets for each party.

Points pay for rows (`schema.execution.field_costs`), solver seconds for proofs
(`capacity.feasibility.solver_use`). All users and keys of a party share its buckets, so that more keys give
no more; an anonymous caller has a small one per network address, of IPv6 per /64. Processes share the
buckets; when Redis is lost each process goes on with its own (see `linepack.redis.leaky_buckets`).
"""

from linepack.identity.attempts import network_of
from linepack.problems import RateLimited
from linepack.redis.leaky_buckets import Rule, Taking
from linepack.settings import Settings
from schema.types.context import RequestContext

ANONYMOUS_SHARE = 20
"""An anonymous caller's bucket is smaller and refills more slowly than a party's by this factor."""


def payer_of(context: RequestContext) -> str:
    """Return who pays for an operation: the caller's party, or what counts as an anonymous one's address."""
    principal = context.principal
    if principal is None:
        return network_of(context.address)
    return str(principal.party_id or principal.subject)


def cost_rule(settings: Settings, *, anonymous: bool) -> Rule:
    """Return the bucket of a party or of an anonymous caller."""
    share = ANONYMOUS_SHARE if anonymous else 1
    name = "cost-anonymous" if anonymous else "cost"
    return Rule(name, settings.cost_burst / share, settings.cost_per_s / share)


async def charge(context: RequestContext, cost: int) -> Taking:
    """Charge an operation to the one who pays; raises RateLimited when the bucket is full."""
    rule = cost_rule(context.services.settings, anonymous=context.principal is None)
    taking = await context.services.buckets.take(rule, payer_of(context), cost)
    if not taking.fits:
        raise RateLimited("too much in too short a time", retry_after_s=taking.retry_after.total_seconds())
    return taking
