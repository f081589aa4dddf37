"""Guards of the source root: `platform/` holds packages and is none itself."""

import importlib
import json
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from zipfile import ZipFile

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]
PLATFORM = ROOT / "platform"
PACKAGES = sorted(entry.name for entry in PLATFORM.iterdir() if (entry / "__init__.py").exists())


def test_platform_is_a_source_root_and_not_a_package() -> None:
    assert not (PLATFORM / "__init__.py").exists(), (
        "platform/__init__.py would shadow the standard library's platform"
    )


def test_standard_platform_module_is_importable_from_the_repository_root() -> None:
    code = "import platform; print(platform.python_version())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("3.")


def test_no_room_is_named_like_a_standard_module() -> None:
    assert not set(PACKAGES) & set(sys.stdlib_module_names)


@pytest.mark.parametrize("package", PACKAGES)
def test_package_is_loaded_from_this_checkout(package: str) -> None:
    module = importlib.import_module(package)
    assert module.__file__ is not None
    assert Path(module.__file__).is_relative_to(PLATFORM)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_other_distribution_owns_the_name_of_a_package(package: str) -> None:
    owners = set(packages_distributions().get(package, []))
    assert owners <= {"linepack"}, f"{owners - {'linepack'}} would shadow platform/{package}"


def test_locks_name_no_index_and_carry_hashes() -> None:
    for lock in (ROOT / "requirements.lock", ROOT / "requirements-dev.lock"):
        text = lock.read_text()
        assert "://" not in text
        assert "--index" not in text
        requirements = text.split("\n\n")[0].replace("\\\n", " ").splitlines()
        assert all("--hash=sha256:" in line for line in requirements if line.strip())


def test_the_lock_of_node_packages_names_no_registry_and_carries_hashes() -> None:
    text = (ROOT / "frontend" / "pnpm-lock.yaml").read_text()
    assert "://" not in text
    assert "tarball" not in text
    assert text.count("    resolution: {integrity: sha512-") == text.count("    resolution: ") > 100


def test_versions_of_node_packages_are_exact() -> None:
    for folder in (ROOT / "frontend", ROOT / "tests" / "clients"):
        package = json.loads((folder / "package.json").read_text())
        versions = {**package.get("dependencies", {}), **package["devDependencies"]}
        loose = {name for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)}
        assert loose == set()


def test_the_wheel_carries_the_web_frontend_as_it_was_built(tmp_path: Path) -> None:
    [wheel] = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with ZipFile(wheel) as packed:
        names = set(packed.namelist())
    built = [path for path in (PLATFORM / "server/web/frontend").rglob("*") if path.is_file()]
    assert "index.html" in {path.name for path in built}, "not built: make frontend"
    assert {path.relative_to(PLATFORM).as_posix() for path in built} <= names
    assert not any(name.startswith("tests/") for name in names)
