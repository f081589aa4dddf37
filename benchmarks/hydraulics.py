"""Benchmarks of pressures: steady flow, verdicts, counter-offers, robust scales, and the goals set for them.

`python -m benchmarks.hydraulics` prints them; `run` returns them. Verdicts are those of the portfolio, each
proved: by a state that passes the residual checker, or by a certificate. Stations are bounded by a pressure
ratio alone (the source's, or two at most) where "ratio" is said, by characteristic maps where "maps" is.

Times and deadlines are of the processor, which other work on the machine distorts least; every way measured
here runs in one thread.
"""

import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from time import process_time

import numpy as np
from benchmarks.hydraulics_cases import (
    TREE,
    allowed,
    archive,
    asked,
    booked,
    compiled,
    level,
    models,
    nominated,
    words,
)
from benchmarks.hydraulics_peers import pandapipes_flow
from benchmarks.hydraulics_quantities import (
    ROBUST,
    counter_offers,
    pairs_on_a_tree,
    robust,
    robust_with_stations,
)
from benchmarks.hydraulics_rivals import against_modelling, between_solvers, mixed_verdict, supply_cost
from benchmarks.report import Row, compared, duration, processor_s, show, within
from pydantic import TypeAdapter
from tests.unit.capacity.hydraulics.tree_samples import nominations_of_gaslib_134

from capacity.hydraulics.infeasibility.certificate import InfeasibilityCertificate
from capacity.hydraulics.infeasibility.checker.check import certificate_faults
from capacity.hydraulics.passive.newton import LoopSolver
from capacity.hydraulics.passive.reduction import passive_network
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.physics.residuals import residual_faults
from capacity.hydraulics.search.portfolio import Answer, Feasible, HydraulicSolver, Infeasible, Undecided
from capacity.hydraulics.tree_networks.decision import TreeNetwork
from capacity.solvers.highs import Highs

FLOW_AGREEMENT_KG_PER_S = 0.02
PANDAPIPES_AIM = 300.0
STEADY_AIMS_S = {"gaslib-135": 20e-6, "gaslib-582": 30e-6}
YEAR_DAYS = 365
TREE_SAMPLE = 20
VERDICT_SCALES = {
    "gaslib-40": (0.8, 0.9, 1.0, 1.1, 1.15),
    "gaslib-135": (0.5, 0.75, 0.9, 1.0, 1.0),
    "gaslib-582": (0.8, 0.9, 1.0, 1.1, 1.2),
}
VERDICT_AIMS_S = {"gaslib-40": 0.2, "gaslib-135": 0.6, "gaslib-582": 5.0}
VERDICT_SECONDS = 10.0
OVERLOADS = {"gaslib-40": (1.4, 1.5), "gaslib-135": (1.25, 1.5), "gaslib-582": (1.6, 1.8)}
"""At least 15 % above the largest scale of the nomination that can be transported."""
REFUTATION_AIM_S = 2.0
HARD = ("gaslib-135", 1.1, 5.0)
STREAMS = (("gaslib-40", 1.0, 100, 0.04), ("gaslib-135", 0.9, 100, 0.04), ("gaslib-582", 0.8, 40, 0.4))
"""Network, scale of the nomination, bookings on top of it, and the mean aimed at in seconds."""
STREAMS_WITH_MAPS = (("gaslib-40", 1.0, 50, 0.04), ("gaslib-135", 0.9, 50, 0.04))
STREAM_SECONDS = 5.0


def run() -> list[Row]:
    """Return all rows; takes about six minutes of the processor, and says on the way where it is."""
    parts: dict[str, Callable[[], Iterable[Row]]] = {
        **{f"steady flow, {code}": partial(steady_flow, code) for code in VERDICT_AIMS_S},
        f"steady flow, {TREE}": partial(steady_flow, TREE),
        "year": steady_year,
        f"nominations of {TREE}": nominations_on_a_tree,
        **{f"verdicts, {code}": partial(verdicts, code) for code in VERDICT_AIMS_S},
        **{f"overloads, {code}": partial(overloads, code) for code in OVERLOADS},
        "hard": hard_point,
        "between solvers": between_solvers,
        "modelling": against_modelling,
        "stream": streams,
        "offers": counter_offers,
        f"pairs of {TREE}": pairs_on_a_tree,
        **{f"robust scale, {row[0]}": partial(robust, *row) for row in ROBUST},
        "robust scale with stations": robust_with_stations,
        "supply cost": supply_cost,
    }
    rows: list[Row] = []
    for name, part in parts.items():
        print(f"pressures: {name}", file=sys.stderr)
        rows += part()
    return rows


