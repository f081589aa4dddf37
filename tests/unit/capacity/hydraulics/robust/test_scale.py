"""The scale of a booking against extreme nominations tried one by one, pencil and published prototypes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.unit.capacity.hydraulics.robust.oracle import brute_scale, random_booking, scale_of, steady_states
from tests.unit.capacity.hydraulics.small_networks import edge, network, node, pipe

from capacity.hydraulics.passive.newton import LoopSolver
from capacity.hydraulics.passive.reduction import passive_network
from capacity.hydraulics.physics.network import HydraulicNetwork, Reals, compile_hydraulics
from capacity.hydraulics.robust.passive_scale import PassiveReading, PassiveScale, passive_scale
from capacity.hydraulics.robust.scale import robust_scale
from capacity.hydraulics.robust.witness import witness_faults
from capacity.networks.formats.gaslib import reader
from capacity.networks.model import EdgeKind, Network
from capacity.networks.physics import with_capacities
from capacity.publication import catalogue
from capacity.solvers.deadline import Deadline
from capacity.solvers.highs import Highs

SECONDS = 30.0


def nothing(_fraction: float, _text: str) -> None:
    """Tell no one."""


def scaled(
    compiled: HydraulicNetwork, booking_min: Reals, booking_max: Reals, seconds: float = SECONDS
) -> PassiveScale:
    reading = PassiveReading.of(compiled)
    assert reading is not None
    return passive_scale(reading, booking_min, booking_max, Deadline(seconds), nothing)


def published(source: Network) -> tuple[HydraulicNetwork, Reals, Reals]:
    """Return a network and its published nomination, balanced, as a booking."""
    compiled = compile_hydraulics(source, use_maps=False)
    nomination = compiled.nomination()
    nomination[np.argmax(np.abs(nomination))] -= nomination.sum()
    return compiled, np.minimum(nomination, 0), np.maximum(nomination, 0)


def contracted(compiled: HydraulicNetwork, lowest_bar: float, highest_bar: float) -> PassiveReading:
    """Return the literature's passive network: stations are points, every node has the same limits."""
    reading = PassiveReading.contracted(compiled)
    limits = np.full(compiled.size, lowest_bar), np.full(compiled.size, highest_bar)
    same = replace(
        reading.network,
        pressure_min_bar=limits[0],
        pressure_max_bar=limits[1],
        elevation=np.ones(compiled.size),
    )
    return PassiveReading(same, reading.closed)


@pytest.mark.parametrize("cycles", [0, 1, 2])
@pytest.mark.parametrize("seed", range(12))
def test_bounds_meet_at_the_scale_of_the_worst_extreme_nomination(seed: int, cycles: int) -> None:
    compiled, booking_min, booking_max = random_booking(seed, cycles)
    brute = brute_scale(compiled, booking_min, booking_max)
    found = scaled(compiled, booking_min, booking_max)

    assert found.certified <= brute * (1 + 1e-7)
    assert found.witnessed == pytest.approx(brute, rel=1e-6)
    assert found.certified >= brute * (1 - 3e-4)
    assert found.pairs_proved == found.pairs_total


@pytest.mark.parametrize("seed", range(6))
def test_the_witness_passes_a_check_that_knows_no_solver_and_tampering_shows(seed: int) -> None:
    compiled, booking_min, booking_max = random_booking(seed, 1)
    found = scaled(compiled, booking_min, booking_max)
    witness, scale = found.witness, found.witnessed
    assert witness is not None
    assert scale is not None
    bounds = scale * booking_min, scale * booking_max

    assert witness_faults(compiled, *bounds, witness) == []
    flows, potentials = np.array(witness.flows_kg_per_s), np.array(witness.potentials_bar2)
    assert witness_faults(compiled, 0.9 * bounds[0], 0.9 * bounds[1], witness) != []
    assert witness_faults(compiled, *bounds, replace(witness, flows_kg_per_s=tuple(1.01 * flows))) != []
    assert witness_faults(compiled, *bounds, replace(witness, potentials_bar2=tuple(0.9 * potentials))) != []
    if not witness.element:
        swapped = replace(witness, high=witness.low, low=witness.high)
        assert witness_faults(compiled, *bounds, swapped) != []


@pytest.mark.parametrize("seed", range(4))
def test_twice_the_booking_has_half_the_scale(seed: int) -> None:
    compiled, booking_min, booking_max = random_booking(seed, 2)
    once, twice = (scaled(compiled, k * booking_min, k * booking_max) for k in (1, 2))

    assert once.witnessed is not None
    assert twice.witnessed == pytest.approx(once.witnessed / 2, rel=1e-6)
    assert twice.certified == pytest.approx(once.certified / 2, rel=3e-4)


