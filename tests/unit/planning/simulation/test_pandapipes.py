"""Steady flow against pandapipes on the published networks, and slopes against integration along the pipe.

pandapipes is given the same law: a gas of constant properties whose density at 0 °C and 1.01325 bar makes its
gas constant ours, no viscosity (no laminar part of the friction), and roughnesses k that make its friction
factor (2 lg(D/k) + 1.14)⁻² the one the source means. Its pipes are the source's: length, diameter, roughness.
"""

import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from capacity.hydraulics.passive.newton import LoopSolver
from capacity.hydraulics.passive.reduction import PassiveNetwork, passive_network
from capacity.hydraulics.physics.network import HydraulicNetwork, Reals, compile_hydraulics
from capacity.networks.formats.gaslib import reader
from capacity.networks.model import Edge
from capacity.networks.physics import GAS_CONSTANT_J_PER_KMOL_K, nikuradse, with_capacities
from capacity.publication import catalogue
from planning.simulation.steady import Compressibility, papay_factors, simulate

FLOW_TOLERANCE_KG_PER_S = 0.02
PRESSURE_TOLERANCE_BAR = 0.01
ATMOSPHERE_BAR = 1.01325
NETWORKS = ("gaslib-11", "gaslib-40", "gaslib-134", "gaslib-135", "gaslib-582")


@pytest.fixture(scope="module")
def pandapipes() -> Iterator[ModuleType]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandapipes  # noqa: PLC0415

        yield pandapipes


@dataclass(frozen=True)
class Case:
    """A network contracted, its published nomination, and the pressure at its largest entry."""

    hydraulic: HydraulicNetwork
    passive: PassiveNetwork
    injection: Reals
    reference: int
    pressure_bar: float


@pytest.fixture(params=NETWORKS)
def case(request: pytest.FixtureRequest) -> Case:
    code: str = request.param
    if code in ("gaslib-11", "gaslib-134"):
        folder: Path = request.getfixturevalue("published_data") / "gaslib"
        revision = with_capacities(reader.read(folder / f"{code.replace('gaslib', 'GasLib')}.zip"))
    else:
        revision = catalogue.load(code)
    revision = replace(revision, nodes=tuple(replace(one, height_m=0.0) for one in revision.nodes))
    hydraulic = compile_hydraulics(revision, use_maps=False)
    injection = hydraulic.nomination()
    reference = int(np.argmax(injection))
    injection[reference] -= injection.sum()
    return Case(hydraulic, passive_network(hydraulic, merge=False), injection, reference, 120.0)


def roughness_mm(one: Edge) -> float:
    """Return k with (2 lg(D/k) + 1.14)⁻² the friction factor of the source, else Nikuradse's."""
    assert one.diameter_mm is not None
    friction = one.friction_factor or nikuradse(one.diameter_mm, one.roughness_mm or math.nan)
    return float(one.diameter_mm * 10 ** (-(friction**-0.5 - 1.14) / 2))


