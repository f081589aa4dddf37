"""The solver proposes and is never trusted: whatever it says, no wrong verdict comes out."""

from typing import cast

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.capacity.feasibility.strategies import networks, stacks
from tests.unit.capacity.feasibility.samples import (
    FLOW,
    NOON,
    ONE_DAY,
    ROBUST,
    flow_is_feasible,
    rights,
    robust_is_feasible,
    routes,
    verifier,
)

from capacity.feasibility.checking.verdict_checker import check
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.verdict import Request
from capacity.solvers.highs import Highs
from capacity.solvers.port import LinearModel, LiveModel, Numbers, Reals, Status


class LyingModel:
    """A live model that solves and then answers at random."""

    def __init__(self, model: LinearModel, random: np.random.Generator, denial: float) -> None:
        self._denial = denial
        self._live = Highs().load(model)
        self._random = random
        self._rows = len(model.row_lower)

    def set_row_bounds(self, rows: Numbers, lower: Reals, upper: Reals) -> None:
        self._live.set_row_bounds(rows, lower, upper)

    def set_column_bounds(self, columns: Numbers, lower: Reals, upper: Reals) -> None:
        self._live.set_column_bounds(columns, lower, upper)

    def run(self, seconds: float) -> Status:
        self._live.run(seconds)
        return Status.INFEASIBLE if self._random.random() < self._denial else Status.OPTIMAL

    def values(self) -> Reals:
        return self._random.choice([0.0, 0.3, 1.0, 7.0], len(self._live.values()))

    def row_duals(self) -> Reals:
        return -self._random.choice([0.0, 0.4, 1.0, 5.0], self._rows)

    def objective(self) -> float:
        return float(self._random.choice([-20.0, -1.0, 0.0, 3.0]))


class Liar:
    """A solver of lying models."""

    name, version = "Liar", "0"

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._denial = float(self._random.choice([0.0, 0.0, 0.2]))

    def load(self, model: LinearModel) -> LiveModel:
        return cast("LiveModel", LyingModel(model, self._random, self._denial))


@settings(max_examples=100, deadline=None)
@given(st.data(), st.integers(0, 10_000))
def test_a_lying_solver_costs_time_and_never_a_wrong_verdict(data: st.DataObject, seed: int) -> None:
    network = data.draw(networks())
    stack = data.draw(stacks(network))
    route, quantity = data.draw(st.sampled_from(routes(network))), data.draw(st.integers(1, 15))
    whole = {**stack, route: stack.get(route, 0) + quantity}
    booked = rights(*stack.items())

    for policy, is_feasible in ((ROBUST, robust_is_feasible), (FLOW, flow_is_feasible)):
        own = verifier(network, policy, solver=Liar(seed))
        verdict = own.verify(booked, Request(route, quantity, ONE_DAY), NOON)

        assert check(network, (), booked, verdict) == []
        if verdict.outcome is Outcome.FEASIBLE and is_feasible(network, stack):
            assert is_feasible(network, whole)
