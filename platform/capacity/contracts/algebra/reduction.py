"""Reduction of contract networks: the same contract with fewer elements, and quantities carried back.

Three rules, applied until none does any more, on the edges of one role:

parallel   edges with the same ends become one; its bands are theirs, sorted by price (`Order.MERIT`) or by
           rank (`Order.RANK`, the order of the contract)
cumulate   meters that hang on one node by an edge each become one meter that takes their demands together
series     two edges through a plain node become one: bands cut where either changes, up to the smaller end;
           prices add; pressures and calorific values are what both allow, and nothing in common is refused

Each rule leaves a step behind. `expand` undoes the steps, `distribute` carries quantities back through them
by ordered fill. Laws, held by property tests: expand(reduce(N)) = N, and flows cost the same before and
after. By merit order the reduced cost is the least cost, because the merged bands rise; an edge whose own
prices fall has no place in a merit order and is refused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import count, groupby, pairwise

from capacity.contracts.algebra.band_filling import fill
from capacity.contracts.algebra.bands import common, proportional_bands, stacked
from capacity.contracts.errors import BeyondBands, NotReducible
from capacity.contracts.model import (
    ZERO,
    Band,
    ContractEdge,
    ContractNetwork,
    ContractNode,
    ContractNodeKind,
    EdgeRole,
)
from capacity.contracts.pricing.calculation import PricingContext
from capacity.contracts.pricing.price import amount, combined


class Order(StrEnum):
    """Which of several parallel bands comes first."""

    MERIT = "merit"
    RANK = "rank"


@dataclass(frozen=True, slots=True)
class Source:
    """An edge that a reduced edge draws on for its next `width` units."""

    edge_id: str
    width: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """One reduction: what was taken out, and what stands for it.

    `sources` in the order in which they fill; empty for a series, whose edges carry the same.
    """

    edge: ContractEdge
    merged: tuple[ContractEdge, ...]
    sources: tuple[Source, ...] = ()
    nodes: tuple[ContractNode, ...] = ()
    meter: ContractNode | None = None


@dataclass(frozen=True, slots=True)
class Reduction:
    """A reduced network and the steps that led to it."""

    network: ContractNetwork
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    role: EdgeRole
    order: Order
    at: PricingContext


def reduce(network: ContractNetwork, *, role: EdgeRole, order: Order, at: PricingContext) -> Reduction:
    """Merge the edges of `role` as far as possible; `at` gives the day whose prices rank the bands.

    Raises NotReducible when edges that must merge cannot, and what the prices raise.
    """
    rule = _Rule(role, order, at)
    done: list[Step] = []
    taken = {edge.id for edge in network.edges} | {node.id for node in network.nodes}
    names = (name for number in count(1) if (name := f"reduced:{number}") not in taken)
    while (step := _next_step(network, rule, names)) is not None:
        network = _applied(network, step)
        done.append(step)
    return Reduction(network, tuple(done))


def distribute(reduction: Reduction, flows: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Carry quantities on the reduced edges back to the original ones, by ordered fill.

    `flows` gives commercial units by edge id, edges left out carry nothing. Raises BeyondBands.
    """
    result = {edge.id: flows.get(edge.id, ZERO) for edge in reduction.network.edges}
    for step in reversed(reduction.steps):
        quantity = result.pop(step.edge.id)
        if quantity > step.edge.quantity:
            raise BeyondBands(step.edge.id, quantity, step.edge.quantity)
        if not step.sources:
            result |= {edge.id: quantity for edge in step.merged}
            continue
        result |= {edge.id: ZERO for edge in step.merged}
        parts, _ = fill(quantity, (source.width for source in step.sources))
        for source, part in zip(step.sources, parts, strict=True):
            result[source.edge_id] += part
    return result


def _applied(network: ContractNetwork, step: Step) -> ContractNetwork:
    return network.exchanged(
        drop_nodes=[node.id for node in step.nodes],
        drop_edges=[edge.id for edge in step.merged],
        add_nodes=[step.meter] if step.meter else [],
        add_edges=[step.edge],
    )


def _next_step(network: ContractNetwork, rule: _Rule, names: Iterator[str]) -> Step | None:
    edges = [edge for edge in network.edges_of(rule.role) if edge.binding is None]
    by_ends = sorted(edges, key=lambda edge: (edge.tail, edge.head))
    for _, alike in groupby(by_ends, key=lambda edge: (edge.tail, edge.head)):
        if len(parallel := tuple(alike)) > 1:
            return _parallel(parallel, rule, next(names))
    return _cumulate(network, edges, names) or _series(network, edges, names)