@pytest.mark.parametrize("looks", range(1, 8))
def test_bounds_hold_whenever_time_ends(looks: int) -> None:
    """The clock advances by one at each look; with the last of them time is over."""
    compiled, booking_min, booking_max = random_booking(7, 2)
    brute = brute_scale(compiled, booking_min, booking_max)
    ticks = iter(range(1000))
    reading = PassiveReading.of(compiled)
    assert reading is not None
    deadline = Deadline(looks, lambda: float(next(ticks)))
    found = passive_scale(reading, booking_min, booking_max, deadline, nothing)

    assert 0 <= found.certified <= brute * (1 + 1e-7)
    assert found.witnessed is not None
    assert found.witnessed >= brute * (1 - 1e-7)


def test_a_line_of_two_pipes_is_bounded_by_what_lies_behind_and_ahead() -> None:
    """a and b may send 10 each, c takes 15: over a–b flow at most 10, over b–c at most 15.

    φ_a − φ_c ≤ 2 · 10² + 3 · 15² = 875, and 50² − 20² = 2100 is allowed: α = √(2100 / 875).
    """
    nodes = [node("a", 1, 20, 50), node("b", 1, 20, 50), node("c", -2, 20, 50)]
    compiled = compile_hydraulics(network(nodes, [pipe("p", "a", "b", 2.0), pipe("q", "b", "c", 3.0)]))
    found = scaled(compiled, np.array([0, 0, -15.0]), np.array([10.0, 10.0, 0]))

    assert found.certified == pytest.approx(np.sqrt(2100 / 875))
    assert found.witnessed == pytest.approx(found.certified)
    assert found.witness is not None
    assert (found.witness.high, found.witness.low) == ("a", "c")
    assert found.method == "closed form on a tree"


def test_a_flow_limit_of_a_short_pipe_between_two_halves_binds() -> None:
    """12 may cross from a to b, of which the short pipe carries 6: α = 1/2, whatever the pressures."""
    nodes = [node("a", 1), node("s"), node("t"), node("b", -1)]
    joint = edge("joint", EdgeKind.SHORT_PIPE, "s", "t")
    edges = [pipe("p", "a", "s", 1e-3), joint, pipe("q", "t", "b", 1e-3)]
    compiled = compile_hydraulics(network(nodes, edges))
    compiled = replace(compiled, flow_max=np.array([np.inf, 6.0, np.inf]))
    found = scaled(compiled, np.array([0, 0, 0, -12.0]), np.array([20.0, 0, 0, 0]))

    assert found.certified == pytest.approx(0.5)
    assert found.witnessed == pytest.approx(0.5)
    assert found.witness is not None
    assert found.witness.element == "joint"


def test_the_flow_limit_of_a_pipe_that_hardly_resists_binds() -> None:
    # 1e-12 · 30² bar² is next to nothing, and so is what 90 kg/s allow: √(1e-12 · 90² / 1e-12 · 30²) = 3.
    wide = replace(pipe("p", "a", "b", 1e-12), capacity_forward=90)
    compiled = compile_hydraulics(network([node("a", 1, 10, 60), node("b", -1, 10, 60)], [wide]))
    assert scaled(compiled, np.array([0, -30.0]), np.array([30.0, 0])).certified == pytest.approx(3.0)


def test_a_flow_limit_between_entries_and_exits_of_one_potential_binds() -> None:
    # Nothing flows but through the short pipes: 10 + 1.05 enter where 10.4 leave, and 10 pass "limited".
    shorts = [
        replace(edge("limited", EdgeKind.SHORT_PIPE, "a", "c"), capacity_forward=9),
        edge("free", EdgeKind.SHORT_PIPE, "d", "a"),
    ]
    nodes = [node(name, 0, 10, 60) for name in "abcd"]
    compiled = compile_hydraulics(network(nodes, [*shorts, pipe("p", "b", "a", 0.005)]))
    booking_min, booking_max = np.array([0, -15.0, -10.402974, 0]), np.array([10.0, 0, 0, 1.048333])
    found = scaled(compiled, booking_min, booking_max)
    # min(11.048333, 10.402974) · scale = 9
    assert found.certified == pytest.approx(9 / 10.402974)
    assert found.witnessed == pytest.approx(9 / 10.402974)


