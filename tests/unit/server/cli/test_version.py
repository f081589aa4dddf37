"""`linepack --version` says which version it is."""

from importlib.metadata import PackageNotFoundError, version

from typer.testing import CliRunner

from server.cli import app


def test_the_version_is_that_of_the_distribution_where_there_is_one() -> None:
    shown = CliRunner().invoke(app, ["--version"])
    try:
        expected = f"linepack {version('linepack')}\n"
    except PackageNotFoundError:
        expected = "linepack, run from its source\n"
    assert (shown.exit_code, shown.output) == (0, expected)
