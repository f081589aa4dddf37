"""Verdicts on the shipped networks against networkx, SciPy's own search, and the other solver."""

from collections.abc import Mapping
from functools import cache

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, milp
from tests.unit.capacity.feasibility.samples import (
    FLOW,
    NOON,
    ONE_DAY,
    REVISION,
    ROBUST,
    flow_is_feasible,
    random_network,
    random_rights,
    rights,
    robust_shortfall,
    routes,
    verifier,
)

from capacity.feasibility.flow.flow_network import Capacities, FlowNetwork, compile_network
from capacity.feasibility.flow.flow_prover import FlowProver
from capacity.feasibility.flow.load_cases import LoadCase, RouteTable
from capacity.feasibility.robust.adversary import Adversary
from capacity.feasibility.robust.robust_prover import RobustProver
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.verdict import Request
from capacity.feasibility.verifier import Verifier
from capacity.networks.model import Network
from capacity.networks.overlays import on_day
from capacity.networks.policy import Policy
from capacity.publication import catalogue
from capacity.rights.model import Route
from capacity.solvers.deadline import Deadline
from capacity.solvers.highs import Highs
from capacity.solvers.port import Solver, SolverRefused

CODES = ("belgian", "gaslib-40", "gaslib-135", "gaslib-582")
REQUESTS = 250


@pytest.fixture
def gurobi() -> Solver:
    module = pytest.importorskip("capacity.solvers.gurobi", reason="gurobipy is not installed")
    try:
        solver: Solver = module.Gurobi()
    except SolverRefused as error:
        pytest.skip(f"there is no licence for {error}")
    return solver


@cache
def compiled(code: str) -> FlowNetwork:
    return compile_network(catalogue.load(code))


def nominated(network: Network, share: float) -> dict[Route, int]:
    """The published nomination, scaled, as entry and exit rights."""
    return {
        Route(node.id, None) if node.nomination > 0 else Route(None, node.id): quantity
        for node in network.nodes
        if (quantity := int(abs(node.nomination) * share))
    }


def random_stack(random: np.random.Generator, network: Network) -> dict[Route, int]:
    """Nominated rights at a random share, and ten random rights on top."""
    stack = nominated(network, float(random.uniform(0.2, 2.5)))
    choice = routes(network)
    total = sum(abs(node.nomination) for node in network.nodes)
    for _ in range(10):
        route = choice[random.integers(len(choice))]
        stack[route] = stack.get(route, 0) + int(random.integers(1, total // 40))
    return stack


def day_stack(network: Network, stack: Mapping[Route, int]) -> LoadCase:
    table = RouteTable.of(compiled(network.code), stack)
    quantities = np.array([stack[route] for route in table.routes], dtype=np.int64)
    capacities = Capacities.of_day(on_day(network, (), ONE_DAY.start))
    return LoadCase((ONE_DAY,), capacities, table, quantities)


@pytest.mark.parametrize("code", CODES)
def test_flow_verdicts_equal_the_largest_flow_of_networkx(code: str) -> None:
    random, network = np.random.default_rng(7), catalogue.load(code)
    prover, refused = FlowProver(compiled(code), Highs()), 0
    for _ in range(REQUESTS):
        stack = random_stack(random, network)
        day = day_stack(network, stack)
        expected = flow_is_feasible(network, stack)
        assert isinstance(prover.prove([day], Deadline(60)), list) == expected
        assert (prover.refuse([day], Deadline(60)) is None) == expected
        refused += not expected
    assert REQUESTS // 10 < refused < REQUESTS * 9 // 10


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("policy", [FLOW, ROBUST], ids=["flow", "robust"])
def test_gurobi_and_highs_give_the_same_verdict(code: str, policy: Policy, gurobi: Solver) -> None:
    random, network = np.random.default_rng(11), catalogue.load(code)
    verifiers = [Verifier(network, (), policy, solver, revision_id=REVISION) for solver in (Highs(), gurobi)]
    for _ in range(15):
        stack = random_stack(random, network)
        route, quantity = stack.popitem()
        request = Request(route, quantity, ONE_DAY)
        highs, other = (own.verify(rights(*stack.items()), request, NOON) for own in verifiers)
        assert "limited license" not in other.reason, "the licence fits every network shipped"
        assert (highs.outcome, highs.largest) == (other.outcome, other.largest)


@pytest.mark.parametrize("seed", range(60))
def test_robust_proofs_equal_a_search_over_whole_numbers(seed: int) -> None:
    # SciPy's own branch and bound on the adversary's programme, its points whole.
    random = np.random.default_rng(seed)
    network = random_network(random, nodes=14, edges=20)
    snapshot = random_rights(random, network, count=int(random.integers(4, 25)), largest=20)
    stack = snapshot.stack(ONE_DAY.start)
    flow_network = compile_network(network)
    table = RouteTable.of(flow_network, stack)
    quantities = np.array([stack[route] for route in table.routes], dtype=np.int64)
    day = LoadCase((ONE_DAY,), Capacities.of_day(on_day(network, (), ONE_DAY.start)), table, quantities)

    answer = RobustProver(flow_network, Highs()).prove([day], Deadline(60))

    worst = searched_shortfall(flow_network, day)
    if isinstance(answer, list):
        assert worst == 0
    else:
        inside = frozenset(np.array(flow_network.node_ids)[answer.cut.inside].tolist())
        assert robust_shortfall(network, stack, inside) == answer.cut.shortfall(day) == worst > 0


def searched_shortfall(network: FlowNetwork, day: LoadCase) -> int:
    adversary = Adversary(network, day.capacities, day.load, Highs())
    model = adversary.programme()
    matrix = np.zeros((len(model.row_lower), len(model.costs)))
    for column in range(len(model.costs)):
        own = slice(model.starts[column], model.starts[column + 1])
        matrix[model.rows[own], column] = model.values[own]
    whole = np.zeros(len(model.costs))
    whole[: adversary.network.size] = 1
    found = milp(
        model.costs,
        integrality=whole,
        bounds=(model.column_lower, np.minimum(model.column_upper, 1e6)),
        constraints=LinearConstraint(matrix, model.row_lower, model.row_upper),
    )
    return round(-float(found.fun))


@pytest.mark.parametrize("code", CODES)
def test_a_published_nomination_may_be_sold_as_entry_and_exit_rights(code: str) -> None:
    # Half of it: stations, valves and control valves pass both ways.
    network = catalogue.load(code)
    stack = nominated(network, 0.5)
    route, quantity = stack.popitem()

    verdict = verifier(network).verify(rights(*stack.items()), Request(route, quantity, ONE_DAY), NOON)

    assert verdict.outcome is Outcome.FEASIBLE