def test_limits_that_exclude_each_other_at_rest_allow_nothing() -> None:
    nodes = [node("a", 1, 1.01325, 30), node("b", -1, 40, 50)]
    compiled = compile_hydraulics(network(nodes, [pipe("p", "a", "b", 1.0)]))
    found = scaled(compiled, np.array([0, -1.0]), np.array([1.0, 0]))

    assert (found.certified, found.witnessed) == (0.0, 0.0)
    assert found.witness is not None
    assert (found.witness.high, found.witness.low) == ("a", "b")


def test_nothing_booked_on_one_side_has_no_bound() -> None:
    compiled, booking_min, _ = random_booking(0, 1)
    found = scaled(compiled, booking_min, np.zeros(compiled.size))

    assert found.certified == np.inf
    assert found.witnessed is None


def test_parts_that_nothing_joins_are_not_certified() -> None:
    nodes = [node("a", 1), node("b"), node("c", -1), node("d")]
    compiled = compile_hydraulics(network(nodes, [pipe("p", "a", "b", 1.0), pipe("q", "c", "d", 1.0)]))
    found = scaled(compiled, np.array([0, 0, -1.0, 0]), np.array([1.0, 0, 0, 0]))

    assert found.certified == 0.0
    assert found.witnessed is None


def test_a_passive_network_is_reported_as_one() -> None:
    compiled, booking_min, booking_max = random_booking(1, 1)
    found = robust_scale(compiled, booking_min, booking_max, Highs(), Deadline(SECONDS), nothing)

    assert found.is_passive
    assert found.unrefuted is None
    assert found.certified == pytest.approx(brute_scale(compiled, booking_min, booking_max), rel=3e-4)
    assert len(found.witness) == compiled.size


def test_gaslib_11_is_certified_within_half_a_per_cent(published_data: Path) -> None:
    """The prototype's interval was [1.5686, 1.5709]."""
    source = with_capacities(reader.read(published_data / "gaslib" / "GasLib-11.zip"))
    found = scaled(*published(source))

    assert found.witnessed is not None
    assert found.witnessed == pytest.approx(1.5709, abs=2e-4)
    assert found.witnessed / found.certified - 1 < 0.005


def test_passive_gaslib_40_is_certified_within_a_per_mille() -> None:
    found = scaled(*published(catalogue.load("gaslib-40")))

    assert found.witnessed is not None
    assert found.witnessed / found.certified - 1 < 0.001


def test_contracted_gaslib_582_between_one_and_86_bar_is_certified_within_three_per_cent() -> None:
    compiled, booking_min, booking_max = published(catalogue.load("gaslib-582"))
    reading = contracted(compiled, 1.01325, 86.0)
    found = passive_scale(reading, booking_min, booking_max, Deadline(60.0), nothing)

    assert found.witnessed is not None
    assert found.witnessed / found.certified - 1 < 0.03


def test_no_random_nomination_at_the_certified_scale_of_gaslib_40_breaks_a_limit() -> None:
    compiled, booking_min, booking_max = published(catalogue.load("gaslib-40"))
    found = scaled(compiled, booking_min, booking_max)
    reduced = passive_network(compiled, injecting=booking_min + booking_max != 0)
    random = np.random.default_rng(5)
    used = random.random((4000, compiled.size)) ** random.choice([0.1, 1.0, 6.0], (4000, 1))
    enters, leaves = used * booking_max, used * booking_min
    scarce = np.minimum(enters.sum(axis=1), -leaves.sum(axis=1))[:, None]
    injections = enters * (scarce / enters.sum(axis=1)[:, None]) - leaves * (
        scarce / leaves.sum(axis=1)[:, None]
    )
    _, potentials = LoopSolver.of(reduced).solve_batch(reduced.reduced(found.certified * injections))
    highest = (potentials - reduced.potential_max).max(axis=1)
    lowest = (potentials - reduced.potential_min).min(axis=1)

    assert (highest <= lowest).all()


def test_the_oracle_finds_the_pencils_flows_around_a_triangle() -> None:
    """9 go from a to c: 6 over b, twice β = 1, lose 2 · 36; 3 directly, β = 8, lose 8 · 9."""
    nodes = [node("a", 1), node("b"), node("c", -1)]
    pipes = [pipe("p", "a", "b", 1.0), pipe("q", "b", "c", 1.0), pipe("r", "a", "c", 8.0)]
    compiled = compile_hydraulics(network(nodes, pipes))
    flows, potentials = steady_states(compiled, np.array([[9.0, 0.0, -9.0]]))

    assert flows[0] == pytest.approx([6.0, 6.0, 3.0])
    assert scale_of(compiled, flows, potentials) == pytest.approx(np.sqrt((200**2 - 1.01325**2) / 72))