def _parallel(edges: tuple[ContractEdge, ...], rule: _Rule, name: str) -> Step:
    pieces: list[tuple[tuple[Decimal, int, str, int], str, Band]] = []
    for edge in edges:
        before = None
        for number, band in enumerate(proportional_bands(edge.bands)):
            price = ZERO
            if rule.order is Order.MERIT:
                price = amount(band.price, Decimal(1), rule.at)
                if before is not None and price < before:
                    raise NotReducible([edge.id], f"its price falls from {before} to {price}: reduce by rank")
            before = price
            pieces.append(((price, edge.rank, edge.id, number), edge.id, band))
    pieces.sort(key=lambda piece: piece[0])
    merged = ContractEdge(
        id=name,
        role=rule.role,
        tail=edges[0].tail,
        head=edges[0].head,
        bands=stacked(band for _, _, band in pieces),
        rank=min(edge.rank for edge in edges),
    )
    return Step(merged, edges, tuple(Source(edge_id, band.width) for _, edge_id, band in pieces))


def _cumulate(network: ContractNetwork, edges: list[ContractEdge], names: Iterator[str]) -> Step | None:
    degree = _degrees(network)
    nodes = {node.id: node for node in network.nodes}
    leaves = [edge for edge in edges if degree[edge.head] == 1 and _takes(nodes[edge.head])]
    leaves.sort(key=lambda edge: (edge.tail, edge.rank, edge.id))
    for parent, group in groupby(leaves, key=lambda edge: edge.tail):
        merged = tuple(group)
        if len(merged) < 2:
            continue
        meters = tuple(nodes[edge.head] for edge in merged)
        bands = [band for e, m in zip(merged, meters, strict=True) for band in _demanded(e, m)]
        meter = ContractNode(
            next(names), ContractNodeKind.METER, demand=sum((m.demand for m in meters), start=ZERO)
        )
        edge = ContractEdge(next(names), merged[0].role, parent, meter.id, stacked(bands), merged[0].rank)
        sources = tuple(Source(e.id, m.demand) for e, m in zip(merged, meters, strict=True))
        return Step(edge, merged, sources, meters, meter)
    return None


def _series(network: ContractNetwork, edges: list[ContractEdge], names: Iterator[str]) -> Step | None:
    degree = _degrees(network)
    for node in network.nodes:
        before = [edge for edge in edges if edge.head == node.id]
        after = [edge for edge in edges if edge.tail == node.id]
        is_between = len(before) == len(after) == 1 and degree[node.id] == 2 and node.is_plain
        if is_between and before[0].tail != after[0].head:
            first, second = before[0], after[0]
            bands = stacked(_joined(first, second))
            edge = ContractEdge(next(names), first.role, first.tail, second.head, bands, first.rank)
            return Step(edge, (first, second), nodes=(node,))
    return None


def _takes(node: ContractNode) -> bool:
    return node.kind is ContractNodeKind.METER and node.demand > 0 and node.binding is None


def _degrees(network: ContractNetwork) -> dict[str, int]:
    degree = {node.id: 0 for node in network.nodes}
    for edge in network.edges:
        degree[edge.tail] += 1
        degree[edge.head] += 1
    return degree


def _demanded(edge: ContractEdge, meter: ContractNode) -> Iterator[Band]:
    if edge.quantity < meter.demand:
        raise NotReducible(
            [edge.id], f"it carries {edge.quantity} of the {meter.demand} that {meter.id} takes"
        )
    for band in proportional_bands(edge.bands):
        if band.low < meter.demand:
            yield replace(band, high=min(band.high, meter.demand))


def _joined(first: ContractEdge, second: ContractEdge) -> Iterator[Band]:
    left, right = list(proportional_bands(first.bands)), list(proportional_bands(second.bands))
    top = min(first.quantity, second.quantity)
    cuts = sorted({ZERO} | {band.high for band in (*left, *right) if band.high <= top})
    for low, high in pairwise(cuts):
        one, two = (next(b for b in bands if b.low <= low < b.high) for bands in (left, right))
        edges = (first.id, second.id)
        yield Band(
            low,
            high,
            combined(one.price, two.price),
            common(one.pressure_bar, two.pressure_bar, edges, "pressures"),
            common(
                one.calorific_value_kwh_per_nm3,
                two.calorific_value_kwh_per_nm3,
                edges,
                "calorific values",
            ),
        )
