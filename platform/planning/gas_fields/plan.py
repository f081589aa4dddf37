"""Gas fields of a file, planned phase by phase: what `linepack plan gas-fields` runs."""

from typing import Final

from capacity.solvers.deadline import Deadline, LimitReached
from capacity.solvers.port import Solver, SolverRefused
from linepack.canonical_json import JsonValue
from planning.gas_fields.results.answer import answer
from planning.gas_fields.results.chain import estimated_cost, plan_phases
from planning.gas_fields.schedule.errors import NoPlan
from planning.gas_fields.study.document import read_study
from planning.plans.plan import Plan, rounded
from planning.programme.explanation import explained

EXPLAINING_S: Final = 10.0
"""The least time that an explanation may take."""


def planned(document: object, solver: Solver, seconds: float) -> Plan:
    """Return the plan of a parsed file; raises InvalidInput with every fault of it, or SolverRefused."""
    study = read_study(document)
    deadline = Deadline(seconds)
    try:
        plans = plan_phases(study, solver, deadline)
        estimate = None
        if study.outages.samples > 1:
            estimate = estimated_cost(study, plans, solver, deadline)
    except NoPlan as problem:
        return _refusal(problem, solver, max(seconds / 10.0, EXPLAINING_S))
    except LimitReached:
        raise SolverRefused(f"no plan was found within {seconds:g} seconds") from None
    return answer(study, plans, estimate)


def _refusal(problem: NoPlan, solver: Solver, seconds: float) -> Plan:
    """Return why there is no plan: what excludes each other, and the cheapest repair."""
    found = explained(problem.programme, solver, seconds)
    result: dict[str, JsonValue] = {
        "phase": problem.phase,
        "from": problem.when,
        "conflict": [*found.conflict],
        "repairs": [{"what": one.words, "amount": rounded(one.amount)} for one in found.repairs],
    }
    return Plan(result, [f"{problem.message}.", *found.sentences()], is_feasible=False)
