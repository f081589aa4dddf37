"""What `linepack doctor` finds: without an installation or a licence, and with servers that do not answer."""

import asyncio
import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from distributed import LocalCluster

from capacity.solvers.gurobi import Gurobi
from capacity.solvers.licence import wheels_licence
from linepack.settings import Settings
from server.cluster import dask_clusters
from server.installation.doctor import Condition, Part, examine

TODAY = date(2026, 11, 29)
SECRET = "0123456789abcdef0123456789abcdef"
AWAY = {"DATABASE_URL": "postgresql://u@127.0.0.1:1/d", "REDIS_URL": "redis://127.0.0.1:1"}


@pytest.fixture(autouse=True)
def _no_licence_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("GRB_LICENSE_FILE", "DATABASE_URL", "REDIS_URL", "LINEPACK_SOLVER", "LINEPACK_FINDER"):
        monkeypatch.delenv(name, raising=False)


def parts(settings: Settings, today: date = TODAY) -> dict[str, Part]:
    return {part.name: part for part in asyncio.run(examine(settings, today))}


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "server", "doctor", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_a_machine_with_nothing_of_ours_lacks_nothing_and_nothing_is_made(tmp_path: Path) -> None:
    found = parts(Settings(data_dir=tmp_path / "none"))
    assert {part.condition for part in found.values()} <= {Condition.WORKS, Condition.WITHOUT}
    assert found["PostgreSQL"].found.endswith("embedded")
    assert found["Valkey"].found.endswith("embedded")
    assert not (tmp_path / "none").exists()


def test_in_development_the_wheels_licence_is_named_with_its_end(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    found = parts(settings)
    gurobi = Gurobi(wheels_licence())
    gurobi.open()
    assert gurobi.ends_on is not None
    assert f"until {gurobi.ends_on}" in found["Gurobi"].found
    assert found["Gurobi"].advice == ""
    assert found["solver"].found.startswith("Gurobi")
    near = parts(settings, gurobi.ends_on - timedelta(days=5))
    assert "ends in 5 days" in near["Gurobi"].advice


def test_in_production_highs_works_without_a_licence(tmp_path: Path) -> None:
    found = parts(Settings(data_dir=tmp_path, environment="production", jwt_secret=SECRET))  # type: ignore[arg-type]
    assert found["Gurobi"].condition is Condition.WITHOUT
    assert "docs/guide/solvers.md" in found["Gurobi"].advice
    assert found["solver"].found.startswith("HiGHS")


def test_a_licence_that_cannot_be_opened_is_named_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRB_LICENSE_FILE", str(tmp_path / "away.lic"))
    found = parts(Settings(data_dir=tmp_path))
    assert found["Gurobi"].condition is Condition.WITHOUT
    assert "away.lic" in found["Gurobi"].found
    assert found["solver"].found.startswith("HiGHS")
    forced = parts(Settings(data_dir=tmp_path, solver="gurobi"))
    assert (forced["Gurobi"].condition, forced["solver"].condition) == (Condition.MISSING, Condition.MISSING)


def test_scip_is_optional_unless_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert parts(Settings(data_dir=tmp_path))["SCIP"].condition is Condition.WORKS
    assert parts(Settings(data_dir=tmp_path, finder="none"))["SCIP"].condition is Condition.WITHOUT
    monkeypatch.setattr("server.installation.doctor.installed", lambda name: None)
    for finder, condition in (("auto", Condition.WITHOUT), ("scip", Condition.MISSING)):
        found = parts(Settings(data_dir=tmp_path, finder=finder))["SCIP"]  # type: ignore[arg-type]
        assert (found.condition, found.advice) == (condition, "pip install linepack[scip]")


def test_who_computes_parts_of_jobs_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    several = parts(Settings(data_dir=tmp_path, job_processors=3))["parts of jobs"]
    assert several.found == "up to 3 processes of this machine for each job that splits"
    alone = parts(Settings(data_dir=tmp_path, job_processors=1))["parts of jobs"]
    assert alone.found == "each job's own process, by one processor"
    monkeypatch.setattr(dask_clusters, "LOST_S", 0.3)
    away = parts(Settings(data_dir=tmp_path, dask_scheduler="tcp://127.0.0.1:1"))["parts of jobs"]
    assert away.condition is Condition.WITHOUT
    assert away.found.startswith("tcp://127.0.0.1:1: ")
    with LocalCluster(n_workers=0, host="127.0.0.1", protocol="tcp", dashboard_address=None) as cluster:
        near = parts(Settings(data_dir=tmp_path, dask_scheduler=cluster.scheduler_address))["parts of jobs"]
    assert near.condition is Condition.WORKS
    assert near.found.endswith("workers with 0 threads")


def test_what_is_run_from_its_source_is_examined_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.installation.doctor.installed", lambda name: None)
    assert parts(Settings(data_dir=tmp_path))["Linepack"].found == "run from its source, development"


def test_a_variable_that_is_no_setting_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINEPACK_PORT", "9000")
    assert "settings" not in parts(Settings(data_dir=tmp_path))
    monkeypatch.setenv("LINEPACK_ENVIROMENT", "production")
    found = parts(Settings(data_dir=tmp_path))["settings"]
    assert found.condition is Condition.WITHOUT
    assert found.found == "no setting: LINEPACK_ENVIROMENT"


def test_servers_that_do_not_answer_and_a_folder_that_is_none_end_with_status_1(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run("--json", **AWAY, LINEPACK_DATA_DIR=str(tmp_path / "file"))
    assert done.returncode == 1, done.stderr
    missing = {
        part["name"]: part["advice"] for part in json.loads(done.stdout) if part["condition"] == "missing"
    }
    assert set(missing) == {"PostgreSQL", "Valkey", "data"}
    assert "DATABASE_URL" in missing["PostgreSQL"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look into every folder")
def test_a_folder_that_may_not_be_looked_into_is_no_place_for_data(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    assert parts(Settings(data_dir=tmp_path / "closed" / "data"))["data"].condition is Condition.MISSING


def test_the_table_says_it_in_words_and_ends_with_status_0(tmp_path: Path) -> None:
    done = run(LINEPACK_DATA_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "HiGHS" in done.stdout
    assert "works" in done.stdout
