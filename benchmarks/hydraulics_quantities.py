"""The benchmarks of how much: counter-offers along a route, and robust scales of a booking."""

import statistics
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from itertools import islice
from time import process_time

import numpy as np
from benchmarks.hydraulics_cases import (
    TREE,
    allowed,
    asked,
    compiled,
    level,
    models,
    nominated,
    routes,
    words,
)
from benchmarks.report import Row, duration, processor_s, within

from capacity.hydraulics.passive.reduction import passive_network
from capacity.hydraulics.physics.network import HydraulicNetwork
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.robust.passive_scale import PassiveReading
from capacity.hydraulics.robust.potential_gaps.closed_form import tree_gaps
from capacity.hydraulics.robust.scale import robust_scale
from capacity.hydraulics.search.max_quantity import certified_bound, max_quantity, verified_steps
from capacity.hydraulics.search.portfolio import HydraulicSolver
from capacity.solvers.highs import Highs

FIRST_SECONDS = 5.0
OFFERS = (("gaslib-40", 2, 10.0, 0.02), ("gaslib-135", 2, 10.0, 0.02), ("gaslib-582", 1, 60.0, 0.05))
"""Network, routes whose bound is certified, the time for offer and bound, and the gap aimed at."""
OFFER_BASE = 0.8
OFFER_SHARE = 0.4
"""The part of the time that is given to larger offers, before the bound."""
FIRST_OFFER_AIM_S = 0.1
FIRST_OFFERS = 6
ROBUST = (
    ("gaslib-11", 5.0, 0.005),
    ("gaslib-40", 60.0, 0.03),
    ("gaslib-135", 30.0, 0.2),
    ("gaslib-582", 45.0, 0.2),
)
"""Network, contracted to its pipes; the time given; the gap aimed at."""
ROBUST_WITH_STATIONS = (("gaslib-40", 20.0), ("gaslib-135", 20.0), ("gaslib-582", 30.0))
WIDEST_BAR = {"gaslib-582": (1.01325, 86.0)}
"""Limits for every node instead of the published ones, which exclude each other once stations are points."""


def counter_offers() -> Iterator[Row]:
    """How much more fits along a route: the first verified offer, then the gap to a certified bound."""
    for code, count, seconds, gap_aim in OFFERS:
        network = compiled(code)
        base = asked(network, OFFER_BASE)
        solver = HydraulicSolver(network, Highs())
        most = 2 * float(np.abs(nominated(network)).max())
        steps = [base.towards(route, 0.0, most) for route in islice(routes(network), FIRST_OFFERS + 1)]
        firsts = [_first_offer(solver, problem) for problem in steps][1:]
        longest = duration(max(firsts))
        yield within(
            f"first verified offer, {code}, ratio, × {OFFER_BASE:g}, median (longest {longest})",
            statistics.median(firsts),
            FIRST_OFFER_AIM_S,
        )
        for number, problem in enumerate(steps[1 : count + 1], start=1):
            yield _certified(
                f"certified gap of an offer, {code}, ratio, route {number}",
                solver,
                problem,
                seconds,
                gap_aim,
            )


def pairs_on_a_tree() -> Iterator[Row]:
    """What every pair of nodes can be driven apart by, in closed form."""
    contracted = passive_network(level(TREE), merge=False)
    injection = nominated(level(TREE))
    entries, exits = (contracted.reduced(np.maximum(sign * injection, 0)) for sign in (1, -1))
    gaps = partial(tree_gaps, contracted.tail, contracted.head, contracted.resistance, entries, exits)
    pairs = gaps().size - contracted.size
    yield within(
        f"{TREE}: robust differences of all {pairs:,} pairs", processor_s(gaps for _ in range(50)), 1e-3
    )


def robust(code: str, seconds: float, gap_aim: float) -> Iterator[Row]:
    """How far the nomination, taken as a booking, can be raised with every nomination in it transportable."""
    _compile_kernels()
    network, label = PassiveReading.contracted(compiled(code)).network, f"{code}, contracted"
    if code in WIDEST_BAR:
        low, high = WIDEST_BAR[code]
        same = (np.full(network.size, low), np.full(network.size, high))
        network = replace(network, pressure_min_bar=same[0], pressure_max_bar=same[1])
        label += f", {low:.0f} to {high:.0f} bar"
    yield _scaled(label, network, seconds, gap_aim)


def robust_with_stations() -> Iterator[Row]:
    """The same with stations, valves and published limits: any bracket was aimed at."""
    for code, seconds in ROBUST_WITH_STATIONS:
        use_maps = models(code)[-1]
        network = compiled(code, use_maps=use_maps)
        yield _scaled(f"{code}, with stations, {words(use_maps)}", network, seconds, None)


@cache
def _compile_kernels() -> None:
    """Let numba compile what it has not kept from an earlier run, so that no row counts it."""
    _scaled("", PassiveReading.contracted(compiled("gaslib-40")).network, 60.0, None)


def _scaled(label: str, network: HydraulicNetwork, seconds: float, gap_aim: float | None) -> Row:
    booking = nominated(network)
    started = process_time()
    found = robust_scale(
        network,
        np.minimum(booking, 0),
        np.maximum(booking, 0),
        Highs(),
        allowed(seconds),
        lambda _share, _text: None,
    )
    needed = process_time() - started
    upper = np.inf if found.witnessed is None else found.witnessed
    gap = upper / found.certified - 1 if found.certified > 0 else np.inf
    told = f"{gap:.2%}" if found.certified > 0 else "from above only"
    has_bracket = found.certified > 0 and bool(np.isfinite(upper))
    aim = "a bracket" if gap_aim is None else f"≤ {gap_aim:.1%}"
    return Row(
        f"robust scale, {label}: in [{found.certified:.4f}, {upper:.4f}]",
        f"{told} in {duration(needed)}",
        aim=f"{aim} in {duration(seconds)}",
        is_missed=not has_bracket if gap_aim is None else not gap <= gap_aim,
    )


def _first_offer(solver: HydraulicSolver, problem: HydraulicProblem) -> float:
    """Return how long the first offer takes; endless without one."""
    started = process_time()
    offer = next(verified_steps(solver, problem, allowed(FIRST_SECONDS)), None)
    return np.inf if offer is None else process_time() - started


def _certified(
    label: str, solver: HydraulicSolver, problem: HydraulicProblem, seconds: float, gap_aim: float
) -> Row:
    started = process_time()
    deadline = allowed(seconds)
    offer = max_quantity(solver, problem, deadline.at_most(OFFER_SHARE * seconds))
    verified = 0.0 if offer is None else offer.step
    bound = certified_bound(solver.prover, problem, verified, deadline)
    needed = process_time() - started
    upper = problem.step_max if bound is None else bound[0]
    gap = (upper - verified) / verified if verified > 0 else np.inf
    return Row(
        f"{label}: verified {verified:.4g}, bound {upper:.4g} kg/s",
        f"{gap:.2%} in {duration(needed)}",
        aim=f"≤ {gap_aim:.0%} in {duration(seconds)}",
        is_missed=not gap <= gap_aim,
    )
