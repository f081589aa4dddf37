"""Whatever network, booking and multipliers: no nomination beats a bound, no cut removes what counts."""

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings
from tests.unit.capacity.hydraulics.robust.oracle import (
    extreme_nominations,
    random_booking,
    steady_states,
)

from capacity.hydraulics.passive.newton import LoopSolver
from capacity.hydraulics.physics.network import HydraulicNetwork, Reals
from capacity.hydraulics.robust.passive_scale import PassiveReading, passive_scale
from capacity.hydraulics.robust.potential_gaps.branch_and_bound import GapBound, crude_gaps
from capacity.hydraulics.robust.potential_gaps.lagrangian_bound import GapProblem, bound_by, cut_by, propagate
from capacity.hydraulics.robust.potential_gaps.zones import Zone
from capacity.solvers.deadline import Deadline

SEEDS = st.integers(0, 2**20)
CYCLES = st.integers(1, 3)
TOLERANCE = 1e-6


def zone_of(compiled: HydraulicNetwork, booking_min: Reals, booking_max: Reals) -> Zone:
    return Zone(compiled.tail, compiled.head, compiled.resistance, booking_max, -booking_min)


def some_nominations(seed: int, booking_min: Reals, booking_max: Reals) -> Reals:
    """Return extreme nominations and random means of them, float64 (…, nodes)."""
    random = np.random.default_rng(seed)
    extremes = extreme_nominations(booking_min, booking_max)
    picked = random.integers(0, len(extremes), (100, 2))
    share = random.random((100, 1))
    means = share * extremes[picked[:, 0]] + (1 - share) * extremes[picked[:, 1]]
    return np.concatenate([extremes[random.permutation(len(extremes))[:200]], means])


def problem_of(zone: Zone, high: int) -> GapProblem:
    """Return the zone's problem about a node and node 0, unscaled."""
    solver = LoopSolver(len(zone.entries), zone.tail, zone.head, zone.resistance)
    pipes = np.arange(len(zone.tail))
    incidence = np.zeros((len(zone.entries), len(pipes)))
    incidence[zone.tail, pipes] = 1.0
    incidence[zone.head, pipes] -= 1.0
    unit = np.zeros(len(zone.entries))
    unit[high] += 1.0
    unit[0] -= 1.0
    path: Reals = np.asarray(np.linalg.lstsq(incidence, unit, rcond=None)[0], dtype=np.float64)
    cycles: Reals = np.ascontiguousarray(np.linalg.svd(incidence)[2][len(zone.entries) - 1 :])
    assert len(cycles) == solver.cycles
    return zone.tail, zone.head, zone.resistance, path, cycles


@given(SEEDS, CYCLES)
@settings(max_examples=40, deadline=None)
def test_any_multipliers_bound_every_state_and_what_they_cut_off_does_not_exceed_the_floor(
    seed: int, cycles: int
) -> None:
    compiled, booking_min, booking_max = random_booking(seed, cycles)
    zone, random = zone_of(compiled, booking_min, booking_max), np.random.default_rng(seed)
    high = int(random.integers(1, len(zone.entries)))
    problem = problem_of(zone, high)
    injections = some_nominations(seed, booking_min, booking_max)
    flows, potentials = steady_states(compiled, injections)
    differences = potentials[:, high] - potentials[:, 0]
    floor = float(np.quantile(differences, random.random()))
    low, top = np.full(len(zone.tail), -zone.supply), np.full(len(zone.tail), zone.supply)
    low += random.random(len(low)) * 0.3 * zone.supply
    least, most = booking_min.copy(), booking_max.copy()
    is_inside = ((flows >= low) & (flows <= top)).all(axis=1)
    current = problem[3] + random.normal(size=len(problem[4])) @ problem[4]
    multiplier = random.normal(size=len(least)) * differences.max() / zone.supply

    bound = bound_by(problem, current, multiplier, low, top, least, most)
    assert (differences[is_inside] <= bound + TOLERANCE * (1 + abs(bound))).all()
    is_left = propagate(problem, low, top, least, most, floor)
    is_left = is_left and cut_by(problem, current, multiplier, bound, floor, low, top, least, most)
    counts = is_inside & (differences > floor + TOLERANCE * (1 + abs(floor)))
    if not is_left:
        assert not counts.any()
        return
    slack = 1e-6 * zone.supply
    assert (flows[counts] >= low - slack).all()
    assert (flows[counts] <= top + slack).all()
    assert (injections[counts] >= least - slack).all()
    assert (injections[counts] <= most + slack).all()


@given(SEEDS, CYCLES)
@settings(max_examples=40, deadline=None)
def test_no_nomination_beats_a_bound_however_early_it_is_asked_for(seed: int, cycles: int) -> None:
    compiled, booking_min, booking_max = random_booking(seed, cycles)
    zone = zone_of(compiled, booking_min, booking_max)
    _, potentials = steady_states(compiled, some_nominations(seed, booking_min, booking_max))
    differences = (potentials[:, :, None] - potentials[:, None, :]).max(axis=0)
    slack = TOLERANCE * (1 + differences.max())

    assert (differences <= crude_gaps(zone) + slack).all()
    high, low = np.random.default_rng(seed).permutation(len(zone.entries))[:2].tolist()
    gap = GapBound(zone, high, low)
    before = np.inf
    while not gap.is_closed:
        assert differences[high, low] - slack <= gap.bound <= before
        before = gap.bound
        gap.improve(-np.inf, Deadline(60.0), 32)
    assert differences[high, low] - slack <= gap.bound
    assert gap.witnessed <= gap.bound <= gap.witnessed + slack


@given(SEEDS, CYCLES, st.floats(0.1, 10.0))
@settings(max_examples=25, deadline=None)
def test_the_scale_is_inverse_to_the_booking_and_shrinks_when_more_is_booked(
    seed: int, cycles: int, factor: float
) -> None:
    compiled, booking_min, booking_max = random_booking(seed, cycles)
    reading = PassiveReading.of(compiled)
    assert reading is not None
    deadline = Deadline(60.0)
    once = passive_scale(reading, booking_min, booking_max, deadline, lambda _, __: None)
    other = passive_scale(reading, factor * booking_min, factor * booking_max, deadline, lambda _, __: None)
    more = passive_scale(reading, booking_min, booking_max + 1.0, deadline, lambda _, __: None)

    assert once.witnessed is not None
    assert other.witnessed is not None
    assert more.witnessed is not None
    np.testing.assert_allclose(other.witnessed * factor, once.witnessed, rtol=1e-5)
    assert more.certified <= once.witnessed * (1 + 1e-7)
