"""Benchmarks of feasibility: one check against other ways, a year of availability, robust proofs, growth.

`python -m benchmarks.feasibility` prints them; `run` returns them.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from uuid import UUID

import highspy
import numpy as np
from benchmarks.feasibility_peers import (
    Peer,
    linopy_model,
    networkx_maximum_flow,
    scipy_linprog,
    solver_rebuild,
    whole_number_search,
)
from benchmarks.report import Row, compared, duration, median_s, show

from capacity.feasibility.flow.flow_network import Capacities, FlowNetwork, compile_network
from capacity.feasibility.flow.flow_prover import FlowProver
from capacity.feasibility.flow.load_cases import LoadCase, RouteTable, load_cases
from capacity.feasibility.robust.adversary import Adversary
from capacity.feasibility.robust.robust_prover import RobustProver
from capacity.feasibility.verdicts.verdict import Request
from capacity.feasibility.verifier import Verifier
from capacity.networks.model import Network
from capacity.networks.overlays import on_day, segments
from capacity.networks.policy import Level, Policy
from capacity.publication import catalogue
from capacity.rights.model import Firmness, Movement, MovementCause, Route, RouteKind
from capacity.rights.snapshot import RightsSnapshot
from capacity.solvers.deadline import Deadline
from capacity.solvers.highs import Highs, as_highs
from linepack.gasday import Period
from linepack.ids import ContractId, NetworkId, PartyId, RevisionId

YEAR = Period(date(2027, 1, 1), date(2028, 1, 1))
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
NETWORKS = ("gaslib-40", "gaslib-135", "gaslib-582")
LARGEST = "gaslib-582"

AIMS: tuple[tuple[str, Peer, int, float], ...] = (
    ("solver, model rebuilt", solver_rebuild, 40, 7),
    ("linopy", linopy_model, 5, 250),
    ("networkx maximum flow", networkx_maximum_flow, 10, 100),
    ("SciPy linprog", scipy_linprog, 30, 15),
)
"""Each peer with the repeats it is given and the ratio aimed at on the largest network."""

CHECKS = 300
"""Requests checked on the live model."""


def run() -> list[Row]:
    """Return all rows; takes a few minutes."""
    return [
        *(row for code in NETWORKS for row in live_check(code)),
        *availability_of_a_year(),
        *(row for code in NETWORKS for row in robust_proof(code)),
        *robust_year(),
        *growth_with_contracts(),
        *growth_with_days(),
    ]


def live_check(code: str) -> Iterator[Row]:
    """One request on top of 70 % of the nomination: the live model against building anew."""
    network, compiled, capacities = prepared(code)
    loads = [one.load for one in requests(network, compiled, capacities, CHECKS)]
    prover, deadline = FlowProver(compiled, Highs()), Deadline(1e6)
    prover.solve(capacities, loads[0], deadline)
    ours = median_s(partial(prover.solve, capacities, load, deadline) for load in loads)
    for name, peer, repeats, aim in AIMS:
        for load in loads[:repeats]:
            expected = prover.solve(capacities, load, deadline) is not None
            if peer(compiled, capacities, load) != expected:
                raise AssertionError(f"{name} gives another verdict on {code}")
        theirs = median_s(partial(peer, compiled, capacities, load) for load in loads[:repeats])
        yield compared(
            f"one check, {code}: live model – {name}", ours, theirs, aim if code == LARGEST else None
        )


def availability_of_a_year() -> Iterator[Row]:
    """Every entry × exit × day of the largest network, every day different, against one programme each."""
    network, compiled, capacities = prepared(LARGEST)
    snapshot = RightsSnapshot().apply(contracts(network, 2000))
    own = verifier(network, Level.FLOW)
    paths = own.views.routes(RouteKind.PATH)
    entries, exits = (len(own.views.routes(kind)) for kind in (RouteKind.ENTRY, RouteKind.EXIT))
    fresh = [verifier(network, Level.FLOW) for _ in range(3)]
    ours = median_s(partial(one.views.availability, snapshot, paths, YEAR) for one in fresh)
    kinds = len(load_cases(compiled, snapshot.table(YEAR), segments(network, (), YEAR)))
    prover, deadline = FlowProver(compiled, Highs()), Deadline(1e6)
    sample = [one.load for one in requests(network, compiled, capacities, CHECKS)]
    one_solve = median_s(partial(prover.solve, capacities, load, deadline) for load in sample)
    pairs = len(paths) * kinds
    yield Row(
        f"availability, {LARGEST}: {entries} × {exits} × {YEAR.days} days ({kinds} differ)"
        " – warm solver, one run each (reckoned)",
        duration(ours),
        duration(one_solve * pairs),
        one_solve * pairs / ours,
        "≤ 2 s",
    )


def robust_proof(code: str) -> Iterator[Row]:
    """One robust verdict: our proof tree against HiGHS' whole-number search, and the pool against both."""
    network, compiled, capacities = prepared(code)
    for share, outcome in ((1.0, "feasible"), (3.0, "refused")):
        day = nominated(network, compiled, capacities, share)
        adversary = Adversary(compiled, capacities, day.load, Highs())
        programme = as_highs(adversary.programme())
        whole = (highspy.HighsVarType.kInteger,) * adversary.network.size
        continuous = (highspy.HighsVarType.kContinuous,) * (programme.num_col_ - len(whole))
        programme.integrality_ = [*whole, *continuous]
        theirs = median_s(partial(whole_number_search, programme) for _ in range(5))
        ours = median_s(partial(fresh_robust, compiled, day) for _ in range(15))
        yield compared(f"robust verdict, {code}, {outcome}: proof tree – solver's search", ours, theirs)
        if outcome == "refused":
            prover = RobustProver(compiled, Highs())
            prover.prove([day], Deadline(1e6))
            pooled = median_s(partial(prover.prove, [day], Deadline(1e6)) for _ in range(15))
            yield compared(f"robust verdict, {code}, {outcome}: with cut pool – without", pooled, ours)


