"""Runs a command as `python -m server` does, in this process: a new one takes seconds to import."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from server.cli import app, output

Finished = subprocess.CompletedProcess[str]


def run(*arguments: str, environment: Mapping[str, str | None], folder: Path, width: int = 200) -> Finished:
    """Run one command in a folder, with these changes to the environment; None takes a variable away."""
    configure, before = structlog.configure, structlog.get_config()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for console in (output.console, output.errors):
            patch.setattr(console, "width", width)  # it is read from the environment once, on import
        for name, value in environment.items():
            patch.delenv(name, raising=False) if value is None else patch.setenv(name, value)
        # A cached logger would write to the output of this command after its end.
        patch.setattr(
            structlog,
            "configure",
            lambda **given: configure(**{**given, "cache_logger_on_first_use": False}),
        )
        try:
            done = CliRunner().invoke(app, arguments)
        finally:
            configure(**before)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Finished(arguments, done.exit_code, done.stdout, done.stderr)