def steady_flow(code: str) -> Iterator[Row]:
    """The contracted pipes at the published nomination: ours merged, pandapipes' as they are."""
    network = level(code)
    injection = nominated(network)
    apart, merged = passive_network(network, merge=False), passive_network(network)
    rival, solver, reduced = (
        pandapipes_flow(apart, injection),
        LoopSolver.of(merged),
        merged.reduced(injection),
    )
    state = solver.solve(reduced)
    flows, _ = merged.expand(state.flows, state.potentials, injection)
    differing = np.abs(flows[apart.pipe_of >= 0] - rival()).max()
    if differing > FLOW_AGREEMENT_KG_PER_S:
        raise AssertionError(f"flows of {code} differ from pandapipes' by {differing:g} kg/s")
    theirs = processor_s(rival for _ in range(15))
    cold = processor_s(partial(solver.solve, reduced) for _ in range(500))
    aim_s = STEADY_AIMS_S.get(code)
    label = f"steady flow, {code}: loop-Newton, cold – pandapipes, model built"
    yield compared(label, cold, theirs, PANDAPIPES_AIM if aim_s else None, aim_s=aim_s)
    random = np.random.default_rng(0)
    nearby = reduced * random.uniform(0.95, 1.05, (2000, len(reduced)))
    nearby[:, np.argmax(reduced)] -= nearby.sum(axis=1)
    warm = processor_s(partial(solver.solve_batch, nearby, state.circulations) for _ in range(5)) / len(
        nearby
    )
    yield compared(
        f"steady flow, {code}: loop-Newton, warm in a batch – pandapipes, model built", warm, theirs
    )


def steady_year() -> Iterator[Row]:
    """A year of days, each its own nomination."""
    code = "gaslib-582"
    merged = passive_network(level(code))
    solver, reduced = LoopSolver.of(merged), merged.reduced(nominated(level(code)))
    days = reduced * np.random.default_rng(1).uniform(0.5, 1.0, (YEAR_DAYS, len(reduced)))
    days[:, np.argmax(reduced)] -= days.sum(axis=1)
    ours = processor_s(partial(solver.solve_batch, days) for _ in range(9))
    yield within(f"steady flow, {code}: {YEAR_DAYS} days", ours, 15e-3)


def nominations_on_a_tree() -> Iterator[Row]:
    """All published nominations of the Greek network, against a relaxation with binaries and a program."""
    network = compiled(TREE)
    tree = TreeNetwork.of(network)
    if tree is None:
        raise AssertionError(f"{TREE} is no tree")
    days = nominations_of_gaslib_134(archive(TREE), network)
    feasible = [int(tree.decide(scale * days).sum()) for scale in (1.0, 2.0, 3.0)]
    ours = processor_s(partial(tree.decide, days) for _ in range(9))
    yield within(
        f"{TREE}: all {len(days):,} nominations, exactly on the tree"
        f" ({feasible[0]:,}, {feasible[1]:,}, {feasible[2]:,} feasible at × 1, 2, 3)",
        ours,
        5e-3,
    )
    solver = HydraulicSolver(network, Highs())
    chosen = np.random.default_rng(2).choice(len(days), TREE_SAMPLE, replace=False)
    durations = []
    for scale in (1.0, 2.0, 3.0):
        for day in chosen:
            started = process_time()
            expected = mixed_verdict(solver, HydraulicProblem.of_nomination(network, scale * days[day]))
            durations.append(process_time() - started)
            if expected is None or expected != tree.decide(scale * days[[day]])[0]:
                raise AssertionError(f"tree and relaxation differ on day {day} at × {scale:g}")
    yield compared(
        f"{TREE}: one nomination on the tree – MILP and NLP ({len(durations)} verdicts agree)",
        ours / len(days),
        statistics.median(durations),
    )


