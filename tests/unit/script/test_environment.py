"""How the environment is made: one rule at a time, and with the Python that was found."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[3]
FILLS = """#!/bin/sh
echo "begins $1" >>order
sleep 0.2
echo "ends $1" >>order
mkdir -p .venv
touch "$2"
"""
BUILDS = """#!/bin/sh
mkdir -p platform/server/web/frontend
touch platform/server/web/frontend/index.html
"""
WITHOUT_VENV = """#!/bin/sh
case "$2" in *ensurepip*) exit 1 ;; esac
"""
NO_ROOT = """#!/bin/sh
echo 1000
"""


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def test_rules_that_fill_the_environment_wait_for_each_other(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml", "frontend/package.json"):
        program(tmp_path / name, "")
    program(tmp_path / "platform/schema/schema.graphql", "")
    for name, text in {"environment": FILLS, "frontend": BUILDS, "test": "#!/bin/sh\n"}.items():
        program(tmp_path / "script" / name, text)
    subprocess.run(["make", "-j4", "test"], cwd=tmp_path, check=True, capture_output=True)
    order = (tmp_path / "order").read_text().split()
    assert order[::2] == ["begins", "ends"] * 2
    assert set(order[1::2]) == {"requirements.lock", "requirements-dev.lock"}


def test_a_python_without_its_venv_module_is_named_with_the_package_that_has_it(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "script", tmp_path / "script")
    program(tmp_path / "bin/python3.12", WITHOUT_VENV)
    program(tmp_path / "bin/id", NO_ROOT)
    done = subprocess.run(
        ["script/environment", "requirements.lock", ".venv/runtime"],
        cwd=tmp_path,
        env={"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "PYTHON": str(tmp_path / "bin/python3.12")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "'apt-get install python3.12-venv'" in done.stderr
