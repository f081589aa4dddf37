"""What a request makes worse, on networks that are short already, against every set of nodes.

The rule, written anew here: a quantity may be had when on every set S of nodes, load after ≤ max(capacity,
load before). With E and X entry and exit rights and T outside of S, load is min(E(S), X(T)) and all paths
from S to T at level ROBUST. At level FLOW it is the paths out of S less those into it, and what entries and
exits used at once force out as well.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.unit.capacity.feasibility.samples import (
    FLOW,
    NOON,
    ONE_DAY,
    ROBUST,
    network,
    plain,
    rights,
    routes,
    technical,
    verifier,
)

from capacity.feasibility.checking.verdict_checker import check
from capacity.feasibility.verdicts.certificates import DayProof, FlowProof, Outcome, TreeProof
from capacity.feasibility.verdicts.verdict import Request, Verdict
from capacity.networks.model import Network
from capacity.networks.policy import Level, Policy
from capacity.rights.model import Firmness, Route

NETWORKS = 1_000
PARTS = 8
"""Tests among which the networks are divided, so that they run beside each other."""
EXPLAINED_EACH = 4
"""One refusal in so many is explained, which takes longer than all else."""

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Short:
    """A network, rights that it cannot carry, and the route that somebody asks for."""

    network: Network
    stack: Mapping[Route, int]
    route: Route


def short_networks(level: Level, seed: int) -> Iterator[Short]:
    """Networks of three to ten nodes that are short at a level, and a route whose own limits leave something.

    From random numbers with a seed. At level FLOW only paths are asked for.
    """
    random = np.random.default_rng(seed)
    while True:
        size = int(random.integers(3, 11))
        roles = random.choice(["in", "out", "both", ""], size, p=[0.3, 0.35, 0.15, 0.2]).tolist()
        names = [f"n{i}" for i in range(size)]
        roles[:2] = "in", "out"
        edges = []
        for _ in range(int(random.integers(size - 1, 2 * size))):
            tail, head = random.choice(names, 2, replace=False).tolist()
            widest = int(random.choice([0, 8, 12, 60]))
            edges.append((tail, head, *random.integers(0, widest + 1, 2).tolist()))
        of = network(dict(zip(names, roles, strict=True)), edges)
        choice = routes(of)
        chosen = random.choice(len(choice), min(len(choice), int(random.integers(1, 9))), replace=False)
        stack = {choice[i]: int(random.integers(1, 13)) for i in chosen.tolist()}
        if (loads(of, stack, level) <= capacities(of)).all():
            continue
        for place in random.permutation(len(choice)).tolist():
            short = Short(of, stack, choice[place])
            is_path = None not in (short.route.receipt, short.route.delivery)
            if (is_path or level is Level.ROBUST) and technical_room(short) > 0:
                yield short
                break


@cache
def node_sets(size: int) -> NDArray[np.bool_]:
    """Every set of nodes, bool (2**size, size)."""
    return (np.arange(2**size)[:, np.newaxis] >> np.arange(size) & 1).astype(np.bool_)


def capacities(of: Network) -> Integers:
    """What the edges carry out of every set of nodes."""
    number = {node.id: i for i, node in enumerate(of.nodes)}
    sets = node_sets(len(of.nodes))
    total = np.zeros(len(sets), dtype=np.int64)
    for edge in of.edges:
        tail, head = sets[:, number[edge.tail]], sets[:, number[edge.head]]
        total += (tail & ~head) * (edge.capacity_forward or 0) + (head & ~tail) * (
            edge.capacity_backward or 0
        )
    return total


def loads(of: Network, stack: Mapping[Route, int], level: Level) -> Integers:
    """What rights force out of every set of nodes."""
    number = {node.id: i for i, node in enumerate(of.nodes)}
    sets = node_sets(len(of.nodes))
    entry_in, entry_out, exit_in, exit_out, out, back = np.zeros((6, len(sets)), dtype=np.int64)
    for route, quantity in stack.items():
        if route.delivery is None:
            entry_in += sets[:, number[route.receipt or ""]] * quantity
            entry_out += ~sets[:, number[route.receipt or ""]] * quantity
        elif route.receipt is None:
            exit_in += sets[:, number[route.delivery]] * quantity
            exit_out += ~sets[:, number[route.delivery]] * quantity
        else:
            receipt, delivery = sets[:, number[route.receipt]], sets[:, number[route.delivery]]
            out += (receipt & ~delivery) * quantity
            back += (delivery & ~receipt) * quantity
    if level is Level.ROBUST:
        robust: Integers = np.minimum(entry_in, exit_out) + out
        return robust
    if entry_in[0] + entry_out[0] <= exit_in[0] + exit_out[0]:
        scarce: Integers = np.maximum(entry_in - exit_in, -entry_out)
    else:
        scarce = np.maximum(-exit_in, exit_out - entry_out)
    flow: Integers = out - back + scarce
    return flow


def may_be_had(short: Short, quantity: int, level: Level) -> bool:
    """The rule."""
    before = loads(short.network, short.stack, level)
    after = loads(short.network, with_more(short, quantity), level)
    return bool((after <= np.maximum(capacities(short.network), before)).all())


def with_more(short: Short, quantity: int) -> dict[Route, int]:
    return {**short.stack, short.route: short.stack.get(short.route, 0) + quantity}


def technical_room(short: Short) -> int:
    """What the points and the path themselves leave."""
    route = short.route
    limits = {route}
    if route.receipt is not None and route.delivery is not None:
        limits |= {Route(route.receipt, None), Route(None, route.delivery)}
    return min(
        technical(short.network, limit)
        - sum(
            quantity
            for own, quantity in short.stack.items()
            if limit.receipt in (None, own.receipt) and limit.delivery in (None, own.delivery)
        )
        for limit in limits
    )


def most_by_the_rule(short: Short, level: Level) -> int:
    """The largest quantity by looking at every set of nodes; load never shrinks with the quantity asked."""
    least, most = 0, max(technical_room(short), 0)
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if may_be_had(short, middle, level) else (least, middle - 1)
    return least


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("policy", [FLOW, ROBUST], ids=["flow", "robust"])
def test_the_quantity_quoted_on_a_short_day_equals_looking_at_every_set_of_nodes(
    policy: Policy, part: int
) -> None:
    seen = set()
    for number, short in enumerate(islice(short_networks(policy.firm_level, part), NETWORKS // PARTS)):
        booked = rights(*short.stack.items())
        own = verifier(short.network, policy)
        most = most_by_the_rule(short, policy.firm_level)

        assert own.largest(booked, short.route, ONE_DAY, Firmness.FIRM) == [(ONE_DAY, most)]
        assert own.largest_throughout(booked, short.route, ONE_DAY, Firmness.FIRM) == most
        explains = number % EXPLAINED_EACH == 0
        request = Request(short.route, most + 1, ONE_DAY)
        refused = (own.verify if explains else own.decide)(booked, request, NOON)
        assert refused.outcome is Outcome.INFEASIBLE
        assert not explains or check(short.network, (), booked, refused) == []
        if most:
            sold = own.verify(booked, Request(short.route, most, ONE_DAY), NOON)
            assert sold.outcome is Outcome.FEASIBLE
            assert check(short.network, (), booked, Verdict.from_json(sold.to_json())) == []
            for false in falsified(plain(sold), short):
                assert check(short.network, (), booked, false) != []
            seen.add((short.route.kind, only_loaded(sold.proofs[0])))
    assert any(is_only_loaded for _, is_only_loaded in seen)


def only_loaded(proof: DayProof) -> bool:
    assert isinstance(proof.certificate, FlowProof | TreeProof)
    return proof.certificate.only_loaded


def falsified(sold: Verdict, short: Short) -> Iterator[Verdict]:
    """The verdict with its certificate claiming more than it proves."""
    [proof] = sold.proofs
    certificate = proof.certificate
    assert isinstance(certificate, FlowProof | TreeProof)
    if certificate.only_loaded:
        yield replace(sold, proofs=(replace(proof, certificate=replace(certificate, only_loaded=False)),))
        if not may_be_had(short, sold.request.quantity + 1, sold.level):
            covering = with_more(short, sold.request.quantity + 1)
            ordered = tuple(sorted(covering.items(), key=lambda one: one[0].sort_key))
            request = replace(sold.request, quantity=sold.request.quantity + 1)
            yield replace(sold, request=request, proofs=(replace(proof, covering=ordered),))
    if isinstance(certificate, TreeProof) and certificate.items:
        yield replace(
            sold, proofs=(replace(proof, certificate=replace(certificate, items=certificate.items[:-1])),)
        )
        yield replace(
            sold,
            proofs=(
                replace(
                    proof, certificate=replace(certificate, items=(*certificate.items, certificate.items[0]))
                ),
            ),
        )
