"""What an operator reads when an installation cannot start: one line that says what to change."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
from tests.waiting import TIME_LIMIT_S


def serve(directory: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Try to serve with `directory` for data."""
    return subprocess.run(
        [sys.executable, "-m", "server", "serve", *options],
        env={**os.environ, "LINEPACK_DATA_DIR": str(directory), **environment},
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT_S,
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"LINEPACK_PORT": "abc"}, "valid integer"),
        ({"LINEPACK_ENVIRONMENT": "production"}, "production needs LINEPACK_JWT_SECRET"),
        ({"DATABASE_URL": "mysql://h/d"}, "must start with postgresql://"),
    ],
)
def test_bad_settings_are_named_and_nothing_starts(
    tmp_path: Path, environment: dict[str, str], told: str
) -> None:
    done = serve(tmp_path, **environment)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert told in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_port_beyond_all_ports_is_refused_as_an_option_too(tmp_path: Path) -> None:
    done = serve(tmp_path, "--port", "99999")
    assert (done.returncode, done.stderr) == (2, "port: Input should be less than or equal to 65535\n")


def test_a_data_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = serve(tmp_path / "file" / "data")
    assert done.returncode == 1
    assert f"cannot write in {tmp_path}/file/data" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_does_not_answer_is_named(tmp_path: Path, valkey_url: str) -> None:
    done = serve(tmp_path, DATABASE_URL="postgresql://u:secret@127.0.0.1:1/d", REDIS_URL=valkey_url)
    assert done.returncode == 1
    assert "cannot use the database of DATABASE_URL" in done.stderr
    assert "secret" not in done.stderr


def test_a_database_in_which_no_table_may_be_made_is_named_with_the_reason(
    tmp_path: Path, postgres_url: str, valkey_url: str
) -> None:
    name = f"guest_{uuid4().hex}"
    url = urlsplit(postgres_url)._replace(path=f"/{name}").geturl()
    asyncio.run(_administer(postgres_url, f"CREATE ROLE {name} LOGIN", f"CREATE DATABASE {name}"))
    try:
        done = serve(tmp_path, DATABASE_URL=url.replace("postgres@", f"{name}@"), REDIS_URL=valkey_url)
    finally:
        asyncio.run(_administer(postgres_url, f"DROP DATABASE {name}", f"DROP ROLE {name}"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "permission denied for schema public" in done.stderr


async def _administer(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


def test_an_address_that_is_not_ours_is_named(tmp_path: Path) -> None:
    done = serve(tmp_path, "--host", "203.0.113.9")  # TEST-NET-3 (RFC 5737)
    assert done.returncode == 1
    assert "cannot listen on 203.0.113.9" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_list_of_operations_with_faults_is_named_and_nothing_starts(tmp_path: Path) -> None:
    lists, data = tmp_path / "lists", tmp_path / "data"
    lists.mkdir()
    (lists / "web.json").write_text('{"abc": "{ viewer { roles } }", "abd": 7}')
    done = serve(data, LINEPACK_LISTED_OPERATIONS=str(lists))
    assert done.returncode == 1
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["web.json abc", "web.json abd"]
    assert not data.exists()
