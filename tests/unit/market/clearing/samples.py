"""Drafts of clearings: the worked example, and random ones on shipped networks."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
from tests.unit.market.clearing.oracle import technical

from capacity.networks.model import Edge, EdgeKind, Network, Node, NodeRole
from capacity.networks.policy import Level
from capacity.publication import catalogue
from capacity.rights.model import Route
from capacity.solvers.highs import Highs
from linepack.gasday import Period
from linepack.money import Currency
from market.clearing.model import Bid, Draft, OutstandingRight, Side
from market.clearing.outcome import clear
from market.clearing.result import Clearing

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
OCTOBER_1 = Period(date(2027, 10, 1), date(2027, 10, 2))
SECONDS = 60.0


def edge(tail: str, head: str, capacity: int, backward: int = 0) -> Edge:
    """Return an edge of a drawn network."""
    return Edge(
        f"{tail}-{head}",
        EdgeKind.SHORT_PIPE,
        tail,
        head,
        capacity_forward=capacity,
        capacity_backward=backward,
    )


def network_of(*edges: Edge) -> Network:
    """Return a network: nodes that begin with R are entries, with D exits, with S storages."""
    roles = {"R": NodeRole.ENTRY, "D": NodeRole.EXIT, "S": NodeRole.STORAGE}
    names = dict.fromkeys(name for one in edges for name in (one.tail, one.head))
    nodes = tuple(Node(name, roles.get(name[0], NodeRole.JUNCTION)) for name in names)
    return replace(catalogue.load("gaslib-40"), code="drawn", nodes=nodes, edges=edges)


def two_by_two(*, to_d1: int = 80) -> Network:
    """Return R1 → J 100, R2 → J 60, J → D1 80, J → D2 70."""
    return network_of(edge("R1", "J", 100), edge("R2", "J", 60), edge("J", "D1", to_d1), edge("J", "D2", 70))


def buy(
    name: str,
    path: str,
    quantity: int,
    price: str,
    *,
    minimum: int = 0,
    only_if: str | None = None,
    period: Period = OCTOBER_1,
) -> Bid:
    """Return a bid for a path such as "R1 D1"."""
    receipt, delivery = path.split()
    route = Route(receipt, delivery)
    return Bid(name, name, Side.BUY, route, period, quantity, Decimal(price), minimum, only_if)


def sell(name: str, path: str, quantity: int, price: str, *, period: Period = OCTOBER_1) -> Bid:
    """Return an offer of the rights on a path."""
    return replace(buy(name, path, quantity, price, period=period), side=Side.SELL)


def held(party: str, path: str, quantity: int, *, period: Period = OCTOBER_1) -> OutstandingRight:
    """Return a right outstanding on a path."""
    receipt, delivery = path.split()
    return OutstandingRight(party, Route(receipt, delivery), period, quantity)


def draft(
    network: Network,
    *bids: Bid,
    level: Level = Level.ROBUST,
    rights: tuple[OutstandingRight, ...] = (),
    reserve: str = "0",
) -> Draft:
    """Return a draft."""
    return Draft(network, level, Currency.EUR, Decimal(reserve), rights, bids)


def cleared(one: Draft) -> Clearing:
    """Return a draft cleared by HiGHS."""
    return clear(one, Highs(), at=NOON, seconds=SECONDS)


def awards(found: Clearing) -> list[int]:
    """Return what each bid was awarded."""
    return [one.quantity for one in found.awards]


def worked_example(*, minimum: int = 0, to_d1: int = 80, level: Level = Level.ROBUST) -> Draft:
    """Return the four bids on `two_by_two`."""
    return draft(
        two_by_two(to_d1=to_d1),
        buy("1", "R1 D1", 60, "10"),
        buy("2", "R1 D2", 60, "8"),
        buy("3", "R2 D1", 50, "9"),
        buy("4", "R2 D2", 40, "5", minimum=minimum),
        level=level,
    )


def random_draft(code: str, seed: int, level: Level, *, indivisible: bool) -> Draft:
    """Return bids, offers and rights on a shipped network over four gas days."""
    random = np.random.default_rng(seed)
    network = catalogue.load(code)
    entries = [node.id for node in network.nodes if node.role.may_enter]
    exits = [node.id for node in network.nodes if node.role.may_exit]
    paths: list[tuple[str, str]] = []
    while len(paths) < (4 if code == "gaslib-582" else 8):
        path = str(random.choice(entries)), str(random.choice(exits))
        if path[0] != path[1] and path not in paths and _room(code, *path) > 100:
            paths.append(path)
    rights = [
        held(f"H{place}", " ".join(path), _share(random, _room(code, *path), 0.02, 0.06), period=FOUR_DAYS)
        for place, path in enumerate(paths[:3])
    ]
    bids = []
    for place in range(int(random.integers(12, 25))):
        path = paths[int(random.integers(len(paths)))]
        quantity = _share(random, _room(code, *path), 0.1, 0.6)
        price = f"{random.integers(1, 2000) / 100:.2f}"
        minimum = int(quantity * random.uniform(0.2, 1.0)) if indivisible and random.random() < 0.3 else 0
        link = f"b{random.integers(place)}" if indivisible and place and random.random() < 0.15 else None
        bids.append(
            buy(
                f"b{place}",
                " ".join(path),
                quantity,
                price,
                minimum=minimum,
                only_if=link,
                period=_period(random),
            )
        )
    for place, right in enumerate(rights):
        offered = sell(f"s{place}", f"{right.route.receipt} {right.route.delivery}", right.quantity, "3.5")
        bids.append(replace(offered, party=right.party, period=_period(random)))
    reserve = str(random.choice(["0", "0", "1.5"]))
    return draft(network, *bids, level=level, rights=tuple(rights), reserve=reserve)


FOUR_DAYS = Period(date(2027, 10, 1), date(2027, 10, 5))


def _room(code: str, receipt: str, delivery: str) -> int:
    """Return what a path and its points carry alone."""
    ends = (receipt, None), (None, delivery), (receipt, delivery)
    return min(technical(code, *one) for one in ends)


def _share(random: np.random.Generator, of: int, least: float, most: float) -> int:
    return max(int(of * random.uniform(least, most)), 1)


def _period(random: np.random.Generator) -> Period:
    first = int(random.integers(4))
    last = int(random.integers(first, 4))
    return Period(date(2027, 10, 1 + first), date(2027, 10, 2 + last))
