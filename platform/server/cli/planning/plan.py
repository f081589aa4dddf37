"""`linepack plan`: planning models from a file."""

from pathlib import Path

from capacity.solvers.port import SolverRefused
from linepack.problems import Problem
from planning.kinds import EXAMPLE, KINDS
from planning.plans.document import read
from planning.plans.plan import Cell, Plan, Table
from server.cli.answers import Answer, Column, Rows, Shown
from server.cli.files import read_text
from server.cli.settings import settings_or_exit
from server.services import solver_of


class CannotPlan(Problem):
    """No plan was found in the time there is, or by the solver that there is; there may be one."""

    code = "CANNOT_PLAN"


def plan(*, kind: str, file: str, seconds: float) -> Answer:
    """Make a plan, or print an example; status 1 where there is no plan."""
    if kind == EXAMPLE:
        text = KINDS[file].example()
        return Answer.of({"kind": file, "example": text}, text.removesuffix("\n"))
    document = read(read_text(Path(file)))
    try:
        made = KINDS[kind].plan(document, solver_of(settings_or_exit()), seconds)
    except SolverRefused as reason:
        raise CannotPlan(str(reason)) from reason
    shown = [_shown(one) for one in made.working]
    return Answer(made.plain(kind, document), shown, status=_status(made), is_canonical=True)


def _status(made: Plan) -> int:
    return 0 if made.is_feasible else 1


def _shown(one: str | Table) -> Shown:
    if isinstance(one, str):
        return one
    columns = [Column(str(number), heading, _figure) for number, heading in enumerate(one.headings)]
    records = [{str(number): cell for number, cell in enumerate(row)} for row in one.rows]
    return Rows(columns, records, title=one.title)


def _figure(cell: Cell) -> str:
    return cell if isinstance(cell, str) else f"{cell:,.9g}"
