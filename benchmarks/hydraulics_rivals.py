"""The benchmarks that set solvers, and ways to model, against each other on pressures."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from time import process_time

import numpy as np
from benchmarks.hydraulics_cases import allowed, asked, booked, compiled, nominated
from benchmarks.hydraulics_exact import GlobalSolver, GurobiNonlinear, Scip, exact
from benchmarks.hydraulics_peers import Recording, linopy_programme
from benchmarks.least_cost import least_cost
from benchmarks.report import Row, compared, duration, processor_s

from capacity.hydraulics.infeasibility.certificate import Columns
from capacity.hydraulics.infeasibility.prover.prover import InfeasibilityProver
from capacity.hydraulics.physics.network import HydraulicNetwork, Reals
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.search.milp_relaxation import CandidatePoint, NoCandidate
from capacity.hydraulics.search.minlp import ScipHeuristic
from capacity.hydraulics.search.nlp import NonlinearProgram
from capacity.hydraulics.search.portfolio import Answer, Feasible, HydraulicSolver, Infeasible
from capacity.hydraulics.search.primal_heuristics import PrimalHeuristic
from capacity.solvers.gurobi import Gurobi
from capacity.solvers.highs import Highs
from capacity.solvers.port import LinearModel, SolverRefused, Status

SCALES = {"gaslib-40": (1.0, 1.15, 1.5), "gaslib-135": (1.0, 1.1, 1.5), "gaslib-582": (1.0, 1.4, 1.5)}
"""Of the nomination, by network."""
RIVAL_SECONDS = 10.0
GLOBAL_SOLVERS: dict[str, Callable[[], GlobalSolver]] = {"SCIP": Scip, "Gurobi": GurobiNonlinear}
RECHECK_AIMS_S = {"gaslib-135": 20e-3, "gaslib-582": 60e-3}
RECHECKS = 30
LINOPY_CHECKS = 5

SUPPLY_COST = {"Zeebrugge": 2.28, "Dudzele": 2.28, "Loenhout": 2.28, "Voeren": 1.68, "Peronnes": 1.68}
"""De Wolf and Smeers 2000, per million Sm³ a day; Anderlues costs nothing."""
SUPPLY_BOUNDS = {
    "Zeebrugge": (8.870, 11.594),
    "Dudzele": (0.0, 8.4),
    "Loenhout": (0.0, 4.8),
    "Voeren": (20.344, 22.012),
    "Peronnes": (0.0, 0.96),
    "Anderlues": (0.0, 1.2),
}
DEMAND = {
    "Antwerpen": 4.034,
    "Arlon": 0.222,
    "Blaregnies": 15.616,
    "Brugge": 3.918,
    "Gent": 5.256,
    "Liege": 6.385,
    "Mons": 6.848,
    "Namur": 2.120,
    "Petange": 1.919,
}
"""Million Sm³ a day."""
OPTIMUM = 89.0858
OPTIMUM_AGREEMENT = 1e-4
OPTIMUM_AIM_S = 0.05


def between_solvers() -> Iterator[Row]:
    """The portfolio against the exact program of global solvers; HiGHS against Gurobi behind the port."""
    for code, scales in SCALES.items():
        network = compiled(code)
        for scale in scales:
            yield from _global(f"{code}, ratio, × {scale:g}", asked(network, scale))
        yield from _behind_the_port(code, network)


def _global(label: str, problem: HydraulicProblem) -> Iterator[Row]:
    ours, answer = _decided(problem, None)
    yield _with_finder(label, problem, ours, answer)
    for name, solver in GLOBAL_SOLVERS.items():
        started = process_time()
        outcome = exact(problem, solver(), RIVAL_SECONDS)
        theirs = process_time() - started
        row_label = f"verdict, {label} ({_said(answer)}): portfolio, with proof – {name}, exact program"
        if outcome.is_feasible is None:
            yield Row(row_label, duration(ours), outcome.reason)
            continue
        if isinstance(answer, Feasible | Infeasible) and isinstance(answer, Feasible) != outcome.is_feasible:
            raise AssertionError(f"{name} and the portfolio differ on {label}")
        yield compared(row_label, ours, theirs)


def _decided(problem: HydraulicProblem, heuristic: PrimalHeuristic | None) -> tuple[float, Answer]:
    started = process_time()
    answer = HydraulicSolver(problem.network, Highs(), heuristic=heuristic).decide(
        problem, allowed(RIVAL_SECONDS)
    )
    return process_time() - started, answer


def _with_finder(label: str, problem: HydraulicProblem, without: float, answer: Answer) -> Row:
    """What SCIP as a heuristic changes."""
    taken, found = _decided(problem, ScipHeuristic())
    name = f"verdict, {label}: with SCIP as heuristic ({_said(found)}) – without ({_said(answer)})"
    return compared(name, taken, without)


def _behind_the_port(code: str, network: HydraulicNetwork) -> Iterator[Row]:
    """One mixed-integer relaxation, and one certificate."""
    label = f"mixed relaxation, {code}, ratio, × 1: HiGHS – Gurobi"
    durations = []
    for solver in (Highs(), Gurobi()):
        next_candidate = HydraulicSolver(network, solver).relaxation(asked(network)).next_candidate
        try:
            durations.append(processor_s(partial(next_candidate, allowed(RIVAL_SECONDS)) for _ in range(3)))
        except SolverRefused:
            yield Row(label, duration(durations[0]), "beyond its licence")
            return
    yield compared(label, *durations)


def against_modelling() -> Iterator[Row]:
    """Models kept alive against models built anew."""
    for code in SCALES:
        yield from _linear(code)
        yield from _nonlinear(code)


def _linear(code: str) -> Iterator[Row]:
    """The root relaxation of all nominations around the published one, asked about single ones."""
    network = compiled(code)
    base = nominated(network, 0.8)
    recording = Recording(Highs())
    around = HydraulicProblem.of_booking(
        network, np.minimum(1.3 * base, 0.7 * base), np.maximum(1.3 * base, 0.7 * base)
    )
    InfeasibilityProver(network, recording).search(around).next(allowed(RIVAL_SECONDS))
    model = recording.models[0]
    first = Columns(network).first_injection
    columns = np.arange(first, first + network.size, dtype=np.int32)
    scale = _scale_of(model, columns, around)
    amounts = [problem.injection_min / scale for problem in islice(booked(network, 0.8), 100)]
    live = Highs().load(model)

    def kept(amount: Reals) -> bool:
        live.set_column_bounds(columns, amount, amount)
        return live.run(RIVAL_SECONDS) is Status.OPTIMAL

    for amount in amounts[:LINOPY_CHECKS]:
        if kept(amount) != linopy_programme(model, columns, amount):
            raise AssertionError(f"linopy gives another verdict on {code}")
    ours = processor_s(partial(kept, amount) for amount in amounts)
    theirs = processor_s(
        partial(linopy_programme, model, columns, amount) for amount in amounts[:LINOPY_CHECKS]
    )
    yield compared(f"linear relaxation, {code}, ratio: kept alive – built and solved by linopy", ours, theirs)


def _scale_of(model: LinearModel, columns: np.ndarray, problem: HydraulicProblem) -> float:
    """Return the unit, in kg/s, that the relaxation gives its injections."""
    node = int(np.argmax(problem.injection_max))
    return float(problem.injection_max[node] / model.column_upper[columns[node]])


def _nonlinear(code: str) -> Iterator[Row]:
    """The program of modes that work, asked about bookings: kept and warm, or built anew and cold."""
    network = compiled(code)
    solver = HydraulicSolver(network, Highs())
    base = asked(network, 0.8)
    if not isinstance(solver.decide(base, allowed(60)), Feasible):
        raise AssertionError(f"{code} at × 0.8 is not feasible")
    modes = next(iter(solver.library))
    program = solver.program(modes)
    problems = list(islice(booked(network, 0.8), RECHECKS))

    def anew(problem: HydraulicProblem) -> object:
        return NonlinearProgram(network, modes).solve(problem, allowed(RIVAL_SECONDS))

    program.solve(base, allowed(RIVAL_SECONDS))
    ours = processor_s(partial(program.solve, problem, allowed(60)) for problem in problems)
    theirs = processor_s(partial(anew, problem) for problem in problems[:10])
    label = f"recheck in known modes, {code}, ratio: program kept, warm – casadi and ipopt anew"
    yield compared(label, ours, theirs, aim_s=RECHECK_AIMS_S.get(code))


def supply_cost() -> Iterator[Row]:
    """The published optimum of the Belgian network, by ipopt and by global solvers."""
    network = compiled("belgian")
    kg_per_s = 1e6 / 24 * network.kg_per_s_per_unit
    least, most, cost = np.zeros(network.size), np.zeros(network.size), np.zeros(network.size)
    for town, bounds in SUPPLY_BOUNDS.items():
        node = network.node_index[town]
        least[node], most[node] = bounds[0] * kg_per_s, bounds[1] * kg_per_s
        cost[node] = SUPPLY_COST.get(town, 0.0) / kg_per_s
    for town, demand in DEMAND.items():
        least[network.node_index[town]] = most[network.node_index[town]] = -demand * kg_per_s
    problem = HydraulicProblem.of_booking(network, least, most)

    def by_ipopt() -> float | None:
        found = least_cost(problem, cost, allowed(60))
        return None if found is None else found.cost

    def by(solver: Callable[[], GlobalSolver]) -> float | None:
        return exact(problem, solver(), RIVAL_SECONDS, cost).cost

    ways = {"ipopt, verified": by_ipopt} | {
        f"{name}, global": partial(by, solver) for name, solver in GLOBAL_SOLVERS.items()
    }
    for name, way in ways.items():
        found = way()
        seconds = processor_s(way for _ in range(5))
        told = "none found" if found is None else f"{found:.4f}"
        is_missed = found is None or abs(found - OPTIMUM) > OPTIMUM_AGREEMENT or seconds > OPTIMUM_AIM_S
        aim = f"{OPTIMUM} ± {OPTIMUM_AGREEMENT:g}, ≤ {duration(OPTIMUM_AIM_S)}"
        yield Row(
            f"least supply cost, belgian, {name}: {told}", duration(seconds), aim=aim, is_missed=is_missed
        )


def mixed_verdict(solver: HydraulicSolver, problem: HydraulicProblem, rounds: int = 10) -> bool | None:
    """Return what the relaxation with binaries and the nonlinear program say alone; None: nothing."""
    relaxation = solver.relaxation(problem)
    for _ in range(rounds):
        candidate = relaxation.next_candidate(allowed(RIVAL_SECONDS))
        if candidate is NoCandidate.INFEASIBLE:
            return False
        if not isinstance(candidate, CandidatePoint):
            return None
        point = solver.program(candidate.modes).solve(problem, allowed(RIVAL_SECONDS), candidate)
        if point is not None and point.shows_feasible:
            return True
        if not relaxation.refine(candidate):
            relaxation.exclude(candidate.modes)
    return None


def _said(answer: Answer) -> str:
    return type(answer).__name__.lower()
