"""Verdicts tampered with, of every kind: the checker never raises, and passes none that claims what is false.

What a change leaves true may pass. Whether a changed request has the outcome claimed is asked of the product
anew.
"""

import json
import time
from collections import Counter
from itertools import cycle, islice
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError
from tests.integration.frontend.certificates import Case, all_cases
from tests.integration.frontend.mutations import mutated
from tests.property.long_form import examples

from capacity.feasibility.checking.verdict_checker import check
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.verdict import Verdict
from capacity.feasibility.verifier import Verifier
from capacity.networks.policy import Policy
from capacity.rights.model import Firmness
from capacity.solvers.highs import Highs

SEEDS = range(4)
OF_CAPACITIES = examples(9_500, 95_000)
OF_PRESSURES = examples(500, 5_000)
"""Proofs of pressures take a hundred times as long to follow."""
EXPLANATION = {"bottlenecks", "largest", "shortages", "largest_throughout", "bound_throughout"}
_VERDICT = TypeAdapter(Verdict)


def stripped(case: Case) -> dict[str, Any]:
    """Return the document of a case as far as its verdict proves anything."""
    verdict = json.loads(case.document)["verdict"]
    kept = {name: value for name, value in verdict.items() if name not in EXPLANATION}
    return {"verdict": kept}


def tampered(document: dict[str, Any], random: np.random.Generator) -> Verdict | None:
    """Return the verdict of a document with one change; None where it cannot even be read any more."""
    try:
        return _VERDICT.validate_json(json.dumps(mutated(document, random)["verdict"]), strict=True)
    except ValidationError:
        return None


def is_true(case: Case, claimed: Verdict) -> bool:
    """Return whether the product, asked anew, finds what a verdict claims, or nothing."""
    own = Verifier(
        *(case.network, case.overlays, Policy(claimed.level, claimed.level), Highs()),
        revision_id=claimed.revision_id,
        clock=time.process_time,
    )
    found = own.decide(case.rights, claimed.request, claimed.decided_at)
    return found.outcome in (claimed.outcome, Outcome.UNDECIDED)


def test_no_change_makes_the_checker_raise_or_pass_what_is_false() -> None:
    random = np.random.default_rng(20261201)
    cases = [case for case in all_cases(SEEDS) if case.verdict.proofs]
    kinds = {kind for case in cases for kind in case.kinds}
    assert len(kinds) == 9
    by_pressures = [case for case in cases if case.verdict.level.has_pressures]
    others = [case for case in cases if not case.verdict.level.has_pressures]
    counts: Counter[str] = Counter()
    for own, wanted in ((others, OF_CAPACITIES), (by_pressures, OF_PRESSURES)):
        documents = [(case, stripped(case)) for case in own]
        for case, document in islice(cycle(documents), wanted):
            claimed = tampered(document, random)
            if claimed is None:
                counts["unreadable"] += 1
                continue
            if check(case.network, case.overlays, case.rights, claimed):
                counts["faulty"] += 1
                continue
            counts["passed"] += 1
            is_new = (claimed.request, claimed.outcome) != (case.verdict.request, case.verdict.outcome)
            is_word = claimed.request.firmness is Firmness.INTERRUPTIBLE
            assert claimed.outcome is Outcome.UNDECIDED or not is_new or is_word or is_true(case, claimed)
    assert counts["unreadable"] + counts["faulty"] > counts["passed"]
    assert counts["faulty"]
    assert counts["passed"], "some changes change nothing that counts"
