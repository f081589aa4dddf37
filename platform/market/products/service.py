"""The commands on product rules."""

from linepack.access import Principal
from market.commands.access import require_operator
from market.commands.validation import Faults
from market.marketplace import Marketplace
from market.products import repository
from market.products.model import HORIZON_DAYS_MAX, ProductRules


async def set_product_rules(market: Marketplace, principal: Principal, rules: ProductRules) -> ProductRules:
    """Add a version of what a network sells, from gas day `rules.valid_from` on.

    Raises Forbidden, NotFound (another operator's network), or InvalidInput with every fault.
    """
    require_operator(principal, await market.published(rules.network_id))
    faults = Faults()
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
    async with market.unit_of_work() as uow:
        await repository.insert(uow.connection, rules)
    return rules
