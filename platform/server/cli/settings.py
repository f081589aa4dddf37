"""The settings of the environment, as a command reads them: before all that takes seconds to load."""

from typing import Any

import typer
from pydantic import ValidationError

from linepack.settings import Settings
from server.cli.output import show_settings_faults


def settings_or_exit(**given: Any) -> Settings:
    """Return the settings of the environment but for those given; invalid ones are listed: status 2."""
    try:
        return Settings(**given)
    except ValidationError as invalid:
        show_settings_faults(
            (
                ".".join(map(str, fault["loc"])) or "settings",
                str(fault["msg"]).removeprefix("Value error, "),
            )
            for fault in invalid.errors()
        )
        raise typer.Exit(2) from None