def verdicts(code: str) -> Iterator[Row]:
    """Nominations decided by a solver that has seen nothing yet."""
    for use_maps in models(code):
        network = compiled(code, use_maps=use_maps)
        scales = VERDICT_SCALES[code]
        found = [verdict(asked(network, scale), VERDICT_SECONDS) for scale in scales]
        label = f"verdict from nothing, {code}, {words(use_maps)}, × {scales[0]:g}–{scales[-1]:g}, median"
        yield _decided(label, found, VERDICT_AIMS_S[code], statistics.median)
        yield from _checks(code, use_maps, asked(network, 1.0), found[scales.index(1.0)][1])


def overloads(code: str) -> Iterator[Row]:
    """Nominations well beyond what can be transported, refuted, and the certificates checked."""
    for use_maps in models(code):
        network = compiled(code, use_maps=use_maps)
        found = [verdict(asked(network, scale), VERDICT_SECONDS) for scale in OVERLOADS[code]]
        scales = " and ".join(f"× {scale:g}" for scale in OVERLOADS[code])
        label = f"certificate, {code}, {words(use_maps)}, {scales}, slowest"
        yield _decided(label, found, REFUTATION_AIM_S, max, wanted=Infeasible)
        yield from _checks(code, use_maps, asked(network, OVERLOADS[code][0]), found[0][1])


def hard_point() -> Iterator[Row]:
    """A nomination just beyond what can be transported."""
    code, scale, aim_s = HARD
    found = [verdict(asked(compiled(code), scale), 3 * aim_s)]
    yield _decided(
        f"verdict at the boundary, {code}, ratio, × {scale:g}", found, aim_s, max, wanted=Infeasible
    )


def streams() -> Iterator[Row]:
    """Bookings one after the other on one solver, which learns modes on the way; its first is counted."""
    with_models = [(False, row) for row in STREAMS] + [(True, row) for row in STREAMS_WITH_MAPS]
    for use_maps, (code, scale, count, aim_s) in with_models:
        network = compiled(code, use_maps=use_maps)
        solver = HydraulicSolver(network, Highs())
        found = [
            verdict(problem, STREAM_SECONDS, solver) for problem in islice(booked(network, scale), count)
        ]
        median = duration(statistics.median(seconds for seconds, _ in found))
        label = f"{count} bookings on × {scale:g}, {code}, {words(use_maps)}, mean (median {median})"
        yield _decided(label, found, aim_s, statistics.mean)


def verdict(
    problem: HydraulicProblem, seconds: float, solver: HydraulicSolver | None = None
) -> tuple[float, Answer]:
    """Return how long this solver takes, or a new one, and its answer."""
    started = process_time()
    decider = solver or HydraulicSolver(problem.network, Highs())
    answer = decider.decide(problem, allowed(seconds))
    return process_time() - started, answer


def _decided(
    label: str,
    found: list[tuple[float, Answer]],
    aim_s: float,
    reckon: Callable[[Iterable[float]], float],
    wanted: type[Answer] | None = None,
) -> Row:
    """Return the row of some verdicts; an undecided one misses the aim."""
    counted = Counter(type(answer) for _, answer in found)
    kinds = [kind for kind in (Feasible, Infeasible) if counted[kind]] + [Undecided]
    told = ", ".join(f"{counted[kind]} {kind.__name__.lower()}" for kind in kinds)
    is_missed = counted[Undecided] > 0 or (wanted is not None and counted[wanted] < len(found))
    return within(f"{label}: {told}", reckon([seconds for seconds, _ in found]), aim_s, is_missed=is_missed)


def _checks(code: str, use_maps: bool, problem: HydraulicProblem, answer: Answer) -> Iterator[Row]:
    """How long the independent checker takes, and how long the proof is."""
    network = problem.network
    label = f"check of a proof, {code}, {words(use_maps)}"
    if isinstance(answer, Feasible):
        injections = problem.injection_min[: len(network.network.nodes)].tolist()
        check = partial(
            residual_faults, network.network, answer.state, injections_kg_per_s=injections, use_maps=use_maps
        )
        yield Row(f"{label}: state", duration(processor_s(check for _ in range(9))))
    elif isinstance(answer, Infeasible):
        size = len(TypeAdapter(InfeasibilityCertificate).dump_json(answer.certificate))
        check = partial(certificate_faults, problem, answer.certificate)
        steps = len(answer.certificate.steps)
        yield Row(
            f"{label}: certificate of {steps:,} steps, {size / 1024:,.0f} KiB", duration(processor_s([check]))
        )


if __name__ == "__main__":
    show("Pressures", run())