def robust_year() -> Iterator[Row]:
    """A request for a year of days that all differ: proved together, and day by day."""
    network, compiled, _ = prepared(LARGEST)
    snapshot = RightsSnapshot().apply(contracts(network, 2000))
    days = load_cases(compiled, snapshot.table(YEAR), segments(network, (), YEAR))
    together = median_s(partial(fresh_robust, compiled, *days) for _ in range(5))
    apart = median_s([lambda: [fresh_robust(compiled, day) for day in days]])
    yield compared(
        f"robust verdict, {LARGEST}, {len(days)} different days: together – apart", together, apart
    )


def growth_with_contracts() -> Iterator[Row]:
    """A booking for a month beside ever more contracts: taken into the snapshot, and verified."""
    network, _, _ = prepared(LARGEST)
    month = Period(date(2027, 3, 1), date(2027, 4, 1))
    first: float | None = None
    for count in (100, 1_000, 10_000, 100_000):
        own, movements = verifier(network, Level.ROBUST), contracts(network, count)
        snapshot = RightsSnapshot().apply(movements)
        route = movements[-1].route

        def book(snapshot: RightsSnapshot = snapshot, own: Verifier = own, route: Route = route) -> None:
            grown = snapshot.apply([movement(route, 1, month, 0)])
            own.verify(grown, Request(route, 10, month), NOON)

        book()
        ours = median_s(book for _ in range(9))
        first = first or ours
        label = f"booking beside {count:,} contracts, {LARGEST}, robust"
        yield Row(f"{label} ({ours / first:.2g} × the first)", duration(ours))


