"""Verifiers that are not ours, unmodified, judge our checkpoints and proofs: all true ones, and no attack.

tlog-scales and aics-tlog are packages of the field; Go's `golang.org/x/mod/sumdb` is what `go get` trusts.
"""

import base64
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.unit.linepack.transparency.corpus import CASES, Case
from tlog_scales import tlog
from tlog_scales.signing import Vkey

from linepack.transparency.checkpoint import Checkpoint
from linepack.transparency.errors import LogFault
from linepack.transparency.merkle import proves_consistency, proves_inclusion
from linepack.transparency.notes import Verifier

GO_MODULES = Path("/usr/share/gocode/src")
GO_PROGRAM = Path(__file__).parent / "judge.go"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_our_own_verifier(case: Case) -> None:
    assert ours(case) == case.is_true


@pytest.mark.parametrize("case", CASES, ids=str)
def test_tlog_scales(case: Case) -> None:
    def judge() -> None:
        key = Vkey.from_string(case.vkey)
        new = tlog.Checkpoint.from_text(case.note)
        new.verify(key)
        if case.leaf is not None:
            tlog.InclusionProof(case.index, new.size, list(case.proof)).check(case.leaf, new.root_hash)
        if case.old_note is not None:
            old = tlog.Checkpoint.from_text(case.old_note)
            old.verify(key)
            tlog.ConsistencyProof(old.size, new.size, list(case.proof)).check(old.root_hash, new.root_hash)

    if case.is_true:
        judge()
    else:
        with pytest.raises(Exception):  # noqa: B017, PT011 each fault is a class of its own there
            judge()


def test_aics_tlog() -> None:
    aics = pytest.importorskip("aics_tlog", reason="aics-tlog needs Python 3.12 or newer")

    def opened(case: Case, note: str):  # type: ignore[no-untyped-def]
        parsed = aics.parse_note(note)
        if not aics.verify_checkpoint(parsed, aics.parse_vkey(case.vkey)).log_ok:
            raise ValueError("not signed by the log")
        return aics.parse_checkpoint(parsed.text)

    def judge(case: Case) -> bool:
        new, proof = opened(case, case.note), list(case.proof)
        if case.leaf is not None:
            return bool(aics.verify_inclusion(case.leaf, case.index, new.size, proof, new.root))
        if case.old_note is not None:
            old = opened(case, case.old_note)
            return bool(aics.verify_consistency(old.size, new.size, old.root, new.root, proof))
        return True

    def accepts(case: Case) -> bool:
        try:
            return judge(case)
        except ValueError:
            return False

    assert {case.name: accepts(case) for case in CASES} == {case.name: case.is_true for case in CASES}


@pytest.mark.skipif(
    shutil.which("go") is None or not (GO_MODULES / "golang.org/x/mod/sumdb/tlog").is_dir(),
    reason="needs Go and golang.org/x/mod: on Debian, golang-go and golang-golang-x-mod-dev",
)
def test_the_checksum_database_of_go(tmp_path: Path) -> None:
    (tmp_path / "judge.go").write_text(GO_PROGRAM.read_text())
    cases = json.dumps([case.to_json() for case in CASES])
    environment = {
        "GO111MODULE": "off",
        "GOPATH": str(GO_MODULES.parent),
        "GOCACHE": str(tmp_path / "cache"),
        "HOME": str(tmp_path),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
    }
    judged = subprocess.run(
        ["go", "run", "judge.go"],
        input=cases,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stderr
    accepted = json.loads(judged.stdout)
    assert {case.name: accepted[case.name] == "accepted" for case in CASES} == {
        case.name: case.is_true for case in CASES
    }


def ours(case: Case) -> bool:
    keys = [Verifier.of(case.vkey)]
    try:
        new = Checkpoint.of(case.note, keys)
        old = None if case.old_note is None else Checkpoint.of(case.old_note, keys)
    except LogFault:
        return False
    if case.leaf is not None:
        return proves_inclusion(case.leaf, case.index, new.size, case.proof, new.root)
    if old is not None:
        return proves_consistency(old.size, new.size, case.proof, old_root=old.root, new_root=new.root)
    return True


def test_every_case_is_plain_for_other_languages() -> None:
    for case in CASES:
        told = json.loads(json.dumps(case.to_json()))
        assert [base64.b64decode(one) for one in told["proof"]] == list(case.proof)
