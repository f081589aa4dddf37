"""The other ways to compute steady flow and relaxations, as one would write them elsewhere."""

import math
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import linopy
import numpy as np
import pandas as pd
import xarray as xr
from benchmarks.feasibility_peers import without_output

from capacity.hydraulics.passive.reduction import PassiveNetwork
from capacity.hydraulics.physics.network import Reals
from capacity.networks.model import Edge
from capacity.networks.physics import GAS_CONSTANT_J_PER_KMOL_K, nikuradse
from capacity.solvers.highs import TOLERANCE
from capacity.solvers.port import LinearModel, LiveModel, Numbers, Solver

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import pandapipes
    from pandapipes.properties.fluids import _add_fluid_to_net

LEVEL_BAR = 120.0
"""The pressure at the largest entry: high enough for every network."""
ATMOSPHERE_BAR = 1.01325


def pandapipes_flow(passive: PassiveNetwork, injection: Reals) -> Callable[[], Reals]:
    """Return the pipeflow of a contracted network, built already; it returns the flows of the pipes, kg/s.

    The same law: a gas of constant properties, Nikuradse's friction, no laminar part.
    """
    revision = passive.network.network
    gas_constant = GAS_CONSTANT_J_PER_KMOL_K / revision.gas.molar_mass_kg_per_kmol
    net = pandapipes.create_empty_network()
    fluid = pandapipes.create_constant_fluid(
        "gas",
        "gas",
        density=101325 / (gas_constant * 273.15),
        viscosity=1e-30,
        heat_capacity=2000.0,
        molar_mass=revision.gas.molar_mass_kg_per_kmol,
        der_compressibility=0.0,
        compressibility=passive.network.compressibility,
    )
    _add_fluid_to_net(net, fluid)
    for _ in range(passive.size):
        pandapipes.create_junction(net, LEVEL_BAR, revision.gas_temperature_k)
    pipes = [revision.edges[element] for element in np.flatnonzero(passive.pipe_of >= 0)]
    for pipe, tail, head in zip(pipes, passive.tail.tolist(), passive.head.tolist(), strict=True):
        pandapipes.create_pipe_from_parameters(
            net,
            tail,
            head,
            length_km=(pipe.length_m or math.nan) / 1000,
            diameter_m=(pipe.diameter_mm or math.nan) / 1000,
            k_mm=_roughness_mm(pipe),
            sections=1,
        )
    reduced = passive.reduced(injection)
    reference = int(np.argmax(reduced))
    pandapipes.create_ext_grid(net, reference, LEVEL_BAR - ATMOSPHERE_BAR, revision.gas_temperature_k)
    for node, quantity in enumerate(reduced.tolist()):
        if quantity and node != reference:
            pandapipes.create_source(net, node, quantity)

    def run() -> Reals:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pandapipes.pipeflow(
                net, friction_model="nikuradse", mode="hydraulics", max_iter_hyd=200, use_numba=True
            )
        return np.asarray(net.res_pipe.mdot_from_kg_per_s.to_numpy())

    return run


def _roughness_mm(pipe: Edge) -> float:
    """Return k with (2 lg(D/k) + 1.14)⁻² the friction factor of the source, else Nikuradse's."""
    diameter_mm = pipe.diameter_mm or math.nan
    friction = pipe.friction_factor or nikuradse(diameter_mm, pipe.roughness_mm or math.nan)
    return float(diameter_mm * 10 ** (-(friction**-0.5 - 1.14) / 2))


@dataclass(slots=True)
class Recording:
    """A solver that keeps the models it is given, so that another way of writing them can be measured."""

    solver: Solver
    models: list[LinearModel] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.solver.name

    @property
    def version(self) -> str:
        return self.solver.version

    def load(self, model: LinearModel) -> LiveModel:
        self.models.append(model)
        return self.solver.load(model)


def linopy_programme(model: LinearModel, columns: Numbers, amounts: Reals) -> bool:
    """Whether the program has a solution with the columns at the amounts: built and solved by linopy.

    It needs the port's tolerance: with HiGHS' own, presolve takes rounding for infeasibility.
    """
    lower, upper = model.column_lower.copy(), model.column_upper.copy()
    lower[columns] = upper[columns] = amounts
    program = linopy.Model()
    names = pd.RangeIndex(len(lower), name="column")
    x = program.add_variables(xr.DataArray(lower, [names]), xr.DataArray(upper, [names]), name="x")
    of_column = np.repeat(np.arange(len(lower)), np.diff(model.starts))
    terms: Any = xr.DataArray(model.values, dims="entry") * x.isel(
        column=xr.DataArray(of_column, dims="entry")
    )
    sums = terms.groupby(xr.DataArray(model.rows, dims="entry", name="row")).sum()
    for name, bounds in (("least", model.row_lower), ("most", model.row_upper)):
        rows = np.intersect1d(np.flatnonzero(np.isfinite(bounds)), model.rows)
        chosen, bound = sums.sel(row=rows), xr.DataArray(bounds[rows], {"row": rows}, "row")
        program.add_constraints(chosen >= bound if name == "least" else chosen <= bound, name=name)
    program.add_objective(0 * x.sum())
    with without_output():
        program.solve(
            "highs",
            io_api="direct",
            log_fn=os.devnull,
            output_flag=False,
            primal_feasibility_tolerance=TOLERANCE,
        )
    return bool(program.termination_condition == "optimal")
