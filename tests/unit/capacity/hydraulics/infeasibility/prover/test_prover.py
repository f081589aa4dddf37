"""The search on networks whose answer is known, by hand or from the measured prototypes."""

from dataclasses import replace

import numpy as np
import pytest
from pydantic import TypeAdapter
from tests.unit.capacity.hydraulics.pipe_networks import network_of_pipes
from tests.unit.capacity.hydraulics.small_networks import edge, network, node, pipe

from capacity.hydraulics.infeasibility.certificate import InfeasibilityCertificate
from capacity.hydraulics.infeasibility.checker.check import certificate_faults
from capacity.hydraulics.infeasibility.prover.prover import InfeasibilityProver, Relaxed
from capacity.hydraulics.physics.network import HydraulicNetwork, compile_hydraulics
from capacity.hydraulics.physics.problem import HydraulicProblem, PotentialGap
from capacity.hydraulics.physics.state import Mode
from capacity.networks.model import EdgeKind, Network
from capacity.publication import catalogue
from capacity.solvers.deadline import Deadline, LimitReached
from capacity.solvers.highs import Highs


def answer(problem: HydraulicProblem, seconds: float = 20.0) -> InfeasibilityCertificate | Relaxed | None:
    found = InfeasibilityProver(problem.network, Highs()).prove(problem, Deadline(seconds))
    if isinstance(found, InfeasibilityCertificate):
        assert not certificate_faults(problem, found)
    return found


def nomination(revision: Network, scale: float = 1.0) -> HydraulicProblem:
    """Return the published nomination, scaled, balanced on the node that injects most either way."""
    hydraulic = compile_hydraulics(revision, use_maps=False)
    injection = hydraulic.nomination() * scale
    injection[np.argmax(np.abs(injection))] -= injection.sum()
    return HydraulicProblem.of_nomination(hydraulic, injection)


def test_a_pipe_carries_what_its_pressures_allow_and_not_more() -> None:
    # 50² − 40² = 900 = 4 · 15²
    nodes = [node("a", 15, 40.0, 50.0), node("b", -15, 40.0, 50.0)]
    problem = nomination(network(nodes, [pipe("p", "a", "b", 4.0)]))
    found = answer(problem)
    assert isinstance(found, Relaxed)
    assert found.flows == pytest.approx([15.0], abs=1e-5)
    assert isinstance(answer(nomination(problem.network.network, 1.001)), InfeasibilityCertificate)


def test_a_station_lifts_what_is_behind_it_by_its_ratio() -> None:
    # Behind the first pipe at most 50² − 4 · 20² = 900; a ratio of 1.5 makes 2025 of it, which is 45².
    def problem(least_bar: float) -> HydraulicProblem:
        nodes = [node("a", 20, 10.0, 50.0), node("b", 0, 10.0), node("c", -20, least_bar, 60.0)]
        station = edge("s", EdgeKind.COMPRESSOR_STATION, "b", "c", {"pressure_ratio_max": 1.5})
        return nomination(network(nodes, [pipe("p", "a", "b", 4.0), station]))

    found = answer(problem(44.99))
    assert isinstance(found, Relaxed)
    assert found.modes == (Mode.OPEN, Mode.ACTIVE)
    assert isinstance(answer(problem(45.01)), InfeasibilityCertificate)


def test_a_station_does_not_run_backwards() -> None:
    nodes = [node("a", -20, 40.0, 50.0), node("b", 0, 10.0), node("c", 20, 10.0, 49.0)]
    station = edge("s", EdgeKind.COMPRESSOR_STATION, "b", "c", {"pressure_ratio_max": 2.0})
    problem = nomination(network(nodes, [pipe("p", "a", "b", 4.0), station]))  # 49² − 1600 = 801 < 40²
    assert isinstance(answer(problem), InfeasibilityCertificate)


def test_a_closed_valve_parts_pressures_and_an_open_one_does_not() -> None:
    # a feeds b; c, beyond the valve, stands neither a's nor b's pressure.
    nodes = [node("a", 10, 40.0, 50.0), node("b", -10, 40.0, 50.0), node("c", 0, 10.0, 20.0)]
    edges = [pipe("p", "a", "b", 1.0), edge("v", EdgeKind.VALVE, "b", "c")]
    found = answer(nomination(network(nodes, edges)))
    assert isinstance(found, Relaxed)
    assert found.modes[1] is Mode.CLOSED
    assert isinstance(
        answer(nomination(network(nodes, [edges[0], pipe("v", "b", "c", 0.0)]))), InfeasibilityCertificate
    )


