"""Both checkers on the same certificates: the platform's, and that of the frontend in one Node process."""

import json
import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError
from tests.integration.frontend.certificates import Case
from tests.integration.frontend.mutations import mutated

from capacity.feasibility.checking.verdict_checker import check
from capacity.feasibility.verdicts.verdict import Verdict

REPOSITORY = Path(__file__).parents[3]
SCRIPT = Path(__file__).with_name("check_lines.mjs")
NODE_S_MAX = 3_000
_VERDICT = TypeAdapter(Verdict)


@dataclass(frozen=True, slots=True)
class Asked:
    """A proof document, of which the verdict may have been tampered with."""

    case: Case
    document: dict[str, Any]

    def by_platform(self) -> str:
        """Return why the platform's checker rejects it, empty where it holds."""
        try:
            verdict = _VERDICT.validate_json(json.dumps(self.document["verdict"]), strict=True)
            if verdict.revision_id != self.case.verdict.revision_id:
                return "is about another revision"
            faults = check(self.case.network, self.case.overlays, self.case.rights, verdict)
        except ValidationError as fault:
            return str(fault)
        return str(faults[0]) if faults else ""


@dataclass(slots=True)
class Comparison:
    """What was compared, and where the checkers do not agree."""

    kinds: Counter[str] = field(default_factory=Counter)
    real: int = 0
    tampered: int = 0
    rejected: int = 0
    milliseconds_max: float = 0.0
    differences: list[str] = field(default_factory=list)

    def add(self, other: "Comparison") -> None:
        """Count in what was compared besides."""
        self.kinds.update(other.kinds)
        self.real += other.real
        self.tampered += other.tampered
        self.rejected += other.rejected
        self.milliseconds_max = max(self.milliseconds_max, other.milliseconds_max)
        self.differences += other.differences

    def __str__(self) -> str:
        """Return the counts in a line."""
        return (
            f"{self.real} real and {self.tampered} tampered with, of which {self.rejected} rejected; "
            f"{dict(self.kinds)}; longest check {self.milliseconds_max:.0f} ms"
        )


def compare(cases: Iterable[Case], tampered_each: int, seed: int = 0) -> Comparison:
    """Compare the checkers on certificates, each as it is and tampered with so many times."""
    random = np.random.default_rng(seed)
    found, asked = Comparison(), []
    for case in cases:
        document = json.loads(case.document)
        found.kinds.update(case.kinds)
        found.real += 1
        asked.append(Asked(case, document))
        if case.verdict.proofs:
            asked += [Asked(case, mutated(document, random)) for _ in range(tampered_each)]
    found.tampered = len(asked) - found.real
    for one, answer in zip(asked, _by_frontend(asked), strict=True):
        reason = one.by_platform()
        found.rejected += bool(reason)
        found.milliseconds_max = max(found.milliseconds_max, answer["milliseconds"])
        if answer["holds"] is not (not reason):
            found.differences.append(
                f"platform: {reason or 'holds'}; frontend: {answer['faults'][:1] or 'holds'}; "
                f"{json.dumps(one.document['verdict'])[:3000]}"
            )
    return found


def _by_frontend(asked: Sequence[Asked]) -> list[dict[str, Any]]:
    places: dict[bytes, int] = {}
    lines = []
    for one in asked:
        content = one.case.content
        if content not in places:
            places[content] = len(places)
            lines.append(json.dumps({"content": content.decode()}))
        lines.append(json.dumps({"network": places[content], "proof": json.dumps(one.document)}))
    command = [str(REPOSITORY / "script" / "frontend"), "node", str(SCRIPT)]
    finished = subprocess.run(
        command, input="\n".join(lines), capture_output=True, text=True, timeout=NODE_S_MAX, check=False
    )
    assert finished.returncode == 0, finished.stderr
    return [json.loads(line) for line in finished.stdout.splitlines()]
