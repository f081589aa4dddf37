"""Certificates of every kind by the product itself, on random networks and on a shipped one."""

import hashlib
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from tests.unit.capacity.feasibility.pressures.test_curtailment import ASIDE
from tests.unit.capacity.feasibility.pressures.test_pressure_prover import FORK, KG_10, LINE
from tests.unit.capacity.feasibility.samples import (
    NOON,
    ONE_DAY,
    REVISION,
    Right,
    days,
    plain,
    random_network,
    random_rights,
    rights,
    routes,
)
from tests.unit.capacity.hydraulics import small_networks

from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.explanation import Explanation
from capacity.feasibility.verdicts.verdict import Request, Verdict
from capacity.feasibility.verifier import Verifier
from capacity.networks.formats import native
from capacity.networks.interruptible import InterruptibleQuantity
from capacity.networks.model import Network, Node, NodeRole, Overlay, OverlayKind
from capacity.networks.physics import with_capacities
from capacity.networks.policy import Level, Policy
from capacity.publication import catalogue
from capacity.rights.model import Firmness, Route, RouteKind
from capacity.rights.snapshot import RightsSnapshot
from capacity.solvers.highs import Highs
from linepack.gasday import Period
from settlement.audit.proof_documents import proof_document

WEEK = days(1, 8)
SECONDS = 1.0
"""For a proof of pressures; what takes longer is left undecided."""
BY_CAPACITIES = (Level.RIGHTS, Level.FLOW, Level.ROBUST)


@dataclass(frozen=True, slots=True)
class Case:
    """A verdict, on what it was decided, and the documents that say so."""

    network: Network
    overlays: tuple[Overlay, ...]
    rights: RightsSnapshot
    verdict: Verdict
    content: bytes
    document: bytes

    @classmethod
    def of(
        cls, network: Network, overlays: tuple[Overlay, ...], booked: RightsSnapshot, verdict: Verdict
    ) -> "Case":
        """Return a case with its documents."""
        content = native.write(network)
        sha256 = hashlib.sha256(content).hexdigest()
        document = proof_document(network, sha256, overlays, booked, verdict)
        return cls(network, overlays, booked, verdict, content, document)

    @property
    def kinds(self) -> set[str]:
        """The kinds of certificate, with what is special about them."""
        found = set()
        for proof in self.verdict.proofs:
            only_loaded = getattr(proof.certificate, "only_loaded", False)
            found.add(proof.certificate.kind + (" of cuts loaded" if only_loaded else ""))
            if proof.curtailment is not None:
                found.add("curtailment")
        return found


def of_capacities(seed: int) -> Iterator[Case]:
    """Yield cases without pressures: a random network, some closed edges, rights and requests for a week."""
    random = np.random.default_rng(seed)
    of = random_network(random, nodes=int(random.integers(4, 10)), edges=int(random.integers(6, 14)))
    overlays = tuple(_overlay(random, of) for _ in range(int(random.integers(0, 3))))
    booked = random_rights(
        random, of, count=int(random.integers(0, 7)), largest=int(random.integers(2, 12)), period=WEEK
    )
    choice = routes(of)
    for level in BY_CAPACITIES:
        own = _verifier(of, overlays, Policy(level, level))
        for _ in range(3):
            route = choice[random.integers(len(choice))]
            request = Request(route, int(random.integers(1, 12)), _days(random))
            yield _case(own, of, overlays, booked, request)


def of_interruptible(seed: int) -> Iterator[Case]:
    """Yield cases of interruptible rights, more than are on sale among them."""
    random = np.random.default_rng(seed)
    of = random_network(random, nodes=6, edges=9)
    choice = routes(of)
    granted: list[Right] = [
        (choice[random.integers(len(choice))], int(random.integers(1, 5)), WEEK, Firmness.INTERRUPTIBLE)
        for _ in range(3)
    ]
    stated = tuple(
        InterruptibleQuantity(kind, WEEK.start, quantity=int(random.integers(2, 12))) for kind in RouteKind
    )
    own = _verifier(of, (), Policy(Level.ROBUST, Level.FLOW), interruptible=stated)
    for _ in range(4):
        route = choice[random.integers(len(choice))]
        request = Request(route, int(random.integers(1, 8)), _days(random), Firmness.INTERRUPTIBLE)
        yield _case(own, of, (), rights(*granted), request)