def by_pandapipes(
    pandapipes: ModuleType, case: Case, compressibility: Callable[[Reals], Reals]
) -> tuple[Reals, Reals]:
    """Return flows of pipes and pressures of nodes, of the contracted network."""
    revision = case.hydraulic.network
    specific_gas_constant = GAS_CONSTANT_J_PER_KMOL_K / revision.gas.molar_mass_kg_per_kmol
    net = pandapipes.create_empty_network()
    fluid = pandapipes.create_constant_fluid(
        "gas",
        "gas",
        density=101325 / (specific_gas_constant * 273.15),
        viscosity=1e-30,
        heat_capacity=2000.0,
        molar_mass=revision.gas.molar_mass_kg_per_kmol,
        der_compressibility=0.0,
        compressibility=1.0,
    )
    pressure_property = type(
        "OfPressure",
        (type(fluid.all_properties["compressibility"]),),
        {"get_at_value": lambda _, pressure: compressibility(np.asarray(pressure))},
    )
    fluid.add_property("compressibility", pressure_property(1.0), warn_on_duplicates=False)
    pandapipes.properties.fluids._add_fluid_to_net(net, fluid)
    at_reference = int(case.passive.node_of[case.reference])
    temperature_k = revision.gas_temperature_k
    for _ in range(case.passive.size):
        pandapipes.create_junction(net, case.pressure_bar, temperature_k)
    pipes = [revision.edges[element] for element in np.flatnonzero(case.passive.pipe_of >= 0)]
    for number, one in enumerate(pipes):
        pandapipes.create_pipe_from_parameters(
            net,
            int(case.passive.tail[number]),
            int(case.passive.head[number]),
            length_km=(one.length_m or math.nan) / 1000,
            diameter_m=(one.diameter_mm or math.nan) / 1000,
            k_mm=roughness_mm(one),
            sections=1,
        )
    pandapipes.create_ext_grid(net, at_reference, case.pressure_bar - ATMOSPHERE_BAR, temperature_k)
    for number, quantity in enumerate(case.passive.reduced(case.injection).tolist()):
        if quantity and number != at_reference:
            pandapipes.create_source(net, number, quantity)
    pandapipes.pipeflow(
        net,
        friction_model="nikuradse",
        mode="hydraulics",
        max_iter_hyd=200,
        tol_p=1e-7,
        tol_m=1e-7,
        use_numba=False,
    )
    return net.res_pipe.mdot_from_kg_per_s.to_numpy(), net.res_junction.p_bar.to_numpy() + ATMOSPHERE_BAR


def constant(value: float) -> Callable[[Reals], Reals]:
    return lambda pressures: np.full_like(pressures, value)


def test_flows_and_pressures_are_those_of_pandapipes(pandapipes: ModuleType, case: Case) -> None:
    expected = by_pandapipes(pandapipes, case, constant(case.hydraulic.compressibility))
    solver = LoopSolver.of(case.passive, int(case.passive.node_of[case.reference]))
    state = solver.solve(case.passive.reduced(case.injection))
    np.testing.assert_allclose(state.flows, expected[0], atol=FLOW_TOLERANCE_KG_PER_S)
    pressures = np.sqrt(case.pressure_bar**2 + state.potentials)
    np.testing.assert_allclose(pressures, expected[1], atol=PRESSURE_TOLERANCE_BAR)


def test_merged_networks_give_the_flows_and_pressures_of_pandapipes(
    pandapipes: ModuleType, case: Case
) -> None:
    expected = by_pandapipes(pandapipes, case, constant(case.hydraulic.compressibility))
    merged = passive_network(case.hydraulic)
    state = LoopSolver.of(merged).solve(merged.reduced(case.injection))
    flows, potentials = merged.expand(state.flows, state.potentials, case.injection)
    pipes = np.flatnonzero(case.passive.pipe_of >= 0)
    np.testing.assert_allclose(flows[pipes], expected[0], atol=FLOW_TOLERANCE_KG_PER_S)
    pressures = np.sqrt(case.pressure_bar**2 + potentials - potentials[case.reference])
    np.testing.assert_allclose(pressures, expected[1][case.passive.node_of], atol=PRESSURE_TOLERANCE_BAR)


def test_with_papays_compressibility_simulation_agrees_with_pandapipes(
    pandapipes: ModuleType, case: Case
) -> None:
    revision = case.hydraulic.network

    def factor(pressures: Reals) -> Reals:
        return papay_factors(pressures, revision.gas_temperature_k, revision.gas)

    expected = by_pandapipes(pandapipes, case, factor)
    found = simulate(
        case.hydraulic,
        case.injection,
        case.reference,
        case.pressure_bar,
        compressibility=Compressibility.PAPAY,
    )
    pipes = np.flatnonzero(case.passive.pipe_of >= 0)
    np.testing.assert_allclose(found.flows_kg_per_s[pipes], expected[0], atol=FLOW_TOLERANCE_KG_PER_S)
    np.testing.assert_allclose(
        found.pressures_bar, expected[1][case.passive.node_of], atol=PRESSURE_TOLERANCE_BAR
    )
