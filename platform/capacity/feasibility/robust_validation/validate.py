"""Robust validation: a pure function, run in a process of its own."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import numpy as np

from capacity.feasibility.robust_validation.model import (
    BookedDay,
    Capacity,
    Injection,
    Validation,
    ValidationInput,
)
from capacity.feasibility.robust_validation.warm_up import warm_up_validation
from capacity.hydraulics.physics.network import HydraulicNetwork, Reals, compile_hydraulics
from capacity.hydraulics.robust.scale import RobustScale, robust_scale
from capacity.networks.formats import native
from capacity.networks.model import Edge, Network
from capacity.solvers.choice import solver_named
from capacity.solvers.deadline import Deadline
from capacity.solvers.engines import Engine, noted, own_engine
from capacity.solvers.highs import Highs
from linepack.jobs.model import JsonObject
from linepack.jobs.parts import HERE, Parts

CLOSED: Capacity = (0, 0)
WITHOUT_BOUND = 1e6
"""The scale shown of rights that no scale makes impossible."""
NOISE_KG_PER_S = 1e-9
"""What a witness injects below this is nothing."""


def validate(question: JsonObject, progress: Callable[[float, str], None], parts: Parts = HERE) -> JsonObject:
    """Return the `Validation` of a question, both as JSON; `parts` is where branch and bound works.

    The question is a `ValidationInput` with one member more: `network`, the revision in the native format.
    What the compiler takes does not count as time of the proof. Raises InvalidInput where the network cannot
    be compiled, ValueError where no solver is called so.
    """
    asked = ValidationInput.from_json(question)
    network = on_the_day(native.read(question["network"].encode()), asked.capacities)
    compiled = compile_hydraulics(network)
    least, most = bounds(compiled, asked.booked)
    solver = solver_named(asked.solver)
    warm_up_validation(Highs())
    with noted() as engines:
        found = robust_scale(compiled, least, most, solver, Deadline(asked.seconds), progress, parts=parts)
    return validation(compiled, found, sorted(engines) or [own_engine()]).to_json()


def on_the_day(network: Network, capacities: Mapping[str, Capacity]) -> Network:
    """Return the network with the capacities of the day. An edge that the day closes is not there."""

    def that_day(edge: Edge) -> Edge:
        forward, backward = capacities[edge.id]
        return replace(edge, capacity_forward=forward, capacity_backward=backward)

    edges = (
        that_day(edge) if edge.id in capacities else edge
        for edge in network.edges
        if capacities.get(edge.id) != CLOSED
    )
    return replace(network, edges=tuple(edges))


def bounds(network: HydraulicNetwork, booked: BookedDay) -> tuple[Reals, Reals]:
    """Return the least and most that each node may inject, float64 (nodes,), kg/s."""
    most = network.injections(booked.entries)
    least = -network.injections(booked.exits)
    return least, most


def validation(network: HydraulicNetwork, found: RobustScale, engines: Iterable[Engine]) -> Validation:
    """Return what was found in the network's terms."""
    injections = np.asarray(found.witness)
    witness = tuple(
        Injection(network.node_ids[node], round(flow / network.kg_per_s_per_unit), flow)
        for node, flow in enumerate(injections.tolist())
        if abs(flow) > NOISE_KG_PER_S
    )
    return Validation(
        certified=min(found.certified, WITHOUT_BOUND),
        unrefuted=found.unrefuted,
        witnessed=found.witnessed,
        witness=witness,
        binding=found.pair,
        pairs_total=found.pairs_total,
        pairs_proved=found.pairs_proved,
        boxes=found.boxes,
        nominations=found.nominations,
        asked=found.asked,
        undecided=found.undecided,
        is_passive=found.is_passive,
        methods=found.methods,
        compressibility=network.compressibility,
        uses_maps=bool(network.ranges),
        engines=tuple(map(str, engines)),
    )
