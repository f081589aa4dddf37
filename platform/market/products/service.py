"""The commands on product rules."""

from linepack.access import Scope
from linepack.commands.handling import handles
from market.commands.access import require_operator
from market.commands.validation import Faults
from market.context import MarketContext
from market.products import repository
from market.products.model import HORIZON_DAYS_MAX, ProductRules


@handles(Scope.OPERATE)
async def set_product_rules(command: ProductRules, context: MarketContext) -> ProductRules:
    """Add a version of what a network sells, from gas day `valid_from` on.

    Raises Forbidden, NotFound (another operator's network), or InvalidInput with every fault.
    """
    rules = command
    require_operator(context, await context.market.published(rules.network_id))
    faults = Faults()
    faults.gas_day(rules.valid_from, "validFrom")
    faults.require(bool(rules.runtimes), "runtimes", "at least one runtime must be on sale")
    faults.require(bool(rules.firmness), "firmness", "at least one kind of firmness must be on sale")
    faults.require(bool(rules.route_kinds), "routeKinds", "at least one kind of route must be on sale")
    faults.require(rules.lead_days >= 0, "leadDays", "must not be negative")
    faults.require(rules.horizon_days > rules.lead_days, "horizonDays", "must be more than leadDays")
    faults.require(
        rules.horizon_days <= HORIZON_DAYS_MAX, "horizonDays", f"must be at most {HORIZON_DAYS_MAX:,}"
    )
    faults.require(1 <= rules.gas_year_month <= 12, "gasYearMonth", "is a month from 1 to 12")
    faults.raise_all()
    await repository.insert(context.connection, context.new_id(), rules)
    return rules
