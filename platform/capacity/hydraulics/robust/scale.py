"""The robust scale: how far a booking can be raised with all its nominations transportable.

A booking is what may enter and leave at each node; its nominations are all balanced choices between nothing
and that; it is raised at all its points alike. On a network of pipes the scale is bounded from both sides by
proofs (`passive_scale`). With stations the lower proof is that of the network with all of them in bypass, if
they have one, and the upper a nomination proved infeasible in every setting (`stress_test`); between the two
there is only the evidence of a stress test.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import numpy as np

from capacity.hydraulics.infeasibility.certificate import InfeasibilityCertificate
from capacity.hydraulics.physics.network import ElementKind, HydraulicNetwork, Reals
from capacity.hydraulics.robust.passive_scale import PassiveReading, PassiveScale, Progress, passive_scale
from capacity.hydraulics.robust.stress_test import Decider, stress, stress_nominations
from capacity.hydraulics.robust.witness import Witness
from capacity.hydraulics.search.portfolio import HydraulicSolver
from capacity.solvers.deadline import Deadline, LimitReached
from capacity.solvers.port import Solver
from linepack.jobs.parts import HERE, Parts

BYPASS_SHARE: Final = 0.25
"""The part of the time that the proof with stations in bypass may take."""


@dataclass(frozen=True, slots=True)
class RobustScale:
    """What is known of the largest uniform scale of a booking; see the module docstring.

    is_passive : whether the network is one of pipes alone
    certified : up to this scale every nomination can be transported (infinite if nothing can be nominated)
    unrefuted : the largest scale at which every nomination of the stress test was shown to be transportable;
        it is evidence, not proof; None without such a test
    witnessed : at every larger scale some nomination cannot be: `witness`, kg/s by node, at this scale; the
        pair names the nodes whose potentials it drives apart; None: nothing is known
    evidence : the witness's steady state (passive) or its certificate (with stations)
    pairs_total, pairs_proved : pairs of nodes that matter, and those proved to allow the witnessed scale
    boxes : boxes examined by branch and bound
    nominations, asked, undecided : nominations of the stress test, problems put, problems left open
    methods : how the bounds were found, in words
    """

    is_passive: bool
    certified: float
    unrefuted: float | None
    witnessed: float | None
    witness: tuple[float, ...]
    pair: tuple[str, str] | None
    evidence: Witness | InfeasibilityCertificate | None
    pairs_total: int
    pairs_proved: int
    boxes: int
    nominations: int
    asked: int
    undecided: int
    methods: tuple[str, ...]


def robust_scale(  # noqa: PLR0917
    network: HydraulicNetwork,
    booking_min: Reals,
    booking_max: Reals,
    solver: Solver,
    deadline: Deadline,
    progress: Progress,
    *,
    decider: Decider | None = None,
    parts: Parts = HERE,
) -> RobustScale:
    """Return the scale of a booking; whenever time ends, the bounds so far.

    booking_min, booking_max : float64 (nodes,), kg/s: what may leave (≤ 0) and enter (≥ 0)
    progress : called with a part of one and a text
    decider : settles nominations; None: a new `HydraulicSolver`
    parts : where branch and bound works (`passive_scale`)
    """
    reading = PassiveReading.of(network)
    if reading is not None and (network.kind == ElementKind.PIPE).all():
        return _passive(passive_scale(reading, booking_min, booking_max, deadline, progress, parts=parts))
    settles = decider or HydraulicSolver(network, solver)
    return _with_stations(
        network,
        reading,
        booking_min,
        booking_max,
        decider=settles,
        deadline=deadline,
        progress=progress,
        parts=parts,
    )


def _passive(found: PassiveScale) -> RobustScale:
    witness = found.witness
    return RobustScale(
        is_passive=True,
        certified=found.certified,
        unrefuted=None,
        witnessed=found.witnessed,
        witness=() if witness is None else witness.injections_kg_per_s,
        pair=None if witness is None else (witness.high, witness.low),
        evidence=witness,
        pairs_total=found.pairs_total,
        pairs_proved=found.pairs_proved,
        boxes=found.boxes,
        nominations=0,
        asked=0,
        undecided=0,
        methods=(found.method,),
    )


def _with_stations(
    network: HydraulicNetwork,
    reading: PassiveReading | None,
    booking_min: Reals,
    booking_max: Reals,
    *,
    decider: Decider,
    deadline: Deadline,
    progress: Progress,
    parts: Parts,
) -> RobustScale:
    bypassed = None
    with suppress(LimitReached):
        if reading is not None:
            part = Deadline(deadline.left() * BYPASS_SHARE)
            bypassed = passive_scale(
                reading,
                booking_min,
                booking_max,
                part,
                _part_of(progress, 0.0, BYPASS_SHARE),
                parts=parts,
            )
    certified = bypassed.certified if bypassed is not None else 0.0
    nominations = stress_nominations(network, booking_min, booking_max) if np.isfinite(certified) else []
    found = stress(
        network,
        nominations,
        decider,
        certified=certified,
        deadline=deadline,
        progress=_part_of(progress, BYPASS_SHARE, 1.0),
    )
    witness = found.witness
    scale = found.witnessed
    return RobustScale(
        is_passive=False,
        certified=certified,
        unrefuted=found.unrefuted,
        witnessed=scale,
        witness=() if witness is None or scale is None else tuple((scale * witness.injection).tolist()),
        pair=None if witness is None else witness.pair,
        evidence=found.certificate,
        pairs_total=0 if bypassed is None else bypassed.pairs_total,
        pairs_proved=0 if bypassed is None else bypassed.pairs_proved,
        boxes=0 if bypassed is None else bypassed.boxes,
        nominations=found.nominations,
        asked=found.asked,
        undecided=found.undecided,
        methods=_methods(found.nominations, bypassed),
    )


def _part_of(progress: Progress, start: float, end: float) -> Progress:
    """Return the progress callback of one part of the work."""
    return lambda fraction, text: progress(start + fraction * (end - start), text)


def _methods(nominations: int, bypassed: PassiveScale | None) -> tuple[str, ...]:
    lower = (
        f"proved with stations in bypass ({bypassed.method})"
        if bypassed is not None and bypassed.certified > 0
        else "nothing proved from below"
    )
    return lower, f"{nominations} nominations made to fail, each settled by a state or a certificate"