def growth_with_days() -> Iterator[Row]:
    """A booking for ever more days, none like another."""
    network, _, _ = prepared(LARGEST)
    snapshot = RightsSnapshot().apply(contracts(network, 2000))
    route = snapshot.table(YEAR).routes[0]
    for days in (1, 30, 365):
        period = Period(YEAR.start, YEAR.start + timedelta(days=days))
        for level in (Level.FLOW, Level.ROBUST):
            own = verifier(network, level)
            own.verify(snapshot, Request(route, 10, period), NOON)
            ours = median_s(partial(own.verify, snapshot, Request(route, 10, period), NOON) for _ in range(5))
            yield Row(f"booking for {days} days, {LARGEST}, {level}", duration(ours))


def prepared(code: str) -> tuple[Network, FlowNetwork, Capacities]:
    """Return a shipped network, compiled, with its capacities."""
    network = catalogue.load(code)
    return network, compile_network(network), Capacities.of_day(on_day(network, (), YEAR.start))


def nominated(network: Network, compiled: FlowNetwork, capacities: Capacities, share: float) -> LoadCase:
    """Return a day with the published nomination, scaled, as entry and exit rights."""
    rights = {
        Route(node.id, None) if node.nomination > 0 else Route(None, node.id): quantity
        for node in network.nodes
        if (quantity := int(abs(node.nomination) * share))
    }
    table = RouteTable.of(compiled, rights)
    quantities = np.array([rights[route] for route in table.routes], dtype=np.int64)
    return LoadCase((YEAR,), capacities, table, quantities)


def requests(
    network: Network, compiled: FlowNetwork, capacities: Capacities, count: int
) -> Iterator[LoadCase]:
    """Yield days with 70 % of the nomination and one random path right of up to a fifth of it."""
    random = np.random.default_rng(0)
    base = nominated(network, compiled, capacities, 0.7)
    entries = [node for node in network.nodes if node.nomination > 0]
    exits = [node for node in network.nodes if node.nomination < 0]
    total = sum(node.nomination for node in entries)
    for _ in range(count):
        ends = entries[random.integers(len(entries))].id, exits[random.integers(len(exits))].id
        table = RouteTable.of(compiled, [*base.table.routes, Route(*ends)])
        quantities = np.full(len(table.routes), int(random.uniform(0, 0.2) * total), dtype=np.int64)
        rows = [table.routes.index(route) for route in base.table.routes]
        quantities[rows] = base.quantities
        yield LoadCase(base.periods, capacities, table, quantities)


def contracts(network: Network, count: int) -> list[Movement]:
    """Return entry and exit contracts of one day to a quarter, together 80 % of the nomination."""
    random = np.random.default_rng(1)
    points = [node for node in network.nodes if node.nomination]
    movements = []
    for number in range(count):
        node = points[random.integers(len(points))]
        first = int(random.integers(YEAR.days))
        last = min(YEAR.days, first + int(random.choice([1, 7, 30, 90])))
        period = Period(YEAR.start + timedelta(days=first), YEAR.start + timedelta(days=last))
        route = Route(node.id, None) if node.nomination > 0 else Route(None, node.id)
        quantity = max(int(abs(node.nomination) * 0.8 * len(points) / count), 1)
        movements.append(movement(route, quantity, period, number + 1))
    return movements


def movement(route: Route, quantity: int, period: Period, sequence: int) -> Movement:
    return Movement(
        NetworkId(UUID(int=1)),
        ContractId(UUID(int=2)),
        PartyId(UUID(int=3)),
        route,
        Firmness.FIRM,
        period,
        quantity,
        MovementCause.BOOKING,
        UUID(int=4),
        sequence,
    )


def verifier(network: Network, level: Level) -> Verifier:
    return Verifier(network, (), Policy(level, Level.FLOW), Highs(), revision_id=RevisionId(UUID(int=5)))


def fresh_robust(compiled: FlowNetwork, *days: LoadCase) -> object:
    """Return the robust answer of a prover that knows nothing yet."""
    return RobustProver(compiled, Highs()).prove(days, Deadline(1e6))


if __name__ == "__main__":
    show("Feasibility", run())
