"""The commands on product rules."""

from linepack.identity.model import Principal
from linepack.ids import PartyId
from linepack.unit_of_work import UnitOfWork
from market.access import require_operator
from market.faults import Faults
from market.products import repository
from market.products.model import ProductRules


async def set_product_rules(
    uow: UnitOfWork, principal: Principal, rules: ProductRules, *, operator_id: PartyId
) -> ProductRules:
    """Add a version of what a network sells; `operator_id` runs the network, and only it may.

    Raises Forbidden, or InvalidInput with every fault.
    """
    require_operator(principal, operator_id)
    faults = Faults()
    faults.require(bool(rules.runtimes), "runtimes", "at least one runtime must be on sale")
    faults.require(bool(rules.firmness), "firmness", "at least one kind of firmness must be on sale")
    faults.require(bool(rules.route_kinds), "routeKinds", "at least one kind of route must be on sale")
    faults.require(rules.lead_days >= 0, "leadDays", "must not be negative")
    faults.require(rules.horizon_days > rules.lead_days, "horizonDays", "must be more than leadDays")
    faults.require(1 <= rules.gas_year_month <= 12, "gasYearMonth", "is a month from 1 to 12")
    faults.raise_all()
    await repository.insert(uow.connection, rules)
    return rules
