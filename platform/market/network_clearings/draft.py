"""What the job of a draft runs: a pure function, in a process of its own. It awards nothing."""

from collections.abc import Callable
from datetime import datetime

from capacity.solvers.choice import solver_named
from linepack.jobs.model import JsonObject
from market.network_clearings.inputs import Inputs, documents


def run(question: JsonObject, progress: Callable[[float, str], None]) -> JsonObject:
    """Return the outcome of clearing the inputs of a question, as it is stored of an award.

    The question has the `inputs`, the `network` in the native format, the name of the `solver`, and when the
    draft was asked for (`at`). Raises as `Inputs.cleared`.
    """
    inputs = Inputs(question["inputs"], question["network"].encode())
    at = datetime.fromisoformat(question["at"])
    found = inputs.cleared(solver_named(question["solver"]), at, progress)
    return documents(found)[0]
