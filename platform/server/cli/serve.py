"""`linepack serve`."""

import asyncio

from server.cli.output import console
from server.cli.settings import settings_or_exit


def serve(*, demo: bool, host: str | None, port: int | None, processes: int | None) -> None:
    """Run everything until a signal ends it."""
    given = {"host": host, "port": port, "api_processes": processes}
    settings = settings_or_exit(**{name: value for name, value in given.items() if value is not None})
    # All that is served takes seconds to load; settings that are refused are refused before.
    from server.processes.serve import serve as serve_installation  # noqa: PLC0415

    asyncio.run(serve_installation(settings, demo=demo, console=console))