def of_pressures(seed: int) -> Iterator[Case]:
    """Yield cases of small networks in which pressures decide, days that lack them already among them."""
    random = np.random.default_rng(seed)
    of = (LINE, FORK, ASIDE)[seed % 3]
    booked = rights((Route("in", "out"), int(random.integers(1, 90)) * KG_10 // 10))
    overlays = (replace(_overlay(random, of), period=ONE_DAY),) if random.random() < 0.3 else ()
    own = _verifier(of, overlays, Policy(Level.HYDRAULIC, deadline_s=SECONDS))
    choice = [route for route in routes(of) if route.kind is RouteKind.PATH]
    for _ in range(3):
        quantity = int(random.integers(1, 80)) * KG_10 // 10
        request = Request(choice[random.integers(len(choice))], quantity, ONE_DAY)
        yield _case(own, of, overlays, booked, request)


def of_stations(seed: int) -> Iterator[Case]:
    """Yield cases of random networks with heights, valves and compressors."""
    random = np.random.default_rng(seed)
    drawn = small_networks.random_network(seed)
    of = with_capacities(replace(drawn, nodes=tuple(_on_a_hill(random, node) for node in drawn.nodes)))
    choice = [route for route in routes(of) if route.kind is RouteKind.PATH]
    if not choice:
        return
    own = _verifier(of, (), Policy(Level.HYDRAULIC, deadline_s=SECONDS))
    for _ in range(3):
        route = choice[random.integers(len(choice))]
        [(_, most)] = own.largest(rights(), route, ONE_DAY, Firmness.FIRM, level=Level.ROBUST)
        quantity = int(most * random.uniform(0.3, 1.0))
        if quantity:
            yield _case(own, of, (), rights(), Request(route, quantity, ONE_DAY))


def of_shipped(code: str, seed: int, requests: int) -> Iterator[Case]:
    """Yield cases of a network with stations that have maps, at every level."""
    random = np.random.default_rng(seed)
    of = catalogue.load(code)
    booked: list[Right] = []
    for node in of.nodes:
        if node.nomination:
            route = Route(node.id, None) if node.nomination > 0 else Route(None, node.id)
            booked.append((route, abs(node.nomination) // 2, WEEK))
    choice = routes(of)
    for level in (Level.ROBUST, Level.HYDRAULIC):
        own = _verifier(of, (), Policy(level, deadline_s=10.0))
        for _ in range(requests):
            quantity = int(10 ** random.uniform(3, 7))
            request = Request(choice[random.integers(len(choice))], quantity, WEEK)
            yield _case(own, of, (), rights(*booked), request)


def all_cases(seeds: Iterable[int]) -> Iterator[Case]:
    """Yield the decided cases of some seeds of every family."""
    for seed in seeds:
        families = [of_capacities(seed), of_interruptible(seed), of_pressures(seed), of_stations(seed)]
        for family in families:
            yield from (case for case in family if case.verdict.outcome is not Outcome.UNDECIDED)


def _verifier(
    of: Network,
    overlays: tuple[Overlay, ...],
    policy: Policy,
    interruptible: Sequence[InterruptibleQuantity] = (),
) -> Verifier:
    return Verifier(
        of,
        overlays,
        policy,
        Highs(),
        revision_id=REVISION,
        interruptible=interruptible,
        clock=time.process_time,
    )


def _case(
    own: Verifier, of: Network, overlays: tuple[Overlay, ...], booked: RightsSnapshot, request: Request
) -> Case:
    decision = own.decide(booked, request, NOON)
    if not decision.is_feasible and not decision.level.has_pressures:
        # With its explanation a refusal has a certificate for every cut that is full.
        return Case.of(of, overlays, booked, plain(own.verify(booked, request, NOON)))
    return Case.of(of, overlays, booked, decision.explained(Explanation()))


def _overlay(random: np.random.Generator, of: Network) -> Overlay:
    edge = of.edges[random.integers(len(of.edges))]
    factor = float(random.choice([0.0, 0.35, 0.5, 1.5]))
    return Overlay(edge.id, OverlayKind.MAINTENANCE, _days(random), factor)


def _days(random: np.random.Generator) -> Period:
    first = int(random.integers(0, 6))
    start = WEEK.start + timedelta(days=first)
    return Period(start, start + timedelta(days=int(random.integers(1, 8 - first))))


def _on_a_hill(random: np.random.Generator, node: Node) -> Node:
    role = NodeRole.STORAGE if node.role is NodeRole.JUNCTION and random.random() < 0.3 else node.role
    return replace(node, role=role, height_m=float(random.uniform(-80, 80)), nomination=0)