def test_a_control_valve_reduces_pressure_and_does_not_raise_it() -> None:
    def problem(least_bar: float, highest_bar: float) -> HydraulicProblem:
        nodes = [node("a", 10, 40.0, 50.0), node("b", -10, least_bar, highest_bar)]
        return nomination(network(nodes, [edge("cv", EdgeKind.CONTROL_VALVE, "a", "b")]))

    assert isinstance(answer(problem(10.0, 20.0)), Relaxed)
    assert isinstance(answer(problem(51.0, 60.0)), InfeasibilityCertificate)


def test_a_resistor_loses_its_loss() -> None:
    def problem(least_bar: float) -> HydraulicProblem:
        nodes = [node("a", 10, 40.0, 50.0), node("b", -10, least_bar, 60.0)]
        return nomination(
            network(nodes, [edge("r", EdgeKind.RESISTOR, "a", "b", {"pressure_loss_bar": 2.0})])
        )

    assert isinstance(answer(problem(47.99)), Relaxed)
    assert isinstance(answer(problem(48.01)), InfeasibilityCertificate)


def ring() -> HydraulicNetwork:
    tail, head = np.array([0, 1, 2, 3]), np.array([1, 2, 3, 0])
    return network_of_pipes(tail, head, np.ones(4), np.full(4, 1.0), np.full(4, 10_000.0))


def test_the_largest_gap_of_a_booking_is_bounded_within_a_hundredth() -> None:
    # 10 kg/s from 0 to 2 divide in halves: 2 · 5² = 50 bar². What 1 and 3 might do only lowers that.
    least, most = np.array([0.0, 0.0, -10.0, 0.0]), np.array([10.0, 0.0, 0.0, 0.0])
    booking = HydraulicProblem.of_booking(ring(), least, most)
    assert isinstance(answer(replace(booking, gap=PotentialGap(0, 2, 50.5))), InfeasibilityCertificate)
    assert isinstance(answer(replace(booking, gap=PotentialGap(0, 2, 49.9))), Relaxed)


def test_a_step_above_the_largest_is_refuted() -> None:
    # The same ring at 40 to 50 bar carries 2 (q / 2)² = 900 from 0 to 2: 42.426 kg/s, 32.426 more than 10.
    hydraulic = replace(ring(), pressure_min_bar=np.full(4, 40.0), pressure_max_bar=np.full(4, 50.0))
    route = np.array([1.0, 0.0, -1.0, 0.0])
    problem = HydraulicProblem.of_nomination(hydraulic, 10 * route).towards(route, 0.0, 100.0)
    prover = InfeasibilityProver(hydraulic, Highs())
    assert prover.prove_step_impossible(problem, 32.5, Deadline(20)) is not None
    assert prover.prove_step_impossible(problem, 32.4, Deadline(20)) is None


def test_a_search_carries_on_after_its_deadline() -> None:
    least, most = np.array([0.0, 0.0, -10.0, 0.0]), np.array([10.0, 0.0, 0.0, 0.0])
    booking = HydraulicProblem.of_booking(ring(), least, most)
    problem = replace(booking, gap=PotentialGap(0, 2, 50.5))
    search = InfeasibilityProver(problem.network, Highs()).search(problem)
    found: InfeasibilityCertificate | Relaxed | None = None
    with pytest.raises(LimitReached):
        while not isinstance(found, InfeasibilityCertificate):
            found = search.next(Deadline(-1.0))
    while not isinstance(found, InfeasibilityCertificate):
        found = search.next(Deadline(20.0))
    assert not certificate_faults(problem, found)


@pytest.mark.parametrize(
    ("code", "scale", "bytes_max"),
    [
        ("belgian", 1.3, 10_000),
        ("gaslib-40", 1.2, 50_000),
        ("gaslib-135", 1.15, 100_000),
        ("gaslib-135", 1.5, 50_000),
        ("gaslib-582", 1.5, 200_000),
    ],
)
def test_overloads_of_published_networks_are_refuted(code: str, scale: float, bytes_max: int) -> None:
    found = answer(nomination(catalogue.load(code), scale))
    assert isinstance(found, InfeasibilityCertificate)
    assert len(TypeAdapter(InfeasibilityCertificate).dump_json(found)) < bytes_max


def test_a_published_nomination_is_not_refuted_and_has_a_point() -> None:
    problem = nomination(catalogue.load("gaslib-40"))
    found = answer(problem)
    assert isinstance(found, Relaxed)
    assert found.injections == pytest.approx(problem.injection_min, abs=1e-6)
