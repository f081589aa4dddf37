"""`linepack --version`."""

from importlib.metadata import PackageNotFoundError, version

import typer


def show() -> None:
    """Print which version of Linepack this is."""
    try:
        typer.echo(f"linepack {version('linepack')}")
    except PackageNotFoundError:
        typer.echo("linepack, run from its source")
