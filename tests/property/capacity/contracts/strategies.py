"""Contract networks and prices as hypothesis generates them."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from capacity.contracts.model import (
    Band,
    ContractEdge,
    ContractNetwork,
    ContractNode,
    ContractNodeKind,
    EdgeRole,
)
from capacity.contracts.pricing.calculation import PricingContext
from capacity.contracts.pricing.price import (
    Block,
    BlockTiers,
    CalorificAdjusted,
    Flat,
    Indexed,
    LargerOf,
    PriceProcedure,
    SeasonFactor,
    Share,
    Sum,
    Tier,
)

DAY = PricingContext(date(2027, 2, 3), Decimal("10.3"), {"TTF": Decimal("31.20")})

cents = st.integers(0, 5000).map(lambda n: Decimal(n) / 100)
factors = st.integers(0, 20).map(lambda n: Decimal(n) / 10)
flat = cents.map(Flat)
indexed = st.builds(Indexed, st.just("TTF"), factors, cents)


@st.composite
def block_tiers(draw: st.DrawFn) -> BlockTiers:
    limits = sorted(draw(st.sets(st.integers(1, 60), min_size=1, max_size=3)))
    tiers = [Tier(Decimal(limit), draw(cents)) for limit in limits]
    return BlockTiers((*tiers, Tier(None, draw(cents))))


def _modified(inner: st.SearchStrategy[PriceProcedure]) -> st.SearchStrategy[PriceProcedure]:
    season = st.builds(SeasonFactor, inner, st.tuples(*[factors] * 12))
    sums = st.lists(inner, min_size=1, max_size=3).map(lambda parts: Sum(tuple(parts)))
    bounds = (Decimal("10.4"), Decimal(10), Decimal("11.2"))
    quality = st.builds(lambda base, outside: CalorificAdjusted(base, *bounds, outside), inner, inner)
    return season | sums | quality


proportional: st.SearchStrategy[PriceProcedure] = st.recursive(
    flat | indexed | st.builds(LargerOf, flat, indexed), _modified, max_leaves=3
)
divisible: st.SearchStrategy[PriceProcedure] = st.recursive(
    flat | indexed | block_tiers(), _modified, max_leaves=3
)

shares: st.SearchStrategy[PriceProcedure] = st.builds(
    lambda units, price: Share((Block(Decimal(units), price),)), st.sampled_from((2, 4, 5, 10)), divisible
)
"""Shares of so many units that none is rounded."""


@st.composite
def bands(
    draw: st.DrawFn, prices: st.SearchStrategy[PriceProcedure] = divisible | shares
) -> tuple[Band, ...]:
    widths = draw(st.lists(st.integers(1, 40), min_size=1, max_size=3))
    result, low = [], 0
    for width in widths:
        result.append(Band(Decimal(low), Decimal(low + width), draw(prices)))
        low += width
    return tuple(result)


@st.composite
def rising_bands(draw: st.DrawFn) -> tuple[Band, ...]:
    """Bands whose flat prices rise, as a merit order needs them."""
    prices = sorted(draw(st.lists(st.integers(0, 50), min_size=1, max_size=3)))
    result, low = [], 0
    for price in prices:
        high = low + draw(st.integers(1, 40))
        result.append(Band(Decimal(low), Decimal(high), Flat(Decimal(price))))
        low = high
    return tuple(result)


@st.composite
def networks(
    draw: st.DrawFn, edge_bands: st.SearchStrategy[tuple[Band, ...]] | None = None
) -> ContractNetwork:
    """Any connected network of accounting edges from a partner over hubs, meters at some ends."""
    band_strategy = bands() if edge_bands is None else edge_bands
    hubs = [f"h{n}" for n in range(draw(st.integers(0, 3)))]
    meters = [f"m{n}" for n in range(draw(st.integers(1, 3)))]
    inner = ["p", *hubs]
    links = [(draw(st.sampled_from(inner[: n + 1])), hub) for n, hub in enumerate(hubs)]
    links += [(draw(st.sampled_from(inner)), meter) for meter in meters]
    ends = [*inner, *meters]
    more = draw(st.lists(st.tuples(st.sampled_from(inner), st.sampled_from(ends)), max_size=4))
    links += [(tail, head) for tail, head in more if tail != head]
    edges = [
        ContractEdge(f"e{n}", EdgeRole.ACCOUNTING, tail, head, draw(band_strategy), draw(st.integers(0, 2)))
        for n, (tail, head) in enumerate(links)
    ]
    serving = {edge.head: edge.quantity for edge in edges}
    demands = {m: Decimal(draw(st.integers(0, int(serving[m])))) for m in meters}
    nodes = [
        ContractNode("p", ContractNodeKind.PARTNER),
        *(ContractNode(hub, ContractNodeKind.HUB) for hub in hubs),
        *(ContractNode(meter, ContractNodeKind.METER, demand=demands[meter]) for meter in meters),
    ]
    return ContractNetwork(tuple(nodes), tuple(edges))
