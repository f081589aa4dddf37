"""A draft cleared: the best award, what each path costs, who pays what and why.

Nothing here reads a clock, a database or anything random: the same draft, with the same solver, clears to the
same result. It awards nothing.
"""

from datetime import datetime

from capacity.networks.formats.native import content_hash
from capacity.solvers.engines import cited, noted
from capacity.solvers.port import Solver
from linepack.canonical_json import digest
from market.clearing.columns import market_of
from market.clearing.explanation import Explanations
from market.clearing.model import Draft
from market.clearing.payments import (
    adequacy,
    payment_of,
    rate_after_uplift,
    rate_of,
    settled,
    uplift_of,
)
from market.clearing.prices_shown import edge_prices, limit_prices
from market.clearing.progress import OF_SEARCH, Progress, unheard
from market.clearing.proving import Provers
from market.clearing.result import Award, Clearing
from market.clearing.search import Search
from market.clearing.shares import by_bid


def clear(
    draft: Draft, solver: Solver, *, at: datetime, seconds: float, progress: Progress = unheard
) -> Clearing:
    """Return the clearing of a draft with at least one bid, its certificates made at the instant `at`.

    Raises InvalidInput where outstanding rights exceed the network, LimitReached where time ends it.
    """
    provers = Provers(draft, solver)
    with provers.levels.taken(), noted() as engines:
        deadline = provers.levels.deadline(seconds)
        market = market_of(draft, provers.levels.flow_network)
        found = Search(draft, market, provers, solver, deadline, progress=progress).run()
        quantities = by_bid(market, draft.bids, found.award)
        unit, currency = draft.network.unit, draft.currency
        explanations = Explanations(market, draft.bids, found, unit, deadline)
        column_of = {bid: place for place, column in enumerate(market.columns) for bid in column.bids}
        awards = []
        for place, bid in enumerate(draft.bids):
            column, units = column_of[place], int(quantities[place])
            path_price = found.prices.of_columns[column] / bid.period.days
            rate = rate_of(path_price)
            awards.append(
                Award(
                    bid=bid,
                    quantity=units,
                    path_price=path_price,
                    rate=rate_after_uplift(bid, rate),
                    payment=payment_of(bid, rate, units, currency),
                    uplift=uplift_of(bid, rate, units, currency),
                    text=explanations.text(place, column, units),
                    more_at=explanations.more_at(place, column, units),
                )
            )
        added = market.by_route(found.award)
        progress(OF_SEARCH, "proving the award")
        limits = tuple(limit_prices(found.prices, added, unit))
        decisions = tuple(provers.decisions(quantities, at, deadline))
        name, version = cited(engines)
        return Clearing(
            level=draft.level,
            awards=tuple(awards),
            surplus=found.surplus,
            bound=found.bound,
            limits=limits,
            edges=tuple(edge_prices(found.prices)),
            settlement=settled(found.prices, awards, added, currency),
            adequacy=adequacy(limits),
            decisions=decisions,
            input_hash=_hash(draft),
            solver=name,
            solver_version=version,
        )


def _hash(draft: Draft) -> str:
    rights = [
        [one.party, one.route.receipt, one.route.delivery, str(one.period), one.quantity]
        for one in draft.rights
    ]
    bids = [
        [
            *(one.id, one.party, one.side.value, one.route.receipt, one.route.delivery, str(one.period)),
            *(one.quantity, f"{one.price.normalize():f}", one.minimum, one.only_if),
        ]
        for one in draft.bids
    ]
    overlays = [[one.edge_id, str(one.period), one.factor] for one in draft.overlays]
    head = [content_hash(draft.network), overlays, draft.level.value, draft.currency.value]
    return digest([*head, f"{draft.reserve_price.normalize():f}", rights, bids])
